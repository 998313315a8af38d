// The availability algorithm, the judgement of throttling, and what both pacers promise whatever they see.

#include "pacing/pacing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialer/mix.h"
#include "pacing/abandon_record.h"
#include "pacing/loss_model.h"

namespace cxctl {
namespace {

using ::testing::HasSubstr;

constexpr Instant kStart{1'800'000'000'000'000};

PacingSettings Settings(PacingSettings::Algorithm algorithm = PacingSettings::Algorithm::kAvailability) {
  PacingSettings settings;
  settings.algorithm = algorithm;
  settings.min = 10;
  settings.max = 100;
  return settings;
}

DialSample Sample(int number, std::int64_t available) {
  DialSample sample{.at = kStart + number * std::chrono::seconds(30), .interval = std::chrono::seconds(30)};
  sample.available = available;
  return sample;
}

/// A busy team: 40 calls in half a minute, `abandoned` of 20 answers.
DialSample BusySample(int number, std::optional<std::int64_t> abandoned) {
  DialSample sample = Sample(number, 20);
  sample.dialed = 40;
  sample.answered = 20;
  sample.abandoned = abandoned;
  sample.answer_rate = 0.5;
  sample.busy = 60;
  sample.wrapup = 20;
  return sample;
}

TEST(AvailabilityTest, FloorOfAverageTimesUtilization) {
  const auto pacer = MakePacer(Settings());
  EXPECT_EQ(pacer->Step(Sample(0, 40)).target, 34);
  const PacingDecision second = pacer->Step(Sample(1, 41));
  EXPECT_DOUBLE_EQ(second.availability_average, 40.5);
  EXPECT_EQ(second.target, 34);  // 34.425
  EXPECT_EQ(second.reason, "40.5 agents available");
  // 0.85 in binary is a little less, and still 20 of them are 17.
  const auto exact = MakePacer(Settings());
  EXPECT_EQ(exact->Step(Sample(0, 20)).target, 17);
}

TEST(AvailabilityTest, WindowSlides) {
  PacingSettings settings = Settings();
  settings.availability_window = 2;
  settings.utilization = 1;
  const auto pacer = MakePacer(settings);
  pacer->Step(Sample(0, 90));
  pacer->Step(Sample(1, 50));
  EXPECT_EQ(pacer->Step(Sample(2, 30)).target, 40);
}

TEST(AvailabilityTest, ClampedAndIdle) {
  const auto pacer = MakePacer(Settings());
  const PacingDecision none = pacer->Step(Sample(0, 0));
  EXPECT_EQ(none.target, 0) << "idle, though min is 10";
  EXPECT_EQ(none.reason, "no agent available");
  EXPECT_EQ(pacer->Step(Sample(1, 2)).target, 10);
  EXPECT_EQ(pacer->Step(Sample(2, 5000)).target, 100);
}

TEST(AvailabilityTest, DeviationOfTheAnswerRate) {
  PacingSettings settings = Settings();
  settings.answer_target = 0.75;
  settings.answer_tolerance = 0.05;
  const auto pacer = MakePacer(settings);
  DialSample sample = Sample(0, 20);
  sample.answer_rate = 0.70;
  EXPECT_FALSE(pacer->Step(sample).off_target) << "exactly the tolerance";
  sample.answer_rate = 0.69;
  const PacingDecision decision = pacer->Step(sample);
  EXPECT_TRUE(decision.off_target);
  EXPECT_NEAR(*decision.deviation, -0.06, 1e-12);
  EXPECT_EQ(MakePacer(Settings())->Step(sample).deviation, std::nullopt);
}

TEST(AdaptiveTest, TooFewAnswersMeanOneCallForEachFreeAgent) {
  PacingSettings settings = Settings(PacingSettings::Algorithm::kAdaptive);
  settings.min = 0;
  const auto pacer = MakePacer(settings);
  DialSample sample = Sample(0, 8);
  sample.abandoned = 0;
  const PacingDecision decision = pacer->Step(sample);
  EXPECT_EQ(decision.target, 16) << "8 in half a minute";
  EXPECT_THAT(decision.reason, HasSubstr("too few answers"));
  EXPECT_EQ(decision.abandon_rate, std::nullopt);
}

TEST(AdaptiveTest, CallsInFlightTakeUpFreeAgents) {
  PacingSettings settings = Settings(PacingSettings::Algorithm::kAdaptive);
  settings.min = 0;
  const auto pacer = MakePacer(settings);
  DialSample sample = Sample(0, 8);
  sample.dialed = 10;  // of which 6 ring on: 18 s of 30
  sample.abandoned = 0;
  EXPECT_EQ(pacer->Step(sample).target, 4);
}

TEST(AdaptiveTest, MoreThanOneCallAnAgentOnceTheAbandonRateIsKnown) {
  const auto pacer = MakePacer(Settings(PacingSettings::Algorithm::kAdaptive));
  PacingDecision decision;
  for (int i = 0; i < 60; ++i) decision = pacer->Step(BusySample(i, 0));
  EXPECT_GT(decision.target, 20);  // the floor: 20 free agents less the 24 calls that ring
  EXPECT_LE(*decision.abandon_bound, 0.03);
  EXPECT_THAT(decision.reason, HasSubstr("20 agents free"));
}

TEST(AdaptiveTest, AbandonsOverTheLimitLowerTheRate) {
  const auto calm = MakePacer(Settings(PacingSettings::Algorithm::kAdaptive));
  const auto bad = MakePacer(Settings(PacingSettings::Algorithm::kAdaptive));
  PacingDecision good, over;
  for (int i = 0; i < 60; ++i) {
    good = calm->Step(BusySample(i, 0));
    over = bad->Step(BusySample(i, 1));  // 5 %
  }
  EXPECT_LT(over.target, good.target);
  EXPECT_EQ(over.target, 10) << "the floor is under min";
  EXPECT_NEAR(*over.abandon_rate, 0.05, 1e-9);
  EXPECT_GT(*over.abandon_bound, 0.05);
  EXPECT_EQ(over.reason, "abandon rate may be over 3 %: one call for each free agent");
}

TEST(AdaptiveTest, WithoutAbandonFiguresNothingIsRisked) {
  const auto pacer = MakePacer(Settings(PacingSettings::Algorithm::kAdaptive));
  for (int i = 0; i < 200; ++i) {
    const PacingDecision decision = pacer->Step(BusySample(i, std::nullopt));
    EXPECT_EQ(decision.target, 10);
    EXPECT_EQ(decision.abandon_bound, std::nullopt);
    EXPECT_THAT(decision.reason, HasSubstr("no abandon figures"));
  }
}

TEST(AdaptiveTest, AProgressiveCampaignIsNotHeldBack) {
  const auto pacer = MakePacer(Settings(PacingSettings::Algorithm::kAdaptive));
  DialSample sample = BusySample(0, 0);
  sample.progressive = true;
  EXPECT_EQ(pacer->Step(sample).target, 100);
  sample = BusySample(1, 10);
  sample.progressive = true;
  EXPECT_LT(pacer->Step(sample).target, 100) << "even so there were too many abandons";
}

TEST(AdaptiveTest, OverlappingSamplesAreNotCountedTwice) {
  const auto whole = MakePacer(Settings(PacingSettings::Algorithm::kAdaptive));
  const auto halves = MakePacer(Settings(PacingSettings::Algorithm::kAdaptive));
  PacingDecision a, b;
  for (int i = 0; i < 20; ++i) a = whole->Step(BusySample(i, i % 2));
  for (int i = 0; i < 40; ++i) {
    // Every 15 s, of the last 30 s each.
    DialSample sample = BusySample(0, i / 2 % 2);
    sample.at = kStart + i * std::chrono::seconds(15);
    b = halves->Step(sample);
  }
  EXPECT_NEAR(*a.abandon_rate, *b.abandon_rate, 0.002);
  EXPECT_NEAR(*a.abandon_bound, *b.abandon_bound, 0.003);
}

class AnyPacerTest : public ::testing::TestWithParam<PacingSettings::Algorithm> {
 protected:
  /// Any figures, sensible or not.
  DialSample Random(int number) {
    const auto below = [&](int n) { return static_cast<std::int64_t>(NextFraction(random_) * n); };
    DialSample sample = Sample(number, below(4) == 0 ? 0 : below(60));
    sample.dialed = below(200);
    sample.answered = sample.dialed == 0 ? 0 : below(static_cast<int>(sample.dialed));
    if (below(5) > 0) sample.abandoned = sample.answered == 0 ? 0 : below(static_cast<int>(sample.answered) / 8 + 1);
    sample.answer_rate = NextFraction(random_);
    sample.busy = below(80);
    sample.wrapup = below(20);
    sample.dial_rate = below(100);
    sample.at = sample.at + std::chrono::seconds(below(20));
    return sample;
  }
  std::uint64_t random_ = 42;
};

TEST_P(AnyPacerTest, StaysWithinItsRange) {
  for (int round = 0; round < 20; ++round) {
    PacingSettings settings = Settings(GetParam());
    settings.min = round;
    settings.max = 10 + 20 * round;
    settings.idle = 3;
    const auto pacer = MakePacer(settings);
    for (int i = 0; i < 100; ++i) {
      const PacingDecision decision = pacer->Step(Random(i));
      const bool idle = decision.availability_average == 0;
      EXPECT_GE(decision.target, idle ? 3 : settings.min);
      EXPECT_LE(decision.target, idle ? 3 : settings.max);
      EXPECT_FALSE(decision.reason.empty());
    }
  }
}

TEST_P(AnyPacerTest, SameSamplesSameDecisionsAlsoAcrossARestart) {
  const auto straight = MakePacer(Settings(GetParam()));
  auto restarted = MakePacer(Settings(GetParam()));
  for (int i = 0; i < 300; ++i) {
    const DialSample sample = Random(i);
    const PacingDecision a = straight->Step(sample), b = restarted->Step(sample);
    ASSERT_EQ(a.target, b.target) << i;
    ASSERT_EQ(a.reason, b.reason) << i;
    ASSERT_EQ(a.abandon_bound, b.abandon_bound) << i;
    const std::string saved = restarted->Save();
    restarted = MakePacer(Settings(GetParam()));
    ASSERT_TRUE(restarted->Load(saved)) << saved;
    ASSERT_EQ(restarted->Save(), saved);
  }
}

TEST_P(AnyPacerTest, LoadRefusesWhatItDidNotSave) {
  const auto pacer = MakePacer(Settings(GetParam()));
  for (int i = 0; i < 10; ++i) pacer->Step(Random(i));
  const std::string before = pacer->Save();
  const std::string name = GetParam() == PacingSettings::Algorithm::kAdaptive ? "adaptive" : "availability";
  for (const std::string& bad : {std::string("{"), std::string("[]"), "{\"algorithm\":\"" + name + "\"}",
                                 "{\"algorithm\":\"" + name + "\",\"available\":[-1],\"abandons\":[[1]]}"}) {
    const auto loaded = pacer->Load(bad);
    ASSERT_FALSE(loaded) << bad;
    EXPECT_EQ(loaded.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(pacer->Save(), before);
  }
  EXPECT_TRUE(pacer->Load(R"({"algorithm":"another"})")) << "of another algorithm: left out";
  EXPECT_EQ(pacer->Save(), before);
}

INSTANTIATE_TEST_SUITE_P(All, AnyPacerTest,
                         ::testing::Values(PacingSettings::Algorithm::kAvailability,
                                           PacingSettings::Algorithm::kAdaptive));

TEST(ThrottleTest, Verdicts) {
  struct Row {
    std::int64_t dialed, answered;
    std::optional<std::int64_t> abandoned;
    bool enough, pause;
    std::string_view trigger;
  };
  const Row rows[] = {
      {49, 0, 0, false, false, ""},
      {50, 17, 0, true, true, "answerRate"},
      {100, 35, 0, true, false, ""},
      {100, 50, 1, true, false, ""},
      {100, 50, 2, true, true, "abandonRate"},
      {100, 50, {}, true, false, ""},
      {100, 10, 9, true, true, "answerRate"},
      {0, 0, 0, false, false, ""},
  };
  ThrottleSettings settings;
  settings.min_answer_rate = 0.35;
  settings.max_abandon_rate = 0.03;
  for (const Row& row : rows) {
    DialSample sample = Sample(0, 0);
    sample.dialed = row.dialed;
    sample.answered = row.answered;
    sample.abandoned = row.abandoned;
    const ThrottleVerdict verdict = JudgeThrottle(settings, sample);
    EXPECT_EQ(verdict.enough, row.enough) << row.dialed << ' ' << row.answered;
    EXPECT_EQ(verdict.pause, row.pause) << row.dialed << ' ' << row.answered;
    EXPECT_EQ(verdict.trigger, row.trigger) << row.dialed << ' ' << row.answered;
  }
  settings.min_attempts = 0;
  EXPECT_FALSE(JudgeThrottle(settings, Sample(0, 0)).pause) << "of no calls there is nothing to judge";
}

TEST(AbandonRecordTest, WilsonsBound) {
  // One-sided 95 % of Wilson's interval: no abandon in 100 is at most z²/(n + z²).
  EXPECT_NEAR(AbandonBound({100, 0}), 2.7055 / 102.7055, 1e-6);
  EXPECT_NEAR(AbandonBound({1000, 20}), 0.02869, 1e-4);
  EXPECT_EQ(AbandonBound({0, 0}), 1);
  // As many as are allowed have their bound at the limit.
  for (const double answered : {90.0, 500.0, 20000.0}) {
    EXPECT_NEAR(AbandonBound({answered, AbandonsAllowed(answered, 0.03)}), 0.03, 1e-9);
  }
  EXPECT_LT(AbandonsAllowed(87, 0.03), 0);
}

TEST(AbandonRecordTest, ForgetsAfterADay) {
  AbandonRecord record;
  record.Add(kStart, {10, 5});
  record.Add(kStart + std::chrono::hours(23), {10, 1});
  EXPECT_EQ(record.Sum(kStart + std::chrono::hours(23), AbandonRecord::kLong).abandoned, 6);
  EXPECT_EQ(record.Sum(kStart + std::chrono::hours(23), AbandonRecord::kShort).abandoned, 1);
  record.Add(kStart + std::chrono::hours(25), {10, 0});
  EXPECT_EQ(record.Sum(kStart + std::chrono::hours(25), AbandonRecord::kLong).abandoned, 1);
}

TEST(LossModelTest, TendsToErlangsFormula) {
  // Ten agents, 5.53 erlangs: Erlang B loses 3 %. An hour of it comes before the minute that is looked at.
  const double rate = 5.53 / 150;
  const LossModel model(
      {.free = 10, .talk = 120, .wrap = 30, .pending = 3600 * rate, .lag = 3600, .horizon = 60, .patience = 0});
  const LossForecast forecast = model.Forecast(rate);
  EXPECT_NEAR(forecast.answered, 60 * rate, 0.001);
  // Steps are as coarse as a choice between rates allows: the loss comes out a little low.
  EXPECT_NEAR(forecast.abandoned / forecast.answered, 0.027, 0.004);
}

TEST(LossModelTest, FreeAgentsAndPatienceHelp) {
  const auto lost = [](LossState state) { return LossModel(state).Forecast(0.3).abandoned; };
  const LossState state{.free = 3, .busy = 20, .wrapup = 5};
  LossState freer = state, wrapping = state, pending = state, hasty = state;
  freer.free = 6;
  wrapping.busy = 15, wrapping.wrapup = 10;
  pending.pending = 3;
  hasty.patience = 0;
  EXPECT_LT(lost(freer), lost(state));
  EXPECT_LT(lost(wrapping), lost(state)) << "who wraps up comes free sooner";
  EXPECT_GT(lost(pending), lost(state));
  EXPECT_GT(lost(hasty), lost(state));
}

}  // namespace
}  // namespace cxctl
