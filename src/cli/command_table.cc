#include "cli/command_table.h"

#include <algorithm>

namespace cxctl {

std::span<const CommandSpec> AllCommands() {
  static const std::vector<CommandSpec> commands = {
      ValidateCommand(), PlanCommand(),       ApplyCommand(),    DriftCommand(),     WhyCommand(),
      ImportCommand(),   FmtCommand(),        RenderCommand(),   DiffCommand(),      GraphCommand(),
      RollbackCommand(), UnlockCommand(),     AuditCommand(),    AgentCommand(),     SimCommand(),
      ScheduleCommand(), WindowCommand(),     OptimizeCommand(), AdherenceCommand(), ExportCommand(),
      SimulateCommand(), RulesCommand(),      ExplainCommand(),  SchemaCommand(),    DoctorCommand(),
      SelftestCommand(), CompletionCommand(), ManCommand(),      VersionCommand()};
  return commands;
}

const CommandSpec* FindCommand(std::string_view name) {
  const auto commands = AllCommands();
  const auto found = std::ranges::find(commands, name, &CommandSpec::name);
  return found == commands.end() ? nullptr : &*found;
}

}  // namespace cxctl
