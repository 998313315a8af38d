#pragma once

#include "manifest/manifests.h"

namespace cxctl {

/// CX104: a jurisdiction that there is no rule pack for, at its entry.
void CheckJurisdictions(const ManifestSet& set, Diagnostics& diagnostics);

}  // namespace cxctl
