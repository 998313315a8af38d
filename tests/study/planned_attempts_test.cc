#include "study/planned_attempts.h"

#include <gtest/gtest.h>

#include "value/json.h"

namespace cxctl {
namespace {

TEST(PlannedAttemptsTest, ABoostCountsInThePeakHours) {
  DialSpeed speed{10, 1.5, {}};
  speed.is_peak[12] = true;
  std::array<double, 24> minutes{};
  minutes[11] = minutes[12] = 60;
  EXPECT_DOUBLE_EQ(PlannedAttempts(speed, minutes), 600 + 900);
  EXPECT_EQ(HoursText(speed.is_peak), "12:00-13:00");
  speed.is_peak[13] = speed.is_peak[23] = true;
  EXPECT_EQ(HoursText(speed.is_peak), "12:00-14:00, 23:00-24:00");
  EXPECT_EQ(HoursText({}), "");
}

TEST(PlannedAttemptsTest, ABoostWithoutHistoryIsNone) {
  Arena arena;
  const auto boost_of = [&](std::string_view settings) { return PeakBoostOf(*ParseJson(arena, settings)); };
  EXPECT_DOUBLE_EQ(boost_of(R"({"optimizationSettings": {"useHistoricalAnswerRates": true, "peakHourBoost": 1.5}})"),
                   1.5);
  EXPECT_DOUBLE_EQ(boost_of(R"({"optimizationSettings": {"useHistoricalAnswerRates": false, "peakHourBoost": 1.5}})"),
                   1);
  EXPECT_DOUBLE_EQ(boost_of(R"({"optimizationSettings": {"peakHourBoost": 1.5}})"), 1);
  EXPECT_DOUBLE_EQ(boost_of(R"({"optimizationSettings": {"useHistoricalAnswerRates": true}})"), 1);
  EXPECT_DOUBLE_EQ(boost_of("{}"), 1);
}

TEST(MinutesTest, AreThoseOfTheClock) {
  const Zone kathmandu = *Zone::Load("Asia/Kathmandu");  // 05:45 ahead
  const Instant start = ParseDateTime("2026-11-02T00:00:00Z")->instant;
  const auto minutes = MinutesByHour(IntervalSet({{start, start + std::chrono::minutes(30)}}), kathmandu, 1);
  EXPECT_NEAR(minutes[5], 15, 1e-9);
  EXPECT_NEAR(minutes[6], 15, 1e-9);
}

}  // namespace
}  // namespace cxctl
