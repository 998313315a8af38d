#include <fstream>

#include "apply/manifests.h"

// Runs that are killed, and runs in a hostile world. What must hold is judged from outside: the tenant's own state and
// log, the audit chain, and what every write overwrote (in SimTransport).

namespace cxctl {
namespace {

using testing::IsEmpty;
using Kind = Fault::Kind;

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

/// How often each new object was made, as the tenant saw it: a key that is answered again makes nothing.
std::map<std::string, std::size_t> CreationsByIdentity(World& world) {
  std::map<std::string, std::set<std::string>> keys;
  Arena arena;
  const Value log = Parsed(arena, world.Control("GET", "/_sim/requests").body);
  for (const Value& request : log.Find("requests")->items()) {
    if (request.GetString("method") != "POST" || request.Find("status")->as_int() != 201) continue;
    const Value body = Parsed(arena, request.GetString("body"));
    const std::string identity = fmt::format("{} {}{} {}", request.GetString("path"), body.GetString("name"),
                                             body.GetString("code"), body.GetString("parentCallCodeId"));
    keys[identity].insert(std::string(request.Find("headers")->GetString("Idempotency-Key")));
  }
  std::map<std::string, std::size_t> counts;
  for (const auto& [identity, of] : keys) counts[identity] = of.size();
  return counts;
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
      for (const auto& [identity, times] : CreationsByIdentity(*world)) ASSERT_EQ(times, 1u) << identity;
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
      for (const auto& [identity, times] : CreationsByIdentity(*world)) ASSERT_EQ(times, 1u) << identity;
      world->CheckAuditIsComplete();
      if (testing::Test::HasFailure()) return;
    }
  }
}

/// One schedule of faults, edits and kills, decided by its seed.
class HostileWorld {
 public:
  explicit HostileWorld(std::uint64_t seed) : world_(TheStart().Make(seed)), dice_(seed * 7919 + 1) {
    world_->sim_options.etag_in_lists = dice_.Next() % 4 != 0;
    world_->latency = [this] { return std::chrono::milliseconds(Below(300)); };
    fault_percent_ = Below(40);
    edit_percent_ = Below(15);
  }

  void Run() {
    world_->chance = [this](const HttpRequest& request) { return Next(request); };
    for (std::uint64_t run = 0, runs = 1 + Below(3); run < runs; ++run) {
      if (Below(2) == 0) world_->crash_at = static_cast<int>(1 + Below(120));
      ApplyOnce(*world_, {.parallelism = 1 + Below(6)});
    }
    world_->chance = nullptr;
    // Once the world is calm, it takes one run; a second one where the first found edits of before.
    const auto calm = ApplyOnce(*world_);
    ASSERT_FALSE(calm->error) << calm->error->message;
    ASSERT_TRUE(calm->report.complete()) << calm->Trouble();
    Check();
  }

 private:
  std::uint64_t Below(std::uint64_t limit) { return dice_.Next() % limit; }

  Fault Next(const HttpRequest& request) {
    Fault fault;
    if (Below(100) < fault_percent_) {
      constexpr Kind kKinds[] = {Kind::kRefused,     Kind::kLostBefore, Kind::kLostAfter, Kind::kTimeout, Kind::kLate,
                                 Kind::kErrorBefore, Kind::kErrorAfter, Kind::kTruncated, Kind::kRevoked, Kind::kSlow};
      fault.kind = kKinds[Below(std::size(kKinds))];
      constexpr int kStatus[] = {429, 500, 502, 503, 504};
      fault.status = kStatus[Below(std::size(kStatus))];
      // A refusal for its rate has no effect.
      if (fault.kind == Kind::kErrorAfter && fault.status == 429) fault.status = 500;
      if (Below(3) == 0) fault.retry_after = fmt::format("{}", Below(4));
    }
    if (request.method != "GET" && Below(100) < edit_percent_) Edit();
    return fault;
  }

  /// Somebody writes a description, which git does not manage, or moves a rate, which it does, or deletes a schedule.
  void Edit() {
    const auto schedules = world_->Objects(world_->arena, "schedules");
    if (schedules.empty()) return;
    auto chosen = schedules.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(Below(schedules.size())));
    const std::string& id = chosen->first;
    const auto send = [&](const std::string& rest) {
      world_->Control("POST", "/_sim/edit", fmt::format(R"({{"kind":"schedule","id":"{}",{}}})", id, rest));
    };
    const std::uint64_t choice = Below(10);
    if (choice < 6) {
      const std::string boost = fmt::format("1.{}", 100 + ++edits_);
      edited_[id] = boost;
      send(fmt::format(R"("set":{{"optimizationSettings":{{"peakHourBoost":{}}}}})", boost));
    } else if (choice < 9) {
      send(fmt::format(R"("set":{{"dialerSettings":{{"callRate":{}}}}})", 1 + Below(14)));
    } else {
      ++deleted_[TextOf(chosen->second, "name")];
      send(R"("delete":true)");
    }
  }

  void Check() {
    ASSERT_THAT(PlanLines(*world_), IsEmpty());
    ASSERT_THAT(world_->OpenIntents(), IsEmpty());
    world_->CheckAuditIsComplete();
    const auto schedules = world_->Objects(world_->arena, "schedules");
    for (const auto& [id, boost] : edited_) {
      const auto live = schedules.find(id);
      if (live == schedules.end()) continue;
      ASSERT_TRUE(live->second.Find("optimizationSettings")) << "the edit of " << id << " was lost";
      EXPECT_EQ(TextOf(*live->second.Find("optimizationSettings"), "peakHourBoost"), boost) << id;
    }
    for (const auto& [identity, times] : CreationsByIdentity(*world_)) {
      std::size_t allowed = 1;
      for (const auto& [name, count] : deleted_) {
        if (identity.find(' ' + name + ' ') != std::string::npos) allowed += count;
      }
      EXPECT_LE(times, allowed) << identity;
    }
    EXPECT_EQ(schedules.size(), 7u);
    EXPECT_EQ(world_->Objects(world_->arena, "callCodes").size(), 10u);
  }

  std::unique_ptr<World> world_;
  SeededRandom dice_;
  std::uint64_t fault_percent_ = 0, edit_percent_ = 0;
  std::uint64_t edits_ = 0;
  std::map<std::string, std::string> edited_;   ///< By schedule: the value that somebody wrote last.
  std::map<std::string, std::size_t> deleted_;  ///< By name.
};

TEST(Hostile, NothingIsMadeTwiceAndNoEditIsLostAndItConverges) {
  const char* given = std::getenv("CXCTL_SEEDS");
  const std::uint64_t seeds = given ? std::strtoull(given, nullptr, 10) : 300;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    HostileWorld world(seed);
    world.Run();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace cxctl
