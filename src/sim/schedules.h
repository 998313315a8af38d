#pragma once

#include <vector>

#include "sim/call.h"
#include "value/value.h"

namespace cxctl::sim {

/// What is wrong with a schedule beyond the shape of its members: ends that are not after their starts.
std::vector<Detail> ScheduleFaults(const Value& schedule);

}  // namespace cxctl::sim
