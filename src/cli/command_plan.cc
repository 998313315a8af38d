#include <fmt/format.h>

#include "base/strings.h"
#include "cli/command.h"
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
  const auto out = context.arguments.Find("out");
  if (out == "-" && context.json()) {
    return ReportError(context,
                       {ErrorCode::kUsage, "-o - and --format json both want standard output: give -o a file"});
  }
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
  if (context.json()) {
    context.system.console.Out(MaskPhoneNumbers(ToPrettyJson(document)) + "\n");
  } else {
    const std::string text = RenderPlan(*plan, session.sources(), out == "-" ? context.color_err : context.color_out);
    if (out == "-") {
      context.system.console.Err(text);
    } else {
      context.system.console.Out(text);
      if (out && plan->HasDifferences() && !context.quiet())
        context.system.console.Err(fmt::format("Saved to {}. Apply it with: cxctl apply {}\n", *out, *out));
    }
  }
  return context.arguments.Has("detailed-exitcode") && plan->HasDifferences() ? kDifferences : kSuccess;
}

}  // namespace cxctl
