#include "cli/arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/strings.h"
#include "cli/text_layout.h"

namespace cxctl {

namespace {

constexpr FlagSpec kCommonFlags[] = {
    {"--no-color", "", "no colours"},
    {"--no-pager", "", "no pager for long texts on a terminal"},
    {"-q,--quiet", "", "no progress, no warnings on standard error"},
    {"-v,--verbose", "", "requests with timings, secrets redacted"},
    {"--timeout", "DURATION", "bound on the whole command"},
};
constexpr FlagSpec kTenantFlags[] = {
    {"-t,--tenant", "FILE", "the Tenant document", "$CXCTL_TENANT, else the only one under ./manifests"},
    {"--state", "URL", "the state store: sqlite:PATH or postgresql://HOST/DATABASE", "the tenant's"},
    {"--target", "GLOB", "only addresses that match (* within a segment, ** across); repeatable"},
    {"-l,--selector", "KEY=VALUE", "only documents with this label; repeatable"},
};

/// Whether a word is a flag whose value is the next word.
bool TakesNextWord(std::string_view word) {
  if (word.find('=') != std::string_view::npos) return false;
  for (const CommandSpec& command : AllCommands()) {
    for (const FlagSpec& flag : FlagsOf(command)) {
      if (flag.value.empty()) continue;
      for (std::string_view name : Split(flag.names, ',')) {
        if (word == name) return true;
      }
    }
  }
  return false;
}

/// The place of the command among the words: flags may stand before it.
std::size_t FindCommandWord(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].size() < 2 || words[i][0] != '-') return i;
    if (TakesNextWord(words[i])) ++i;
  }
  return words.size();
}

std::string NearestFlag(const CommandSpec& command, std::string_view word) {
  std::vector<std::string_view> names;
  const std::vector<FlagSpec> flags = FlagsOf(command);
  for (const FlagSpec& flag : flags) {
    for (std::string_view name : Split(flag.names, ',')) names.push_back(name);
  }
  return std::string(NearestWord(word.substr(0, word.find('=')), names));
}

std::unexpected<Error> Wrong(std::string message, std::string_view command) {
  const std::string_view joint = message.ends_with('?') ? " See" : "; see";
  return Fail(ErrorCode::kUsage,
              fmt::format("{}{}: cxctl {}--help", message, joint, command.empty() ? "" : fmt::format("{} ", command)));
}

/// A switch is on when it is given; `--switch=false` turns it off again, any other value is a mistake.
Result<void> AddSwitch(const CommandSpec& command, std::string_view name, const std::vector<std::string>& values,
                       Arguments& arguments) {
  const std::string& last = values.back();
  if (last != "true" && last != "false") {
    return Wrong(fmt::format("--{} is a switch and takes no value: {}", name, EscapeControls(last)), command.name);
  }
  if (last == "true") arguments.Add(std::string(name), values);
  return {};
}

std::unexpected<Error> UnknownFlag(const CommandSpec& command, const std::string& word) {
  const std::string near = word.starts_with("--") ? NearestFlag(command, word) : "";
  return Wrong(fmt::format("{} has no flag {}{}", command.name, EscapeControls(word.substr(0, word.find('='))),
                           near.empty() ? "" : fmt::format(": did you mean {}?", near)),
               command.name);
}

/// The flag that a parser's message begins with.
const FlagSpec* FlagIn(std::string_view message, const std::vector<FlagSpec>& flags) {
  for (const FlagSpec& flag : flags) {
    for (std::string_view name : Split(flag.names, ',')) {
      if (message.starts_with(fmt::format("{}:", name))) return &flag;
    }
  }
  return nullptr;
}

/// Parses the words but for the command: flags by name, everything else is positional.
Result<void> ParseFlags(const CommandSpec& command, std::vector<std::string> words, Arguments& arguments) {
  CLI::App app;
  app.set_help_flag("");
  app.allow_extras();
  std::vector<std::pair<const FlagSpec*, CLI::Option*>> options;
  const std::vector<FlagSpec> flags = FlagsOf(command);
  for (const FlagSpec& flag : flags) {
    const std::string names(flag.names);
    CLI::Option* option = flag.value.empty() ? app.add_flag(names) : app.add_option(names);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    if (!flag.value.empty()) option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    options.emplace_back(&flag, option);
  }
  app.add_option("arguments", arguments.positional);
  std::ranges::reverse(words);  // as CLI11 wants it
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    std::string message = error.what();
    if (const FlagSpec* flag = FlagIn(message, flags)) {
      return Wrong(fmt::format("--{} needs a value: {}", LongName(flag->names), flag->value), command.name);
    }
    std::ranges::replace(message, '\n', ' ');
    return Wrong(EscapeControls(message), command.name);
  }
  for (const std::string& word : app.remaining()) {
    if (word != "--") return UnknownFlag(command, word);
  }
  for (const auto& [flag, option] : options) {
    if (option->count() == 0) continue;
    if (flag->value.empty()) {
      TRY(AddSwitch(command, LongName(flag->names), option->results(), arguments));
    } else {
      arguments.Add(std::string(LongName(flag->names)), option->results());
    }
  }
  return {};
}

Result<void> CheckValues(const Arguments& arguments, const CommandSpec& command) {
  for (const FlagSpec& flag : FlagsOf(command)) {
    const auto given = arguments.Find(LongName(flag.names));
    const std::vector<std::string_view> words = ChoicesOf(flag);
    if (given && !words.empty() && std::ranges::find(words, *given) == words.end()) {
      return Wrong(fmt::format("--{} takes {}, not {}", LongName(flag.names), flag.value, EscapeControls(*given)),
                   command.name);
    }
  }
  if (!command.subcommands.empty()) {
    std::vector<std::string> names(command.subcommands.begin(), command.subcommands.end());
    if (arguments.positional.empty())
      return Wrong(fmt::format("{} needs one of: {}", command.name, Join(names, ", ")), command.name);
    if (std::ranges::find(names, arguments.positional[0]) == names.end()) {
      const std::string_view near = NearestWord(arguments.positional[0], command.subcommands);
      return Wrong(fmt::format("{} has no subcommand {}{}", command.name, EscapeControls(arguments.positional[0]),
                               near.empty() ? fmt::format(": one of {}", Join(names, ", "))
                                            : fmt::format(": did you mean {}?", near)),
                   command.name);
    }
  }
  if (arguments.positional.size() > command.most_arguments) {
    return Wrong(fmt::format("{} does not take the argument {}", command.name,
                             EscapeControls(arguments.positional[command.most_arguments])),
                 command.name);
  }
  return {};
}

}  // namespace

std::vector<FlagSpec> FlagsOf(const CommandSpec& command) {
  std::vector<FlagSpec> flags = command.flags;
  if (command.takes_tenant) flags.insert(flags.end(), std::begin(kTenantFlags), std::end(kTenantFlags));
  flags.insert(flags.end(), std::begin(kCommonFlags), std::end(kCommonFlags));
  return flags;
}

std::vector<std::string_view> ChoicesOf(const FlagSpec& flag) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (flag.value.find('|') == std::string_view::npos || std::ranges::any_of(flag.value, is_capital)) return {};
  return Split(flag.value, '|');
}

std::string_view LongName(std::string_view names) {
  return names.substr(names.find("--") + 2);
}

std::string Arguments::Get(std::string_view flag, std::string_view fallback) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() || found->second.empty() ? std::string(fallback) : found->second.back();
}

std::optional<std::string> Arguments::Find(std::string_view flag) const {
  const auto found = flags_.find(flag);
  if (found == flags_.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::All(std::string_view flag) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() ? std::vector<std::string>() : found->second;
}

bool AsksForJson(const std::vector<std::string>& words) {
  bool json = false;
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (words[i].starts_with("--format=")) json = words[i] == "--format=json";
    if (words[i] == "--format" && i + 1 < words.size()) json = words[i + 1] == "json";
  }
  return json;
}

bool NamesCommand(const std::vector<std::string>& words) {
  return FindCommandWord(words) < words.size();
}

Result<Arguments> ParseArguments(const std::vector<std::string>& words) {
  Arguments arguments;
  const std::size_t at = FindCommandWord(words);
  const bool asks_for_help =
      std::ranges::any_of(words, [](const std::string& word) { return word == "-h" || word == "--help"; });
  if (at == words.size()) {
    if (asks_for_help) {
      arguments.help = true;
      return arguments;
    }
    if (std::ranges::find(words, "--version") != words.end()) {
      arguments.command = "version";
      if (AsksForJson(words)) arguments.Add("format", {"json"});
      return arguments;
    }
    return Wrong("no command is given", "");
  }
  arguments.command = words[at];
  if (arguments.command == "help") {
    arguments.help = true;
    const std::vector<std::string> rest(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
    const std::size_t topic = FindCommandWord(rest);
    arguments.command = topic < rest.size() ? rest[topic] : "";
    if (arguments.command.empty() || FindCommand(arguments.command)) return arguments;
  }
  const CommandSpec* command = FindCommand(arguments.command);
  if (!command) {
    std::vector<std::string_view> names;
    for (const CommandSpec& each : AllCommands()) names.push_back(each.name);
    const std::string_view near = NearestWord(arguments.command, names);
    return Wrong(fmt::format("there is no command {}{}", EscapeControls(arguments.command),
                             near.empty() ? "" : fmt::format(": did you mean {}?", near)),
                 "");
  }
  if (asks_for_help) {
    arguments.help = true;
    return arguments;
  }

  std::vector<std::string> rest(words.begin(), words.end());
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
  TRY(ParseFlags(*command, std::move(rest), arguments));
  TRY(CheckValues(arguments, *command));
  return arguments;
}

std::string RenderHelp() {
  std::string text =
      "cxctl keeps a NICE CXone tenant as a git repository says.\n\nUsage: cxctl COMMAND [flags]\n\nCommands:\n";
  for (const CommandSpec& command : AllCommands()) text += fmt::format("  {:<11} {}\n", command.name, command.summary);
  text += "\nStart with: cxctl validate, cxctl plan, cxctl apply.\nMore about a command: cxctl COMMAND --help\n";
  return text;
}

std::string RenderCommandHelp(const CommandSpec& command) {
  constexpr std::size_t kHelpColumn = 29;
  std::string text = fmt::format("{}: {}\n\nExamples:\n", command.name, command.summary);
  for (const auto& [line, meaning] : command.examples) {
    text += meaning.empty() ? fmt::format("  {}\n", line) : fmt::format("  # {}\n  {}\n", meaning, line);
  }
  text += fmt::format("\nUsage: cxctl {}\n\n{}\nFlags:\n", command.usage, Wrapped(command.doc));
  for (const FlagSpec& flag : FlagsOf(command)) {
    std::string names(flag.names);
    if (const auto comma = names.find(','); comma != std::string::npos) names.replace(comma, 1, ", ");
    if (flag.names.starts_with("--")) names = "    " + names;
    if (!flag.value.empty()) names += fmt::format(" {}", flag.value);
    const std::string help = fmt::format(
        "{}{}", flag.help, flag.default_text.empty() ? "" : fmt::format(" (default: {})", flag.default_text));
    const std::string wrapped = Wrapped(help, kHelpColumn);
    // A long name has its line to itself.
    if (names.size() + 3 > kHelpColumn) {
      text += fmt::format("  {}\n{}", names, wrapped);
    } else {
      text += fmt::format("  {:<{}}{}", names, kHelpColumn - 2, wrapped.substr(kHelpColumn));
    }
  }
  return text;
}

}  // namespace cxctl
