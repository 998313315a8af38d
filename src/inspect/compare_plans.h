#pragma once

#include <string>
#include <vector>

#include "plan/plan_document.h"

namespace cxctl {

/// A change that two saved plans do not have alike.
struct PlanDifference {
  std::string address;
  const Value* before = nullptr;  ///< As the first plan has it; null where it has none.
  const Value* after = nullptr;   ///< The second.
  std::vector<std::string>
      members;  ///< What differs: "action", "risk", "/dialerSettings/callRate"; empty for one side.
};

/// By address. Ids of live objects, ETags and places in files take no part, nor does the order. The plans must outlive
/// the result.
std::vector<PlanDifference> ComparePlans(const SavedPlan& first, const SavedPlan& second);

/// What of a change is shown and compared: `{"action", "risk", "before", "after"}`.
Value ShownChange(Arena& arena, const Value& change);

}  // namespace cxctl
