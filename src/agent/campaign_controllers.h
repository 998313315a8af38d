#pragma once

#include <memory>
#include <string>

#include "agent/controller.h"
#include "agent/controller_context.h"
#include "agent/controller_runner.h"

namespace cxctl {

/// Adds a controller for each PacingPolicy ("pacing/NAME") and each ThrottlePolicy ("throttle/NAME") that is deployed;
/// they come and go with their policies. `context` outlives the runner.
void AddCampaignControllers(ControllerRunner& runner, ControllerContext& context);

}  // namespace cxctl
