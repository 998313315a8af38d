#pragma once

#include <functional>
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
  bool remove_missing = false;  ///< Objects that are gone from the tenant are taken out.
  /// A schedule whose calendar cannot say what it has gets windows and blackouts of its own instead of being refused.
  bool leave_calendars = false;
};

/// One item of a drift report, and what became of it.
struct AcceptedItem {
  std::string address;
  DriftStatus status = DriftStatus::kDrifted;
  std::vector<std::string> paths;
  std::string refusal;        ///< "": accepted. Else why not, and what to do.
  std::string left_calendar;  ///< Address of the calendar that the schedule does not follow any more, or "".
};

struct AcceptReport {
  std::vector<AcceptedItem> items;
  std::vector<FileChange> files;
  bool complete() const;
};

/// Writes what is live into the manifests, for these items of a drift report (pending ones are none of its business):
///
///   drifted, conflicting  the live values of the members, where they are written: in the document, in a patch or value
///                         of the tenant, or in the calendar that a schedule follows (see AdjustCalendar)
///   missing               the document or code is taken out, with `remove_missing` only
///   unmanaged             a schedule becomes a document behind its campaign's, a code an item of its hierarchy
///
/// The changed files are loaded again: each accepted object must want what is live, and nothing else may want anything
/// but what it did (see FindSideEffects). What cannot be had on these terms is refused and leaves no trace. Touches no
/// file. kInvalid if not even refusing everything helps.
Result<AcceptReport> AcceptDrift(const AcceptInputs& inputs, const std::vector<DriftItem>& items);

}  // namespace cxctl
