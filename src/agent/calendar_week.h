#pragma once

#include "calendar/calling_calendar.h"
#include "value/value.h"

namespace cxctl {

/// The seven local days from today on, for the dashboard: `{"timeZone", "permittedNow", "changesAt"?, "week": [{"day",
/// "open": [["09:00","21:00"]], "closed": [{"from","to","kind","reason"}], "clockChange"?}]}`. `open` is when calls are
/// permitted, `closed` what a blackout or a law takes away; the rest lies outside the windows. `changesAt` is missing
/// where the week brings no change.
Value CalendarWeek(Arena& arena, const CallingCalendar& calendar, Instant now);

}  // namespace cxctl
