#include "cli/agent_services.h"

#include <fmt/format.h>

#include <utility>

#include "agent/callback_controller.h"
#include "agent/campaign_controllers.h"
#include "agent/dashboard.h"
#include "agent/delivery_controller.h"
#include "agent/event_api.h"
#include "agent/mapping_sync.h"
#include "base/strings.h"
#include "cli/agent_reconcile.h"
#include "cli/agent_status.h"
#include "cli/session.h"
#include "manifest/expressions.h"
#include "manifest/references.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr Duration kShortestReconcile = std::chrono::seconds(10);

/// Holds the tenant against the manifests every `interval`. Its lease: "reconcile".
class ReconcileRunner final : public Controller {
 public:
  ReconcileRunner(std::unique_ptr<ReconcileController> work, Duration interval)
      : work_(std::move(work)), interval_(interval) {}
  std::string name() const override { return "reconcile"; }
  Task<ControllerStep> Step(Tenure& tenure) override {
    AgentLease lease = tenure.lease();
    const StepOutcome outcome = co_await work_->Step(std::move(lease));
    ControllerStep step;
    step.next = interval_;
    if (outcome == StepOutcome::kFailed) step.error = Error{ErrorCode::kUnavailable, "a run did not do its work."};
    co_return step;
  }
  Value Describe(Arena& arena) override {
    const auto status = ParseJson(arena, work_->StatusJson());
    return status ? *status : Value();
  }

 private:
  const std::unique_ptr<ReconcileController> work_;
  const Duration interval_;
};

}  // namespace

AgentServices::AgentServices(const Parts& parts)
    : parts_(parts),
      agents_(parts_.loop, parts_.client.contact_center()),
      campaigns_(parts_.client.campaign_control()),
      controllers_{parts_.loop,
                   parts_.context.system.random,
                   parts_.agent.commits(),
                   campaigns_,
                   parts_.client.contact_center(),
                   agents_,
                   parts_.log,
                   parts_.metrics,
                   [this] { return CurrentPolicies(); },
                   parts_.agent.id()} {}

/// While the store fails and nothing is known, there are none.
std::shared_ptr<const Policies> AgentServices::CurrentPolicies() {
  const auto policies = parts_.agent.policies().Current();
  return policies ? *policies : none_;
}

Result<void> AgentServices::Add() {
  AddCampaignControllers(parts_.agent.controllers(), controllers_);
  AddDeliveries();
  AddEventRoutes(parts_.agent.router(), {parts_.agent.commits(), parts_.context.system.random,
                                         parts_.context.system.clock, [this] { return CurrentPolicies(); }});
  TRY(AddCallbacks());
  TRY(AddInboundWebhooks());
  TRY(AddReconciling());
  AddStatus();
  return {};
}

Result<void> AgentServices::AddCallbacks() {
  TRY_ASSIGN(const PhoneNumbers* numbers, parts_.context.system.phone_numbers());
  ControllerRunner& runner = parts_.agent.controllers();
  intake_context_.emplace(IntakeContext{parts_.loop, parts_.context.system.random, parts_.agent.commits(),
                                        parts_.client.contact_center(), parts_.client, *numbers, parts_.log,
                                        parts_.metrics, [this] { return CurrentPolicies(); }, parts_.agent.id()});
  book_.emplace(*intake_context_);
  intake_.emplace(*intake_context_, *book_);
  callback_worker_.emplace(*intake_context_, *book_);
  intake_context_->wake_worker = [this, &runner] {
    callback_worker_->Wake();
    runner.Wake("callbacks");
  };
  runner.Add(std::make_unique<CallbackController>(*callback_worker_));
  const auto add = [this](const char* method, const char* path, bool has_body, ApiHandler handler) {
    ApiRoute route;
    route.method = method;
    route.path = path;
    route.roles = {"callbacks"};
    route.is_for_callbacks = true;
    route.json_body = has_body;
    route.handler = std::move(handler);
    parts_.agent.router().Add(std::move(route));
  };
  add("POST", "/api/callbacks/schedule", true, [this](ApiCall call) { return intake_->Schedule(std::move(call)); });
  add("GET", "/api/callbacks/{id}", false, [this](ApiCall call) { return intake_->Get(std::move(call)); });
  add("DELETE", "/api/callbacks/{id}", false, [this](ApiCall call) { return intake_->Cancel(std::move(call)); });
  return {};
}

/// GET /v1/status, and the dashboard that shows it.
void AgentServices::AddStatus() {
  ApiRoute status;
  status.method = "GET";
  status.path = "/v1/status";
  status.roles = {"read"};
  status.quiet = true;
  status.handler = ApiHandler([this](ApiCall call) -> Task<ApiAnswer> {
    const auto since = StatusSince(call.request.url);
    if (!since) co_return std::unexpected(ApiError{400, "INVALID_REQUEST", since.error().message, "since", {}, {}});
    StatusInput input =
        GatherStatus({parts_.agent, parts_.store, parts_.settings, campaigns_, reconcile_,
                      [this] { return CurrentPolicies(); }, parts_.context.system.version, parts_.loop.clock()});
    input.points_after = *since;
    co_return JsonAnswer(200, StatusDocument(input));
  });
  parts_.agent.router().Add(status);
  // The dashboard's own, for who needs no token on loopback.
  status.path = "/dashboard/status";
  status.access = ApiRoute::Access::kRoleUnlessLoopback;
  parts_.agent.router().Add(std::move(status));
  for (const DashboardFile& file : DashboardFiles()) {
    ApiRoute page;
    page.method = "GET";
    page.path = file.path;
    page.access = ApiRoute::Access::kRoleUnlessLoopback;
    page.roles = {"read"};
    page.quiet = true;
    page.handler =
        ApiHandler([&file](ApiCall call) -> Task<ApiAnswer> { co_return DashboardAnswer(file, call.request); });
    parts_.agent.router().Add(std::move(page));
  }
}

void AgentServices::AddDeliveries() {
  Commits& commits = parts_.agent.commits();
  DeliveryWorld world{parts_.loop,
                      parts_.store,
                      parts_.settings.name,
                      parts_.transport,
                      parts_.context.system.random,
                      parts_.metrics,
                      parts_.log,
                      [&commits](AgentBatch batch) { return commits.Submit(std::move(batch)); },
                      [this] { return CurrentPolicies()->sinks; }};
  world.tenant_on_loopback = IsLoopbackUrl(parts_.settings.base_url);
  parts_.agent.controllers().Add(std::make_unique<DeliveryController>(std::move(world)));
}

Result<void> AgentServices::AddInboundWebhooks() {
  System& system = parts_.context.system;
  if (!parts_.settings.webhook_secret.empty()) {
    TRY_ASSIGN(webhook_secret_,
               ResolveSecret(parts_.settings.webhook_secret, parts_.settings.folder, system.environment, system.files));
  }
  ApiRoute route;
  route.method = "POST";
  route.path = "/webhooks/mapping-sync";
  route.access = ApiRoute::Access::kOpen;
  route.json_body = true;
  route.handler = ApiHandler([this](ApiCall call) {
    MappingSync world{parts_.agent.commits(), parts_.context.system.random, webhook_secret_, CurrentPolicies()->sinks};
    return ReceiveMapping(call.request, parts_.loop.clock().Now(), std::move(world));
  });
  parts_.agent.router().Add(std::move(route));
  return {};
}

Result<void> AgentServices::AddReconciling() {
  const Arguments& arguments = parts_.context.arguments;
  const std::string mode = arguments.Get("reconcile", "off");
  if (mode == "off") return {};
  const std::string text = arguments.Get("reconcile-interval", "5m");
  const auto interval = ParseDuration(text);
  if (!interval || *interval < kShortestReconcile) {
    return Fail(ErrorCode::kUsage, fmt::format("--reconcile-interval takes a duration from {}, such as 5m, not {}",
                                               FormatDuration(kShortestReconcile), EscapeControls(text)));
  }
  TRY_ASSIGN(const std::string tenant, TenantFileOf(parts_.context));
  std::vector<std::string> flags = {"-t", tenant};
  if (arguments.Has("state")) flags.insert(flags.end(), {"--state", arguments.Get("state")});
  const auto kind = mode == "apply" ? ReconcileController::Mode::kApply : ReconcileController::Mode::kReport;
  auto work = std::make_unique<ReconcileController>(
      controllers_, kind, "/proc/self/exe", std::move(flags),
      [](const std::vector<std::string>& command) { return StartProcess(command); });
  reconcile_ = work.get();
  parts_.agent.controllers().Add(std::make_unique<ReconcileRunner>(std::move(work), *interval));
  return {};
}

}  // namespace cxctl
