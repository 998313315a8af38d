#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/commits.h"
#include "agent/policies.h"
#include "async/loop.h"
#include "env/env.h"
#include "telemetry/telemetry.h"
#include "tenant/campaign_control.h"
#include "tenant/contact_center.h"

namespace cxctl {

/// Agents by state, asked of the tenant once for all controllers that want to know at about the same time.
class SharedAgents {
 public:
  SharedAgents(Loop& loop, ContactCenter& tenant) : loop_(loop), tenant_(tenant), arrived_(loop) {}

  /// Counts that are at most 5 s old. Fails as the request did.
  Task<Result<AgentCounts>> Get();

 private:
  Loop& loop_;
  ContactCenter& tenant_;
  Signal arrived_;
  bool asking_ = false;
  Duration asked_at_{0};  ///< monotonic
  std::optional<Result<AgentCounts>> counts_;
};

/// What the controllers of campaigns work with.
struct ControllerContext {
  Loop& loop;
  Random& random;
  Commits& commits;
  CampaignControl& campaigns;
  ContactCenter& figures;
  SharedAgents& agents;
  Log& log;
  Metrics& metrics;
  std::function<std::shared_ptr<const Policies>()> policies;
  std::string run;  ///< Id of this process, for the audit chain.

  Instant now() const { return loop.clock().Now(); }
};

/// What one step of a controller came to.
enum class StepOutcome {
  kDone,
  kIdle,       ///< There was nothing to judge: the campaign does not dial, or the policy is gone.
  kMissed,     ///< Figures that it needed were not to be had: nothing was decided.
  kFailed,     ///< A write, or the store, failed.
  kLeaseLost,  ///< Another replica runs it now: stop.
};

inline constexpr const char* kControllerCollection = "controller";

}  // namespace cxctl
