#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/callback_worker.h"
#include "agent/controller_fixture.h"
#include "agent/intake.h"
#include "phone/load_phone_numbers.h"
#include "sim/sim_tenant.h"
#include "support/memory_agent_store.h"
#include "tenant/tenant_client.h"

// The intake and its worker at a simulated tenant, on a clock and a network of the test's own, in processes that die
// where the test says.

namespace cxctl {

struct ProcessDied {};

/// What a request meets on its way.
enum class Trouble {
  kNone,
  kNotSent,
  kLostBefore,       ///< No answer, and it was not done.
  kLostAfter,        ///< No answer, but it was done.
  kUnavailable,      ///< 503, and it was not done.
  kDoneUnavailable,  ///< 503, but it was done.
  kSilence,          ///< No answer until the client gives up, and it was not done.
  kRefused,          ///< 400 in the API's own words.
};

/// Everything that outlives a process.
struct IntakeWorld {
  IntakeWorld() {
    SimOptions options;
    options.rate = 0;
    sim = std::make_unique<SimTenant>(options, clock);
    EXPECT_TRUE(
        sim->Load(R"({"queues":[{"id":"q-1","active":3,"waiting":2}],"contacts":[{"id":"crm-1","fields":[]}]})"));
    DeployedCallbacks policy;
    policy.name = "support";
    policy.queue_id = "q-1";
    policy.from = "+18005559876";
    policy.crm = policy.sms = true;
    policy.crm_fields = {{"CallbackTime", "{{scheduledTime}}"}};
    policy.sms_from = "+18005559876";
    policy.sms_body = "See you on {{localTime}}.";
    policies.callbacks.emplace("support", policy);
  }

  DeployedCallbacks& policy() { return policies.callbacks.at("support"); }
  void Calendar(std::string_view spec) {
    const Result<Value> value = ParseJson(arena, spec);
    ASSERT_TRUE(value);
    policy().calendar = std::make_shared<const CallingCalendar>(CallingCalendar::Read(*value).value());
  }
  void EditTenant(const std::string& body) {
    HttpRequest request;
    request.method = "POST";
    request.url = "/_sim/edit";
    request.body = body;
    const HttpResponse response = sim->Handle(request).response;
    ASSERT_LT(response.status, 300) << response.body;
  }
  /// The tenant's objects of that kind: "callbacks", "messages", "contacts".
  std::vector<Value> Objects(std::string_view kind) {
    const Result<Value> state = ParseJson(arena, sim->Save());
    const Value* list = state ? state->Find(kind) : nullptr;
    if (list == nullptr) return {};
    return {list->items().begin(), list->items().end()};
  }
  std::vector<CallbackRecord> Records() {
    AgentQuery query;
    query.collection = kCallbackCollection;
    std::vector<CallbackRecord> records;
    const std::vector<AgentRecord> listed = store.List("prod-us", query).value();
    for (const AgentRecord& stored : listed) records.push_back(*ReadCallbackRecord(stored));
    return records;
  }
  std::vector<std::string> Events() {
    AgentQuery query;
    query.collection = kEventCollection;
    std::vector<std::string> types;
    const std::vector<AgentRecord> listed = store.List("prod-us", query).value();
    for (const AgentRecord& record : listed) types.push_back(record.state);
    return types;
  }
  std::vector<std::string> Audit() const {
    std::vector<std::string> lines;
    for (const AuditEntry& entry : store.audit) lines.push_back(entry.action + ' ' + entry.outcome);
    return lines;
  }
  /// The next thing that a process does to the outside. True: it does not live to see what comes of it.
  bool Dies() {
    if (died) return true;
    died = ++steps == dies_at;
    return died;
  }

  Arena arena;
  ManualClock clock;
  std::unique_ptr<SimTenant> sim;
  MemoryAgentStore store;
  SeededRandom random;
  Policies policies;
  ListLog log;
  MapMetrics metrics;
  std::function<Trouble(const HttpRequest&)> trouble = [](const HttpRequest&) { return Trouble::kNone; };
  Duration latency = std::chrono::milliseconds(20);
  std::vector<std::string> sent;  ///< "POST /api/v2/…", tokens apart.
  int dies_at = 0, steps = 0;
  bool died = false;
};

/// A transport to the simulated tenant.
class WorldTransport : public HttpTransport {
 public:
  WorldTransport(IntakeWorld& world, Loop& loop) : world_(world), loop_(loop) {}

  Task<HttpOutcome> Send(HttpRequest request) override {
    const bool token = request.url.ends_with("/oauth/token");
    if (world_.Dies()) co_await std::suspend_always();
    const std::string path = request.url.substr(std::string_view("https://tenant.example.com").size());
    if (!token) world_.sent.push_back(request.method + ' ' + path);
    const Trouble trouble = token ? Trouble::kNone : world_.trouble(request);
    co_await loop_.Sleep(world_.latency);
    if (world_.died) co_await std::suspend_always();
    if (trouble == Trouble::kNotSent) co_return NotSent();
    if (trouble == Trouble::kLostBefore) co_return Cut();
    if (trouble == Trouble::kUnavailable) co_return Answer(503);
    if (trouble == Trouble::kRefused)
      co_return Answer(400, R"({"code":"NO","message":"neither +14155551234 nor 14155551234"})");
    if (trouble == Trouble::kSilence) {
      co_await loop_.Sleep(request.timeout);
      co_return TimedOut();
    }
    HttpRequest received = request;
    received.url = path;
    HttpResponse response = world_.sim->Handle(received).response;
    if (world_.Dies()) co_await std::suspend_always();
    if (trouble == Trouble::kLostAfter) co_return Cut();
    if (trouble == Trouble::kDoneUnavailable) co_return Answer(503);
    co_return response;
  }

 private:
  IntakeWorld& world_;
  Loop& loop_;
};

/// The world's store as one process sees it.
class WorldStore : public AgentStore {
 public:
  explicit WorldStore(IntakeWorld& world) : world_(world) {}
  Result<std::vector<AgentCommit>> Commit(const std::string& tenant, const std::vector<AgentBatch>& batches) override {
    if (world_.Dies()) return Fail(ErrorCode::kIo, "dead");
    Result<std::vector<AgentCommit>> done = world_.store.Commit(tenant, batches);
    if (world_.Dies()) return Fail(ErrorCode::kIo, "dead");
    return done;
  }
  Result<std::optional<AgentRecord>> Get(const std::string& tenant, const std::string& collection,
                                         const std::string& id) override {
    return world_.store.Get(tenant, collection, id);
  }
  Result<std::vector<AgentRecord>> List(const std::string& tenant, const AgentQuery& query) override {
    return world_.store.List(tenant, query);
  }
  Result<std::map<std::string, std::int64_t>> Count(const std::string& tenant, const std::string& name) override {
    return world_.store.Count(tenant, name);
  }
  Result<std::optional<Instant>> NextDue(const std::string& tenant, const std::string& collection) override {
    return world_.store.NextDue(tenant, collection);
  }
  Result<std::optional<AgentLease>> Acquire(const std::string& tenant, const std::string& name,
                                            const std::string& owner, Instant now, Duration ttl) override {
    return world_.store.Acquire(tenant, name, owner, now, ttl);
  }
  Result<void> Release(const std::string& tenant, const std::string& name, const std::string& owner) override {
    return world_.store.Release(tenant, name, owner);
  }

 private:
  IntakeWorld& world_;
};

/// Passes the time, unless the process is dead.
class WorldWaiter : public Waiter {
 public:
  explicit WorldWaiter(IntakeWorld& world) : world_(world) {}
  void Wait(Duration at_most) override {
    if (world_.died) throw ProcessDied();
    world_.clock.Wait(at_most);
  }

 private:
  IntakeWorld& world_;
};

/// One process of the agent.
class IntakeProcess {
 public:
  explicit IntakeProcess(IntakeWorld& in, std::string name = "agent-1")
      : world(in),
        waiter(in),
        store(in),
        numbers(LoadPhoneNumbers(CXCTL_BINARY).value()),
        owner(std::move(name)),
        loop(std::make_unique<Loop>(in.clock, waiter)),
        transport(in, *loop),
        client(MakeClient()),
        commits(*loop, store, "prod-us"),
        context{*loop,
                in.random,
                commits,
                client->contact_center(),
                *client,
                *numbers,
                in.log,
                in.metrics,
                [this] { return std::make_shared<const Policies>(world.policies); },
                owner,
                [this] { worker->Wake(); }},
        book(context),
        intake(std::make_unique<Intake>(context, book)),
        worker(std::make_unique<CallbackWorker>(context, book)) {}
  // What the loop still holds refers to all the rest.
  ~IntakeProcess() { loop.reset(); }

  struct Reply {
    int status = 0;
    std::string body;  ///< Of an error: `{"error", "field", members}`, without its message.
    std::string message;
    std::vector<HttpHeader> headers;
  };
  static Reply ReplyOf(const ApiAnswer& answer) {
    if (answer) return {answer->status, answer->body, "", answer->headers};
    const ApiError& error = answer.error();
    std::string body = R"({"error":")" + error.code + '"';
    if (!error.field.empty()) body += R"(,"field":")" + error.field + '"';
    for (const auto& [name, text] : error.members) body += ",\"" + name + "\":" + text;
    return {error.status, body + "}", error.message, error.headers};
  }
  Task<Reply> Ask(std::string method, std::string body_or_id, std::string key, std::string token) {
    HttpRequest request;
    request.method = method;
    request.body = body_or_id;
    if (!key.empty()) request.headers.push_back({"Idempotency-Key", key});
    ApiCall call{request, {body_or_id}, "r-1", token};
    Task<ApiAnswer> answering = method == "POST"  ? intake->Schedule(std::move(call))
                                : method == "GET" ? intake->Get(std::move(call))
                                                  : intake->Cancel(std::move(call));
    const ApiAnswer answer = co_await std::move(answering);
    co_return ReplyOf(answer);
  }
  Reply Post(std::string body, std::string key = "", std::string token = "shop") {
    return loop->RunUntilDone(Ask("POST", std::move(body), std::move(key), std::move(token)));
  }
  Reply Get(std::string id) { return loop->RunUntilDone(Ask("GET", std::move(id), "", "shop")); }
  /// With the worker running beside it.
  Reply Cancel(std::string id) {
    loop->SpawnBackground(WorkForever());
    return loop->RunUntilDone(Ask("DELETE", std::move(id), "", "shop"));
  }
  CallbackWorker::Report Step() { return loop->RunUntilDone(worker->Step(*Lease())); }
  /// Steps for so long.
  void Work(Duration time) {
    const Instant end = world.clock.Now() + time;
    loop->RunUntilDone(WorkUntil(end));
  }
  /// Nothing while another process has it: it is free ten seconds after that died.
  std::optional<AgentLease> Lease() {
    return *world.store.Acquire("prod-us", "callbacks", owner, world.clock.Now(), std::chrono::seconds(10));
  }
  Task<bool> WorkUntil(Instant end) {
    while (world.clock.Now() < end) {
      const std::optional<AgentLease> lease = Lease();
      if (!lease) {
        co_await loop->Sleep(std::chrono::seconds(1));
        continue;
      }
      Task<CallbackWorker::Report> stepping = worker->Step(*lease);
      const CallbackWorker::Report report = co_await std::move(stepping);
      co_await loop->Sleep(report.next);
    }
    co_return true;
  }
  Task<void> WorkForever() {
    const Instant end = world.clock.Now() + std::chrono::hours(1000);
    Task<bool> working = WorkUntil(end);
    co_await std::move(working);
  }

  IntakeWorld& world;
  WorldWaiter waiter;
  WorldStore store;
  std::unique_ptr<PhoneNumbers> numbers;
  std::string owner;
  std::unique_ptr<Loop> loop;
  WorldTransport transport;
  Arena arena;
  std::unique_ptr<TenantClient> client;
  Commits commits;
  IntakeContext context;
  CallbackBook book;
  std::unique_ptr<Intake> intake;
  std::unique_ptr<CallbackWorker> worker;

 private:
  std::unique_ptr<TenantClient> MakeClient() {
    TenantConnection connection;
    connection.base_url = "https://tenant.example.com";
    connection.client_id = kClientId;
    connection.client_secret = kClientSecret;
    connection.requests_per_second = 1000;
    connection.burst = 1000;
    return MakeTenantClient(connection, arena, *loop, transport, world.random, nullptr).value();
  }
};

/// 2026-11-24 is a Tuesday; the clock begins at 2026-11-20T12:00:00Z, a Friday.
inline std::string RequestBody(std::string_view number = "+14155551234",
                               std::string_view time = "2026-11-24T15:00:00-05:00", std::string_view more = "") {
  return R"({"phoneNumber":")" + std::string(number) + R"(","scheduledTime":")" + std::string(time) +
         R"(","queueId":"q-1")" + std::string(more) + "}";
}

inline bool IsCreate(const HttpRequest& request) {
  return request.method == "POST" && request.url.ends_with("/conversations/callbacks");
}
inline bool IsMessage(const HttpRequest& request) {
  return request.url.ends_with("/conversations/messages");
}
inline bool IsContact(const HttpRequest& request) {
  return request.url.find("/crm/contacts/") != std::string::npos;
}

class IntakeTest : public testing::Test {
 protected:
  IntakeProcess& agent() {
    if (!agent_) agent_ = std::make_unique<IntakeProcess>(world_);
    return *agent_;
  }
  std::string OnlyId() {
    const auto records = world_.Records();
    EXPECT_EQ(records.size(), 1u);
    return records.empty() ? "" : records.front().id;
  }
  std::size_t Creates() const {
    return static_cast<std::size_t>(std::ranges::count(world_.sent, "POST /api/v2/conversations/callbacks"));
  }

  IntakeWorld world_;
  std::unique_ptr<IntakeProcess> agent_;
};

}  // namespace cxctl
