#pragma once

#include <vector>

#include "calendar/calling_calendar.h"
#include "time/permitted_time.h"

namespace cxctl {

/// What the tenant's API can express of a calendar.
struct CompiledCalendar {
  /// Daily windows in the calendar's zone: the smallest set that covers the calendar's windows. Canonical.
  std::vector<DailyWindow> windows;
  /// Every stretch within them and the range that the calendar does not permit, and why: the reason of a blackout as it
  /// is written, the name of the jurisdiction that forbids it, or `closed: sat` by the day on which the daily window
  /// began. Where several hold it is the first in that order, and of those of one sort the one written first. So no two
  /// overlap; sorted, and merged where reasons are equal.
  std::vector<Blackout> blackouts;
};

/// Compiles a calendar for a schedule's range. PermittedTime of the result within the range is the calendar's Permitted
/// of it, exactly.
CompiledCalendar CompileCalendar(const CallingCalendar& calendar, Interval range);

}  // namespace cxctl
