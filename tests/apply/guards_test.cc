#include "apply/manifests.h"

namespace cxctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Fault::Kind;

/// One schedule whose call rate is to be lowered.
class GuardTest : public ApplyTest {
 protected:
  void SetUp() override {
    WriteCampaign(world_, "east", kEast, "maxAgents: 25");
    WriteSchedule(world_, "evenings");
    WriteCodes(world_, "sales", "SALES", "removal: delete",
               "[{code: AA, name: A, type: SUCCESS}, {code: BB, name: B, type: SUCCESS}]");
    Establish();
    id_ = world_.IdOf("schedules", "evenings");
    WriteSchedule(world_, "evenings", {.call_rate = "10"});
  }
  void DropCode() { WriteCodes(world_, "sales", "SALES", "removal: delete", "[{code: AA, name: A, type: SUCCESS}]"); }
  Value Live() { return world_.Find("schedules", "evenings"); }
  std::string CallRate() { return TextOf(*Live().Find("dialerSettings"), "callRate"); }
  std::size_t Count(const std::string& method, const std::string& path) {
    return static_cast<std::size_t>(std::ranges::count_if(world_.sent, [&](const Sent& each) {
      return each.method == method && each.path.find(path) != std::string::npos;
    }));
  }
  std::string id_;
};

TEST_F(GuardTest, AForeignEditOfAnotherMemberSurvives) {
  world_.rules = {{"PATCH", id_, {.edit = ScheduleEdit("evenings", R"({"description":"by hand"})")}}};
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("CampaignSchedule/evenings").outcome, Outcome::kApplied);
  EXPECT_EQ(run->Of("CampaignSchedule/evenings").attempts, 2);
  const auto writes = world_.Writes();
  ASSERT_EQ(writes.size(), 2u);
  EXPECT_EQ(writes[0].status, 412);
  EXPECT_NE(writes[1].if_match, writes[0].if_match);
  EXPECT_EQ(CallRate(), "10");
  EXPECT_EQ(TextOf(Live(), "description"), "by hand");
  const Value record = world_.Audit().back();
  EXPECT_EQ(TextOf(record, "etagBefore"), writes[1].if_match);
  ExpectInStep();
}

TEST_F(GuardTest, AForeignEditOfTheSameMemberIsAConflictWithThreeValues) {
  world_.rules = {{"PATCH", id_, {.edit = ScheduleEdit("evenings", R"({"dialerSettings":{"callRate":4}})")}}};
  const auto run = ApplyOnce(world_);
  const ChangeOutcome& outcome = run->Of("CampaignSchedule/evenings");
  EXPECT_EQ(outcome.outcome, Outcome::kConflict);
  EXPECT_EQ(outcome.error, "it was changed on the tenant since the plan");
  ASSERT_EQ(outcome.conflicts.size(), 1u);
  EXPECT_EQ(outcome.conflicts[0].path, "/dialerSettings/callRate");
  EXPECT_EQ(ToJson(outcome.conflicts[0].planned), "15");
  EXPECT_EQ(ToJson(outcome.conflicts[0].found), "4");
  EXPECT_EQ(ToJson(outcome.conflicts[0].wanted), "10");
  EXPECT_EQ(CallRate(), "4");
  EXPECT_EQ(world_.Writes().size(), 1u);
  EXPECT_THAT(NewRecords(), ElementsAre("CampaignSchedule/evenings update conflict"));
  EXPECT_THAT(world_.OpenIntents(), IsEmpty());
  // The next run sees what is there now.
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  ExpectInStep();
}

TEST_F(GuardTest, AForeignEditToTheWantedValueIsRecovered) {
  world_.rules = {{"PATCH", id_, {.edit = ScheduleEdit("evenings", R"({"dialerSettings":{"callRate":10.0}})")}}};
  EXPECT_EQ(ApplyOnce(world_)->Of("CampaignSchedule/evenings").outcome, Outcome::kRecovered);
  ExpectInStep();
}

TEST_F(GuardTest, AMemberThatTheRiskWasJudgedOnIsGuardedThoughGitDoesNotManageIt) {
  world_.Edit(ScheduleEdit(
      "evenings",
      R"({"blackoutPeriods":[{"startTime":"2026-12-24T00:00:00Z","endTime":"2026-12-26T00:00:00Z","reason":"x"}]})"));
  WriteSchedule(world_, "evenings", {.to = "18:00"});
  world_.rules = {{"PATCH", id_, {.edit = ScheduleEdit("evenings", R"({"blackoutPeriods":[]})")}}};
  const auto run = ApplyOnce(world_);
  const ChangeOutcome& outcome = run->Of("CampaignSchedule/evenings");
  EXPECT_EQ(outcome.outcome, Outcome::kConflict);
  ASSERT_EQ(outcome.conflicts.size(), 1u);
  EXPECT_EQ(outcome.conflicts[0].path, "/blackoutPeriods");
  EXPECT_EQ(world_.Writes().size(), 1u);
}

TEST_F(GuardTest, AnObjectThatIsGoneIsAConflict) {
  world_.rules = {{"PATCH", id_, {.edit = fmt::format(R"({{"kind":"schedule","id":"{}","delete":true}})", id_)}}};
  const auto run = ApplyOnce(world_);
  const ChangeOutcome& outcome = run->Of("CampaignSchedule/evenings");
  EXPECT_EQ(outcome.outcome, Outcome::kConflict);
  EXPECT_EQ(outcome.error, "the object is gone");
  ASSERT_EQ(outcome.conflicts.size(), 1u);
  EXPECT_TRUE(outcome.conflicts[0].found.is_null());
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  ExpectInStep();
}

TEST_F(GuardTest, ADeleteThatFindsNothingIsDone) {
  WriteSchedule(world_, "evenings");
  DropCode();
  world_.rules = {
      {"DELETE",
       "/callcodes/",
       {.edit = fmt::format(R"({{"kind":"callCode","id":"{}","delete":true}})", world_.IdOf("callCodes", "BB"))}}};
  const auto run = ApplyOnce(world_);
  EXPECT_THAT(run->Lines(), ElementsAre("CallCode/sales/BB delete recovered"));
  EXPECT_THAT(NewRecords(), ElementsAre("CallCode/sales/BB delete recovered"));
  ExpectInStep();
}

TEST_F(GuardTest, ADeleteOfWhatSomebodyChangedIsAConflict) {
  WriteSchedule(world_, "evenings");
  DropCode();
  const std::string edit =
      fmt::format(R"({{"kind":"callCode","id":"{}","set":{{"name":"Kept"}}}})", world_.IdOf("callCodes", "BB"));
  world_.rules = {{"DELETE", "/callcodes/", {.edit = edit}}};
  const auto run = ApplyOnce(world_);
  EXPECT_THAT(run->Lines(), ElementsAre("CallCode/sales/BB delete conflict"));
  EXPECT_EQ(TextOf(world_.Find("callCodes", "BB"), "name"), "Kept");
}

TEST_F(GuardTest, AMemberThatAppearedIsAChangeToADelete) {
  WriteCodes(world_, "sales", "SALES", "removal: delete",
             "[{code: AA, name: A, type: SUCCESS}, {code: BB, name: B, type: SUCCESS}]");
  world_.Remove("m/schedule-evenings.yaml");
  world_.rules = {{"DELETE", id_, {.edit = ScheduleEdit("evenings", R"({"description":"in use"})")}}};
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("CampaignSchedule/evenings").outcome, Outcome::kConflict);
  EXPECT_FALSE(Live().is_null());
}

TEST_F(GuardTest, OurOwnLostWritesAreRecovered) {
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
      {"late", {.kind = Kind::kLate}, Outcome::kApplied},
      {"500 before", {.kind = Kind::kErrorBefore, .status = 500}, Outcome::kApplied},
      {"502 after", {.kind = Kind::kErrorAfter, .status = 502}, Outcome::kRecovered},
      {"429", {.kind = Kind::kErrorBefore, .status = 429, .retry_after = "2"}, Outcome::kApplied},
      {"truncated", {.kind = Kind::kTruncated}, Outcome::kRecovered},
      {"token revoked", {.kind = Kind::kRevoked}, Outcome::kApplied},
      {"slow", {.kind = Kind::kSlow}, Outcome::kApplied},
  };
  for (const Row& row : rows) {
    for (const std::string method : {"PATCH", "PUT", "DELETE"}) {
      SCOPED_TRACE(fmt::format("{} {}", method, row.what));
      World world;
      world.Load(kThreeCampaigns);
      WriteFirstTree(world);
      ASSERT_TRUE(ApplyOnce(world)->report.complete());
      WriteSecondTree(world);
      world.rules = {{method, "/", row.fault}};
      const auto run = ApplyOnce(world, {.parallelism = 1});
      EXPECT_TRUE(run->report.complete());
      const auto recovered = std::ranges::count(run->report.outcomes, Outcome::kRecovered, &ChangeOutcome::outcome);
      // A delete that is cut short in its (empty) answer is complete.
      const bool expected =
          row.outcome == Outcome::kRecovered && !(method == "DELETE" && row.fault.kind == Kind::kTruncated);
      EXPECT_EQ(recovered, expected ? 1 : 0);
      EXPECT_THAT(PlanLines(world), IsEmpty());
      EXPECT_THAT(world.OpenIntents(), IsEmpty());
      world.CheckAuditIsComplete();
    }
  }
}

TEST_F(GuardTest, AWriteIsRebasedThreeTimesAndThenFails) {
  int edits = 0;
  world_.chance = [&](const HttpRequest& request) {
    Fault fault;
    if (request.method == "PATCH")
      fault.edit = ScheduleEdit("evenings", fmt::format(R"({{"description":"edit {}"}})", ++edits));
    return fault;
  };
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("CampaignSchedule/evenings").outcome, Outcome::kFailed);
  EXPECT_THAT(run->Of("CampaignSchedule/evenings").error, HasSubstr("412"));
  EXPECT_EQ(Count("PATCH", id_), 4u);
  EXPECT_EQ(CallRate(), "15");
  EXPECT_THAT(world_.OpenIntents(), IsEmpty());
  EXPECT_THAT(NewRecords(), ElementsAre("CampaignSchedule/evenings update failed"));
}

TEST_F(GuardTest, AConflictingStateIsTriedAgainAndReported) {
  world_.rules = {{"PATCH", id_, {.kind = Kind::kErrorBefore, .status = 409}, 0, 100}};
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("CampaignSchedule/evenings").outcome, Outcome::kFailed);
  EXPECT_EQ(Count("PATCH", id_), 4u);
}

TEST_F(GuardTest, AServerThatNeverAnswersIsAskedAsOftenAsTheTenantDocumentSaysAndNotMore) {
  world_.rules = {{"PATCH", id_, {.kind = Kind::kErrorBefore, .status = 503}, 0, 100}};
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("CampaignSchedule/evenings").outcome, Outcome::kFailed);
  EXPECT_EQ(Count("PATCH", id_), 6u);
  EXPECT_THAT(world_.OpenIntents(), IsEmpty());
}

TEST_F(GuardTest, WhatCannotBeReadAgainStaysOpenUntilTheNextRun) {
  // The write took effect, its repeat gets 412, and then the tenant is silent.
  world_.rules = {{"PATCH", id_, {.kind = Kind::kLostAfter}},
                  {"GET", "/schedules/" + id_, {.kind = Kind::kErrorBefore, .status = 500}, 0, 100}};
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("CampaignSchedule/evenings").outcome, Outcome::kFailed);
  EXPECT_EQ(world_.OpenIntents().size(), 1u);
  world_.rules.clear();
  EXPECT_THAT(ApplyOnce(world_)->plan.changes, IsEmpty());
  EXPECT_THAT(NewRecords(),
              ElementsAre("CampaignSchedule/evenings update failed", "CampaignSchedule/evenings update recovered"));
  world_.CheckAuditIsComplete();
}

TEST_F(GuardTest, RecoveryLooksAtTheMembersThatWereWritten) {
  world_.rules = {{"PATCH", id_, {.kind = Kind::kLostAfter}},
                  {"GET", "/schedules/" + id_, {.kind = Kind::kErrorBefore, .status = 500}, 0, 100}};
  ApplyOnce(world_);
  world_.rules.clear();
  // Another managed member is changed meanwhile: that is drift, not a doubt about our write.
  world_.Edit(ScheduleEdit("evenings", R"({"dialerSettings":{"maxConcurrentCalls":40}})"));
  const auto run = ApplyOnce(world_);
  EXPECT_THAT(NewRecords(),
              ElementsAre("CampaignSchedule/evenings update failed", "CampaignSchedule/evenings update recovered",
                          "CampaignSchedule/evenings update applied"));
  EXPECT_EQ(run->plan.changes[0].reason, Reason::kDrifted);
  ExpectInStep();
}

TEST_F(GuardTest, ARenameThatWasCutOffLeavesNoOldAddressBehind) {
  WriteSchedule(world_, "evenings");
  world_.Remove("m/schedule-evenings.yaml");
  WriteSchedule(world_, "nights", {.metadata = "previousNames: [evenings]"});
  world_.rules = {{"PATCH", id_, {.kind = Kind::kLostAfter}},
                  {"GET", "/schedules/" + id_, {.kind = Kind::kErrorBefore, .status = 500}, 0, 100}};
  ApplyOnce(world_);
  world_.rules.clear();
  EXPECT_THAT(ApplyOnce(world_)->plan.changes, IsEmpty());
  std::vector<std::string> addresses;
  for (const AppliedObject& object : world_.Applied()) addresses.push_back(object.address);
  EXPECT_THAT(addresses, testing::Not(testing::Contains("CampaignSchedule/evenings")));
  EXPECT_THAT(addresses, testing::Contains("CampaignSchedule/nights"));
}

TEST_F(GuardTest, WithoutEtagsInListsEachObjectIsReadOnceBeforeItsWrite) {
  World world;
  world.sim_options.etag_in_lists = false;
  world.Load(kThreeCampaigns);
  WriteFirstTree(world);
  ASSERT_TRUE(ApplyOnce(world)->report.complete());
  WriteSecondTree(world);
  world.sent.clear();
  const auto run = ApplyOnce(world);
  EXPECT_TRUE(run->report.complete());
  for (const Sent& write : world.Writes()) {
    if (write.method == "POST") continue;
    const auto reads = std::ranges::count_if(
        world.sent, [&](const Sent& each) { return each.method == "GET" && each.path == write.path; });
    EXPECT_EQ(reads, 1) << write.method << ' ' << write.path;
    EXPECT_LT(write.status, 300);
  }
  EXPECT_THAT(PlanLines(world), IsEmpty());
  world.CheckAuditIsComplete();
}

TEST_F(GuardTest, WithoutEtagsInListsTheReadBeforeTheWriteFindsForeignEdits) {
  struct Row {
    std::string set;
    Outcome outcome;
    std::size_t writes;
  };
  const Row rows[] = {
      {R"({"description":"by hand"})", Outcome::kApplied, 1},
      {R"({"dialerSettings":{"callRate":4}})", Outcome::kConflict, 0},
      {R"({"dialerSettings":{"callRate":10}})", Outcome::kRecovered, 0},
  };
  for (const Row& row : rows) {
    World world;
    world.sim_options.etag_in_lists = false;
    world.Load(kThreeCampaigns);
    WriteCampaign(world, "east", kEast, "maxAgents: 25");
    WriteSchedule(world, "evenings");
    ASSERT_TRUE(ApplyOnce(world)->report.complete());
    const std::string id = world.IdOf("schedules", "evenings");
    WriteSchedule(world, "evenings", {.call_rate = "10"});
    world.sent.clear();
    world.rules = {
        {"GET", "/schedules/" + id, {.edit = fmt::format(R"({{"kind":"schedule","id":"{}","set":{}}})", id, row.set)}}};
    const auto run = ApplyOnce(world);
    EXPECT_EQ(run->Of("CampaignSchedule/evenings").outcome, row.outcome);
    EXPECT_EQ(world.Writes().size(), row.writes);
    EXPECT_EQ(world.AuditLines().back(), fmt::format("CampaignSchedule/evenings update {}", OutcomeName(row.outcome)));
    EXPECT_EQ(TextOf(world.Audit().back(), "payloadSha256") == "null", row.writes == 0);
  }
}

TEST_F(GuardTest, WhatCannotBeReadBeforeTheWriteIsNotWritten) {
  World world;
  world.sim_options.etag_in_lists = false;
  world.Load(kThreeCampaigns);
  WriteCampaign(world, "east", kEast, "maxAgents: 25");
  WriteSchedule(world, "evenings");
  ASSERT_TRUE(ApplyOnce(world)->report.complete());
  WriteSchedule(world, "evenings", {.call_rate = "10"});
  world.sent.clear();
  world.rules = {{"GET", "/schedules/", {.kind = Kind::kErrorBefore, .status = 500}, 0, 100}};
  const auto run = ApplyOnce(world);
  EXPECT_EQ(run->Of("CampaignSchedule/evenings").outcome, Outcome::kFailed);
  EXPECT_THAT(world.Writes(), IsEmpty());
}

// --- Activation
// -------------------------------------------------------------------------------------------------------

class ActivationTest : public ApplyTest {
 protected:
  void SetUp() override {
    WriteCampaign(world_, "west", kWest, "state: PAUSED");
    WriteSchedule(world_, "evenings", {.campaign = "west"});
    Establish();
    WriteCampaign(world_, "west", kWest, "state: ACTIVE");
  }
  std::string Lists() const { return fmt::format("/api/v2/campaigns/{}/schedules", kWest); }
  std::string State() { return TextOf(world_.Find("campaigns", "West"), "state"); }
};

TEST_F(ActivationTest, ReadsTheSchedulesJustBefore) {
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  EXPECT_EQ(State(), "ACTIVE");
  ASSERT_GE(world_.sent.size(), 2u);
  EXPECT_TRUE(world_.sent[world_.sent.size() - 2].path.starts_with(Lists()));
  EXPECT_EQ(world_.sent.back().method, "PUT");
}

TEST_F(ActivationTest, SchedulesThatChangedAreAConflict) {
  const std::string id = world_.IdOf("schedules", "evenings");
  const std::string created = fmt::format(
      R"({{"kind":"schedule","campaignId":"{}","create":{{"name":"more","startTime":"2026-12-01T00:00:00Z","endTime":"2026-12-31T00:00:00Z",)"
      R"("timeZone":"UTC","dialerSettings":{{"maxConcurrentCalls":50,"callRate":3,"capacityThreshold":0.85}},"regulatoryWindows":[]}}}})",
      kWest);
  for (
      const std::string& edit :
      {fmt::format(R"({{"kind":"schedule","id":"{}","delete":true}})", id), created,
       ScheduleEdit(
           "evenings",
           R"({"blackoutPeriods":[{"startTime":"2026-12-03T00:00:00Z","endTime":"2026-12-04T00:00:00Z","reason":"x"}]})")}) {
    SCOPED_TRACE(edit);
    const std::string saved = world_.sim->Save();
    world_.rules = {{"GET", Lists(), {.edit = edit}, 1}};
    const auto run = ApplyOnce(world_);
    EXPECT_EQ(run->Of("Campaign/west").outcome, Outcome::kConflict);
    EXPECT_EQ(run->Of("Campaign/west").error, "its schedules were changed on the tenant since the plan");
    EXPECT_EQ(State(), "PAUSED");
    EXPECT_THAT(world_.Writes(), IsEmpty());
    EXPECT_EQ(world_.AuditLines().back(), "Campaign/west update conflict");
    world_.Load(saved);
  }
}

TEST_F(ActivationTest, SchedulesThatCannotBeReadKeepItFromDialing) {
  world_.rules = {{"GET", Lists(), {.kind = Kind::kErrorBefore, .status = 500}, 1, 100}};
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("Campaign/west").outcome, Outcome::kFailed);
  EXPECT_EQ(State(), "PAUSED");
}

TEST_F(ActivationTest, WhatThisRunDoesToTheSchedulesIsNoConflict) {
  WriteSchedule(world_, "evenings", {.campaign = "west", .from = "08:00"});
  WriteSchedule(world_, "mornings", {.campaign = "west", .from = "06:00", .to = "07:00"});
  world_.rules = {{"POST", Lists(), {.kind = Kind::kLostAfter}}, {"PATCH", Lists(), {.kind = Kind::kLostAfter}}};
  const auto run = ApplyOnce(world_);
  EXPECT_TRUE(run->report.complete()) << run->Of("Campaign/west").error;
  EXPECT_EQ(State(), "ACTIVE");
  ExpectInStep();
}

TEST_F(ActivationTest, AnEditThatOneOfOurWritesWasRebasedOnIsStillForeign) {
  WriteSchedule(world_, "evenings", {.campaign = "west", .from = "10:00"});
  world_.rules = {{"PATCH", Lists(), {.edit = ScheduleEdit("evenings", R"({"dialerSettings":{"callRate":14}})")}}};
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("CampaignSchedule/evenings").outcome, Outcome::kApplied) << "it does not touch the rate";
  EXPECT_EQ(run->Of("Campaign/west").outcome, Outcome::kConflict) << "but the campaign would dial at that rate";
  EXPECT_EQ(State(), "PAUSED");
}

TEST_F(ActivationTest, TheSchedulesAreReadAgainBeforeARepeat) {
  const std::string campaign = fmt::format(R"({{"kind":"campaign","id":"{}","set":{{"maxAgents":3}}}})", kWest);
  world_.rules = {{"PUT", kWest, {.edit = campaign}},
                  {"GET", Lists(), {.edit = ScheduleEdit("evenings", R"({"description":"x"})")}, 2}};
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("Campaign/west").outcome, Outcome::kConflict);
  EXPECT_EQ(State(), "PAUSED");
}

TEST_F(ActivationTest, AHoldThatAppearsIsAConflict) {
  const std::string hold = fmt::format(R"({{"kind":"campaign","id":"{}","set":{{"complianceHold":true}}}})", kWest);
  world_.rules = {{"PUT", kWest, {.edit = hold}}};
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("Campaign/west").outcome, Outcome::kConflict);
  EXPECT_EQ(State(), "PAUSED");
}

}  // namespace
}  // namespace cxctl
