#pragma once

#include <string>
#include <vector>

#include "plan/plan.h"

namespace cxctl {

/// A member that was neither as planned nor as wanted.
struct FieldConflict {
  std::string path;
  Value planned, found, wanted;
};

/// Holds what is live against what a change was planned on and what it wants. Pure.
class ChangeCheck {
 public:
  /// `planned`: the whole object as the plan saw it, in canonical form; null where that is not known. Both outlive the
  /// check.
  ChangeCheck(Arena& arena, const Change& change, Value planned);

  /// Whether `found` (as the tenant gave it) is what the change would make of it. Never for a delete.
  bool IsAsWanted(const Value& found) const;
  /// Whether everything that the change touches, and everything its risk was judged on, still has its planned value.
  /// A delete touches every member, and so does a write of a policy or sink.
  bool IsAsPlanned(const Value& found) const;
  /// The members that are not as planned, with the three values. `found` null: the object is gone.
  std::vector<FieldConflict> Conflicts(const Value& found) const;

 private:
  bool Same(const std::string& path, const Value& planned, const Value& found, const Value& live) const;
  std::vector<FieldConflict> WholeConflicts(const Value& live) const;
  std::vector<std::string> JudgedApart() const;
  bool KnowsPlanned(const std::string& path) const;
  Value PlannedAt(const std::string& path) const;

  Arena& arena_;
  const Change& change_;
  Value planned_;
};

/// The value at a JSON Pointer, null where there is none.
Value ValueAt(const Value& object, const std::string& path);

}  // namespace cxctl
