#include <fmt/format.h>

#include "base/strings.h"
#include "cli/command.h"
#include "cli/report_output.h"
#include "cli/session.h"
#include "cli/view_plan.h"
#include "plan/plan_document.h"
#include "value/json.h"

namespace cxctl {

namespace {

/// A plan is what it is for everything: saved plans hold whole objects of the tenant, so nobody else may read them.
Result<void> SavePlan(Context& context, const std::string& file, const std::string& text) {
  if (file == "-") {
    context.system.console.Out(text);
    return {};
  }
  return context.system.files.Write(file, text, true);
}

}  // namespace

int RunPlan(Context& context) {
  const auto options = ReadPlanOptions(context.arguments);
  if (!options) return ReportError(context, options.error());
  if (const auto formats = CheckOutputs(context); !formats) return ReportError(context, formats.error());
  const auto out = context.arguments.Find("out");
  Session session(context);
  if (const auto exit = session.LoadManifests()) return *exit;
  if (const auto opened = session.OpenStore(StoreMode::kRead); !opened) return ReportError(context, opened.error());
  if (const auto connected = session.Connect(false); !connected) return ReportError(context, connected.error());
  std::optional<int> reported;
  const auto plan = session.MakePlan(*options, reported);
  if (reported) return *reported;
  if (!plan) return ReportError(context, plan.error());

  ReportWarnings(context, plan->diagnostics, session.sources());
  const Value document = PlanJson(session.arena(), *plan, session.sources(), context.system.version);
  if (out) {
    const auto saved = SavePlan(context, *out, ToPrettyJson(SealPlan(session.arena(), document)) + "\n");
    if (!saved) return ReportError(context, saved.error());
  }
  const bool differs = plan->HasDifferences();
  const int exit = context.arguments.Has("detailed-exitcode") && differs ? kDifferences : kSuccess;
  const ReportBasics basics = BasicsOf(context, session.arena(), session.sources());
  const int printed = PrintResult(
      context,
      {[&](bool color, std::size_t columns) { return RenderPlan(*plan, session.sources(), color, columns); },
       [&] { return MaskPhoneNumbers(ToPrettyJson(document)) + "\n"; },
       [&](const ReportBasics& head) { return MakePlanReport(head, *plan, ReachOf(session, plan->changes)); }},
      basics, exit);
  if (out && out != "-" && context.text() && differs && !context.quiet())
    context.system.console.Err(fmt::format("Saved to {}. Apply it with: cxctl apply {}\n", *out, *out));
  return printed;
}

}  // namespace cxctl
