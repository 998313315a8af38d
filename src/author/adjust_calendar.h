#pragma once

#include <optional>

#include "time/interval_set.h"
#include "value/value.h"

namespace cxctl {

// A CallingCalendar that is there already, and that others may use as well, brought up to date by what one schedule
// has on the tenant.

/// The `spec` changed as little as it takes to compile to what the schedule (canonical content) has now: its zone,
/// jurisdictions and `clip` as they are, and no more than the schedule can tell about. It can tell the hours of the
/// weekdays in its range, which dates in its range are closed, and for what reason; other weekdays, entries that lie
/// outside of the range and those that come again each year stay. Nothing where that cannot be.
std::optional<Value> AdjustCalendar(Arena& arena, const Value& calendar, const Value& schedule);

/// Whether the blackouts of two `spec`s close the same time but within these ranges, each taken to whole local days;
/// looked at from the first to the last of what they and the ranges name, and for years beyond.
bool CloseTheSameOutside(const Value& before, const Value& after, const IntervalSet& ranges);

/// Whether `after` permits no time that `before` does not (jurisdictions aside), in the ranges and for years around
/// them.
bool PermitsNoMore(const Value& before, const Value& after, const IntervalSet& ranges);

}  // namespace cxctl
