#include "drift/drift.h"

#include "plan/plan_fixture.h"

namespace cxctl {
namespace {

class DriftTest : public PlanTest {
 protected:
  void SetUp() override {
    WriteCampaign("maxAgents: 25, dialRate: 40");
    LiveCampaign(R"("state": "ACTIVE", "maxAgents": 25)");
    Applied("Campaign/east", kEast, R"({"maxAgents":25,"dialRate":40})");
  }

  DriftReport Report(bool with_unmanaged = false) {
    const Plan plan = MakePlan();
    return BuildDrift(arena_, plan, applied_, options_.stateless, with_unmanaged);
  }
  /// `status address /path last|manifest|live`, one a line.
  std::string Drift(bool with_unmanaged = false) {
    std::string text;
    for (const DriftItem& item : Report(with_unmanaged).items) {
      text += fmt::format("{} {}", DriftStatusName(item.status), item.address);
      for (const DriftField& field : item.fields)
        text += fmt::format(" {} {}|{}|{}", field.path, ToJson(field.last_applied), ToJson(field.manifest),
                            ToJson(field.live));
      text += "\n";
    }
    return text;
  }
  void ChangeLive(const std::string& patch) {
    Value& content = live_.campaigns.at("Campaign/east").content;
    content = Merge(ToJson(content), patch);
  }
};

TEST_F(DriftTest, InStepIsNoItem) {
  EXPECT_EQ(Drift(), "");
  EXPECT_FALSE(Report().has_drift());
}

TEST_F(DriftTest, SomebodyChangedTheTenant) {
  ChangeLive(R"({"maxAgents": 28})");
  EXPECT_EQ(Drift(), "drifted Campaign/east /maxAgents 25|25|28\n");
  const DriftReport report = Report();
  EXPECT_TRUE(report.has_drift());
  EXPECT_EQ(report.items[0].updated_by, "alice");
  EXPECT_EQ(report.items[0].updated_at, "2026-11-19T08:00:00Z");
  EXPECT_EQ(sources().name(report.items[0].source.file), "east.yaml");
}

TEST_F(DriftTest, GitWasNotAppliedYet) {
  WriteCampaign("maxAgents: 20, dialRate: 40");
  EXPECT_EQ(Drift(), "pending Campaign/east /maxAgents 25|20|25\n");
  EXPECT_FALSE(Report().has_drift());
}

TEST_F(DriftTest, BothChanged) {
  WriteCampaign("maxAgents: 20, dialRate: 40");
  ChangeLive(R"({"maxAgents": 28})");
  EXPECT_EQ(Drift(), "conflicting Campaign/east /maxAgents 25|20|28\n");
  EXPECT_TRUE(Report().has_drift());
}

TEST_F(DriftTest, BothChangedAlikeIsNoItem) {
  WriteCampaign("maxAgents: 28, dialRate: 40");
  ChangeLive(R"({"maxAgents": 28})");
  EXPECT_EQ(Drift(), "");
}

TEST_F(DriftTest, MembersThatDifferInDifferentWaysAreItemsOfTheirOwn) {
  WriteCampaign("maxAgents: 20, dialRate: 41, dialingMode: PREVIEW");
  ChangeLive(R"({"maxAgents": 28, "dialingMode": "PROGRESSIVE"})");
  applied_[0].content = R"({"maxAgents":25,"dialRate":40,"dialingMode":"PREVIEW"})";
  EXPECT_EQ(Drift(),
            "drifted Campaign/east /dialingMode \"PREVIEW\"|\"PREVIEW\"|\"PROGRESSIVE\"\n"
            "pending Campaign/east /dialRate 40|41|40\n"
            "conflicting Campaign/east /maxAgents 25|20|28\n");
}

TEST_F(DriftTest, MeaningsAreCompared) {
  WriteCampaign("state: PAUSED, scheduledResumeTime: 2026-12-01T09:00:00-05:00");
  LiveCampaign(R"("state": "PAUSED", "scheduledResumeTime": "2026-12-02T00:00:00Z")");
  applied_[0].content = R"({"state":"PAUSED","scheduledResumeTime":"2026-12-01T15:00:00+01:00"})";
  EXPECT_EQ(Drift(),
            "drifted Campaign/east /scheduledResumeTime "
            "\"2026-12-01T15:00:00+01:00\"|\"2026-12-01T14:00:00Z\"|\"2026-12-02T00:00:00Z\"\n");
}

TEST_F(DriftTest, WhatWasNeverAppliedIsPending) {
  applied_.clear();
  ChangeLive(R"({"maxAgents": 28})");
  EXPECT_EQ(Drift(), "pending Campaign/east /maxAgents null|25|28\n");
  WriteSchedule("a", {{"dialerSettings", R"({"maxConcurrentCalls": 1, "callRate": 1, "capacityThreshold": 0.5})"}});
  EXPECT_TRUE(Drift().find("\npending CampaignSchedule/a /name null|\"a\"|null") != std::string::npos);
  EXPECT_FALSE(Report().has_drift());
}

TEST_F(DriftTest, DeletedOutsideIsMissing) {
  WriteSchedule("a");
  LiveSchedule("1", "a");
  RememberAll(MakePlan());
  EXPECT_EQ(Drift(), "");
  live_.schedules[kEast].clear();
  const DriftReport report = Report();
  ASSERT_EQ(report.items.size(), 1u);
  EXPECT_EQ(report.items[0].status, DriftStatus::kMissing);
  EXPECT_EQ(report.items[0].fields[0].path, "/name");
  EXPECT_EQ(ToJson(report.items[0].fields[0].last_applied), "\"a\"");
  EXPECT_TRUE(report.items[0].fields[0].live.is_null());
  EXPECT_TRUE(report.has_drift());
}

TEST_F(DriftTest, TakenOutOfGitIsPending) {
  WriteSchedule("a");
  LiveSchedule("1", "a");
  RememberAll(MakePlan());
  Remove("a.yaml");
  EXPECT_EQ(Drift(), "pending CampaignSchedule/a\n");
  live_.schedules[kEast][0].content =
      Merge(ToJson(live_.schedules[kEast][0].content), R"({"dialerSettings": {"callRate": 3}})");
  EXPECT_EQ(Drift(), "conflicting CampaignSchedule/a /dialerSettings/callRate 15|null|3\n");
  live_.schedules[kEast].clear();
  EXPECT_EQ(Drift(), "") << "gone from both";
}

TEST_F(DriftTest, ACampaignTakenOutOfGitIsNoItem) {
  Remove("east.yaml");
  EXPECT_EQ(Drift(), "");
}

TEST_F(DriftTest, ARenameInGitIsPending) {
  WriteCampaign("maxAgents: 25", "name: orient, previousNames: [east]");
  live_.campaigns["Campaign/orient"] = live_.campaigns.at("Campaign/east");
  EXPECT_EQ(Drift(), "pending Campaign/orient\n");
  live_.campaigns["Campaign/orient"].content =
      Merge(ToJson(live_.campaigns["Campaign/orient"].content), R"({"maxAgents": 9})");
  EXPECT_EQ(Drift(), "drifted Campaign/orient /maxAgents 25|25|9\n") << "it is known under its earlier name";
}

TEST_F(DriftTest, UnmanagedInAnExclusiveScopeIsDrift) {
  WriteCampaign("maxAgents: 25, exclusiveSchedules: true");
  LiveSchedule("1", "foreign");
  EXPECT_EQ(Drift(), "unmanaged CampaignSchedule/foreign\n");
  EXPECT_TRUE(Report().has_drift());
}

TEST_F(DriftTest, UnmanagedElsewhereOnlyWhenAskedFor) {
  LiveSchedule("1", "foreign");
  EXPECT_EQ(Drift(), "");
  EXPECT_FALSE(Report().has_drift());
  EXPECT_EQ(Drift(true), "unmanaged CampaignSchedule/foreign\n");
  EXPECT_TRUE(Report(true).has_drift());
}

TEST_F(DriftTest, Coverage) {
  WriteSchedule("a");
  LiveSchedule("1", "a");
  LiveSchedule("2", "foreign");
  for (const bool with_unmanaged : {false, true}) {
    const DriftReport report = Report(with_unmanaged);
    EXPECT_EQ(report.seen, 3u);
    EXPECT_EQ(report.managed, 2u);
  }
  WriteCampaign("maxAgents: 25, exclusiveSchedules: true");
  EXPECT_EQ(Report().managed, 2u);
}

TEST_F(DriftTest, WithoutAStoreThereAreTwoSides) {
  options_.stateless = true;
  applied_.clear();
  ChangeLive(R"({"maxAgents": 28})");
  WriteSchedule("a");
  const DriftReport report = Report();
  ASSERT_EQ(report.items.size(), 2u);
  EXPECT_EQ(report.items[0].status, DriftStatus::kDrifted);
  EXPECT_TRUE(report.items[0].fields[0].last_applied.is_null());
  EXPECT_EQ(report.items[1].status, DriftStatus::kMissing);
  EXPECT_TRUE(report.has_drift());
}

TEST_F(DriftTest, ARateOutOfItsPolicysRangeIsDrift) {
  Write("pacing.yaml",
        "kind: PacingPolicy\nmetadata: {name: p}\nspec: {campaign: east, dialRate: {min: 10, max: 100}}\n");
  applied_[0].content = R"({"maxAgents":25})";
  ChangeLive(R"({"dialRate": 70})");
  EXPECT_EQ(Drift(), "") << "within it is the controller's";
  ChangeLive(R"({"dialRate": 170})");
  EXPECT_EQ(Drift(), "drifted Campaign/east /dialRate null|100|170\n");
  applied_[0].content = R"({"maxAgents":25,"dialRate":170})";
  EXPECT_EQ(Drift(), "drifted Campaign/east /dialRate 170|100|170\n");
  applied_.clear();
  EXPECT_EQ(Drift(), "pending Campaign/east /dialRate null|100|170\n") << "never applied from here";
}

TEST_F(DriftTest, WhatIsHeldIsNoDrift) {
  WriteCampaign("state: ACTIVE");
  Write("throttle.yaml",
        "kind: ThrottlePolicy\nmetadata: {name: t}\nspec: {campaign: east, window: 60s, minAnswerRate: 0.35, pause: "
        "{reason: CARRIER_THROTTLE, resumeAfter: 15m}}\n");
  LiveCampaign(R"("state": "PAUSED", "pauseReason": "CARRIER_THROTTLE")");
  applied_[0].content = R"({"state":"ACTIVE"})";
  EXPECT_EQ(Drift(), "");
}

TEST_F(DriftTest, DeactivatedAndRestoredCodes) {
  Write("codes.yaml",
        "kind: CallCodeHierarchy\nmetadata: {name: out}\nspec: {category: CAT, codes: [{code: A1, name: A1, type: "
        "NEUTRAL}]}\n");
  LiveCode("A1", "", R"("isActive": false)");
  Applied("CallCode/out/A1", "id-A1", R"({"code":"A1","name":"A1","type":"NEUTRAL","category":"CAT","isActive":true})",
          "CAT", "A1", R"({"preventDestroy":false,"removal":"deactivate"})");
  EXPECT_EQ(Drift(), "drifted CallCode/out/A1 /isActive true|true|false\n");
  live_.codes["CAT"].clear();
  EXPECT_TRUE(Drift().starts_with("missing CallCode/out/A1 "));
}

TEST_F(DriftTest, AScheduleThatMovesToAnotherCampaignIsPending) {
  Write("west.yaml", "kind: Campaign\nmetadata: {name: west}\nspec: {name: West}\n");
  LiveCampaign(R"("state": "PAUSED")", "Campaign/west", "west-id");
  WriteSchedule("a");
  LiveSchedule("1", "a");
  RememberAll(MakePlan());
  WriteSchedule("a", {{"campaign", "west"}});
  for (const DriftItem& item : Report().items) EXPECT_EQ(item.status, DriftStatus::kPending) << item.address;
  EXPECT_EQ(Report().items.size(), 2u);
}

}  // namespace
}  // namespace cxctl
