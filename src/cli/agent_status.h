#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/agent.h"
#include "agent/campaign_memory.h"
#include "agent/status_document.h"
#include "cli/agent_reconcile.h"
#include "manifest/tenant_settings.h"

namespace cxctl {

/// What GET /v1/status gathers from the parts of the agent.
struct AgentStatusParts {
  Agent& agent;
  AgentStore& store;
  const TenantSettings& settings;
  const CampaignMemory& campaigns;
  const ReconcileController* reconcile;  ///< Null: the tenant is not held against the manifests.
  std::function<std::shared_ptr<const Policies>()> policies;
  std::string version;
  Clock& clock;
};

/// As things are now. What the store does not tell is left out.
StatusInput GatherStatus(const AgentStatusParts& parts);

}  // namespace cxctl
