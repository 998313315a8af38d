#include "inspect/graph.h"

#include "base/strings.h"
#include "cli/command.h"
#include "cli/session.h"

// graph: from the manifests, or from a saved plan; the tenant is not asked.

namespace cxctl {

namespace {

constexpr std::size_t kLargestPlan = 1u << 30;

Result<Graph> GraphOfPlan(Context& context, Arena& arena, const std::string& file, const Selection& selection) {
  if (!selection.labels.empty())
    return Fail(ErrorCode::kUsage, "a saved plan knows no labels: choose its changes with --target instead of -l");
  TRY_ASSIGN(const std::string text, context.system.files.Read(file, kLargestPlan));
  TRY_ASSIGN(const SavedPlan plan, ReadSavedPlan(arena, text, EscapeControls(file)));
  return ChangeGraph(plan, selection);
}

}  // namespace

int RunGraph(Context& context) {
  const auto selection = ReadSelection(context.arguments);
  if (!selection) return ReportError(context, selection.error());
  Arena arena;
  Session session(context);
  Graph graph;
  if (const auto file = context.arguments.Find("plan")) {
    auto changes = GraphOfPlan(context, arena, *file, *selection);
    if (!changes) return ReportError(context, changes.error());
    graph = *std::move(changes);
  } else {
    if (const auto exit = session.LoadManifests(Session::Demand::kReadable)) return *exit;
    graph = DependencyGraph(session.set(), *selection);
  }
  if (graph.nodes.empty() && !selection->everything() && !context.quiet())
    context.system.console.Err("warning: --target and -l select nothing\n");
  const bool mermaid = context.arguments.Get("format", "dot") == "mermaid";
  context.system.console.Out(mermaid ? DrawMermaid(graph) : DrawDot(graph));
  return kSuccess;
}

}  // namespace cxctl
