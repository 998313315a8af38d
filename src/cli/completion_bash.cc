#include <fmt/format.h>

#include "base/strings.h"
#include "cli/completion.h"

namespace cxctl {

namespace {

// Words of the table have neither quotes nor white space in them.
std::string Kind(const Completes& completes) {
  switch (completes.what) {
    case Completes::kFiles:
      return "@files";
    case Completes::kFolders:
      return "@folders";
    case Completes::kTopic:
      return "@" + completes.topic;
    case Completes::kWords:
      return Join(completes.words, " ");
    case Completes::kNothing:
      break;
  }
  return "@nothing";
}

std::string FlagNames(const CommandSpec& command) {
  std::vector<std::string> names;
  for (const FlagSpec& flag : FlagsOf(command)) {
    for (std::string_view name : Split(flag.names, ',')) names.emplace_back(name);
  }
  return Join(names, " ");
}

std::string ValueCases(const CommandSpec& command) {
  std::string cases;
  for (const FlagSpec& flag : FlagsOf(command)) {
    if (flag.value.empty()) continue;
    std::vector<std::string> patterns;
    for (std::string_view name : Split(flag.names, ',')) patterns.push_back(fmt::format("'{} {}'", command.name, name));
    cases += fmt::format("    {}) echo '{}' ;;\n", Join(patterns, " | "), Kind(CompletesValue(flag)));
  }
  return cases;
}

constexpr std::string_view kHead = R"(# Completes command lines of cxctl in bash. Made by: cxctl completion bash

)";

constexpr std::string_view kTail = R"bash(
_cxctl_offer() {
  local kind=$1 cur=$2 program=${COMP_WORDS[0]/#\~/$HOME}
  case $kind in
    @nothing) ;;
    @files | @folders)
      compopt -o filenames 2>/dev/null
      if [[ $kind == @files ]]; then mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      else mapfile -t COMPREPLY < <(compgen -d -- "$cur"); fi
      ;;
    @*)
      local line
      while IFS= read -r line; do
        if [[ $line == "$cur"* ]]; then COMPREPLY+=("$(printf '%q' "$line")"); fi
      done < <("$program" __complete "${kind#@}" ${3:+-t "$3"} 2>/dev/null)
      ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$kind" -- "$cur") ;;
  esac
}

_cxctl() {
  local cur=${COMP_WORDS[COMP_CWORD]} command='' flag='' tenant='' arguments=() word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $flag ]]; then
      if [[ $flag == -t || $flag == --tenant ]]; then tenant=$word; fi
      flag=''
    elif [[ $word == -* ]]; then
      if [[ -n $(_cxctl_value "$command" "$word") ]]; then flag=$word; fi
    elif [[ -z $command ]]; then
      command=$word
    else
      arguments+=("$word")
    fi
  done
  if [[ $cur == '=' ]]; then cur=''; fi
  if [[ -n $flag ]]; then
    _cxctl_offer "$(_cxctl_value "$command" "$flag")" "$cur" "$tenant"
  elif [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_cxctl_flags "$command")" -- "$cur")
  elif [[ -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$_cxctl_commands" -- "$cur")
  else
    local first='' rest
    if ((${#arguments[@]} == 0)); then first=$(_cxctl_first "$command"); fi
    rest=$(_cxctl_arguments "$command ${arguments[*]}")
    if [[ -z $first || $rest != @nothing ]]; then _cxctl_offer "$rest" "$cur" "$tenant"; fi
    if [[ -n $first ]]; then
      local more
      mapfile -t more < <(compgen -W "$first" -- "$cur")
      COMPREPLY+=("${more[@]}")
    fi
  fi
}

complete -F _cxctl cxctl
)bash";

std::string Function(std::string_view comment, std::string_view name, std::string_view subject,
                     const std::string& cases) {
  return fmt::format("# {}\n{}() {{\n  case {} in\n{}  esac\n}}\n\n", comment, name, subject, cases);
}

}  // namespace

std::string BashCompletion() {
  std::vector<std::string> names;
  std::string flags, values, first, rest;
  for (const CommandSpec& command : AllCommands()) {
    names.emplace_back(command.name);
    flags += fmt::format("    {}) echo '{}' ;;\n", command.name, FlagNames(command));
    values += ValueCases(command);
    if (const auto words = FirstWords(command); !words.empty())
      first += fmt::format("    {}) echo '{}' ;;\n", command.name, Join(words, " "));
    for (const CompletesBehind& each : CompletesSubcommands(command))
      rest += fmt::format("    '{}'{}) echo '{}' ;;\n", each.words, each.only_next ? "" : " | '" + each.words + " '*",
                          Kind(each.completes));
    rest += fmt::format("    '{} '*) echo '{}' ;;\n", command.name, Kind(CompletesArguments(command)));
  }
  const CommandSpec none{};
  for (const FlagSpec& flag : FlagsOf(CommandSpec{.takes_tenant = true})) {
    if (flag.value.empty()) continue;
    for (std::string_view name : Split(flag.names, ','))
      values += fmt::format("    ' {}') echo '{}' ;;\n", name, Kind(CompletesValue(flag)));
  }
  flags += fmt::format("    *) echo '--help --version {}' ;;\n", FlagNames(none));
  first += fmt::format("    help) echo '{}' ;;\n", Join(names, " "));
  rest += "    *) echo @nothing ;;\n";
  return fmt::format("{}_cxctl_commands='{} help'\n\n", kHead, Join(names, " ")) +
         Function("The flags of a command.", "_cxctl_flags", "$1", flags) +
         Function("What the value of a command's flag is: words, or @ and a topic. Nothing for a switch.",
                  "_cxctl_value", "\"$1 $2\"", values) +
         Function("What the first argument of a command may be.", "_cxctl_first", "$1", first) +
         Function("What its other arguments are, by the command and those before.", "_cxctl_arguments", "$1", rest) +
         std::string(kTail.substr(1));
}

}  // namespace cxctl
