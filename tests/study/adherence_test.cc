#include "study/adherence.h"

#include <gtest/gtest.h>

namespace cxctl {
namespace {

Instant At(std::string_view text) {
  return ParseDateTime(text)->instant;
}

TEST(AdherenceTest, PlansTheMinutesOfTheLocalDay) {
  const Zone zone = *Zone::Load("America/New_York");
  DailyPlan plan;
  plan.speed.call_rate = 2;
  plan.range = {At("2026-10-31T04:00:00Z"), At("2026-11-02T05:00:00Z")};
  plan.permitted = IntervalSet({plan.range});  // All the time: a day of 24 hours, and one of 25.
  const auto days = AdherenceByDay(plan, zone, {{At("2026-11-01T03:00:00Z"), "BUSY", 5}});
  ASSERT_EQ(days.size(), 2u);
  EXPECT_DOUBLE_EQ(days[0].planned, 2 * 60 * 24);
  EXPECT_DOUBLE_EQ(days[1].planned, 2 * 60 * 25);
  EXPECT_EQ(days[0].actual.attempts, 5);
  EXPECT_FALSE(days[0].is_part);
  EXPECT_DOUBLE_EQ(Sum(days).planned, 2 * 60 * 49);
}

TEST(AdherenceTest, PlansTheBoostInThePeakHours) {
  DailyPlan plan;
  plan.speed = {10, 1.5, {}};
  plan.speed.is_peak[10] = true;
  plan.range = {At("2026-11-02T00:00:00Z"), At("2026-11-03T00:00:00Z")};
  plan.permitted = IntervalSet({{At("2026-11-02T09:00:00Z"), At("2026-11-02T11:30:00Z")}});
  EXPECT_DOUBLE_EQ(AdherenceByDay(plan, Zone::Utc(), {})[0].planned, 10 * (60 + 1.5 * 60 + 30));
}

TEST(AdherenceTest, APlannedVolumeIsForThePermittedTimeOfTheDay) {
  DailyPlan plan;
  plan.per_day = 1000;
  plan.range = {At("2026-11-02T00:00:00Z"), At("2026-11-03T12:00:00Z")};
  plan.permitted = IntervalSet({{At("2026-11-03T10:00:00Z"), At("2026-11-03T20:00:00Z")}});
  const auto days = AdherenceByDay(plan, Zone::Utc(), {});
  ASSERT_EQ(days.size(), 2u);
  EXPECT_DOUBLE_EQ(days[0].planned, 0);
  EXPECT_FALSE(days[0].rate());
  EXPECT_DOUBLE_EQ(days[1].planned, 200) << "two of its ten hours";
  EXPECT_TRUE(days[1].is_part);
}

}  // namespace
}  // namespace cxctl
