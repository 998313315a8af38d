#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "author/tree_editor.h"
#include "drift/drift.h"
#include "plan/plan.h"
#include "plan/snapshot.h"

namespace cxctl {

/// What live values are taken into.
struct AcceptInputs {
  Arena& arena;
  const ManifestSet& set;
  std::function<Result<ManifestSet>(FileReader&)> load;  ///< As the set was loaded.
  FileReader& files;
  const Plan& plan;
  const LiveState& live;
  bool has_agent = false;
};

/// One item of a drift report, and what became of it.
struct AcceptedItem {
  std::string address;
  DriftStatus status = DriftStatus::kDrifted;
  std::vector<std::string> paths;
  std::string refusal;  ///< "": accepted. Else why not, and what to do.
};

struct AcceptReport {
  std::vector<AcceptedItem> items;
  std::vector<FileChange> files;
  bool complete() const;
};

/// Writes what is live into the manifests, for these items of a drift report (pending ones are none of its business):
///
///   drifted, conflicting  the live values of the members, where they are written: in the document, in a patch or value
///                         of the tenant, or folded back into the calendar that a schedule follows
///   missing               the document or code is taken out, with `remove_missing` only
///   unmanaged             a schedule becomes a document behind its campaign's, a code an item of its hierarchy
///
/// The changed files are loaded again: each accepted object must want what is live, and nothing else may want anything
/// but what it did. What cannot be had on these terms is refused and leaves no trace. Touches no file.
/// kInvalid if not even refusing everything helps.
Result<AcceptReport> AcceptDrift(const AcceptInputs& inputs, const std::vector<DriftItem>& items, bool remove_missing);

/// What differs in the set as it would be loaded from the changed files, beside what was meant to: "" for nothing.
/// `accepted`: addresses that may differ, and must want what is live; `touched`: documents that may differ as long as
/// no other object does.
struct Expected {
  std::map<std::string, const LiveObject*> accepted;  ///< Null: gone.
  std::set<std::string> touched;
  std::map<std::string, std::vector<std::string>> paths;  ///< By accepted address; none: all members.
};
std::string FindSideEffects(const AcceptInputs& inputs, const std::vector<FileChange>& changes,
                            const Expected& expected);

}  // namespace cxctl
