#include "time/permitted_time.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace cxctl {
namespace {

using namespace std::chrono_literals;

Zone Load(std::string_view name) {
  const auto zone = Zone::Load(name);
  EXPECT_TRUE(zone) << name;
  return zone.value_or(Zone::Utc());
}

Instant At(std::string_view text) {
  const auto parsed = ParseDateTime(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? parsed->instant : Instant{};
}

/// `22:00-06:00`, in a zone. `!` in front: disabled.
DailyWindow Window(std::string_view text, std::string_view zone = "UTC") {
  const bool enabled = !text.starts_with('!');
  if (!enabled) text.remove_prefix(1);
  const auto start = ParseTimeOfDay(text.substr(0, 5), true), end = ParseTimeOfDay(text.substr(6), true);
  EXPECT_TRUE(start && end) << text;
  return {start.value_or(0), end.value_or(0), Load(zone), enabled};
}

Interval Range(std::string_view start, std::string_view end) {
  return {At(start), At(end)};
}

/// `start/end` in UTC, one after another.
std::string Show(const IntervalSet& set) {
  std::string text;
  for (const Interval& interval : set.intervals()) {
    text += (text.empty() ? "" : " ") + FormatUtc(interval.start) + "/" + FormatUtc(interval.end);
  }
  return text;
}

std::string Show(const std::vector<DailyWindow>& windows) {
  std::string text;
  for (const DailyWindow& window : windows) {
    text += (text.empty() ? "" : " ") + std::string(window.enabled ? "" : "!") + FormatTimeOfDay(window.start_minute) +
            "-" + FormatTimeOfDay(window.end_minute) + "@" + window.zone.name();
  }
  return text;
}

TEST(ExpandWindow, RepeatsEveryLocalDay) {
  const Interval range = Range("2026-06-01T12:00:00Z", "2026-06-03T14:00:00Z");
  struct Row {
    const char *window, *zone, *expected;
  };
  const Row rows[] = {
      {"09:00-12:00", "UTC", "2026-06-02T09:00:00Z/2026-06-02T12:00:00Z 2026-06-03T09:00:00Z/2026-06-03T12:00:00Z"},
      // Cut by the range on both sides.
      {"09:00-17:00", "UTC",
       "2026-06-01T12:00:00Z/2026-06-01T17:00:00Z 2026-06-02T09:00:00Z/2026-06-02T17:00:00Z "
       "2026-06-03T09:00:00Z/2026-06-03T14:00:00Z"},
      {"09:00-09:01", "Asia/Kathmandu",
       "2026-06-02T03:15:00Z/2026-06-02T03:16:00Z 2026-06-03T03:15:00Z/2026-06-03T03:16:00Z"},
      // Over midnight; the first one began the day before the range.
      {"22:00-13:00", "UTC",
       "2026-06-01T12:00:00Z/2026-06-01T13:00:00Z 2026-06-01T22:00:00Z/2026-06-02T13:00:00Z "
       "2026-06-02T22:00:00Z/2026-06-03T13:00:00Z"},
      {"22:00-00:00", "UTC", "2026-06-01T22:00:00Z/2026-06-02T00:00:00Z 2026-06-02T22:00:00Z/2026-06-03T00:00:00Z"},
      {"22:00-24:00", "UTC", "2026-06-01T22:00:00Z/2026-06-02T00:00:00Z 2026-06-02T22:00:00Z/2026-06-03T00:00:00Z"},
      {"00:00-00:00", "America/New_York", "2026-06-01T12:00:00Z/2026-06-03T14:00:00Z"},
      {"00:00-24:00", "America/New_York", "2026-06-01T12:00:00Z/2026-06-03T14:00:00Z"},
      {"09:00-09:00", "America/New_York", "2026-06-01T12:00:00Z/2026-06-03T14:00:00Z"},
      {"00:00-23:59", "UTC",
       "2026-06-01T12:00:00Z/2026-06-01T23:59:00Z 2026-06-02T00:00:00Z/2026-06-02T23:59:00Z "
       "2026-06-03T00:00:00Z/2026-06-03T14:00:00Z"},
      {"!09:00-12:00", "UTC", ""},
      {"!00:00-00:00", "UTC", ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Show(ExpandWindow(Window(row.window, row.zone), range)), row.expected) << row.window << " " << row.zone;
  }
}

TEST(ExpandWindow, IsRightOnDaysOnWhichTheClockChanges) {
  struct Row {
    const char *window, *zone, *from, *to, *expected;
  };
  const char *kSpring = "2026-03-08T05:00:00Z", *kAfterSpring = "2026-03-09T04:00:00Z";
  const char *kAutumn = "2026-11-01T04:00:00Z", *kAfterAutumn = "2026-11-02T05:00:00Z";
  const Row rows[] = {
      // 02:00 to 03:00 is skipped at 07:00Z.
      {"01:00-04:00", "America/New_York", kSpring, kAfterSpring, "2026-03-08T06:00:00Z/2026-03-08T08:00:00Z"},
      {"02:30-04:00", "America/New_York", kSpring, kAfterSpring, "2026-03-08T07:00:00Z/2026-03-08T08:00:00Z"},
      {"01:00-02:30", "America/New_York", kSpring, kAfterSpring, "2026-03-08T06:00:00Z/2026-03-08T07:00:00Z"},
      {"02:00-03:00", "America/New_York", kSpring, kAfterSpring, ""},
      {"02:10-02:50", "America/New_York", kSpring, kAfterSpring, ""},
      {"00:00-00:00", "America/New_York", kSpring, kAfterSpring, "2026-03-08T05:00:00Z/2026-03-09T04:00:00Z"},
      // 01:00 to 02:00 comes twice, from 05:00Z and from 06:00Z.
      {"00:00-04:00", "America/New_York", kAutumn, kAfterAutumn, "2026-11-01T04:00:00Z/2026-11-01T09:00:00Z"},
      {"01:00-02:00", "America/New_York", kAutumn, kAfterAutumn, "2026-11-01T05:00:00Z/2026-11-01T07:00:00Z"},
      {"00:00-02:00", "America/New_York", kAutumn, kAfterAutumn, "2026-11-01T04:00:00Z/2026-11-01T07:00:00Z"},
      {"01:00-03:00", "America/New_York", kAutumn, kAfterAutumn, "2026-11-01T05:00:00Z/2026-11-01T08:00:00Z"},
      // Put back out of the window, and into it again.
      {"00:00-01:30", "America/New_York", kAutumn, kAfterAutumn,
       "2026-11-01T04:00:00Z/2026-11-01T05:30:00Z 2026-11-01T06:00:00Z/2026-11-01T06:30:00Z"},
      {"01:30-03:00", "America/New_York", kAutumn, kAfterAutumn,
       "2026-11-01T05:30:00Z/2026-11-01T06:00:00Z 2026-11-01T06:30:00Z/2026-11-01T08:00:00Z"},
      {"01:30-02:00", "America/New_York", kAutumn, kAfterAutumn,
       "2026-11-01T05:30:00Z/2026-11-01T06:00:00Z 2026-11-01T06:30:00Z/2026-11-01T07:00:00Z"},
      {"01:15-01:45", "America/New_York", kAutumn, kAfterAutumn,
       "2026-11-01T05:15:00Z/2026-11-01T05:45:00Z 2026-11-01T06:15:00Z/2026-11-01T06:45:00Z"},
      {"01:59-01:01", "America/New_York", "2026-11-01T05:00:00Z", "2026-11-01T07:30:00Z",
       "2026-11-01T05:00:00Z/2026-11-01T05:01:00Z 2026-11-01T05:59:00Z/2026-11-01T06:01:00Z "
       "2026-11-01T06:59:00Z/2026-11-01T07:30:00Z"},
      // Over midnight, and over the change.
      {"22:00-01:30", "America/New_York", "2026-10-31T16:00:00Z", "2026-11-01T16:00:00Z",
       "2026-11-01T02:00:00Z/2026-11-01T05:30:00Z 2026-11-01T06:00:00Z/2026-11-01T06:30:00Z"},
      {"22:00-06:00", "America/New_York", "2026-10-31T16:00:00Z", "2026-11-01T16:00:00Z",
       "2026-11-01T02:00:00Z/2026-11-01T11:00:00Z"},
      // The range begins between both openings, or in the second.
      {"00:00-01:30", "America/New_York", "2026-11-01T05:45:00Z", kAfterAutumn,
       "2026-11-01T06:00:00Z/2026-11-01T06:30:00Z"},
      {"00:00-01:30", "America/New_York", "2026-11-01T06:10:00Z", "2026-11-01T06:20:00Z",
       "2026-11-01T06:10:00Z/2026-11-01T06:20:00Z"},
      {"00:00-01:30", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T06:00:00Z", ""},
      // Ends before the hour that comes twice, or begins behind it.
      {"00:00-01:00", "America/New_York", kAutumn, kAfterAutumn, "2026-11-01T04:00:00Z/2026-11-01T05:00:00Z"},
      {"02:00-03:00", "America/New_York", kAutumn, kAfterAutumn, "2026-11-01T07:00:00Z/2026-11-01T08:00:00Z"},
      // Half an hour: skipped at 15:30Z; 01:30 to 02:00 comes twice, from 14:30Z and from 15:00Z.
      {"01:00-02:45", "Australia/Lord_Howe", "2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z",
       "2026-10-03T14:30:00Z/2026-10-03T15:45:00Z"},
      {"01:00-01:45", "Australia/Lord_Howe", "2026-04-04T13:00:00Z", "2026-04-05T13:00:00Z",
       "2026-04-04T14:00:00Z/2026-04-04T14:45:00Z 2026-04-04T15:00:00Z/2026-04-04T15:15:00Z"},
      // Midnight is skipped, or the evening before comes twice.
      {"00:00-03:00", "Africa/Cairo", "2026-04-23T12:00:00Z", "2026-04-24T12:00:00Z",
       "2026-04-23T22:00:00Z/2026-04-24T00:00:00Z"},
      {"22:00-24:00", "Africa/Cairo", "2026-10-29T12:00:00Z", "2026-10-30T12:00:00Z",
       "2026-10-29T19:00:00Z/2026-10-29T22:00:00Z"},
      {"23:30-00:30", "Africa/Cairo", "2026-10-29T12:00:00Z", "2026-10-30T12:00:00Z",
       "2026-10-29T20:30:00Z/2026-10-29T21:00:00Z 2026-10-29T21:30:00Z/2026-10-29T22:30:00Z"},
      // Put back from 01:00 to 00:00: the window of the day before is over at the first midnight.
      {"22:00-24:00", "America/Havana", "2026-10-31T12:00:00Z", "2026-11-01T12:00:00Z",
       "2026-11-01T02:00:00Z/2026-11-01T04:00:00Z"},
      {"00:00-02:00", "America/Havana", "2026-10-31T12:00:00Z", "2026-11-01T12:00:00Z",
       "2026-11-01T04:00:00Z/2026-11-01T07:00:00Z"},
      {"23:00-00:30", "America/Havana", "2026-10-31T12:00:00Z", "2026-11-01T12:00:00Z",
       "2026-11-01T03:00:00Z/2026-11-01T04:30:00Z 2026-11-01T05:00:00Z/2026-11-01T05:30:00Z"},
      // A day that never was.
      {"09:00-17:00", "Pacific/Apia", "2011-12-29T10:00:00Z", "2012-01-01T10:00:00Z",
       "2011-12-29T19:00:00Z/2011-12-30T03:00:00Z 2011-12-30T19:00:00Z/2011-12-31T03:00:00Z "
       "2011-12-31T19:00:00Z/2012-01-01T03:00:00Z"},
      {"22:00-06:00", "Pacific/Apia", "2011-12-30T00:00:00Z", "2011-12-31T00:00:00Z",
       "2011-12-30T08:00:00Z/2011-12-30T16:00:00Z"},
      // 3 h 30 min 52 s behind.
      {"09:00-10:00", "America/St_Johns", "1930-01-15T00:00:00Z", "1930-01-16T00:00:00Z",
       "1930-01-15T12:30:52Z/1930-01-15T13:30:52Z"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Show(ExpandWindow(Window(row.window, row.zone), Range(row.from, row.to))), row.expected)
        << row.window << " " << row.zone << " from " << row.from;
  }
}

TEST(ExpandWindow, TakesAnyRange) {
  const DailyWindow window = Window("09:00-17:00");
  const Instant noon = At("2026-06-01T12:00:00Z");
  EXPECT_TRUE(ExpandWindow(window, {noon, noon}).empty());
  EXPECT_TRUE(ExpandWindow(window, {noon, noon - 1h}).empty());
  EXPECT_EQ(ExpandWindow(window, {noon, noon + 1us}).TotalLength(), 1us);
  const Instant least{std::numeric_limits<std::int64_t>::min()}, most{std::numeric_limits<std::int64_t>::max()};
  EXPECT_EQ(Show(ExpandWindow(Window("00:00-00:00"), {least, most})),
            "0001-01-01T00:00:00Z/9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(Show(ExpandWindow(window, {least, At("0001-01-02T12:00:00Z")})),
            "0001-01-01T09:00:00Z/0001-01-01T17:00:00Z 0001-01-02T09:00:00Z/0001-01-02T12:00:00Z");
  EXPECT_EQ(Show(ExpandWindow(window, {At("9999-12-31T12:00:00Z"), most})),
            "9999-12-31T12:00:00Z/9999-12-31T17:00:00Z");
}

TEST(WindowOfDay, CountsFromTheDaysMidnight) {
  const Zone zone = Load("America/New_York");
  const auto window = [&](Date date, int start, int end) { return Show(WindowOfDay(zone, date, start, end)); };
  EXPECT_EQ(window({2026, 10, 31}, 22 * 60, 30 * 60), "2026-11-01T02:00:00Z/2026-11-01T11:00:00Z");  // nine hours
  EXPECT_EQ(window({2026, 3, 8}, 0, 1440), "2026-03-08T05:00:00Z/2026-03-09T04:00:00Z");
  EXPECT_EQ(window({2026, 11, 1}, 0, 1440), "2026-11-01T04:00:00Z/2026-11-02T05:00:00Z");
  EXPECT_EQ(window({2026, 3, 8}, 120, 180), "");
  EXPECT_EQ(window({2026, 6, 1}, 600, 600), "");
  EXPECT_EQ(Show(WindowOfDay(Load("Pacific/Apia"), {2011, 12, 30}, 0, 1440)), "");
}

TEST(WindowOfDay, HasTwoIntervalsWhereAnEdgeComesTwice) {
  const Zone zone = Load("America/New_York");
  const auto window = [&](Date date, int start, int end) { return Show(WindowOfDay(zone, date, start, end)); };
  EXPECT_EQ(window({2026, 11, 1}, 0, 90),
            "2026-11-01T04:00:00Z/2026-11-01T05:30:00Z 2026-11-01T06:00:00Z/2026-11-01T06:30:00Z");
  EXPECT_EQ(window({2026, 11, 1}, 90, 180),
            "2026-11-01T05:30:00Z/2026-11-01T06:00:00Z 2026-11-01T06:30:00Z/2026-11-01T08:00:00Z");
  EXPECT_EQ(window({2026, 10, 31}, 22 * 60, 1440 + 90),
            "2026-11-01T02:00:00Z/2026-11-01T05:30:00Z 2026-11-01T06:00:00Z/2026-11-01T06:30:00Z");
  EXPECT_EQ(window({2026, 11, 1}, 90, 90), "");
  // The evening before, put back to at midnight, belongs to its own day.
  const Zone cairo = Load("Africa/Cairo");
  EXPECT_EQ(Show(WindowOfDay(cairo, {2026, 10, 29}, 23 * 60 + 30, 1440)),
            "2026-10-29T20:30:00Z/2026-10-29T21:00:00Z 2026-10-29T21:30:00Z/2026-10-29T22:00:00Z");
  EXPECT_EQ(Show(WindowOfDay(cairo, {2026, 10, 30}, 0, 60)), "2026-10-29T22:00:00Z/2026-10-29T23:00:00Z");
}

TEST(PermittedTime, IsTheUnionOfTheWindowsMinusTheBlackouts) {
  const std::vector<DailyWindow> windows = {Window("14:00-18:00"), Window("09:00-12:00"), Window("11:00-13:00"),
                                            Window("!00:00-00:00"), Window("20:00-21:00", "Asia/Tokyo")};
  const std::vector<Blackout> blackouts = {
      {Range("2026-06-01T16:00:00Z", "2026-06-02T10:00:00Z"), "later"},
      {Range("2026-06-01T09:30:00Z", "2026-06-01T10:00:00Z"), "drill"},
      {Range("2026-06-01T09:45:00Z", "2026-06-01T10:15:00Z"), "overlapping"},
      {Range("2026-06-01T15:00:00Z", "2026-06-01T15:00:00Z"), "empty"},
      {Range("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"), "elsewhere"},
  };
  EXPECT_EQ(Show(PermittedTime(windows, blackouts, Range("2026-06-01T00:00:00Z", "2026-06-02T11:00:00Z"))),
            "2026-06-01T09:00:00Z/2026-06-01T09:30:00Z 2026-06-01T10:15:00Z/2026-06-01T13:00:00Z "
            "2026-06-01T14:00:00Z/2026-06-01T16:00:00Z 2026-06-02T10:00:00Z/2026-06-02T11:00:00Z");
  EXPECT_TRUE(PermittedTime({}, blackouts, Range("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z")).empty());
  EXPECT_TRUE(PermittedTime(windows, blackouts, Range("2026-06-02T00:00:00Z", "2026-06-01T00:00:00Z")).empty());
}

TEST(IsPermitted, ReadsTheClockAtTheInstant) {
  const std::vector<DailyWindow> windows = {Window("!00:00-00:00"), Window("00:00-01:30", "America/New_York"),
                                            Window("22:00-23:00", "Asia/Tokyo")};
  const std::vector<Blackout> blackouts = {{Range("2026-11-01T06:10:00Z", "2026-11-01T06:20:00Z"), "drill"},
                                           {Range("2026-11-01T04:30:00Z", "2026-11-01T04:30:00Z"), "empty"}};
  struct Row {
    const char* instant;
    bool expected;
  };
  const Row rows[] = {
      {"2026-11-01T03:59:59.999999Z", false}, {"2026-11-01T04:00:00Z", true},
      {"2026-11-01T04:30:00Z", true},         {"2026-11-01T05:29:59.999999Z", true},
      {"2026-11-01T05:30:00Z", false},        {"2026-11-01T05:59:59.999999Z", false},
      {"2026-11-01T06:00:00Z", true},         {"2026-11-01T06:09:59.999999Z", true},
      {"2026-11-01T06:10:00Z", false},        {"2026-11-01T06:19:59.999999Z", false},
      {"2026-11-01T06:20:00Z", true},         {"2026-11-01T06:30:00Z", false},
      {"2026-11-01T12:59:59Z", false},        {"2026-11-01T13:00:00Z", true},
      {"2026-11-01T14:00:00Z", false},        {"1900-01-01T13:00:00Z", true},
      {"2400-01-01T04:59:59Z", false},        {"2400-01-01T05:00:00Z", true},
  };
  for (const Row& row : rows) EXPECT_EQ(IsPermitted(windows, blackouts, At(row.instant)), row.expected) << row.instant;
  EXPECT_FALSE(IsPermitted({}, {}, At("2026-11-01T05:00:00Z")));
}

TEST(IsPermitted, KnowsWindowsOverMidnightAndOfAWholeDay) {
  struct Row {
    const char *window, *instant;
    bool expected;
  };
  const Row rows[] = {
      {"22:00-06:00", "2026-06-01T21:59:59Z", false}, {"22:00-06:00", "2026-06-01T22:00:00Z", true},
      {"22:00-06:00", "2026-06-01T00:00:00Z", true},  {"22:00-06:00", "2026-06-01T05:59:59Z", true},
      {"22:00-06:00", "2026-06-01T06:00:00Z", false}, {"22:00-24:00", "2026-06-01T23:59:59Z", true},
      {"22:00-24:00", "2026-06-01T00:00:00Z", false}, {"22:00-00:00", "2026-06-01T23:59:59Z", true},
      {"22:00-00:00", "2026-06-01T00:00:00Z", false}, {"09:00-09:00", "2026-06-01T08:59:59Z", true},
      {"00:00-24:00", "2026-06-01T12:00:00Z", true},  {"!00:00-24:00", "2026-06-01T12:00:00Z", false},
  };
  for (const Row& row : rows) {
    const DailyWindow window = Window(row.window);
    EXPECT_EQ(IsPermitted(std::span(&window, 1), {}, At(row.instant)), row.expected)
        << row.window << " at " << row.instant;
  }
  const DailyWindow always = Window("00:00-00:00");
  EXPECT_FALSE(IsPermitted(std::span(&always, 1), {}, {std::numeric_limits<std::int64_t>::min()}));
  EXPECT_FALSE(IsPermitted(std::span(&always, 1), {}, {std::numeric_limits<std::int64_t>::max()}));
  EXPECT_TRUE(IsPermitted(std::span(&always, 1), {}, At("0001-01-01T00:00:00Z")));
}

TEST(FirstPermitted, FindsTheFirstInstant) {
  const std::vector<DailyWindow> office = {Window("09:00-17:00", "America/New_York")};
  const Interval year = Range("2026-06-01T00:00:00Z", "2027-06-01T00:00:00Z");
  EXPECT_EQ(FirstPermitted(office, {}, year), At("2026-06-01T13:00:00Z"));
  EXPECT_EQ(FirstPermitted(office, {}, {At("2026-06-01T15:00:00Z"), year.end}), At("2026-06-01T15:00:00Z"));
  EXPECT_EQ(FirstPermitted(office, {}, {At("2026-06-01T21:00:00Z"), year.end}), At("2026-06-02T13:00:00Z"));

  const std::vector<Blackout> summer = {{Range("2026-05-01T00:00:00Z", "2026-08-15T15:30:00Z"), "summer"},
                                        {Range("2026-08-15T15:30:00Z", "2026-08-15T16:00:00Z"), "one more"},
                                        {Range("2026-07-01T00:00:00Z", "2026-07-02T00:00:00Z"), "within"}};
  EXPECT_EQ(FirstPermitted(office, summer, year), At("2026-08-15T16:00:00Z"));
}

TEST(FirstPermitted, FindsTheSecondOpeningOnADayOnWhichTheClockIsPutBack) {
  const std::vector<DailyWindow> night = {Window("00:00-01:30", "America/New_York")};
  const Instant end = At("2026-12-01T00:00:00Z");
  EXPECT_EQ(FirstPermitted(night, {}, {At("2026-11-01T05:30:00Z"), end}), At("2026-11-01T06:00:00Z"));
  EXPECT_EQ(FirstPermitted(night, {}, {At("2026-11-01T06:30:00Z"), end}), At("2026-11-02T05:00:00Z"));
}

TEST(FirstPermitted, FindsNothingWhereThereIsNothing) {
  const std::vector<DailyWindow> office = {Window("09:00-17:00")}, closed = {Window("!09:00-17:00")};
  const Interval always{{std::numeric_limits<std::int64_t>::min()}, {std::numeric_limits<std::int64_t>::max()}};
  const std::vector<Blackout> forever = {{always, "forever"}};
  const Interval evening = Range("2026-06-01T17:00:00Z", "2026-06-02T09:00:00Z");
  EXPECT_EQ(FirstPermitted(office, {}, evening), std::nullopt);
  EXPECT_EQ(FirstPermitted(office, {}, {evening.end, evening.start}), std::nullopt);
  EXPECT_EQ(FirstPermitted({}, {}, always), std::nullopt);
  EXPECT_EQ(FirstPermitted(closed, {}, always), std::nullopt);
  EXPECT_EQ(FirstPermitted(office, forever, always), std::nullopt);
  EXPECT_EQ(FirstPermitted(office, {}, always), At("0001-01-01T09:00:00Z"));
}

TEST(CanonicalWindows, MergesWhatOverlapsOrTouches) {
  struct Row {
    std::vector<DailyWindow> windows;
    const char* expected;
  };
  const char* kNewYork = "America/New_York";
  const Row rows[] = {
      {{}, ""},
      {{Window("09:00-12:00"), Window("12:00-17:00")}, "09:00-17:00@UTC"},
      {{Window("12:00-17:00"), Window("09:00-12:00")}, "09:00-17:00@UTC"},
      {{Window("09:00-13:00"), Window("12:00-17:00")}, "09:00-17:00@UTC"},
      {{Window("09:00-17:00"), Window("10:00-11:00")}, "09:00-17:00@UTC"},
      {{Window("09:00-17:00"), Window("09:00-17:00")}, "09:00-17:00@UTC"},
      {{Window("13:00-17:00"), Window("09:00-12:59")}, "09:00-12:59@UTC 13:00-17:00@UTC"},
      // Over midnight.
      {{Window("22:00-00:00"), Window("00:00-06:00")}, "22:00-06:00@UTC"},
      {{Window("22:00-24:00"), Window("00:00-06:00")}, "22:00-06:00@UTC"},
      {{Window("22:00-02:00"), Window("01:00-06:00"), Window("12:00-13:00")}, "12:00-13:00@UTC 22:00-06:00@UTC"},
      {{Window("22:00-06:00"), Window("20:00-23:00")}, "20:00-06:00@UTC"},
      {{Window("22:00-00:00")}, "22:00-00:00@UTC"},
      {{Window("22:00-24:00")}, "22:00-00:00@UTC"},
      {{Window("00:00-06:00")}, "00:00-06:00@UTC"},
      {{Window("23:00-01:00"), Window("22:00-00:30")}, "22:00-01:00@UTC"},
      // The whole day.
      {{Window("09:00-09:00")}, "00:00-00:00@UTC"},
      {{Window("00:00-24:00")}, "00:00-00:00@UTC"},
      {{Window("08:00-20:00"), Window("20:00-08:00")}, "00:00-00:00@UTC"},
      {{Window("08:00-21:00"), Window("20:00-09:00")}, "00:00-00:00@UTC"},
      {{Window("00:00-00:00"), Window("09:00-17:00")}, "00:00-00:00@UTC"},
      {{Window("00:00-08:00"), Window("08:00-16:00"), Window("16:00-00:00")}, "00:00-00:00@UTC"},
      {{Window("00:01-00:00")}, "00:01-00:00@UTC"},
      // Aliases are one zone, under the name that came first; others are apart.
      {{Window("09:00-12:00", "US/Eastern"), Window("12:00-17:00", kNewYork)}, "09:00-17:00@US/Eastern"},
      {{Window("12:00-17:00", kNewYork), Window("09:00-12:00", "US/Eastern")}, "09:00-17:00@America/New_York"},
      {{Window("12:00-17:00", "UTC"), Window("09:00-12:00", kNewYork)}, "09:00-12:00@America/New_York 12:00-17:00@UTC"},
      // Disabled ones stay behind and merge with nothing.
      {{Window("!09:00-12:00"), Window("12:00-17:00")}, "12:00-17:00@UTC !09:00-12:00@UTC"},
      {{Window("!12:00-17:00"), Window("!09:00-12:00")}, "!09:00-12:00@UTC !12:00-17:00@UTC"},
      {{Window("!09:00-24:00"), Window("!09:00-00:00", "Etc/UTC")}, "!09:00-00:00@UTC"},
      {{Window("!09:00-12:00", "UTC"), Window("!10:00-12:00", kNewYork), Window("23:00-00:00", "UTC")},
       "23:00-00:00@UTC !10:00-12:00@America/New_York !09:00-12:00@UTC"},
  };
  for (const Row& row : rows) {
    const std::vector<DailyWindow> canonical = CanonicalWindows(row.windows);
    EXPECT_EQ(Show(canonical), row.expected) << Show(row.windows);
    EXPECT_EQ(Show(CanonicalWindows(canonical)), row.expected) << "done twice";
  }
}

TEST(CanonicalBlackouts, MergesThoseOfOneReason) {
  const auto blackout = [](int start, int end, const char* reason) { return Blackout{{{start}, {end}}, reason}; };
  const auto show = [](const std::vector<Blackout>& blackouts) {
    std::string text;
    for (const Blackout& b : blackouts) {
      text += std::to_string(b.interval.start.micros) + "-" + std::to_string(b.interval.end.micros) + b.reason + " ";
    }
    return text;
  };
  EXPECT_EQ(show(CanonicalBlackouts({})), "");
  EXPECT_EQ(show(CanonicalBlackouts({blackout(5, 5, "a"), blackout(7, 3, "a")})), "");
  EXPECT_EQ(show(CanonicalBlackouts({blackout(4, 6, "a"), blackout(1, 4, "a"), blackout(8, 9, "a")})), "1-6a 8-9a ");
  EXPECT_EQ(show(CanonicalBlackouts({blackout(1, 4, "b"), blackout(1, 4, "a"), blackout(2, 6, "a"), blackout(1, 6, "c"),
                                     blackout(0, 9, "d"), blackout(1, 4, "b")})),
            "0-9d 1-4b 1-6a 1-6c ");
}

}  // namespace
}  // namespace cxctl
