#include "base/strings.h"
#include "cli/command.h"
#include "cli/session.h"
#include "cli/view_plan.h"
#include "drift/drift.h"
#include "value/json.h"

namespace cxctl {

namespace {

Value TextOrNull(Arena& arena, const std::string& text) {
  return text.empty() ? Value::Null() : MakeString(arena, text);
}

Value DriftJson(Arena& arena, const DriftReport& report) {
  ArrayBuilder items(arena);
  for (const DriftItem& item : report.items) {
    ArrayBuilder fields(arena);
    for (const DriftField& field : item.fields) {
      fields.Add(ObjectBuilder(arena)
                     .Set("path", field.path)
                     .Set("lastApplied", field.last_applied)
                     .Set("manifest", field.manifest)
                     .Set("live", field.live)
                     .Build());
    }
    items.Add(ObjectBuilder(arena)
                  .Set("address", item.address)
                  .Set("status", DriftStatusName(item.status))
                  .Set("fields", fields.Build())
                  .Set("updatedBy", TextOrNull(arena, item.updated_by))
                  .Set("updatedAt", TextOrNull(arena, item.updated_at))
                  .Build());
  }
  const Value coverage = ObjectBuilder(arena).Set("managed", report.managed).Set("seen", report.seen).Build();
  return ObjectBuilder(arena).Set("items", items.Build()).Set("coverage", coverage).Build();
}

}  // namespace

int RunDrift(Context& context) {
  auto options = ReadPlanOptions(context.arguments);
  if (!options) return ReportError(context, options.error());
  options->report_missing = true;
  Session session(context);
  if (const auto exit = session.LoadManifests()) return *exit;
  if (const auto opened = session.OpenStore(StoreMode::kRead); !opened) return ReportError(context, opened.error());
  if (const auto connected = session.Connect(false); !connected) return ReportError(context, connected.error());
  std::optional<int> reported;
  const auto plan = session.MakePlan(*options, reported);
  if (reported) return *reported;
  if (!plan) return ReportError(context, plan.error());
  ReportWarnings(context, plan->diagnostics, session.sources());
  const DriftReport report =
      BuildDrift(session.arena(), *plan, session.applied(), options->stateless, context.arguments.Has("unmanaged"));
  if (context.json()) {
    context.system.console.Out(MaskPhoneNumbers(ToPrettyJson(DriftJson(session.arena(), report))) + "\n");
  } else {
    context.system.console.Out(RenderDrift(report, session.sources(), context.color_out));
  }
  if (report.has_drift() && !context.arguments.Has("no-events"))
    session.SendEvents({{"drift.detected", DriftEventData(report, session.settings().name)}});
  return report.has_drift() ? kDifferences : kSuccess;
}

}  // namespace cxctl
