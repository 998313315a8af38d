#pragma once

#include <vector>

#include "plan/plan.h"
#include "value/text_diff.h"

namespace cxctl {

/// The change as a unified diff of canonical YAML, for people. Members that the live object leaves out and the change
/// does not set (an empty list of blackouts) are no lines of it.
std::vector<DiffLine> DiffOfChange(const Change& change);

}  // namespace cxctl
