#include "study/answer_rates.h"

#include <gtest/gtest.h>

namespace cxctl {
namespace {

Instant At(std::string_view text) {
  return ParseDateTime(text)->instant;
}

TEST(WilsonTest, IsRightForFewAttemptsAndAtTheEnds) {
  // The figures of Brown, Cai and DasGupta's formula, worked out by hand.
  const RateInterval tenth = WilsonInterval(10, 100);
  EXPECT_NEAR(tenth.low, 0.05523, 1e-5);
  EXPECT_NEAR(tenth.high, 0.17437, 1e-5);
  EXPECT_DOUBLE_EQ(WilsonInterval(0, 10).low, 0);
  EXPECT_NEAR(WilsonInterval(0, 10).high, 0.27753, 1e-5);
  EXPECT_DOUBLE_EQ(WilsonInterval(10, 10).high, 1);
  EXPECT_DOUBLE_EQ(WilsonInterval(0, 0).high, 1);
}

TEST(RatesTest, ReadsTheClockOfTheZoneOverADaylightSavingChange) {
  const Zone zone = *Zone::Load("America/New_York");
  const AnswerRates rates = RatesByHour({{At("2026-11-01T05:00:00Z"), "ANSWERED", 10},   // 01:00 EDT
                                         {At("2026-11-01T06:00:00Z"), "ANSWERED", 20},   // 01:00 EST, once more
                                         {At("2026-10-30T13:00:00Z"), "NO_ANSWER", 5},   // 09:00 EDT
                                         {At("2026-11-02T14:00:00Z"), "NO_ANSWER", 7}},  // 09:00 EST
                                        zone, 1);
  EXPECT_EQ(rates.hours[1].sums.attempts, 30);
  EXPECT_EQ(rates.hours[9].sums.attempts, 12);
  EXPECT_EQ(rates.judged_hours(), 2u);
}

TEST(RatesTest, CountsPersonsAmongAllAttempts) {
  const Instant at = At("2026-11-02T14:00:00Z");
  const AnswerRates rates = RatesByHour({{at, "ANSWERED", 20},
                                         {at, "ABANDONED", 5},
                                         {at, "MACHINE", 25},
                                         {at, "NO_ANSWER", 30},
                                         {at, "BUSY", 10},
                                         {at, "FAILED", 10}},
                                        Zone::Utc(), 100);
  EXPECT_DOUBLE_EQ(rates.hours[14].sums.answer_rate(), 0.25);
  EXPECT_EQ(rates.hours[14].sums.abandoned, 5);
  EXPECT_TRUE(rates.hours[14].is_judged);
}

TEST(RatesTest, FindsPeaksByRateBeyondChance) {
  std::vector<ContactCount> rows;
  const auto add = [&](std::string_view at, std::int64_t answered, std::int64_t others) {
    rows.push_back({At(at), "ANSWERED", answered});
    rows.push_back({At(at), "NO_ANSWER", others});
  };
  add("2026-11-02T09:00:00Z", 2000, 8000);  // Most answers, no peak.
  add("2026-11-02T18:00:00Z", 400, 600);
  add("2026-11-02T19:00:00Z", 30, 90);  // Better, but by chance perhaps.
  add("2026-11-02T20:00:00Z", 9, 1);    // Too few to be judged.
  const AnswerRates rates = RatesByHour(rows, Zone::Utc(), 100);
  EXPECT_FALSE(rates.hours[9].is_peak);
  EXPECT_TRUE(rates.hours[18].is_peak);
  EXPECT_FALSE(rates.hours[19].is_peak);
  EXPECT_FALSE(rates.hours[20].is_peak);
  EXPECT_FALSE(rates.hours[20].is_judged);
}

TEST(RatesTest, APeakStaysOneWhenItIsDialedMore) {
  const auto peaks_with = [](std::int64_t boost) {
    std::vector<ContactCount> rows;
    for (int hour = 9; hour < 18; ++hour) {
      const std::int64_t attempts = hour < 15 ? 1000 : 1000 * boost;
      const std::int64_t answered = attempts * (hour < 15 ? 30 : 2 * hour + 20) / 100;  // 30 %, then 50, 52 and 54 %
      const Instant at = At("2026-11-02T00:00:00Z") + std::chrono::hours(hour);
      rows.push_back({at, "ANSWERED", answered});
      rows.push_back({at, "NO_ANSWER", attempts - answered});
    }
    std::vector<int> peaks;
    const AnswerRates rates = RatesByHour(rows, Zone::Utc(), 100);
    for (int hour = 0; hour < 24; ++hour) {
      if (rates.hours[static_cast<std::size_t>(hour)].is_peak) peaks.push_back(hour);
    }
    return peaks;
  };
  EXPECT_EQ(peaks_with(1), (std::vector<int>{15, 16, 17}));
  EXPECT_EQ(peaks_with(20), peaks_with(1)) << "it would be over the bar no more if all attempts counted";
}

}  // namespace
}  // namespace cxctl
