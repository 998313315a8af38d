#include <fmt/format.h>

#include <set>

#include "base/strings.h"
#include "cli/completion.h"

namespace cxctl {

namespace {

std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// The words that `complete` takes as what is offered; "" for files, which it offers by itself.
std::string Offered(const Completes& completes) {
  switch (completes.what) {
    case Completes::kFiles:
      return " -F";
    case Completes::kFolders:
      return " -f -a '(__fish_complete_directories)'";
    case Completes::kTopic:
      return fmt::format(" -f -a '(__cxctl_ask {})'", completes.topic);
    case Completes::kWords:
      return fmt::format(" -f -a {}", Quoted(Join(completes.words, " ")));
    case Completes::kNothing:
      break;
  }
  return " -f";
}

std::string FlagLine(std::string_view condition, const FlagSpec& flag) {
  std::string line = fmt::format("complete -c cxctl -n {}", Quoted(condition));
  if (flag.names.starts_with("-") && !flag.names.starts_with("--")) line += fmt::format(" -s {}", flag.names[1]);
  line += fmt::format(" -l {}", LongName(flag.names));
  if (!flag.value.empty()) line += " -r" + Offered(CompletesValue(flag));
  return fmt::format("{} -d {}\n", line, Quoted(flag.help));
}

std::string CommandLines(const CommandSpec& command) {
  const std::string is = fmt::format("__cxctl_is {}", command.name);
  std::string lines =
      fmt::format("complete -c cxctl -n __cxctl_needs_command -f -a {} -d {}\n", command.name, Quoted(command.summary));
  if (const auto words = FirstWords(command); !words.empty())
    lines += fmt::format("complete -c cxctl -n {} -f -a {}\n",
                         Quoted(fmt::format("__cxctl_needs_argument {}", command.name)), Quoted(Join(words, " ")));
  for (const CompletesBehind& each : CompletesSubcommands(command)) {
    const std::string behind = fmt::format("__cxctl_{} {}", each.only_next ? "just" : "begins", each.words);
    lines += fmt::format("complete -c cxctl -n {}{}\n", Quoted(behind), Offered(each.completes));
  }
  const Completes arguments = CompletesArguments(command);
  if (arguments.what != Completes::kNothing)
    lines += fmt::format("complete -c cxctl -n {}{}\n", Quoted(is), Offered(arguments));
  for (const FlagSpec& flag : FlagsOf(command)) lines += FlagLine(is, flag);
  return lines;
}

constexpr std::string_view kFunctions = R"(
# The words but for flags and their values: the command first.
function __cxctl_words
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word $__cxctl_valued
            set skip 1
        else if not string match -q -- '-*' $word
            echo $word
        end
    end
end

function __cxctl_needs_command
    test (count (__cxctl_words)) -eq 0
end

function __cxctl_is
    set -l words (__cxctl_words)
    test (count $words) -gt 0; and test $words[1] = $argv[1]
end

function __cxctl_begins
    set -l words (__cxctl_words)
    test (count $words) -ge (count $argv); and test "$words[1..(count $argv)]" = "$argv"
end

function __cxctl_just
    set -l words (__cxctl_words)
    test "$words" = "$argv"
end

function __cxctl_needs_argument
    set -l words (__cxctl_words)
    test (count $words) -eq 1; and test $words[1] = $argv[1]
end

function __cxctl_ask
    set -l line (commandline -opc)
    set -l tenant
    for i in (seq 2 (count $line))
        switch $line[$i]
            case -t --tenant
                if test $i -lt (count $line)
                    set tenant -t $line[(math $i + 1)]
                end
            case '--tenant=*'
                set tenant -t (string replace -- --tenant= '' $line[$i])
        end
    end
    $line[1] __complete $argv[1] $tenant 2>/dev/null
end

complete -c cxctl -f
)";

}  // namespace

std::string FishCompletion() {
  std::set<std::string> valued;
  std::string lines, names;
  for (const CommandSpec& command : AllCommands()) {
    lines += CommandLines(command);
    names += fmt::format("{}{}", names.empty() ? "" : " ", command.name);
    for (const FlagSpec& flag : FlagsOf(command)) {
      if (flag.value.empty()) continue;
      for (std::string_view name : Split(flag.names, ',')) valued.emplace(name);
    }
  }
  lines += "complete -c cxctl -n __cxctl_needs_command -f -a help -d 'help about a command'\n";
  lines += fmt::format("complete -c cxctl -n '__cxctl_needs_argument help' -f -a '{}'\n", names);
  for (const FlagSpec& flag : FlagsOf(CommandSpec{.takes_tenant = true}))
    lines += FlagLine("__cxctl_needs_command", flag);
  return fmt::format(
      "# Completes command lines of cxctl in fish. Made by: cxctl completion fish\n\nset -g __cxctl_valued {}\n{}{}",
      Join(std::vector<std::string>(valued.begin(), valued.end()), " "), kFunctions, lines);
}

}  // namespace cxctl
