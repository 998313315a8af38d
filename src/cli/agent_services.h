#pragma once

#include <memory>
#include <string>

#include "agent/agent.h"
#include "agent/callback_book.h"
#include "agent/callback_worker.h"
#include "agent/campaign_memory.h"
#include "agent/controller_context.h"
#include "agent/intake.h"
#include "cli/agent_reconcile.h"
#include "cli/command.h"
#include "manifest/tenant_settings.h"
#include "tenant/tenant_client.h"

namespace cxctl {

/// What the agent does beside serving its API: pacing, throttling, callbacks, deliveries, inbound webhooks, holding the
/// tenant against the manifests. Adds their controllers and routes to an Agent.
class AgentServices {
 public:
  struct Parts {
    Context& context;
    const TenantSettings& settings;
    Loop& loop;
    AgentStore& store;
    HttpTransport& transport;
    TenantClient& client;
    Agent& agent;
    Log& log;
    Metrics& metrics;
  };
  explicit AgentServices(const Parts& parts);
  AgentServices(const AgentServices&) = delete;
  AgentServices& operator=(const AgentServices&) = delete;

  /// kUsage for flags that do not go together, kIo or kInvalid where a secret or folder cannot be read.
  Result<void> Add();

 private:
  std::shared_ptr<const Policies> CurrentPolicies();
  Result<void> AddCallbacks();
  void AddStatus();
  void AddDeliveries();
  Result<void> AddInboundWebhooks();
  Result<void> AddReconciling();

  const Parts parts_;
  const std::shared_ptr<const Policies> none_ = std::make_shared<const Policies>();
  SharedAgents agents_;
  CampaignMemory campaigns_;
  ControllerContext controllers_;
  std::optional<IntakeContext> intake_context_;
  std::optional<CallbackBook> book_;
  std::optional<Intake> intake_;
  std::optional<CallbackWorker> callback_worker_;
  ReconcileController* reconcile_ = nullptr;  ///< Owned by its controller.
  std::string webhook_secret_;
};

}  // namespace cxctl
