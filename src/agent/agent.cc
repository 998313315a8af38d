#include "agent/agent.h"

#include <fmt/format.h>

#include <utility>

#include "env/ids.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr Duration kTenantCheck = std::chrono::seconds(30), kTenantRetry = std::chrono::seconds(5);

}  // namespace

Agent::Agent(Parts parts)
    : parts_(std::move(parts)),
      id_(MakeUlid(parts_.loop.clock().Now(), parts_.random)),
      started_(parts_.loop.clock().Now()),
      commits_(parts_.loop, parts_.store, parts_.tenant),
      tokens_(parts_.store, parts_.tenant, parts_.loop.clock(), parts_.admin_token),
      policies_({parts_.store, parts_.tenant, parts_.loop.clock(), parts_.secrets, parts_.log, parts_.metrics}),
      controllers_({parts_.loop, parts_.store, parts_.tenant, id_, parts_.log, parts_.metrics}),
      api_({parts_.loop, parts_.random, tokens_, parts_.log, parts_.metrics}),
      policy_api_({commits_, policies_, parts_.secrets, parts_.loop.clock(), parts_.log, id_}),
      events_({parts_.loop, parts_.store, parts_.tenant, parts_.log, parts_.metrics}) {
  parts_.metrics.Set("cxctl_process_start_time_seconds", static_cast<double>(started_.micros) / 1e6, {});
  status_.Put("controllers", [this](Arena& arena) { return controllers_.Describe(arena); });
  AddRoutes();
}

void Agent::AddOpen(const char* path, std::function<HttpResponse()> answer) {
  ApiRoute route;
  route.method = "GET";
  route.path = path;
  route.access = ApiRoute::Access::kOpen;
  route.quiet = true;
  route.handler = ApiHandler([answer = std::move(answer)](ApiCall) -> Task<ApiAnswer> { co_return answer(); });
  router().Add(std::move(route));
}

void Agent::AddRoutes() {
  AddOpen("/healthz", [] { return JsonAnswer(200, R"({"status":"ok"})"); });
  AddOpen("/readyz", [this] { return Ready(); });
  ApiRoute metrics;
  metrics.method = "GET";
  metrics.path = "/metrics";
  metrics.access = ApiRoute::Access::kRoleUnlessLoopback;
  metrics.roles = {"read"};
  metrics.quiet = true;
  metrics.handler = ApiHandler([this](ApiCall call) -> Task<ApiAnswer> { co_return MetricsText(call); });
  router().Add(std::move(metrics));
  ApiRoute status;
  status.method = "GET";
  status.path = "/v1/status";
  status.roles = {"read"};
  status.handler = ApiHandler([this](ApiCall) -> Task<ApiAnswer> { co_return Status(); });
  router().Add(std::move(status));
  policy_api_.AddRoutes(router());
  events_.AddRoutes(router());
}

HttpResponse Agent::Ready() const {
  // Why is for the log and for GET /v1/status: this is open to everybody.
  Arena arena;
  ArrayBuilder missing(arena);
  if (stopping_) missing.Add("stopping");
  if (!parts_.store.Get(parts_.tenant, kPolicyGenerationCollection, "current")) missing.Add("store");
  if (!tenant_trouble_.empty()) missing.Add("tenant token");
  const bool is_ready = missing.size() == 0;
  ObjectBuilder body(arena);
  body.Set("status", is_ready ? "ready" : "not ready");
  if (!is_ready) body.Set("missing", missing.Build());
  return JsonAnswer(is_ready ? 200 : 503, ToJson(body.Build()),
                    is_ready ? std::vector<HttpHeader>() : std::vector<HttpHeader>{{"Retry-After", "5"}});
}

HttpResponse Agent::MetricsText(const ApiCall& call) const {
  const std::string* accept = call.request.header("Accept");
  const bool open = accept != nullptr && accept->find("application/openmetrics-text") != std::string::npos;
  const auto format = open ? MetricRegistry::Format::kOpenMetrics : MetricRegistry::Format::kPrometheus;
  return {200, {{"Content-Type", std::string(MetricRegistry::ContentType(format))}}, parts_.metrics.Text(format)};
}

HttpResponse Agent::Status() const {
  Arena arena;
  ObjectBuilder body(arena);
  body.Set("version", parts_.version).Set("tenant", parts_.tenant).Set("agent", id_);
  body.Set("startedAt", FormatUtc(started_, true)).Set("now", FormatUtc(parts_.loop.clock().Now(), true));
  if (!tenant_trouble_.empty()) body.Set("tenantTrouble", tenant_trouble_);
  const Value parts = status_.Build(arena);
  for (const Member& member : parts.members()) body.Set(member.key, member.value);
  return JsonAnswer(200, ToJson(body.Build()));
}

Task<void> Agent::WatchTenant() {
  while (!stopping_) {
    const Result<void> checked = co_await parts_.check_tenant();
    const std::string trouble = checked ? "" : checked.error().message;
    if (!trouble.empty() && trouble != tenant_trouble_) {
      parts_.log.Warning("the tenant cannot be used", {{"reason", trouble}});
    }
    if (trouble.empty() && !tenant_trouble_.empty()) parts_.log.Info("the tenant can be used");
    tenant_trouble_ = trouble;
    co_await parts_.loop.Sleep(trouble.empty() ? kTenantCheck : kTenantRetry);
  }
}

Task<void> Agent::Run() {
  if (parts_.check_tenant) {
    parts_.loop.SpawnBackground(WatchTenant());
  } else {
    tenant_trouble_.clear();
  }
  // Known before the first request, and what is wrong with them told.
  if (const auto policies = policies_.Current(); !policies) {
    parts_.log.Error("cannot read the policies", {{"reason", policies.error().message}});
  }
  co_await controllers_.Run();
}

Task<ControllerRunner::OnceReport> Agent::RunOnce() {
  ControllerRunner::OnceReport report = co_await controllers_.RunOnce();
  co_return report;
}

void Agent::Stop() {
  stopping_ = true;
  events_.Stop();
  controllers_.Stop();
}

}  // namespace cxctl
