#pragma once

#include <vector>

#include "base/result.h"
#include "plan/plan.h"

namespace cxctl {

/// Puts the changes into the order in which they may be made and fills in `depends_on`:
///
///   1. a parent code before its children, children before their parent on removal; a campaign before its schedules,
///      unless 2 says the reverse;
///   2. for each campaign, mixed changes after all that reduce, increasing ones after all that reduce or are mixed, its
///   own
///      activation last; neutral changes block nothing;
///   3. a sink before the policies that use it, and removed after those that used it; a campaign before its policies,
///      unless 2 says the reverse, but after the removal of a PacingPolicy, which would go on to set its rate; a
///      callback after its policy;
///   4. ties: reducing first, then by address.
///
/// So a campaign may dial, at every prefix and whichever changes fail, only when it might before or may after.
/// kInternal if there is a cycle.
Result<std::vector<Change>> OrderChanges(std::vector<Change> changes);

}  // namespace cxctl
