#pragma once

#include <set>
#include <string>

#include "async/loop.h"
#include "author/import.h"
#include "tenant/provider.h"

namespace cxctl {

/// Whether the kind is among those that are named; all are where none is.
bool WantsKind(const std::set<std::string>& kinds, const std::string& kind);

/// Reads all that manifests of the kinds can say: pages of campaigns and codes, and one list of schedules for each
/// campaign, nothing else. The first read that fails fails it all. `observer` may be null.
Task<Result<LiveTenant>> ReadLiveTenant(Loop& loop, Provider& provider, std::set<std::string> kinds,
                                        ReadObserver* observer);

}  // namespace cxctl
