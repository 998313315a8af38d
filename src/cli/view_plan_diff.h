#pragma once

#include <string>
#include <vector>

#include "inspect/compare_plans.h"

namespace cxctl {

/// What two saved plans do not have alike, each with a diff of what they make of the object, and a line that counts.
std::string RenderPlanDiff(Arena& arena, const std::vector<PlanDifference>& differences, const std::string& first,
                           const std::string& second, bool color);
/// `{"from", "to", "differences": [{"address", "in": "both"|"from"|"to", "members", "from", "to"}]}`
std::string PlanDiffJson(Arena& arena, const std::vector<PlanDifference>& differences, const std::string& first,
                         const std::string& second);

}  // namespace cxctl
