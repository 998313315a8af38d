#pragma once

#include <optional>
#include <span>
#include <string>

#include "calendar/calling_calendar.h"

namespace cxctl {

/// When a called party whose phone is in one of the zones may be called under a calendar: the calendar's permitted time
/// in its own zone, and its windows and blackouts read in each of the zones as well, minus what its jurisdictions forbid
/// there, whatever `clip` says. So the strictest of several zones holds. A zone that does not exist permits nothing;
/// without zones the calendar's own is all there is.
IntervalSet PermittedForParty(const Value& calendar, std::span<const std::string> zones, Interval range);

/// The first instant of that from `from` on, within 366 days; nothing if there is none.
std::optional<Instant> NextPermittedForParty(const Value& calendar, std::span<const std::string> zones, Instant from);

}  // namespace cxctl
