#include "cli/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/strings.h"
#include "cli/report_output.h"
#include "plan/plan_document.h"
#include "value/json.h"

namespace cxctl {

namespace {

void PrintJsonError(Console& console, const std::string& message, int exit, const Value* diagnostics, Arena& arena) {
  console.Out(JsonErrorText(arena, message, exit, diagnostics));
}

std::string ErrorLine(bool color, const std::string& message) {
  return fmt::format("{}: {}\n", color ? "\x1b[1;31merror\x1b[0m" : "error", MaskPhoneNumbers(message));
}

bool WantsColor(bool refused, Environment& environment, bool terminal) {
  if (refused) return false;
  if (const auto no_color = environment.Get("NO_COLOR"); no_color && !no_color->empty()) return false;
  if (const auto force = environment.Get("CLICOLOR_FORCE"); force && *force != "0" && !force->empty()) return true;
  return terminal;
}

int Dispatch(Context& context) {
  const std::string& command = context.arguments.command;
  if (command == "validate") return RunValidate(context);
  if (command == "plan") return RunPlan(context);
  if (command == "apply") return RunApply(context);
  if (command == "drift") return RunDrift(context);
  if (command == "import") return RunImport(context);
  if (command == "fmt") return RunFmt(context);
  if (command == "render") return RunRender(context);
  if (command == "diff") return RunDiff(context);
  if (command == "graph") return RunGraph(context);
  if (command == "why") return RunWhy(context);
  if (command == "rollback") return RunRollback(context);
  if (command == "unlock") return RunUnlock(context);
  if (command == "audit") return RunAudit(context);
  if (command == "agent") return RunAgent(context);
  if (command == "sim") return RunSim(context);
  if (command == "schedule") return RunSchedule(context);
  if (command == "window") return RunWindow(context);
  if (command == "optimize") return RunOptimize(context);
  if (command == "adherence") return RunAdherence(context);
  if (command == "export") return RunExport(context);
  if (command == "simulate") return RunSimulate(context);
  if (command == "rules") return RunRules(context);
  if (command == "explain") return RunExplain(context);
  if (command == "schema") return RunSchema(context);
  if (command == "doctor") return RunDoctor(context);
  if (command == "selftest") return RunSelftest(context);
  if (command == "completion") return RunCompletion(context);
  if (command == "man") return RunMan(context);
  return RunVersion(context);
}

int ReportWrongUsage(const std::vector<std::string>& words, System& system, const Error& error) {
  if (!NamesCommand(words)) system.console.Err(RenderHelp() + "\n");
  if (AsksForJson(words)) {
    Arena arena;
    PrintJsonError(system.console, error.message, kUsage, nullptr, arena);
    return kUsage;
  }
  const bool no_color = std::ranges::find(words, "--no-color") != words.end();
  system.console.Err(
      ErrorLine(WantsColor(no_color, system.environment, system.console.ErrIsTerminal()), error.message));
  return kUsage;
}

int PrintHelp(const Arguments& arguments, const std::vector<std::string>& words, System& system) {
  const CommandSpec* command = FindCommand(arguments.command);
  const std::string help = command ? RenderCommandHelp(*command) : RenderHelp();
  if (AsksForJson(words)) {
    Arena arena;
    system.console.Out(ToPrettyJson(ObjectBuilder(arena).Set("help", help).Build()) + "\n");
  } else {
    system.console.Out(help);
  }
  return kSuccess;
}

/// What a command line comes to.
struct Run {
  Run(Arguments parsed, System& system)
      : arguments(std::move(parsed)),
        context{arguments, system, Colors(system, system.console.OutIsTerminal()),
                Colors(system, system.console.ErrIsTerminal())} {}
  bool Colors(System& system, bool terminal) const {
    return WantsColor(arguments.Has("no-color"), system.environment, terminal);
  }

  const Arguments arguments;
  Context context;
};

}  // namespace

std::string JsonErrorText(Arena& arena, const std::string& message, int exit, const Value* diagnostics) {
  ObjectBuilder error(arena);
  error.Set("message", message).Set("exit", exit);
  if (diagnostics) error.Set("diagnostics", *diagnostics);
  return MaskPhoneNumbers(ToPrettyJson(ObjectBuilder(arena).Set("error", error.Build()).Build())) + "\n";
}

ExitCode ExitCodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
      return kUsage;
    case ErrorCode::kInvalid:
      return kInvalid;
    case ErrorCode::kRefused:
      return kRefused;
    case ErrorCode::kIntegrity:
      return kIntegrity;
    case ErrorCode::kInterrupted:
      return kInterrupted;
    default:
      return kCouldNot;
  }
}

int ReportError(Context& context, const Error& error) {
  const int exit = ExitCodeOf(error.code);
  if (context.json()) {
    Arena arena;
    PrintJsonError(context.system.console, error.message, exit, nullptr, arena);
  } else {
    context.system.console.Err(ErrorLine(context.color_err, error.message));
  }
  PrintFailure(context, error, {}, SourceMap());
  return exit;
}

void AddExplainHints(Diagnostics& diagnostics) {
  for (Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.help.find("cxctl explain") != std::string::npos) continue;
    diagnostic.help += fmt::format("{}see: cxctl explain {}", diagnostic.help.empty() ? "" : "; ", diagnostic.rule);
  }
}

int ReportInvalid(Context& context, Diagnostics diagnostics, const SourceMap& sources) {
  AddExplainHints(diagnostics);
  const auto errors =
      static_cast<std::size_t>(std::ranges::count(diagnostics, Severity::kError, &Diagnostic::severity));
  const std::string message = fmt::format("the manifests are invalid: {}", Count(errors, "error"));
  if (context.json()) {
    Arena arena;
    const Value list = DiagnosticsJson(arena, diagnostics, sources);
    PrintJsonError(context.system.console, message, kInvalid, &list, arena);
  } else {
    for (const Diagnostic& diagnostic : diagnostics)
      context.system.console.Err(RenderDiagnostic(diagnostic, sources, context.color_err) + "\n");
    context.system.console.Err(ErrorLine(context.color_err, message));
  }
  PrintFailure(context, {ErrorCode::kInvalid, message}, diagnostics, sources);
  return kInvalid;
}

void ReportWarnings(Context& context, const Diagnostics& diagnostics, const SourceMap& sources) {
  if (!context.text() || context.quiet()) return;
  for (const Diagnostic& diagnostic : diagnostics)
    context.system.console.Err(RenderDiagnostic(diagnostic, sources, context.color_err) + "\n");
}

Result<Instant> JudgedNow(Context& context) {
  const auto text = context.arguments.Find("now");
  if (!text) return context.system.clock.Now();
  const auto time = ParseDateTime(*text);
  if (!time)
    return Fail(ErrorCode::kUsage, fmt::format("--now takes an RFC 3339 time such as 2026-12-01T09:00:00Z, not {}",
                                               EscapeControls(*text)));
  return time->instant;
}

int RunCli(const std::vector<std::string>& words, System& system) {
  if (!words.empty() && words[0] == "__complete") return RunComplete({words.begin() + 1, words.end()}, system);
  auto arguments = ParseArguments(words);
  if (!arguments) return ReportWrongUsage(words, system, arguments.error());
  if (arguments->help) return PrintHelp(*arguments, words, system);
  // The deadline may strike while the command returns: what it reports with is its own, too.
  const auto run = std::make_shared<Run>(*std::move(arguments), system);
  Context& context = run->context;
  const auto timeout = run->arguments.Find("timeout");
  if (!timeout) return Dispatch(context);
  const auto duration = ParseDuration(*timeout);
  if (!duration || duration->count() <= 0) {
    return ReportError(context, {ErrorCode::kUsage, fmt::format("--timeout takes a duration such as 30s, not {}",
                                                                EscapeControls(*timeout))});
  }
  system.start_deadline(*duration, [run, text = *timeout] {
    const Error error{
        ErrorCode::kUnavailable,
        fmt::format("not done within --timeout {}: give it more, or find out what is slow with -v", text)};
    const auto shown = run->context.late.Show(error);
    return shown ? *shown : ReportError(run->context, error);
  });
  return Dispatch(context);
}

}  // namespace cxctl
