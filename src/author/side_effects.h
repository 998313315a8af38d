#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "author/tree_editor.h"
#include "plan/snapshot.h"

namespace cxctl {

struct AcceptInputs;

/// What an edit of manifests is meant to change.
struct Expected {
  std::map<std::string, const LiveObject*> accepted;  ///< Objects that shall want what is live, by address. Null: gone.
  std::set<std::string> touched;                      ///< Documents that may differ as long as no other object does.
  std::map<std::string, std::set<std::string>> paths;  ///< By accepted address; none: all members.

  /// And what the other is meant to.
  void Add(const Expected& other);
};

/// What differs in the set as it would be loaded from the changed files, beside what was meant to, and what to do: ""
/// for nothing. A calendar must close the same as before outside of the ranges of the accepted schedules that follow
/// it, and must not permit more where other campaigns are checked against it; where a callback policy uses it, it stays
/// as it is, whether or not there is an agent.
std::string FindSideEffects(const AcceptInputs& inputs, const std::vector<FileChange>& changes,
                            const Expected& expected);

}  // namespace cxctl
