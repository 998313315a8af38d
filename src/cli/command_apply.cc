#include "cli/apply_run.h"
#include "cli/command.h"

namespace cxctl {

int RunApply(Context& context) {
  auto flags = ReadApplyFlags(context);
  if (!flags) return ReportError(context, flags.error());
  if (!context.arguments.positional.empty()) flags->saved_plan = context.arguments.positional[0];
  return RunApplying(context, *std::move(flags),
                     [](Session& session, PlanOptions options, std::optional<int>& reported) {
                       return session.MakePlan(std::move(options), reported);
                     });
}

}  // namespace cxctl
