#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sim/fault_plan.h"

namespace cxctl::sim {

/// Reads a faults document (README.md, schemas/sim-faults.schema.json). kInvalid with all that is wrong, each with line
/// and column: `faults[0].hwo (3:21) is not a member of a fault, did you mean how?`.
Result<std::vector<FaultRule>> ReadFaults(std::string_view json);

/// `{"requests":…,"faults":[{"fault":…,"struck":…}]}`: how often each rule has struck.
std::string FaultCountsJson(const FaultPlan& plan);

}  // namespace cxctl::sim
