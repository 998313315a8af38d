#pragma once

#include <functional>
#include <string>

#include "cli/command.h"
#include "cli/session.h"
#include "report/build_report.h"

// The forms of a result: --format, --html FILE and the like, and what is on by default in CI.

namespace cxctl {

/// A result in each of its forms, made when it is asked for.
struct ResultForms {
  /// `columns`: of the terminal that it is for; 0 for pipes and files.
  std::function<std::string(bool color, std::size_t columns)> text;
  std::function<std::string()> json;  ///< With a newline at its end.
  std::function<Report(const ReportBasics&)> report;
};

/// Whether the flags go together: one thing on standard output, each file written once and none that is read, report
/// formats for what is no list of requests: kUsage if not. And whether the files can be written: kIo, naming the first
/// that cannot, before anything is done.
Result<void> CheckOutputs(Context& context);

/// Whether something that is no text for people goes to standard output by `-o -`, `--events -` or `--html -`: text
/// then goes to standard error.
bool IsOutputTaken(const Arguments& arguments);

/// Prints the result in the form of --format, writes the further forms to their files, and in GitHub Actions and GitLab
/// CI what is on there by default:
///
///   GITHUB_ACTIONS=true   annotations on standard error, which the runner reads as well, unless -q
///   GITHUB_STEP_SUMMARY   Markdown is added to that file (with --format github, too)
///   GITLAB_CI=true        gl-code-quality-report.json in $CI_PROJECT_DIR
///
/// Returns `exit`, or kCouldNot, having said so, if that was kSuccess or kDifferences and a file could not be written.
int PrintResult(Context& context, const ResultForms& forms, const ReportBasics& basics, int exit);

/// Gives a failure in the report formats that were asked for, and by default in CI. The error itself was printed. Does
/// nothing for commands without reports, and if the run gave its report already.
void PrintFailure(Context& context, const Error& error, const Diagnostics& diagnostics, const SourceMap& sources);

/// The head of reports. `sources` outlives it.
ReportBasics BasicsOf(Context& context, Arena& arena, const SourceMap& sources);
/// What changes do to the calls of campaigns. `reversed`: what live has more or less than the manifests.
BlastRadius ReachOf(Session& session, const std::vector<Change>& changes, bool reversed = false);

}  // namespace cxctl
