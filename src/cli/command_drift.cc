#include <algorithm>
#include <set>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/report_output.h"
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

/// What would bring the drifted objects back. What is only pending is nobody's doing but ours.
std::vector<Change> DriftedChanges(const Plan& plan, const DriftReport& report) {
  std::set<std::string_view> drifted;
  for (const DriftItem& item : report.items) {
    if (item.status != DriftStatus::kPending) drifted.insert(item.address);
  }
  std::vector<Change> changes;
  std::ranges::copy_if(plan.changes, std::back_inserter(changes),
                       [&](const Change& change) { return drifted.contains(change.address); });
  return changes;
}

}  // namespace

int RunDrift(Context& context) {
  auto options = ReadPlanOptions(context.arguments);
  if (!options) return ReportError(context, options.error());
  if (const auto formats = CheckFormats(context.arguments); !formats) return ReportError(context, formats.error());
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
  if (report.has_drift() && !context.arguments.Has("no-events"))
    session.SendEvents({{"drift.detected", DriftEventData(report, session.settings().name)}});
  return PrintResult(
      context,
      {[&](bool color) { return RenderDrift(report, session.sources(), color); },
       [&] { return MaskPhoneNumbers(ToPrettyJson(DriftJson(session.arena(), report))) + "\n"; },
       [&](const ReportBasics& head) {
         return MakeDriftReport(head, *plan, report, ReachOf(session, DriftedChanges(*plan, report), true));
       }},
      BasicsOf(context, session.arena(), session.sources()), report.has_drift() ? kDifferences : kSuccess);
}

}  // namespace cxctl
