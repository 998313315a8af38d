#include "apply/manifests.h"

namespace cxctl {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Fault::Kind;
using std::chrono::seconds;

class LeaseTest : public ApplyTest {
 protected:
  void SetUp() override {
    WriteCodes(world_, "sales", "SALES", "removal: delete",
               "[{code: AA, name: A, type: SUCCESS}, {code: BB, name: B, type: SUCCESS}]");
  }
  Lease Other(Duration good_for) {
    Lease lease;
    lease.tenant = kTenant;
    lease.run = "01OTHER";
    lease.holder = "anna@laptop";
    lease.host = "laptop";
    lease.pid = 4711;
    lease.since = world_.clock.Now();
    lease.expires = world_.clock.Now() + good_for;
    return lease;
  }
  void TakeByOther(Duration good_for) {
    const auto taken = world_.OpenStore()->Acquire(Other(good_for), world_.clock.Now(), nullptr);
    ASSERT_TRUE(taken && !*taken);
  }
};

TEST_F(LeaseTest, ARefusalNamesTheHolderAndItsRun) {
  TakeByOther(seconds(30));
  const auto run = ApplyOnce(world_);
  ASSERT_TRUE(run->error);
  EXPECT_EQ(run->error->code, ErrorCode::kRefused);
  EXPECT_THAT(run->error->message, AllOf(HasSubstr("anna@laptop"), HasSubstr("01OTHER"),
                                         HasSubstr("2026-11-20T12:00:00Z"), HasSubstr("tenant test")));
  EXPECT_THAT(world_.sent, IsEmpty());
  EXPECT_EQ((*world_.OpenStore()->Holder(kTenant))->run, "01OTHER");
}

TEST_F(LeaseTest, AnExpiredLeaseIsTakenOver) {
  TakeByOther(seconds(30));
  world_.clock.Advance(seconds(31));
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
}

TEST_F(LeaseTest, TheLeaseOfAProcessThatIsGoneIsTakenOverAtOnce) {
  TakeByOther(seconds(30));
  world_.dead.insert(4711);
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
}

TEST_F(LeaseTest, ItIsWaitedForAsLongAsAsked) {
  TakeByOther(seconds(30));
  auto run = ApplyOnce(world_, {.lock_wait = seconds(10)});
  EXPECT_TRUE(run->error);
  const Duration before = world_.clock.Monotonic();
  run = ApplyOnce(world_, {.lock_wait = seconds(120)});
  EXPECT_FALSE(run->error);
  EXPECT_TRUE(run->report.complete());
  EXPECT_GE(world_.clock.Monotonic() - before, seconds(20));
  EXPECT_LE(world_.clock.Monotonic() - before, seconds(25));
}

TEST_F(LeaseTest, ItIsGivenBackAtTheEnd) {
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  EXPECT_FALSE(*world_.OpenStore()->Holder(kTenant));
}

TEST_F(LeaseTest, ALongRunKeepsItFromTheFirstReadToTheLastWrite) {
  WriteFirstTree(world_);
  world_.latency = [] { return seconds(12); };
  const auto watcher = world_.OpenStore();
  world_.on_send = [&](const HttpRequest&) {
    const auto holder = watcher->Holder(kTenant);
    ASSERT_TRUE(holder && *holder);
    EXPECT_GT((*holder)->expires, world_.clock.Now() + seconds(15));
  };
  const auto run = ApplyOnce(
      world_, {.parallelism = 2, .connect = [](TenantConnection& connection) { connection.max_concurrency = 1; }});
  EXPECT_TRUE(run->report.complete());
  EXPECT_GT(world_.clock.Monotonic(), seconds(120));
}

TEST_F(LeaseTest, ARunThatLostItStartsNothingMore) {
  WriteFirstTree(world_);
  bool stolen = false;
  world_.on_send = [&](const HttpRequest& request) {
    if (request.method != "POST" || request.url.ends_with("/token") || stolen) return;
    stolen = true;
    const auto store = world_.OpenStore();
    const auto holder = store->Holder(kTenant);
    ASSERT_TRUE(store->Release(kTenant, (*holder)->run));
    const auto taken = store->Acquire(Other(seconds(300)), world_.clock.Now(), nullptr);
    ASSERT_TRUE(taken && !*taken);
  };
  const auto run = ApplyOnce(world_, {.parallelism = 1});
  world_.on_send = nullptr;
  EXPECT_TRUE(stolen);
  EXPECT_FALSE(run->report.complete());
  EXPECT_THAT(run->report.lease_loss, HasSubstr("01OTHER"));
  EXPECT_EQ(run->report.store_failure, "");
  EXPECT_EQ(world_.Writes().size(), 1u);
  // What the run could not write down is found out by the next.
  world_.clock.Advance(seconds(301));
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  ExpectInStep();
  world_.CheckAuditIsComplete();
}

TEST_F(LeaseTest, ALeaseThatCannotBeRenewedIsGivenUpBeforeItExpires) {
  Process process(world_);
  const auto taken = process.loop->RunUntilDone(process.keeper->Acquire(Duration{0}, nullptr));
  ASSERT_TRUE(taken);
  EXPECT_TRUE(process.keeper->Holds());
  world_.clock.Advance(seconds(24));
  EXPECT_TRUE(process.keeper->Holds());
  world_.clock.Advance(seconds(2));
  EXPECT_FALSE(process.keeper->Holds());
}

// --- The journal
// ------------------------------------------------------------------------------------------------------

class JournalTest : public ApplyTest {};

TEST_F(JournalTest, AStoreThatFailsAtAnyPointStopsTheRunAndTheNextOneFinishesIt) {
  for (int failing = 1; failing <= 22; ++failing) {
    SCOPED_TRACE(failing);
    World world;
    world.Load(kThreeCampaigns);
    WriteFirstTree(world);
    ASSERT_TRUE(ApplyOnce(world)->report.complete());
    WriteSecondTree(world);
    world.fail_commit_at = failing;
    const auto run = ApplyOnce(world, {.parallelism = 2});
    world.fail_commit_at = 0;
    EXPECT_FALSE(run->report.complete());
    EXPECT_EQ(run->report.store_failure, "the disk is full");
    EXPECT_FALSE(run->report.interrupted);
    const auto writes = world.Writes().size();
    EXPECT_TRUE(ApplyOnce(world)->report.complete());
    EXPECT_GE(world.Writes().size(), writes);
    EXPECT_THAT(PlanLines(world), IsEmpty());
    EXPECT_THAT(world.OpenIntents(), IsEmpty());
    world.CheckAuditIsComplete();
  }
}

TEST_F(JournalTest, WithoutADurableIntentNothingIsSent) {
  WriteFirstTree(world_);
  world_.fail_commit_at = 1;
  const auto run = ApplyOnce(world_);
  EXPECT_THAT(world_.Writes(), IsEmpty());
  EXPECT_THAT(world_.AuditLines(), IsEmpty());
  const auto failed = std::ranges::find(run->report.outcomes, Outcome::kFailed, &ChangeOutcome::outcome);
  ASSERT_NE(failed, run->report.outcomes.end());
  EXPECT_THAT(failed->error, HasSubstr("the disk is full"));
}

TEST_F(JournalTest, EntriesOfOneTurnShareATransaction) {
  WriteCodes(world_, "sales", "SALES", "removal: delete",
             "[{code: AA, name: A, type: SUCCESS}, {code: BB, name: B, type: SUCCESS}, {code: CC, name: C, type: "
             "SUCCESS}, {code: DD, name: D, type: SUCCESS}]");
  world_.fail_commit_at = 1'000'000;
  EXPECT_TRUE(ApplyOnce(world_, {.parallelism = 4})->report.complete());
  EXPECT_EQ(world_.commits, 2);
}

}  // namespace
}  // namespace cxctl
