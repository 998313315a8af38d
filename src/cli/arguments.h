#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace cxctl {

/// One flag of a command line.
struct FlagSpec {
  std::string_view names;  ///< "-t,--tenant"
  std::string_view value;  ///< "FILE"; "" for a switch
  std::string_view help;
  std::string_view default_text = "";
};

/// One command, for parsing and for its help.
struct CommandSpec {
  std::string_view name;
  std::string_view usage;                                               ///< "plan [flags]"
  std::string_view summary;                                             ///< one line
  std::string_view doc;                                                 ///< a paragraph
  std::vector<std::pair<std::string_view, std::string_view>> examples;  ///< command line, what it does
  std::vector<FlagSpec> flags;
  bool takes_tenant = false;  ///< has the flags that every command with a tenant has
  std::size_t most_arguments = 0;
  std::vector<std::string_view> subcommands;
  std::vector<std::string_view> words = {};  ///< Further first arguments that completion offers.
};

std::span<const CommandSpec> AllCommands();
const CommandSpec* FindCommand(std::string_view name);

/// A parsed command line: flags by their long name without dashes.
class Arguments {
 public:
  std::string command;
  std::vector<std::string> positional;  ///< without command; a subcommand is the first
  bool help = false;

  bool Has(std::string_view flag) const { return flags_.contains(flag); }
  /// The last value given, or the fallback.
  std::string Get(std::string_view flag, std::string_view fallback = "") const;
  std::optional<std::string> Find(std::string_view flag) const;
  std::vector<std::string> All(std::string_view flag) const;
  void Add(const std::string& flag, std::vector<std::string> values) { flags_[flag] = std::move(values); }

  bool json() const { return Get("format", "text") == "json"; }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> flags_;
};

/// Parses what follows the program's name. kUsage with what is wrong and the nearest flag or command.
Result<Arguments> ParseArguments(const std::vector<std::string>& words);

/// Whether the words ask for JSON, however wrong they are otherwise. As with other flags the last one counts.
bool AsksForJson(const std::vector<std::string>& words);
/// Whether any of the words is a command, known or not.
bool NamesCommand(const std::vector<std::string>& words);

/// All flags of a command: its own, those of commands with a tenant, those of all.
std::vector<FlagSpec> FlagsOf(const CommandSpec& command);
/// "text" and "json" of "text|json": the only values that the flag takes. None where the value is a placeholder, whose
/// name has capitals: FILE, DIR|REV.
std::vector<std::string_view> ChoicesOf(const FlagSpec& flag);
/// "out" of "-o,--out".
std::string_view LongName(std::string_view names);

/// All commands, a line each.
std::string RenderHelp();
/// Examples first, then what it does and its flags.
std::string RenderCommandHelp(const CommandSpec& command);

}  // namespace cxctl
