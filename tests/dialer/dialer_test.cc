// The dialer model by itself.

#include "dialer/dialer.h"

#include <gtest/gtest.h>

#include "dialer/call_log.h"

namespace cxctl {
namespace {

constexpr Instant kStart{1'800'000'000'000'000};

class DialerTest : public ::testing::Test, protected CallListener {
 protected:
  void OnDialed(std::size_t) override {
    ++dialed_;
    EXPECT_LE(dialer_.ringing(0), most_ringing_);
  }
  void OnAnswered(std::size_t) override { ++answered_; }
  void OnEnded(std::size_t, CallOutcome outcome) override { ++ended_[static_cast<std::size_t>(outcome)]; }

  void Start(DialedCampaign campaign, int agents) {
    dialer_.set_listener(this);
    for (int i = 0; i < agents; ++i) dialer_.AddAgent(AgentState::kAvailable);
    campaign.max_agents = 1000;
    dialer_.AddCampaign(campaign);
  }
  void Run(Duration duration) { dialer_.Advance(dialer_.now() + duration); }
  std::int64_t ended(CallOutcome outcome) const { return ended_[static_cast<std::size_t>(outcome)]; }

  Dialer dialer_{{.seed = 5, .max_calls = 100'000}, kStart};
  std::int64_t dialed_ = 0, answered_ = 0, most_ringing_ = 100'000;
  std::array<std::int64_t, kCallOutcomes> ended_{};
};

TEST_F(DialerTest, PredictiveDialsAtTheRate) {
  Start({.mode = DialingMode::kPredictive, .dial_rate = 120}, 1);
  Run(std::chrono::hours(1));
  EXPECT_NEAR(static_cast<double>(dialed_), 7200, 1);
  EXPECT_NEAR(static_cast<double>(answered_) / 7200, 0.3 * 0.98 + 0.2 * 0.05, 0.02);
  EXPECT_GT(ended(CallOutcome::kAbandoned), answered_ * 8 / 10) << "one agent cannot take them";
  EXPECT_EQ(dialer_.totals(0).abandoned, ended(CallOutcome::kAbandoned));
  EXPECT_NEAR(static_cast<double>(ended(CallOutcome::kMachine)) / 7200, 0.2, 0.03);
  std::int64_t all = 0;
  for (const std::int64_t count : ended_) all += count;
  EXPECT_EQ(all + dialer_.ringing(0) + dialer_.waiting(), dialed_) << "every call ends once";
}

TEST_F(DialerTest, EnoughAgentsAbandonNobody) {
  Start({.mode = DialingMode::kPredictive, .dial_rate = 30}, 60);
  Run(std::chrono::hours(4));
  EXPECT_EQ(ended(CallOutcome::kAbandoned), 0);
  const double work =
      std::chrono::duration<double>(dialer_.time_in(AgentState::kBusy) + dialer_.time_in(AgentState::kWrapup)).count();
  EXPECT_NEAR(work / static_cast<double>(answered_), 180, 12) << "talk and wrap-up";
}

TEST_F(DialerTest, ProgressiveNeverRingsMoreThanAgentsFree) {
  most_ringing_ = 5;
  Start({.mode = DialingMode::kProgressive, .dial_rate = 5000}, 5);
  for (int i = 0; i < 36000; ++i) {
    Run(std::chrono::milliseconds(100));
    ASSERT_LE(dialer_.ringing(0), dialer_.agents_in(AgentState::kAvailable));
  }
  EXPECT_GT(answered_, 50);
  EXPECT_EQ(ended(CallOutcome::kAbandoned), 0);
}

TEST_F(DialerTest, PreviewKeepsAnAgentForEachCall) {
  Start({.mode = DialingMode::kPreview, .dial_rate = 5000}, 5);
  for (int i = 0; i < 3600; ++i) {
    Run(std::chrono::seconds(1));
    ASSERT_LE(dialer_.ringing(0), dialer_.agents_in(AgentState::kBusy));
  }
  EXPECT_GT(answered_, 50);
  EXPECT_EQ(ended(CallOutcome::kAbandoned), 0);
}

TEST_F(DialerTest, ANewRateGoesOnWhereTheOldOneWas) {
  Start({.dial_rate = 1}, 100);
  // A rate that changes every 7 s still places its calls.
  for (int i = 0; i < 600; ++i) {
    dialer_.SetCampaign(0, {.dial_rate = i % 2 == 0 ? 1 : 3, .max_agents = 100});
    Run(std::chrono::seconds(7));
  }
  EXPECT_NEAR(static_cast<double>(dialed_), 2.0 * 70, 2);
}

TEST_F(DialerTest, NobodyLoggedInNobodyCalled) {
  Start({.dial_rate = 60}, 2);
  dialer_.SetAgent(0, AgentState::kOffline);
  dialer_.LogOutAfterCall(1);
  Run(std::chrono::minutes(10));
  EXPECT_EQ(dialed_, 0);
  dialer_.SetAgent(0, AgentState::kAvailable);
  Run(std::chrono::minutes(1));
  EXPECT_NEAR(static_cast<double>(dialed_), 60, 2);
}

TEST_F(DialerTest, AnAgentWhoLeavesFinishesTheCall) {
  Start({.dial_rate = 0}, 0);
  dialer_.AddAgent(AgentState::kBusy);
  dialer_.LogOutAfterCall(0);
  EXPECT_EQ(dialer_.agent(0), AgentState::kBusy);
  Run(std::chrono::hours(1));
  EXPECT_EQ(dialer_.agent(0), AgentState::kOffline);
}

TEST_F(DialerTest, CapacityBoundsAllCalls) {
  Start({.dial_rate = 6000}, 3);
  dialer_.SetMaxCalls(10);
  Run(std::chrono::minutes(5));
  EXPECT_LE(dialer_.ringing(0) + dialer_.waiting() + dialer_.agents_in(AgentState::kBusy), 10);
  EXPECT_GT(dialed_, 30);
}

TEST_F(DialerTest, AgentsTakenAwayAnyTimeLoseNoCall) {
  // Whatever mode changes and edits come between: every call ends once, and no agent is lost.
  Start({.dial_rate = 200}, 10);
  for (int i = 0; i < 5000; ++i) {
    const auto mode = static_cast<DialingMode>(i / 7 % 3);
    dialer_.SetCampaign(0, {.mode = mode, .dial_rate = i % 5 * 60, .max_agents = i % 11 == 0 ? 2 : 1000});
    dialer_.SetAgent(static_cast<std::size_t>(i % 10), static_cast<AgentState>(i / 3 % 4));
    Run(std::chrono::milliseconds(700));
  }
  dialer_.SetCampaign(0, {.dial_rate = 0});
  Run(std::chrono::hours(2));
  std::int64_t all = 0;
  for (const std::int64_t count : ended_) all += count;
  EXPECT_EQ(all, dialed_);
  EXPECT_EQ(dialer_.ringing(0), 0);
  EXPECT_EQ(dialer_.agents_in(AgentState::kBusy) + dialer_.agents_in(AgentState::kWrapup), 0);
  EXPECT_EQ(dialer_.agents_in(AgentState::kAvailable) + dialer_.agents_in(AgentState::kOffline), 10);
}

TEST(DialerSeedTest, SameSeedSameCalls) {
  const auto run = [](std::uint64_t seed, int steps) {
    Dialer dialer({.seed = seed}, kStart);
    for (int i = 0; i < 10; ++i) dialer.AddAgent(AgentState::kAvailable);
    dialer.AddCampaign({.dial_rate = 40, .max_agents = 10});
    for (int i = 1; i <= steps; ++i) dialer.Advance(kStart + i * std::chrono::hours(1) / steps);
    return std::tuple(dialer.totals(0).dialed, dialer.totals(0).answered, dialer.totals(0).abandoned,
                      dialer.time_in(AgentState::kBusy));
  };
  EXPECT_EQ(run(1, 1), run(1, 977)) << "however often somebody looks";
  EXPECT_NE(run(1, 1), run(2, 1));
}

TEST(CallLogTest, SlidingIntervals) {
  CallLog log;
  for (int i = 0; i < 120; ++i) log.AddDialed(kStart + std::chrono::seconds(i));
  log.AddAnswered(kStart + std::chrono::seconds(119));
  log.AddAbandoned(kStart + std::chrono::milliseconds(119'500));
  const Instant now = kStart + std::chrono::seconds(120);
  EXPECT_EQ(log.Recent(now, std::chrono::seconds(30)).dialed, 30);
  EXPECT_EQ(log.Recent(now, std::chrono::hours(1)).dialed, 120);
  EXPECT_EQ(log.Recent(now, std::chrono::seconds(30)).answered, 1);
  EXPECT_EQ(log.Recent(now, std::chrono::seconds(30)).abandoned, 1);
  EXPECT_EQ(log.Recent(now + std::chrono::minutes(2), std::chrono::seconds(30)).dialed, 0);
}

}  // namespace
}  // namespace cxctl
