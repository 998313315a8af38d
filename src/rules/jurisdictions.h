#pragma once

#include <span>
#include <string_view>

#include "manifest/manifests.h"

namespace cxctl {

/// The names of the rule packs that a calendar's `jurisdictions` may list, sorted.
std::span<const std::string_view> JurisdictionNames();

/// CX104: a jurisdiction that there is no rule pack for, at its entry.
void CheckJurisdictions(const ManifestSet& set, Diagnostics& diagnostics);

}  // namespace cxctl
