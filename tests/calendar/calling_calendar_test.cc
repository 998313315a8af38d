#include "calendar/calling_calendar.h"

#include <gtest/gtest.h>

#include <string>

#include "value/json.h"

namespace cxctl {
namespace {

/// The permitted stretches as `start/end`, separated by spaces.
std::string Permitted(const std::string& calendar, const char* from, const char* to) {
  Arena arena;
  const auto spec = ParseJson(arena, calendar);
  EXPECT_TRUE(spec) << calendar;
  std::string text;
  const IntervalSet permitted = CalendarPermitted(*spec, {ParseDateTime(from)->instant, ParseDateTime(to)->instant});
  for (const Interval& each : permitted.intervals()) {
    text += (text.empty() ? "" : " ") + FormatUtc(each.start) + "/" + FormatUtc(each.end);
  }
  return text;
}

std::string Calendar(const std::string& zone, const std::string& days, const char* start, const char* end,
                     const std::string& blackouts = "") {
  return R"({"timeZone":")" + zone + R"(","windows":[{"days":[)" + days + R"(],"startTime":")" + start +
         R"(","endTime":")" + end + R"("}],"blackouts":[)" + blackouts + "]}";
}

TEST(CalendarPermittedTest, OpensOnItsDays) {
  EXPECT_EQ(
      Permitted(Calendar("UTC", R"("mon","wed")", "09:00", "17:00"), "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z"),
      "2026-11-23T09:00:00Z/2026-11-23T17:00:00Z 2026-11-25T09:00:00Z/2026-11-25T17:00:00Z");
}

TEST(CalendarPermittedTest, DaysAreLocal) {
  // Sunday evening in Auckland is Sunday morning in UTC.
  EXPECT_EQ(Permitted(Calendar("Pacific/Auckland", R"("mon")", "08:00", "10:00"), "2026-11-20T00:00:00Z",
                      "2026-11-27T00:00:00Z"),
            "2026-11-22T19:00:00Z/2026-11-22T21:00:00Z");
}

TEST(CalendarPermittedTest, CrossesMidnightFromTheDayItStartsOn) {
  EXPECT_EQ(Permitted(Calendar("UTC", R"("fri")", "22:00", "02:00"), "2026-11-19T00:00:00Z", "2026-11-23T00:00:00Z"),
            "2026-11-20T22:00:00Z/2026-11-21T02:00:00Z");
  // The range begins within it.
  EXPECT_EQ(Permitted(Calendar("UTC", R"("fri")", "22:00", "02:00"), "2026-11-21T01:00:00Z", "2026-11-23T00:00:00Z"),
            "2026-11-21T01:00:00Z/2026-11-21T02:00:00Z");
}

TEST(CalendarPermittedTest, EndsOfTheDay) {
  for (const char* end : {"24:00", "00:00"}) {
    EXPECT_EQ(Permitted(Calendar("UTC", R"("fri")", "20:00", end), "2026-11-19T00:00:00Z", "2026-11-23T00:00:00Z"),
              "2026-11-20T20:00:00Z/2026-11-21T00:00:00Z")
        << end;
  }
  EXPECT_EQ(
      Permitted(Calendar("UTC", R"("fri","sat")", "00:00", "24:00"), "2026-11-19T00:00:00Z", "2026-11-23T00:00:00Z"),
      "2026-11-20T00:00:00Z/2026-11-22T00:00:00Z");
}

TEST(CalendarPermittedTest, ClocksThatChange) {
  const std::string night = Calendar("America/New_York", R"("sun")", "01:00", "04:00");
  EXPECT_EQ(Permitted(night, "2027-03-14T00:00:00Z", "2027-03-15T00:00:00Z"),
            "2027-03-14T06:00:00Z/2027-03-14T08:00:00Z")
      << "two hours in spring";
  EXPECT_EQ(Permitted(night, "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"),
            "2026-11-01T05:00:00Z/2026-11-01T09:00:00Z")
      << "four in autumn";
}

TEST(CalendarPermittedTest, TakesBlackoutsAway) {
  const std::string days = R"("mon","tue","wed","thu","fri")";
  struct {
    const char *what, *blackout, *permitted;
  } rows[] = {
      {"the local day", R"({"date":"2026-11-26"})",
       "2026-11-25T14:00:00Z/2026-11-25T22:00:00Z 2026-11-27T14:00:00Z/2026-11-27T22:00:00Z"},
      {"every year", R"({"annual":"11-26"})",
       "2026-11-25T14:00:00Z/2026-11-25T22:00:00Z 2026-11-27T14:00:00Z/2026-11-27T22:00:00Z"},
      {"not this year", R"({"annual":"02-29"})",
       "2026-11-25T14:00:00Z/2026-11-25T22:00:00Z 2026-11-26T14:00:00Z/2026-11-26T22:00:00Z "
       "2026-11-27T14:00:00Z/2026-11-27T22:00:00Z"},
      {"a range", R"({"startTime":"2026-11-25T12:00:00-05:00","endTime":"2026-11-27T12:00:00-05:00"})",
       "2026-11-25T14:00:00Z/2026-11-25T17:00:00Z 2026-11-27T17:00:00Z/2026-11-27T22:00:00Z"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Permitted(Calendar("America/New_York", days, "09:00", "17:00", row.blackout), "2026-11-25T05:00:00Z",
                        "2026-11-28T05:00:00Z"),
              row.permitted)
        << row.what;
  }
}

TEST(CalendarPermittedTest, LeapDaysExistInLeapYears) {
  const std::string all =
      Calendar("UTC", R"("mon","tue","wed","thu","fri","sat","sun")", "00:00", "24:00", R"({"annual":"02-29"})");
  EXPECT_EQ(Permitted(all, "2028-02-28T00:00:00Z", "2028-03-02T00:00:00Z"),
            "2028-02-28T00:00:00Z/2028-02-29T00:00:00Z 2028-03-01T00:00:00Z/2028-03-02T00:00:00Z");
}

TEST(CalendarPermittedTest, NothingIsPermittedByWhatCannotBeRead) {
  EXPECT_EQ(
      Permitted(Calendar("Mars/Base", R"("fri")", "09:00", "17:00"), "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z"),
      "");
  EXPECT_EQ(Permitted(Calendar("UTC", R"("fri")", "9", "17:00"), "2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z"), "");
  EXPECT_EQ(Permitted(Calendar("UTC", R"("fri")", "09:00", "17:00"), "2026-11-27T00:00:00Z", "2026-11-20T00:00:00Z"),
            "");
}

}  // namespace
}  // namespace cxctl
