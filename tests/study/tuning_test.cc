#include "study/tuning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cxctl {
namespace {

/// 09:00 to 13:00 every day; the last of the hours is answered at `peak`, the others at `other`.
TuningInput Input(double call_rate, double other, double peak) {
  TuningInput input;
  input.call_rate = call_rate;
  input.max_concurrent_calls = 50;
  input.peak_hour_boost = 1;
  input.uses_history = input.has_use_of_history = true;
  std::vector<ContactCount> rows;
  const Instant midnight = ParseDateTime("2026-11-02T00:00:00Z")->instant;
  for (int hour = 9; hour < 13; ++hour) {
    const double rate = hour == 12 ? peak : other;
    rows.push_back({midnight + std::chrono::hours(hour), "ANSWERED", static_cast<std::int64_t>(10'000 * rate)});
    rows.push_back({midnight + std::chrono::hours(hour), "NO_ANSWER", static_cast<std::int64_t>(10'000 * (1 - rate))});
    input.permitted_minutes[static_cast<std::size_t>(hour)] = 7 * 60;
  }
  input.rates = RatesByHour(rows, Zone::Utc(), 100);
  return input;
}

const TunedValue& Find(const Tuning& tuning, std::string_view name) {
  for (const TunedValue& value : tuning.values) {
    if (value.pointer.ends_with(name)) return value;
  }
  ADD_FAILURE() << "no " << name;
  return tuning.values.front();
}

TEST(TuningTest, KeepsTheAttemptsOfAWeekAndMovesThemIntoThePeak) {
  const Tuning tuning = Tune(Input(15, 0.2, 0.3));
  EXPECT_DOUBLE_EQ(Find(tuning, "peakHourBoost").after, 1.5);
  // 15 × 4 h = rate × (3 h + 1.5 h)
  EXPECT_NEAR(Find(tuning, "callRate").after, 13.3, 1e-9);
}

TEST(TuningTest, IsContentWithWhatItProposed) {
  TuningInput input = Input(15, 0.2, 0.3);
  const Tuning first = Tune(input);
  input.call_rate = Find(first, "callRate").after;
  input.peak_hour_boost = Find(first, "peakHourBoost").after;
  input.max_concurrent_calls = static_cast<std::int64_t>(Find(first, "maxConcurrentCalls").after);
  for (const TunedValue& value : Tune(input).values) EXPECT_FALSE(value.changes()) << value.pointer;
}

TEST(TuningTest, StaysWithinEveryLimit) {
  for (const double rate : {0.5, 8.0, 20.0, 29.0, 30.0}) {
    for (const double peak : {0.2, 0.25, 0.4, 0.9}) {
      for (const std::int64_t most : {1, 7, 1000}) {
        TuningInput input = Input(rate, 0.2, peak);
        input.most_calls = most;
        input.max_concurrent_calls = most;
        input.most_calls_by = "the dialer's capacity, CX203";
        const Tuning tuning = Tune(input);
        const double boost = Find(tuning, "peakHourBoost").after, call_rate = Find(tuning, "callRate").after;
        EXPECT_GE(boost, 1);
        EXPECT_LE(call_rate * boost, kMostCallRate + 1e-9) << rate << " " << peak;
        EXPECT_LE(Find(tuning, "maxConcurrentCalls").after, static_cast<double>(most));
        EXPECT_GE(Find(tuning, "maxConcurrentCalls").after, 1);
      }
    }
  }
}

TEST(TuningTest, ProposesNothingWithoutEvidence) {
  TuningInput input = Input(15, 0.2, 0.3);
  input.rates = RatesByHour({}, Zone::Utc(), 100);
  EXPECT_TRUE(Tune(input).values.empty());
  EXPECT_THAT(Tune(input).remarks.front(), testing::HasSubstr("no history"));
  input = Input(15, 0.2, 0.3);
  for (HourRate& hour : input.rates.hours) hour.is_judged = hour.is_peak = false;
  EXPECT_TRUE(Tune(input).values.empty());
  EXPECT_THAT(Tune(input).remarks.back(), testing::HasSubstr("too few attempts: 09:00 (10000)"));
  input = Input(15, 0.2, 0.3);
  input.permitted_minutes = {};
  EXPECT_TRUE(Tune(input).values.empty());
  // The campaign's history is of other hours than those in which this schedule dials.
  input.permitted_minutes[7] = 7 * 60;
  EXPECT_TRUE(Tune(input).values.empty());
  EXPECT_THAT(Tune(input).remarks.front(), testing::HasSubstr("no hour in which it dials"));
}

TEST(TuningTest, ProposesNoBoostThatCanNeverApply) {
  TuningInput input = Input(15, 0.2, 0.3);
  input.peak_hour_boost = std::nullopt;
  input.max_concurrent_calls = 20;
  input.permitted_minutes[12] = 0;  // The peak hour.
  const Tuning tuning = Tune(input);
  EXPECT_FALSE(Find(tuning, "peakHourBoost").changes());
  EXPECT_EQ(Find(tuning, "peakHourBoost").reason, "it permits no calls in the peak hours (12:00-13:00)");
  EXPECT_FALSE(Find(tuning, "callRate").changes());
  EXPECT_EQ(Find(tuning, "callRate").reason, "the same 18900 attempts a week");
  // 15 calls a minute of 18 s and 20 % of 150 s: what is answered in the peak hours is of no concern here.
  EXPECT_DOUBLE_EQ(Find(tuning, "maxConcurrentCalls").after, 12);
}

TEST(TuningTest, ABoostOfAllHoursIsNoBoost) {
  TuningInput input = Input(15, 0.2, 0.3);
  input.permitted_minutes = {};
  input.permitted_minutes[12] = 7 * 60;
  const Tuning tuning = Tune(input);
  EXPECT_FALSE(Find(tuning, "peakHourBoost").changes());
  EXPECT_EQ(Find(tuning, "peakHourBoost").reason, "it permits calls in peak hours alone (12:00-13:00)");
  EXPECT_FALSE(Find(tuning, "callRate").changes());
}

TEST(TuningTest, ABoostCountsOnlyWhereHistoryIsUsedAndSwitchesItOn) {
  TuningInput input = Input(15, 0.2, 0.3);
  input.uses_history = false;
  input.peak_hour_boost = 1.5;  // Written, and of no effect: 15 × 4 h a day are dialed now.
  const Tuning tuning = Tune(input);
  EXPECT_NEAR(Find(tuning, "callRate").after, 13.3, 1e-9);
  EXPECT_FALSE(Find(tuning, "peakHourBoost").changes());
  const TunedValue& use = Find(tuning, "useHistoricalAnswerRates");
  EXPECT_TRUE(use.is_switch && use.changes());
  EXPECT_EQ(use.before, 0);
  input.has_use_of_history = false;
  EXPECT_EQ(Find(Tune(input), "useHistoricalAnswerRates").before, std::nullopt);
  // Nothing to boost: nothing to switch on.
  input = Input(15, 0.2, 0.2);
  input.uses_history = false;
  EXPECT_EQ(Tune(input).values.size(), 3u);
}

TEST(TuningTest, TakesABoostAwayThatNothingSpeaksFor) {
  TuningInput input = Input(15, 0.2, 0.2);
  input.peak_hour_boost = 1.5;
  EXPECT_DOUBLE_EQ(Find(Tune(input), "peakHourBoost").after, 1);
}

}  // namespace
}  // namespace cxctl
