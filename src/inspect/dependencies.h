#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "manifest/manifests.h"
#include "plan/desired.h"

namespace cxctl {

/// A document, or a code of a hierarchy, and what it names.
struct DependencyNode {
  std::string address;
  const Document* document = nullptr;
  /// Addresses that it depends on, each with the member that names it; "" for what a code stands in.
  std::vector<std::pair<std::string, std::string>> needs;
};

/// All documents with an address, and all codes, by address. References to what is not there are left out.
std::map<std::string, DependencyNode> FindDependencies(const ManifestSet& set);

/// What the selection selects, and what that depends on, however remotely.
std::set<std::string> SelectWithDependencies(const std::map<std::string, DependencyNode>& nodes,
                                             const Selection& selection);

}  // namespace cxctl
