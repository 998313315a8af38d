#pragma once

#include <string>
#include <vector>

#include "plan/desired.h"
#include "plan/plan_document.h"

namespace cxctl {

/// What a node looks like. Each has its own outline, so that nothing is told by colour alone.
enum class GraphShape {
  kBox,       ///< update; a document
  kRound,     ///< adopt, release
  kStadium,   ///< create
  kHexagon,   ///< delete, deactivate
  kParallel,  ///< rename
  kCylinder,  ///< CallingCalendar
  kDiamond,   ///< policies
  kFlag,      ///< Sink
};

struct GraphNode {
  std::vector<std::string> lines;  ///< What stands in it, fit to be shown.
  GraphShape shape = GraphShape::kBox;
  std::string color;  ///< `#dafbe1`; "" for none
};

struct GraphEdge {
  std::size_t from = 0, to = 0;
  std::string label;
};

/// In a stable order.
struct Graph {
  std::string title;
  std::vector<GraphNode> nodes;
  std::vector<GraphEdge> edges;
};

/// Documents and codes; an arrow goes from each to what it depends on. With a selection: what it selects and what that
/// depends on.
Graph DependencyGraph(const ManifestSet& set, const Selection& selection);
/// The changes of a saved plan, numbered as apply makes them; an arrow goes from each to what waits for it. With
/// targets (address globs): the changes that they match and those that must come before.
Graph ChangeGraph(const SavedPlan& plan, const Selection& selection);

/// In the DOT language of Graphviz.
std::string DrawDot(const Graph& graph);
/// As a Mermaid flowchart.
std::string DrawMermaid(const Graph& graph);

}  // namespace cxctl
