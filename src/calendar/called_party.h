#pragma once

#include <optional>
#include <span>

#include "calendar/calling_calendar.h"

namespace cxctl {

/// When somebody whose phone may be in any of the zones may be called under a calendar. All of these hold at once:
///
///   the calendar's permitted time in its own zone (its windows and blackouts, `calledZones` with `clip`);
///   its windows and blackouts as the clock of each of the person's zones shows them: 09:00 to 21:00 means the
///   person's 09:00 to 21:00, too, and a closed day is closed where the person is;
///   what its jurisdictions permit in each of these zones, whatever `clip` says.
///
/// So of several zones the strictest holds, and more zones never permit more. Without zones (numbers of no country,
/// such as +800) the calendar's own zone stands for the person's.
IntervalSet PermittedForParty(const CallingCalendar& calendar, std::span<const Zone> zones, Interval range);
bool IsPermittedForParty(const CallingCalendar& calendar, std::span<const Zone> zones, Instant instant);
/// The first such instant from `from` on, within 366 days; nothing if there is none.
std::optional<Instant> NextPermittedForParty(const CallingCalendar& calendar, std::span<const Zone> zones,
                                             Instant from);

}  // namespace cxctl
