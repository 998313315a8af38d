#include "plan/rollback.h"

#include <gmock/gmock.h>

#include "audit/audit.h"
#include "plan/plan_fixture.h"

namespace cxctl {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kRun = "01JD2Y8Q5T6W7X8Y9Z0A1B2C3D";

// What a run did is written down as records; what undoes it is a plan.
class RollbackTest : public PlanTest {
 protected:
  struct Record {
    std::string address, action, live_id, before = "null", after = "null", scope, outcome = "applied", run = kRun,
                                          tenant = "demo";
  };
  void Add(const Record& record) {
    AuditEntry entry;
    entry.time = now_;
    entry.run = record.run;
    entry.tenant = record.tenant;
    entry.address = record.address;
    entry.action = record.action;
    entry.live_id = record.live_id;
    entry.scope = record.scope;
    entry.before = record.before;
    entry.after = record.after;
    entry.outcome = record.outcome;
    lines_.push_back(SealRecord(entry, static_cast<std::int64_t>(lines_.size()) + 1, kAuditGenesis).line);
  }
  RunReader Read() {
    RunReader reader(arena_, "demo", kRun);
    for (const std::string& line : lines_) EXPECT_TRUE(reader.Add(line));
    return reader;
  }
  Plan Rollback() {
    ManifestLoader loader(files_);
    auto loaded = loader.LoadWithoutTenant({"."});
    EXPECT_TRUE(loaded);
    sets_.push_back(std::make_unique<ManifestSet>(std::move(*loaded)));
    settings_ = TenantSettings{};
    const DesiredState desired = BuildDesired(arena_, *sets_.back(), {}, false);
    auto plan =
        BuildRollback({arena_, *sets_.back(), settings_, desired, live_, applied_, options_, now_}, Read().writes());
    EXPECT_TRUE(plan) << plan.error().message;
    return plan ? *std::move(plan) : Plan();
  }
  static std::string Irreversibles(const Plan& plan) {
    std::string text;
    for (const Irreversible& each : plan.irreversible) text += fmt::format("{}: {}\n", each.address, each.reason);
    return text;
  }
  static std::string Schedule(const std::string& name, const std::string& rate) {
    return fmt::format(
        R"({{"name":"{}",{}}})", name,
        ScheduleMembers(
            {{"dialerSettings",
              fmt::format(R"({{"maxConcurrentCalls":50,"callRate":{},"capacityThreshold":0.85}})", rate)}}));
  }
  void LiveWithRate(const std::string& id, const std::string& name, const std::string& rate) {
    LiveSchedule(id, name,
                 {{"dialerSettings",
                   fmt::format(R"({{"maxConcurrentCalls":50,"callRate":{},"capacityThreshold":0.85}})", rate)}});
  }

  std::vector<std::string> lines_;
};

TEST_F(RollbackTest, OnlyWhatTheRunWroteIsRead) {
  Add({"Campaign/a", "update", "1", R"({"maxAgents":1})", R"({"maxAgents":2})"});
  Add({"Campaign/b", "update", "2", R"({"maxAgents":1})", R"({"maxAgents":2})", "", "failed"});
  Add({"Campaign/c", "update", "3", R"({"maxAgents":1})", R"({"maxAgents":2})", "", "conflict"});
  Add({"Campaign/d", "adopt", "4", R"({"maxAgents":1})", R"({"maxAgents":1})", "", "adopted"});
  Add({"Campaign/e", "update", "5", R"({"maxAgents":1})", R"({"maxAgents":2})", "", "recovered"});
  Add({"Campaign/f", "update", "6", R"({"maxAgents":1})", R"({"maxAgents":2})", "", "applied", "another run"});
  Add({"Campaign/g", "update", "7", R"({"maxAgents":1})", R"({"maxAgents":2})", "", "applied", kRun, "another tenant"});
  Add({"Campaign/a", "update", "1", R"({"maxAgents":2})", R"({"maxAgents":3})"});
  const RunReader reader = Read();
  ASSERT_EQ(reader.writes().size(), 2u);
  EXPECT_EQ(reader.writes()[0].address, "Campaign/a");
  EXPECT_EQ(ToJson(reader.writes()[0].before), R"({"maxAgents":1})");
  EXPECT_EQ(ToJson(reader.writes()[0].after), R"({"maxAgents":3})") << "first before, last after";
  EXPECT_EQ(reader.writes()[1].address, "Campaign/e");
}

TEST_F(RollbackTest, ARunThatIsNotThereIsNotFound) {
  EXPECT_FALSE(Read().found());
  Add({"Campaign/f", "update", "6", "{}", "{}", "", "applied", "another run"});
  EXPECT_FALSE(Read().found());
  Add({"Tenant/demo", "apply", "", "null", "null", "", "refused"});
  EXPECT_TRUE(Read().found());
  EXPECT_THAT(Read().writes(), IsEmpty());
}

TEST_F(RollbackTest, UpdatesArePutBackMemberByMember) {
  LiveCampaign(R"("maxAgents": 12, "dialRate": 99)");
  Add({"Campaign/east", "update", kEast, R"({"maxAgents":30,"dialRate":40})", R"({"maxAgents":12,"dialRate":40})"});
  const Plan plan = Rollback();
  EXPECT_EQ(Text(plan), "update Campaign/east increases declared PATCH {\"maxAgents\":30}\n")
      << "the rate was not the run's";
  EXPECT_EQ(plan.changes[0].etag, "\"" + std::string(kEast) + "-1\"");
  EXPECT_THAT(plan.irreversible, IsEmpty());
}

TEST_F(RollbackTest, WhatIsBackAlreadyNeedsNothing) {
  LiveCampaign(R"("maxAgents": 30)");
  Add({"Campaign/east", "update", kEast, R"({"maxAgents":30})", R"({"maxAgents":12})"});
  const Plan plan = Rollback();
  EXPECT_EQ(Text(plan), "");
  EXPECT_THAT(plan.irreversible, IsEmpty());
}

TEST_F(RollbackTest, WhatSomebodyChangedSinceIsLeftAlone) {
  LiveCampaign(R"("maxAgents": 17)");
  Add({"Campaign/east", "update", kEast, R"({"maxAgents":30})", R"({"maxAgents":12})"});
  const Plan plan = Rollback();
  EXPECT_EQ(Text(plan), "");
  EXPECT_EQ(Irreversibles(plan), "Campaign/east: /maxAgents changed since (last by alice)\n");
}

TEST_F(RollbackTest, StatesAreTransitions) {
  LiveCampaign(R"("state": "ACTIVE")");
  Add({"Campaign/east", "update", kEast, R"({"state":"PAUSED"})", R"({"state":"ACTIVE"})"});
  EXPECT_EQ(Text(Rollback()), "update Campaign/east reduces declared PUT {\"state\":\"PAUSED\"}\n");
}

TEST_F(RollbackTest, GuardsHoldInBothDirections) {
  LiveCampaign(R"("state": "PAUSED", "complianceHold": true, "scheduledResumeTime": "2026-12-01T00:00:00Z")");
  Add({"Campaign/east", "update", kEast, R"({"state":"ACTIVE"})", R"({"state":"PAUSED"})"});
  EXPECT_THAT(GuardText(Rollback()), HasSubstr("CX308 Campaign/east"));
}

TEST_F(RollbackTest, CreationsAreDeletedUnlessSomebodyChangedThem) {
  LiveWithRate("1", "mine", "15");
  LiveWithRate("2", "edited", "14");
  live_.campaigns.clear();
  Add({"CampaignSchedule/mine", "create", "1", "null", Schedule("mine", "15"), kEast});
  Add({"CampaignSchedule/edited", "create", "2", "null", Schedule("edited", "15"), kEast});
  Add({"CampaignSchedule/gone", "create", "3", "null", Schedule("gone", "15"), kEast});
  const Plan plan = Rollback();
  EXPECT_EQ(Text(plan), "delete CampaignSchedule/mine reduces removed DELETE\n");
  EXPECT_EQ(Irreversibles(plan), "CampaignSchedule/edited: /dialerSettings/callRate changed since (last by alice)\n");
}

TEST_F(RollbackTest, ACreationThatIsProtectedIsGuarded) {
  LiveWithRate("1", "mine", "15");
  Applied("CampaignSchedule/mine", "1", "{}", kEast, "mine", R"({"preventDestroy":true})");
  Add({"CampaignSchedule/mine", "create", "1", "null", Schedule("mine", "15"), kEast});
  EXPECT_THAT(GuardText(Rollback()), HasSubstr("preventDestroy CampaignSchedule/mine"));
}

TEST_F(RollbackTest, RemovalsAreMadeAnew) {
  live_.schedules[kEast];
  Add({"CampaignSchedule/mine", "delete", "1", Schedule("mine", "15"), "null", kEast});
  Add({"CampaignSchedule/unknown", "delete", "2", Schedule("unknown", "15"), "null"});
  const Plan plan = Rollback();
  ASSERT_EQ(plan.changes.size(), 1u);
  EXPECT_EQ(plan.changes[0].action, Action::kCreate);
  EXPECT_EQ(plan.changes[0].scope, kEast);
  EXPECT_EQ(plan.changes[0].risk, Risk::kIncreases);
  EXPECT_EQ(plan.changes[0].identity, "mine");
  EXPECT_EQ(Irreversibles(plan), "CampaignSchedule/unknown: its record does not say which campaign it belonged to\n");
}

TEST_F(RollbackTest, ARemovalIsNotMadeAnewBesideAnotherOfItsName) {
  LiveWithRate("9", "mine", "7");
  Add({"CampaignSchedule/mine", "delete", "1", Schedule("mine", "15"), "null", kEast});
  const Plan other = Rollback();
  EXPECT_EQ(Text(other), "");
  EXPECT_EQ(Irreversibles(other), "CampaignSchedule/mine: another one of this name is there now\n");
  live_.schedules.clear();
  LiveWithRate("9", "mine", "15");
  const Plan same = Rollback();
  EXPECT_EQ(Text(same) + Irreversibles(same), "") << "it is there again as it was";
}

TEST_F(RollbackTest, MaskedNumbersCannotBeRestored) {
  live_.schedules[kEast];
  Add({"CampaignSchedule/mine", "delete", "1", R"({"name":"call +1415***1234"})", "null", kEast});
  EXPECT_EQ(Irreversibles(Rollback()), "CampaignSchedule/mine: the audit log has its phone numbers masked\n");
}

TEST_F(RollbackTest, CodesComeBackUnderTheirParents) {
  const auto code = [](const std::string& name, const std::string& parent, bool active = true) {
    return fmt::format(
        R"({{"code":"{0}","name":"{0}","type":"NEUTRAL","category":"CAT","parentCallCodeId":{1},"isActive":{2}}})",
        name, parent, active);
  };
  LiveCode("C1", "", R"("isActive": false)");
  LiveCode("D1");
  Add({"CallCode/out/A1/B1", "delete", "id-B1", code("B1", R"("id-A1")")});
  Add({"CallCode/out/A1", "delete", "id-A1", code("A1", "null")});
  Add({"CallCode/out/C1", "deactivate", "id-C1", code("C1", "null"), code("C1", "null", false)});
  Add({"CallCode/out/D1", "create", "id-D1", "null", code("D1", "null")});
  EXPECT_EQ(Text(Rollback()),
            "create CallCode/out/A1 neutral declared POST "
            "{\"category\":\"CAT\",\"code\":\"A1\",\"isActive\":true,\"name\":\"A1\",\"type\":\"NEUTRAL\"}\n"
            "create CallCode/out/A1/B1 neutral declared POST "
            "{\"category\":\"CAT\",\"code\":\"B1\",\"isActive\":true,\"name\":\"B1\",\"type\":\"NEUTRAL\"} under "
            "CallCode/out/A1 needs CallCode/out/A1\n"
            "update CallCode/out/C1 neutral declared PATCH {\"isActive\":true}\n"
            "delete CallCode/out/D1 neutral removed DELETE\n");
}

TEST_F(RollbackTest, ItCanBeLimitedToATarget) {
  LiveCampaign(R"("maxAgents": 12)");
  live_.schedules[kEast];
  Add({"Campaign/east", "update", kEast, R"({"maxAgents":30})", R"({"maxAgents":12})"});
  Add({"CampaignSchedule/mine", "delete", "1", Schedule("mine", "15"), "null", kEast});
  options_.selection.targets = {"Campaign/*"};
  const Plan plan = Rollback();
  ASSERT_EQ(plan.changes.size(), 1u);
  EXPECT_EQ(plan.changes[0].address, "Campaign/east");
  const SnapshotScope scope = RollbackScope(Read().writes(), options_.selection);
  EXPECT_EQ(scope.campaigns.size(), 1u);
  EXPECT_THAT(scope.schedules_of, IsEmpty());
}

}  // namespace
}  // namespace cxctl
