#pragma once

// The bodies of world.h.

#include <fmt/format.h>

#include <algorithm>

#include "apply/world.h"
#include "audit/audit.h"
#include "base/digest.h"
#include "env/ids.h"
#include "manifest/tenant_settings.h"
#include "plan/planner.h"

namespace cxctl {

inline constexpr std::string_view kBaseUrl = "https://tenant.example.com";
inline constexpr std::string_view kAgentUrl = "https://agent.example.com";
inline constexpr const char* kTenant = "test";

inline World::World() {
  sim_options.rate = 0;
  files.files["m/nothing.yaml"] = "# The folder is there, whatever a test puts into it.\n";
  Write("tenant.yaml",
        "apiVersion: cxctl/v1\nkind: Tenant\nmetadata: {name: test}\nspec:\n  baseUrl: https://tenant.example.com\n"
        "  auth: {clientId: \"${env:ID}\", clientSecret: \"${env:SECRET}\"}\n  sources: [m]\n");
}

inline void World::Load(std::string_view data) {
  if (!sim) sim = std::make_unique<SimTenant>(sim_options, clock);
  const auto loaded = sim->Load(data);
  ASSERT_TRUE(loaded) << loaded.error().message;
}

inline HttpResponse World::Control(const std::string& method, const std::string& path, const std::string& body) {
  HttpRequest request;
  request.method = method;
  request.url = path;
  request.body = body;
  return sim->Handle(request).response;
}

inline void World::Edit(const std::string& body) {
  const HttpResponse response = Control("POST", "/_sim/edit", body);
  ASSERT_LT(response.status, 300) << body << '\n' << response.body;
}

inline std::map<std::string, Value> World::Objects(Arena& into, const std::string& kind) {
  std::map<std::string, Value> objects;
  const Value state = Parsed(into, sim->Save());
  if (const Value* list = state.Find(kind)) {
    for (const Value& item : list->items()) objects.emplace(std::string(item.GetString("id")), item);
  }
  return objects;
}

inline Value World::Find(const std::string& kind, const std::string& name) {
  for (const auto& [id, object] : Objects(arena, kind)) {
    if (object.GetString(kind == "callCodes" ? "code" : "name") == name) return object;
  }
  return Value::Null();
}

inline std::string World::IdOf(const std::string& kind, const std::string& name) {
  return std::string(Find(kind, name).GetString("id"));
}

inline std::unique_ptr<StateStore> World::OpenStore() {
  auto store = OpenStateStore(folder.url(), StoreMode::kWrite);
  EXPECT_TRUE(store) << store.error().message;
  return std::move(*store);
}

inline std::vector<Value> World::Audit() {
  const auto store = OpenStore();
  ChainVerifier verifier;
  std::vector<Value> records;
  EXPECT_TRUE(store->ReadAudit(1, [&](std::string_view line) {
    verifier.Add(line);
    records.push_back(Parsed(arena, line));
    return true;
  }));
  const auto head = store->Head();
  EXPECT_TRUE(head);
  const ChainReport report = verifier.Finish(head->count, head->hash);
  EXPECT_TRUE(report.ok()) << report.problems.front().message;
  return records;
}

inline std::vector<std::string> World::AuditLines(std::size_t from) {
  std::vector<std::string> lines;
  const std::vector<Value> records = Audit();
  for (std::size_t i = from; i < records.size(); ++i) {
    lines.push_back(fmt::format("{} {} {}", records[i].GetString("address"), records[i].GetString("action"),
                                records[i].GetString("outcome")));
  }
  return lines;
}

inline std::vector<Intent> World::OpenIntents() {
  auto intents = OpenStore()->OpenIntents(kTenant);
  EXPECT_TRUE(intents);
  return *intents;
}

inline std::vector<AppliedObject> World::Applied() {
  auto applied = OpenStore()->Applied(kTenant);
  EXPECT_TRUE(applied);
  return *applied;
}

inline std::vector<Sent> World::Writes() const {
  std::vector<Sent> writes;
  std::ranges::copy_if(sent, std::back_inserter(writes), [](const Sent& each) { return each.method != "GET"; });
  return writes;
}

inline std::shared_ptr<const ManifestSet> World::Manifests() {
  if (manifests) return manifests;
  ManifestLoader loader(files);
  const auto tenants = loader.FindTenants({"tenant.yaml"});
  EXPECT_TRUE(tenants && tenants->size() == 1);
  auto set = loader.Load(tenants->front());
  EXPECT_TRUE(set) << set.error().message;
  for (const Diagnostic& diagnostic : set->diagnostics)
    ADD_FAILURE() << RenderDiagnostic(diagnostic, set->workspace->sources, false);
  manifests = std::make_shared<const ManifestSet>(std::move(*set));
  return manifests;
}

/// Held against the tenant's own log of what it did: each write that had an effect has a record with the hash of its
/// bytes, whatever became of the object afterwards. A key that is sent again, or a second PATCH to the same effect, is
/// one write.
inline void World::CheckAuditIsComplete() {
  std::multiset<std::string> recorded;
  for (const Value& record : Audit()) {
    const std::string_view id = record.GetString("action") == "create" ? "new" : record.GetString("liveId");
    recorded.insert(fmt::format("{} {}", id, record.GetString("payloadSha256")));
  }
  std::set<std::string> keys;
  const Value log = Parsed(arena, Control("GET", "/_sim/requests").body);
  for (const Value& request : log.Find("requests")->items()) {
    const std::string method(request.GetString("method"));
    const std::string path(request.GetString("path"));
    if (method == "GET" || path == "/oauth/token" || request.Find("status")->as_int() >= 300) continue;
    const Value& headers = *request.Find("headers");
    const bool create = method == "POST";
    if (create && !keys.insert(std::string(headers.GetString("Idempotency-Key"))).second) continue;
    const std::string id = create ? "new" : path.substr(path.rfind('/') + 1);
    const std::string line = fmt::format("{} {}", id, Sha256Hex(request.GetString("body")));
    EXPECT_TRUE(recorded.contains(line)) << method << ' ' << path << ' ' << request.GetString("body")
                                         << " has no record";
  }
}

inline std::map<std::string, std::size_t> World::CreationsByIdentity() {
  std::map<std::string, std::set<std::string>> keys;
  const Value log = Parsed(arena, Control("GET", "/_sim/requests").body);
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

inline Result<void> WatchedStore::Commit(const std::string& tenant, const std::string& run, const StoreBatch& batch) {
  if (world_.Step()) return Fail(ErrorCode::kIo, "dead");
  if (world_.fail_commit_at > 0 && ++world_.commits >= world_.fail_commit_at)
    return Fail(ErrorCode::kIo, "the disk is full");
  const Result<void> done = inner_->Commit(tenant, run, batch);
  if (!done) return done;
  for (const Intent& intent : batch.intents) world_.durable_intents[intent.id] = intent;
  for (const Completion& completion : batch.completions) {
    if (!completion.keep_open) world_.durable_intents.erase(completion.intent_id);
  }
  if (world_.Step()) return Fail(ErrorCode::kIo, "dead");
  return done;
}

/// A coroutine that waits for it never goes on.
struct Never {
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<>) const {}
  void await_resume() const {}
};

inline Fault SimTransport::NextFault(const HttpRequest& request) {
  for (FaultRule& rule : world_.rules) {
    if (rule.times == 0 || rule.method != request.method || request.url.find(rule.path) == std::string::npos) continue;
    if (rule.skip > 0) {
      --rule.skip;
      continue;
    }
    --rule.times;
    return rule.fault;
  }
  return world_.chance ? world_.chance(request) : Fault();
}

inline HttpOutcome SimTransport::Deliver(const HttpRequest& request) {
  HttpRequest received = request;
  if (request.url.starts_with(kAgentUrl)) {
    received.url = request.url.substr(kAgentUrl.size());
    return world_.agent.Handle(received).response;
  }
  received.url = request.url.substr(kBaseUrl.size());
  CheckNothingIsLost(received);
  HttpResponse response = world_.sim->Handle(received).response;
  if (world_.on_answer) world_.on_answer(request, response.status);
  return response;
}

/// No write leaves without its guard, or before its intent is durable.
inline void SimTransport::CheckWrite(const HttpRequest& request) {
  if (request.method == "GET" || request.url.ends_with("/oauth/token")) return;
  const std::string* key = request.header("Idempotency-Key");
  const std::string* etag = request.header("If-Match");
  const std::string what = request.method + ' ' + request.url;
  if (request.header("If-None-Match")) {
    const std::string name = request.url.substr(request.url.rfind('/') + 1);
    const bool known =
        std::ranges::any_of(world_.durable_intents, [&](const auto& entry) { return entry.second.identity == name; });
    EXPECT_TRUE(known) << what << " was sent before its intent was durable";
    return;
  }
  if (request.method == "POST") {
    ASSERT_NE(key, nullptr) << what;
    const bool known = std::ranges::any_of(world_.durable_intents,
                                           [&](const auto& entry) { return entry.second.idempotency_key == *key; });
    EXPECT_TRUE(known) << what << " was sent before its intent was durable";
    return;
  }
  ASSERT_NE(etag, nullptr) << what;
  EXPECT_TRUE(etag->starts_with('"') && etag->ends_with('"')) << what << " with " << *etag;
  const std::string id = request.url.substr(request.url.rfind('/') + 1);
  const bool known =
      std::ranges::any_of(world_.durable_intents, [&](const auto& entry) { return entry.second.live_id == id; });
  EXPECT_TRUE(known) << what << " was sent before its intent was durable";
}

/// A write that takes effect overwrites only what its intent says was there.
inline void SimTransport::CheckNothingIsLost(const HttpRequest& request) {
  if (request.method != "PATCH" && request.method != "PUT" && request.method != "DELETE") return;
  const bool schedule = request.url.find("/schedules/") != std::string::npos;
  const bool code = request.url.find("/callcodes/") != std::string::npos;
  const ObjectKind kind = schedule ? ObjectKind::kSchedule : code ? ObjectKind::kCallCode : ObjectKind::kCampaign;
  const std::string id = request.url.substr(request.url.rfind('/') + 1);
  Arena arena;
  const auto objects = world_.Objects(arena, schedule ? "schedules" : code ? "callCodes" : "campaigns");
  const auto live = objects.find(id);
  if (live == objects.end() || *request.header("If-Match") != live->second.GetString("etag"))
    return;  // it has no effect
  for (const auto& [intent_id, intent] : world_.durable_intents) {
    if (intent.live_id != id) continue;
    const Value before = Parsed(arena, intent.before);
    const Value payload = request.body.empty() ? before : Parsed(arena, request.body);
    const Value touched = RestrictTo(arena, before, payload);
    const auto lost = CompareContent(kind, CanonicalContent(arena, kind, live->second), touched);
    EXPECT_TRUE(lost.empty()) << request.method << ' ' << request.url << " overwrites " << lost.front().path << " = "
                              << ToJson(lost.front().before) << ", which was planned as " << ToJson(lost.front().after);
  }
}

inline Task<void> SimTransport::DeliverLate(HttpRequest request) {
  co_await loop_.Sleep(std::chrono::seconds(60));
  if (!world_.crashed) static_cast<void>(Deliver(request));
}

inline Task<HttpOutcome> SimTransport::Send(HttpRequest request) {
  const bool token = request.url.ends_with("/oauth/token");
  if (!token) CheckWrite(request);
  if (world_.on_send) world_.on_send(request);
  if (world_.Step()) co_await Never();
  const std::size_t base = (request.url.starts_with(kAgentUrl) ? kAgentUrl : kBaseUrl).size();
  Sent record{request.method,   request.url.substr(base), request.body, "", "", 0,
              world_.processes, loop_.clock().Monotonic()};
  if (const std::string* key = request.header("Idempotency-Key")) record.key = *key;
  if (const std::string* etag = request.header("If-Match")) record.if_match = *etag;
  if (!token) world_.sent.push_back(record);
  const std::size_t number = world_.sent.size();
  const Fault fault = token ? Fault() : NextFault(request);
  const Duration latency = world_.latency ? world_.latency() : Duration(std::chrono::milliseconds(10));
  co_await loop_.Sleep(latency);
  if (world_.crashed) co_await Never();
  if (!fault.edit.empty()) static_cast<void>(world_.Control("POST", "/_sim/edit", fault.edit));
  using Kind = Fault::Kind;
  if (fault.kind == Kind::kRefused) co_return NotSent();
  if (fault.kind == Kind::kLostBefore) co_return Cut();
  if (fault.kind == Kind::kTimeout || fault.kind == Kind::kLate) {
    if (fault.kind == Kind::kLate) {
      HttpRequest late = request;
      loop_.SpawnBackground(DeliverLate(std::move(late)));
    }
    co_await loop_.Sleep(std::chrono::seconds(30));
    co_return TimedOut();
  }
  std::vector<HttpHeader> headers;
  if (!fault.retry_after.empty()) headers.push_back({"Retry-After", fault.retry_after});
  if (fault.kind == Kind::kErrorBefore) {
    HttpOutcome refused = Answer(fault.status, "<html>gateway</html>", headers);
    co_return refused;
  }
  if (fault.kind == Kind::kRevoked) world_.sim->RevokeTokens();
  if (fault.kind == Kind::kSlow) co_await loop_.Sleep(std::chrono::seconds(10));
  if (world_.crashed) co_await Never();
  HttpOutcome outcome = Deliver(request);
  if (!token) world_.sent[number - 1].status = outcome->status;
  if (world_.Step()) co_await Never();
  if (fault.kind == Kind::kLostAfter) co_return Cut();
  if (fault.kind == Kind::kErrorAfter) {
    HttpOutcome hidden = Answer(fault.status, "", headers);
    co_return hidden;
  }
  if (fault.kind == Kind::kTruncated) outcome->body = outcome->body.substr(0, outcome->body.size() / 2);
  co_return outcome;
}

inline Process::Process(World& in) : world(in), set(in.Manifests()), loop(std::make_unique<Loop>(in.clock, waiter)) {
  transport = std::make_unique<SimTransport>(world, *loop);
  store = std::make_unique<WatchedStore>(world, world.OpenStore());
  lease.tenant = kTenant;
  lease.run = MakeUlid(world.clock.Now(), world.random);
  lease.holder = "ci@build-1";
  lease.host = "build-1";
  lease.pid = ++world.processes;
  keeper = std::make_unique<LeaseKeeper>(*loop, *store, lease);
  journal = std::make_unique<Journal>(*loop, *store, kTenant, lease.run);
}

inline Process::~Process() {
  loop.reset();  // and with it what was under way
}

inline void Process::Connect() {
  TenantConnection connection;
  connection.base_url = std::string(kBaseUrl);
  connection.client_id = kClientId;
  connection.client_secret = kClientSecret;
  connection.requests_per_second = 1000;
  connection.burst = 1000;
  for (const auto& operation : SimTenant::Operations()) {
    if (!operation.scope.empty()) connection.scopes.push_back(operation.scope);
  }
  std::ranges::sort(connection.scopes);
  connection.scopes.erase(std::unique(connection.scopes.begin(), connection.scopes.end()), connection.scopes.end());
  if (connect) connect(connection);
  auto made = MakeTenantClient(connection, arena, *loop, *transport, world.random, nullptr);
  ASSERT_TRUE(made) << made.error().message;
  client = std::move(*made);
  router = std::make_unique<RoutingProvider>(*client);
  if (world.has_agent) {
    TenantConnection agent_connection = connection;
    agent_connection.base_url = std::string(kAgentUrl);
    agent = MakeAgentClient(agent_connection, std::string(FakeAgent::kToken), arena, *loop, *transport, world.random,
                            nullptr);
    for (const auto& [sink, secret] : world.secrets) agent->ProvideSecret(sink, secret);
    router->SetAgent(*agent);
  }
  RunIdentity identity;
  identity.run = lease.run;
  identity.actor = "ci@example.com";
  identity.git_commit = "0123abcd";
  identity.tenant = kTenant;
  executor = std::make_unique<Executor>(*loop, *router, *store, *journal, *keeper, world.random, arena, identity,
                                        options, observer, stop);
}

inline Result<Plan> Process::MakePlan() {
  if (!client) Connect();
  TenantSettings settings = ReadTenantSettings(*set);
  if (world.has_agent) settings.agent_url = std::string(kAgentUrl);
  TRY_ASSIGN(const std::vector<AppliedObject> applied, store->Applied(kTenant));
  const DesiredState desired = BuildDesired(arena, *set, {}, world.has_agent);
  const SnapshotScope scope = ScopeOf(desired, *set, applied, {}, false);
  TRY_ASSIGN(live, loop->RunUntilDone(TakeSnapshot(*loop, *router, scope)));
  PlanOptions plan_options;
  plan_options.allow_delete = 1000;
  plan_options.allow_large_change = true;
  plan_options.allow_empty = true;
  std::map<std::string, std::string> fingerprints;
  for (const auto& [sink, secret] : world.secrets)
    fingerprints["Sink/" + sink] = world.agent.fingerprint("Sink/" + sink, secret);
  return BuildPlan({arena, *set, settings, desired, live, applied, plan_options, world.clock.Now(), world.states,
                    nullptr, fingerprints});
}

inline void Process::Run() {
  const auto is_gone = [&](const Lease& holder) { return world.dead.contains(holder.pid); };
  const auto taken = loop->RunUntilDone(keeper->Acquire(lock_wait, is_gone));
  if (!taken) {
    error = taken.error();
    return;
  }
  loop->SpawnBackground(keeper->KeepRenewing());
  Connect();
  const auto recovered = loop->RunUntilDone(executor->Recover());
  if (!recovered) {
    error = recovered.error();
    return;
  }
  auto made = MakePlan();
  if (!made) {
    error = made.error();
    return;
  }
  plan = std::move(*made);
  if (before_execute) before_execute(*this);
  report = loop->RunUntilDone(executor->Execute(plan.changes, live));
}

inline void Process::Apply() {
  try {
    Run();
    if (world.crashed) throw Crash();  // it died without waiting for anything any more
    EXPECT_TRUE(keeper->Release());
  } catch (const Crash&) {
    was_killed = true;
    world.dead.insert(lease.pid);
  }
}

inline const ChangeOutcome& Process::Of(const std::string& address) const {
  static const ChangeOutcome kNone;
  const auto found = std::ranges::find(plan.changes, address, &Change::address);
  if (found == plan.changes.end()) {
    ADD_FAILURE() << "there is no change of " << address;
    return kNone;
  }
  return report.outcomes[static_cast<std::size_t>(found - plan.changes.begin())];
}

inline std::string Process::Trouble() const {
  std::string text = was_killed ? "killed\n" : error ? error->message + '\n' : "";
  text += report.lease_loss + report.store_failure + '\n';
  for (std::size_t i = 0; i < report.outcomes.size(); ++i) {
    if (report.outcomes[i].succeeded()) continue;
    text += fmt::format("{} {}: {}\n", plan.changes[i].address, OutcomeName(report.outcomes[i].outcome),
                        report.outcomes[i].error);
  }
  return text;
}

inline std::vector<std::string> Process::Lines() const {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < plan.changes.size(); ++i) {
    lines.push_back(fmt::format("{} {} {}", plan.changes[i].address, ActionName(plan.changes[i].action),
                                OutcomeName(report.outcomes[i].outcome)));
  }
  return lines;
}

inline std::unique_ptr<Process> ApplyOnce(World& world, const RunOptions& options) {
  world.crashed = false;
  world.steps = 0;
  world.commits = 0;
  auto process = std::make_unique<Process>(world);
  process->options.parallelism = options.parallelism;
  process->options.fail_fast = options.fail_fast;
  process->lock_wait = options.lock_wait;
  process->before_execute = options.before_execute;
  process->connect = options.connect;
  process->Apply();
  world.crash_at = 0;
  world.crashed = false;
  return process;
}

inline std::vector<std::string> PlanLines(World& world) {
  Process process(world);
  const auto plan = process.MakePlan();
  if (!plan) {
    ADD_FAILURE() << plan.error().message;
    return {};
  }
  std::vector<std::string> lines;
  for (const Change& change : plan->changes)
    lines.push_back(fmt::format("{} {}", change.address, ActionName(change.action)));
  return lines;
}

}  // namespace cxctl
