#include "cli/report_output.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/output_files.h"
#include "cli/pager.h"
#include "plan/plan_document.h"
#include "report/annotations.h"
#include "report/code_quality.h"
#include "report/html.h"
#include "report/junit.h"
#include "report/markdown.h"
#include "report/sarif.h"

namespace cxctl {

namespace {

constexpr std::string_view kCodeQualityFile = "gl-code-quality-report.json";

bool IsReportFormat(std::string_view format) {
  return format != "text" && format != "json";
}

bool IsOn(Context& context, const char* variable) {
  return context.system.environment.Get(variable).value_or("") == "true";
}

std::optional<ReportKind> KindOf(std::string_view command) {
  if (command == "plan") return ReportKind::kPlan;
  if (command == "diff") return ReportKind::kDiff;
  if (command == "apply" || command == "rollback") return ReportKind::kApply;
  if (command == "validate") return ReportKind::kValidate;
  if (command == "drift") return ReportKind::kDrift;
  return std::nullopt;
}

/// What wants standard output beside the result itself.
std::vector<std::string> OthersOnOutput(const Arguments& arguments) {
  std::vector<std::string> flags;
  if (arguments.Find("out") == "-") flags.emplace_back("-o -");
  if (arguments.Find("events") == "-") flags.emplace_back("--events -");
  for (const std::string_view format : kResultFormats) {
    if (arguments.Find(format) == "-") flags.push_back(fmt::format("--{} -", format));
  }
  return flags;
}

class ResultPrinter {
 public:
  ResultPrinter(Context& context, const ResultForms& forms, const ReportBasics& basics)
      : context_(context), forms_(forms), basics_(basics) {}

  /// In the form of --format.
  void PrintMain() {
    const std::string format = context_.arguments.Get("format", "text");
    if (format != "text") {
      context_.system.console.Out(Drawn(format));
    } else if (IsOutputTaken(context_.arguments)) {
      context_.system.console.Err(forms_.text(context_.color_err, context_.system.console.ErrSize().columns));
    } else {
      PrintText(forms_.text(context_.color_out, context_.system.console.OutSize().columns));
    }
  }

  /// What was done is no text to page through: it stays where the questions and progress of apply were.
  void PrintText(const std::string& text) {
    const std::string& command = context_.arguments.command;
    if (command == "apply" || command == "rollback") return context_.system.console.Out(text);
    PrintLongText(context_, text);
  }

  /// In the forms of --html FILE and the like. Says what could not be written.
  bool WriteFurther() {
    bool written = true;
    for (const std::string_view format : kResultFormats) {
      const auto file = context_.arguments.Find(format);
      if (file) written &= Write(format, *file);
    }
    return written;
  }

  /// What CI takes by default. It must not make a command fail.
  void PrintForCi() {
    const bool asks_for_github = context_.arguments.Get("format") == "github";
    const bool in_github = IsOn(context_, "GITHUB_ACTIONS");
    if (in_github && !asks_for_github && !context_.arguments.Has("github") && !context_.quiet())
      context_.system.console.Err(Drawn("github"));
    if (in_github || asks_for_github) AddJobSummary();
    if (IsOn(context_, "GITLAB_CI") && context_.arguments.Get("format") != "gitlab" &&
        !context_.arguments.Has("gitlab")) {
      const std::string folder = context_.system.environment.Get("CI_PROJECT_DIR").value_or("");
      const std::string file =
          folder.empty() ? std::string(kCodeQualityFile) : fmt::format("{}/{}", folder, kCodeQualityFile);
      Warn(context_.system.files.Write(file, Drawn("gitlab"), false));
    }
  }

 private:
  const Report& report() {
    if (!report_) report_ = forms_.report(basics_);
    return *report_;
  }

  /// For a file or a pipe.
  std::string Drawn(std::string_view format) {
    if (format == "text") return forms_.text(false, 0);
    if (format == "json") return forms_.json();
    if (format == "markdown")
      return DrawMarkdown(report(), IsOn(context_, "GITLAB_CI") ? kGitLabComment : kGitHubComment);
    if (format == "html") return DrawHtml(report());
    if (format == "sarif") return DrawSarif(report());
    if (format == "junit") return DrawJunit(report());
    return format == "github" ? DrawAnnotations(report()) : DrawCodeQuality(report());
  }

  bool Write(std::string_view format, const std::string& file) {
    if (file == "-") {
      context_.system.console.Out(Drawn(format));
      return true;
    }
    const auto written = context_.system.files.Write(file, Drawn(format), false);
    if (!written) context_.system.console.Err(fmt::format("error: {}\n", written.error().message));
    return written.has_value();
  }

  void AddJobSummary() {
    const auto file = context_.system.environment.Get("GITHUB_STEP_SUMMARY");
    if (!file || file->empty()) return;
    // All steps that ran before in this one share what GitHub takes.
    const std::uint64_t size = context_.system.files.Size(*file).value_or(0);
    const std::size_t left = kGitHubJobSummary - std::min<std::uint64_t>(size, kGitHubJobSummary);
    if (left >= kGitHubComment) Warn(context_.system.files.Append(*file, DrawMarkdown(report(), left) + "\n"));
  }

  void Warn(const Result<void>& written) {
    if (!written) context_.system.console.Err(fmt::format("warning: {}\n", written.error().message));
  }

  Context& context_;
  const ResultForms& forms_;
  const ReportBasics& basics_;
  std::optional<Report> report_;
};

bool WantsWeeks(Context& context) {
  return context.arguments.Get("format") == "html" || context.arguments.Has("html");
}

/// The folder of the git repository around a file; empty without one.
std::string RepositoryOf(Context& context, const std::string& path) {
  for (std::string folder = path; folder.find('/') != std::string::npos;) {
    folder.resize(folder.rfind('/'));
    // A work tree's .git is a file.
    const auto has = [&](const char* name) { return context.system.files.Size(folder + name).has_value(); };
    if (has("/.git/HEAD") || has("/.git")) return folder;
  }
  return "";
}

/// Name of a file below the root of the repository, which CI gives or git tells: annotations and reports count from
/// there. As it is for a file in none.
std::string Located(Context& context, const std::string& file) {
  const std::string path = context.system.files.Canonical(file);
  std::vector<std::string> roots;
  for (const char* variable : {"GITHUB_WORKSPACE", "CI_PROJECT_DIR"}) {
    const auto root = context.system.environment.Get(variable);
    if (root && !root->empty()) roots.push_back(context.system.files.Canonical(*root));
  }
  roots.push_back(RepositoryOf(context, path));
  for (const std::string& root : roots) {
    if (!root.empty() && path.starts_with(root + "/")) return path.substr(root.size() + 1);
  }
  return file;
}

/// Commands of `arguments` that list requests have no report.
bool ListsRequests(const Arguments& arguments) {
  return arguments.Has("dry-run");
}

}  // namespace

Result<void> CheckOutputs(Context& context) {
  const Arguments& arguments = context.arguments;
  const std::string format = arguments.Get("format", "text");
  const std::vector<std::string> others = OthersOnOutput(arguments);
  if (!others.empty() && (format != "text" || others.size() > 1)) {
    const std::string first = format != "text" ? fmt::format("--format {}", format) : others[1];
    return Fail(ErrorCode::kUsage, fmt::format("{} and {} both want standard output: give {} a file", others[0], first,
                                               others[0].substr(0, others[0].find(' '))));
  }
  const bool has_further =
      std::ranges::any_of(kResultFormats, [&](std::string_view each) { return arguments.Has(each); });
  if (ListsRequests(arguments) && (IsReportFormat(format) || has_further))
    return Fail(ErrorCode::kUsage,
                "--dry-run lists requests, as text or JSON: for a report of the changes see: cxctl plan");
  auto files = CheckOutputFiles(context);
  // A report of that failure could not be written either.
  if (!files && files.error().code == ErrorCode::kIo) context.reported = true;
  return files;
}

bool IsOutputTaken(const Arguments& arguments) {
  return !OthersOnOutput(arguments).empty();
}

int PrintResult(Context& context, const ResultForms& forms, const ReportBasics& basics, int exit) {
  if (context.reported.exchange(true)) return exit;
  ResultPrinter printer(context, forms, basics);
  printer.PrintMain();
  const bool written = printer.WriteFurther();
  printer.PrintForCi();
  return written || (exit != kSuccess && exit != kDifferences) ? exit : kCouldNot;
}

void PrintFailure(Context& context, const Error& error, const Diagnostics& diagnostics, const SourceMap& sources) {
  const auto kind = KindOf(context.arguments.command);
  if (!kind || error.code == ErrorCode::kUsage || context.reported.exchange(true)) return;
  Arena arena;
  ResultForms forms;
  forms.text = [&](bool color, std::size_t) {
    std::string text;
    for (const Diagnostic& each : diagnostics) text += RenderDiagnostic(each, sources, color) + "\n";
    return text + fmt::format("error: {}\n", MaskPhoneNumbers(error.message));
  };
  forms.json = [&] {
    const Value list = DiagnosticsJson(arena, diagnostics, sources);
    return JsonErrorText(arena, error.message, ExitCodeOf(error.code), diagnostics.empty() ? nullptr : &list);
  };
  forms.report = [&](const ReportBasics& basics) { return MakeFailureReport(basics, *kind, error, diagnostics); };
  const ReportBasics basics = BasicsOf(context, arena, sources);
  ResultPrinter printer(context, forms, basics);
  if (IsReportFormat(context.arguments.Get("format", "text"))) printer.PrintMain();
  printer.WriteFurther();
  printer.PrintForCi();
}

ReportBasics BasicsOf(Context& context, Arena& arena, const SourceMap& sources) {
  const RunSubject& subject = context.subject;
  ReportBasics basics{arena, sources, context.system.version, context.system.clock.Now()};
  basics.now.micros -= basics.now.micros % 1'000'000;
  basics.tenant = subject.tenant;
  basics.base_url = subject.base_url;
  basics.git_commit = subject.git_commit;
  basics.git_dirty = subject.git_dirty;
  basics.weeks = WantsWeeks(context);
  basics.locate = [&context](const std::string& file) { return Located(context, file); };
  if (!subject.tenant_file.empty())
    basics.home = {EscapeControls(basics.locate(subject.tenant_file)), subject.tenant_line, 1, 2};
  return basics;
}

BlastRadius ReachOf(Session& session, const std::vector<Change>& changes, bool reversed) {
  RadiusInputs inputs{session.arena(), changes, session.live(), {}, session.now(), reversed};
  // Without an agent a policy moves nothing.
  if (!session.settings().agent_url.empty()) {
    for (const Document* policy : session.set().OfKind("PacingPolicy")) {
      const Value* most = policy->spec().Find("dialRate", "max");
      if (most) inputs.paced[fmt::format("Campaign/{}", policy->spec().GetString("campaign"))] = most->as_double();
    }
  }
  return RadiusOf(inputs);
}

}  // namespace cxctl
