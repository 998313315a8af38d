#include "rules_fixture.h"

namespace cxctl {
namespace {

class CampaignRules : public RulesTest {
 protected:
  void WriteLong(const std::string& members) {
    WriteCalendar();
    Write("east.yaml", "apiVersion: cxctl/v1\nkind: Campaign\nmetadata: {name: east}\nspec:\n  name: East\n" + members);
  }
  void WritePacing(const std::string& name, const std::string& rate) {
    Write("pacing-" + name + ".yaml",
          fmt::format("apiVersion: cxctl/v1\nkind: PacingPolicy\nmetadata: {{name: {}}}\nspec: {{campaign: east, "
                      "dialRate: {}}}\n",
                      name, rate));
  }
};

TEST_F(CampaignRules, HoldWithoutAnEnd) {
  WriteLong("  state: PAUSED\n  complianceHold: true\n");
  EXPECT_EQ(Report(), R"(error[CX301]: complianceHold true is without a scheduledResumeTime
 --> east.yaml:7:19
  |
7 |   complianceHold: true
  |                   ^^^^
  = help: add scheduledResumeTime: the time before which the hold must not be lifted; see: cxctl explain CX301
)");
}

TEST_F(CampaignRules, HoldsWithAnEndAndNoHoldsAreFine) {
  WriteLong("  state: PAUSED\n  complianceHold: true\n  scheduledResumeTime: 2026-12-01T14:00:00Z\n");
  EXPECT_EQ(Report(), "");
  WriteLong("  state: PAUSED\n  complianceHold: false\n");
  EXPECT_EQ(Report(), "");
}

TEST_F(CampaignRules, MoreAgentsThanTheCarrierAllows) {
  WriteLong("  maxAgents: 31\n  carrierLimit: {maxAgents: 30}\n");
  EXPECT_EQ(Report(), R"(error[CX302]: maxAgents 31 is over carrierLimit.maxAgents 30
 --> east.yaml:6:14
  |
6 |   maxAgents: 31
  |              ^^
  = help: lower it, or correct carrierLimit; see: cxctl explain CX302
)");
  WriteLong("  maxAgents: 30\n  carrierLimit: {maxAgents: 30}\n");
  EXPECT_EQ(Report(), "");
  WriteLong("  maxAgents: 31\n  carrierLimit: {maxConcurrentCalls: 30}\n");
  EXPECT_EQ(Report(), "");
}

TEST_F(CampaignRules, PauseMembersNeedAPause) {
  WriteLong(
      "  state: ACTIVE\n  calendar: any\n  pauseReason: SCHEDULED\n  complianceHold: true\n"
      "  scheduledResumeTime: 2026-12-01T14:00:00Z\n");
  EXPECT_EQ(Report(), R"(error[CX303]: pauseReason SCHEDULED needs state PAUSED, but state is ACTIVE
 --> east.yaml:8:16
  |
8 |   pauseReason: SCHEDULED
  |                ^^^^^^^^^
  = help: set state: PAUSED, or remove pauseReason; see: cxctl explain CX303
error[CX303]: complianceHold true needs state PAUSED, but state is ACTIVE
 --> east.yaml:9:19
  |
9 |   complianceHold: true
  |                   ^^^^
  = help: set state: PAUSED, or remove complianceHold; see: cxctl explain CX303
error[CX303]: scheduledResumeTime 2026-12-01T14:00:00Z needs state PAUSED, but state is ACTIVE
  --> east.yaml:10:24
   |
10 |   scheduledResumeTime: 2026-12-01T14:00:00Z
   |                        ^^^^^^^^^^^^^^^^^^^^
   = help: set state: PAUSED, or remove scheduledResumeTime; see: cxctl explain CX303
)");
}

TEST_F(CampaignRules, PauseMembersWithoutAStateNeedOneToo) {
  WriteLong("  pauseReason: SCHEDULED\n  complianceHold: false\n");
  EXPECT_EQ(Messages(), "CX303: pauseReason SCHEDULED needs state PAUSED, but there is no state\n");
}

TEST_F(CampaignRules, ActiveWithoutHours) {
  WriteLong("  state: ACTIVE\n");
  EXPECT_EQ(Report(), R"(warning[CX305]: state ACTIVE, but campaign east has no schedule and no calendar
 --> east.yaml:6:10
  |
6 |   state: ACTIVE
  |          ^^^^^^
  = help: declare a CampaignSchedule for it, or name its calendar; see: cxctl explain CX305
)");
}

TEST_F(CampaignRules, AScheduleOrACalendarGivesHours) {
  WriteLong("  state: ACTIVE\n  calendar: any\n");
  EXPECT_EQ(Findings(), "");
  WriteLong("  state: INACTIVE\n");
  EXPECT_EQ(Findings(), "");
  WriteLong("  state: ACTIVE\n");
  WriteSchedule("a");
  EXPECT_EQ(Findings(), "");
  // One that is wrong elsewhere is a schedule all the same.
  WriteSchedule("a", {{"timeZone", "7"}});
  EXPECT_EQ(Findings(), "error CX102 schedules/a.yaml:10:13\n");
}

TEST_F(CampaignRules, DialRateOutsideThePolicysRange) {
  WriteLong("  dialRate: 101\n");
  WritePacing("east", "{min: 10, max: 100}");
  EXPECT_EQ(Report(), R"(error[CX306]: dialRate 101 is outside the range 10 to 100 of PacingPolicy/east
 --> east.yaml:6:13
  |
6 |   dialRate: 101
  |             ^^^
  = help: set a dialRate in the range, leave it out, or change the policy's range; see: cxctl explain CX306
)");
}

TEST_F(CampaignRules, BoundsOfTheRangeAreInside) {
  struct Row {
    int rate;
    const char* range;
    bool is_fine;
  };
  const Row rows[] = {{9, "{min: 10, max: 100}", false},
                      {10, "{min: 10, max: 100}", true},
                      {100, "{min: 10, max: 100}", true},
                      {0, "{min: 10, max: 100, idle: 0}", false}};
  for (const Row& row : rows) {
    WriteLong(fmt::format("  dialRate: {}\n", row.rate));
    WritePacing("east", row.range);
    EXPECT_EQ(Findings(), row.is_fine ? "" : "error CX306 east.yaml:6:13\n") << row.rate << row.range;
  }
}

TEST_F(CampaignRules, ARangeThatIsWrongItselfIsReportedAlone) {
  WriteLong("  dialRate: 50\n");
  WritePacing("east", "{min: 100, max: 10}");
  EXPECT_EQ(Messages(), "CX601: dialRate.min 100 is over dialRate.max 10\n");
}

}  // namespace
}  // namespace cxctl
