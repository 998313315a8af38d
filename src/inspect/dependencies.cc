#include "inspect/dependencies.h"

#include <fmt/format.h>

#include <algorithm>

#include "manifest/references.h"

namespace cxctl {

namespace {

void AddCodes(const Document& document, const Value& codes, const std::string& prefix, const std::string& parent,
              std::map<std::string, DependencyNode>& nodes) {
  for (const Value& code : codes.items()) {
    const std::string address = fmt::format("{}/{}", prefix, code.GetString("code"));
    nodes.try_emplace(address, DependencyNode{address, &document, {{parent, ""}}});
    if (const Value* children = code.Find("children")) AddCodes(document, *children, address, address, nodes);
  }
}

}  // namespace

std::map<std::string, DependencyNode> FindDependencies(const ManifestSet& set) {
  std::map<std::string, DependencyNode> nodes;
  for (const Document& document : set.documents) {
    if (!document.valid || document.name.empty()) continue;
    DependencyNode& node = nodes[document.address];
    node.address = document.address;
    node.document = &document;
    VisitFields(document.kind->spec, document.spec(), [&](const Field& field, const Value& value) {
      if (field.reference.empty() || !set.Find(field.reference, value.as_string())) return;
      node.needs.emplace_back(fmt::format("{}/{}", field.reference, value.as_string()), field.name);
    });
    std::ranges::sort(node.needs);
    const auto repeats = std::ranges::unique(node.needs);
    node.needs.erase(repeats.begin(), repeats.end());
    if (const Value* codes = document.kind->name == "CallCodeHierarchy" ? document.spec().Find("codes") : nullptr)
      AddCodes(document, *codes, fmt::format("CallCode/{}", document.name), document.address, nodes);
  }
  return nodes;
}

std::set<std::string> SelectWithDependencies(const std::map<std::string, DependencyNode>& nodes,
                                             const Selection& selection) {
  std::set<std::string> kept;
  std::vector<std::string> open;
  for (const auto& [address, node] : nodes) {
    const bool matches = selection.MatchesAddress(address) || selection.MatchesAddress(node.document->address);
    if (matches && selection.MatchesLabels(*node.document)) open.push_back(address);
  }
  while (!open.empty()) {
    const std::string address = std::move(open.back());
    open.pop_back();
    const auto node = nodes.find(address);
    if (node == nodes.end() || !kept.insert(address).second) continue;
    for (const auto& [needed, member] : node->second.needs) open.push_back(needed);
  }
  return kept;
}

}  // namespace cxctl
