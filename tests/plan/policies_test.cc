#include <gmock/gmock.h>

#include "plan/order.h"
#include "plan/plan_fixture.h"
#include "plan/risk.h"
#include "plan/rollback.h"

namespace cxctl {
namespace {

constexpr const char* kPacing =
    "kind: PacingPolicy\nmetadata: {name: east}\nspec: {campaign: east, dialRate: {min: 10, max: 100}, sinks: [wfo]}\n";
constexpr const char* kThrottle =
    "kind: ThrottlePolicy\nmetadata: {name: east}\nspec: {campaign: east, window: 60s, minAnswerRate: 0.35, pause: "
    "{}}\n";
constexpr const char* kSink =
    "kind: Sink\nmetadata: {name: wfo}\nspec: {url: https://wfo.example.com, events: [plan.applied, "
    "campaign.paused]}\n";
constexpr const char* kSecretSink =
    "kind: Sink\nmetadata: {name: wfo}\n"
    "spec: {url: https://wfo.example.com, events: [plan.applied], secret: \"${env:WFO}\"}\n";

/// A tenant with an agent, to which plans are deployed by writing down what they say.
class PolicyPlanTest : public PlanTest {
 protected:
  PolicyPlanTest() {
    has_agent_ = true;
    WriteCampaign("maxAgents: 25");
    LiveCampaign("");
  }
  void LiveCampaign(const std::string& members) {
    live_.campaigns["Campaign/east"] =
        Object(ObjectKind::kCampaign, kEast, "",
               Merge(R"({"name": "East", "state": "ACTIVE", "maxAgents": 25, "dialRate": 42})", "{" + members + "}"));
  }
  void LivePolicy(ObjectKind kind, const std::string& name, const std::string& content) {
    live_.policies[fmt::format("{}/{}", KindName(kind), name)] = Object(kind, name, "", Json(content));
  }
  /// As if it had been applied.
  void Deploy(const Plan& plan) {
    for (const Change& change : plan.changes) {
      if (!LivesInAgent(change.kind)) continue;
      if (change.action == Action::kDelete) live_.policies.erase(change.address);
      if (change.action == Action::kDelete || change.action == Action::kRelease) continue;
      // An agent answers without the secret.
      live_.policies[change.address] =
          Object(change.kind, change.identity, "", Merge(ToJson(change.after), R"({"spec": {"secret": null}})"));
    }
    RememberAll(plan);
    for (AppliedObject& object : applied_) {
      if (object.live_id.empty()) object.live_id = object.identity;
    }
  }
  const Change& Only(const Plan& plan) {
    EXPECT_EQ(plan.changes.size(), 1u) << Text(plan);
    static const Change kNone;
    return plan.changes.empty() ? kNone : plan.changes.front();
  }
};

TEST_F(PolicyPlanTest, PoliciesArePutResolvedAndThenThereIsNothingToDo) {
  Write("calendar.yaml",
        "kind: CallingCalendar\nmetadata: {name: days}\nspec: {timeZone: UTC, windows: [{days: [tue, mon], startTime: "
        "\"09:00\", endTime: \"17:00\"}]}\n");
  WriteCampaign("maxAgents: 25, calendar: days");
  Write("policies.yaml", std::string(kPacing) + "---\n" + kSink);
  const Plan plan = MakePlan();
  // The sink before what uses it.
  ASSERT_EQ(plan.changes.size(), 3u) << Text(plan);
  EXPECT_EQ(plan.changes[0].address, "Campaign/east");  // adopted
  EXPECT_EQ(plan.changes[1].address, "Sink/wfo");
  EXPECT_EQ(
      ToJson(plan.changes[1].payload),
      R"({"spec":{"url":"https://wfo.example.com","events":["campaign.paused","plan.applied"],"allowPrivate":false}})");
  const Change& pacing = plan.changes[2];
  EXPECT_EQ(pacing.action, Action::kCreate);
  EXPECT_EQ(pacing.risk, Risk::kIncreases);
  EXPECT_EQ(pacing.depends_on, (std::vector<std::string>{"Campaign/east", "Sink/wfo"}));
  EXPECT_EQ(ToJson(pacing.payload),
            R"({"spec":{"campaign":"east","interval":"30s","utilization":0.85,"availabilityWindow":6,)"
            R"("dialRate":{"min":10,"max":100,"idle":0},"algorithm":"availability"},)"
            R"("campaignId":"a1b2c3d4-e5f6-7890-abcd-ef1234567890",)"
            R"("calendar":{"timeZone":"UTC","clip":false,)"
            R"("windows":[{"days":["mon","tue"],"startTime":"09:00","endTime":"17:00"}]},"sinks":["wfo"]})");
  Arena arena;
  EXPECT_EQ(ChangeJson(arena, pacing, sources()).GetString("provider"), "agent");
  EXPECT_EQ(ChangeJson(arena, plan.changes[0], sources()).GetString("provider"), "tenant");

  Deploy(plan);
  EXPECT_EQ(PlanText(), "");
}

TEST_F(PolicyPlanTest, OnlyMeaningIsADifference) {
  Write("throttle.yaml", kThrottle);
  Deploy(MakePlan());
  Write("throttle.yaml",
        "kind: ThrottlePolicy\nmetadata: {name: east}\nspec: {pause: {resumeAfter: 900s, reason: CARRIER_THROTTLE}, "
        "window: 1m, interval: 15s, minAnswerRate: 0.350, minAttempts: 50, campaign: east}\n");
  EXPECT_EQ(PlanText(), "");
}

TEST_F(PolicyPlanTest, WhatGitLeavesOutIsTakenOut) {
  Write("throttle.yaml", kThrottle);
  const Plan first = MakePlan();
  Deploy(first);
  LivePolicy(ObjectKind::kThrottlePolicy, "east",
             ToJson(Merge(ToJson(first.changes.back().after), R"({"spec": {"maxAbandonRate": 0.03}})")));
  const Plan plan = MakePlan();
  const Change& change = Only(plan);
  EXPECT_EQ(change.action, Action::kUpdate);
  ASSERT_EQ(change.fields.size(), 1u);
  EXPECT_EQ(change.fields[0].path, "/spec/maxAbandonRate");
  EXPECT_TRUE(change.fields[0].after.is_null());
  EXPECT_EQ(change.risk, Risk::kIncreases);  // a brake less
  EXPECT_FALSE(change.payload.Find("spec", "maxAbandonRate"));
}

TEST_F(PolicyPlanTest, WhatIsIgnoredKeepsItsLiveValue) {
  Write("throttle.yaml",
        "kind: ThrottlePolicy\nmetadata: {name: east, lifecycle: {ignoreChanges: [/minAnswerRate]}}\n"
        "spec: {campaign: east, window: 60s, minAnswerRate: 0.35, pause: {}}\n");
  const Plan first = MakePlan();
  Deploy(first);
  LivePolicy(ObjectKind::kThrottlePolicy, "east",
             ToJson(Merge(ToJson(first.changes.back().after), R"({"spec": {"minAnswerRate": 0.5}})")));
  EXPECT_EQ(PlanText(), "");
  Write("throttle.yaml",
        "kind: ThrottlePolicy\nmetadata: {name: east, lifecycle: {ignoreChanges: [/minAnswerRate]}}\n"
        "spec: {campaign: east, window: 90s, minAnswerRate: 0.35, pause: {}}\n");
  const Plan plan = MakePlan();
  ASSERT_EQ(Only(plan).fields.size(), 1u);
  EXPECT_EQ(Only(plan).fields[0].path, "/spec/window");
  EXPECT_EQ(Only(plan).payload.Find("spec", "minAnswerRate")->as_double(), 0.5);
}

TEST_F(PolicyPlanTest, WhatIsThereAsDeclaredIsAdopted) {
  Write("throttle.yaml", kThrottle);
  const Plan plan = MakePlan();
  LivePolicy(ObjectKind::kThrottlePolicy, "east", ToJson(plan.changes.back().after));
  const Plan again = MakePlan();
  EXPECT_EQ(again.Summary().adopt, 2u);
  EXPECT_FALSE(again.HasDifferences());
}

TEST_F(PolicyPlanTest, WhatLeavesGitIsDeletedPoliciesBeforeTheirSinks) {
  Write("policies.yaml", std::string(kPacing) + "---\n" + kSink);
  Deploy(MakePlan());
  Remove("policies.yaml");
  EXPECT_EQ(PlanText(),
            "delete PacingPolicy/east neutral removed DELETE\n"
            "delete Sink/wfo neutral removed DELETE needs PacingPolicy/east\n");
  // Somebody was faster.
  live_.policies.erase("Sink/wfo");
  EXPECT_EQ(PlanText(),
            "delete PacingPolicy/east neutral removed DELETE\n"
            "release Sink/wfo neutral removed\n");
}

TEST_F(PolicyPlanTest, APolicyThatWasNeverAppliedFromHereIsLeftAlone) {
  LivePolicy(ObjectKind::kSink, "by-hand", R"({"spec": {"url": "https://x.example.com", "events": ["plan.applied"]}})");
  const Plan plan = MakePlan();
  EXPECT_FALSE(plan.HasDifferences());
  ASSERT_EQ(plan.unmanaged.size(), 1u);
  EXPECT_EQ(plan.unmanaged[0].address, "Sink/by-hand");
}

TEST_F(PolicyPlanTest, PreventDestroyIsRemembered) {
  Write("sink.yaml",
        "kind: Sink\nmetadata: {name: wfo, lifecycle: {preventDestroy: true}}\nspec: {url: https://wfo.example.com, "
        "events: [plan.applied]}\n");
  Deploy(MakePlan());
  Remove("sink.yaml");
  EXPECT_THAT(Guards(), testing::HasSubstr("preventDestroy Sink/wfo"));
}

TEST_F(PolicyPlanTest, ARenamedSinkIsPutUnderItsNewNameAndDeletedOnceNobodyUsesTheOldOne) {
  Write("policies.yaml", std::string(kPacing) + "---\n" + kSink);
  Deploy(MakePlan());
  std::string pacing = kPacing;
  pacing.replace(pacing.find("[wfo]"), 5, "[warehouse]");
  std::string sink = kSink;
  sink.replace(sink.find("name: wfo"), 9, "name: warehouse, previousNames: [wfo]");
  Write("policies.yaml", pacing + "---\n" + sink);
  const Plan plan = MakePlan();
  ASSERT_EQ(plan.changes.size(), 3u) << Text(plan);
  EXPECT_EQ(plan.changes[0].address, "Sink/warehouse");
  EXPECT_EQ(plan.changes[0].action, Action::kRename);
  ASSERT_EQ(plan.changes[0].steps.size(), 1u);
  EXPECT_EQ(plan.changes[0].steps[0].action, Action::kCreate);
  EXPECT_EQ(plan.changes[1].address, "PacingPolicy/east");
  EXPECT_EQ(plan.changes[1].depends_on, std::vector<std::string>{"Sink/warehouse"});
  EXPECT_EQ(plan.changes[2].address, "Sink/wfo");
  EXPECT_EQ(plan.changes[2].reason, Reason::kRenamed);
  EXPECT_EQ(plan.changes[2].depends_on, (std::vector<std::string>{"PacingPolicy/east", "Sink/warehouse"}));
  Deploy(plan);
  EXPECT_EQ(PlanText(), "");
}

TEST_F(PolicyPlanTest, ARenameThatWasCutOffGoesOnWithTheDelete) {
  Write("sink.yaml", kSink);
  const Plan first = MakePlan();
  Deploy(first);
  std::string sink = kSink;
  sink.replace(sink.find("name: wfo"), 9, "name: warehouse, previousNames: [wfo]");
  Write("sink.yaml", sink);
  LivePolicy(ObjectKind::kSink, "warehouse", ToJson(first.changes.back().after));
  Applied("Sink/warehouse", "warehouse", ToJson(first.changes.back().after), "", "warehouse");
  EXPECT_EQ(PlanText(), "delete Sink/wfo neutral removed DELETE\n");
}

TEST_F(PolicyPlanTest, RenamesAreNoDeletions) {
  Write("sink.yaml", kSink);
  Deploy(MakePlan());
  std::string sink = kSink;
  sink.replace(sink.find("name: wfo"), 9, "name: warehouse, previousNames: [wfo]");
  Write("sink.yaml", sink);
  options_.allow_delete = 0;
  EXPECT_EQ(Guards(), "");
}

TEST_F(PolicyPlanTest, ATenantWithoutAnAgentHoldsThemAndForgetsNothing) {
  Write("policies.yaml", std::string(kPacing) + "---\n" + kSink);
  Deploy(MakePlan());
  live_.policies.clear();
  has_agent_ = false;
  std::string sink_only = kSink;
  Write("policies.yaml", sink_only);
  const Plan plan = MakePlan();
  EXPECT_FALSE(plan.HasDifferences());
  EXPECT_TRUE(plan.changes.empty()) << Text(plan);
  ASSERT_EQ(plan.held.size(), 2u);
  EXPECT_EQ(plan.held[0].address, "PacingPolicy/east");
  EXPECT_EQ(plan.held[1].address, "Sink/wfo");
  EXPECT_EQ(plan.held[0].by, "no agent");
}

TEST_F(PolicyPlanTest, ATargetTakesWhatAPolicyNeedsAlong) {
  Write("policies.yaml", std::string(kPacing) + "---\n" + kThrottle + "---\n" + kSink);
  options_.selection.targets = {"PacingPolicy/*"};
  const Plan plan = MakePlan();
  std::vector<std::string> addresses;
  for (const Change& change : plan.changes) addresses.push_back(change.address);
  EXPECT_EQ(addresses, (std::vector<std::string>{"Campaign/east", "Sink/wfo", "PacingPolicy/east"}));
}

TEST_F(PolicyPlanTest, WhatATargetLeavesOutIsNotRead) {
  Write("policies.yaml", std::string(kPacing) + "---\n" + kSink);
  Deploy(MakePlan());
  options_.selection.targets = {"Campaign/*"};
  const Plan plan = MakePlan();
  const ManifestSet& set = *sets_.back();
  const DesiredState desired = BuildDesired(arena_, set, options_.selection, true);
  EXPECT_FALSE(ScopeOf(desired, set, applied_, options_.selection, false).policies);
  EXPECT_TRUE(ScopeOf(BuildDesired(arena_, set, {}, true), set, applied_, {}, false).policies);
  EXPECT_FALSE(plan.HasDifferences());
}

// Secrets.

TEST_F(PolicyPlanTest, ASecretIsTheWordSecretAndItsFingerprintTellsWhetherItChanged) {
  Write("sink.yaml", kSecretSink);
  secret_fingerprints_["Sink/wfo"] = "hmac-sha256:1";
  const Plan first = MakePlan();
  EXPECT_EQ(
      ToJson(first.changes.back().payload),
      R"json({"spec":{"url":"https://wfo.example.com","events":["plan.applied"],"secret":"(secret)","allowPrivate":false}})json");
  EXPECT_EQ(first.changes.back().after.GetString("secretFingerprint"), "hmac-sha256:1");
  Deploy(first);
  EXPECT_EQ(PlanText(), "");
  secret_fingerprints_["Sink/wfo"] = "hmac-sha256:2";
  const Plan plan = MakePlan();
  ASSERT_EQ(Only(plan).fields.size(), 1u);
  EXPECT_EQ(Only(plan).fields[0].path, "/secretFingerprint");
  // Where the secret is not known nothing is said of it.
  secret_fingerprints_.clear();
  EXPECT_EQ(PlanText(), "");
}

TEST_F(PolicyPlanTest, APlanThatWasMadeWithoutTheSecretIsAppliedWithIt) {
  Write("sink.yaml", kSecretSink);
  const Plan reviewed = MakePlan();
  SavedPlan saved;
  saved.document = PlanJson(arena_, reviewed, sources(), "test");
  secret_fingerprints_["Sink/wfo"] = "hmac-sha256:1";
  EXPECT_FALSE(MatchSavedPlan(arena_, saved, MakePlan()));
  options_.unknown_secrets = {"Sink/wfo"};
  EXPECT_TRUE(MatchSavedPlan(arena_, saved, MakePlan()));
}

TEST_F(PolicyPlanTest, ASecretThatLeavesGitIsTakenOut) {
  Write("sink.yaml", kSecretSink);
  secret_fingerprints_["Sink/wfo"] = "hmac-sha256:1";
  Deploy(MakePlan());
  Write("sink.yaml",
        "kind: Sink\nmetadata: {name: wfo}\nspec: {url: https://wfo.example.com, events: [plan.applied]}\n");
  secret_fingerprints_.clear();
  const Plan plan = MakePlan();
  ASSERT_EQ(Only(plan).fields.size(), 1u);
  EXPECT_EQ(Only(plan).fields[0].path, "/spec/secret");
}

TEST_F(PolicyPlanTest, ASavedPlanIsStaleWhenAnyMemberOfThePolicyChanged) {
  Write("throttle.yaml", kThrottle);
  const Plan first = MakePlan();
  Deploy(first);
  std::string wider = kThrottle;
  wider.replace(wider.find("60s"), 3, "90s");
  Write("throttle.yaml", wider);
  SavedPlan saved;
  saved.document = PlanJson(arena_, MakePlan(), sources(), "test");
  EXPECT_TRUE(MatchSavedPlan(arena_, saved, MakePlan()));
  LivePolicy(ObjectKind::kThrottlePolicy, "east",
             ToJson(Merge(ToJson(first.changes.back().after), R"({"spec": {"minAttempts": 60}})")));
  EXPECT_FALSE(MatchSavedPlan(arena_, saved, MakePlan()));
}

// Rollback.

TEST_F(PolicyPlanTest, ARollbackPutsBackWhatARunChangedUnlessASecretIsLost) {
  Write("policies.yaml", std::string(kThrottle) + "---\n" + kSecretSink);
  secret_fingerprints_["Sink/wfo"] = "hmac-sha256:1";
  const Plan first = MakePlan();
  Deploy(first);
  const Value throttle = first.Find("ThrottlePolicy/east")->after;
  const Value wider = Merge(ToJson(throttle), R"({"spec": {"window": "90s"}})");
  LivePolicy(ObjectKind::kThrottlePolicy, "east", ToJson(wider));
  const Value before_sink = first.Find("Sink/wfo")->after;
  const std::vector<RecordedWrite> writes = {
      {"ThrottlePolicy/east", ObjectKind::kThrottlePolicy, "east", "", throttle, wider},
      {"Sink/wfo", ObjectKind::kSink, "wfo", "",
       Merge(ToJson(before_sink), R"({"secretFingerprint": "hmac-sha256:0"})"), before_sink},
      {"Sink/gone", ObjectKind::kSink, "gone", "", Value(), before_sink},
      {"Callback/support/cb-1", ObjectKind::kCallback, "cb-1", "", Json("{}"), Json("{}")}};
  const ManifestSet& set = *sets_.back();
  const DesiredState desired = BuildDesired(arena_, set, {}, true);
  const auto plan = BuildRollback(
      {arena_, set, settings_, desired, live_, applied_, options_, now_, states_, nullptr, secret_fingerprints_},
      writes);
  ASSERT_TRUE(plan);
  EXPECT_EQ(Only(*plan).address, "ThrottlePolicy/east");
  EXPECT_EQ(Only(*plan).payload.Find("spec", "window")->as_string(), "60s");
  ASSERT_EQ(plan->irreversible.size(), 2u);
  EXPECT_EQ(plan->irreversible[0].address, "Callback/support/cb-1");
  EXPECT_EQ(plan->irreversible[1].reason, "its earlier secret is not the one that its manifest names");
}

// What a policy owns.

TEST_F(PolicyPlanTest, GitWinsBackTheRateAtOnceWhenThePolicyIsRemoved) {
  WriteCampaign("maxAgents: 25, dialRate: 20");
  Write("policies.yaml", std::string(kPacing) + "---\n" + kSink);
  Deploy(MakePlan());
  EXPECT_EQ(PlanText(), "");  // 42 is between 10 and 100
  Remove("policies.yaml");
  // Not before the controller is gone.
  EXPECT_EQ(PlanText(),
            "delete PacingPolicy/east neutral removed DELETE\n"
            "update Campaign/east reduces declared PATCH {\"dialRate\":20} needs PacingPolicy/east\n"
            "delete Sink/wfo neutral removed DELETE needs PacingPolicy/east\n");
}

TEST_F(PolicyPlanTest, APauseIsItsPolicysUntilItResumesAndGitsOnceThePolicyIsRemoved) {
  WriteCampaign("state: ACTIVE, maxAgents: 25");
  Write("throttle.yaml", kThrottle);
  Deploy(MakePlan());
  LiveCampaign(
      R"("state": "PAUSED", "pauseReason": "CARRIER_THROTTLE", "scheduledResumeTime": "2026-11-20T12:10:00Z")");
  Plan plan = MakePlan();
  EXPECT_FALSE(plan.HasDifferences()) << Text(plan);
  ASSERT_EQ(plan.held.size(), 1u);
  EXPECT_EQ(plan.held[0].by, "ThrottlePolicy/east");
  EXPECT_EQ(plan.held[0].until, "2026-11-20T12:10:00Z");
  EXPECT_EQ(plan.held[0].fields, std::vector<std::string>{"/state"});

  // Another reason from now on: the pause under the old one is still the policy's.
  std::string other = kThrottle;
  other.replace(other.find("pause: {}"), 9, "pause: {reason: AGENT_CAPACITY}");
  Write("throttle.yaml", other);
  plan = MakePlan();
  EXPECT_EQ(Only(plan).address, "ThrottlePolicy/east");
  ASSERT_EQ(plan.held.size(), 1u);

  Remove("throttle.yaml");
  EXPECT_EQ(PlanText(),
            "delete ThrottlePolicy/east increases removed DELETE\n"
            "update Campaign/east increases drifted PUT {\"state\":\"ACTIVE\"} needs ThrottlePolicy/east\n");
}

TEST_F(PolicyPlanTest, APauseOfSomebodyElseIsDrift) {
  WriteCampaign("state: ACTIVE, maxAgents: 25");
  Write("throttle.yaml", kThrottle);
  Deploy(MakePlan());
  LiveCampaign(R"("state": "PAUSED", "pauseReason": "SCHEDULED")");
  EXPECT_EQ(Only(MakePlan()).address, "Campaign/east");
}

TEST_F(PolicyPlanTest, RisksOfChanges) {
  struct Case {
    ObjectKind kind;
    std::string path, before, after;
    Risk risk;
  };
  const std::vector<Case> cases = {
      {ObjectKind::kPacingPolicy, "/spec/dialRate/max", "100", "120", Risk::kIncreases},
      {ObjectKind::kPacingPolicy, "/spec/dialRate/min", "10", "5", Risk::kReduces},
      {ObjectKind::kPacingPolicy, "/spec/utilization", "0.85", "0.9", Risk::kIncreases},
      {ObjectKind::kPacingPolicy, "/spec/abandonRate/max", "0.03", "0.02", Risk::kReduces},
      {ObjectKind::kPacingPolicy, "/spec/abandonRate", R"({"max": 0.03})", "null", Risk::kIncreases},
      {ObjectKind::kPacingPolicy, "/spec/algorithm", R"("adaptive")", R"("availability")", Risk::kMixed},
      {ObjectKind::kPacingPolicy, "/spec/interval", R"("30s")", R"("60s")", Risk::kNeutral},
      {ObjectKind::kThrottlePolicy, "/spec/minAnswerRate", "0.35", "0.4", Risk::kReduces},
      {ObjectKind::kThrottlePolicy, "/spec/minAnswerRate", "0.35", "null", Risk::kIncreases},
      {ObjectKind::kThrottlePolicy, "/spec/maxAbandonRate", "null", "0.03", Risk::kReduces},
      {ObjectKind::kThrottlePolicy, "/spec/minAttempts", "50", "100", Risk::kIncreases},
      {ObjectKind::kThrottlePolicy, "/spec/pause/resumeAfter", R"("15m")", R"("1h")", Risk::kReduces},
      {ObjectKind::kThrottlePolicy, "/spec/window", R"("60s")", R"("90s")", Risk::kMixed},
      {ObjectKind::kCallbackPolicy, "/spec/capacity/max", "30", "20", Risk::kReduces},
      {ObjectKind::kCallbackPolicy, "/spec/sms/body", R"("a")", R"("b")", Risk::kNeutral},
      {ObjectKind::kSink, "/spec/url", R"("https://a")", R"("https://b")", Risk::kNeutral},
  };
  for (const Case& each : cases) {
    const FieldChange field{each.path, Json(each.before), Json(each.after), {}};
    EXPECT_EQ(RiskOf(each.kind, {field}, Value(), Value()), each.risk) << each.path << ' ' << each.after;
  }
}

// Scheduled callbacks.

/// Numbers of tests: +1212… is New York, +1310… Los Angeles, +44… London; all else is not valid.
class FewNumbers : public PhoneNumbers {
 public:
  PhoneNumber Parse(std::string_view text, std::string_view) const override {
    PhoneNumber number;
    number.e164 = std::string(text);
    if (text.starts_with("+1212")) number.time_zones = {"America/New_York"};
    if (text.starts_with("+1310")) number.time_zones = {"America/Los_Angeles"};
    if (text.starts_with("+44")) number.time_zones = {"Europe/London"};
    if (number.time_zones.empty()) return number;
    number.fault = NumberFault::kNone;
    number.region = text.starts_with("+44") ? "GB" : "US";
    return number;
  }
};

class CallbackPlanTest : public PolicyPlanTest {
 protected:
  CallbackPlanTest() {
    phone_numbers_ = &numbers_;
    Remove("east.yaml");
    Write(
        "calendar.yaml",
        "kind: CallingCalendar\nmetadata: {name: days}\nspec: {timeZone: America/New_York, windows: [{days: [mon, tue, "
        "wed, thu, fri], startTime: \"09:00\", endTime: \"17:00\"}]}\n");
  }
  void Policy(const std::string& on_violation) {
    Write(
        "support.yaml",
        fmt::format("kind: CallbackPolicy\nmetadata: {{name: support}}\nspec: {{queueId: q-1, from: \"+18005559876\", "
                    "allowedRegions: [US], calendar: days{}}}\n",
                    on_violation));
    if (live_.policies.empty()) Deploy(MakePlan());
  }
  void Callback(const std::string& id, const std::string& to, const std::string& time) {
    live_.callbacks["q-1"].push_back(
        Object(ObjectKind::kCallback, id, "q-1",
               Json(fmt::format(R"({{"to": "{}", "from": "+18005559876", "scheduleDate": "{}", "queueId": "q-1", )"
                                R"("state": "scheduled", "customAttributes": {{"note": "secret"}}}})",
                                to, time))));
  }
  FewNumbers numbers_;
};

TEST_F(CallbackPlanTest, WhatIsPermittedIsLeftAlone) {
  Policy(", onViolation: cancel");
  Callback("cb-1", "+12125550100", "2026-11-23T15:00:00Z");  // Monday, 10:00 in New York
  Callback("cb-2", "+13105550100", "2026-11-23T18:00:00Z");  // 13:00 and 10:00
  Callback("cb-3", "+12125550100", "2026-11-20T11:00:00Z");  // its time has come
  EXPECT_EQ(PlanText(), "");
}

TEST_F(CallbackPlanTest, AReportChangesNothing) {
  Policy("");
  Callback("cb-1", "+13105550100", "2026-11-23T15:00:00Z");  // 07:00 in Los Angeles
  Callback("cb-2", "+442071838750", "2026-11-23T15:00:00Z");
  Callback("cb-3", "+1900", "2026-11-23T15:00:00Z");
  const Plan plan = MakePlan();
  EXPECT_FALSE(plan.HasDifferences());
  ASSERT_EQ(plan.violations.size(), 3u);
  EXPECT_EQ(plan.violations[0].address, "Callback/support/cb-1");
  EXPECT_EQ(plan.violations[0].to, "+1310***0100");
  EXPECT_EQ(plan.violations[0].message, "the calendar read where the person is does not permit its time");
  EXPECT_EQ(FormatUtc(*plan.violations[0].next), "2026-11-23T17:00:00Z");
  EXPECT_EQ(plan.violations[1].message, "its number is of region GB, which allowedRegions does not name");
  EXPECT_EQ(plan.violations[2].message, "its number is not valid");
  const std::string json = ToJson(PlanJson(arena_, plan, sources(), "test"));
  EXPECT_THAT(json, testing::HasSubstr(R"("violations":[{"address":"Callback/support/cb-1","to":"+1310***0100",)"));
  EXPECT_THAT(json, testing::Not(testing::HasSubstr("5550100")));
}

TEST_F(CallbackPlanTest, AForbiddenTimeIsMovedToTheNextPermittedOne) {
  Policy(", onViolation: reschedule");
  Callback("cb-1", "+12125550100", "2026-11-21T15:00:00Z");   // Saturday
  Callback("cb-2", "+442071838750", "2026-11-21T15:00:00Z");  // no time would do
  const Plan plan = MakePlan();
  EXPECT_EQ(Text(plan),
            "update Callback/support/cb-1 neutral violates PATCH {\"scheduleDate\":\"2026-11-23T14:00:00Z\"}\n");
  EXPECT_EQ(ToJson(Only(plan).before),
            R"({"to":"+1212***0100","scheduleDate":"2026-11-21T15:00:00Z","state":"scheduled"})");
  EXPECT_EQ(Only(plan).etag, "\"cb-1-1\"");
  ASSERT_EQ(plan.violations.size(), 1u);
  EXPECT_EQ(plan.violations[0].address, "Callback/support/cb-2");
}

TEST_F(CallbackPlanTest, CancelledOnesCountAsDeletionsAndComeAfterTheirPolicy) {
  Policy("");
  Policy(", onViolation: cancel");
  Callback("cb-1", "+442071838750", "2026-11-23T15:00:00Z");
  options_.allow_delete = 0;
  const Plan plan = MakePlan();
  ASSERT_EQ(plan.changes.size(), 2u);
  EXPECT_EQ(plan.changes[1].address, "Callback/support/cb-1");
  EXPECT_EQ(plan.changes[1].depends_on, std::vector<std::string>{"CallbackPolicy/support"});
  EXPECT_EQ(ToJson(plan.changes[1].payload), R"({"state":"cancelled"})");
  EXPECT_EQ(plan.changes[1].risk, Risk::kReduces);
  EXPECT_THAT(GuardText(plan),
              testing::HasSubstr("1 deletions (cancelled callbacks among them) are over the limit of 0"));
}

}  // namespace
}  // namespace cxctl
