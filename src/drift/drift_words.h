#pragma once

#include <string>
#include <vector>

#include "drift/drift.h"

namespace cxctl {

/// Whether the member is a list of mappings (windows, blackouts, …) on any side, which nobody reads as JSON.
bool IsListOfObjects(const DriftField& field);

/// What last applied, manifest and live say of a member, in this order. Of a list of mappings: the items that not all
/// of them have, windows and blackouts in words by the clock of `time_zone` (else UTC), each side cut by itself with
/// how many are left out. Of anything else: its JSON, whole. Neither escaped nor masked.
std::vector<std::string> WordsOf(const DriftField& field, const std::string& time_zone);

/// What the tenant permits that the manifests do not, and the other way round: `live adds Sat 10:00-17:00, 7 h a week;
/// live lacks Mon 09:00-10:00, 1 h a week (America/New_York)`; "" where calling time is the same or not known.
std::string CallingTimeText(const DriftItem& item);

}  // namespace cxctl
