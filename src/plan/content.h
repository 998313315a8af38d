#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tenant/provider.h"
#include "time/permitted_time.h"
#include "value/value.h"

namespace cxctl {

/// One member that differs.
struct FieldChange {
  std::string path;  ///< JSON Pointer into the API's form
  Value before;      ///< null where there is nothing
  Value after;
  Position source;  ///< Of the scalar that `after` was written as.
};

/// A daily window and a blackout in the API's form.
Value WindowValue(Arena& arena, const DailyWindow& window);
Value BlackoutValue(Arena& arena, const Blackout& blackout);

/// The object's members in canonical form, unknown members left out: times in UTC, windows and blackouts merged and
/// sorted, defaults that the API does not send filled in (`complianceHold: false`, `isActive: true`). Positions are
/// kept. Policies and sinks: see CanonicalPolicy. A callback's number is masked.
Value CanonicalContent(Arena& arena, ObjectKind kind, const Value& content);

/// `content` without the members that `managed` does not have, recursively.
Value RestrictTo(Arena& arena, const Value& content, const Value& managed);

/// The members of `desired` that `live` has otherwise, by meaning: times as instants, zones by name after alias
/// resolution, numbers by value, windows and blackouts as sets and by the time they permit. Members that `desired`
/// leaves out are not compared, but for policies and sinks, which are written whole. Both in canonical form.
std::vector<FieldChange> CompareContent(ObjectKind kind, const Value& live, const Value& desired);

/// Whether two values of the member mean the same. `live_object` and `desired_object` give the range of a schedule.
bool SameMeaning(ObjectKind kind, std::string_view path, const Value& a, const Value& b, const Value& object_a,
                 const Value& object_b);

/// The merge patch (RFC 7396) that sets the changed members of `after`.
Value PatchOf(Arena& arena, const std::vector<FieldChange>& fields, const Value& after);

}  // namespace cxctl
