#include "apply/manifests.h"
#include "apply/run_events.h"
#include "base/digest.h"

namespace cxctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Kind = Fault::Kind;

constexpr const char* kSinkPath = "/v1/policies/Sink/wfo";

std::string Sink(const std::string& name, const std::string& metadata = "", const std::string& url = "wfo") {
  return fmt::format(
      "apiVersion: cxctl/v1\nkind: Sink\nmetadata: {{name: {}{}}}\n"
      "spec: {{url: \"https://{}.example.com\", events: [plan.applied], secret: \"${{env:WFO}}\"}}\n",
      name, metadata, url);
}

std::string Pacing(const std::string& sink, const std::string& max = "100") {
  return fmt::format(
      "apiVersion: cxctl/v1\nkind: PacingPolicy\nmetadata: {{name: east}}\n"
      "spec: {{campaign: east, dialRate: {{min: 10, max: {}}}, sinks: [{}]}}\n",
      max, sink);
}

/// A campaign, a policy that paces it, and the sink that hears of that.
class PolicyApplyTest : public ApplyTest {
 protected:
  void SetUp() override {
    world_.has_agent = true;
    world_.secrets["wfo"] = "whsec_canary";
    WriteCampaign(world_, "east", kEast, "maxAgents: 25");
    Establish();
    world_.Write("m/sink.yaml", Sink("wfo"));
    world_.Write("m/pacing.yaml", Pacing("wfo"));
  }
  void Deployed() {
    const auto process = ApplyOnce(world_);
    ASSERT_TRUE(process->report.complete()) << process->Trouble();
    ASSERT_THAT(PlanLines(world_), IsEmpty());
    world_.sent.clear();
  }
};

TEST_F(PolicyApplyTest, PoliciesAreDeployedOnceAndTheSecretGoesNowhereElse) {
  const auto process = ApplyOnce(world_);
  EXPECT_THAT(process->Lines(), ElementsAre("Sink/wfo create applied", "PacingPolicy/east create applied"));
  EXPECT_THAT(PlanLines(world_), IsEmpty());
  const std::string& body = world_.agent.policies.at("Sink/wfo").body;
  EXPECT_THAT(body, HasSubstr(R"("secret":"whsec_canary")"));
  const std::vector<Value> records = world_.Audit();
  const Value& record = records[records.size() - 2];
  EXPECT_EQ(record.GetString("address"), "Sink/wfo");
  EXPECT_EQ(record.GetString("payloadSha256"), Sha256Hex(body));
  EXPECT_EQ(record.Find("after", "spec", "secret")->as_string(), kSecretText);
  for (const Value& each : records) EXPECT_THAT(ToJson(each), Not(HasSubstr("canary")));
  for (const AppliedObject& each : world_.Applied()) EXPECT_THAT(each.content, Not(HasSubstr("canary")));
}

TEST_F(PolicyApplyTest, ALostAnswerNeverLosesOrDoublesADeployment) {
  struct Row {
    const char* what;
    Fault fault;
    Outcome outcome;
  };
  const Row rows[] = {
      {"no connection", {.kind = Kind::kRefused}, Outcome::kApplied},
      {"lost before", {.kind = Kind::kLostBefore}, Outcome::kApplied},
      {"lost after", {.kind = Kind::kLostAfter}, Outcome::kRecovered},
      {"timeout", {.kind = Kind::kTimeout}, Outcome::kApplied},
      {"503 before", {.kind = Kind::kErrorBefore, .status = 503}, Outcome::kApplied},
      {"503 after", {.kind = Kind::kErrorAfter, .status = 503}, Outcome::kRecovered},
      {"429", {.kind = Kind::kErrorBefore, .status = 429, .retry_after = "2"}, Outcome::kApplied},
      {"truncated", {.kind = Kind::kTruncated}, Outcome::kRecovered},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    world_.agent.policies.clear();
    world_.rules = {{"PUT", kSinkPath, row.fault}};
    const auto process = ApplyOnce(world_);
    EXPECT_EQ(process->Of("Sink/wfo").outcome, row.outcome) << process->Trouble();
    EXPECT_THAT(PlanLines(world_), IsEmpty());
    EXPECT_THAT(world_.OpenIntents(), IsEmpty());
  }
}

TEST_F(PolicyApplyTest, AnUpdateWhoseAnswerIsLostIsRecovered) {
  Deployed();
  world_.Write("m/pacing.yaml", Pacing("wfo", "120"));
  world_.rules = {{"PUT", "/v1/policies/PacingPolicy/east", {.kind = Kind::kLostAfter}}};
  const auto process = ApplyOnce(world_);
  EXPECT_EQ(process->Of("PacingPolicy/east").outcome, Outcome::kRecovered) << process->Trouble();
  EXPECT_THAT(PlanLines(world_), IsEmpty());
}

TEST_F(PolicyApplyTest, WhatSomebodyPutMeanwhileIsNotOverwritten) {
  Deployed();
  world_.Write("m/pacing.yaml", Pacing("wfo", "120"));
  RunOptions options;
  options.before_execute = [this](Process&) {
    world_.agent.Put("PacingPolicy/east",
                     R"({"spec":{"campaign":"east","dialRate":{"min":1,"max":100}},"campaignId":"x","sinks":["wfo"]})");
  };
  const auto process = ApplyOnce(world_, options);
  const ChangeOutcome& outcome = process->Of("PacingPolicy/east");
  EXPECT_EQ(outcome.outcome, Outcome::kConflict);
  // A write replaces the policy whole: every member that is not as planned is a conflict.
  std::vector<std::string> paths;
  for (const FieldConflict& each : outcome.conflicts) paths.push_back(each.path);
  EXPECT_THAT(paths, testing::Contains("/spec/dialRate/min"));
  EXPECT_THAT(world_.agent.policies.at("PacingPolicy/east").body, HasSubstr(R"("min":1,)"));
}

TEST_F(PolicyApplyTest, WhatLeavesGitIsDeletedInReverse) {
  Deployed();
  world_.Remove("m/sink.yaml");
  world_.Remove("m/pacing.yaml");
  const auto process = ApplyOnce(world_);
  EXPECT_THAT(process->Lines(), ElementsAre("PacingPolicy/east delete applied", "Sink/wfo delete applied"));
  EXPECT_TRUE(world_.agent.policies.empty());
  EXPECT_THAT(PlanLines(world_), IsEmpty());
}

TEST_F(PolicyApplyTest, ARenameConvergesWhereverItIsCutOff) {
  for (int crash_at = 1; crash_at < 60; ++crash_at) {
    SCOPED_TRACE(crash_at);
    world_.Write("m/sink.yaml", Sink("wfo"));
    world_.Write("m/pacing.yaml", Pacing("wfo"));
    world_.secrets["wfo"] = world_.secrets["warehouse"] = "whsec_canary";
    ASSERT_TRUE(ApplyOnce(world_)->report.complete());
    world_.Write("m/sink.yaml", Sink("warehouse", ", previousNames: [wfo]"));
    world_.Write("m/pacing.yaml", Pacing("warehouse"));
    world_.crash_at = crash_at;
    Process first(world_);
    first.Apply();
    world_.crash_at = 0;
    world_.crashed = false;
    if (first.was_killed) {
      const auto second = ApplyOnce(world_);
      EXPECT_TRUE(second->report.complete()) << second->Trouble();
    }
    EXPECT_THAT(PlanLines(world_), IsEmpty());
    EXPECT_FALSE(world_.agent.policies.contains("Sink/wfo"));
    EXPECT_TRUE(world_.agent.policies.contains("Sink/warehouse"));
    EXPECT_THAT(world_.OpenIntents(), IsEmpty());
    world_.steps = 0;
    if (!first.was_killed) break;
    // And back, so that the next one starts where this one did.
    world_.Write("m/sink.yaml", Sink("wfo", ", previousNames: [warehouse]"));
    world_.Write("m/pacing.yaml", Pacing("wfo"));
    ASSERT_TRUE(ApplyOnce(world_)->report.complete());
  }
}

TEST_F(PolicyApplyTest, ACallbackThatBreaksItsPolicyIsCancelledAndNotRemembered) {
  world_.Write(
      "m/calendar.yaml",
      "apiVersion: cxctl/v1\nkind: CallingCalendar\nmetadata: {name: days}\nspec: {timeZone: UTC, windows: [{days: "
      "[mon], startTime: \"09:00\", endTime: \"17:00\"}]}\n");
  world_.Write("m/support.yaml",
               "apiVersion: cxctl/v1\nkind: CallbackPolicy\nmetadata: {name: support}\nspec: {queueId: q-1, from: "
               "\"+18005559876\", calendar: days, onViolation: cancel}\n");
  world_.Edit(R"({"kind": "queue", "create": {"id": "q-1", "active": 0, "waiting": 0, "longestWaitSeconds": 0}})");
  for (const char* time : {"2026-11-23T10:00:00Z", "2026-11-24T10:00:00Z"}) {  // Monday, Tuesday
    world_.Edit(fmt::format(R"({{"kind": "callback", "create": {{"to": "+12125550100", "from": "+18005559876", )"
                            R"("scheduleDate": "{}", "queueId": "q-1", "state": "scheduled"}}}})",
                            time));
  }
  const auto process = ApplyOnce(world_);
  ASSERT_TRUE(process->report.complete()) << process->Trouble();
  std::map<std::string, std::string> states;
  for (const auto& [id, callback] : world_.Objects(world_.arena, "callbacks"))
    states[std::string(callback.GetString("scheduleDate"))] = callback.GetString("state");
  EXPECT_EQ(states["2026-11-23T10:00:00Z"], "scheduled");
  EXPECT_EQ(states["2026-11-24T10:00:00Z"], "cancelled");
  EXPECT_THAT(PlanLines(world_), IsEmpty());
  const std::vector<Value> records = world_.Audit();
  const auto found = std::ranges::find_if(
      records, [](const Value& each) { return each.GetString("address").starts_with("Callback/support/"); });
  ASSERT_NE(found, records.end());
  const Value& record = *found;
  EXPECT_THAT(ToJson(record), HasSubstr("+1212***0100"));
  EXPECT_THAT(ToJson(record), Not(HasSubstr("5550100")));
}

TEST(RunEvents, ToldAfterARunThatWrote) {
  std::vector<Change> changes(3);
  changes[0].kind = ObjectKind::kCallCode;
  changes[1].kind = ObjectKind::kCallCode;
  for (Change& change : changes) change.writes = true;
  ApplyReport report;
  report.outcomes.resize(3);
  report.outcomes[0] = {Outcome::kApplied, "", 1, 40, {}};
  report.outcomes[1] = {Outcome::kFailed, "no", 2, 61, {}};
  report.outcomes[2] = {Outcome::kApplied, "", 1, 7, {}};
  RunIdentity identity;
  identity.run = "r-1";
  identity.tenant = "test";
  identity.actor = "ci";
  const std::vector<RunEvent> events = EventsOf(changes, report, identity);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].type, "callcodes.mapped");
  EXPECT_EQ(events[0].data,
            R"({"run":"r-1","tenant":"test","total":2,"succeeded":1,"averageLatencyMs":50.5,"successRate":0.5})");
  EXPECT_EQ(events[1].type, "plan.applied");
  EXPECT_EQ(events[1].data, R"({"run":"r-1","tenant":"test","actor":"ci","commit":null,"complete":false,"changes":3,)"
                            R"("outcomes":{"applied":2,"failed":1}})");
  // Adoptions write nothing, and neither does what was never sent.
  for (Change& change : changes) change.writes = false;
  EXPECT_TRUE(EventsOf(changes, report, identity).empty());
}

}  // namespace
}  // namespace cxctl
