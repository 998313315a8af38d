#include "author/adjust_calendar.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "author/fold_calendar.h"
#include "calendar/compile.h"
#include "edit/random_yaml.h"
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

Interval Winter() {
  return {ParseDateTime("2026-12-01T05:00:00Z")->instant, ParseDateTime("2027-02-01T05:00:00Z")->instant};
}

/// What a calendar compiles to, in the API's form.
Value Compiled(Arena& arena, const Value& calendar, const Interval& range = Winter()) {
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

TEST(AdjustCalendar, HoursThatTheScheduleTellsOfSomeWeekdaysOnlyAreNotTakenForAll) {
  Arena arena;
  const Value calendar = Parsed(arena, kCalendar);
  const Value schedule = Parsed(arena, R"({"startTime":"2026-12-07T05:00:00Z","endTime":"2026-12-10T05:00:00Z",
    "regulatoryWindows":[{"startTime":"10:00","endTime":"19:00","timeZone":"America/New_York","enabled":true}]})");
  EXPECT_EQ(WindowsOf(AdjustCalendar(arena, calendar, schedule)), "nothing");
}

/// A calendar, a range and what somebody made of a schedule that followed it, as dice decide.
struct RandomEdit {
  RandomEdit(Arena& arena, std::uint64_t seed) : dice(seed) {
    const char* windows = OneOf({R"([{"days":["mon","tue","wed","thu","fri"],"startTime":"09:00","endTime":"20:00"}])",
                                 R"([{"days":["mon","wed"],"startTime":"09:00","endTime":"17:00"},)"
                                 R"({"days":["tue","sat"],"startTime":"10:00","endTime":"14:00"}])",
                                 R"([{"days":["fri"],"startTime":"20:00","endTime":"02:00"},)"
                                 R"({"days":["mon","tue","wed","thu"],"startTime":"08:00","endTime":"12:00"}])"});
    std::string blackouts;
    for (std::size_t i = 0, n = dice.Below(6); i < n; ++i) {
      blackouts += blackouts.empty() ? "" : ",";
      blackouts +=
          OneOf({R"({"annual":"12-25","reason":"Christmas"})", R"({"annual":"02-29","reason":"leap"})",
                 R"({"date":"2026-12-08","reason":"move"})", R"({"date":"2027-05-31","reason":"Memorial Day"})",
                 R"({"startTime":"2026-12-15T12:00:00Z","endTime":"2026-12-19T18:00:00Z","reason":"drill"})",
                 R"({"startTime":"2026-10-30T00:00:00Z","endTime":"2026-12-04T18:00:00Z","reason":"works"})"});
    }
    calendar = Parsed(
        arena, fmt::format(R"({{"timeZone":"America/New_York","windows":{},"blackouts":[{}]}})", windows, blackouts));
    range = {ParseDateTime(OneOf({"2026-12-01T05:00:00Z", "2026-12-02T17:00:00Z", "2026-02-20T05:00:00Z"}))->instant,
             ParseDateTime(OneOf({"2026-12-04T05:00:00Z", "2026-12-20T04:59:59Z", "2027-06-01T00:00:00Z"}))->instant};
    schedule = Compiled(arena, calendar, range);
    for (std::size_t i = 0, n = 1 + dice.Below(2); i < n; ++i) Edit(arena);
    schedule = CanonicalContent(arena, ObjectKind::kSchedule, schedule);
  }

  const char* OneOf(std::initializer_list<const char*> choices) {
    return *(choices.begin() + dice.Below(choices.size()));
  }

  void Edit(Arena& arena) {
    const auto& windows = schedule.Find("regulatoryWindows")->items();
    switch (dice.Below(4)) {
      case 0:
        schedule = WithoutReason(arena, schedule, OneOf({"closed: sat", "closed: sun", "move", "Christmas", "drill"}));
        break;
      case 1:
        schedule = WithBlackout(
            arena, schedule,
            OneOf({R"({"startTime":"2026-12-10T05:00:00Z","endTime":"2026-12-11T05:00:00Z","reason":"new"})",
                   R"({"startTime":"2026-12-18T16:00:00Z","endTime":"2027-01-11T05:00:00Z","reason":"closed: fri"})",
                   R"({"startTime":"2026-12-03T15:00:00Z","endTime":"2026-12-03T16:00:00Z","reason":"move"})"}));
        break;
      case 2:
        if (!windows.empty()) {
          ArrayBuilder changed(arena);
          for (const Value& each : windows) changed.Add(each);
          changed.Add(ObjectBuilder(arena, windows[0]).Set("startTime", OneOf({"07:00", "10:30"})).Build());
          const Value all = changed.Build();
          const Value moved = Value::Array(arena.CopyItems(all.items().subspan(1)));
          schedule = ObjectBuilder(arena, schedule).Set("regulatoryWindows", moved).Build();
        }
        break;
      default:
        schedule = ObjectBuilder(arena, schedule).Set("blackoutPeriods", Value::Array({})).Build();
    }
  }

  Dice dice;
  Value calendar, schedule;
  Interval range;
};

bool LiesOutside(const Value& blackout, const Interval& range) {
  if (blackout.Find("annual")) return true;
  const std::string_view date = blackout.GetString("date");
  if (!date.empty()) return date < FormatUtc(range.start).substr(0, 10) || date > FormatUtc(range.end).substr(0, 10);
  return ParseDateTime(blackout.GetString("endTime"))->instant <= range.start ||
         range.end <= ParseDateTime(blackout.GetString("startTime"))->instant;
}

TEST(AdjustCalendar, WhateverChangesWhatTheScheduleCannotTellStays) {
  std::size_t adjusted_count = 0;
  for (std::uint64_t seed = 1; seed <= 120 && !testing::Test::HasFailure(); ++seed) {
    Arena arena;
    const RandomEdit edit(arena, seed);
    SCOPED_TRACE(fmt::format("seed {}\n{}\n{}", seed, ToJson(edit.calendar), ToJson(edit.schedule)));
    const auto adjusted = AdjustCalendar(arena, edit.calendar, edit.schedule);
    if (!adjusted) continue;
    adjusted_count += *adjusted == edit.calendar ? 0 : 1;
    SCOPED_TRACE(ToJson(*adjusted));
    EXPECT_TRUE(CompilesTo(arena, *adjusted, edit.schedule));
    std::vector<std::string> kept, stays;
    for (const Value& each : edit.calendar.Find("blackouts")->items()) {
      if (LiesOutside(each, edit.range)) stays.push_back(ToJson(each));
    }
    for (const Value& each : adjusted->Find("blackouts")->items()) {
      if (LiesOutside(each, edit.range)) kept.push_back(ToJson(each));
    }
    EXPECT_EQ(kept, stays);
  }
  EXPECT_GT(adjusted_count, 20u);
}

TEST(CloseTheSameOutside, LooksAtAllDatesAndAtYearsToCome) {
  Arena arena;
  const Value calendar = Parsed(arena, kCalendar);
  const IntervalSet winter({Winter()});
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
