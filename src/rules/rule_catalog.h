#pragma once

#include <span>

#include "rules/rules.h"

namespace cxctl {

// The texts of the rules, by hundred. AllRules() joins them.

std::span<const RuleInfo> ManifestRules();  ///< CX1xx
std::span<const RuleInfo> ScheduleRules();  ///< CX2xx
std::span<const RuleInfo> CampaignRules();  ///< CX3xx
std::span<const RuleInfo> CallCodeRules();  ///< CX4xx
std::span<const RuleInfo> AgentRules();     ///< CX5xx to CX7xx: callbacks, pacing, throttling, sinks

}  // namespace cxctl
