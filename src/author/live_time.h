#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "time/interval_set.h"
#include "time/permitted_time.h"
#include "value/value.h"

namespace cxctl {

// What a schedule has on the tenant, read as calling time, and written as a calendar has it.

/// A schedule's calling time.
struct LiveTime {
  Interval range;
  std::vector<DailyWindow> windows;
  std::vector<Blackout> blackouts;

  /// Of the windows alone, within the range.
  IntervalSet Open() const { return PermittedTime(windows, {}, range); }
};

/// Of a schedule's canonical content. Nothing where a part of it cannot be read or is disabled, and for a range that no
/// calendar is compiled for.
std::optional<LiveTime> ReadLiveTime(const Value& schedule);

/// The reason of a compiled closure begins so: `closed: sat`.
inline constexpr std::string_view kClosed = "closed: ";

/// A stretch of calling time that is closed, and why.
struct ClosedTime {
  std::string reason;
  Interval interval;
  friend auto operator<=>(const ClosedTime&, const ClosedTime&) = default;
};
/// What of the open time the blackouts close, by reason.
std::set<ClosedTime> ClosedTimeOf(const std::vector<Blackout>& blackouts, const IntervalSet& open);

/// Minutes since the midnight of the day on which it begins; the end may lie on the next.
using DayStretch = std::pair<int, int>;
/// Monday first; nothing for weekdays of which nothing is known.
using Week = std::array<std::optional<std::vector<DayStretch>>, 7>;

/// When each weekday is open, read from days on which nothing but windows and `closed: …` decides, blackouts for one of
/// the `recurring` reasons aside. REQUIRES: windows, all of one zone. `strictly`: from days that lie wholly in the
/// range only.
Week ReadWeek(const LiveTime& calling, const std::set<std::string, std::less<>>& recurring, bool strictly);

/// A calendar's list of windows.
Value WeekValue(Arena& arena, const Week& week);

/// A blackout as items of a calendar: the local days of which it closes all calling time as dates, any other as a
/// stretch. `open`: of the calling time.
void AddBlackout(Arena& arena, const LiveTime& calling, const IntervalSet& open, const Blackout& blackout,
                 const Zone& zone, ArrayBuilder& items);
/// As a stretch, in the zone's time, with `allowMidWindow` where it starts inside a window.
Value StretchValue(Arena& arena, const LiveTime& calling, const Blackout& blackout, const Zone& zone);

/// RFC 3339 with the offset that the zone has then; in UTC with `Z` where that has seconds.
std::string FormatLocal(const Zone& zone, Instant instant);

}  // namespace cxctl
