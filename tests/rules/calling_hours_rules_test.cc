#include "rules_fixture.h"

namespace cxctl {
namespace {

class CallingHours : public RulesTest {
 protected:
  /// `members`: of the spec, each with its line break.
  void WriteLaw(const std::string& members, const std::string& name = "law") {
    Write(name + ".yaml",
          "apiVersion: cxctl/v1\nkind: CallingCalendar\nmetadata: {name: " + name + "}\nspec:\n" + members);
  }
  /// A calendar in New York with that window.
  std::string Law(const std::string& jurisdictions, const std::string& days, const char* start, const char* end,
                  const std::string& more = "") {
    return fmt::format(
        "  timeZone: America/New_York\n  jurisdictions: [{}]\n{}  windows:\n"
        "    - {{days: [{}], startTime: \"{}\", endTime: \"{}\"}}\n",
        jurisdictions, more, days, start, end);
  }
  /// The help lines, one a line.
  std::string Remedies() {
    std::string text;
    for (const Diagnostic& each : Check()) {
      const std::size_t end = each.help.find("; or let");
      text += each.help.substr(0, end == std::string::npos ? each.help.find("; see") : end) + "\n";
    }
    return text;
  }
};

constexpr const char* kWeekdays = "mon, tue, wed, thu, fri";

TEST_F(CallingHours, AnUnusedCalendarIsJudgedOverTheNextYear) {
  WriteLaw(Law("us-fl", kWeekdays, "09:00", "21:00"));
  EXPECT_EQ(Report(),
            R"(error[CX206]: window Mon-Fri 09:00-21:00 has calling time that jurisdiction us-fl forbids: )"
            R"(Florida allows 08:00-20:00 that day, local time of the called person (Fla. Stat. 501.616(6)); )"
            R"(first at 2026-11-21T01:00:00Z (20:00-21:00 in America/New_York), )"
            R"(2026-11-24T01:00:00Z (20:00-21:00 in America/New_York), )"
            R"(2026-11-25T01:00:00Z (20:00-21:00 in America/New_York) and 258 more times
 --> law.yaml:8:7
  |
8 |     - {days: [mon, tue, wed, thu, fri], startTime: "09:00", endTime: "21:00"}
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: end the window at 20:00; or let the calendar take such time away with clip: true; see: cxctl explain CX206
)");
}

TEST_F(CallingHours, WithinTheHoursThereIsNothingToSay) {
  WriteLaw(Law("us-fl, us-fcc, us-ftc", kWeekdays, "08:00", "20:00"));
  EXPECT_EQ(Report(), "");
}

TEST_F(CallingHours, ClipTakesTheTimeAway) {
  WriteLaw(Law("us-fl", kWeekdays, "09:00", "21:00", "  clip: true\n"));
  EXPECT_EQ(Report(), "");
}

TEST_F(CallingHours, EachJurisdictionIsReportedAtItsFirstWindow) {
  WriteLaw(
      "  timeZone: America/New_York\n  jurisdictions: [us-fcc, us-fl]\n  windows:\n"
      "    - {days: [mon], startTime: \"09:00\", endTime: \"17:00\"}\n"
      "    - {days: [tue], startTime: \"09:00\", endTime: \"20:30\"}\n"
      "    - {days: [wed], startTime: \"07:30\", endTime: \"17:00\"}\n");
  EXPECT_EQ(Findings(), "error CX206 law.yaml:9:7\nerror CX206 law.yaml:10:7\n");
  EXPECT_EQ(Remedies(), "end the window at 20:00\nstart the window at 08:00\n");
}

TEST_F(CallingHours, ACalendarIsJudgedInTheRangesOfItsSchedules) {
  WriteLaw(Law("us-la", "sat, sun", "09:00", "17:00"));
  WriteCampaign("east", "state: ACTIVE");
  const auto in = [&](const char* start, const char* end) {
    WriteSchedule("a", {{"calendar", "law"}, {"regulatoryWindows", ""}, {"startTime", start}, {"endTime", end}});
    return Findings();
  };
  EXPECT_EQ(in("2026-12-04T00:00:00Z", "2026-12-06T00:00:00Z"), "") << "a Saturday";
  EXPECT_EQ(in("2026-12-04T00:00:00Z", "2026-12-07T00:00:00Z"), "error CX206 law.yaml:8:7\n") << "a Sunday, too";
  Write("east.yaml",
        "apiVersion: cxctl/v1\nkind: Campaign\nmetadata: {name: other}\nspec: {name: other, calendar: law}\n");
  EXPECT_EQ(in("2026-12-04T00:00:00Z", "2026-12-06T00:00:00Z"), "error CX206 law.yaml:8:7\n")
      << "a campaign has no end";
}

TEST_F(CallingHours, WhatBlackoutsCloseIsNoOffence) {
  WriteLaw(Law("us-la", "sat, sun", "09:00", "17:00") + "  blackouts: [{date: 2026-12-06}]\n");
  WriteCampaign("east", "state: ACTIVE");
  WriteSchedule("a", {{"calendar", "law"},
                      {"regulatoryWindows", ""},
                      {"startTime", "2026-12-05T00:00:00Z"},
                      {"endTime", "2026-12-08T00:00:00Z"}});
  EXPECT_EQ(Report(), "");
}

TEST_F(CallingHours, TheLawHoldsWhereTheCalledPeopleAre) {
  WriteLaw(Law("us-fcc", "mon", "08:00", "21:00", "  calledZones: [America/New_York, America/Los_Angeles]\n"));
  EXPECT_EQ(Messages(),
            "CX206: window Mon 08:00-21:00 has calling time that jurisdiction us-fcc forbids: United States, FCC "
            "(telephone solicitation) allows 08:00-21:00 that day, local time of the called person (47 CFR "
            "64.1200(c)(1)); first at 2026-11-23T13:00:00Z (05:00-08:00 in America/Los_Angeles), 2026-11-30T13:00:00Z "
            "(05:00-08:00 in America/Los_Angeles), 2026-12-07T13:00:00Z (05:00-08:00 in America/Los_Angeles) and 49 "
            "more times\n");
  EXPECT_EQ(Remedies(), "start the window at 11:00\n");
}

TEST_F(CallingHours, EachStretchIsShownInTheZoneWhereItIsForbidden) {
  WriteLaw(Law("us-fcc", "mon", "08:00", "21:30", "  calledZones: [America/New_York, America/Chicago]\n"));
  const std::string message = Messages();
  EXPECT_NE(message.find("2026-11-23T13:00:00Z (07:00-08:00 in America/Chicago)"), std::string::npos) << message;
  EXPECT_NE(message.find("2026-11-24T02:00:00Z (21:00-21:30 in America/New_York)"), std::string::npos) << message;
}

TEST_F(CallingHours, AScheduleOfItsOwnIsHeldAgainstTheCampaignsCalendar) {
  WriteLaw(Law("us-fl", kWeekdays, "09:00", "20:00", "  clip: true\n"));
  Write("east.yaml",
        "apiVersion: cxctl/v1\nkind: Campaign\nmetadata: {name: east}\nspec: {name: east, calendar: law}\n");
  WriteSchedule("a", {{"regulatoryWindows",
                       "[{startTime: \"09:00\", endTime: \"17:00\", timeZone: America/New_York, enabled: true},"
                       " {startTime: \"18:00\", endTime: \"22:00\", timeZone: America/New_York, enabled: false},"
                       " {startTime: \"18:00\", endTime: \"20:30\", timeZone: America/New_York, enabled: true}]"}});
  EXPECT_EQ(Findings(), "error CX206 schedules/a.yaml:8:190\n");
  EXPECT_EQ(
      Messages(),
      "CX206: window 18:00-20:30 has calling time that jurisdiction us-fl forbids: Florida allows 08:00-20:00 that "
      "day, local time of the called person (Fla. Stat. 501.616(6)); first at 2026-12-01T01:00:00Z (20:00-20:30 in "
      "America/New_York), 2026-12-02T01:00:00Z (20:00-20:30 in America/New_York), 2026-12-03T01:00:00Z "
      "(20:00-20:30 in America/New_York) and 27 more times\n");
  EXPECT_EQ(Remedies(), "end the window at 20:00\n");
}

TEST_F(CallingHours, AScheduleThatHasAnotherCalendarThanItsCampaign) {
  WriteLaw(Law("us-fl", kWeekdays, "09:00", "20:00"));
  WriteLaw(Law("us-fcc", kWeekdays, "09:00", "21:00"), "wide");
  Write("east.yaml",
        "apiVersion: cxctl/v1\nkind: Campaign\nmetadata: {name: east}\nspec: {name: east, calendar: law}\n");
  WriteSchedule("a", {{"calendar", "wide"}, {"regulatoryWindows", ""}});
  EXPECT_EQ(Findings(), "error CX206 schedules/a.yaml:5:13\n");
  EXPECT_EQ(Remedies(), "name the calendar of campaign east here, or add us-fl to the jurisdictions of this one\n");
}

TEST_F(CallingHours, RemediesAreTheSmallestThatSuffice) {
  struct Case {
    const char *jurisdiction, *days, *start, *end, *remedy;
  };
  const Case cases[] = {
      {"us-fl", "mon", "07:00", "21:00", "make the window 08:00-20:00"},
      {"us-ky", "mon", "09:00", "17:00", "start the window at 10:00"},
      {"us-tx", "mon, sun", "09:00", "20:00", "make it Mon 09:00-20:00, Sun 12:00-20:00"},
      {"us-me", "fri, sat, sun", "09:00", "17:00", "take Sat and Sun out of its days"},
      {"us-me", "sat", "09:00", "17:00", "remove the window"},
      {"us-la", "thu, sun", "09:00", "17:00",
       "take Sun out of its days and add blackouts for 2026-11-26 and 2027-11-11"},
      {"ca", "thu, fri, sat, sun", "09:00", "20:00", "make it Thu and Fri 09:00-20:00, Sat and Sun 10:00-18:00"},
      {"us-fl", "mon", "22:00", "02:00", "remove the window"},
      {"us-fl", "mon", "19:00", "01:00", "end the window at 20:00"},
  };
  for (const Case& each : cases) {
    WriteLaw(Law(each.jurisdiction, each.days, each.start, each.end));
    EXPECT_EQ(Remedies(), std::string(each.remedy) + "\n") << each.jurisdiction << " " << each.days;
  }
}

TEST_F(CallingHours, RemediesLeaveOutDaysWithoutCalls) {
  WriteLaw(Law("us-fl", kWeekdays, "09:00", "21:00") + "  blackouts: [{date: 2026-12-02}]\n");
  WriteCampaign("east", "state: ACTIVE");
  WriteSchedule("a", {{"calendar", "law"},
                      {"regulatoryWindows", ""},
                      {"startTime", "2026-12-01T05:00:00Z"},
                      {"endTime", "2026-12-05T05:00:00Z"}});
  EXPECT_EQ(Remedies(), "end the window at 20:00\n");
}

TEST_F(CallingHours, RemediesOfAWeekWithHolidays) {
  WriteLaw(
      "  timeZone: Europe/Rome\n  jurisdictions: [it]\n  windows:\n"
      "    - {days: [mon, tue], startTime: \"09:00\", endTime: \"20:00\"}\n");
  EXPECT_EQ(
      Remedies(),
      "add blackouts for 2026-12-07 09:00-10:00 19:00-20:00, 2026-12-08, 2027-01-05 09:00-10:00 19:00-20:00 and 4 "
      "more days\n");
  WriteLaw(
      "  timeZone: Europe/Paris\n  jurisdictions: [fr]\n  windows:\n"
      "    - {days: [tue], startTime: \"10:00\", endTime: \"20:00\"}\n");
  EXPECT_EQ(Remedies(), "make it Tue 10:00-13:00 and 14:00-20:00\n");
}

TEST_F(CallingHours, ALawThatIsNotYetOneForbidsNothing) {
  WriteLaw(Law("us-fl", kWeekdays, "09:00", "21:00"));
  WriteCampaign("east", "state: ACTIVE");
  WriteSchedule("a", {{"calendar", "law"},
                      {"regulatoryWindows", ""},
                      {"startTime", "2021-06-01T00:00:00Z"},
                      {"endTime", "2021-06-30T00:00:00Z"}});
  EXPECT_EQ(Findings(), "warning CX209 schedules/a.yaml:8:12\n");
}

TEST_F(CallingHours, AScheduleOfThousandsOfYearsIsNotCompiled) {
  WriteLaw(Law("us-fl", kWeekdays, "09:00", "20:00"));
  WriteCampaign("east", "state: ACTIVE");
  WriteSchedule("a", {{"calendar", "law"},
                      {"regulatoryWindows", ""},
                      {"startTime", "2026-12-01T00:00:00Z"},
                      {"endTime", "9999-12-31T00:00:00Z"}});
  EXPECT_EQ(Messages(),
            "CX102: endTime 9999-12-31T00:00:00Z is more than 100 years after startTime: a calendar cannot be compiled "
            "that far\n");
}

TEST_F(CallingHours, ATenantMaySetTheSeverity) {
  WriteTenant("  rules: {CX206: warning}\n");
  WriteLaw(Law("us-fl", kWeekdays, "09:00", "21:00"));
  EXPECT_EQ(Findings(), "warning CX206 law.yaml:8:7\n");
}

TEST_F(CallingHours, CompiledSchedulesAreHeldAgainstTheOtherRules) {
  WriteLaw(Law("us-fl", "sun", "20:00", "21:00", "  clip: true\n"));
  WriteCampaign("east", "state: ACTIVE");
  WriteSchedule("a", {{"calendar", "law"}, {"regulatoryWindows", ""}});
  EXPECT_EQ(Findings(), "error CX205 schedules/a.yaml:3:18\n");
  WriteLaw(Law("us-fl", "sun", "19:00", "21:00", "  clip: true\n"));
  WriteScheduleAt("b", "23:30", "23:45");
  EXPECT_EQ(Findings(), "") << "at 18:30 in New York the calendar is closed";
  WriteScheduleAt("b", "23:30", "00:15");
  EXPECT_EQ(Messages(),
            "CX208: schedule b overlaps schedule a of the same campaign east in permitted time, first at "
            "2026-12-07T00:00:00Z\n");
}

}  // namespace
}  // namespace cxctl
