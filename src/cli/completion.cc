#include "cli/completion.h"

#include <algorithm>

#include "base/strings.h"

namespace cxctl {

namespace {

bool Holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Completes Topic(std::string topic) {
  return {Completes::kTopic, {}, std::move(topic)};
}

std::vector<std::string> Strings(std::span<const std::string_view> words) {
  return {words.begin(), words.end()};
}

}  // namespace

Completes CompletesValue(const FlagSpec& flag) {
  const std::string_view name = LongName(flag.names);
  if (name == "jurisdiction") return Topic("jurisdictions");
  if (name == "sink") return Topic("sinks");
  if (name == "role") return {Completes::kWords, {"callbacks", "webhooks", "policies", "read", "admin"}};
  if (Holds(flag.value, "FILE") || flag.value == "PATH") return {Completes::kFiles};
  if (Holds(flag.value, "DIR")) return {Completes::kFolders};
  if (flag.value == "GLOB" || flag.value == "ADDRESS") return Topic("addresses");
  if (flag.value == "KEY=VALUE") return Topic("labels");
  if (const auto choices = ChoicesOf(flag); !choices.empty()) return {Completes::kWords, Strings(choices)};
  return {};
}

Completes CompletesArguments(const CommandSpec& command) {
  const std::string_view usage = command.usage;
  if (command.most_arguments == 0 || !CompletesSubcommands(command).empty() || !command.subcommands.empty()) return {};
  if (Holds(usage, "ADDRESS")) return Topic("addresses");
  if (command.name == "import") return {Completes::kWords, {"Campaign", "CampaignSchedule", "CallCodeHierarchy"}};
  if (command.name == "explain") return Topic("topics");
  if (Holds(usage, "KIND")) return Topic("kinds");
  if (Holds(usage, " COMMAND") || Holds(usage, "[COMMAND]")) return Topic("commands");
  if (Holds(usage, " RUN") || Holds(usage, "bash|")) return {};
  return {Completes::kFiles};
}

std::vector<CompletesBehind> CompletesSubcommands(const CommandSpec& command) {
  if (command.name == "drift") return {{"drift accept", false, Topic("objects")}};
  if (command.name == "schedule") return {{"schedule show", true, Topic("calling-times")}};
  if (command.name == "audit") return {{"audit verify", true, {Completes::kFiles}}};
  if (command.name == "agent") return {{"agent token", true, {Completes::kWords, {"create", "list", "revoke"}}}};
  return {};
}

std::vector<std::string> FirstWords(const CommandSpec& command) {
  std::vector<std::string> words = Strings(command.subcommands);
  words.insert(words.end(), command.words.begin(), command.words.end());
  return words;
}

}  // namespace cxctl
