#include "calendar/compile.h"

#include <gtest/gtest.h>

#include <string>

#include "value/json.h"

namespace cxctl {
namespace {

Instant At(const char* text) {
  return ParseDateTime(text)->instant;
}

/// Windows and blackouts, one a line.
std::string Compiled(const std::string& calendar, const char* from, const char* to) {
  Arena arena;
  const auto spec = ParseJson(arena, calendar);
  EXPECT_TRUE(spec) << calendar;
  const Interval range{At(from), At(to)};
  const auto read = CallingCalendar::Read(*spec);
  EXPECT_TRUE(read);
  const CompiledCalendar compiled = CompileCalendar(*read, range);
  EXPECT_EQ(PermittedTime(compiled.windows, compiled.blackouts, range), read->Permitted(range));
  std::string text;
  for (const DailyWindow& window : compiled.windows) {
    text += FormatTimeOfDay(window.start_minute) + "-" + FormatTimeOfDay(window.end_minute) + " " + window.zone.name() +
            "\n";
  }
  for (const Blackout& blackout : compiled.blackouts) {
    text += FormatUtc(blackout.interval.start) + "/" + FormatUtc(blackout.interval.end) + " " + blackout.reason + "\n";
  }
  return text;
}

TEST(CompileTest, ClosedDaysAreBlackouts) {
  EXPECT_EQ(Compiled(R"({"timeZone":"America/New_York","windows":[
                       {"days":["mon","tue","wed","thu","fri"],"startTime":"09:00","endTime":"21:00"},
                       {"days":["sat"],"startTime":"10:00","endTime":"17:00"}]})",
                     "2026-11-27T05:00:00Z", "2026-11-30T05:00:00Z"),
            "09:00-21:00 America/New_York\n"
            "2026-11-28T14:00:00Z/2026-11-28T15:00:00Z closed: sat\n"
            "2026-11-28T22:00:00Z/2026-11-29T02:00:00Z closed: sat\n"
            "2026-11-29T14:00:00Z/2026-11-30T02:00:00Z closed: sun\n");
}

TEST(CompileTest, WindowsAreTheFewestThatCoverTheCalendars) {
  EXPECT_EQ(Compiled(R"({"timeZone":"UTC","windows":[
                       {"days":["mon"],"startTime":"09:00","endTime":"12:00"},
                       {"days":["tue"],"startTime":"12:00","endTime":"14:00"},
                       {"days":["mon"],"startTime":"18:00","endTime":"20:00"}]})",
                     "2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z"),
            "09:00-14:00 UTC\n18:00-20:00 UTC\n"
            "2026-11-23T12:00:00Z/2026-11-23T14:00:00Z closed: mon\n"
            "2026-11-24T09:00:00Z/2026-11-24T12:00:00Z closed: tue\n"
            "2026-11-24T18:00:00Z/2026-11-24T20:00:00Z closed: tue\n");
}

TEST(CompileTest, AWindowOverMidnightClosesAsTheDayOnWhichItBegan) {
  EXPECT_EQ(Compiled(R"({"timeZone":"UTC","windows":[{"days":["fri"],"startTime":"22:00","endTime":"02:00"}]})",
                     "2026-11-19T00:00:00Z", "2026-11-23T00:00:00Z"),
            "22:00-02:00 UTC\n"
            "2026-11-19T00:00:00Z/2026-11-19T02:00:00Z closed: wed\n"
            "2026-11-19T22:00:00Z/2026-11-20T02:00:00Z closed: thu\n"
            "2026-11-21T22:00:00Z/2026-11-22T02:00:00Z closed: sat\n"
            "2026-11-22T22:00:00Z/2026-11-23T00:00:00Z closed: sun\n");
}

TEST(CompileTest, TheEndOfTheDayIsMidnight) {
  for (const char* end : {"24:00", "00:00"}) {
    EXPECT_EQ(Compiled(std::string(R"({"timeZone":"UTC","windows":[{"days":["fri"],"startTime":"20:00","endTime":")") +
                           end + R"("}]})",
                       "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"),
              "20:00-00:00 UTC\n");
  }
}

TEST(CompileTest, WholeDaysAreOneWindow) {
  EXPECT_EQ(Compiled(R"({"timeZone":"UTC","windows":[{"days":["fri","sat"],"startTime":"00:00","endTime":"24:00"}]})",
                     "2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z"),
            "00:00-00:00 UTC\n2026-11-22T00:00:00Z/2026-11-23T00:00:00Z closed: sun\n");
}

TEST(CompileTest, BlackoutsAreCutToTheWindowsAndTheRange) {
  EXPECT_EQ(Compiled(R"({"timeZone":"America/New_York",
                       "windows":[{"days":["thu","fri"],"startTime":"09:00","endTime":"21:00"}],
                       "blackouts":[{"date":"2026-11-26","reason":"Thanksgiving"},{"annual":"11-27"},
                         {"startTime":"2026-11-27T12:00:00-05:00","endTime":"2026-11-27T14:00:00-05:00","reason":"drill"},
                         {"date":"2027-01-01","reason":"New Year"}]})",
                     "2026-11-26T15:00:00Z", "2026-11-27T18:00:00Z"),
            "09:00-21:00 America/New_York\n"
            "2026-11-26T15:00:00Z/2026-11-27T02:00:00Z Thanksgiving\n"
            "2026-11-27T14:00:00Z/2026-11-27T18:00:00Z blackout\n");
}

TEST(CompileTest, ReasonsAreThoseWrittenThenTheLawThenTheDays) {
  EXPECT_EQ(Compiled(R"({"timeZone":"America/New_York","clip":true,"jurisdictions":["us-la","us-fl"],
                       "windows":[{"days":["fri"],"startTime":"09:00","endTime":"21:00"}],
                       "blackouts":[{"startTime":"2026-11-27T20:30:00-05:00","endTime":"2026-11-28T00:00:00-05:00",
                                     "reason":"party"}]})",
                     "2026-11-27T05:00:00Z", "2026-11-30T05:00:00Z"),
            "09:00-21:00 America/New_York\n"
            "2026-11-28T01:00:00Z/2026-11-28T01:30:00Z us-la\n"
            "2026-11-28T01:30:00Z/2026-11-28T02:00:00Z party\n"
            "2026-11-28T14:00:00Z/2026-11-29T01:00:00Z closed: sat\n"
            "2026-11-29T01:00:00Z/2026-11-29T02:00:00Z us-la\n"
            "2026-11-29T14:00:00Z/2026-11-30T02:00:00Z us-la\n");
}

TEST(CompileTest, WithoutClipTheLawTakesNothingAway) {
  EXPECT_EQ(Compiled(R"({"timeZone":"America/New_York","jurisdictions":["us-fl"],
                       "windows":[{"days":["fri"],"startTime":"09:00","endTime":"21:00"}]})",
                     "2026-11-27T05:00:00Z", "2026-11-28T05:00:00Z"),
            "09:00-21:00 America/New_York\n");
}

TEST(CompileTest, TheLawHoldsInEachCalledZone) {
  EXPECT_EQ(Compiled(R"({"timeZone":"America/New_York","clip":true,"jurisdictions":["us-fcc"],
                       "calledZones":["America/New_York","America/Los_Angeles"],
                       "windows":[{"days":["fri"],"startTime":"08:00","endTime":"22:00"}]})",
                     "2026-11-27T05:00:00Z", "2026-11-28T05:00:00Z"),
            "08:00-22:00 America/New_York\n"
            "2026-11-27T13:00:00Z/2026-11-27T16:00:00Z us-fcc\n"
            "2026-11-28T02:00:00Z/2026-11-28T03:00:00Z us-fcc\n");
}

TEST(CompileTest, ClocksThatChange) {
  // 2026-11-01 in New York: 01:00 to 02:00 comes twice. 2027-03-14: 02:00 to 03:00 does not come.
  const std::string nights =
      R"({"timeZone":"America/New_York","windows":[{"days":["sun"],"startTime":"00:30","endTime":"02:30"}]})";
  EXPECT_EQ(Compiled(nights, "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"), "00:30-02:30 America/New_York\n");
  EXPECT_EQ(Compiled(nights, "2027-03-13T05:00:00Z", "2027-03-15T04:00:00Z"),
            "00:30-02:30 America/New_York\n2027-03-13T05:30:00Z/2027-03-13T07:30:00Z closed: sat\n");
}

TEST(CompileTest, LeapDays) {
  const std::string leap =
      R"({"timeZone":"UTC","windows":[{"days":["mon","tue","wed"],"startTime":"09:00","endTime":"10:00"}],
          "blackouts":[{"annual":"02-29","reason":"leap"}]})";
  EXPECT_EQ(Compiled(leap, "2028-02-28T00:00:00Z", "2028-03-01T00:00:00Z"),
            "09:00-10:00 UTC\n2028-02-29T09:00:00Z/2028-02-29T10:00:00Z leap\n");
  EXPECT_EQ(Compiled(leap, "2027-03-01T00:00:00Z", "2027-03-02T00:00:00Z"), "09:00-10:00 UTC\n");
}

}  // namespace
}  // namespace cxctl
