#include "base/strings.h"
#include "cli/view_plan.h"
#include "plan/plan_document.h"
#include "value/json.h"

namespace cxctl {

namespace {

Value IrreversibleJson(Arena& arena, const Plan& plan) {
  ArrayBuilder list(arena);
  for (const Irreversible& each : plan.irreversible)
    list.Add(ObjectBuilder(arena).Set("address", each.address).Set("reason", each.reason).Build());
  return list.Build();
}

Value ConflictsJson(Arena& arena, const ChangeOutcome& outcome) {
  ArrayBuilder conflicts(arena);
  for (const FieldConflict& conflict : outcome.conflicts) {
    conflicts.Add(ObjectBuilder(arena)
                      .Set("path", conflict.path)
                      .Set("planned", conflict.planned)
                      .Set("found", conflict.found)
                      .Set("wanted", conflict.wanted)
                      .Build());
  }
  return conflicts.Build();
}

}  // namespace

std::string ApplyReportJson(Arena& arena, const Plan& plan, const ApplyReport& report, const std::string& run,
                            const SourceMap& sources, std::string_view tool_version) {
  const Value document = PlanJson(arena, plan, sources, tool_version);
  ArrayBuilder changes(arena);
  const auto items = document.Find("changes")->items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const ChangeOutcome& outcome = report.outcomes[i];
    ObjectBuilder change(arena, items[i]);
    change.Set("outcome", OutcomeName(outcome.outcome));
    change.Set("error", outcome.error.empty() ? Value::Null() : MakeString(arena, MaskPhoneNumbers(outcome.error)));
    if (!outcome.conflicts.empty()) change.Set("conflicts", ConflictsJson(arena, outcome));
    change.Set("attempts", outcome.attempts).Set("latencyMs", outcome.latency_ms);
    changes.Add(change.Build());
  }
  ObjectBuilder result(arena, document);
  result.Set("changes", changes.Build()).Set("run", run);
  if (!plan.irreversible.empty()) result.Set("irreversible", IrreversibleJson(arena, plan));
  return MaskPhoneNumbers(ToPrettyJson(result.Build())) + "\n";
}

}  // namespace cxctl
