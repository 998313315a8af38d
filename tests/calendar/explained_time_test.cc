#include "calendar/explained_time.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "value/json.h"

namespace cxctl {
namespace {

Interval Range(const char* from, const char* to) {
  return {ParseDateTime(from)->instant, ParseDateTime(to)->instant};
}

std::string Lines(const ExplainedTime& explained) {
  std::string text;
  for (const auto& [interval, cause] : explained) {
    text += fmt::format("{} {} {}{}\n", FormatUtc(interval.start), FormatUtc(interval.end), CallingKindName(cause.kind),
                        cause.reason.empty() ? "" : ": " + cause.reason);
  }
  return text;
}

CallingCalendar Calendar(const std::string& json) {
  Arena arena;
  const auto spec = ParseJson(arena, json);
  EXPECT_TRUE(spec) << json;
  return *CallingCalendar::Read(*spec);
}

constexpr const char* kFlorida = R"({"timeZone": "America/New_York", "clip": true, "jurisdictions": ["us-fl"],
  "windows": [{"days": ["mon", "tue"], "startTime": "09:00", "endTime": "21:00"}],
  "blackouts": [{"date": "2026-11-24", "reason": "drill"}]})";

TEST(ExplainedTimeTest, TellsWindowsBlackoutsAndLawsApart) {
  EXPECT_EQ(Lines(ExplainCalendar(Calendar(kFlorida), Range("2026-11-23T05:00:00Z", "2026-11-25T05:00:00Z"))),
            "2026-11-23T05:00:00Z 2026-11-23T14:00:00Z closed: outside the windows\n"
            "2026-11-23T14:00:00Z 2026-11-24T01:00:00Z permitted\n"
            "2026-11-24T01:00:00Z 2026-11-24T02:00:00Z law: Florida: calls 08:00-20:00 only\n"
            "2026-11-24T02:00:00Z 2026-11-24T14:00:00Z closed: outside the windows\n"
            "2026-11-24T14:00:00Z 2026-11-25T02:00:00Z blackout: drill\n"
            "2026-11-25T02:00:00Z 2026-11-25T05:00:00Z closed: outside the windows\n");
}

TEST(ExplainedTimeTest, NamesTheLawAndItsSource) {
  const ExplainedTime explained =
      ExplainCalendar(Calendar(kFlorida), Range("2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z"));
  ASSERT_EQ(explained.size(), 1u);
  EXPECT_EQ(explained[0].cause.jurisdiction, "us-fl");
  EXPECT_EQ(explained[0].cause.law, FindRulePack("us-fl")->hours[0].law);
  EXPECT_EQ(explained[0].cause.source, FindRulePack("us-fl")->hours[0].source);
}

TEST(ExplainedTimeTest, SaysWhichDayAndWhichZoneALawMeans) {
  const CallingCalendar calendar = Calendar(R"({"timeZone": "America/New_York", "clip": true,
    "calledZones": ["America/Chicago"], "jurisdictions": ["us-la"],
    "windows": [{"days": ["thu", "fri", "sat", "sun"], "startTime": "12:00", "endTime": "13:00"}]})");
  const ExplainedTime explained = ExplainCalendar(calendar, Range("2026-11-26T05:00:00Z", "2026-11-30T05:00:00Z"));
  EXPECT_EQ(explained.at(1).cause.reason, "Louisiana: no calls on Thanksgiving Day in America/Chicago");
  EXPECT_EQ(explained.at(explained.size() - 2).cause.reason, "Louisiana: no calls on Sundays in America/Chicago");
}

TEST(ExplainedTimeTest, WithoutClipALawTakesNothingAway) {
  std::string unclipped = kFlorida;
  unclipped.replace(unclipped.find("true"), 4, "false");
  const ExplainedTime explained =
      ExplainCalendar(Calendar(unclipped), Range("2026-11-23T05:00:00Z", "2026-11-25T05:00:00Z"));
  EXPECT_TRUE(TimeOf(explained, CallingKind::kLaw).empty());
}

TEST(ExplainedTimeTest, OfASchedulesOwnWindowsAndItsEnds) {
  const auto zone = *Zone::Load("Europe/Berlin");
  const std::vector<DailyWindow> windows = {{9 * 60, 17 * 60, zone, true}};
  const std::vector<Blackout> blackouts = {{Range("2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"), ""}};
  const Interval range = Range("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z");
  EXPECT_EQ(Lines(Between(Range("2026-11-24T09:00:00Z", "2026-11-24T12:00:00Z"), range,
                          ExplainWindows(windows, blackouts, range))),
            "2026-11-24T00:00:00Z 2026-11-24T09:00:00Z closed: before the schedule starts\n"
            "2026-11-24T09:00:00Z 2026-11-24T10:00:00Z permitted\n"
            "2026-11-24T10:00:00Z 2026-11-24T11:00:00Z blackout: blackout\n"
            "2026-11-24T11:00:00Z 2026-11-24T12:00:00Z permitted\n"
            "2026-11-24T12:00:00Z 2026-11-25T00:00:00Z closed: after the schedule ends\n");
  EXPECT_EQ(Lines(Between(Range("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"), range, ExplainAs({}, range))),
            "2026-11-24T00:00:00Z 2026-11-25T00:00:00Z closed: before the schedule starts\n");
  EXPECT_EQ(Lines(Between(Range("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z"), range, ExplainAs({}, range))),
            "2026-11-24T00:00:00Z 2026-11-25T00:00:00Z closed: after the schedule ends\n");
}

TEST(ExplainedTimeTest, EitherTellsTheMostAndBothTheFirst) {
  const Interval range = Range("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z");
  const ExplainedTime open = ExplainAs({}, range);
  const ExplainedTime blackout = ExplainAs({CallingKind::kBlackout, "drill", "", "", ""}, range);
  const ExplainedTime closed = ExplainAs({CallingKind::kClosed, "outside the windows", "", "", ""}, range);
  const ExplainedTime ended = ExplainAs({CallingKind::kClosed, "after the schedule ends", "", "", ""}, range);
  EXPECT_EQ(Either(blackout, open), open);
  EXPECT_EQ(Either(closed, blackout), blackout);
  EXPECT_EQ(Either(ended, closed), closed);
  EXPECT_EQ(Both(blackout, open), blackout);
  EXPECT_EQ(Both(open, blackout), blackout);
  EXPECT_EQ(Both(closed, blackout), closed);
}

/// Whatever a calendar says: its stretches cover the range without gaps, and permit what the calendar permits.
TEST(ExplainedTimeTest, PermitsWhatTheCalendarPermits) {
  std::mt19937 random(7);
  const auto pick = [&](auto... choices) {
    const std::string words[] = {choices...};
    return words[random() % sizeof...(choices)];
  };
  for (int i = 0; i < 300; ++i) {
    const CallingCalendar calendar = Calendar(fmt::format(
        R"({{"timeZone": "{}", "clip": {}, "jurisdictions": ["{}", "{}"], "calledZones": ["{}", "{}"],
          "windows": [{{"days": ["{}", "sun"], "startTime": "{}", "endTime": "{}"}},
                      {{"days": ["mon", "{}"], "startTime": "07:00", "endTime": "{}"}}],
          "blackouts": [{{"date": "2026-11-0{}", "reason": "a"}}, {{"annual": "11-01", "reason": "b"}},
                        {{"startTime": "2026-11-01T05:30:00Z", "endTime": "2026-11-02T12:00:00Z", "reason": "c"}}]}})",
        pick("America/New_York", "Australia/Lord_Howe", "UTC"), pick("true", "false"), pick("us-fl", "fr", "us-la"),
        pick("us-fcc", "au"), pick("America/Chicago", "America/New_York"), pick("Europe/Paris", "America/New_York"),
        pick("fri", "sat", "wed"), pick("22:00", "01:30", "09:15"), pick("03:00", "24:00", "01:45"), pick("tue", "sun"),
        pick("09:00", "23:00"), pick("2", "5")));
    const Interval range = Range("2026-10-30T03:17:00Z", "2026-11-09T22:00:00Z");
    const ExplainedTime explained = ExplainCalendar(calendar, range);
    ASSERT_EQ(TimeOf(explained, CallingKind::kPermitted), calendar.Permitted(range)) << i;
    ASSERT_EQ(explained.front().interval.start, range.start);
    ASSERT_EQ(explained.back().interval.end, range.end);
    for (std::size_t next = 1; next < explained.size(); ++next) {
      ASSERT_EQ(explained[next - 1].interval.end, explained[next].interval.start);
      ASSERT_NE(explained[next - 1].cause, explained[next].cause);
    }
  }
}

}  // namespace
}  // namespace cxctl
