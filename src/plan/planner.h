#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "manifest/tenant_settings.h"
#include "phone/phone_numbers.h"
#include "plan/desired.h"
#include "plan/plan.h"
#include "plan/snapshot.h"
#include "store/state_store.h"
#include "tenant/dialect_v2.h"

namespace cxctl {

struct PlanOptions {
  Selection selection;
  bool stateless = false;         ///< There is no state store: nothing is adopted, released or known from before.
  std::size_t allow_delete = 10;  ///< More deletions are refused.
  bool allow_large_change = false;
  bool allow_empty = false;
  bool release_holds = false;
  /// Campaigns that were applied before and are gone are findings (Plan::missing), not failures; one that has another
  /// name than the one git knows it by is a change of /name, though no request renames a campaign: for drift.
  bool report_missing = false;
  /// Guards are judged on the changes of these addresses only; empty: on all. For saved plans, which may hold less.
  std::set<std::string> judged;
  /// Sinks whose secret counts as not known: a saved plan was made where it was not.
  std::set<std::string> unknown_secrets;
};

/// Everything that a plan follows from.
struct PlanInputs {
  Arena& arena;
  const ManifestSet& set;
  const TenantSettings& tenant;
  const DesiredState& desired;
  const LiveState& live;
  const std::vector<AppliedObject>& applied;
  PlanOptions options;
  Instant now;
  const CampaignStates& states = CampaignStatesV2();
  const PhoneNumbers* phone_numbers = nullptr;  ///< Null: callbacks are judged by the calendar's own zone alone.
  /// SecretFingerprint of the sinks' secrets, by address, of those that are known.
  std::map<std::string, std::string> secret_fingerprints = {};
};

/// The plan: what differs, why, how risky, in which order, and what stands against it. Pure: the same inputs give the
/// same plan. Fills in neither id, time, digest, git nor diagnostics. kInternal for a circle of dependencies.
Result<Plan> BuildPlan(const PlanInputs& inputs);

}  // namespace cxctl
