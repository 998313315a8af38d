#include <fmt/format.h>

#include "base/strings.h"
#include "cli/apply_run.h"
#include "cli/command.h"
#include "cli/session.h"
#include "value/json.h"

namespace cxctl {

int RunRollback(Context& context) {
  if (context.arguments.positional.empty())
    return ReportError(context, {ErrorCode::kUsage, "rollback takes the RUN to undo: see cxctl audit log"});
  if (!context.arguments.All("selector").empty()) {
    return ReportError(
        context, {ErrorCode::kUsage, "rollback goes by the audit log, which knows no labels: choose with --target"});
  }
  auto flags = ReadApplyFlags(context);
  if (!flags) return ReportError(context, flags.error());
  return RunApplying(
      context, *std::move(flags),
      [run = context.arguments.positional[0]](Session& session, PlanOptions options, std::optional<int>& reported) {
        return session.MakeRollback(run, std::move(options), reported);
      });
}

namespace {

/// Breaks the lock of that run. Returns what to say of it.
Result<Lease> BreakLock(Context& context, const std::string& run) {
  TRY_ASSIGN(const TenantSettings settings, ReadTenantAlone(context));
  const std::string& tenant = settings.name;
  TRY_ASSIGN(const std::string url, StateUrl(context, settings));
  TRY_ASSIGN(const auto store, OpenStateStore(url, StoreMode::kWrite));
  TRY_ASSIGN(const std::optional<Lease> holder, store->Holder(tenant));
  if (!holder) return Fail(ErrorCode::kNotFound, fmt::format("nobody holds the lock on tenant {}", tenant));
  if (holder->run != run) {
    return Fail(ErrorCode::kRefused,
                fmt::format("the lock on tenant {} is held by run {} ({}, since {}), not by {}: look at that one first",
                            tenant, EscapeControls(holder->run), EscapeControls(holder->holder),
                            FormatUtc(holder->since), EscapeControls(run)));
  }
  TRY(store->Release(tenant, run));
  return *holder;
}

}  // namespace

int RunUnlock(Context& context) {
  if (context.arguments.positional.empty()) {
    return ReportError(
        context, {ErrorCode::kUsage, "unlock takes the RUN that holds the lock: the refusal of an apply names it"});
  }
  const auto broken = BreakLock(context, context.arguments.positional[0]);
  if (!broken) return ReportError(context, broken.error());
  if (context.json()) {
    Arena arena;
    const Value document = ObjectBuilder(arena)
                               .Set("run", broken->run)
                               .Set("holder", MaskPhoneNumbers(broken->holder))
                               .Set("since", FormatUtc(broken->since))
                               .Build();
    context.system.console.Out(ToPrettyJson(document) + "\n");
  } else {
    context.system.console.Out(fmt::format(
        "The lock of run {} is broken ({}, since {}). If that run still goes on, it "
        "starts no further write.\n",
        EscapeControls(broken->run), MaskPhoneNumbers(EscapeControls(broken->holder)), FormatUtc(broken->since)));
  }
  return kSuccess;
}

}  // namespace cxctl
