#pragma once

#include <optional>
#include <vector>

#include "time/permitted_time.h"
#include "value/value.h"

namespace cxctl {

/// When a schedule permits calls: its range, daily windows and blackouts, read from a CampaignSchedule's spec or from a
/// payload of the tenant's API (both use the same members).
struct ScheduleTiming {
  Interval range;
  std::vector<DailyWindow> windows;
  std::vector<Blackout> blackouts;

  IntervalSet Permitted() const { return PermittedTime(windows, blackouts, range); }
};

/// Nothing when a time or zone in it cannot be read (another rule has said so), or when it refers to a calendar.
std::optional<ScheduleTiming> ReadScheduleTiming(const Value& schedule);

}  // namespace cxctl
