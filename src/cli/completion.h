#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"

// Scripts that complete command lines, made from the table of commands. What only the manifests know (addresses,
// labels) they ask of `cxctl __complete TOPIC`, which is for them alone.

namespace cxctl {

/// What a word on the command line can be completed with.
struct Completes {
  enum What { kNothing, kFiles, kFolders, kWords, kTopic } what = kNothing;
  std::vector<std::string> words = {};  ///< kWords
  std::string topic = {};               ///< kTopic: what `cxctl __complete` is asked for
};

/// The value of a flag. REQUIRES: it takes one.
Completes CompletesValue(const FlagSpec& flag);
/// The arguments of a command that has no subcommands.
Completes CompletesArguments(const CommandSpec& command);
/// What follows words that begin a line: "drift accept", "agent token".
struct CompletesBehind {
  std::string words;
  bool only_next = false;  ///< One word alone, not each that follows.
  Completes completes;
};
/// Of each subcommand that takes arguments.
std::vector<CompletesBehind> CompletesSubcommands(const CommandSpec& command);
/// What the first argument may be beside that: subcommands, kinds.
std::vector<std::string> FirstWords(const CommandSpec& command);

std::string BashCompletion();
std::string ZshCompletion();
std::string FishCompletion();

}  // namespace cxctl
