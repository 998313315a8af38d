// The tenant's dialer: live figures, agents, history, violations, time scale.

#include <fmt/format.h>

#include "sim_fixture.h"

namespace cxctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class LiveDialerTest : public SimTest {
 protected:
  struct Figures {
    std::int64_t dialed, answered, abandoned;
  };
  Figures Metrics(const std::string& interval, const std::string& campaign = kEast) {
    const Value row = Json(Post("/api/analytics/outbound/details/query",
                                R"({"select":["totalCallsAbandoned"],"where":"campaignId = ')" + campaign +
                                    R"('","interval":")" + interval + "\"}"))
                          .Find("response")
                          ->items()[0];
    return {row.Find("totalCallsDialed")->as_int(), row.Find("totalCallsAnswered")->as_int(),
            row.Find("totalCallsAbandoned")->as_int()};
  }
  std::int64_t Agents(const std::string& state) {
    return static_cast<std::int64_t>(Json(Get("/api/v2/agents?state=" + state)).items().size());
  }
  Value Violations() { return *Json(Send("GET", "/_sim/violations")).Find("violations"); }
  void Rate(int rate) { Write("PATCH", Campaign(kEast), R"({"dialRate":)" + std::to_string(rate) + "}"); }
};

TEST_F(LiveDialerTest, FiguresFollowTheRateFromNowOn) {
  EXPECT_NEAR(static_cast<double>(Metrics("PT1M").dialed), 42, 1);
  Rate(120);
  EXPECT_NEAR(static_cast<double>(Metrics("PT1M").dialed), 42, 1) << "the minute is past";
  clock_.Advance(std::chrono::seconds(30));
  EXPECT_NEAR(static_cast<double>(Metrics("PT1M").dialed), 81, 2);
  clock_.Advance(std::chrono::minutes(1));
  EXPECT_NEAR(static_cast<double>(Metrics("PT1M").dialed), 120, 1);
  Write("PUT", Campaign(kEast), R"({"state":"PAUSED","pauseReason":"CARRIER_THROTTLE"})");
  clock_.Advance(std::chrono::minutes(1));
  EXPECT_EQ(Metrics("PT1M").dialed, 0);
}

TEST_F(LiveDialerTest, AgentsAreAtWorkAndTooFewAbandonCalls) {
  EXPECT_GT(Agents("busy"), 10);
  EXPECT_GT(Agents("available"), 0);
  EXPECT_EQ(Agents("available") + Agents("busy") + Agents("wrapup") + Agents("offline"), 64);
  for (int i = 9; i <= 64; ++i) {
    const std::string id = fmt::format("agent-{:02}", i);
    EXPECT_EQ(Edit(R"({"kind":"agent","id":")" + id + R"(","set":{"state":"offline"}})").status, 200);
  }
  clock_.Advance(std::chrono::minutes(10));
  const Figures figures = Metrics("PT5M");
  EXPECT_GT(figures.abandoned, figures.answered / 2);
  EXPECT_EQ(Agents("offline"), 57);
}

TEST_F(LiveDialerTest, SameSeedAndRequestsSameAnswersHoweverOftenSomebodyLooks) {
  const auto last = [&](int looks) {
    clock_ = FakeClock();
    Start({});
    for (int i = 0; i < looks; ++i) {
      clock_.Advance(std::chrono::seconds(600) / looks);
      Send("GET", "/_sim/violations");
    }
    return Get("/api/v2/agents").body;
  };
  EXPECT_EQ(last(1), last(60));
}

TEST_F(LiveDialerTest, CallsOutsideTheSchedulesAreViolations) {
  EXPECT_EQ(Violations().items().size(), 0u) << "it is 16:00 in New York";
  clock_.Advance(std::chrono::hours(4) - std::chrono::seconds(1));
  std::size_t others = 0;
  for (const Value& call : Violations().items()) others += call.GetString("campaignId") == kEast ? 1 : 0;
  EXPECT_EQ(others, 0u);
  clock_.Advance(std::chrono::minutes(1));
  std::size_t late = 0;
  const Value violations = Violations();
  for (const Value& call : violations.items()) {
    if (call.GetString("campaignId") != kEast) continue;
    ++late;
    EXPECT_GE(call.GetString("time"), "2026-11-21T01:00:00");
    EXPECT_EQ(call.GetString("reason"), "outside the schedules' windows");
  }
  EXPECT_NEAR(static_cast<double>(late), 42, 2);
}

TEST_F(LiveDialerTest, BlackoutsAndCampaignsWithoutSchedules) {
  Write(
      "PATCH", Schedule(kEvenings),
      R"({"blackoutPeriods":[{"startTime":"2026-11-20T21:00:30Z","endTime":"2026-11-20T21:01:00Z","reason":"Fire"}]})");
  clock_.Advance(std::chrono::minutes(2));
  const Value violations = Violations();
  ASSERT_NEAR(static_cast<double>(violations.items().size()), 21, 1);
  EXPECT_EQ(violations.items()[0].GetString("reason"), "blackout: Fire");
  Write("DELETE", Schedule(kEvenings));
  clock_.Advance(std::chrono::hours(1));
  for (const Value& call : Violations().items()) EXPECT_LT(call.GetString("time"), "2026-11-20T21:01:00");
}

TEST_F(LiveDialerTest, HistoryHoldsTheHoursThatTheDialerSaw) {
  const auto hour = [&] {
    std::int64_t sum = 0;
    for (const Value& row : Json(Post("/api/v2/analytics/campaigns/details/query",
                                      R"({"filter":"campaign.id eq \")" + std::string(kEast) +
                                          R"(\"","groupBy":["disposition"],"interval":"hour",)"
                                          R"("from":"2026-11-20T22:00:00Z","to":"2026-11-20T23:00:00Z"})"))
                                .Find("group")
                                ->items()) {
      sum += row.Find("count")->as_int();
    }
    return sum;
  };
  EXPECT_EQ(hour(), 0) << "still to come";
  Send("GET", "/_sim/state");
  clock_.Advance(std::chrono::minutes(125));
  token_ = Token();
  EXPECT_NEAR(static_cast<double>(hour()), 42 * 60, 40);
  // A restart keeps it, and what the dialer does before it starts is not added.
  const std::string saved = tenant_->Save();
  Start({});
  ASSERT_TRUE(tenant_->Load(saved));
  EXPECT_EQ(tenant_->Save(), saved);
  token_ = Token();
  EXPECT_NEAR(static_cast<double>(hour()), 42 * 60, 40);
}

TEST_F(LiveDialerTest, TimeScaleRunsTheDialerAhead) {
  Start({.time_scale = 60});
  EXPECT_NEAR(static_cast<double>(Metrics("PT1M").dialed), 42, 1);
  clock_.Advance(std::chrono::minutes(5));
  EXPECT_NEAR(static_cast<double>(Metrics("PT1H").dialed), 42 * 60, 2) << "five hours of dialing";
  const Value violations = Violations();
  ASSERT_GT(violations.items().size(), 1000u) << "an hour after the window";
  EXPECT_GE(violations.items()[0].GetString("time"), "2026-11-20T23:00:00");
}

TEST_F(LiveDialerTest, QueuesThatTheDataLeavesOpenShowTheDialer) {
  Edit(R"({"kind":"queue","create":{"id":"out","name":"Outbound"}})");
  EXPECT_EQ(Json(Get("/api/v2/queues/out/stats")).Find("active")->as_int(), Agents("busy"));
  EXPECT_EQ(Json(Get(std::string("/api/v2/queues/") + kSupport + "/stats")).Find("active")->as_int(), 4);
}

TEST_F(LiveDialerTest, WithoutAgentsThereIsNoDialer) {
  ASSERT_TRUE(
      tenant_->Load(R"({"campaigns":[{"id":")" + std::string(kEast) +
                    R"(","name":"a","state":"ACTIVE","maxAgents":5,"dialingMode":"PREDICTIVE","dialRate":40}]})"));
  clock_.Advance(std::chrono::hours(24 * 30));
  token_ = Token();
  EXPECT_NEAR(static_cast<double>(Metrics("PT1M").dialed), 40, 3) << "figures from the seed";
  EXPECT_THAT(tenant_->Save(), Not(HasSubstr("dialer")));
}

TEST_F(LiveDialerTest, SwitchedOffAgentsStayAsTheyAre) {
  Start({.dialer = false});
  clock_.Advance(std::chrono::minutes(30));
  EXPECT_EQ(Agents("busy"), 2);
  EXPECT_EQ(Agents("wrapup"), 1);
  EXPECT_NEAR(static_cast<double>(Metrics("PT1M").dialed), 42, 3);
  EXPECT_EQ(Violations().items().size(), 0u);
}

TEST_F(LiveDialerTest, DataOfTheDialerIsReadStrictly) {
  for (const auto& [data, message] : std::vector<std::pair<std::string, std::string>>{
           {R"({"dialer":{"time":"now"}})", "dialer.time must be a date-time"},
           {R"({"dialer":{"hours":[{"hour":"2026-11-20T21:30:00Z","campaigns":{}}]}})", "dialer.hours must have hour"},
           {R"({"dialer":{"violations":[{}]}})", "dialer.violations must have campaignId"},
           {R"({"dialer":{"more":-1}})", "dialer.more must be an integer"}}) {
    const auto loaded = tenant_->Load(data);
    ASSERT_FALSE(loaded) << data;
    EXPECT_THAT(loaded.error().message, HasSubstr(message));
  }
}

}  // namespace
}  // namespace cxctl
