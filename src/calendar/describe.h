#pragma once

#include <optional>
#include <string>

#include "time/interval_set.h"
#include "time/zone.h"

namespace cxctl {

/// What a change does to permitted time, for people.
struct PermittedTimeChange {
  /// `Sat 10:00-17:00, 7 h a week; Thu 26 Nov 2026 09:00-21:00`; "" where nothing is added or removed.
  std::string adds, removes;
  std::optional<Instant> next_permitted;  ///< The first instant from now on that is permitted afterwards.
  std::optional<Instant> next_forbidden;  ///< The first from then on that is not.
  std::string zone;                       ///< By whose clock it is told.
};

/// Permitted time in words, by the clock of the zone: what comes every week with its hours a week, then single days,
/// the first few of them by name. "" for no time at all.
std::string DescribeTime(const IntervalSet& time, const Zone& zone);

/// Of which time is permitted before and after.
PermittedTimeChange DescribeChange(const IntervalSet& before, const IntervalSet& after, const Zone& zone, Instant now);

/// `Thu 26 Nov 2026`
std::string DayText(Date date);
/// `Mon 23 Nov 2026 09:00`, by the clock of the zone.
std::string LocalText(Instant instant, const Zone& zone);
/// `7 h`, `7 h 30 min`, `30 min`.
std::string HoursText(Duration duration);

}  // namespace cxctl
