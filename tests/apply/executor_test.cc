#include "apply/executor.h"

#include "apply/manifests.h"

namespace cxctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Kind = Fault::Kind;

TEST_F(ApplyTest, EveryActionIsMadeAndThenThereIsNothingToDo) {
  WriteFirstTree(world_);
  Establish();
  ExpectInStep();
  WriteSecondTree(world_);
  const auto run = ApplyOnce(world_);
  EXPECT_TRUE(run->report.complete());
  EXPECT_THAT(run->Lines(),
              ElementsAre("Campaign/east update applied", "CampaignSchedule/east-a update applied",
                          "CampaignSchedule/east-c delete applied", "CampaignSchedule/north-a update applied",
                          "CallCode/care/CC/C1 update applied", "CallCode/care/CC/C2 deactivate applied",
                          "CallCode/sales/AA update applied", "CallCode/sales/AA/A1/A1N create applied",
                          "CallCode/sales/AA/A2 update applied", "CallCode/sales/AA/A2/A2X delete applied",
                          "CallCode/sales/BB delete applied", "CallCode/sales/DD create applied",
                          "CallCode/sales/DD/D1 create applied", "CallCode/sales/DD/D1/D1X create applied",
                          "Campaign/north update applied", "CampaignSchedule/east-b update applied",
                          "CampaignSchedule/east-d create applied", "CampaignSchedule/west-c create applied",
                          "Campaign/west update applied", "CampaignSchedule/west-a update applied",
                          "CampaignSchedule/west-mornings rename applied"));
  ExpectInStep();
  world_.CheckAuditIsComplete();
  EXPECT_THAT(NewRecords(), testing::SizeIs(21));
  EXPECT_THAT(world_.OpenIntents(), IsEmpty());
  EXPECT_EQ(TextOf(world_.Find("campaigns", "West"), "state"), "ACTIVE");
  EXPECT_EQ(TextOf(world_.Find("callCodes", "C2"), "isActive"), "false");
  EXPECT_EQ(world_.IdOf("callCodes", "BB"), "");
}

TEST_F(ApplyTest, APlanWithoutChangesSendsNoWrite) {
  WriteFirstTree(world_);
  Establish();
  const auto run = ApplyOnce(world_);
  EXPECT_TRUE(run->report.complete());
  EXPECT_THAT(world_.Writes(), IsEmpty());
  EXPECT_THAT(NewRecords(), IsEmpty());
}

TEST_F(ApplyTest, WhatIsThereAsDeclaredIsAdoptedWithARecordAndNoRequest) {
  WriteCampaign(world_, "east", kEast, "maxAgents: 25");
  const auto run = ApplyOnce(world_);
  EXPECT_THAT(run->Lines(), ElementsAre("Campaign/east adopt adopted"));
  EXPECT_THAT(world_.Writes(), IsEmpty());
  const std::vector<Value> records = world_.Audit();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(TextOf(records[0], "outcome"), "adopted");
  EXPECT_EQ(TextOf(records[0], "liveId"), kEast);
  EXPECT_EQ(TextOf(records[0], "payloadSha256"), "null");
  EXPECT_EQ(TextOf(records[0], "attempts"), "0");
  EXPECT_EQ(world_.Applied().size(), 1u);
  ExpectInStep();
}

TEST_F(ApplyTest, ANameThatChangesInGitAloneIsWrittenNowhere) {
  WriteCampaign(world_, "east", kEast, "maxAgents: 25");
  Establish();
  world_.Remove("m/campaign-east.yaml");
  world_.Write("m/c.yaml", fmt::format("apiVersion: cxctl/v1\nkind: Campaign\nmetadata: {{name: coast, previousNames: "
                                       "[east]}}\nspec: {{id: {}, maxAgents: 25}}\n",
                                       kEast));
  const auto run = ApplyOnce(world_);
  EXPECT_THAT(run->Lines(), ElementsAre("Campaign/coast rename applied"));
  EXPECT_THAT(world_.Writes(), IsEmpty());
  ASSERT_EQ(world_.Applied().size(), 1u);
  EXPECT_EQ(world_.Applied()[0].address, "Campaign/coast");
  ExpectInStep();
}

TEST_F(ApplyTest, AReleaseIsForgottenAndWrittenNowhere) {
  WriteCampaign(world_, "east", kEast, "maxAgents: 25");
  Establish();
  world_.Remove("m/campaign-east.yaml");
  const auto run = ApplyOnce(world_);
  EXPECT_THAT(run->Lines(), ElementsAre("Campaign/east release released"));
  EXPECT_THAT(world_.Writes(), IsEmpty());
  EXPECT_THAT(world_.Applied(), IsEmpty());
}

// What a record says of a write.
TEST_F(ApplyTest, TheRecordOfAnUpdateHasItsEtagsRequestAndPayload) {
  WriteCampaign(world_, "east", kEast, "maxAgents: 25");
  Establish();
  const std::string etag = TextOf(world_.Find("campaigns", "East"), "etag");
  WriteCampaign(world_, "east", kEast, "maxAgents: 20");
  ApplyOnce(world_);
  const Value record = world_.Audit().back();
  EXPECT_EQ(TextOf(record, "outcome"), "applied");
  EXPECT_EQ(TextOf(record, "etagBefore"), etag);
  EXPECT_EQ(TextOf(record, "etagAfter"), TextOf(world_.Find("campaigns", "East"), "etag"));
  EXPECT_EQ(TextOf(record, "before"), R"({"maxAgents":25})");
  EXPECT_EQ(TextOf(record, "after"), R"({"maxAgents":20})");
  EXPECT_EQ(TextOf(record, "payloadSha256"), Sha256Hex(R"({"maxAgents":20})"));
  EXPECT_EQ(TextOf(record, "attempts"), "1");
  EXPECT_EQ(TextOf(record, "actor"), "ci@example.com");
  const Value log = Parsed(world_.arena, world_.Control("GET", "/_sim/requests").body);
  EXPECT_EQ(TextOf(record, "requestId"), TextOf(*log.Find("requests")->items().back().Find("headers"), "X-Request-Id"));
}

TEST_F(ApplyTest, TheRecordOfACreateHasTheHashOfTheBytesThatWereSent) {
  WriteCodes(world_, "sales", "SALES", "removal: delete", "[{code: AA, name: A, type: SUCCESS}]");
  ApplyOnce(world_);
  ASSERT_EQ(world_.Writes().size(), 1u);
  const Value record = world_.Audit().back();
  EXPECT_EQ(TextOf(record, "payloadSha256"), Sha256Hex(world_.Writes()[0].body));
  EXPECT_EQ(TextOf(record, "liveId"), world_.IdOf("callCodes", "AA"));
  EXPECT_EQ(TextOf(record, "before"), "null");
  EXPECT_EQ(TextOf(record, "etagBefore"), "null");
}

TEST_F(ApplyTest, TheRecordOfADeleteHasTheHashOfNoBytes) {
  WriteCodes(world_, "sales", "SALES", "removal: delete",
             "[{code: AA, name: A, type: SUCCESS}, {code: BB, name: B, type: SUCCESS}]");
  Establish();
  WriteCodes(world_, "sales", "SALES", "removal: delete", "[{code: AA, name: A, type: SUCCESS}]");
  ApplyOnce(world_);
  const Value record = world_.Audit().back();
  EXPECT_EQ(TextOf(record, "action"), "delete");
  EXPECT_EQ(TextOf(record, "payloadSha256"), Sha256Hex(""));
  EXPECT_EQ(TextOf(record, "after"), "null");
}

// --- Failures
// ---------------------------------------------------------------------------------------------------------

TEST_F(ApplyTest, AFailureSkipsWhatNeedsItAndTheRestGoesOn) {
  WriteFirstTree(world_);
  Establish();
  WriteSecondTree(world_);
  world_.rules = {{"POST", "/callcodes", {.kind = Kind::kErrorBefore, .status = 422}, 1}};  // DD: A1N comes first
  const auto run = ApplyOnce(world_, {.parallelism = 1});
  EXPECT_EQ(run->Of("CallCode/sales/DD").outcome, Outcome::kFailed);
  EXPECT_THAT(run->Of("CallCode/sales/DD").error, HasSubstr("422"));
  EXPECT_EQ(run->Of("CallCode/sales/DD/D1").outcome, Outcome::kSkipped);
  EXPECT_EQ(run->Of("CallCode/sales/DD/D1").error, "skipped: needs CallCode/sales/DD");
  EXPECT_EQ(run->Of("CallCode/sales/DD/D1/D1X").error, "skipped: needs CallCode/sales/DD/D1");
  EXPECT_EQ(std::ranges::count(run->report.outcomes, Outcome::kApplied, &ChangeOutcome::outcome), 18);
  EXPECT_FALSE(run->report.complete());
  EXPECT_FALSE(run->report.interrupted);
  EXPECT_THAT(NewRecords(), testing::Contains("CallCode/sales/DD create failed"));
  EXPECT_THAT(PlanLines(world_), UnorderedElementsAre("CallCode/sales/DD create", "CallCode/sales/DD/D1 create",
                                                      "CallCode/sales/DD/D1/D1X create"));
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  ExpectInStep();
}

TEST_F(ApplyTest, WithFailFastNothingStartsAfterAFailure) {
  WriteFirstTree(world_);
  Establish();
  WriteSecondTree(world_);
  world_.rules = {{"PATCH", "/schedules/", {.kind = Kind::kErrorBefore, .status = 403}}};
  const auto run = ApplyOnce(world_, {.parallelism = 1, .fail_fast = true});
  EXPECT_EQ(run->Of("Campaign/east").outcome, Outcome::kApplied);
  EXPECT_EQ(run->Of("CampaignSchedule/east-a").outcome, Outcome::kFailed);
  EXPECT_EQ(run->Of("CampaignSchedule/east-b").outcome, Outcome::kSkipped);  // increases, and a reduction failed
  EXPECT_EQ(run->Of("CampaignSchedule/east-c").outcome, Outcome::kNotStarted);
  EXPECT_THAT(world_.Writes(), testing::SizeIs(2));
}

TEST_F(ApplyTest, WhenStoppedWhatIsUnderWayFinishesAndTheRestIsNotStarted) {
  WriteFirstTree(world_);
  Establish();
  WriteSecondTree(world_);
  std::atomic<int>* stop = nullptr;
  world_.on_send = [&](const HttpRequest& request) {
    if (request.method == "PATCH" && stop) stop->store(1);
  };
  const auto run =
      ApplyOnce(world_, {.parallelism = 3, .before_execute = [&](Process& process) { stop = &process.stop; }});
  world_.on_send = nullptr;
  EXPECT_TRUE(run->report.interrupted);
  EXPECT_FALSE(run->report.complete());
  const auto count = [&](Outcome outcome) {
    return std::ranges::count(run->report.outcomes, outcome, &ChangeOutcome::outcome);
  };
  EXPECT_EQ(count(Outcome::kApplied), 3);
  EXPECT_EQ(count(Outcome::kNotStarted), 18);
  EXPECT_THAT(NewRecords(), testing::SizeIs(3));
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  ExpectInStep();
}

TEST_F(ApplyTest, NotMoreChangesAreUnderWayThanAllowed) {
  WriteFirstTree(world_);
  for (const std::size_t parallelism : {1u, 3u}) {
    World world;
    world.Load(kThreeCampaigns);
    WriteFirstTree(world);
    std::size_t most = 0;
    world.on_send = [&](const HttpRequest& request) {
      if (request.method != "GET") most = std::max(most, world.durable_intents.size());
    };
    EXPECT_TRUE(ApplyOnce(world, {.parallelism = parallelism})->report.complete());
    EXPECT_EQ(most, parallelism);
  }
}

}  // namespace
}  // namespace cxctl
