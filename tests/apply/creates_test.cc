#include "apply/manifests.h"

namespace cxctl {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Fault::Kind;

constexpr const char* kSchedules = "/api/v2/campaigns/a1000000-0000-4000-8000-000000000001/schedules";

/// One schedule is created on a campaign that is managed already.
class CreateTest : public ApplyTest {
 protected:
  void SetUp() override {
    WriteCampaign(world_, "east", kEast, "maxAgents: 25");
    Establish();
    WriteSchedule(world_, "evenings");
  }
  std::vector<std::string> Keys() const {
    std::vector<std::string> keys;
    for (const Sent& sent : world_.Writes()) {
      if (sent.method == "POST") keys.push_back(sent.key);
    }
    return keys;
  }
  std::size_t DistinctKeys() const {
    const auto keys = Keys();
    return std::set<std::string>(keys.begin(), keys.end()).size();
  }
  /// From the lookup on, the list cannot be read.
  void LoseLookups() {
    world_.rules.push_back({"GET", kSchedules, {.kind = Kind::kErrorBefore, .status = 500}, 1, 100});
  }
  std::size_t CountSchedules() { return world_.Objects(world_.arena, "schedules").size(); }
};

TEST_F(CreateTest, ALostAnswerNeverMakesTwo) {
  struct Row {
    const char* what;
    Fault fault;
    Outcome outcome;
    std::size_t posts;
  };
  const Row rows[] = {
      {"no connection", {.kind = Kind::kRefused}, Outcome::kApplied, 2},
      {"lost before", {.kind = Kind::kLostBefore}, Outcome::kApplied, 2},
      {"lost after", {.kind = Kind::kLostAfter}, Outcome::kRecovered, 1},
      {"timeout", {.kind = Kind::kTimeout}, Outcome::kApplied, 2},
      {"late", {.kind = Kind::kLate}, Outcome::kApplied, 2},
      {"500 before", {.kind = Kind::kErrorBefore, .status = 500}, Outcome::kApplied, 2},
      {"503 before", {.kind = Kind::kErrorBefore, .status = 503, .retry_after = "3"}, Outcome::kApplied, 2},
      {"500 after", {.kind = Kind::kErrorAfter, .status = 500}, Outcome::kRecovered, 1},
      {"503 after", {.kind = Kind::kErrorAfter, .status = 503}, Outcome::kRecovered, 1},
      {"429", {.kind = Kind::kErrorBefore, .status = 429, .retry_after = "2"}, Outcome::kApplied, 2},
      {"truncated", {.kind = Kind::kTruncated}, Outcome::kRecovered, 1},
      {"token revoked", {.kind = Kind::kRevoked}, Outcome::kApplied, 2},
      {"slow", {.kind = Kind::kSlow}, Outcome::kApplied, 1},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    World world;
    world.Load(kThreeCampaigns);
    WriteCodes(world, "sales", "SALES", "removal: delete",
               "[{code: AA, name: A, type: SUCCESS, children: [{code: A1, name: A one, type: SUCCESS}]}]");
    world.rules = {{"POST", "/callcodes", row.fault}};
    const auto run = ApplyOnce(world);
    EXPECT_EQ(run->Of("CallCode/sales/AA").outcome, row.outcome) << run->Of("CallCode/sales/AA").error;
    EXPECT_EQ(run->Of("CallCode/sales/AA/A1").outcome, Outcome::kApplied);
    std::vector<Sent> posts = world.Writes();
    ASSERT_EQ(posts.size(), row.posts + 1);
    for (std::size_t i = 1; i < row.posts; ++i) EXPECT_EQ(posts[i].key, posts[0].key);
    EXPECT_NE(posts.back().key, posts[0].key);
    EXPECT_EQ(world.Objects(world.arena, "callCodes").size(), 2u);
    EXPECT_EQ(TextOf(world.Find("callCodes", "A1"), "parentCallCodeId"), world.IdOf("callCodes", "AA"));
    EXPECT_THAT(PlanLines(world), IsEmpty());
    EXPECT_THAT(world.OpenIntents(), IsEmpty());
    world.CheckAuditIsComplete();
  }
}

TEST_F(CreateTest, ItIsLookedUpBeforeItIsSentAgain) {
  world_.rules = {{"POST", kSchedules, {.kind = Kind::kLostBefore}}};
  ApplyOnce(world_);
  std::vector<std::string> methods;
  for (const Sent& sent : world_.sent) {
    if (sent.path.starts_with(kSchedules)) methods.push_back(sent.method);
  }
  EXPECT_THAT(methods, ElementsAre("GET", "POST", "GET", "POST", "GET"));  // and whether the answer is a replay
}

TEST_F(CreateTest, ItIsTriedAsOftenAsTheTenantDocumentSays) {
  world_.rules = {{"POST", kSchedules, {.kind = Kind::kErrorBefore, .status = 503}, 0, 5}};
  auto run = ApplyOnce(world_);
  EXPECT_TRUE(run->report.complete());
  EXPECT_EQ(run->Of("CampaignSchedule/evenings").attempts, 6);
  EXPECT_EQ(DistinctKeys(), 1u);
}

TEST_F(CreateTest, WhatFailedForGoodIsFinishedAndTheNextRunHasANewKey) {
  world_.rules = {{"POST", kSchedules, {.kind = Kind::kErrorBefore, .status = 503}, 0, 100}};
  auto run = ApplyOnce(world_, {.connect = [](TenantConnection& connection) { connection.max_attempts = 3; }});
  const ChangeOutcome& outcome = run->Of("CampaignSchedule/evenings");
  EXPECT_EQ(outcome.outcome, Outcome::kFailed);
  EXPECT_THAT(outcome.error, AllOf(HasSubstr("503"), HasSubstr("gave up after 3 attempts")));
  EXPECT_EQ(Keys().size(), 3u);
  EXPECT_EQ(DistinctKeys(), 1u);
  EXPECT_THAT(world_.OpenIntents(), IsEmpty());
  world_.rules.clear();
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  EXPECT_EQ(DistinctKeys(), 2u);
  EXPECT_THAT(NewRecords(),
              ElementsAre("CampaignSchedule/evenings create failed", "CampaignSchedule/evenings create applied"));
}

TEST_F(CreateTest, ARetryAfterThatIsTooLongIsNotWaitedFor) {
  world_.rules = {{"POST", kSchedules, {.kind = Kind::kErrorBefore, .status = 503, .retry_after = "3600"}}};
  const auto run = ApplyOnce(world_);
  EXPECT_THAT(run->Of("CampaignSchedule/evenings").error, HasSubstr("asks for no requests until"));
  EXPECT_EQ(Keys().size(), 1u);
}

std::string SameSchedule(const std::string& rate) {
  return fmt::format(
      R"({{"kind":"schedule","campaignId":"{}","create":{{"name":"evenings","startTime":"2026-11-30T19:00:00-05:00","endTime":"2026-12-31T00:00:00Z",)"
      R"("timeZone":"Etc/UTC","dialerSettings":{{"maxConcurrentCalls":50,"callRate":{},"capacityThreshold":0.85}},)"
      R"("regulatoryWindows":[{{"startTime":"09:00","endTime":"17:00","timeZone":"UTC","enabled":true}}]}}}})",
      kEast, rate);
}

TEST_F(CreateTest, ADuplicateThatEqualsIsASuccess) {
  world_.rules = {{"POST", kSchedules, {.edit = SameSchedule("15.0")}}};
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("CampaignSchedule/evenings").outcome, Outcome::kRecovered);
  EXPECT_EQ(CountSchedules(), 1u);
  ASSERT_EQ(world_.Applied().size(), 2u);
  EXPECT_EQ(world_.Applied()[1].live_id, world_.IdOf("schedules", "evenings"));
  EXPECT_THAT(NewRecords(), ElementsAre("CampaignSchedule/evenings create recovered"));
  ExpectInStep();
}

TEST_F(CreateTest, ADuplicateThatIsOtherwiseIsAConflict) {
  world_.rules = {{"POST", kSchedules, {.edit = SameSchedule("7")}}};
  const auto run = ApplyOnce(world_);
  const ChangeOutcome& outcome = run->Of("CampaignSchedule/evenings");
  EXPECT_EQ(outcome.outcome, Outcome::kConflict);
  ASSERT_EQ(outcome.conflicts.size(), 1u);
  EXPECT_EQ(outcome.conflicts[0].path, "/dialerSettings/callRate");
  EXPECT_TRUE(outcome.conflicts[0].planned.is_null());
  EXPECT_EQ(ToJson(outcome.conflicts[0].found), "7");
  EXPECT_EQ(ToJson(outcome.conflicts[0].wanted), "15");
  EXPECT_EQ(TextOf(*world_.Find("schedules", "evenings").Find("dialerSettings"), "callRate"), "7");
  EXPECT_THAT(NewRecords(), ElementsAre("CampaignSchedule/evenings create conflict"));
}

TEST_F(CreateTest, WhatCouldNotBeLookedUpStaysOpenAndKeepsItsKey) {
  world_.rules = {{"POST", kSchedules, {.kind = Kind::kLostBefore}}};
  LoseLookups();
  auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("CampaignSchedule/evenings").outcome, Outcome::kFailed);
  EXPECT_THAT(run->Of("CampaignSchedule/evenings").error, HasSubstr("could not be looked up"));
  ASSERT_EQ(world_.OpenIntents().size(), 1u);
  world_.rules.clear();
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  EXPECT_EQ(Keys().size(), 2u);
  EXPECT_EQ(DistinctKeys(), 1u);
  EXPECT_THAT(world_.OpenIntents(), IsEmpty());
  EXPECT_THAT(NewRecords(),
              ElementsAre("CampaignSchedule/evenings create failed", "CampaignSchedule/evenings create applied"));
  ExpectInStep();

  // Somebody deletes it: to create it again is a new intent.
  world_.Edit(fmt::format(R"({{"kind":"schedule","id":"{}","delete":true}})", world_.IdOf("schedules", "evenings")));
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  EXPECT_EQ(DistinctKeys(), 2u);
  ExpectInStep();
}

TEST_F(CreateTest, ADuplicateThatCouldNotBeLookedUpStaysOpen) {
  world_.rules = {{"POST", kSchedules, {.edit = SameSchedule("15")}}};
  LoseLookups();
  ApplyOnce(world_);
  EXPECT_EQ(world_.OpenIntents().size(), 1u);
  world_.rules.clear();
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  EXPECT_EQ(Keys().size(), 1u);
  EXPECT_THAT(NewRecords(),
              ElementsAre("CampaignSchedule/evenings create failed", "CampaignSchedule/evenings create recovered"));
  ExpectInStep();
}

TEST_F(CreateTest, ACreateThatHappenedAndWasCutOffIsRecoveredByTheNextRun) {
  world_.rules = {{"POST", kSchedules, {.kind = Kind::kLostAfter}}};
  LoseLookups();
  ApplyOnce(world_);
  world_.rules.clear();
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  EXPECT_EQ(Keys().size(), 1u);
  EXPECT_EQ(CountSchedules(), 1u);
  ExpectInStep();
}

TEST_F(CreateTest, WhatWasCreatedAndDeletedBeforeTheNextRunIsCreatedAnew) {
  world_.rules = {{"POST", kSchedules, {.kind = Kind::kLostAfter}}};
  LoseLookups();
  ApplyOnce(world_);
  world_.rules.clear();
  world_.Edit(fmt::format(R"({{"kind":"schedule","id":"{}","delete":true}})", world_.IdOf("schedules", "evenings")));
  // The tenant answers the key with the object that is no more.
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  EXPECT_EQ(CountSchedules(), 1u);
  EXPECT_EQ(Keys().size(), 3u);
  EXPECT_EQ(DistinctKeys(), 2u);
  ExpectInStep();
}

TEST_F(CreateTest, AnotherContentIsAnotherIntent) {
  world_.rules = {{"POST", kSchedules, {.kind = Kind::kLostBefore}}};
  LoseLookups();
  ApplyOnce(world_);
  world_.rules.clear();
  WriteSchedule(world_, "evenings", {.call_rate = "12"});
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  EXPECT_EQ(DistinctKeys(), 2u);
  EXPECT_THAT(world_.OpenIntents(), IsEmpty());
  EXPECT_THAT(NewRecords(),
              ElementsAre("CampaignSchedule/evenings create failed", "CampaignSchedule/evenings create failed",
                          "CampaignSchedule/evenings create applied"));
}

TEST_F(CreateTest, WhatNobodyWantsAnyMoreIsClosed) {
  world_.rules = {{"POST", kSchedules, {.kind = Kind::kLostBefore}}};
  LoseLookups();
  ApplyOnce(world_);
  world_.rules.clear();
  world_.Remove("m/schedule-evenings.yaml");
  EXPECT_THAT(ApplyOnce(world_)->plan.changes, IsEmpty());
  EXPECT_THAT(world_.OpenIntents(), IsEmpty());
  EXPECT_EQ(Keys().size(), 1u);
}

TEST_F(CreateTest, ACampaignThatIsGoneDoesNotBlockTheRecovery) {
  world_.rules = {{"POST", kSchedules, {.kind = Kind::kLostBefore}}};
  LoseLookups();
  ApplyOnce(world_);
  world_.rules.clear();
  world_.Remove("m/schedule-evenings.yaml");
  world_.Remove("m/campaign-east.yaml");
  world_.Edit(fmt::format(R"({{"kind":"campaign","id":"{}","delete":true}})", kEast));
  const auto run = ApplyOnce(world_);
  EXPECT_FALSE(run->error) << run->error->message;
  EXPECT_THAT(world_.OpenIntents(), IsEmpty());
}

TEST_F(CreateTest, AKeyThatIsStillBeingWorkedOnIsWaitedFor) {
  World world;
  world.sim_options.idempotency_processing = std::chrono::seconds(4);
  world.Load(kThreeCampaigns);
  WriteCodes(world, "sales", "SALES", "removal: delete", "[{code: AA, name: A, type: SUCCESS}]");
  // The first answer is lost, and the list does not show the code yet.
  world.rules = {{"POST", "/callcodes", {.kind = Kind::kLostAfter}},
                 {"GET", "/callcodes", {.kind = Kind::kErrorBefore, .status = 404}, 1, 1}};
  const auto run = ApplyOnce(world);
  EXPECT_TRUE(run->report.complete()) << run->Of("CallCode/sales/AA").error;
  EXPECT_EQ(world.Objects(world.arena, "callCodes").size(), 1u);
  EXPECT_GE(world.Writes().size(), 2u);
  EXPECT_THAT(PlanLines(world), IsEmpty());
}

TEST_F(CreateTest, AParentThatCannotBeKnownSkipsItsChildren) {
  WriteCodes(world_, "sales", "SALES", "removal: delete",
             "[{code: AA, name: A, type: SUCCESS, children: [{code: A1, name: A one, type: SUCCESS}]}]");
  world_.rules = {{"POST", "/callcodes", {.kind = Kind::kLostAfter}},
                  {"GET", "/callcodes", {.kind = Kind::kErrorBefore, .status = 500}, 1, 100}};
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("CallCode/sales/AA/A1").error, "skipped: needs CallCode/sales/AA");
  world_.rules.clear();
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  EXPECT_EQ(world_.Objects(world_.arena, "callCodes").size(), 2u);
  ExpectInStep();
}

}  // namespace
}  // namespace cxctl
