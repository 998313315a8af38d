#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/session.h"

namespace cxctl {

/// What the flags of a command that writes to the tenant say.
struct ApplyFlags {
  PlanOptions plan;
  Duration max_age = std::chrono::hours(24);
  Duration lock_timeout{0};
  std::optional<std::size_t> parallelism;
  std::string saved_plan;  ///< Its file, "" for none.
};

/// kUsage with what is wrong.
Result<ApplyFlags> ReadApplyFlags(Context& context);

/// Makes the plan from the session's manifests, state store and tenant. An exit code means that it was reported.
using PlanMaker = std::function<Result<Plan>(Session&, PlanOptions, std::optional<int>& reported)>;

/// Plans, shows, asks, and makes the changes under the tenant's lock; with a saved plan, exactly its changes. Returns
/// the exit code.
int RunApplying(Context& context, ApplyFlags flags, PlanMaker make_plan);

}  // namespace cxctl
