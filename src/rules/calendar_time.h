#pragma once

#include "time/interval_set.h"
#include "value/value.h"

namespace cxctl {

/// When a CallingCalendar permits calls, within the range: the union of its windows on their local days, minus its
/// blackouts. What jurisdictions forbid is not taken away. `calendar` is the `spec` of a valid document; a zone, day or
/// time in it that does not exist permits nothing (another rule has said so), and a blackout of that sort takes nothing
/// away.
IntervalSet CalendarPermitted(const Value& calendar, Interval range);

}  // namespace cxctl
