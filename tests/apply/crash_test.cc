#include <fstream>

#include "apply/manifests.h"

// Runs that are killed. What must hold is judged from outside: the tenant's own state and log, the audit chain, and
// what every write overwrote (in SimTransport).

namespace cxctl {
namespace {

using testing::IsEmpty;

/// A world with the first tree applied, to start from again and again.
class Start {
 public:
  Start() {
    World world;
    world.Load(kThreeCampaigns);
    WriteFirstTree(world);
    EXPECT_TRUE(ApplyOnce(world)->report.complete());
    tenant_ = world.sim->Save();
    std::ifstream file(world.folder.path() + "/state.db", std::ios::binary);
    store_.assign(std::istreambuf_iterator<char>(file), {});
    WriteSecondTree(world);
    files_ = world.files;
    manifests_ = world.Manifests();
  }

  /// The first tree is live, the second one is in the manifests.
  std::unique_ptr<World> Make(std::uint64_t seed = 1) const {
    auto world = std::make_unique<World>();
    world->random = SeededRandom(seed + 1000);  // not the keys of the first tree again
    world->sim_options.seed = seed;
    world->Load(tenant_);
    std::ofstream(world->folder.path() + "/state.db", std::ios::binary) << store_;
    world->files = files_;
    world->manifests = manifests_;
    return world;
  }

 private:
  std::string tenant_, store_;
  MemoryFiles files_;
  std::shared_ptr<const ManifestSet> manifests_;
};

const Start& TheStart() {
  static const Start kStart;
  return kStart;
}

TEST(Crash, ARunThatIsKilledAtAnyPointIsFinishedByTheNext) {
  for (const std::size_t parallelism : {1u, 4u}) {
    for (int step = 1;; ++step) {
      SCOPED_TRACE(fmt::format("killed at step {} with parallelism {}", step, parallelism));
      const auto world = TheStart().Make();
      world->crash_at = step;
      const auto first = ApplyOnce(*world, {.parallelism = parallelism});
      if (!first->was_killed) {
        EXPECT_GT(step, 60) << first->Trouble();
        break;
      }
      const auto second = ApplyOnce(*world, {.parallelism = parallelism});
      ASSERT_FALSE(second->error) << second->error->message;
      ASSERT_TRUE(second->report.complete()) << second->Trouble();
      ASSERT_THAT(PlanLines(*world), IsEmpty());
      ASSERT_THAT(world->OpenIntents(), IsEmpty());
      for (const auto& [identity, times] : world->CreationsByIdentity()) ASSERT_EQ(times, 1u) << identity;
      world->CheckAuditIsComplete();
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(Crash, ARecoveryThatIsKilledIsRecoveredToo) {
  for (int step = 20; step <= 80; step += 7) {
    for (int again = 1; again <= 12; ++again) {
      SCOPED_TRACE(fmt::format("killed at step {}, then at {}", step, again));
      const auto world = TheStart().Make();
      world->crash_at = step;
      ApplyOnce(*world);
      world->crash_at = again;
      ApplyOnce(*world);
      const auto third = ApplyOnce(*world);
      ASSERT_TRUE(third->report.complete()) << third->Trouble();
      ASSERT_THAT(PlanLines(*world), IsEmpty());
      for (const auto& [identity, times] : world->CreationsByIdentity()) ASSERT_EQ(times, 1u) << identity;
      world->CheckAuditIsComplete();
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace cxctl
