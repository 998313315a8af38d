#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/policies.h"
#include "agent/secret_box.h"
#include "env/env.h"
#include "store/agent_store.h"
#include "telemetry/telemetry.h"

namespace cxctl {

/// A policy as the store keeps it: what was put, a sink's secret sealed and apart, who put it and when.
/// `{"spec", "campaignId"?, "calendar"?, "sinks"?, "sealedSecret"?, "secretFingerprint"?, "updatedBy", "updatedAt"}`
///
/// Changes of policies all write this record, too, so that its version tells whether there was any.
inline constexpr const char* kPolicyGenerationCollection = "policyGeneration";
/// The write that says so. Goes into the batch of every change of a policy.
AgentWrite PolicyChanged();

/// The deployed policies, read once and shared until one of them changes, here or by another process.
class PolicyCache {
 public:
  struct Parts {
    AgentStore& store;
    std::string tenant;
    Clock& clock;
    const SecretBox& secrets;
    Log& log;
    Metrics& metrics;
  };
  explicit PolicyCache(Parts parts) : parts_(std::move(parts)) {}

  /// Those that are deployed. Whether another process changed one is looked at every two seconds. One that cannot be
  /// read is left out and named in `unreadable`. While the store fails, what is known already; an error only if that is
  /// nothing.
  Result<std::shared_ptr<const Policies>> Current();
  /// This process changed one: look at once.
  void Invalidate() { checked_.reset(); }

 private:
  Result<void> Refresh();
  Result<Policies> ReadAll();
  Result<void> ReadOne(const AgentRecord& record, Policies& policies);

  const Parts parts_;
  std::shared_ptr<const Policies> known_;
  std::int64_t generation_ = -1;
  std::optional<Duration> checked_;  ///< Monotonic.
};

}  // namespace cxctl
