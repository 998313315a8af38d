#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/diagnostic.h"
#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/system.h"
#include "manifest/manifests.h"

namespace cxctl {

/// What a run is about, as far as it is known by now: for the head of reports.
struct RunSubject {
  std::string tenant, base_url;
  std::string tenant_file;
  std::uint32_t tenant_line = 0;
  std::string git_commit;
  bool git_dirty = false;
};

/// What a command that is not done within --timeout still has to show. Set by the command, asked for by the thread that
/// ends the process.
class LateReport {
 public:
  /// `show` is called once at the most, with why there is no more, while the command's own thread goes on; it prints
  /// and returns the exit code. Null: nothing but the error is shown. Waits for a call that is under way.
  void Set(std::function<int(const Error& why)> show) {
    const std::lock_guard lock(mutex_);
    show_ = std::move(show);
  }
  /// Nothing where no command set anything.
  std::optional<int> Show(const Error& why) {
    const std::lock_guard lock(mutex_);
    if (!show_) return std::nullopt;
    return show_(why);
  }

 private:
  std::mutex mutex_;
  std::function<int(const Error& why)> show_;
};

/// What a command works with.
struct Context {
  const Arguments& arguments;
  System& system;
  bool color_out = false, color_err = false;  ///< ANSI colours on that stream
  RunSubject subject = {};
  std::atomic<bool> reported = false;  ///< The report was given: there is one a run.
  LateReport late = {};

  /// The result is text for people, not a document.
  bool text() const { return arguments.Get("format", "text") == "text"; }
  bool json() const { return arguments.json(); }
  bool quiet() const { return arguments.Has("quiet"); }
};

/// Reports that the command could not do its work, in the form that was asked for, and returns the exit code.
int ReportError(Context& context, const Error& error);
/// As above, with what is wrong in the manifests.
int ReportInvalid(Context& context, Diagnostics diagnostics, const SourceMap& sources);
/// The JSON document of an error: `{"error": {"message", "exit", "diagnostics"?}}`.
std::string JsonErrorText(Arena& arena, const std::string& message, int exit, const Value* diagnostics);
/// Ends each help line with where to read more, unless it does already.
void AddExplainHints(Diagnostics& diagnostics);
/// Warnings on standard error, unless they are part of the document that is asked for.
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
int RunRender(Context& context);
int RunDiff(Context& context);
int RunGraph(Context& context);
int RunWhy(Context& context);
int RunRollback(Context& context);
int RunUnlock(Context& context);
int RunAudit(Context& context);
int RunAgent(Context& context);
int RunSim(Context& context);
int RunSchedule(Context& context);
int RunWindow(Context& context);
int RunRules(Context& context);
int RunExplain(Context& context);
int RunSchema(Context& context);
int RunOptimize(Context& context);
int RunAdherence(Context& context);
int RunExport(Context& context);
int RunSimulate(Context& context);
int RunVersion(Context& context);
int RunDoctor(Context& context);
int RunSelftest(Context& context);
int RunCompletion(Context& context);
int RunMan(Context& context);
/// `cxctl __complete`, which completion scripts alone call: the words behind it. Never fails, never complains.
int RunComplete(const std::vector<std::string>& words, System& system);

/// Parses the words after the program's name, runs the command and returns the exit code.
int RunCli(const std::vector<std::string>& words, System& system);

}  // namespace cxctl
