#pragma once

#include <string>

#include "base/diagnostic.h"
#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/system.h"
#include "manifest/manifests.h"

namespace cxctl {

/// What a command works with.
struct Context {
  const Arguments& arguments;
  System& system;
  bool color_out = false, color_err = false;  ///< ANSI colours on that stream

  bool json() const { return arguments.json(); }
  bool quiet() const { return arguments.Has("quiet"); }
};

/// Reports that the command could not do its work, in the form that was asked for, and returns the exit code.
int ReportError(Context& context, const Error& error);
/// As above, with what is wrong in the manifests.
int ReportInvalid(Context& context, Diagnostics diagnostics, const SourceMap& sources);
/// Ends each help line with where to read more, unless it does already.
void AddExplainHints(Diagnostics& diagnostics);
/// Warnings on standard error, unless they are part of a JSON result.
void ReportWarnings(Context& context, const Diagnostics& diagnostics, const SourceMap& sources);

/// The time to judge by: --now, else the clock's.
Result<Instant> JudgedNow(Context& context);

// The commands, one file each.
int RunValidate(Context& context);
int RunPlan(Context& context);
int RunApply(Context& context);
int RunDrift(Context& context);
int RunDriftAccept(Context& context);
int RunImport(Context& context);
int RunFmt(Context& context);
int RunRollback(Context& context);
int RunUnlock(Context& context);
int RunAudit(Context& context);
int RunSim(Context& context);
int RunSchedule(Context& context);
int RunWindow(Context& context);
int RunRules(Context& context);
int RunExplain(Context& context);
int RunSchema(Context& context);
int RunVersion(Context& context);

/// Parses the words after the program's name, runs the command and returns the exit code.
int RunCli(const std::vector<std::string>& words, System& system);

}  // namespace cxctl
