#include "author/adjust_calendar.h"

#include <gmock/gmock.h>

#include "author/fold_calendar.h"
#include "calendar/compile.h"
#include "plan/content.h"
#include "value/json.h"

namespace cxctl {
namespace {

/// As us-weekdays of the example, shortened.
constexpr std::string_view kCalendar = R"({"timeZone":"America/New_York",
  "windows":[{"days":["mon","tue","wed","thu","fri"],"startTime":"09:00","endTime":"20:00"}],
  "blackouts":[{"annual":"01-01","reason":"New Year's Day"},{"annual":"07-04","reason":"Independence Day"},
    {"annual":"12-25","reason":"Christmas Day"},{"date":"2027-01-18","reason":"MLK Day"},
    {"date":"2027-05-31","reason":"Memorial Day"},
    {"startTime":"2026-12-24T14:00:00-05:00","endTime":"2026-12-25T00:00:00-05:00","reason":"Christmas Eve","allowMidWindow":true}]})";

Value Parsed(Arena& arena, std::string_view json) {
  const auto value = ParseJson(arena, json);
  return value ? *value : Value::Null();
}

/// What a calendar compiles to in December and January, in the API's form.
Value Compiled(Arena& arena, const Value& calendar) {
  const Interval range{ParseDateTime("2026-12-01T05:00:00Z")->instant, ParseDateTime("2027-02-01T05:00:00Z")->instant};
  const CompiledCalendar compiled = CompileCalendar(*CallingCalendar::Read(calendar), range);
  ArrayBuilder windows(arena), blackouts(arena);
  for (const DailyWindow& window : compiled.windows) windows.Add(WindowValue(arena, window));
  for (const Blackout& blackout : compiled.blackouts) blackouts.Add(BlackoutValue(arena, blackout));
  return ObjectBuilder(arena)
      .Set("startTime", FormatUtc(range.start))
      .Set("endTime", FormatUtc(range.end))
      .Set("regulatoryWindows", windows.Build())
      .Set("blackoutPeriods", blackouts.Build())
      .Build();
}

Value WithoutReason(Arena& arena, const Value& schedule, std::string_view reason) {
  ArrayBuilder left(arena);
  for (const Value& each : schedule.Find("blackoutPeriods")->items()) {
    if (each.GetString("reason") != reason) left.Add(each);
  }
  return ObjectBuilder(arena, schedule).Set("blackoutPeriods", left.Build()).Build();
}

Value WithBlackout(Arena& arena, const Value& schedule, std::string_view blackout) {
  ArrayBuilder all(arena);
  for (const Value& each : schedule.Find("blackoutPeriods")->items()) all.Add(each);
  all.Add(Parsed(arena, blackout));
  return ObjectBuilder(arena, schedule).Set("blackoutPeriods", all.Build()).Build();
}

std::string WindowsOf(const std::optional<Value>& calendar) {
  return calendar ? ToJson(*calendar->Find("windows")) : "nothing";
}

TEST(AdjustCalendar, ADayThatWasOpenedIsAllThatChanges) {
  Arena arena;
  const Value calendar = Parsed(arena, kCalendar);
  const auto adjusted = AdjustCalendar(arena, calendar, WithoutReason(arena, Compiled(arena, calendar), "closed: sat"));
  EXPECT_EQ(WindowsOf(adjusted),
            R"([{"days":["mon","tue","wed","thu","fri","sat"],"startTime":"09:00","endTime":"20:00"}])");
  EXPECT_EQ(*adjusted->Find("blackouts"), *calendar.Find("blackouts"));
}

TEST(AdjustCalendar, WhatComesAgainEachYearIsNotOpenedForOne) {
  Arena arena;
  const Value calendar = Parsed(arena, kCalendar);
  EXPECT_EQ(
      WindowsOf(AdjustCalendar(arena, calendar, WithoutReason(arena, Compiled(arena, calendar), "Christmas Day"))),
      "nothing");
}

TEST(AdjustCalendar, WithoutAnyBlackoutHolidaysStay) {
  Arena arena;
  const Value calendar = Parsed(arena, kCalendar);
  const Value open = ObjectBuilder(arena, Compiled(arena, calendar)).Set("blackoutPeriods", Value::Array({})).Build();
  EXPECT_EQ(WindowsOf(AdjustCalendar(arena, calendar, open)), "nothing");
}

TEST(AdjustCalendar, ADateOfTheRangeIsOpenedAndTheOthersStay) {
  Arena arena;
  const Value calendar = Parsed(arena, kCalendar);
  const auto adjusted = AdjustCalendar(arena, calendar, WithoutReason(arena, Compiled(arena, calendar), "MLK Day"));
  ASSERT_TRUE(adjusted);
  ArrayBuilder left(arena);
  for (const Value& each : calendar.Find("blackouts")->items()) {
    if (each.GetString("reason") != "MLK Day") left.Add(each);
  }
  EXPECT_EQ(ToJson(*adjusted->Find("blackouts")), ToJson(left.Build()));
}

TEST(AdjustCalendar, ABlackoutThatGoesOnBehindTheRangeIsWrittenUpToItsEnd) {
  Arena arena;
  const Value calendar = Parsed(arena, R"({"timeZone":"America/New_York","windows":[
    {"days":["mon","tue","wed","thu","fri","sat","sun"],"startTime":"09:00","endTime":"20:00"}]})");
  const Value schedule =
      WithBlackout(arena, Compiled(arena, calendar),
                   R"({"startTime":"2027-01-25T17:00:00Z","endTime":"2027-03-01T05:00:00Z","reason":"move"})");
  const auto adjusted = AdjustCalendar(arena, calendar, schedule);
  ASSERT_TRUE(adjusted);
  EXPECT_EQ(ToJson(*adjusted->Find("blackouts")),
            R"([{"startTime":"2027-01-25T12:00:00-05:00","endTime":"2027-02-01T00:00:00-05:00","reason":"move",)"
            R"("allowMidWindow":true}])");
}

TEST(AdjustCalendar, OtherHoursWithTheClosuresAsTheyWere) {
  Arena arena;
  const Value calendar = Parsed(arena, kCalendar);
  const Value windows =
      Parsed(arena, R"([{"startTime":"10:00","endTime":"19:00","timeZone":"America/New_York","enabled":true}])");
  const Value schedule = ObjectBuilder(arena, Compiled(arena, calendar)).Set("regulatoryWindows", windows).Build();
  const auto adjusted = AdjustCalendar(arena, calendar, schedule);
  EXPECT_EQ(WindowsOf(adjusted), R"([{"days":["mon","tue","wed","thu","fri"],"startTime":"10:00","endTime":"19:00"}])");
  EXPECT_EQ(*adjusted->Find("blackouts"), *calendar.Find("blackouts"));
}

TEST(AdjustCalendar, WeekdaysThatTheScheduleNeverHasStayAsTheyAre) {
  Arena arena;
  const Value calendar = Parsed(arena, R"({"timeZone":"America/New_York","windows":[
    {"days":["mon","tue"],"startTime":"09:00","endTime":"20:00"},
    {"days":["sat"],"startTime":"09:00","endTime":"12:00"}]})");
  // Monday to Wednesday: Wednesday was opened. Of Thursday nobody knows.
  const Value schedule = Parsed(arena, R"({"startTime":"2026-12-07T05:00:00Z","endTime":"2026-12-10T05:00:00Z",
    "regulatoryWindows":[{"startTime":"09:00","endTime":"20:00","timeZone":"America/New_York","enabled":true}]})");
  EXPECT_EQ(WindowsOf(AdjustCalendar(arena, calendar, schedule)),
            R"([{"days":["mon","tue","wed"],"startTime":"09:00","endTime":"20:00"},)"
            R"({"days":["sat"],"startTime":"09:00","endTime":"12:00"}])");
}

TEST(CloseTheSameOutside, LooksAtAllDatesAndAtYearsToCome) {
  Arena arena;
  const Value calendar = Parsed(arena, kCalendar);
  const IntervalSet winter(
      {{ParseDateTime("2026-12-01T05:00:00Z")->instant, ParseDateTime("2027-02-01T05:00:00Z")->instant}});
  const auto without = [&](std::string_view reason) {
    ArrayBuilder left(arena);
    for (const Value& each : calendar.Find("blackouts")->items()) {
      if (each.GetString("reason") != reason) left.Add(each);
    }
    return ObjectBuilder(arena, calendar).Set("blackouts", left.Build()).Build();
  };
  EXPECT_TRUE(CloseTheSameOutside(calendar, without("MLK Day"), winter));
  EXPECT_TRUE(CloseTheSameOutside(calendar, without("Christmas Eve"), winter));
  for (const char* reason : {"New Year's Day", "Independence Day", "Christmas Day", "Memorial Day"})
    EXPECT_FALSE(CloseTheSameOutside(calendar, without(reason), winter)) << reason;
  EXPECT_FALSE(PermitsNoMore(calendar, without("MLK Day"), winter));
  EXPECT_TRUE(PermitsNoMore(without("MLK Day"), calendar, winter));
}

TEST(AdjustCalendar, AnotherReasonOfSeveralDaysStandsWhereTheOldOneStood) {
  Arena arena;
  const Value calendar = Parsed(arena, R"({"timeZone":"America/New_York",
    "windows":[{"days":["mon","tue","wed","thu","fri","sat","sun"],"startTime":"09:00","endTime":"17:00"}],
    "blackouts":[{"startTime":"2026-12-12T00:00:00-05:00","endTime":"2026-12-14T00:00:00-05:00","reason":"team"},
                 {"date":"2026-12-24","reason":"eve"}]})");
  const Value schedule = Parsed(arena, R"({"startTime":"2026-12-01T05:00:00Z","endTime":"2027-01-01T05:00:00Z",
    "regulatoryWindows":[{"startTime":"09:00","endTime":"17:00","timeZone":"America/New_York","enabled":true}],
    "blackoutPeriods":[
      {"startTime":"2026-12-12T05:00:00Z","endTime":"2026-12-14T05:00:00Z","reason":"team day"},
      {"startTime":"2026-12-24T05:00:00Z","endTime":"2026-12-25T05:00:00Z","reason":"eve"}]})");
  const auto adjusted = AdjustCalendar(arena, calendar, schedule);
  ASSERT_TRUE(adjusted);
  EXPECT_EQ(ToJson(*adjusted->Find("blackouts")),
            R"([{"startTime":"2026-12-12T00:00:00-05:00","endTime":"2026-12-14T00:00:00-05:00","reason":"team day"},)"
            R"({"date":"2026-12-24","reason":"eve"}])");
}

TEST(AdjustCalendar, ANewBlackoutOfSeveralDaysIsWrittenOnce) {
  Arena arena;
  const Value calendar = Parsed(arena, R"({"timeZone":"America/New_York",
    "windows":[{"days":["mon","tue","wed","thu","fri","sat","sun"],"startTime":"09:00","endTime":"17:00"}]})");
  const Value schedule = Parsed(arena, R"({"startTime":"2026-12-01T05:00:00Z","endTime":"2027-01-01T05:00:00Z",
    "regulatoryWindows":[{"startTime":"09:00","endTime":"17:00","timeZone":"America/New_York","enabled":true}],
    "blackoutPeriods":[{"startTime":"2026-12-12T05:00:00Z","endTime":"2026-12-14T05:00:00Z","reason":"team"}]})");
  const auto adjusted = AdjustCalendar(arena, calendar, schedule);
  ASSERT_TRUE(adjusted);
  EXPECT_EQ(ToJson(*adjusted->Find("blackouts")),
            R"([{"date":"2026-12-12","reason":"team"},{"date":"2026-12-13","reason":"team"}])");
}

}  // namespace
}  // namespace cxctl
