#include <gmock/gmock.h>

#include "plan/plan_fixture.h"

// It is noon (UTC) of Friday, 20 November 2026.

namespace cxctl {
namespace {

class GuardsTest : public PlanTest {
 protected:
  void WriteTenant(const std::string& members) {
    Write("tenant.yaml",
          "kind: Tenant\nmetadata: {name: demo}\nspec:\n  baseUrl: http://127.0.0.1:8080\n  auth: {clientId: "
          "\"${env:ID}\", clientSecret: \"${env:SECRET}\"}\n" +
              members);
  }
  void WriteCalendar(const std::string& days, const std::string& blackouts = "") {
    Write("calendar.yaml",
          fmt::format("kind: CallingCalendar\nmetadata: {{name: weekdays}}\nspec: {{timeZone: UTC, windows: [{{days: "
                      "[{}], startTime: \"09:00\", endTime: \"17:00\"}}], blackouts: [{}]}}\n",
                      days, blackouts));
  }
  void WriteCodes(int count, const std::string& name = "New") {
    std::string codes;
    for (int i = 0; i < count; ++i) codes += fmt::format("{{code: C{}, name: {}, type: NEUTRAL}},", i, name);
    Write("codes.yaml", fmt::format("kind: CallCodeHierarchy\nmetadata: {{name: out}}\nspec: {{category: CAT, "
                                    "exclusive: true, removal: delete, codes: [{}]}}\n",
                                    codes));
  }
};

// --- CX304
// ------------------------------------------------------------------------------------------------------------

TEST_F(GuardsTest, SuspendedCampaignsKeepTheirState) {
  LiveCampaign(R"("state": "SUSPENDED")");
  for (const char* state : {"ACTIVE", "PAUSED", "INACTIVE"}) {
    WriteCampaign(fmt::format("state: {}", state));
    EXPECT_EQ(Guards(), fmt::format("CX304 Campaign/east: the campaign is SUSPENDED by the platform and cannot be made "
                                    "{}: have the suspension lifted first, or remove `state` meanwhile []\n",
                                    state));
  }
  WriteCampaign("maxAgents: 5");
  EXPECT_EQ(Guards(), "");
}

// --- CX307
// ------------------------------------------------------------------------------------------------------------

TEST_F(GuardsTest, ActivationWithinAScheduleIsFine) {
  LiveCampaign(R"("state": "PAUSED")");
  WriteCampaign("state: ACTIVE");
  WriteSchedule("a");
  EXPECT_EQ(Guards(), "");
}

TEST_F(GuardsTest, ActivationOutsideOfAllSchedules) {
  LiveCampaign(R"("state": "INACTIVE")");
  WriteCampaign("state: ACTIVE");
  WriteSchedule("a", {{"regulatoryWindows", Window("14:00", "17:00")}});
  WriteSchedule("b", {{"regulatoryWindows", Window("08:00", "12:00")}});
  EXPECT_EQ(Guards(),
            "CX307 Campaign/east: the campaign would become ACTIVE at 2026-11-20T12:00:00Z, outside its permitted "
            "time; its permitted time begins at 2026-11-20T14:00:00Z: apply then [2026-11-20T14:00:00Z]\n");
  now_ = ParseDateTime("2026-11-20T11:59:59Z")->instant;
  EXPECT_EQ(Guards(), "") << "the last second of b";
}

TEST_F(GuardsTest, ActivationOutsideOfTheRange) {
  LiveCampaign(R"("state": "PAUSED")");
  WriteCampaign("state: ACTIVE");
  WriteSchedule("a", {{"startTime", R"("2026-12-30T00:00:00Z")"}});
  EXPECT_EQ(Guards(),
            "CX307 Campaign/east: the campaign would become ACTIVE at 2026-11-20T12:00:00Z, outside its permitted "
            "time; its permitted time begins at 2026-12-30T09:00:00Z: apply then [2026-12-30T09:00:00Z]\n");
  WriteSchedule("a", {{"startTime", R"("2046-03-01T00:00:00Z")"}, {"endTime", R"("2046-04-01T00:00:00Z")"}});
  EXPECT_THAT(Guards(), testing::HasSubstr("[2046-03-01T09:00:00Z]")) << "however far ahead it is";
  WriteSchedule("a", {{"endTime", R"("2026-11-19T00:00:00Z")"}});
  EXPECT_EQ(Guards(),
            "CX307 Campaign/east: the campaign would become ACTIVE at 2026-11-20T12:00:00Z, outside its permitted "
            "time; it has none: check its schedules and calendar []\n");
  WriteSchedule("a", {{"blackoutPeriods",
                       R"([{startTime: "2026-11-20T11:00:00Z", endTime: "2026-11-21T10:00:00Z", reason: x}])"}});
  EXPECT_EQ(Guards(),
            "CX307 Campaign/east: the campaign would become ACTIVE at 2026-11-20T12:00:00Z, outside its permitted "
            "time; its permitted time begins at 2026-11-21T10:00:00Z: apply then [2026-11-21T10:00:00Z]\n");
}

TEST_F(GuardsTest, SchedulesThatStayCountAndThoseThatGoDoNot) {
  LiveCampaign(R"("state": "PAUSED")");
  LiveSchedule("1", "live");
  WriteCampaign("state: ACTIVE");
  EXPECT_EQ(Guards(), "") << "it stays";
  WriteCampaign("state: ACTIVE, exclusiveSchedules: true");
  EXPECT_EQ(Guards(), "") << "without any schedule or calendar nothing is judged";
  WriteSchedule("b", {{"regulatoryWindows", Window("18:00", "19:00")}});
  EXPECT_EQ(MakePlan().guards.size(), 1u) << "the one that permits it is deleted";
}

TEST_F(GuardsTest, ASchedulesNewWindowsCount) {
  LiveCampaign(R"("state": "PAUSED")");
  LiveSchedule("1", "a", {{"regulatoryWindows", Window("18:00", "19:00")}});
  WriteCampaign("state: ACTIVE");
  EXPECT_EQ(MakePlan().guards.size(), 1u);
  WriteSchedule("a");
  EXPECT_EQ(Guards(), "");
}

TEST_F(GuardsTest, ActivationWithinTheCalendar) {
  LiveCampaign(R"("state": "PAUSED")");
  WriteCampaign("state: ACTIVE, calendar: weekdays");
  WriteCalendar("fri");
  EXPECT_EQ(Guards(), "") << "a calendar alone";
  WriteCalendar("thu");
  EXPECT_EQ(MakePlan().guards.at(0).until, ParseDateTime("2026-11-26T09:00:00Z")->instant);
  WriteCalendar("thu", "{date: 2026-11-26, reason: Thanksgiving}");
  EXPECT_EQ(MakePlan().guards.at(0).until, ParseDateTime("2026-12-03T09:00:00Z")->instant);
  WriteCalendar("fri");
  WriteSchedule("a", {{"regulatoryWindows", Window("16:00", "20:00")}});
  EXPECT_EQ(MakePlan().guards.at(0).until, ParseDateTime("2026-11-20T16:00:00Z")->instant) << "both must permit it";
}

TEST_F(GuardsTest, AScheduleWithACalendarPermitsTheCalendarsTimeInItsRange) {
  LiveCampaign(R"("state": "PAUSED")");
  WriteCampaign("state: ACTIVE");
  WriteCalendar("fri");
  WriteSchedule("a", {{"calendar", "weekdays"}, {"regulatoryWindows", ""}});
  EXPECT_EQ(Guards(), "");
  WriteSchedule("a", {{"calendar", "weekdays"}, {"regulatoryWindows", ""}, {"startTime", R"("2026-11-23T00:00:00Z")"}});
  EXPECT_EQ(MakePlan().guards.at(0).until, ParseDateTime("2026-11-27T09:00:00Z")->instant);
}

TEST_F(GuardsTest, OnlyActivationsAreJudged) {
  LiveCampaign(R"("state": "ACTIVE")");
  WriteCampaign("state: ACTIVE, maxAgents: 7");
  WriteSchedule("a", {{"regulatoryWindows", Window("18:00", "19:00")}});
  EXPECT_EQ(Guards(), "");
}

TEST_F(GuardsTest, SeveritiesAndWaiversHoldForGuards) {
  LiveCampaign(R"("state": "PAUSED")");
  WriteSchedule("a", {{"regulatoryWindows", Window("18:00", "19:00")}});
  WriteCampaign("state: ACTIVE", "name: east, waivers: [{rule: CX307, reason: drill, expires: 2026-12-31}]");
  Plan plan = MakePlan();
  EXPECT_EQ(GuardText(plan), "");
  ASSERT_EQ(plan.diagnostics.size(), 1u);
  EXPECT_EQ(plan.diagnostics[0].severity, Severity::kWarning);
  EXPECT_TRUE(plan.diagnostics[0].message.ends_with("(waived until 2026-12-31: drill)")) << plan.diagnostics[0].message;

  WriteCampaign("state: ACTIVE", "name: east, waivers: [{rule: CX307, reason: drill, expires: 2026-11-01}]");
  EXPECT_EQ(MakePlan().guards.size(), 1u) << "it expired";

  WriteCampaign("state: ACTIVE");
  WriteTenant("  rules: {CX307: off}\n");
  plan = MakePlan();
  EXPECT_EQ(GuardText(plan), "");
  EXPECT_TRUE(plan.diagnostics.empty());
}

// --- CX308
// ------------------------------------------------------------------------------------------------------------

TEST_F(GuardsTest, HoldsAreNotLiftedBeforeTheirTime) {
  LiveCampaign(R"("state": "PAUSED", "complianceHold": true, "scheduledResumeTime": "2026-12-01T14:00:00Z")");
  const std::string guard =
      "CX308 Campaign/east: a compliance hold until 2026-12-01T14:00:00Z would be lifted: wait for it, or confirm with "
      "--release-holds [2026-12-01T14:00:00Z]\n";
  for (const char* spec :
       {"state: ACTIVE", "state: INACTIVE", "complianceHold: false", "state: PAUSED, complianceHold: false"}) {
    WriteCampaign(spec);
    EXPECT_EQ(Guards(), guard) << spec;
  }
  for (const char* spec : {"maxAgents: 3", "state: PAUSED",
                           "state: PAUSED, complianceHold: true, scheduledResumeTime: 2026-12-05T00:00:00Z"}) {
    WriteCampaign(spec);
    EXPECT_EQ(Guards(), "") << spec;
  }
  WriteCampaign("state: ACTIVE");
  options_.release_holds = true;
  EXPECT_EQ(Guards(), "");
}

TEST_F(GuardsTest, AHoldWhoseTimeHasComeMayBeLifted) {
  LiveCampaign(R"("state": "PAUSED", "complianceHold": true, "scheduledResumeTime": "2026-11-20T12:00:00Z")");
  WriteCampaign("state: ACTIVE");
  EXPECT_EQ(Guards(), "");
  now_ = now_ - std::chrono::seconds(1);
  EXPECT_EQ(MakePlan().guards.size(), 1u);
}

TEST_F(GuardsTest, AHoldWithoutATimeIsNotOver) {
  LiveCampaign(R"("state": "PAUSED", "complianceHold": true)");
  WriteCampaign("state: INACTIVE");
  EXPECT_EQ(Guards(),
            "CX308 Campaign/east: a compliance hold without a scheduledResumeTime would be lifted: confirm with "
            "--release-holds []\n");
}

// --- Limits
// -----------------------------------------------------------------------------------------------------------

TEST_F(GuardsTest, PreventDestroyIsRemembered) {
  LiveCampaign(R"("state": "PAUSED")");
  LiveSchedule("1", "a");
  WriteCampaign("state: PAUSED");
  WriteSchedule("a", {}, ", lifecycle: {preventDestroy: true}");
  RememberAll(MakePlan());
  EXPECT_EQ(Guards(), "");
  Remove("a.yaml");
  EXPECT_EQ(Guards(),
            "preventDestroy CampaignSchedule/a: the plan would delete it, and its lifecycle says preventDestroy: put "
            "it back, or remove preventDestroy and apply that first []\n");
}

TEST_F(GuardsTest, PreventDestroyThatCameLaterIsRememberedToo) {
  LiveCampaign(R"("state": "PAUSED")");
  LiveSchedule("1", "a");
  WriteCampaign("state: PAUSED");
  WriteSchedule("a");
  RememberAll(MakePlan());
  WriteSchedule("a", {}, ", lifecycle: {preventDestroy: true}");
  const Plan plan = MakePlan();
  EXPECT_EQ(Text(plan), "adopt CampaignSchedule/a neutral declared\n");
  EXPECT_FALSE(plan.HasDifferences());
  RememberAll(plan);
  EXPECT_EQ(PlanText(), "");
  Remove("a.yaml");
  EXPECT_EQ(MakePlan().guards.size(), 1u);
}

TEST_F(GuardsTest, PreventDestroyRefusesDeactivationsButNotReleases) {
  Applied("CallCode/out/A1", "id-A1", "{}", "CAT", "A1", R"({"preventDestroy":true,"removal":"deactivate"})");
  Applied("Campaign/east", kEast, "{}", "", "", R"({"preventDestroy":true})");
  LiveCode("A1");
  options_.allow_empty = true;
  const Plan plan = MakePlan();
  EXPECT_EQ(
      Text(plan),
      "deactivate CallCode/out/A1 neutral removed PATCH {\"isActive\":false}\nrelease Campaign/east neutral removed\n");
  ASSERT_EQ(plan.guards.size(), 1u);
  EXPECT_EQ(plan.guards[0].address, "CallCode/out/A1");
}

TEST_F(GuardsTest, DeletionsAreLimited) {
  WriteCodes(1, "C0");
  for (int i = 0; i < 4; ++i) LiveCode(fmt::format("C{}", i));
  options_.allow_delete = 3;
  EXPECT_EQ(Guards(), "");
  options_.allow_delete = 2;
  EXPECT_EQ(
      Guards(),
      "allowDelete : 3 deletions are over the limit of 2: look at them, then allow them with --allow-delete 3 []\n");
}

TEST_F(GuardsTest, LargeChangesAreLimited) {
  WriteCodes(10);
  for (int i = 0; i < 10; ++i) LiveCode(fmt::format("C{}", i), "", i < 3 ? R"("name": "Old")" : R"("name": "New")");
  EXPECT_EQ(Guards(), "") << "30 % are not over 30 %";
  live_.codes["CAT"][3].content = Merge(ToJson(live_.codes["CAT"][3].content), R"({"name": "Old"})");
  EXPECT_EQ(Guards(),
            "largeChange : 4 of 10 live managed CallCode objects would be updated or removed (40 %), over the limit of "
            "30 %: look at them, then allow it with --allow-large-change []\n");
  options_.allow_large_change = true;
  EXPECT_EQ(Guards(), "");
}

TEST_F(GuardsTest, FewObjectsMayAllChange) {
  WriteCodes(9);
  for (int i = 0; i < 9; ++i) LiveCode(fmt::format("C{}", i));
  EXPECT_EQ(Guards(), "");
}

TEST_F(GuardsTest, CreatesAndAdoptionsDoNotCount) {
  WriteCodes(40);
  for (int i = 0; i < 20; ++i) LiveCode(fmt::format("C{}", i), "", R"("name": "New")");
  EXPECT_EQ(Guards(), "");
}

TEST_F(GuardsTest, ASelectionIsMeasuredAgainstAllManagedObjects) {
  WriteCodes(40);
  for (int i = 0; i < 40; ++i) LiveCode(fmt::format("C{}", i), "", R"("name": "New")");
  RememberAll(MakePlan());
  for (int i = 0; i < 10; ++i)
    live_.codes["CAT"][static_cast<std::size_t>(i)].content =
        Merge(ToJson(live_.codes["CAT"][static_cast<std::size_t>(i)].content), R"({"name": "Old"})");
  EXPECT_EQ(Guards(), "") << "10 of 40";
  options_.selection.targets = {"CallCode/out/C?"};
  EXPECT_EQ(Guards(), "") << "10 of 40, though 10 of 10 are selected";
}

TEST_F(GuardsTest, NoManifestsRemoveNothing) {
  Applied("CallCode/out/A1", "id-A1", "{}", "CAT", "A1", R"({"preventDestroy":false,"removal":"delete"})");
  LiveCode("A1");
  EXPECT_EQ(Guards(),
            "emptySet : there are no manifests at all, and 1 object would be removed: if that is meant, say "
            "--allow-empty []\n");
  options_.allow_empty = true;
  EXPECT_EQ(Guards(), "");
}

TEST_F(GuardsTest, ApplyWindows) {
  const auto window = [&](const char* days, const char* start, const char* end) {
    WriteTenant(fmt::format(
        "  applyWindows: [{{days: [{}], startTime: \"{}\", endTime: \"{}\", timeZone: America/New_York}}]\n", days,
        start, end));
  };
  window("fri", "07:00", "08:00");
  EXPECT_EQ(Guards(), "") << "noon is 07:00";
  window("fri", "06:00", "07:00");
  EXPECT_EQ(Guards(),
            "applyWindow : apply may not run now: the next apply window opens at 2026-11-27T11:00:00Z "
            "[2026-11-27T11:00:00Z]\n");
  window("mon", "09:00", "16:00");
  EXPECT_EQ(Guards(),
            "applyWindow : apply may not run now: the next apply window opens at 2026-11-23T14:00:00Z "
            "[2026-11-23T14:00:00Z]\n");
}

}  // namespace
}  // namespace cxctl
