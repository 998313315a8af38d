#include "calendar/describe.h"

#include <gtest/gtest.h>

#include "calendar/calling_calendar.h"
#include "value/json.h"

namespace cxctl {
namespace {

Instant At(const char* text) {
  return ParseDateTime(text)->instant;
}

/// 2026-11-30 (a Monday) to 2026-12-28 in New York, of that window and more.
IntervalSet Month(const std::string& windows, const std::string& blackouts = "") {
  Arena arena;
  const auto spec = ParseJson(
      arena, R"({"timeZone":"America/New_York","windows":[)" + windows + R"(],"blackouts":[)" + blackouts + "]}");
  EXPECT_TRUE(spec);
  return CalendarPermitted(*spec, {At("2026-11-30T05:00:00Z"), At("2026-12-28T05:00:00Z")});
}

const std::string kWeekdays = R"({"days":["mon","tue","wed","thu","fri"],"startTime":"09:00","endTime":"21:00"})";
const std::string kSaturday = R"({"days":["sat"],"startTime":"10:00","endTime":"17:00"})";
const std::string kNight = R"({"days":["fri"],"startTime":"22:00","endTime":"02:00"})";
const std::string kAlways =
    R"({"days":["mon","tue","wed","thu","fri","sat","sun"],"startTime":"00:00","endTime":"24:00"})";

const Zone kNewYork = *Zone::Load("America/New_York");

TEST(DescribeTime, WeeksAndDays) {
  EXPECT_EQ(DescribeTime({}, kNewYork), "");
  EXPECT_EQ(DescribeTime(Month(kWeekdays), kNewYork), "Mon-Fri 09:00-21:00, 60 h a week");
  EXPECT_EQ(DescribeTime(Month(kWeekdays + "," + kSaturday), kNewYork),
            "Mon-Fri 09:00-21:00, 60 h a week; Sat 10:00-17:00, 7 h a week");
  EXPECT_EQ(DescribeTime(Month(kWeekdays, R"({"date":"2026-12-25"})"), kNewYork), "Mon-Fri 09:00-21:00, 60 h a week")
      << "the last of its kind just does not come";
  EXPECT_EQ(DescribeTime(Month(kWeekdays, R"({"date":"2026-12-08"})"), kNewYork),
            "Mon-Fri 09:00-21:00, 60 h a week, but not on Tue 8 Dec 2026");
  EXPECT_EQ(DescribeTime(Month(kNight), kNewYork), "Fri 22:00-02:00, 4 h a week");
}

TEST(DescribeTime, TimeWithoutAnEndIsCutIntoDays) {
  EXPECT_EQ(DescribeTime(Month(kAlways), kNewYork), "every day 00:00-24:00, 168 h a week");
}

TEST(DescribeTime, SingleStretches) {
  const auto day = [](const char* start, const char* end) { return Interval{At(start), At(end)}; };
  EXPECT_EQ(DescribeTime(IntervalSet({day("2026-11-26T14:00:00Z", "2026-11-26T14:30:00Z")}), kNewYork),
            "Thu 26 Nov 2026 09:00-09:30");
  EXPECT_EQ(DescribeTime(IntervalSet({day("2026-11-26T14:00:00Z", "2026-11-26T15:00:00Z"),
                                      day("2026-11-27T14:00:00Z", "2026-11-27T16:00:00Z"),
                                      day("2026-11-30T14:00:00Z", "2026-11-30T17:00:00Z"),
                                      day("2026-12-03T14:00:00Z", "2026-12-03T18:00:00Z"),
                                      day("2026-12-04T14:00:00Z", "2026-12-04T19:00:00Z")}),
                         kNewYork),
            "Thu 26 Nov 2026 09:00-10:00; Fri 27 Nov 2026 09:00-11:00; Mon 30 Nov 2026 09:00-12:00; and 2 more times");
}

TEST(DescribeTime, IsToldByTheClockOfTheZone) {
  EXPECT_EQ(DescribeTime(Month(kSaturday), *Zone::Load("Asia/Tokyo")), "Sun 00:00-07:00, 7 h a week");
}

TEST(DescribeChange, SaysWhatComesAndWhatGoes) {
  const PermittedTimeChange change =
      DescribeChange(Month(kWeekdays), Month(kWeekdays + "," + kSaturday, R"({"date":"2026-12-24"})"), kNewYork,
                     At("2026-12-01T15:00:00Z"));
  EXPECT_EQ(change.adds, "Sat 10:00-17:00, 7 h a week");
  EXPECT_EQ(change.removes, "Thu 24 Dec 2026 09:00-21:00");
  EXPECT_EQ(change.zone, "America/New_York");
  EXPECT_EQ(FormatUtc(*change.next_permitted), "2026-12-01T15:00:00Z") << "it is permitted now";
  EXPECT_EQ(FormatUtc(*change.next_forbidden), "2026-12-02T02:00:00Z");
}

TEST(DescribeChange, FindsTheNextPermittedTime) {
  const auto after = [](const char* now) { return DescribeChange({}, Month(kSaturday), kNewYork, At(now)); };
  EXPECT_EQ(FormatUtc(*after("2026-11-01T00:00:00Z").next_permitted), "2026-12-05T15:00:00Z");
  EXPECT_EQ(FormatUtc(*after("2026-12-05T22:00:00Z").next_permitted), "2026-12-12T15:00:00Z")
      << "the end is no part of it";
  EXPECT_FALSE(after("2026-12-28T00:00:00Z").next_permitted);
  EXPECT_FALSE(after("2026-12-28T00:00:00Z").next_forbidden);
}

TEST(HoursText, InWords) {
  EXPECT_EQ(HoursText(std::chrono::minutes(30)), "30 min");
  EXPECT_EQ(HoursText(std::chrono::hours(7)), "7 h");
  EXPECT_EQ(HoursText(std::chrono::minutes(450)), "7 h 30 min");
}

}  // namespace
}  // namespace cxctl
