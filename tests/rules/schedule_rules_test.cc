#include "rules_fixture.h"

namespace cxctl {
namespace {

using ScheduleRules = RulesTest;

/// As people write it: long form, and everything wrong at once but for what the tests change.
constexpr const char* kSchedule = R"(apiVersion: cxctl/v1
kind: CampaignSchedule
metadata:
  name: q4
spec:
  campaign: east
  startTime: 2026-12-01T00:00:00-05:00
  endTime: 2026-12-31T00:00:00-05:00
  timeZone: America/New_York
  regulatoryWindows:
    - {startTime: "09:00", endTime: "20:00", timeZone: America/New_York, enabled: true}
  blackoutPeriods:
    - startTime: 2026-12-25T00:00:00-05:00
      endTime: 2026-12-26T00:00:00-05:00
      reason: Christmas Day
  dialerSettings:
    maxConcurrentCalls: 50
    callRate: 15
    capacityThreshold: 0.85
)";

class LongSchedule : public RulesTest {
 protected:
  std::string ReportWith(std::string_view from, std::string_view to) {
    WriteCampaign("east");
    std::string text = kSchedule;
    Replace(text, from, to);
    Write("q4.yaml", text);
    return Report();
  }
};

TEST_F(LongSchedule, IsFineAsItIs) {
  EXPECT_EQ(ReportWith("q4", "q4"), "");
}

TEST_F(LongSchedule, EndsBeforeItStarts) {
  EXPECT_EQ(ReportWith("endTime: 2026-12-31", "endTime: 2026-11-30"),
            R"(error[CX201]: endTime 2026-11-30T00:00:00-05:00 is not after startTime 2026-12-01T00:00:00-05:00
 --> q4.yaml:8:12
  |
8 |   endTime: 2026-11-30T00:00:00-05:00
  |            ^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: set an endTime after startTime; see: cxctl explain CX201
)");
}

TEST_F(LongSchedule, HasAnUnknownZone) {
  EXPECT_EQ(ReportWith("timeZone: America/New_York\n", "timeZone: America/NewYork\n"),
            R"(error[CX202]: timeZone America/NewYork is not a zone of the IANA time zone database
 --> q4.yaml:9:13
  |
9 |   timeZone: America/NewYork
  |             ^^^^^^^^^^^^^^^
  = help: write an IANA name such as America/New_York, in its own upper and lower case; see: cxctl explain CX202
)");
}

TEST_F(LongSchedule, HasAnOffsetThatTheZoneDoesNotHaveThen) {
  EXPECT_EQ(
      ReportWith("startTime: 2026-12-01T00:00:00-05:00", "startTime: 2026-12-01T00:00:00-04:00"),
      R"(warning[CX202]: startTime 2026-12-01T00:00:00-04:00 is written with offset -04:00, but America/New_York has -05:00 at that instant
 --> q4.yaml:7:14
  |
7 |   startTime: 2026-12-01T00:00:00-04:00
  |              ^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: check the hour that is meant and write it with -05:00, or in UTC with Z; see: cxctl explain CX202
)");
}

TEST_F(LongSchedule, HasABlackoutThatCutsCalls) {
  EXPECT_EQ(
      ReportWith("startTime: 2026-12-25T00:00:00-05:00", "startTime: 2026-12-24T14:00:00-05:00"),
      R"(error[CX204]: blackout startTime 2026-12-24T14:00:00-05:00 is inside the calling window 09:00-20:00 of America/New_York: calls in progress would be cut
  --> q4.yaml:13:18
   |
13 |     - startTime: 2026-12-24T14:00:00-05:00
   |                  ^^^^^^^^^^^^^^^^^^^^^^^^^
   = help: start it when a window starts or outside of the windows, or say allowMidWindow: true; see: cxctl explain CX204
)");
}

TEST_F(LongSchedule, PermitsNothing) {
  EXPECT_EQ(
      ReportWith("enabled: true", "enabled: false"),
      R"(error[CX205]: schedule q4 permits no call at any time between 2026-12-01T00:00:00-05:00 and 2026-12-31T00:00:00-05:00
 --> q4.yaml:4:9
  |
4 |   name: q4
  |         ^^
  = help: enable or widen a window, shorten a blackout, or move the schedule's start and end; see: cxctl explain CX205
)");
}

TEST_F(LongSchedule, CallsTooFast) {
  EXPECT_EQ(ReportWith("callRate: 15", "callRate: 30.5"),
            R"(error[CX207]: callRate 30.5 is over the limit of 30 calls a minute
  --> q4.yaml:18:15
   |
18 |     callRate: 30.5
   |               ^^^^
   = help: lower it to 30 or less; see: cxctl explain CX207
)");
}

TEST_F(LongSchedule, EndedAlready) {
  WriteCampaign("east");
  Write("q4.yaml", kSchedule);
  SetNow("2027-01-01T00:00:00Z");
  EXPECT_EQ(Report(), R"(warning[CX209]: endTime 2026-12-31T00:00:00-05:00 has passed: the schedule ended already
 --> q4.yaml:8:12
  |
8 |   endTime: 2026-12-31T00:00:00-05:00
  |            ^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: move endTime, or remove the document; see: cxctl explain CX209
)");
}

TEST_F(ScheduleRules, EndCountsAsAnInstant) {
  WriteCampaign("east");
  WriteSchedule("equal", {{"startTime", "2026-12-01T00:00:00Z"}, {"endTime", "2026-12-01T01:00:00+01:00"}});
  WriteSchedule("later", {{"startTime", "2026-12-01T12:00:00Z"}, {"endTime", "2026-12-01T12:00:00.000001Z"}});
  EXPECT_EQ(Findings(),
            "error CX201 schedules/equal.yaml:7:12\n"
            "warning CX202 schedules/equal.yaml:7:12\n");
}

TEST_F(ScheduleRules, UnknownZonesAreFoundWhereverTheyStand) {
  WriteTenant("  applyWindows: [{days: [mon], startTime: \"09:00\", endTime: \"17:00\", timeZone: Mars/Olympus}]\n");
  WriteCampaign("east");
  WriteSchedule("a",
                {{"regulatoryWindows", R"([{startTime: "09:00", endTime: "17:00", timeZone: utc, enabled: false}])"}});
  Write("calendar.yaml",
        "apiVersion: cxctl/v1\nkind: CallingCalendar\nmetadata: {name: us}\nspec:\n  timeZone: EST5PDT\n"
        "  calledZones: [America/New_York, America/Albany]\n"
        "  windows: [{days: [mon], startTime: \"09:00\", endTime: \"17:00\"}]\n");
  EXPECT_EQ(Messages(),
            "CX202: timeZone EST5PDT is not a zone of the IANA time zone database\n"
            "CX202: calledZones America/Albany is not a zone of the IANA time zone database\n"
            "CX202: timeZone utc is not a zone of the IANA time zone database\n"
            "CX202: timeZone Mars/Olympus is not a zone of the IANA time zone database\n");
}

TEST_F(ScheduleRules, OffsetsAreComparedAtTheInstantTheyGive) {
  struct Row {
    const char* start;
    const char* zone;
    bool is_right;
  };
  const Row rows[] = {
      {"2026-11-01T00:59:59-04:00", "America/New_York", true},  // the last hour of summer time, for the first time
      {"2026-11-01T01:30:00-04:00", "America/New_York", true},
      {"2026-11-01T01:30:00-05:00", "America/New_York", true},  // and again
      {"2026-11-01T02:00:00-04:00", "America/New_York", false},
      {"2026-11-01T00:30:00-05:00", "America/New_York", false},
      {"2026-12-01T05:00:00Z", "America/New_York", true},
      {"2026-12-01t05:00:00z", "America/New_York", true},
      {"2026-12-01T05:00:00+00:00", "America/New_York", false},
      {"2026-12-01T05:00:00+00:00", "UTC", true},
      {"2026-12-01T05:00:00+05:45", "Asia/Kathmandu", true},
      {"2026-12-01T05:00:00+05:30", "Asia/Kathmandu", false},
  };
  WriteCampaign("east");
  for (const Row& row : rows) {
    WriteSchedule("a", {{"startTime", row.start}, {"timeZone", row.zone}});
    EXPECT_EQ(Findings(), row.is_right ? "" : "warning CX202 schedules/a.yaml:9:14\n") << row.start << row.zone;
  }
}

TEST_F(ScheduleRules, BlackoutsMayStartOnlyWhereTheyCutNothing) {
  struct Row {
    const char* blackouts;
    const char* windows;
    int findings;
  };
  const std::string day = R"({startTime: "09:00", endTime: "17:00", timeZone: UTC, enabled: true})";
  const Row rows[] = {
      {"{startTime: 2026-12-10T09:00:00Z, endTime: 2026-12-10T10:00:00Z, reason: at the start}", "", 0},
      {"{startTime: 2026-12-10T09:00:01Z, endTime: 2026-12-10T10:00:00Z, reason: behind it}", "", 1},
      {"{startTime: 2026-12-10T16:59:59Z, endTime: 2026-12-10T18:00:00Z, reason: before the end}", "", 1},
      {"{startTime: 2026-12-10T17:00:00Z, endTime: 2026-12-10T18:00:00Z, reason: at the end}", "", 0},
      {"{startTime: 2026-12-10T12:00:00Z, endTime: 2026-12-10T13:00:00Z, reason: meant, allowMidWindow: true}", "", 0},
      {"{startTime: 2026-12-10T12:00:00Z, endTime: 2026-12-10T13:00:00Z, reason: not, allowMidWindow: false}", "", 1},
      {"{startTime: 2026-12-10T12:00:00Z, endTime: 2026-12-10T12:00:00Z, reason: empty}", "", 0},
      {"{startTime: 2026-11-30T12:00:00Z, endTime: 2026-12-10T12:00:00Z, reason: before the schedule}", "", 0},
      {"{startTime: 2027-01-10T12:00:00Z, endTime: 2027-01-11T12:00:00Z, reason: behind the schedule}", "", 0},
      // Over midnight: seen from the day on which the window started.
      {"{startTime: 2026-12-10T03:00:00Z, endTime: 2026-12-10T04:00:00Z, reason: night}",
       R"({startTime: "22:00", endTime: "06:00", timeZone: UTC, enabled: true})", 1},
      {"{startTime: 2026-12-10T06:00:00Z, endTime: 2026-12-10T22:00:00Z, reason: day}",
       R"({startTime: "22:00", endTime: "06:00", timeZone: UTC, enabled: true})", 0},
      // The window's own zone counts: 12:00Z is 07:00 in New York.
      {"{startTime: 2026-12-10T12:00:00Z, endTime: 2026-12-10T13:00:00Z, reason: early}",
       R"({startTime: "09:00", endTime: "17:00", timeZone: America/New_York, enabled: true})", 0},
      {"{startTime: 2026-12-10T12:00:00Z, endTime: 2026-12-10T13:00:00Z, reason: disabled}",
       R"({startTime: "09:00", endTime: "17:00", timeZone: UTC, enabled: false},
                             {startTime: "13:00", endTime: "17:00", timeZone: UTC, enabled: true})",
       0},
      // The start of one window, but in the middle of another.
      {"{startTime: 2026-12-10T12:00:00Z, endTime: 2026-12-10T13:00:00Z, reason: two}",
       R"({startTime: "12:00", endTime: "17:00", timeZone: UTC, enabled: true},
                             {startTime: "09:00", endTime: "13:00", timeZone: UTC, enabled: true})",
       1},
      // Another blackout has gone before.
      {"{startTime: 2026-12-10T09:00:00Z, endTime: 2026-12-10T12:00:00Z, reason: first},"
       "{startTime: 2026-12-10T12:00:00Z, endTime: 2026-12-10T13:00:00Z, reason: second}",
       "", 0},
      {"{startTime: 2026-12-10T09:00:00Z, endTime: 2026-12-10T11:59:59Z, reason: first},"
       "{startTime: 2026-12-10T12:00:00Z, endTime: 2026-12-10T13:00:00Z, reason: second}",
       "", 1},
  };
  WriteCampaign("east");
  for (const Row& row : rows) {
    const std::string windows = *row.windows ? row.windows : day;
    WriteSchedule(
        "a", {{"regulatoryWindows", "[" + windows + "]"}, {"blackoutPeriods", "[" + std::string(row.blackouts) + "]"}});
    const Diagnostics found = Check();
    EXPECT_EQ(static_cast<int>(found.size()), row.findings) << row.blackouts;
    for (const Diagnostic& each : found) EXPECT_EQ(each.rule, "CX204") << row.blackouts;
  }
}

TEST_F(ScheduleRules, BlackoutsOfCalendarsAreJudgedByTheirWindows) {
  Write("calendar.yaml", R"(apiVersion: cxctl/v1
kind: CallingCalendar
metadata: {name: us-weekdays}
spec:
  timeZone: America/New_York
  windows:
    - {days: [mon, tue, wed, thu, fri], startTime: "09:00", endTime: "24:00"}
  blackouts:
    - {date: 2026-11-26, reason: Thanksgiving}
    - {annual: "12-25", reason: Christmas Day}
    - {startTime: 2026-11-28T12:00:00-05:00, endTime: 2026-11-28T14:00:00-05:00, reason: Saturday}
    - {startTime: 2026-11-27T12:00:00-05:00, endTime: 2026-11-27T14:00:00-05:00, reason: Friday}
    - {startTime: 2026-11-24T23:59:00-05:00, endTime: 2026-11-25T14:00:00-05:00, reason: late, allowMidWindow: true}
)");
  EXPECT_EQ(
      Report(),
      R"(error[CX204]: blackout startTime 2026-11-27T12:00:00-05:00 is inside the calling window 09:00-24:00 of America/New_York: calls in progress would be cut
  --> calendar.yaml:12:19
   |
12 |     - {startTime: 2026-11-27T12:00:00-05:00, endTime: 2026-11-27T14:00:00-05:00, reason: Friday}
   |                   ^^^^^^^^^^^^^^^^^^^^^^^^^
   = help: start it when a window starts or outside of the windows, or say allowMidWindow: true; see: cxctl explain CX204
)");
}

TEST_F(ScheduleRules, PermittedTimeMayBeAnInstant) {
  WriteCampaign("east");
  struct Row {
    const char* start;
    const char* end;
    const char* blackouts;
    const char* finding;
  };
  const char* none = "error CX205 schedules/a.yaml:3:18\n";
  const Row rows[] = {
      {"2026-12-01T17:00:00Z", "2026-12-02T09:00:00Z", "", none},
      {"2026-12-01T17:00:00Z", "2026-12-02T09:00:01Z", "", ""},
      {"2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z",
       "[{startTime: 2026-12-01T00:00:00Z, endTime: 2026-12-31T00:00:00Z, reason: all}]", none},
      {"2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z",
       "[{startTime: 2026-12-01T00:00:00Z, endTime: 2026-12-30T16:59:59Z, reason: nearly all}]", ""},
  };
  for (const Row& row : rows) {
    WriteSchedule("a", {{"startTime", row.start}, {"endTime", row.end}, {"blackoutPeriods", row.blackouts}});
    EXPECT_EQ(Findings(), row.finding) << row.start << " " << row.end;
  }
  WriteSchedule("a", {{"regulatoryWindows", "[]"}});
  EXPECT_EQ(Findings(), none);
}

TEST_F(ScheduleRules, ThirtyCallsAMinuteAreFine) {
  WriteCampaign("east");
  WriteSchedule("a", {{"dialerSettings", "{maxConcurrentCalls: 50, callRate: 30, capacityThreshold: 0.85}"}});
  WriteSchedule("b", {{"startTime", "2027-01-01T00:00:00Z"},
                      {"endTime", "2027-02-01T00:00:00Z"},
                      {"dialerSettings", "{maxConcurrentCalls: 50, callRate: 31, capacityThreshold: 0.85}"}});
  EXPECT_EQ(Messages(), "CX207: callRate 31 is over the limit of 30 calls a minute\n");
}

TEST_F(ScheduleRules, TheEndIsNotPartOfASchedule) {
  WriteCampaign("east");
  WriteSchedule("a");
  SetNow("2026-12-30T23:59:59.999999Z");
  EXPECT_EQ(Findings(), "");
  SetNow("2026-12-31T00:00:00Z");
  EXPECT_EQ(Findings(), "warning CX209 schedules/a.yaml:7:12\n");
}

TEST_F(ScheduleRules, InvalidSchedulesAreLeftToTheirShape) {
  WriteCampaign("east");
  WriteSchedule("a", {{"endTime", "yesterday"},
                      {"dialerSettings", "{maxConcurrentCalls: 50, callRate: 99, capacityThreshold: 0.85}"}});
  EXPECT_EQ(Findings(), "error CX102 schedules/a.yaml:7:12\n");
}

}  // namespace
}  // namespace cxctl
