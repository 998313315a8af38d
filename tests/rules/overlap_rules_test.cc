#include "rules_fixture.h"

namespace cxctl {
namespace {

using OverlapRules = RulesTest;

TEST_F(OverlapRules, TwoSchedulesOfOneCampaign) {
  WriteCampaign("east");
  WriteScheduleAt("morning", "09:00", "13:00");
  WriteScheduleAt("noon", "12:00", "14:00");
  EXPECT_EQ(
      Report(),
      R"(warning[CX208]: schedule noon overlaps schedule morning of the same campaign east in permitted time, first at 2026-12-01T12:00:00Z
 --> schedules/noon.yaml:3:18
  |
3 | metadata: {name: noon}
  |                  ^^^^
  = help: move their windows, blackouts, or start and end apart, or make one schedule of them; see: cxctl explain CX208
)");
}

TEST_F(OverlapRules, TheLaterInPathOrderIsReportedOnce) {
  WriteCampaign("east");
  WriteScheduleAt("a", "12:00", "20:00");
  WriteScheduleAt("b", "09:00", "13:00");
  WriteScheduleAt("c", "08:00", "10:00");
  WriteScheduleAt("d", "06:00", "07:00");
  EXPECT_EQ(Messages(),
            "CX208: schedule b overlaps schedule a of the same campaign east in permitted time, first at "
            "2026-12-01T12:00:00Z\n"
            "CX208: schedule c overlaps schedule b of the same campaign east in permitted time, first at "
            "2026-12-01T09:00:00Z\n");
}

TEST_F(OverlapRules, OnlyPermittedTimeCounts) {
  WriteCampaign("east");
  WriteCampaign("west");
  WriteScheduleAt("a", "09:00", "12:00");
  WriteScheduleAt("b", "12:00", "15:00");                          // touches
  WriteScheduleAt("c", "09:00", "12:00", {{"campaign", "west"}});  // of another campaign
  WriteScheduleAt("d", "09:00", "12:00",
                  {{"startTime", "2026-12-31T00:00:00Z"}, {"endTime", "2027-02-01T00:00:00Z"}});  // behind it
  WriteScheduleAt(
      "e", "09:00", "12:00",
      {{"startTime", "2026-12-30T00:00:00Z"},
       {"endTime", "2026-12-31T10:00:00Z"},
       {"blackoutPeriods", "[{startTime: 2026-12-30T00:00:00Z, endTime: 2026-12-31T09:59:00Z, reason: closed}]"}});
  EXPECT_EQ(Messages(),
            "CX208: schedule e overlaps schedule d of the same campaign east in permitted time, first at "
            "2026-12-31T09:59:00Z\n");
}

// Windows of two zones that never meet in winter, and do for the three weeks in which only one of them has summer time.
TEST_F(OverlapRules, ChangesOfTheClockAreSeen) {
  WriteCampaign("east");
  const auto window = [](const char* start, const char* end, const char* zone) {
    return fmt::format(R"([{{startTime: "{}", endTime: "{}", timeZone: {}, enabled: true}}])", start, end, zone);
  };
  WriteSchedule("london", {{"startTime", "2026-01-01T00:00:00Z"},
                           {"endTime", "2028-01-01T00:00:00Z"},
                           {"regulatoryWindows", window("09:00", "14:00", "Europe/London")}});
  WriteSchedule("new-york", {{"startTime", "2026-01-01T00:00:00Z"},
                             {"endTime", "2028-01-01T00:00:00Z"},
                             {"regulatoryWindows", window("09:00", "12:00", "America/New_York")}});
  EXPECT_EQ(Messages(),
            "CX208: schedule new-york overlaps schedule london of the same campaign east in permitted time, first at "
            "2026-03-08T13:00:00Z\n");
}

TEST_F(OverlapRules, OneAddressTwiceIsNoOverlap) {
  WriteCampaign("east");
  WriteSchedule("a");
  Write("schedules/b.yaml", files_.files["schedules/a.yaml"]);
  EXPECT_EQ(Findings(), "error CX103 schedules/b.yaml:3:18\n");
}

}  // namespace
}  // namespace cxctl
