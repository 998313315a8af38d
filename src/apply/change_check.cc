#include "apply/change_check.h"

#include <algorithm>

#include "plan/content.h"
#include "plan/risk.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

bool IsList(std::string_view path) {
  return path == "/regulatoryWindows" || path == "/blackoutPeriods";
}

/// What a member means that the tenant leaves out.
Value Filled(std::string_view path, const Value& value) {
  if (!value.is_null()) return value;
  if (path == "/complianceHold") return Value::Bool(false);
  if (path == "/isActive") return Value::Bool(true);
  return IsList(path) ? Value::Array({}) : value;
}

}  // namespace

Value ValueAt(const Value& object, const std::string& path) {
  const Value* value = object.is_object() ? ResolvePointer(object, path) : nullptr;
  return value ? *value : Value::Null();
}

ChangeCheck::ChangeCheck(Arena& arena, const Change& change, Value planned)
    : arena_(arena), change_(change), planned_(planned) {}

bool ChangeCheck::Same(const std::string& path, const Value& planned, const Value& found, const Value& live) const {
  const Value a = Filled(path, found);
  const Value b = Filled(path, planned);
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  const Value& planned_object = planned_.is_object() ? planned_ : change_.before;
  return SameMeaning(change_.kind, path, a, b, live, planned_object);
}

bool ChangeCheck::KnowsPlanned(const std::string& path) const {
  return planned_.is_object() || ResolvePointer(change_.before, path) || ResolvePointer(change_.after, path);
}

Value ChangeCheck::PlannedAt(const std::string& path) const {
  return ValueAt(planned_.is_object() ? planned_ : change_.before, path);
}

/// What was judged beside the members that are written.
std::vector<std::string> ChangeCheck::JudgedApart() const {
  std::vector<std::string> judged = JudgedMembers(change_.kind, change_.fields);
  std::erase_if(judged, [&](const std::string& path) {
    return !KnowsPlanned(path) || std::ranges::find(change_.fields, path, &FieldChange::path) != change_.fields.end();
  });
  return judged;
}

bool ChangeCheck::IsAsWanted(const Value& found) const {
  if (change_.action == Action::kDelete) return false;
  const Value live = CanonicalContent(arena_, change_.kind, found);
  const bool whole = change_.action == Action::kCreate || LivesInAgent(change_.kind);
  if (whole) return CompareContent(change_.kind, live, change_.after).empty();
  return std::ranges::all_of(change_.fields, [&](const FieldChange& field) {
    const Value now = Filled(field.path, ValueAt(live, field.path));
    return SameMeaning(change_.kind, field.path, now, field.after, live, change_.after);
  });
}

bool ChangeCheck::IsAsPlanned(const Value& found) const {
  return Conflicts(found).empty();
}

/// A delete, and a write of a policy, are held against every member, a create against every member that it would have
/// sent.
std::vector<FieldConflict> ChangeCheck::WholeConflicts(const Value& live) const {
  std::vector<FieldConflict> conflicts;
  if (change_.action == Action::kCreate) {
    for (const FieldChange& field : CompareContent(change_.kind, live, change_.after)) {
      conflicts.push_back({field.path, Value::Null(), field.before, field.after});
    }
    return conflicts;
  }
  for (const FieldChange& field : CompareContent(change_.kind, live, change_.before)) {
    conflicts.push_back({field.path, field.after, field.before, Value::Null()});
  }
  // Members that were not there when it was planned.
  for (const FieldChange& field : CompareContent(change_.kind, change_.before, live)) {
    if (Filled(field.path, field.before) == Filled(field.path, field.after)) continue;
    if (std::ranges::find(conflicts, field.path, &FieldConflict::path) != conflicts.end()) continue;
    conflicts.push_back({field.path, field.before, field.after, Value::Null()});
  }
  return conflicts;
}

std::vector<FieldConflict> ChangeCheck::Conflicts(const Value& found) const {
  const Value live = found.is_object() ? CanonicalContent(arena_, change_.kind, found) : Value::Null();
  const bool whole =
      change_.action == Action::kCreate || change_.action == Action::kDelete || LivesInAgent(change_.kind);
  if (live.is_object() && whole) {
    return WholeConflicts(live);
  }
  std::vector<FieldConflict> conflicts;
  for (const FieldChange& field : change_.fields) {
    const Value now = ValueAt(live, field.path);
    const bool same = live.is_object() && Same(field.path, field.before, now, live);
    if (!same) conflicts.push_back({field.path, field.before, now, field.after});
  }
  if (live.is_null()) return conflicts;
  for (const std::string& path : JudgedApart()) {
    const Value planned = PlannedAt(path);
    const Value now = ValueAt(live, path);
    // The change leaves it as it is.
    if (!Same(path, planned, now, live)) conflicts.push_back({path, planned, now, planned});
  }
  return conflicts;
}

}  // namespace cxctl
