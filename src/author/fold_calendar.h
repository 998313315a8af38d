#pragma once

#include <optional>

#include "time/zone.h"
#include "value/value.h"

namespace cxctl {

// The reverse of compiling: what a schedule has on the tenant, back into what a CallingCalendar says.

/// Whether a CallingCalendar's `spec`, compiled for the range of the schedule (canonical content), means the schedule's
/// own windows and blackouts.
bool CompilesTo(Arena& arena, const Value& calendar, const Value& schedule);

/// The `spec` of a calendar that compiles to what the schedule (canonical content) has: `closed: sat` becomes windows
/// by weekday, blackouts of whole local days become dates. Nothing where no calendar says the same. Of what lies
/// outside of the schedule's range it knows nothing: for new calendars only.
std::optional<Value> FoldCalendar(Arena& arena, const Value& schedule);

/// The schedule's list of blackouts as a manifest has it: times in the zone, `allowMidWindow` where one starts inside a
/// window.
Value WrittenBlackouts(Arena& arena, const Value& schedule, const Zone& zone);

}  // namespace cxctl
