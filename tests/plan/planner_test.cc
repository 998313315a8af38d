#include "plan/planner.h"

#include <algorithm>
#include <random>

#include "plan/plan_fixture.h"

namespace cxctl {
namespace {

class PlannerTest : public PlanTest {
 protected:
  void WriteCodes(const std::string& codes, const std::string& spec = "", const std::string& metadata = "name: out") {
    Write("codes.yaml",
          fmt::format("kind: CallCodeHierarchy\nmetadata: {{{}}}\nspec: {{category: CAT, {}codes: [{}]}}\n", metadata,
                      spec, codes));
  }
  void WritePacing(const std::string& members = "dialRate: {min: 10, max: 100}") {
    Write("pacing.yaml",
          fmt::format("kind: PacingPolicy\nmetadata: {{name: p}}\nspec: {{campaign: east, {}}}\n", members));
  }
  void WriteThrottle() {
    Write("throttle.yaml",
          "kind: ThrottlePolicy\nmetadata: {name: t}\nspec: {campaign: east, window: 60s, minAnswerRate: 0.35, pause: "
          "{reason: CARRIER_THROTTLE, resumeAfter: 15m}}\n");
  }
  static std::string Content(const std::string& members = "") { return "{" + ScheduleMembers({}) + members + "}"; }
};

constexpr const char* kA1 = "{code: A1, name: A1, type: NEUTRAL}";

// --- Campaigns
// --------------------------------------------------------------------------------------------------------

TEST_F(PlannerTest, InStepAndUnknownIsAdopted) {
  WriteCampaign("state: ACTIVE, maxAgents: 30");
  LiveCampaign(R"("state": "ACTIVE")");
  const Plan plan = MakePlan();
  EXPECT_EQ(Text(plan), "adopt Campaign/east neutral declared\n");
  EXPECT_FALSE(plan.HasDifferences());
  EXPECT_EQ(plan.estimated_requests, 0);
  RememberAll(plan);
  const Plan again = MakePlan();
  EXPECT_EQ(Text(again), "");
  EXPECT_EQ(again.unchanged, 1u);
}

TEST_F(PlannerTest, WithoutAStoreNothingIsAdopted) {
  WriteCampaign("state: ACTIVE");
  LiveCampaign(R"("state": "ACTIVE")");
  options_.stateless = true;
  EXPECT_EQ(PlanText(), "");
}

struct Write1 {
  const char *what, *live, *spec, *write;
};

TEST_F(PlannerTest, WritesOfCampaigns) {
  WriteSchedule("any", {{"regulatoryWindows", Window("00:00", "00:00")}});
  LiveSchedule("1", "any", {{"regulatoryWindows", Window("00:00", "00:00")}});
  const std::vector<LiveObject> schedules = live_.schedules[kEast];
  const Write1 rows[] = {
      {"one member", R"("state": "ACTIVE")", "maxAgents: 25", R"(reduces declared PATCH {"maxAgents":25})"},
      {"only what differs", R"("state": "ACTIVE")",
       "state: ACTIVE, maxAgents: 25, dialRate: 40, dialingMode: PREDICTIVE",
       R"(reduces declared PATCH {"maxAgents":25})"},
      {"a pause", R"("state": "ACTIVE")",
       "state: PAUSED, pauseReason: COMPLIANCE_HOLD, complianceHold: true, scheduledResumeTime: "
       "2026-12-01T09:00:00-05:00",
       R"(reduces declared PUT {"state":"PAUSED","pauseReason":"COMPLIANCE_HOLD","complianceHold":true,"scheduledResumeTime":"2026-12-01T14:00:00Z"})"},
      {"a pause without a hold says nothing of holds", R"("state": "ACTIVE")", "state: PAUSED, complianceHold: false",
       R"(reduces declared PUT {"state":"PAUSED"})"},
      {"carries the other members", R"("state": "ACTIVE")", "state: INACTIVE, maxAgents: 60",
       R"(reduces declared PUT {"state":"INACTIVE","maxAgents":60})"},
      {"leaving a pause clears it",
       R"("state": "PAUSED", "pauseReason": "SCHEDULED", "complianceHold": true, "scheduledResumeTime": "2026-11-01T00:00:00Z")",
       "state: ACTIVE, complianceHold: false, dialRate: 41",
       R"(increases declared PUT {"state":"ACTIVE","dialRate":41})"},
      {"from inactive to paused", R"("state": "INACTIVE")", "state: PAUSED, pauseReason: SCHEDULED",
       R"(neutral declared PUT {"state":"PAUSED","pauseReason":"SCHEDULED"})"},
      {"a hold while paused", R"("state": "PAUSED")",
       "state: PAUSED, complianceHold: true, scheduledResumeTime: 2026-12-01T00:00:00Z",
       R"(reduces declared PATCH {"complianceHold":true,"scheduledResumeTime":"2026-12-01T00:00:00Z"})"},
      {"a hold is lifted by a patch",
       R"("state": "PAUSED", "complianceHold": true, "scheduledResumeTime": "2026-11-01T00:00:00Z")",
       "state: PAUSED, complianceHold: false", R"(increases declared PATCH {"complianceHold":false})"},
      {"another reason", R"("state": "PAUSED", "pauseReason": "SCHEDULED")",
       "state: PAUSED, pauseReason: AGENT_CAPACITY", R"(neutral declared PATCH {"pauseReason":"AGENT_CAPACITY"})"},
  };
  for (const Write1& row : rows) {
    WriteCampaign(row.spec);
    LiveCampaign(row.live);
    live_.schedules[kEast] = schedules;
    EXPECT_EQ(Text(MakePlan()).substr(0, Text(MakePlan()).find('\n')),
              fmt::format("update Campaign/east {}", row.write))
        << row.what;
  }
}

TEST_F(PlannerTest, WhoChangedWhat) {
  WriteCampaign("state: PAUSED, maxAgents: 25");
  LiveCampaign(R"("state": "PAUSED", "maxAgents": 28)");
  Applied("Campaign/east", kEast, R"({"state":"PAUSED","maxAgents":25})");
  EXPECT_EQ(MakePlan().changes.at(0).reason, Reason::kDrifted) << "git is as it was applied";
  applied_.clear();
  Applied("Campaign/east", kEast, R"({"state":"PAUSED","maxAgents":28})");
  EXPECT_EQ(MakePlan().changes.at(0).reason, Reason::kDeclared) << "git changed";
  applied_.clear();
  Applied("Campaign/east", kEast, "no JSON");
  EXPECT_EQ(MakePlan().changes.at(0).reason, Reason::kDeclared);
}

TEST_F(PlannerTest, FieldsNameTheirSource) {
  Write("east.yaml",
        fmt::format("kind: Campaign\nmetadata: {{name: east}}\nspec:\n  id: {}\n  maxAgents: 25\n", kEast));
  LiveCampaign(R"("state": "ACTIVE")");
  const Change change = MakePlan().changes.at(0);
  ASSERT_EQ(change.fields.size(), 1u);
  EXPECT_EQ(change.fields[0].source.line, 6u);
  EXPECT_EQ(change.fields[0].source.column, 14u);
  EXPECT_EQ(change.source.line, 1u);
  EXPECT_EQ(ToJson(change.before) + ToJson(change.after), R"({"maxAgents":30}{"maxAgents":25})");
  EXPECT_EQ(change.updated_by, "alice");
}

TEST_F(PlannerTest, ACampaignRenamedInGitIsMovedInTheStoreAlone) {
  WriteCampaign("state: ACTIVE", "name: east, previousNames: [old-east]");
  LiveCampaign(R"("state": "ACTIVE")");
  Applied("Campaign/old-east", kEast, R"({"state":"ACTIVE"})");
  const Plan plan = MakePlan();
  EXPECT_EQ(Text(plan), "rename Campaign/east neutral renamed\n");
  EXPECT_EQ(plan.changes[0].previous_addresses, std::vector<std::string>{"Campaign/old-east"});
  RememberAll(plan);
  EXPECT_EQ(PlanText(), "");
}

TEST_F(PlannerTest, ACampaignTakenOutOfGitIsReleased) {
  Applied("Campaign/east", kEast, R"({"state":"ACTIVE"})");
  const Plan plan = MakePlan();
  EXPECT_EQ(Text(plan), "release Campaign/east neutral removed\n");
  EXPECT_FALSE(plan.HasDifferences());
}

// --- Policies that own members
// ------------------------------------------------------------------------------------------

TEST_F(PlannerTest, APacedRateIsTheControllersWithinItsRange) {
  WriteCampaign("state: ACTIVE, dialRate: 42");
  WritePacing();
  for (const int rate : {10, 11, 42, 100, 0}) {
    LiveCampaign(fmt::format(R"("state": "ACTIVE", "dialRate": {})", rate));
    EXPECT_EQ(PlanText(), "adopt Campaign/east neutral declared\n") << rate;
  }
  for (const auto& [rate, write] : {std::pair(9, R"(increases declared PATCH {"dialRate":10})"),
                                    {1, R"(increases declared PATCH {"dialRate":10})"},
                                    {101, R"(reduces declared PATCH {"dialRate":100})"}}) {
    LiveCampaign(fmt::format(R"("state": "ACTIVE", "dialRate": {})", rate));
    EXPECT_EQ(PlanText(), fmt::format("update Campaign/east {}\n", write)) << rate;
  }
}

TEST_F(PlannerTest, TheIdleRateIsTheControllersToo) {
  WriteCampaign("state: ACTIVE");
  WritePacing("dialRate: {min: 10, max: 100, idle: 5}");
  LiveCampaign(R"("state": "ACTIVE", "dialRate": 5)");
  EXPECT_EQ(PlanText(), "adopt Campaign/east neutral declared\n");
  LiveCampaign(R"("state": "ACTIVE", "dialRate": 0)");
  EXPECT_EQ(PlanText(), "update Campaign/east increases declared PATCH {\"dialRate\":10}\n");
}

TEST_F(PlannerTest, APacedRateOutOfItsRangeIsDriftOfAKnownCampaign) {
  WriteCampaign("state: ACTIVE");
  WritePacing();
  LiveCampaign(R"("state": "ACTIVE", "dialRate": 500)");
  Applied("Campaign/east", kEast, R"({"state":"ACTIVE"})");
  const Plan plan = MakePlan();
  EXPECT_EQ(Text(plan), "update Campaign/east reduces drifted PATCH {\"dialRate\":100}\n");
  EXPECT_EQ(plan.changes[0].controlled_paths, std::vector<std::string>{"/dialRate"});
  EXPECT_EQ(sources().name(plan.changes[0].fields[0].source.file), "pacing.yaml") << "the bound is the policy's";
  WriteCampaign("state: ACTIVE, maxAgents: 3");
  EXPECT_EQ(MakePlan().changes.at(0).reason, Reason::kDeclared) << "something else was declared";
}

TEST_F(PlannerTest, GitWinsBackWhenThePolicyGoes) {
  WriteCampaign("state: ACTIVE, dialRate: 42");
  LiveCampaign(R"("state": "ACTIVE", "dialRate": 60)");
  EXPECT_EQ(PlanText(), "update Campaign/east reduces declared PATCH {\"dialRate\":42}\n");
}

TEST_F(PlannerTest, AnIgnoredRateStaysWhateverThePolicySays) {
  WriteCampaign("state: ACTIVE, dialRate: 42", "name: east, lifecycle: {ignoreChanges: [/dialRate]}");
  WritePacing();
  LiveCampaign(R"("state": "ACTIVE", "dialRate": 500)");
  EXPECT_EQ(PlanText(), "adopt Campaign/east neutral declared\n");
}

TEST_F(PlannerTest, AThrottledPauseIsHeld) {
  WriteCampaign("state: ACTIVE, maxAgents: 25");
  WriteThrottle();
  LiveCampaign(
      R"("state": "PAUSED", "pauseReason": "CARRIER_THROTTLE", "scheduledResumeTime": "2026-11-20T12:15:00Z")");
  const Plan plan = MakePlan();
  EXPECT_EQ(Text(plan), "update Campaign/east reduces declared PATCH {\"maxAgents\":25}\n") << "the rest is git's";
  ASSERT_EQ(plan.held.size(), 2u);
  EXPECT_EQ(plan.held[0].address + " by " + plan.held[0].by + " until " + plan.held[0].until.value_or("-"),
            "Campaign/east by ThrottlePolicy/t until 2026-11-20T12:15:00Z");
  EXPECT_EQ(plan.held[0].fields, std::vector<std::string>{"/state"});
}

TEST_F(PlannerTest, APauseForAnotherReasonIsNotHeld) {
  WriteCampaign("state: ACTIVE");
  WriteThrottle();
  LiveCampaign(R"("state": "PAUSED", "pauseReason": "SCHEDULED")");
  EXPECT_EQ(PlanText(), "update Campaign/east increases declared PUT {\"state\":\"ACTIVE\"}\n");
  Remove("throttle.yaml");
  LiveCampaign(R"("state": "PAUSED", "pauseReason": "CARRIER_THROTTLE")");
  EXPECT_EQ(PlanText(), "update Campaign/east increases declared PUT {\"state\":\"ACTIVE\"}\n")
      << "git wins back at once";
}

// --- Schedules
// ----------------------------------------------------------------------------------------------------------

TEST_F(PlannerTest, SchedulesAreCreatedUpdatedAndDeleted) {
  WriteCampaign("state: PAUSED");
  LiveCampaign(R"("state": "PAUSED")");
  WriteSchedule("new");
  WriteSchedule("changed",
                {{"dialerSettings", R"({"maxConcurrentCalls": 50, "callRate": 10, "capacityThreshold": 0.85})"}});
  LiveSchedule("2", "changed");
  LiveSchedule("3", "gone");
  LiveSchedule("4", "foreign");
  Applied("Campaign/east", kEast, R"({"state":"PAUSED"})");
  Applied("CampaignSchedule/gone", "3", Content(R"(,"name":"gone")"), kEast, "gone");
  const Plan plan = MakePlan();
  EXPECT_EQ(
      Text(plan),
      "update CampaignSchedule/changed reduces declared PATCH {\"dialerSettings\":{\"callRate\":10}}\n"
      "delete CampaignSchedule/gone reduces removed DELETE\n"
      "create CampaignSchedule/new increases declared POST "
      "{\"name\":\"new\",\"startTime\":\"2026-11-01T00:00:00Z\",\"endTime\":\"2026-12-31T00:00:00Z\",\"timeZone\":"
      "\"UTC\","
      "\"regulatoryWindows\":[{\"startTime\":\"09:00\",\"endTime\":\"17:00\",\"timeZone\":\"UTC\",\"enabled\":true}],"
      "\"dialerSettings\":{\"maxConcurrentCalls\":50,\"callRate\":15,\"capacityThreshold\":0.85}} needs "
      "CampaignSchedule/changed, CampaignSchedule/gone\n");
  ASSERT_EQ(plan.unmanaged.size(), 1u);
  EXPECT_EQ(plan.unmanaged[0].address, "CampaignSchedule/foreign");
  EXPECT_TRUE(plan.changes[1].after.is_null());
  EXPECT_TRUE(plan.changes[1].fields.empty());
  EXPECT_TRUE(plan.changes[2].before.is_null());
  EXPECT_EQ(plan.changes[2].scope, kEast);
}

TEST_F(PlannerTest, AnExclusiveCampaignLosesWhatIsNotDeclared) {
  WriteCampaign("state: PAUSED, exclusiveSchedules: true");
  LiveCampaign(R"("state": "PAUSED")");
  WriteSchedule("a");
  LiveSchedule("1", "a");
  LiveSchedule("2", "foreign");
  LiveSchedule("3", "another");
  RememberAll(MakePlan());
  EXPECT_EQ(PlanText(),
            "delete CampaignSchedule/another reduces removed DELETE\ndelete CampaignSchedule/foreign reduces removed "
            "DELETE\n");
}

TEST_F(PlannerTest, AScheduleThatIsGoneIsForgotten) {
  WriteCampaign("state: PAUSED");
  LiveCampaign(R"("state": "PAUSED")");
  RememberAll(MakePlan());
  Applied("CampaignSchedule/gone", "3", "{}", kEast, "gone");
  EXPECT_EQ(PlanText(), "release CampaignSchedule/gone neutral removed\n");
}

TEST_F(PlannerTest, AScheduleThatSomebodyDeletedIsMadeAgain) {
  WriteCampaign("state: PAUSED");
  LiveCampaign(R"("state": "PAUSED")");
  WriteSchedule("a");
  Applied("CampaignSchedule/a", "1", Content(R"(,"name":"a")"), kEast, "a");
  const Plan plan = MakePlan();
  const Change* create = plan.Find("CampaignSchedule/a");
  ASSERT_TRUE(create);
  EXPECT_EQ(create->action, Action::kCreate);
  EXPECT_EQ(create->reason, Reason::kDrifted);
}

TEST_F(PlannerTest, ANewLiveNameOfAKnownScheduleIsARename) {
  WriteCampaign("state: PAUSED");
  LiveCampaign(R"("state": "PAUSED")");
  WriteSchedule("a", {{"name", "New name"}});
  LiveSchedule("1", "Old name");
  Applied("Campaign/east", kEast, R"({"state":"PAUSED"})");
  Applied("CampaignSchedule/a", "1", Content(R"(,"name":"Old name")"), kEast, "Old name");
  EXPECT_EQ(PlanText(), "rename CampaignSchedule/a neutral renamed PATCH {\"name\":\"New name\"}\n");
}

TEST_F(PlannerTest, PreviousNamesOfSchedules) {
  WriteCampaign("state: PAUSED");
  LiveCampaign(R"("state": "PAUSED")");
  LiveSchedule("1", "Q4");
  Applied("Campaign/east", kEast, R"({"state":"PAUSED"})");
  Applied("CampaignSchedule/old", "1", Content(R"(,"name":"Q4")"), kEast, "Q4");
  WriteSchedule("new", {{"name", "Q4"}}, ", previousNames: [old]");
  EXPECT_EQ(PlanText(), "rename CampaignSchedule/new neutral renamed\n") << "the live name stays";
  WriteSchedule("new", {}, ", previousNames: [old]");
  EXPECT_EQ(PlanText(), "rename CampaignSchedule/new neutral renamed PATCH {\"name\":\"new\"}\n");
  WriteSchedule("new", {{"description", "x"}}, ", previousNames: [older, old]");
  const Plan plan = MakePlan();
  EXPECT_EQ(Text(plan), "rename CampaignSchedule/new neutral renamed PATCH {\"name\":\"new\",\"description\":\"x\"}\n");
  RememberAll(plan);
  ASSERT_EQ(applied_.size(), 2u);
  EXPECT_EQ(applied_[1].address, "CampaignSchedule/new");
}

TEST_F(PlannerTest, PreviousNamesWithoutAStore) {
  WriteCampaign("state: PAUSED");
  LiveCampaign(R"("state": "PAUSED")");
  LiveSchedule("1", "old");
  WriteSchedule("new", {}, ", previousNames: [old]");
  options_.stateless = true;
  EXPECT_EQ(PlanText(), "rename CampaignSchedule/new neutral renamed PATCH {\"name\":\"new\"}\n");
}

TEST_F(PlannerTest, AnEarlierNameThatAnotherDocumentHasIsNotTaken) {
  WriteCampaign("state: PAUSED");
  LiveCampaign(R"("state": "PAUSED")");
  LiveSchedule("1", "old");
  WriteSchedule("old");
  WriteSchedule("new", {}, ", previousNames: [old]");
  options_.stateless = true;
  const Plan plan = MakePlan();
  ASSERT_EQ(plan.changes.size(), 1u);
  EXPECT_EQ(plan.changes[0].address, "CampaignSchedule/new");
  EXPECT_EQ(plan.changes[0].action, Action::kCreate);
}

TEST_F(PlannerTest, AScheduleThatMovesToAnotherCampaignLeavesNothingBehind) {
  WriteCampaign("state: PAUSED");
  LiveCampaign(R"("state": "PAUSED")");
  Write("west.yaml", "kind: Campaign\nmetadata: {name: west}\nspec: {name: West}\n");
  LiveCampaign(R"("state": "PAUSED")", "Campaign/west", "west-id");
  WriteSchedule("a", {{"campaign", "west"}});
  LiveSchedule("1", "a");
  RememberAll(MakePlan());
  std::erase_if(applied_, [](const auto& each) { return each.kind == "CampaignSchedule"; });
  Applied("CampaignSchedule/a", "1", Content(R"(,"name":"a")"), kEast, "a");
  const Plan plan = MakePlan();
  ASSERT_EQ(plan.changes.size(), 2u) << Text(plan);
  EXPECT_EQ(plan.changes[0].address, fmt::format("CampaignSchedule/a@{}", kEast));
  EXPECT_EQ(plan.changes[0].action, Action::kDelete);
  EXPECT_EQ(plan.changes[1].address, "CampaignSchedule/a");
  EXPECT_EQ(plan.changes[1].action, Action::kCreate);
  EXPECT_EQ(plan.changes[1].reason, Reason::kDeclared);
  EXPECT_EQ(plan.changes[1].depends_on, std::vector<std::string>{plan.changes[0].address});
  WriteSchedule("b", {{"name", "a"}});
  EXPECT_EQ(MakePlan().Find(fmt::format("CampaignSchedule/a@{}", kEast)), nullptr)
      << "another document stands for it now";
}

// --- Call codes
// ---------------------------------------------------------------------------------------------------------

TEST_F(PlannerTest, CodesAreCreatedUnderTheirParents) {
  WriteCodes(
      "{code: A1, name: A1, type: NEUTRAL, children: [{code: B1, name: B1, type: NEUTRAL, children: [{code: C1, name: "
      "C1, type: NEUTRAL}]}]}");
  LiveCode("A1");
  options_.stateless = true;
  const Plan plan = MakePlan();
  EXPECT_EQ(Text(plan),
            "create CallCode/out/A1/B1 neutral declared POST "
            "{\"code\":\"B1\",\"name\":\"B1\",\"type\":\"NEUTRAL\",\"category\":\"CAT\",\"isActive\":true,"
            "\"parentCallCodeId\":\"id-A1\"}\n"
            "create CallCode/out/A1/B1/C1 neutral declared POST "
            "{\"code\":\"C1\",\"name\":\"C1\",\"type\":\"NEUTRAL\",\"category\":\"CAT\",\"isActive\":true} under "
            "CallCode/out/A1/B1 needs CallCode/out/A1/B1\n");
  EXPECT_EQ(plan.changes[1].after.GetString("parentCallCodeId"), "(known after apply)");
}

TEST_F(PlannerTest, ACodeIsActiveUnlessItSaysOtherwise) {
  WriteCodes(kA1);
  LiveCode("A1", "", R"("isActive": false)");
  EXPECT_EQ(PlanText(), "update CallCode/out/A1 neutral declared PATCH {\"isActive\":true}\n");
  WriteCodes("{code: A1, name: A1, type: NEUTRAL, isActive: false}");
  EXPECT_EQ(PlanText(), "adopt CallCode/out/A1 neutral declared\n");
}

TEST_F(PlannerTest, TheSameCodeInAnotherPlaceIsAnother) {
  WriteCodes("{code: A1, name: A1, type: NEUTRAL, children: [{code: X1, name: X1, type: NEUTRAL}]}");
  LiveCode("A1");
  LiveCode("X1");
  const Plan plan = MakePlan();
  ASSERT_TRUE(plan.Find("CallCode/out/A1/X1"));
  EXPECT_EQ(plan.Find("CallCode/out/A1/X1")->action, Action::kCreate);
  ASSERT_EQ(plan.unmanaged.size(), 1u);
  EXPECT_EQ(plan.unmanaged[0].address, "CallCode/out/X1");
}

TEST_F(PlannerTest, UndeclaredCodesOfAnExclusiveHierarchyGo) {
  LiveCode("A1");
  LiveCode("B1");
  LiveCode("C1", "id-B1");
  LiveCode("D1", "", R"("isActive": false)");
  options_.stateless = true;
  WriteCodes(kA1);
  EXPECT_EQ(PlanText(), "");
  WriteCodes(kA1, "exclusive: true, ");
  EXPECT_EQ(PlanText(),
            "deactivate CallCode/out/B1/C1 neutral removed PATCH {\"isActive\":false}\n"
            "deactivate CallCode/out/B1 neutral removed PATCH {\"isActive\":false} needs CallCode/out/B1/C1\n")
      << "what is inactive is gone already";
  WriteCodes(kA1, "exclusive: true, removal: delete, ");
  EXPECT_EQ(PlanText(),
            "delete CallCode/out/B1/C1 neutral removed DELETE\ndelete CallCode/out/B1 neutral removed DELETE needs "
            "CallCode/out/B1/C1\ndelete CallCode/out/D1 neutral removed DELETE\n");
}

TEST_F(PlannerTest, ACodeTakenOutOfItsHierarchy) {
  WriteCodes(std::string(kA1) + ", {code: B1, name: B1, type: NEUTRAL}");
  LiveCode("A1");
  LiveCode("B1");
  RememberAll(MakePlan());
  WriteCodes(kA1);
  const Plan plan = MakePlan();
  EXPECT_EQ(Text(plan), "deactivate CallCode/out/B1 neutral removed PATCH {\"isActive\":false}\n");
  ASSERT_EQ(plan.changes[0].fields.size(), 1u);
  EXPECT_EQ(ToJson(plan.changes[0].after),
            R"({"code":"B1","name":"B1","type":"NEUTRAL","category":"CAT","isActive":false})");
  WriteCodes(kA1, "removal: delete, ");
  EXPECT_EQ(MakePlan().Find("CallCode/out/B1")->action, Action::kDelete);
}

TEST_F(PlannerTest, TheRemovalOfAHierarchyIsRemembered) {
  WriteCodes(kA1, "removal: delete, ");
  LiveCode("A1");
  RememberAll(MakePlan());
  Remove("codes.yaml");
  EXPECT_EQ(PlanText(), "delete CallCode/out/A1 neutral removed DELETE\n");
  applied_[0].lifecycle = "{}";
  EXPECT_EQ(PlanText(), "deactivate CallCode/out/A1 neutral removed PATCH {\"isActive\":false}\n");
}

TEST_F(PlannerTest, AHierarchyWithoutCodesRemovesTheLast) {
  WriteCodes(kA1);
  LiveCode("A1");
  RememberAll(MakePlan());
  WriteCodes("");
  EXPECT_EQ(PlanText(), "deactivate CallCode/out/A1 neutral removed PATCH {\"isActive\":false}\n");
}

TEST_F(PlannerTest, ARemovedCodeThatWasReplacedIsForgotten) {
  Applied("CallCode/out/A1", "another-id", "{}", "CAT", "A1");
  Applied("CallCode/out/B1", "id-B1", "{}", "CAT", "B1");
  LiveCode("A1");
  LiveCode("B1", "", R"("isActive": false)");
  EXPECT_EQ(PlanText(), "release CallCode/out/A1 neutral removed\nrelease CallCode/out/B1 neutral removed\n");
}

TEST_F(PlannerTest, ARenamedHierarchyIsMovedInTheStore) {
  WriteCodes(kA1, "", "name: out, previousNames: [old]");
  LiveCode("A1");
  Applied("CallCode/old/A1", "id-A1", "{}", "CAT", "A1");
  EXPECT_EQ(PlanText(), "rename CallCode/out/A1 neutral renamed\n");
}

TEST_F(PlannerTest, AHierarchyThatMovesToAnotherCategoryLeavesNothingBehind) {
  const auto write = [&](const char* category, const char* removal) {
    Write("codes.yaml", fmt::format("kind: CallCodeHierarchy\nmetadata: {{name: out}}\nspec: {{category: {}, removal: "
                                    "{}, codes: [{{code: A1, name: A1, type: NEUTRAL, children: [{{code: B1, name: B1, "
                                    "type: NEUTRAL}}]}}]}}\n",
                                    category, removal));
  };
  write("OLD", "delete");
  LiveCode("A1", "", "", "OLD");
  LiveCode("B1", "id-A1", "", "OLD");
  RememberAll(MakePlan());
  write("NEW", "delete");
  EXPECT_EQ(PlanText(),
            "delete CallCode/out@OLD/A1/B1 neutral removed DELETE\n"
            "delete CallCode/out@OLD/A1 neutral removed DELETE needs CallCode/out@OLD/A1/B1\n"
            "create CallCode/out/A1 neutral declared POST "
            "{\"code\":\"A1\",\"name\":\"A1\",\"type\":\"NEUTRAL\",\"category\":\"NEW\",\"isActive\":true} needs "
            "CallCode/out@OLD/A1\n"
            "create CallCode/out/A1/B1 neutral declared POST "
            "{\"code\":\"B1\",\"name\":\"B1\",\"type\":\"NEUTRAL\",\"category\":\"NEW\",\"isActive\":true} under "
            "CallCode/out/A1 needs CallCode/out/A1, CallCode/out@OLD/A1/B1\n");
  // The new category has one of them already.
  LiveCode("A1", "", "", "NEW");
  write("NEW", "deactivate");
  const Plan plan = MakePlan();
  EXPECT_EQ(plan.Find("CallCode/out@OLD/A1")->action, Action::kDeactivate);
  EXPECT_EQ(plan.Find("CallCode/out@OLD/A1/B1")->action, Action::kDeactivate);
  EXPECT_EQ(plan.Find("CallCode/out/A1")->action, Action::kAdopt);
}

TEST_F(PlannerTest, CodesWithoutAWayToTheRootAreLeftAlone) {
  WriteCodes(kA1, "exclusive: true, removal: delete, ");
  LiveCode("A1");
  LiveCode("X1", "nobody");
  LiveCode("Y1", "id-Z1");
  LiveCode("Z1", "id-Y1");
  EXPECT_EQ(PlanText(), "adopt CallCode/out/A1 neutral declared\n");
}

// --- Selections
// ---------------------------------------------------------------------------------------------------------

TEST_F(PlannerTest, WhatIsLeftOutIsNeverRemoved) {
  WriteCampaign("state: PAUSED, exclusiveSchedules: true", "name: east, labels: {team: x}");
  LiveCampaign(R"("state": "PAUSED")");
  WriteSchedule("a");
  LiveSchedule("1", "a");
  LiveSchedule("2", "foreign");
  LiveSchedule("3", "gone");
  WriteCodes(kA1, "exclusive: true, ");
  LiveCode("A1");
  LiveCode("B1");
  RememberAll(MakePlan());
  Applied("CampaignSchedule/gone", "3", "{}", kEast, "gone");
  Applied("Campaign/west", "west-id", "{}");
  struct {
    Selection selection;
    const char* plan;
  } rows[] = {
      {{{"Campaign/east"}, {}}, ""},
      {{{"CampaignSchedule/a"}, {}}, ""},
      {{{"CallCode/out/A1"}, {}}, ""},
      {{{}, {{"team", "x"}}}, ""},
      {{{"CampaignSchedule/gone"}, {}}, "delete CampaignSchedule/gone reduces removed DELETE\n"},
      {{{"CallCodeHierarchy/out"}, {}}, "deactivate CallCode/out/B1 neutral removed PATCH {\"isActive\":false}\n"},
      {{{"Campaign/*"}, {}}, "release Campaign/west neutral removed\n"},
      {{},
       "delete CampaignSchedule/foreign reduces removed DELETE\ndelete CampaignSchedule/gone reduces removed DELETE\n"
       "deactivate CallCode/out/B1 neutral removed PATCH {\"isActive\":false}\nrelease Campaign/west neutral "
       "removed\n"},
  };
  std::erase_if(applied_, [](const auto& each) {
    return each.address == "CampaignSchedule/foreign" || each.address == "CallCode/out/B1";
  });
  for (const auto& row : rows) {
    options_.selection = row.selection;
    EXPECT_EQ(PlanText(), row.plan) << Join(row.selection.targets, " ");
  }
}

TEST_F(PlannerTest, ADocumentThatIsLeftOutKeepsWhatItHadUnderAnEarlierName) {
  WriteCampaign("state: PAUSED");
  LiveCampaign(R"("state": "PAUSED")");
  RememberAll(MakePlan());
  WriteSchedule("new", {}, ", previousNames: [old]");
  LiveSchedule("1", "old");
  Applied("CampaignSchedule/old", "1", Content(R"(,"name":"old")"), kEast, "old");
  options_.selection.targets = {"CampaignSchedule/old"};
  EXPECT_EQ(PlanText(), "");
}

TEST_F(PlannerTest, AScheduleIsComparedAsItsCalendarIsCompiled) {
  WriteCampaign("state: PAUSED");
  LiveCampaign(R"("state": "PAUSED")");
  Write("calendar.yaml",
        "kind: CallingCalendar\nmetadata: {name: c}\nspec:\n  timeZone: UTC\n"
        "  windows:\n    - {days: [fri], startTime: \"09:00\", endTime: \"17:00\"}\n");
  WriteSchedule("a", {{"calendar", "c"},
                      {"regulatoryWindows", ""},
                      {"startTime", R"("2026-12-03T00:00:00Z")"},
                      {"endTime", R"("2026-12-06T00:00:00Z")"}});
  LiveSchedule("1", "a", {{"startTime", R"("2026-12-03T00:00:00Z")"}, {"endTime", R"("2026-12-06T00:00:00Z")"}});
  const Plan plan = MakePlan();
  ASSERT_NE(plan.Find("CampaignSchedule/a"), nullptr);
  const Change& change = *plan.Find("CampaignSchedule/a");
  ASSERT_EQ(change.fields.size(), 1U);
  EXPECT_EQ(change.fields[0].path, "/blackoutPeriods");
  EXPECT_EQ(ToCanonicalJson(change.fields[0].after),
            R"([{"endTime":"2026-12-03T17:00:00Z","reason":"closed: thu","startTime":"2026-12-03T09:00:00Z"},)"
            R"({"endTime":"2026-12-05T17:00:00Z","reason":"closed: sat","startTime":"2026-12-05T09:00:00Z"}])");
  // Nothing but the days of the windows closes these.
  EXPECT_EQ(change.fields[0].source.line, 7U);
  EXPECT_EQ(change.risk, Risk::kReduces);
}

// --- The plan as a whole
// --------------------------------------------------------------------------------------------------

TEST_F(PlannerTest, SummaryAndEstimate) {
  WriteCampaign("state: ACTIVE, maxAgents: 25");
  LiveCampaign(R"("state": "PAUSED")");
  WriteSchedule("a", {{"regulatoryWindows", Window("00:00", "00:00")}});
  WriteCodes(kA1);
  LiveCode("A1");
  const Plan plan = MakePlan();
  const PlanSummary summary = plan.Summary();
  EXPECT_EQ(summary.create, 1u);
  EXPECT_EQ(summary.update, 1u);
  EXPECT_EQ(summary.adopt, 1u);
  EXPECT_TRUE(plan.HasDifferences());
  // A token, a create, a change of state with a look at the schedules before it.
  EXPECT_EQ(plan.estimated_requests, 4);
  EXPECT_DOUBLE_EQ(plan.estimated_seconds, 0.4);
  EXPECT_EQ(plan.documents, 3u);
  EXPECT_EQ(plan.live_objects, 2u);
  live_.campaigns.at("Campaign/east").etag.clear();
  EXPECT_EQ(MakePlan().estimated_requests, 5) << "it has to be read first";
}

TEST_F(PlannerTest, TheSameInputsGiveTheSamePlan) {
  WriteCampaign("state: PAUSED, exclusiveSchedules: true, maxAgents: 3");
  LiveCampaign(R"("state": "PAUSED")");
  std::string codes;
  for (int i = 0; i < 12; ++i) {
    WriteSchedule(fmt::format("s{}", i), {{"description", "x"}});
    if (i % 3 != 0) LiveSchedule(fmt::format("{}", i), fmt::format("s{}", i + 2));
    if (i % 4 != 0) LiveCode(fmt::format("C{}", i));
    codes += fmt::format("{{code: C{}, name: N, type: NEUTRAL}},", i + 3);
    if (i % 2 != 0)
      Applied(fmt::format("CampaignSchedule/t{}", i), fmt::format("{}", i), "{}", kEast, fmt::format("s{}", i + 2));
  }
  WriteCodes(codes, "exclusive: true, ");
  const auto text = [&] {
    const Plan plan = MakePlan();
    Arena arena;
    return ToCanonicalJson(PlanJson(arena, plan, sources(), "0.1.0"));
  };
  const std::string expected = text();
  std::mt19937 random(7);
  for (int i = 0; i < 30; ++i) {
    std::ranges::shuffle(live_.schedules[kEast], random);
    std::ranges::shuffle(live_.codes["CAT"], random);
    std::ranges::shuffle(applied_, random);
    EXPECT_EQ(text(), expected);
  }
}

}  // namespace
}  // namespace cxctl
