#include "rules/calling_time.h"

#include "rules/rules_fixture.h"
#include "value/json.h"

namespace cxctl {
namespace {

class CallingTimeTest : public RulesTest {
 protected:
  void SetUp() override {
    // Monday, 09:00-17:00 UTC; the schedules are of December 2026, every day 09:00-17:00 UTC.
    WriteCalendar();
  }

  std::optional<CallingTime> Of(std::string_view kind, std::string_view name) {
    Check();
    return CallingTime::Of(*set_, *set_->Find(kind, name));
  }

  /// `09:00/17:00` of the day, what is permitted.
  static std::string On(const CallingTime& time, const std::string& day) {
    const Instant start = ParseDateTime(day + "T00:00:00Z")->instant;
    const Interval range{start, start + std::chrono::days(1)};
    const IntervalSet permitted = time.Permitted(range);
    EXPECT_EQ(TimeOf(time.Explain(range), CallingKind::kPermitted), permitted);
    std::string text;
    for (const Interval& each : permitted.intervals()) {
      text += (text.empty() ? "" : " ") + FormatUtc(each.start).substr(11, 5) + "/" + FormatUtc(each.end).substr(11, 5);
    }
    return text;
  }
};

TEST_F(CallingTimeTest, OfACalendar) {
  const auto time = Of("CallingCalendar", "any");
  EXPECT_EQ(On(*time, "2026-12-07"), "09:00/17:00");
  EXPECT_EQ(On(*time, "2026-12-08"), "");
  EXPECT_FALSE(time->is_always());
}

TEST_F(CallingTimeTest, OfASchedule) {
  WriteCampaign("east", "state: PAUSED");
  WriteSchedule("own");
  WriteSchedule("by-calendar", {{"regulatoryWindows", ""}, {"calendar", "any"}});
  const auto own = Of("CampaignSchedule", "own");
  EXPECT_EQ(On(*own, "2026-12-08"), "09:00/17:00");
  EXPECT_EQ(On(*own, "2026-11-30"), "");  // It has not started.
  const auto by_calendar = Of("CampaignSchedule", "by-calendar");
  EXPECT_EQ(On(*by_calendar, "2026-12-07"), "09:00/17:00");
  EXPECT_EQ(On(*by_calendar, "2026-12-08"), "");
  EXPECT_EQ(On(*by_calendar, "2026-11-30"), "");
}

TEST_F(CallingTimeTest, OfACampaignIsTheUnionOfItsSchedules) {
  WriteCampaign("east", "state: PAUSED");
  WriteCampaign("west", "state: PAUSED");
  WriteScheduleAt("early", "07:00", "10:00");
  WriteScheduleAt("late", "09:00", "12:00");
  WriteScheduleAt("of-another", "15:00", "16:00", {{"campaign", "west"}});
  EXPECT_EQ(On(*Of("Campaign", "east"), "2026-12-08"), "07:00/12:00");
}

TEST_F(CallingTimeTest, OfACampaignIsWithinItsCalendar) {
  WriteCampaign("east");
  WriteScheduleAt("early", "07:00", "10:00");
  const auto time = Of("Campaign", "east");
  EXPECT_EQ(On(*time, "2026-12-07"), "09:00/10:00");
  EXPECT_EQ(On(*time, "2026-12-08"), "");
}

TEST_F(CallingTimeTest, OfACampaignWithoutSchedules) {
  WriteCampaign("calendar-alone");
  WriteCampaign("neither", "state: PAUSED");
  EXPECT_EQ(On(*Of("Campaign", "calendar-alone"), "2026-12-07"), "09:00/17:00");
  const auto neither = Of("Campaign", "neither");
  EXPECT_TRUE(neither->is_always());
  EXPECT_EQ(On(*neither, "2026-12-07"), "00:00/00:00");
}

TEST_F(CallingTimeTest, HasTheZoneOfItsCalendarOrFirstSchedule) {
  WriteCampaign("east", "state: PAUSED");
  WriteCampaign("neither", "state: PAUSED");
  WriteCampaign("with-calendar");
  WriteSchedule("a", {{"timeZone", "America/Denver"}});
  WriteSchedule("b", {{"timeZone", "America/Chicago"}});
  EXPECT_EQ(Of("Campaign", "east")->zone().name(), "America/Denver");
  EXPECT_EQ(Of("CampaignSchedule", "b")->zone().name(), "America/Chicago");
  EXPECT_EQ(Of("Campaign", "neither")->zone().name(), "UTC");
  EXPECT_EQ(Of("Campaign", "with-calendar")->zone().name(), "UTC");
}

TEST_F(CallingTimeTest, NamesItsDocuments) {
  WriteCampaign("east");
  WriteSchedule("own");
  WriteSchedule("by-calendar", {{"regulatoryWindows", ""}, {"calendar", "any"}});
  EXPECT_EQ(Of("CampaignSchedule", "own")->sources(), std::vector<std::string>{"CampaignSchedule/own"});
  EXPECT_EQ(Of("Campaign", "east")->sources(),
            (std::vector<std::string>{"Campaign/east", "CampaignSchedule/by-calendar", "CallingCalendar/any",
                                      "CampaignSchedule/own", "CallingCalendar/any"}));
}

TEST_F(CallingTimeTest, AScheduleThatCannotBeReadPermitsNothing) {
  WriteCampaign("east", "state: PAUSED");
  WriteSchedule("broken", {{"regulatoryWindows", ""}, {"calendar", "gone"}});
  EXPECT_FALSE(Of("CampaignSchedule", "broken"));
  const auto campaign = Of("Campaign", "east");
  EXPECT_FALSE(campaign->is_always());
  EXPECT_EQ(On(*campaign, "2026-12-07"), "");
}

TEST_F(CallingTimeTest, OtherKindsHaveNone) {
  Write("sink.yaml",
        "apiVersion: cxctl/v1\nkind: Sink\nmetadata: {name: wfo}\n"
        "spec: {url: https://example.com, events: [plan.applied], secret: \"${env:X}\"}\n");
  EXPECT_FALSE(Of("Sink", "wfo"));
}

TEST_F(CallingTimeTest, OfAPayloadTellsWhatWasCompiled) {
  Arena arena;
  const auto payload = ParseJson(arena, R"({"startTime": "2026-12-01T00:00:00Z", "endTime": "2026-12-31T00:00:00Z",
    "timeZone": "UTC", "regulatoryWindows": [{"startTime": "09:00", "endTime": "17:00", "timeZone": "UTC",
    "enabled": true}], "blackoutPeriods": [
    {"startTime": "2026-12-05T09:00:00Z", "endTime": "2026-12-05T17:00:00Z", "reason": "closed: sat"},
    {"startTime": "2026-12-07T09:00:00Z", "endTime": "2026-12-07T10:00:00Z", "reason": "us-fl"},
    {"startTime": "2026-12-07T10:00:00Z", "endTime": "2026-12-07T11:00:00Z", "reason": "drill"}]})");
  const auto time = CallingTime::OfPayload(*payload);
  const ExplainedTime saturday =
      time->Explain({ParseDateTime("2026-12-05T00:00:00Z")->instant, ParseDateTime("2026-12-06T00:00:00Z")->instant});
  ASSERT_EQ(saturday.size(), 1u);
  EXPECT_EQ(saturday[0].cause.kind, CallingKind::kClosed);
  const ExplainedTime monday =
      time->Explain({ParseDateTime("2026-12-07T09:00:00Z")->instant, ParseDateTime("2026-12-07T11:00:00Z")->instant});
  ASSERT_EQ(monday.size(), 2u);
  EXPECT_EQ(monday[0].cause.kind, CallingKind::kLaw);
  EXPECT_EQ(monday[0].cause.jurisdiction, "us-fl");
  EXPECT_EQ(monday[0].cause.law, FindRulePack("us-fl")->hours[0].law);
  EXPECT_EQ(monday[1].cause.reason, "drill");
}

}  // namespace
}  // namespace cxctl
