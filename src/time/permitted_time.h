#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "time/interval_set.h"
#include "time/zone.h"

namespace cxctl {

/// A daily calling window of a schedule, as the tenant's API has it: it is open while the clock of its zone shows a
/// time of day in [start, end), each day. `end_minute` < `start_minute` crosses midnight, an end of 0 is the end of the
/// day (1440 is taken for 0), start equal to end is the whole day. A disabled window permits nothing.
struct DailyWindow {
  int start_minute = 0;
  int end_minute = 0;
  Zone zone = Zone::Utc();
  bool enabled = true;
};

/// A stretch in which nobody may be called.
struct Blackout {
  Interval interval;
  std::string reason;
};

/// The instants at which the clock shows a reading of [start_minute, end_minute), both counted from the midnight of one
/// local day (an end beyond 1440 lies on the next day). So it is what the clock shows at an instant that counts, and
/// nothing else:
///
///   the clock jumps over the start     it begins at the jump
///   the clock jumps over the end       it ends at the jump; empty if it jumps over both
///   the start comes twice              it begins at the first, is closed while the clock, put back, shows readings
///                                      before the start again, and begins anew at the second
///   the end comes twice                it ends at the first, and is open again from when the clock is put back to the
///                                      second (not where the end is just the reading to which the clock is put back)
///
/// That is at most one interval, or two where a reading comes twice. Calendars with windows on some weekdays share this
/// definition. REQUIRES: start_minute <= end_minute <= start_minute + 1440 (tzdata has no zone that ever changed its
/// clock twice within so short a time).
IntervalSet WindowOfDay(const Zone& zone, Date date, int start_minute, int end_minute);

/// WindowOfDay of one day after another, in rising order, many times as fast: the zone is asked only about days around
/// a change of its clock.
class DayWindows {
 public:
  explicit DayWindows(const Zone& zone);
  /// Adds the intervals of the day's window, empty ones among them. `day_number`: see DayNumberOf. REQUIRES: as
  /// WindowOfDay.
  void Append(int day_number, int start_minute, int end_minute, std::vector<Interval>& intervals);

 private:
  Zone zone_;
  Zone::Steady steady_;
};

/// The instants of a daily window within a range: every local day's WindowOfDay, those that began the day before among
/// them. So a window over the spring gap is shorter, one over the autumn overlap longer, and a day that the zone skips
/// (2011-12-30 in Pacific/Apia) has none. The range is clipped to the years 1 to 9999, here and below.
IntervalSet ExpandWindow(const DailyWindow& window, Interval range);

/// Union of the windows, minus the blackouts, within the range: when calls may be placed. Without windows: never.
IntervalSet PermittedTime(std::span<const DailyWindow> windows, std::span<const Blackout> blackouts, Interval range);

/// Whether PermittedTime of a range around the instant has it, without computing any range: reads the windows' clocks
/// once each. False outside of the years 1 to 9999.
bool IsPermitted(std::span<const DailyWindow> windows, std::span<const Blackout> blackouts, Instant instant);

/// The first instant of PermittedTime, or nothing; looks at one day after another, passes over blackouts at once, and
/// stops at the first instant it finds.
std::optional<Instant> FirstPermitted(std::span<const DailyWindow> windows, std::span<const Blackout> blackouts,
                                      Interval range);

/// Canonical form: enabled windows of one zone (after alias resolution) merged where they overlap or touch, across
/// midnight too, windows that cover the day as one whole-day window (start 0, end 0); then sorted by canonical zone
/// name, start, end. A merged window keeps the zone as the first window of that zone wrote it. Disabled windows stay as
/// they are (an end of 1440 becomes 0), sorted likewise behind the enabled ones, without repeats.
/// The permitted time stays the same, and a canonical form is its own canonical form.
std::vector<DailyWindow> CanonicalWindows(std::vector<DailyWindow> windows);

/// Canonical form: empty ones dropped, those of equal reason merged where they overlap or touch, sorted by start, end,
/// reason.
std::vector<Blackout> CanonicalBlackouts(std::vector<Blackout> blackouts);

}  // namespace cxctl
