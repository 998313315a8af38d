#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "drift/drift.h"

namespace cxctl {

/// A drift report as a baseline: what is known already and need not be reported again
/// (schemas/drift-baseline.schema.json). Holds no values, only digests of what is live, so that it may be committed.
/// Pending items take no part: they are no drift.
std::string BaselineJson(Arena& arena, const DriftReport& report, const std::string& tenant);

/// Takes the drift that the baseline knows out of the report: an item's members whose live value is still the same, and
/// items of which nothing else is left. What changed once more is new. Returns how many items are gone.
/// kInvalid for a text that is no baseline, or one of another tenant: the report stays as it was.
Result<std::size_t> LeaveOutBaseline(DriftReport& report, std::string_view baseline, const std::string& tenant);

}  // namespace cxctl
