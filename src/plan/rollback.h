#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "plan/planner.h"
#include "plan/snapshot.h"
#include "value/value.h"

namespace cxctl {

/// What a run did to one object, from the first to the last of its records.
struct RecordedWrite {
  std::string address;
  ObjectKind kind = ObjectKind::kCampaign;
  std::string live_id;
  std::string scope;  ///< A schedule's campaign id, a code's category. "" where no record says.
  Value before;       ///< The managed members before the run; null if the object was not there.
  Value after;        ///< After it; null if the run removed the object.
};

/// Collects the writes of one run from the lines of an audit log, given in order. Pure.
class RunReader {
 public:
  /// Values are built in the arena.
  RunReader(Arena& arena, std::string tenant, std::string run);

  /// A line that is no record is kIntegrity.
  Result<void> Add(std::string_view line);
  /// Whether the run has a record at all.
  bool found() const { return found_; }
  /// Of each object that it changed, in the order in which it first did. Adoptions and releases wrote nothing.
  const std::vector<RecordedWrite>& writes() const { return writes_; }

 private:
  Arena& arena_;
  std::string tenant_, run_;
  std::string marker_;  ///< What a record of the run contains.
  bool found_ = false;
  std::vector<RecordedWrite> writes_;
};

/// The reads that a rollback needs.
SnapshotScope RollbackScope(const std::vector<RecordedWrite>& writes, const Selection& selection);

/// The inverse of what a run did, planned like any other change: ordered, judged for its risk, held against the guards.
/// What was changed by somebody else since, or cannot be restored, is in `irreversible` and left alone. What is as it
/// was before already needs no change. Pure.
Result<Plan> BuildRollback(const PlanInputs& inputs, const std::vector<RecordedWrite>& writes);

}  // namespace cxctl
