#include "drift/drift.h"

#include <gmock/gmock.h>

#include "drift/drift_words.h"

#include "plan/plan_fixture.h"

namespace cxctl {
namespace {

class DriftTest : public PlanTest {
 protected:
  DriftReport Drift(bool with_unmanaged = false) {
    return BuildDrift(arena_, MakePlan(), applied_, options_.stateless, with_unmanaged);
  }

  /// `drifted Campaign/east /maxAgents: 10, 10, 7` (last applied, manifest, live), one member a line.
  static std::string Text(const DriftReport& report) {
    std::string text;
    for (const DriftItem& item : report.items) {
      text += fmt::format("{} {}\n", DriftStatusName(item.status), item.address);
      if (item.status == DriftStatus::kMissing || item.status == DriftStatus::kUnmanaged) continue;
      for (const DriftField& field : item.fields) {
        text += fmt::format("  {}: {}, {}, {}\n", field.path, ToJson(field.last_applied), ToJson(field.manifest),
                            ToJson(field.live));
      }
    }
    return text;
  }
  std::string DriftText(bool with_unmanaged = false) { return Text(Drift(with_unmanaged)); }

  void WriteCodes(const std::string& codes, const std::string& spec = "", const std::string& category = "CAT") {
    Write("codes.yaml", fmt::format("kind: CallCodeHierarchy\nmetadata: {{name: out}}\nspec: {{category: {}, {}codes: "
                                    "[{}]}}\n",
                                    category, spec, codes));
  }
  void WritePacing(const std::string& range) {
    Write("pacing.yaml",
          "kind: PacingPolicy\nmetadata: {name: p}\nspec: {campaign: east, dialRate: {" + range + "}}\n");
  }
  /// A schedule in git, on the tenant and in the store, all alike.
  void ScheduleInStep(const std::string& name = "evenings") {
    WriteSchedule(name);
    LiveSchedule("id-" + name, name);
    Applied("CampaignSchedule/" + name, "id-" + name, fmt::format(R"({{"name": "{}", {}}})", name, ScheduleMembers({})),
            kEast, name);
  }
};

// --- One member, three ways ------------------------------------------------------------------------------------------

struct Member1 {
  const char *what, *applied, *manifest, *live, *drift;
};

TEST_F(DriftTest, EveryWayInWhichThreeValuesMayDiffer) {
  const Member1 rows[] = {
      {"in step", R"("maxAgents":10)", "maxAgents: 10", R"("maxAgents":10)", ""},
      {"somebody changed the tenant", R"("maxAgents":10)", "maxAgents: 10", R"("maxAgents":7)",
       "drifted Campaign/east\n  /maxAgents: 10, 10, 7\n"},
      {"not applied yet", R"("maxAgents":10)", "maxAgents: 9", R"("maxAgents":10)",
       "pending Campaign/east\n  /maxAgents: 10, 9, 10\n"},
      {"both changed it", R"("maxAgents":10)", "maxAgents: 9", R"("maxAgents":7)",
       "conflicting Campaign/east\n  /maxAgents: 10, 9, 7\n"},
      {"both changed it alike", R"("maxAgents":10)", "maxAgents: 7", R"("maxAgents":7)", ""},
      {"both changed it to the same instant", R"("state":"PAUSED","scheduledResumeTime":"2026-12-01T14:00:00Z")",
       "state: PAUSED, scheduledResumeTime: 2026-12-02T09:00:00-05:00",
       R"("state":"PAUSED","scheduledResumeTime":"2026-12-02T14:00:00Z")", ""},
      {"git names it for the first time", R"("maxAgents":10)", "maxAgents: 10, dialRate: 5",
       R"("maxAgents":10,"dialRate":8)", "pending Campaign/east\n  /dialRate: null, 5, 8\n"},
      {"git manages it no more", R"("maxAgents":10,"dialRate":5)", "maxAgents: 10", R"("maxAgents":10,"dialRate":8)",
       ""},
      {"never managed", R"("maxAgents":10)", "maxAgents: 10", R"("maxAgents":10,"dialRate":8)", ""},
      {"removed on the tenant", R"("state":"PAUSED","pauseReason":"SCHEDULED")",
       "state: PAUSED, pauseReason: SCHEDULED", R"("state":"PAUSED")",
       "drifted Campaign/east\n  /pauseReason: \"SCHEDULED\", \"SCHEDULED\", null\n"},
      {"what was remembered cannot be read", "", "maxAgents: 9", R"("maxAgents":10)",
       "pending Campaign/east\n  /maxAgents: null, 9, 10\n"},
  };
  for (const Member1& row : rows) {
    WriteCampaign(row.manifest);
    LiveCampaign(row.live);
    applied_.clear();
    Applied("Campaign/east", kEast, *row.applied ? fmt::format("{{{}}}", row.applied) : "no JSON");
    EXPECT_EQ(DriftText(), row.drift) << row.what;
  }
}

TEST_F(DriftTest, MembersOfOneObjectThatDifferInDifferentWaysAreItemsOfTheirOwn) {
  WriteCampaign("maxAgents: 9, dialRate: 40, dialingMode: PREVIEW, state: PAUSED");
  LiveCampaign(R"("maxAgents": 10, "dialRate": 33, "dialingMode": "PROGRESSIVE", "state": "PAUSED")");
  Applied("Campaign/east", kEast, R"({"maxAgents":10,"dialRate":40,"dialingMode":"PREDICTIVE","state":"PAUSED"})");
  const DriftReport report = Drift();
  EXPECT_EQ(Text(report),
            "drifted Campaign/east\n  /dialRate: 40, 40, 33\n"
            "pending Campaign/east\n  /maxAgents: 10, 9, 10\n"
            "conflicting Campaign/east\n  /dialingMode: \"PREDICTIVE\", \"PREVIEW\", \"PROGRESSIVE\"\n");
  for (const DriftItem& item : report.items) {
    EXPECT_EQ(item.updated_by, "alice");
    EXPECT_EQ(item.updated_at, "2026-11-19T08:00:00Z");
    EXPECT_EQ(item.source.line, 1u);
  }
}

TEST_F(DriftTest, ItemsComeByAddress) {
  for (const char* name : {"c", "a", "b"}) ScheduleInStep(name);
  LiveCampaign(R"("maxAgents": 10)");
  live_.schedules[kEast].clear();
  for (const char* name : {"b", "c", "a"})
    LiveSchedule(std::string("id-") + name, name, {{"endTime", R"("2026-12-30T00:00:00Z")"}});
  WriteCampaign("maxAgents: 9");
  Applied("Campaign/east", kEast, R"({"maxAgents":10})");
  std::string order;
  for (const DriftItem& item : Drift().items) order += item.address + " ";
  EXPECT_EQ(order, "Campaign/east CampaignSchedule/a CampaignSchedule/b CampaignSchedule/c ");
}

// --- Meaning, not text -----------------------------------------------------------------------------------------------

TEST_F(DriftTest, WhatMeansTheSameIsInStep) {
  ScheduleInStep();
  WriteCampaign("maxAgents: 30");
  LiveCampaign(R"("maxAgents": 30)");
  Applied("Campaign/east", kEast, R"({"maxAgents":30})");
  live_.schedules[kEast].clear();
  LiveSchedule("id-evenings", "evenings",
               {{"startTime", R"("2026-11-01T01:00:00+01:00")"}, {"timeZone", R"("Etc/UTC")"}});
  EXPECT_EQ(DriftText(), "");
}

TEST_F(DriftTest, LastAppliedIsComparedByMeaningToo) {
  WriteCampaign("maxAgents: 30");
  LiveCampaign(R"("maxAgents": 30)");
  Applied("Campaign/east", kEast, R"({"maxAgents":30})");
  WriteSchedule("evenings", {{"startTime", R"("2026-11-02T00:00:00Z")"}});
  LiveSchedule("1", "evenings");
  // The same instant as live, with another offset: git changed, the tenant did not.
  Applied(
      "CampaignSchedule/evenings", "1",
      fmt::format(R"({{"name": "evenings", {}}})", ScheduleMembers({{"startTime", R"("2026-11-01T01:00:00+01:00")"}})),
      kEast, "evenings");
  EXPECT_EQ(DriftText(),
            "pending CampaignSchedule/evenings\n  /startTime: \"2026-11-01T01:00:00+01:00\", \"2026-11-02T00:00:00Z\", "
            "\"2026-11-01T00:00:00Z\"\n");
}

// --- Objects that are there or not -----------------------------------------------------------------------------------

class DriftOfObjects : public DriftTest {
 protected:
  void SetUp() override {
    WriteCampaign("maxAgents: 30");
    LiveCampaign(R"("maxAgents": 30)");
    Applied("Campaign/east", kEast, R"({"maxAgents":30})");
  }
};

TEST_F(DriftOfObjects, DeletedOutsideIsMissing) {
  ScheduleInStep();
  live_.schedules[kEast].clear();
  const DriftReport report = Drift();
  EXPECT_EQ(Text(report), "missing CampaignSchedule/evenings\n");
  EXPECT_TRUE(report.has_drift());
  ASSERT_FALSE(report.items[0].fields.empty());
  EXPECT_EQ(report.items[0].fields[0].path, "/name");
  EXPECT_EQ(ToJson(report.items[0].fields[0].last_applied), R"("evenings")");
  EXPECT_TRUE(report.items[0].fields[0].live.is_null());
}

TEST_F(DriftOfObjects, NeverAppliedIsPending) {
  WriteSchedule("evenings");
  const DriftReport report = Drift();
  EXPECT_EQ(report.items.at(0).status, DriftStatus::kPending);
  EXPECT_TRUE(report.items[0].fields.at(0).last_applied.is_null());
  EXPECT_FALSE(report.has_drift());
}

TEST_F(DriftOfObjects, MissingUnderItsEarlierNameIsMissing) {
  WriteSchedule("nights", {}, ", previousNames: [evenings]");
  Applied("CampaignSchedule/evenings", "1", R"({"name":"evenings"})", kEast, "evenings");
  EXPECT_EQ(DriftText(), "missing CampaignSchedule/nights\n");
}

TEST_F(DriftOfObjects, TakenOutOfGitIsPending) {
  ScheduleInStep();
  Remove("evenings.yaml");
  EXPECT_EQ(DriftText(), "pending CampaignSchedule/evenings\n");
}

TEST_F(DriftOfObjects, TakenOutOfGitButChangedOutsideIsConflicting) {
  ScheduleInStep();
  Remove("evenings.yaml");
  live_.schedules[kEast].clear();
  LiveSchedule("id-evenings", "evenings", {{"endTime", R"("2027-01-31T00:00:00Z")"}});
  EXPECT_EQ(DriftText(),
            "conflicting CampaignSchedule/evenings\n  /endTime: \"2026-12-31T00:00:00Z\", null, "
            "\"2027-01-31T00:00:00Z\"\n");
}

TEST_F(DriftOfObjects, TakenOutOfGitAndDeletedOutsideIsTheSameChange) {
  ScheduleInStep();
  Remove("evenings.yaml");
  live_.schedules[kEast].clear();
  EXPECT_EQ(DriftText(), "");
}

TEST_F(DriftOfObjects, ACampaignTakenOutOfGitIsReleasedAndNoItem) {
  Remove("east.yaml");
  EXPECT_EQ(DriftText(), "");
}

TEST_F(DriftOfObjects, AMoveToAnotherCampaignIsPendingNotMissing) {
  constexpr const char* kWest = "b1b2c3d4-e5f6-7890-abcd-ef1234567890";
  Write("west.yaml", fmt::format("kind: Campaign\nmetadata: {{name: west}}\nspec: {{id: {}, maxAgents: 30}}\n", kWest));
  LiveCampaign(R"("name": "West", "maxAgents": 30)", "Campaign/west", kWest);
  Applied("Campaign/west", kWest, R"({"maxAgents":30})");
  ScheduleInStep();
  WriteSchedule("evenings", {{"campaign", "west"}});
  std::string statuses;
  for (const DriftItem& item : Drift().items)
    statuses += fmt::format("{} {}\n", DriftStatusName(item.status), item.address);
  EXPECT_EQ(statuses,
            "pending CampaignSchedule/evenings\npending CampaignSchedule/evenings@" + std::string(kEast) + "\n");
}

TEST_F(DriftOfObjects, ADocumentThatNamesAnotherCampaignSaysNothingOfTheOneThatWasApplied) {
  constexpr const char* kOther = "b1b2c3d4-e5f6-7890-abcd-ef1234567890";
  Write("east.yaml",
        fmt::format("kind: Campaign\nmetadata: {{name: east}}\nspec: {{id: {}, maxAgents: 30}}\n", kOther));
  live_.campaigns.clear();
  LiveCampaign(R"("maxAgents": 12)", "Campaign/east", kOther);
  EXPECT_EQ(DriftText(), "pending Campaign/east\n  /maxAgents: null, 30, 12\n");
}

TEST_F(DriftOfObjects, ARenameOnTheTenantIsDrift) {
  ScheduleInStep();
  live_.schedules[kEast].clear();
  LiveSchedule("id-evenings", "Late evenings");
  EXPECT_EQ(DriftText(), "drifted CampaignSchedule/evenings\n  /name: \"evenings\", \"evenings\", \"Late evenings\"\n");
}

TEST_F(DriftOfObjects, ARenameInGitAloneIsPending) {
  WriteCampaign("maxAgents: 30", "name: orient, previousNames: [east]");
  live_.campaigns.clear();
  LiveCampaign(R"("maxAgents": 30)", "Campaign/orient");
  EXPECT_EQ(DriftText(), "pending Campaign/orient\n");
}

TEST_F(DriftOfObjects, AdoptionsAreNoItems) {
  applied_.clear();
  EXPECT_EQ(DriftText(), "");
}

// --- Unmanaged -------------------------------------------------------------------------------------------------------

TEST_F(DriftTest, WhatAnExclusiveScopeOwnsIsUnmanaged) {
  WriteCodes("{code: A1, name: A1, type: NEUTRAL}", "exclusive: true, ");
  LiveCode("A1");
  LiveCode("STRAY");
  const DriftReport report = Drift();
  EXPECT_EQ(Text(report), "unmanaged CallCode/out/STRAY\n");
  EXPECT_TRUE(report.has_drift());
  EXPECT_EQ(report.managed, 1u);
  EXPECT_EQ(report.seen, 2u);
  EXPECT_EQ(DriftText(true), "unmanaged CallCode/out/STRAY\n") << "once, not twice";
}

TEST_F(DriftTest, OutsideOfExclusiveScopesItIsNamedOnDemandOnly) {
  WriteCodes("{code: A1, name: A1, type: NEUTRAL}");
  LiveCode("A1");
  LiveCode("STRAY");
  const DriftReport report = Drift();
  EXPECT_EQ(Text(report), "");
  EXPECT_FALSE(report.has_drift());
  EXPECT_EQ(report.managed, 1u);
  EXPECT_EQ(report.seen, 2u);
  const DriftReport all = Drift(true);
  EXPECT_EQ(Text(all), "unmanaged CallCode/out/STRAY\n");
  EXPECT_TRUE(all.has_drift());
  EXPECT_EQ(all.managed, 1u);
  EXPECT_EQ(all.items[0].updated_by, "alice");
}

TEST_F(DriftTest, SchedulesOfAnExclusiveCampaign) {
  WriteCampaign("maxAgents: 30, exclusiveSchedules: true");
  LiveCampaign(R"("maxAgents": 30)");
  Applied("Campaign/east", kEast, R"({"maxAgents":30})");
  LiveSchedule("1", "By hand");
  const DriftReport report = Drift();
  ASSERT_EQ(report.items.size(), 1u);
  EXPECT_EQ(report.items[0].status, DriftStatus::kUnmanaged);
  EXPECT_TRUE(report.items[0].address.starts_with("CampaignSchedule/")) << report.items[0].address;
}

TEST_F(DriftTest, CodesThatMovedToAnotherCategoryArePending) {
  WriteCodes("{code: A1, name: A1, type: NEUTRAL}", "removal: delete, ", "NEW");
  LiveCode("A1");
  Applied("CallCode/out/A1", "id-A1", R"({"code":"A1","name":"A1","type":"NEUTRAL","category":"CAT","isActive":true})",
          "CAT", "A1", R"({"preventDestroy":false,"removal":"delete"})");
  for (const DriftItem& item : Drift().items) EXPECT_EQ(DriftStatusName(item.status), "pending") << item.address;
}

// --- Ownership -------------------------------------------------------------------------------------------------------

struct Pace {
  int applied, live;
  const char* drift;
};

TEST_F(DriftTest, WithinThePacingPolicysBandTheRateIsTheControllers) {
  WriteCampaign("state: ACTIVE, dialRate: 42");
  WritePacing("min: 10, max: 100");
  const Pace rows[] = {
      {42, 42, ""},
      {42, 10, ""},
      {42, 100, ""},
      {42, 77, ""},
      {60, 77, ""},
      {42, 9, "drifted Campaign/east\n  /dialRate: 42, 10, 9\n"},
      {42, 101, "drifted Campaign/east\n  /dialRate: 42, 100, 101\n"},
  };
  for (const Pace& row : rows) {
    LiveCampaign(fmt::format(R"("state": "ACTIVE", "dialRate": {})", row.live));
    applied_.clear();
    Applied("Campaign/east", kEast, fmt::format(R"({{"state":"ACTIVE","dialRate":{}}})", row.applied));
    EXPECT_EQ(DriftText(), row.drift) << row.applied << ", live " << row.live;
  }
}

TEST_F(DriftTest, WhenThePolicyIsRemovedGitWinsBack) {
  WriteCampaign("state: ACTIVE, dialRate: 42");
  LiveCampaign(R"("state": "ACTIVE", "dialRate": 77)");
  Applied("Campaign/east", kEast, R"({"state":"ACTIVE","dialRate":42})");
  EXPECT_EQ(DriftText(), "drifted Campaign/east\n  /dialRate: 42, 42, 77\n");
}

TEST_F(DriftTest, APauseOfTheThrottlePolicyIsHeldAndNoItem) {
  Write("throttle.yaml",
        "kind: ThrottlePolicy\nmetadata: {name: t}\nspec: {campaign: east, window: 60s, minAnswerRate: 0.35, pause: "
        "{reason: CARRIER_THROTTLE, resumeAfter: 15m}}\n");
  WriteCampaign("state: ACTIVE, maxAgents: 30");
  LiveCampaign(
      R"("state": "PAUSED", "pauseReason": "CARRIER_THROTTLE", "scheduledResumeTime": "2026-11-20T12:10:00Z")");
  Applied("Campaign/east", kEast, R"({"state":"ACTIVE","maxAgents":30})");
  EXPECT_EQ(DriftText(), "");
  // Somebody else's pause is none of the policy's.
  LiveCampaign(R"("state": "PAUSED", "pauseReason": "AGENT_CAPACITY")");
  EXPECT_EQ(DriftText(), "drifted Campaign/east\n  /state: \"ACTIVE\", \"ACTIVE\", \"PAUSED\"\n");
}

TEST_F(DriftTest, PoliciesWithoutAnAgentAreNoItems) {
  WritePacing("min: 10, max: 100");
  WriteCampaign("maxAgents: 30");
  LiveCampaign(R"("maxAgents": 30)");
  Applied("Campaign/east", kEast, R"({"maxAgents":30})");
  const Plan plan = MakePlan();
  ASSERT_FALSE(plan.held.empty());
  EXPECT_EQ(Text(BuildDrift(arena_, plan, applied_, false, true)), "");
}

TEST_F(DriftTest, IgnoredMembersAreNoItems) {
  WriteCampaign("maxAgents: 10, dialRate: 5", "name: east, lifecycle: {ignoreChanges: [/maxAgents]}");
  LiveCampaign(R"("maxAgents": 7, "dialRate": 5)");
  Applied("Campaign/east", kEast, R"({"maxAgents":10,"dialRate":5})");
  EXPECT_EQ(DriftText(), "");
}

// --- Without a state store -------------------------------------------------------------------------------------------

TEST_F(DriftTest, WithoutAStoreEveryDifferenceIsDrift) {
  options_.stateless = true;
  WriteCampaign("maxAgents: 9");
  LiveCampaign(R"("maxAgents": 10)");
  WriteSchedule("evenings");
  const DriftReport report = Drift();
  EXPECT_EQ(Text(report),
            "drifted Campaign/east\n  /maxAgents: null, 9, 10\n"
            "missing CampaignSchedule/evenings\n");
  EXPECT_TRUE(report.has_drift());
}

// --- What counts -----------------------------------------------------------------------------------------------------

TEST(DriftReportTest, PendingAloneIsNoDrift) {
  const std::pair<DriftStatus, bool> rows[] = {{DriftStatus::kDrifted, true},
                                               {DriftStatus::kPending, false},
                                               {DriftStatus::kConflicting, true},
                                               {DriftStatus::kMissing, true},
                                               {DriftStatus::kUnmanaged, true}};
  for (const auto& [status, counts] : rows) {
    DriftReport report;
    EXPECT_FALSE(report.has_drift());
    report.items.push_back({"Campaign/east", status, {}, "", "", {}});
    EXPECT_EQ(report.has_drift(), counts) << DriftStatusName(status);
    report.items.push_back({"Campaign/west", DriftStatus::kPending, {}, "", "", {}});
    EXPECT_EQ(report.has_drift(), counts) << DriftStatusName(status);
  }
}

// --- In words --------------------------------------------------------------------------------------------------------

TEST(DriftWords, ListsOfMappingsAreToldByWhatTheSidesDoNotShare) {
  Arena arena;
  const auto list = [&](const char* json) { return *ParseJson(arena, json); };
  const Value git = list(R"([{"startTime":"09:00","endTime":"20:00","timeZone":"America/New_York","enabled":true},
                             {"startTime":"21:00","endTime":"22:00","timeZone":"America/New_York","enabled":false}])");
  const Value live = list(R"([{"startTime":"08:00","endTime":"20:00","timeZone":"America/New_York","enabled":true},
                              {"startTime":"21:00","endTime":"22:00","timeZone":"America/New_York","enabled":false}])");
  const DriftField windows{"/regulatoryWindows", git, git, live};
  EXPECT_TRUE(IsListOfObjects(windows));
  EXPECT_THAT(WordsOf(windows, "America/New_York"),
              testing::ElementsAre("09:00-20:00 America/New_York (beside 1 that all have)",
                                   "09:00-20:00 America/New_York (beside 1 that all have)",
                                   "08:00-20:00 America/New_York (beside 1 that all have)"));
  const Value none = list("[]");
  const Value closed =
      list(R"([{"startTime":"2026-11-26T05:00:00Z","endTime":"2026-11-27T05:00:00Z","reason":"Thanksgiving"}])");
  EXPECT_THAT(WordsOf({"/blackoutPeriods", closed, closed, none}, "America/New_York"),
              testing::ElementsAre("Thu 26 Nov 2026 00:00 to Fri 27 Nov 2026 00:00 (Thanksgiving)",
                                   "Thu 26 Nov 2026 00:00 to Fri 27 Nov 2026 00:00 (Thanksgiving)", "none"));
  EXPECT_THAT(WordsOf({"/other", none, Value::Null(), list(R"([{"a":1}])")}, ""),
              testing::ElementsAre("none", "nothing", R"({"a":1})"));
  EXPECT_THAT(WordsOf({"/maxAgents", Value::Int(8), Value::Int(8), Value::Int(7)}, ""),
              testing::ElementsAre("8", "8", "7"));
}

TEST(DriftWords, ALongSideIsCutByItself) {
  Arena arena;
  const Value many = *ParseJson(arena, R"([{"a":1},{"a":2},{"a":3},{"a":4},{"a":5},{"a":6}])");
  EXPECT_THAT(WordsOf({"/other", many, many, *ParseJson(arena, "[]")}, ""),
              testing::ElementsAre(R"({"a":1}, {"a":2}, {"a":3}, {"a":4} and 2 more)",
                                   R"({"a":1}, {"a":2}, {"a":3}, {"a":4} and 2 more)", "none"));
}

}  // namespace
}  // namespace cxctl
