#include <fmt/format.h>

#include "base/strings.h"
#include "cli/completion.h"

namespace cxctl {

namespace {

/// A text between single quotes.
std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

/// `word:what it means`, as _describe wants it.
std::string Described(std::string_view word, std::string_view meaning) {
  std::string escaped;
  for (char c : word) escaped += c == ':' ? "\\:" : std::string(1, c);
  return Quoted(fmt::format("{}:{}", escaped, meaning));
}

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

std::string FlagList(const CommandSpec& command) {
  std::string list;
  for (const FlagSpec& flag : FlagsOf(command)) {
    for (std::string_view name : Split(flag.names, ',')) list += " " + Described(name, flag.help);
  }
  return list;
}

constexpr std::string_view kTail = R"zsh(
_cxctl_offer() {
  local kind=$1 tenant=$2
  local -a found
  case $kind in
    @nothing) ;;
    @files) _files ;;
    @folders) _files -/ ;;
    @*)
      found=(${(f)"$(_call_program cxctl ${(q)words[1]} __complete ${kind#@} ${tenant:+-t ${(q)tenant}} 2>/dev/null)"})
      compadd -a found
      ;;
    *) compadd -- ${=kind} ;;
  esac
}

_cxctl() {
  local command flag tenant word reply
  local -a arguments list
  local -i i
  for ((i = 2; i < CURRENT; i++)); do
    word=${(Q)words[i]}
    if [[ -n $flag ]]; then
      if [[ $flag == -t || $flag == --tenant ]]; then tenant=$word; fi
      flag=''
    elif [[ $word == --*=* ]]; then
      if [[ $word == --tenant=* ]]; then tenant=${word#*=}; fi
    elif [[ $word == -* ]]; then
      _cxctl_value "$command" "$word"
      if [[ -n $reply ]]; then flag=$word; fi
    elif [[ -z $command ]]; then
      command=$word
    else
      arguments+=("$word")
    fi
  done
  if [[ -z $flag && $PREFIX == --*=* ]]; then
    flag=${PREFIX%%=*}
    compset -P '*='
  fi
  if [[ -n $flag ]]; then
    _cxctl_value "$command" "$flag"
    _cxctl_offer "$reply" "$tenant"
  elif [[ $PREFIX == -* ]]; then
    _cxctl_flags "$command"
    _describe -o 'flag' list
  elif [[ -z $command ]]; then
    _cxctl_commands
    _describe 'command' list
  else
    if (($#arguments == 0)); then
      _cxctl_first "$command"
      (($#list)) && compadd -a list
    fi
    _cxctl_arguments "$command ${(j: :)arguments}"
    _cxctl_offer "$reply" "$tenant"
  fi
}

if [[ $funcstack[1] == _cxctl ]]; then
  _cxctl "$@"
elif (($+functions[compdef])); then
  compdef _cxctl cxctl
fi
)zsh";

std::string Function(std::string_view name, std::string_view subject, const std::string& cases) {
  return fmt::format("{}() {{\n  case {} in\n{}  esac\n}}\n\n", name, subject, cases);
}

}  // namespace

std::string ZshCompletion() {
  std::string commands, flags, values, first, rest, names;
  for (const CommandSpec& command : AllCommands()) {
    names += fmt::format("{}{}", names.empty() ? "" : " ", command.name);
    commands += fmt::format("    {}\n", Described(command.name, command.summary));
    flags += fmt::format("    {}) list=({}) ;;\n", command.name, FlagList(command));
    for (const FlagSpec& flag : FlagsOf(command)) {
      if (flag.value.empty()) continue;
      for (std::string_view name : Split(flag.names, ','))
        values += fmt::format("    '{} {}') reply={} ;;\n", command.name, name, Quoted(Kind(CompletesValue(flag))));
    }
    if (const auto words = FirstWords(command); !words.empty())
      first += fmt::format("    {}) list=({}) ;;\n", command.name, Join(words, " "));
    for (const CompletesBehind& each : CompletesSubcommands(command))
      rest += fmt::format("    '{}'{}) reply={} ;;\n", each.words, each.only_next ? "" : " | '" + each.words + " '*",
                          Quoted(Kind(each.completes)));
    rest += fmt::format("    '{} '*) reply={} ;;\n", command.name, Quoted(Kind(CompletesArguments(command))));
  }
  for (const FlagSpec& flag : FlagsOf(CommandSpec{.takes_tenant = true})) {
    if (flag.value.empty()) continue;
    for (std::string_view name : Split(flag.names, ','))
      values += fmt::format("    ' {}') reply={} ;;\n", name, Quoted(Kind(CompletesValue(flag))));
  }
  flags += fmt::format("    *) list=('--help:help' '--version:print the version'{}) ;;\n", FlagList({}));
  values += "    *) reply='' ;;\n";
  first += fmt::format("    help) list=({}) ;;\n    *) list=() ;;\n", names);
  rest += "    *) reply=@nothing ;;\n";
  return "#compdef cxctl\n# Completes command lines of cxctl in zsh. Made by: cxctl completion zsh\n\n"
         "_cxctl_commands() {\n  list=(\n" +
         commands + "    'help:help about a command'\n  )\n}\n\n" + Function("_cxctl_flags", "$1", flags) +
         Function("_cxctl_value", "\"$1 $2\"", values) + Function("_cxctl_first", "$1", first) +
         Function("_cxctl_arguments", "$1", rest) + std::string(kTail.substr(1));
}

}  // namespace cxctl
