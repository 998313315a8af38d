#include "calendar/called_party.h"

#include <gtest/gtest.h>

#include "value/json.h"

namespace cxctl {
namespace {

CallingCalendar Calendar(std::string_view spec) {
  Arena arena;
  return CallingCalendar::Read(*ParseJson(arena, spec)).value();
}

Instant At(std::string_view text) {
  return ParseDateTime(text)->instant;
}

const Interval kWeek{At("2026-11-22T00:00:00Z"), At("2026-11-29T00:00:00Z")};
constexpr const char* kSpec =
    R"({"timeZone":"America/New_York","jurisdictions":["us-fl"],"windows":[{"days":["mon","tue","wed","thu","fri"],)"
    R"("startTime":"09:00","endTime":"21:00"}],"blackouts":[{"date":"2026-11-26"}]})";

TEST(CalledPartyTest, IsTheIntersectionOfTheCalendarHereAndThere) {
  const CallingCalendar calendar = Calendar(kSpec);
  const Zone there = *Zone::Load("America/Los_Angeles");
  const IntervalSet party = PermittedForParty(calendar, std::span(&there, 1), kWeek);
  const CallingCalendar florida_in_california = calendar.In(there);
  IntervalSet expected = Intersection(calendar.Permitted(kWeek), florida_in_california.WrittenTime(kWeek));
  expected = Difference(expected, florida_in_california.ForbiddenBy(*FindRulePack("us-fl"), kWeek));
  EXPECT_EQ(party, expected);
  EXPECT_EQ(party.intervals().front(), (Interval{At("2026-11-23T17:00:00Z"), At("2026-11-24T02:00:00Z")}));
}

TEST(CalledPartyTest, WithoutZonesTheCalendarsOwnStandsForThePartys) {
  const CallingCalendar calendar = Calendar(kSpec);
  EXPECT_EQ(PermittedForParty(calendar, {}, kWeek), PermittedForParty(calendar, std::span(&calendar.zone(), 1), kWeek));
  EXPECT_FALSE(IsPermittedForParty(calendar, {}, At("2026-11-23T20:30:00-05:00"))) << "Florida's law ends at 20:00";
}

TEST(CalledPartyTest, MoreZonesNeverPermitMore) {
  const CallingCalendar calendar = Calendar(kSpec);
  std::vector<Zone> zones;
  IntervalSet before = PermittedForParty(calendar, zones, kWeek);
  for (const char* name : {"America/New_York", "America/Chicago", "America/Los_Angeles", "Pacific/Honolulu"}) {
    zones.push_back(*Zone::Load(name));
    const IntervalSet now = PermittedForParty(calendar, zones, kWeek);
    EXPECT_TRUE(now.IsSubsetOf(before)) << name;
    before = now;
  }
}

TEST(CalledPartyTest, TheNextTimeIsTheFirstOne) {
  const CallingCalendar calendar = Calendar(kSpec);
  const Zone there = *Zone::Load("America/Los_Angeles");
  const auto next = NextPermittedForParty(calendar, std::span(&there, 1), At("2026-11-25T22:00:00-05:00"));
  EXPECT_EQ(next, At("2026-11-27T09:00:00-08:00")) << "Thanksgiving is closed";
  const CallingCalendar never = Calendar(R"({"timeZone":"UTC","windows":[]})");
  EXPECT_FALSE(NextPermittedForParty(never, {}, kWeek.start));
}

}  // namespace
}  // namespace cxctl
