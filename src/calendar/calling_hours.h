#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "calendar/calling_calendar.h"

namespace cxctl {

/// A window of a calendar or, on all days, of a schedule.
struct WeeklyWindow {
  std::array<bool, 7> on_weekday{};
  int start_minute = 0, end_minute = 0;  ///< As CallingCalendar::Window.
  Zone zone = Zone::Utc();
};

/// What a jurisdiction forbids, in the zones of the called people. Expanded once, for as long as it is needed.
class ForbiddenHours {
 public:
  ForbiddenHours(const RulePack& pack, std::span<const Zone> called_zones, Interval range);

  const RulePack& pack() const { return *pack_; }
  /// In any of the zones.
  const IntervalSet& all() const { return all_; }
  /// The rule and the zone that forbid the instant; nothing if none does.
  struct Cause {
    const HoursRule* rule = nullptr;
    Zone zone = Zone::Utc();
  };
  std::optional<Cause> CauseAt(Instant instant) const;

 private:
  struct Part {
    Cause cause;
    IntervalSet forbidden;
  };
  const RulePack* pack_;
  std::vector<Part> parts_;
  IntervalSet all_;
};

/// Calling time in a window that a jurisdiction forbids.
struct CallingHoursOffence {
  std::size_t window = 0;  ///< Index of the first window that has some.
  struct Stretch {
    Interval interval;
    Zone zone;  ///< Of the called people to whom it is forbidden.
  };
  std::vector<Stretch> first;   ///< The first three stretches of forbidden calling time in that window.
  std::size_t count = 0;        ///< Of all such stretches.
  ForbiddenHours::Cause cause;  ///< Of the first of them.
  std::string hours;            ///< Legal on that day: `08:00-20:00`
  std::string remedy;           ///< The smallest change of the window that satisfies it: `end the window at 20:00`
};

/// Looks for calling time (windows minus `closed`, within `ranges`) that is forbidden. The remedy leaves out what only
/// a calendar can say (`clip`). `may_drop_days`: the window has weekdays that can be taken away. Nothing if there is
/// none.
std::optional<CallingHoursOffence> FindOffence(std::span<const WeeklyWindow> windows, const IntervalSet& closed,
                                               const IntervalSet& ranges, const ForbiddenHours& forbidden,
                                               bool may_drop_days);

/// The set within the range: as Intersection, in time that goes by what lies in the range alone.
IntervalSet Slice(const IntervalSet& set, Interval range);

}  // namespace cxctl
