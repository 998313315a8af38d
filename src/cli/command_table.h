#pragma once

#include <iterator>
#include <vector>

#include "cli/arguments.h"

namespace cxctl {

// What AllCommands is put together from: a file for each sort of command, a function for each command.

inline constexpr FlagSpec kFormat{"--format", "text|json", "form of the result", "text"};
inline constexpr FlagSpec kReportFormat{"--format", "text|json|markdown|html|sarif|junit|github|gitlab",
                                        "form of the result", "text"};
inline constexpr FlagSpec kFurtherFormats[] = {
    {"--text", "FILE", "write the result as text, too"},
    {"--json", "FILE", "write it as JSON, too"},
    {"--markdown", "FILE", "write it as Markdown that fits into a comment, too"},
    {"--html", "FILE", "write it as one HTML file, too"},
    {"--sarif", "FILE", "write it as SARIF 2.1.0, too"},
    {"--junit", "FILE", "write it as JUnit XML, too"},
    {"--github", "FILE", "write it as annotations of GitHub Actions, too"},
    {"--gitlab", "FILE", "write it as GitLab's code-quality report, too"},
};
inline constexpr FlagSpec kNow{"--now", "TIME", "judge rules as of this RFC 3339 time"};
inline constexpr FlagSpec kStateless{"--stateless", "", "without a state store"};

/// The flags of a command whose result can take every form.
inline std::vector<FlagSpec> WithReports(std::vector<FlagSpec> flags) {
  flags.insert(flags.begin(), kReportFormat);
  flags.insert(flags.end(), std::begin(kFurtherFormats), std::end(kFurtherFormats));
  return flags;
}

// command_table_changes.cc: The commands that compare git with the tenant and make changes.
CommandSpec ValidateCommand();
CommandSpec PlanCommand();
CommandSpec ApplyCommand();
CommandSpec RollbackCommand();
CommandSpec UnlockCommand();
CommandSpec DriftCommand();
CommandSpec WhyCommand();

// command_table_manifests.cc: The commands that read and write manifests.
CommandSpec ImportCommand();
CommandSpec FmtCommand();
CommandSpec RenderCommand();
CommandSpec DiffCommand();
CommandSpec GraphCommand();

// command_table_campaigns.cc: The commands that show and study when and how fast campaigns dial.
CommandSpec ScheduleCommand();
CommandSpec WindowCommand();
CommandSpec OptimizeCommand();
CommandSpec AdherenceCommand();
CommandSpec ExportCommand();
CommandSpec SimulateCommand();

// command_table_services.cc: What runs for long, and what it leaves behind.
CommandSpec AgentCommand();
CommandSpec SimCommand();
CommandSpec AuditCommand();

// command_table_reference.cc: The commands that tell of cxctl itself.
CommandSpec RulesCommand();
CommandSpec ExplainCommand();
CommandSpec SchemaCommand();
CommandSpec DoctorCommand();
CommandSpec SelftestCommand();
CommandSpec CompletionCommand();
CommandSpec ManCommand();
CommandSpec VersionCommand();

}  // namespace cxctl
