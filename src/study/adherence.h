#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "study/planned_attempts.h"
#include "time/instant.h"
#include "time/interval_set.h"
#include "time/zone.h"

namespace cxctl {

/// What a schedule plans for a day.
struct DailyPlan {
  DialSpeed speed;                      ///< By the clock of the zone whose days are counted.
  std::optional<std::int64_t> per_day;  ///< plannedVolume.perDay: counts instead of the speed.
  Interval range;                       ///< What is looked at; days that it cuts count with their part.
  IntervalSet permitted;                ///< At least from the first to the last day of `range`.
};

/// Planned and actual contacts of one local day.
struct DayAdherence {
  Date date;
  double permitted_minutes = 0;  ///< Within the range.
  double planned = 0;            ///< Contacts
  ContactSums actual;
  bool is_part = false;  ///< The range cuts the day.

  /// Actual of planned; nothing where nothing was planned.
  std::optional<double> rate() const;
};

/// By the local days of a zone that the range touches. A day's plannedVolume is for all of its permitted time: a day
/// that the range cuts has as much of it as of the time, one without permitted time has none.
std::vector<DayAdherence> AdherenceByDay(const DailyPlan& plan, const Zone& zone,
                                         const std::vector<ContactCount>& rows);

/// All days together.
DayAdherence Sum(const std::vector<DayAdherence>& days);

}  // namespace cxctl
