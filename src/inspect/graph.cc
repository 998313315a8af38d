#include "inspect/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/strings.h"
#include "inspect/dependencies.h"

namespace cxctl {

namespace {

std::string Shown(std::string_view text) {
  return MaskPhoneNumbers(EscapeControls(text));
}

GraphShape ShapeOfKind(std::string_view kind) {
  if (kind == "CallingCalendar") return GraphShape::kCylinder;
  if (kind == "Sink") return GraphShape::kFlag;
  if (kind == "Campaign") return GraphShape::kStadium;
  if (kind.ends_with("Policy")) return GraphShape::kDiamond;
  return kind == "CallCode" ? GraphShape::kRound : GraphShape::kBox;
}

GraphShape ShapeOfAction(std::string_view action) {
  if (action == "create") return GraphShape::kStadium;
  if (action == "delete" || action == "deactivate") return GraphShape::kHexagon;
  if (action == "rename") return GraphShape::kParallel;
  return action == "update" ? GraphShape::kBox : GraphShape::kRound;
}

std::string_view ColorOfAction(std::string_view action) {
  if (action == "create") return "#dafbe1";
  if (action == "delete" || action == "deactivate") return "#ffebe9";
  return action == "update" || action == "rename" ? "#fff8c5" : "";
}

/// Those of the changes that are selected, and what must come before them.
std::set<std::string> SelectedChanges(const Value& changes, const Selection& selection) {
  std::map<std::string, const Value*> by_address;
  std::vector<std::string> open;
  for (const Value& change : changes.items()) {
    const std::string address(change.GetString("address"));
    by_address.emplace(address, &change);
    if (selection.MatchesAddress(address)) open.push_back(address);
  }
  std::set<std::string> kept;
  while (!open.empty()) {
    const std::string address = std::move(open.back());
    open.pop_back();
    const auto found = by_address.find(address);
    if (found == by_address.end() || !kept.insert(address).second) continue;
    const Value* needed = found->second->Find("dependsOn");
    for (const Value& each : needed ? needed->items() : std::span<const Value>()) open.emplace_back(each.as_string());
  }
  return kept;
}

std::string DotText(const std::vector<std::string>& lines) {
  std::string out = "\"";
  for (const std::string& line : lines) {
    if (out.size() > 1) out += "\\n";
    for (const char c : line) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + "\"";
}

std::string_view DotShape(GraphShape shape) {
  switch (shape) {
    case GraphShape::kBox:
      return "shape=box";
    case GraphShape::kRound:
      return "shape=ellipse";
    case GraphShape::kStadium:
      return "shape=box, style=\"rounded,filled\"";
    case GraphShape::kHexagon:
      return "shape=hexagon";
    case GraphShape::kParallel:
      return "shape=parallelogram";
    case GraphShape::kCylinder:
      return "shape=cylinder";
    case GraphShape::kDiamond:
      return "shape=diamond";
    case GraphShape::kFlag:
      break;
  }
  return "shape=cds";
}

/// Between quotes everything is text but what stands for markup there: written as entities, which Mermaid has its own
/// form of. A label that begins like a list or a heading would be taken for Markdown: none of ours does.
std::string MermaidText(const std::vector<std::string>& lines) {
  constexpr std::string_view kMarkup = "\"#&<>`;\\*_~{}[]()|$";
  std::string out = "\"";
  for (const std::string& line : lines) {
    if (out.size() > 1) out += "<br/>";
    for (const char c : line) {
      if (kMarkup.find(c) != std::string_view::npos) {
        out += fmt::format("#{};", static_cast<int>(c));
      } else {
        out += c;
      }
    }
  }
  return out + "\"";
}

std::pair<std::string_view, std::string_view> MermaidShape(GraphShape shape) {
  switch (shape) {
    case GraphShape::kBox:
      return {"[", "]"};
    case GraphShape::kRound:
      return {"(", ")"};
    case GraphShape::kStadium:
      return {"([", "])"};
    case GraphShape::kHexagon:
      return {"{{", "}}"};
    case GraphShape::kParallel:
      return {"[/", "/]"};
    case GraphShape::kCylinder:
      return {"[(", ")]"};
    case GraphShape::kDiamond:
      return {"{", "}"};
    case GraphShape::kFlag:
      break;
  }
  return {">", "]"};
}

}  // namespace

Graph DependencyGraph(const ManifestSet& set, const Selection& selection) {
  Graph graph{"dependencies", {}, {}};
  const auto nodes = FindDependencies(set);
  const std::set<std::string> kept = SelectWithDependencies(nodes, selection);
  std::map<std::string, std::size_t> index;
  for (const std::string& address : kept) {
    index.emplace(address, graph.nodes.size());
    const std::size_t slash = address.find('/');
    graph.nodes.push_back({{Shown(address)}, ShapeOfKind(std::string_view(address).substr(0, slash)), ""});
  }
  for (const std::string& address : kept) {
    for (const auto& [needed, member] : nodes.at(address).needs) {
      if (index.contains(needed)) graph.edges.push_back({index[address], index[needed], member});
    }
  }
  return graph;
}

Graph ChangeGraph(const SavedPlan& plan, const Selection& selection) {
  Graph graph{fmt::format("plan {} for {}", Shown(plan.id), Shown(plan.tenant_name)), {}, {}};
  const Value& changes = *plan.document.Find("changes");
  const std::set<std::string> kept = SelectedChanges(changes, selection);
  std::map<std::string, std::size_t> index;
  std::size_t order = 0;
  for (const Value& change : changes.items()) {
    ++order;
    const std::string address(change.GetString("address"));
    if (!kept.contains(address) || !index.emplace(address, graph.nodes.size()).second) continue;
    const std::string_view action = change.GetString("action");
    graph.nodes.push_back({{fmt::format("{} {}", Shown(action), Shown(address)),
                            fmt::format("step {}, risk: {}", order, Shown(change.GetString("risk")))},
                           ShapeOfAction(action),
                           std::string(ColorOfAction(action))});
  }
  for (const Value& change : changes.items()) {
    const auto to = index.find(std::string(change.GetString("address")));
    const Value* needed = change.Find("dependsOn");
    if (to == index.end() || !needed) continue;
    for (const Value& each : needed->items()) {
      const auto from = index.find(std::string(each.as_string()));
      if (from != index.end()) graph.edges.push_back({from->second, to->second, ""});
    }
  }
  return graph;
}

std::string DrawDot(const Graph& graph) {
  std::string out = fmt::format(
      "digraph {} {{\n  rankdir=LR;\n  node [fontname=\"sans-serif\", style=filled, "
      "fillcolor=\"#ffffff\"];\n  edge [fontname=\"sans-serif\"];\n",
      DotText({graph.title}));
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& node = graph.nodes[i];
    out += fmt::format("  n{} [label={}, {}{}];\n", i + 1, DotText(node.lines), DotShape(node.shape),
                       node.color.empty() ? "" : fmt::format(", fillcolor=\"{}\"", node.color));
  }
  for (const GraphEdge& edge : graph.edges) {
    out += fmt::format("  n{} -> n{}{};\n", edge.from + 1, edge.to + 1,
                       edge.label.empty() ? "" : fmt::format(" [label={}]", DotText({edge.label})));
  }
  return out + "}\n";
}

std::string DrawMermaid(const Graph& graph) {
  std::string out = "flowchart LR\n";
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const auto [open, close] = MermaidShape(graph.nodes[i].shape);
    out += fmt::format("  n{}{}{}{}\n", i + 1, open, MermaidText(graph.nodes[i].lines), close);
  }
  for (const GraphEdge& edge : graph.edges) {
    out += fmt::format("  n{} -->{} n{}\n", edge.from + 1,
                       edge.label.empty() ? "" : fmt::format("|{}|", MermaidText({edge.label})), edge.to + 1);
  }
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (graph.nodes[i].color.empty()) continue;
    out += fmt::format("  style n{} fill:{},stroke:#57606a,color:#1f2328\n", i + 1, graph.nodes[i].color);
  }
  return out;
}

}  // namespace cxctl
