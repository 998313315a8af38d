#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "apply/executor.h"
#include "plan/content.h"
#include "sim/sim_tenant.h"
#include "store/state_store.h"
#include "support/fake_agent.h"
#include "support/memory_files.h"
#include "tenant/agent_client.h"
#include "tenant/dialect_v2.h"
#include "tenant/fixture.h"
#include "tenant/routing_provider.h"

// A tenant, a state store on disk and the manifests: everything around an apply, in one thread and under one clock.
// What is sent passes through a script of faults and is held against the rules that no write may break, in every test.

namespace cxctl {

/// A folder of its own, in memory where the machine has such a place, removed with everything in it at the end.
class StoreFolder {
 public:
  StoreFolder() {
    const bool has_memory = std::filesystem::is_directory("/dev/shm") && ::access("/dev/shm", W_OK) == 0;
    std::string pattern = (has_memory ? std::string("/dev/shm") : testing::TempDir()) + "/cxctl-apply-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~StoreFolder() { std::filesystem::remove_all(path_); }
  StoreFolder(const StoreFolder&) = delete;
  StoreFolder& operator=(const StoreFolder&) = delete;
  const std::string& path() const { return path_; }
  std::string url() const { return "sqlite:" + path_ + "/state.db"; }

 private:
  std::string path_;
};

/// What happens to a request on its way.
struct Fault {
  enum class Kind {
    kNone,
    kRefused,      ///< No connection: certainly not received.
    kLostBefore,   ///< The connection breaks before the tenant does anything.
    kLostAfter,    ///< The connection breaks after it did.
    kTimeout,      ///< Nothing is done and no answer comes.
    kLate,         ///< No answer comes in time; it is carried out a minute later.
    kErrorBefore,  ///< `status` without an effect.
    kErrorAfter,   ///< `status` although it took effect.
    kTruncated,    ///< It took effect; a 2xx comes with half of its body.
    kRevoked,      ///< The token is revoked just before.
    kSlow,         ///< The answer takes ten seconds.
  } kind = Kind::kNone;
  int status = 503;
  std::string retry_after;
  std::string edit;  ///< Somebody's `POST /_sim/edit` just before.
};

/// A fault for the requests of a method whose path contains a text.
struct FaultRule {
  std::string method, path;
  Fault fault;
  int skip = 0;  ///< Requests that pass unharmed first.
  int times = 1;
};

struct Sent {
  std::string method, path, body, key, if_match;
  int status = 0;  ///< What the tenant answered, 0 if it never got it.
  std::int64_t process = 0;
  Duration at{0};  ///< When it was sent.
};

/// The process was killed.
struct Crash {};

/// What the outside world is to a run, shared by all runs of a test.
struct World {
  World();

  /// The objects that the tenant starts with; see SimTenant::Load.
  void Load(std::string_view data);
  HttpResponse Control(const std::string& method, const std::string& path, const std::string& body = "");
  /// Somebody changes the tenant by hand.
  void Edit(const std::string& body);
  /// The tenant's objects of a kind ("campaigns", "schedules", "callCodes") by id.
  std::map<std::string, Value> Objects(Arena& arena, const std::string& kind);
  /// The one with that name (or code).
  Value Find(const std::string& kind, const std::string& name);
  std::string IdOf(const std::string& kind, const std::string& name);

  /// The audit records; the chain is verified on the way.
  std::vector<Value> Audit();
  /// `address action outcome` of each record, from the `from`-th (0-based) on.
  std::vector<std::string> AuditLines(std::size_t from = 0);
  std::vector<Intent> OpenIntents();
  std::vector<AppliedObject> Applied();
  std::unique_ptr<StateStore> OpenStore();
  /// Every write that the tenant carried out has its record, and each of them only once.
  void CheckAuditIsComplete();
  /// How often each new object was made, as the tenant saw it: a key that is answered again makes nothing.
  std::map<std::string, std::size_t> CreationsByIdentity();

  std::shared_ptr<const ManifestSet> Manifests();
  void Write(const std::string& path, const std::string& text) {
    files.files[path] = text;
    manifests.reset();
  }
  void Remove(const std::string& path) {
    files.files.erase(path);
    manifests.reset();
  }
  /// Counts what the outside sees; true once the process is dead.
  bool Step() {
    if (++steps == crash_at) crashed = true;
    return crashed;
  }
  std::vector<Sent> Writes() const;

  Arena arena;
  ManualClock clock;
  SeededRandom random;
  SimOptions sim_options;
  std::unique_ptr<SimTenant> sim;
  FakeAgent agent;                             ///< Behind kAgentUrl.
  bool has_agent = false;                      ///< Whether the Tenant document names it.
  std::map<std::string, std::string> secrets;  ///< Of sinks, by name; as the fake agent tells of them.
  CampaignStates states = CampaignStatesV2();  ///< What plans are made by.
  StoreFolder folder;
  MemoryFiles files;
  std::shared_ptr<const ManifestSet> manifests;

  std::vector<FaultRule> rules;
  std::function<Fault(const HttpRequest&)> chance;  ///< Asked where no rule fits.
  std::function<Duration()> latency;
  std::function<void(const HttpRequest&)> on_send;
  std::function<void(const HttpRequest&, int status)> on_answer;  ///< After the tenant answered, whatever comes of it.
  int fail_commit_at = 0;  ///< The commit of this number (from 1) and all after it fail.
  int crash_at = 0;        ///< 0: never.

  int steps = 0, commits = 0;
  bool crashed = false;
  std::vector<Sent> sent;
  std::map<std::string, Intent> durable_intents;  ///< Open ones, as the store has them.
  std::set<std::int64_t> dead;                    ///< Process numbers.
  std::int64_t processes = 0;
};

/// The store of a run: tells the world what became durable, and fails or dies on demand.
class WatchedStore : public StateStore {
 public:
  WatchedStore(World& world, std::unique_ptr<StateStore> inner) : world_(world), inner_(std::move(inner)) {}

  Result<std::vector<AppliedObject>> Applied(const std::string& tenant) override { return inner_->Applied(tenant); }
  Result<std::vector<Intent>> OpenIntents(const std::string& tenant) override { return inner_->OpenIntents(tenant); }
  Result<void> Commit(const std::string& tenant, const std::string& run, const StoreBatch& batch) override;
  Result<void> AppendAudit(const AuditEntry& entry) override { return inner_->AppendAudit(entry); }
  Result<std::optional<Lease>> Acquire(const Lease& wanted, Instant now,
                                       const std::function<bool(const Lease&)>& is_gone) override {
    return inner_->Acquire(wanted, now, is_gone);
  }
  Result<void> Renew(const std::string& tenant, const std::string& run, Instant expires) override {
    if (world_.crashed) return Fail(ErrorCode::kIo, "dead");
    return inner_->Renew(tenant, run, expires);
  }
  Result<void> Release(const std::string& tenant, const std::string& run) override {
    return inner_->Release(tenant, run);
  }
  Result<std::optional<Lease>> Holder(const std::string& tenant) override { return inner_->Holder(tenant); }
  Result<void> ReadAudit(std::int64_t from, const std::function<bool(std::string_view)>& visit) override {
    return inner_->ReadAudit(from, visit);
  }
  Result<AuditHead> Head() override { return inner_->Head(); }
  Result<void> PutSignedHead(const std::string& line) override { return inner_->PutSignedHead(line); }
  Result<std::vector<std::string>> SignedHeads() override { return inner_->SignedHeads(); }

 private:
  World& world_;
  std::unique_ptr<StateStore> inner_;
};

/// Carries requests to the simulated tenant, through the world's faults.
class SimTransport : public HttpTransport {
 public:
  SimTransport(World& world, Loop& loop) : world_(world), loop_(loop) {}
  Task<HttpOutcome> Send(HttpRequest request) override;

 private:
  Fault NextFault(const HttpRequest& request);
  HttpOutcome Deliver(const HttpRequest& request);
  void CheckWrite(const HttpRequest& request);
  void CheckNothingIsLost(const HttpRequest& request);
  Task<void> DeliverLate(HttpRequest request);

  World& world_;
  Loop& loop_;
};

struct Quiet : ApplyObserver {
  void OnStart(const Change& change) override { started.push_back(change.address); }
  void OnOutcome(const Change&, const ChangeOutcome&, std::size_t, std::size_t) override {}
  std::vector<std::string> started;
};

/// One run of cxctl, as a process: it ends, or it is killed.
class Process {
 public:
  explicit Process(World& world);
  ~Process();

  /// Reads the tenant and plans.
  Result<Plan> MakePlan();
  /// Lease, recovery, plan, execution, release.
  void Apply();

  World& world;
  Arena arena;
  std::shared_ptr<const ManifestSet> set;
  struct Waiting : Waiter {
    explicit Waiting(World& in) : world(in) {}
    void Wait(Duration at_most) override {
      if (world.crashed) throw Crash();
      world.clock.Wait(at_most);
    }
    World& world;
  } waiter{world};
  std::unique_ptr<Loop> loop;
  std::unique_ptr<SimTransport> transport;
  std::unique_ptr<StateStore> store;
  std::unique_ptr<TenantClient> client;
  std::unique_ptr<AgentClient> agent;
  std::unique_ptr<RoutingProvider> router;
  LiveState live;
  Lease lease;
  std::unique_ptr<LeaseKeeper> keeper;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<Executor> executor;
  std::atomic<int> stop{0};
  Quiet observer;
  ExecutorOptions options;
  Duration lock_wait{0};
  std::function<void(Process&)> before_execute;
  std::function<void(TenantConnection&)> connect;

  // What came of it.
  bool was_killed = false;
  std::optional<Error> error;
  Plan plan;
  ApplyReport report;

  const ChangeOutcome& Of(const std::string& address) const;
  /// What went wrong, for messages of tests.
  std::string Trouble() const;
  /// `address action outcome`, in the plan's order.
  std::vector<std::string> Lines() const;

 private:
  void Run();
  void Connect();
};

/// A run from beginning to end.
struct RunOptions {
  std::size_t parallelism = 8;
  bool fail_fast = false;
  Duration lock_wait{0};
  std::function<void(Process&)> before_execute;
  std::function<void(TenantConnection&)> connect;
};
std::unique_ptr<Process> ApplyOnce(World& world, const RunOptions& options = {});
/// `address action` of what a plan would do now.
std::vector<std::string> PlanLines(World& world);

inline Value Parsed(Arena& arena, std::string_view text) {
  const auto value = ParseJson(arena, text);
  EXPECT_TRUE(value) << text;
  return value.value_or(Value());
}

/// The member as JSON text, "" where there is none.
inline std::string TextOf(const Value& object, std::string_view name) {
  const Value* value = object.is_object() ? object.Find(name) : nullptr;
  if (!value) return "";
  return value->is_string() ? std::string(value->as_string()) : ToJson(*value);
}

}  // namespace cxctl

#include "apply/world_parts.h"  // IWYU pragma: export
