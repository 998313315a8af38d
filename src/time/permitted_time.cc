#include "time/permitted_time.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

namespace cxctl {
namespace {

constexpr int kMinutesPerDay = 1440;
constexpr Duration kDay = std::chrono::days(1);
// The years that dates are written in; also keeps sums of instants and days away from overflow.
constexpr Interval kCalendar{{-62'135'596'800'000'000}, {253'402'300'800'000'000}};  // 0001-01-01 to 10000-01-01

Interval Clip(Interval interval, Interval range) {
  return {std::max(interval.start, range.start), std::min(interval.end, range.end)};
}

/// A window as minutes of the circle of the day.
struct Arc {
  int start, length;  ///< 0..1439, 1..1440

  static Arc Of(const DailyWindow& window) {
    const int start = window.start_minute % kMinutesPerDay, end = window.end_minute % kMinutesPerDay;
    return {start, end > start ? end - start : end - start + kMinutesPerDay};
  }
  bool whole_day() const { return length == kMinutesPerDay; }
  bool ContainsSecond(int second_of_day) const {
    const int after_start = second_of_day - start * 60;
    return (after_start < 0 ? after_start + kMinutesPerDay * 60 : after_start) < length * 60;
  }
};

/// The stretch of a day while the clock shows it for the first time, and that for the second. Both may be empty; they
/// touch where no reading comes twice. None begins before the first.
using Passes = std::array<Interval, 2>;

Passes PassesOf(const Zone& zone, Date date, int start_minute, int end_minute) {
  CivilLookup start = zone.Lookup(date, start_minute), end = zone.Lookup(date, end_minute);
  for (CivilLookup* edge : {&start, &end}) {
    if (edge->kind == CivilLookup::kSkipped) edge->pre = edge->post = edge->transition;
  }
  const bool start_repeated = start.kind == CivilLookup::kRepeated;
  if (!start_repeated && end.kind != CivilLookup::kRepeated) return {Interval{start.pre, end.pre}, {end.pre, end.pre}};
  const Instant put_back = start_repeated ? start.transition : end.transition;
  return {Interval{start.pre, std::min(end.pre, put_back)}, {std::max(start.post, put_back), end.post}};
}

/// Adds the window's intervals within the range.
void AppendWindow(const DailyWindow& window, Interval range, std::vector<Interval>& intervals) {
  if (!window.enabled || range.empty()) return;
  const Arc arc = Arc::Of(window);
  if (arc.whole_day()) {
    intervals.push_back(range);
    return;
  }
  DayWindows days(window.zone);
  std::vector<Interval> passes;
  // Two days back: yesterday's window may reach into today, and a clock that was put back by a day shows yesterday
  // again.
  for (int day = DayNumberOf(window.zone.LocalAt(range.start).date) - 2;; ++day) {
    passes.clear();
    days.Append(day, arc.start, arc.start + arc.length, passes);
    if (passes.front().start >= range.end) return;
    for (const Interval& pass : passes) {
      const Interval clipped = Clip(pass, range);
      if (!clipped.empty()) intervals.push_back(clipped);
    }
  }
}

IntervalSet ExpandWindows(std::span<const DailyWindow> windows, Interval range) {
  std::vector<Interval> intervals;
  if (!range.empty()) {
    const std::size_t days = static_cast<std::size_t>((range.end - range.start) / kDay) + 2;
    intervals.reserve(std::min<std::size_t>(days, 4096) * windows.size());
  }
  for (const DailyWindow& window : windows) AppendWindow(window, range, intervals);
  return IntervalSet(std::move(intervals));
}

IntervalSet BlackoutTime(std::span<const Blackout> blackouts, Interval range) {
  std::vector<Interval> intervals;
  for (const Blackout& blackout : blackouts) {
    const Interval clipped = Clip(blackout.interval, range);
    if (!clipped.empty()) intervals.push_back(clipped);
  }
  return IntervalSet(std::move(intervals));
}

/// The windows of one zone, by their minutes.
struct ZoneArcs {
  Zone zone;  ///< As the first window wrote it.
  std::vector<Arc> arcs;
};

/// Merges on the line of the day first, then over midnight.
std::vector<Arc> MergeArcs(std::vector<Arc> arcs) {
  std::vector<Arc> split;
  for (const Arc& arc : arcs) {
    const int head = std::min(arc.length, kMinutesPerDay - arc.start);
    split.push_back({arc.start, head});
    if (head < arc.length) split.push_back({0, arc.length - head});
  }
  std::ranges::sort(split, {}, &Arc::start);
  std::vector<Arc> merged;
  for (const Arc& arc : split) {
    if (merged.empty() || merged.back().start + merged.back().length < arc.start) {
      merged.push_back(arc);
    } else {
      merged.back().length = std::max(merged.back().length, arc.start + arc.length - merged.back().start);
    }
  }
  const bool meets_at_midnight =
      merged.size() > 1 && merged.front().start == 0 && merged.back().start + merged.back().length == kMinutesPerDay;
  if (meets_at_midnight) {
    merged.back().length += merged.front().length;
    merged.erase(merged.begin());
  }
  return merged;
}

auto SortKey(const DailyWindow& window) {
  return std::tie(window.zone.canonical_name(), window.start_minute, window.end_minute);
}

std::vector<DailyWindow> SortedWithoutRepeats(std::vector<DailyWindow> windows) {
  std::ranges::stable_sort(windows, {}, SortKey);
  const auto repeats = std::ranges::unique(windows, {}, SortKey);
  windows.erase(repeats.begin(), repeats.end());
  return windows;
}

}  // namespace

DayWindows::DayWindows(const Zone& zone) : zone_(zone), steady_{kCalendar.start, kCalendar.start, 0} {}

void DayWindows::Append(int day_number, int start_minute, int end_minute, std::vector<Interval>& intervals) {
  const Instant midnight = Instant{} + day_number * kDay;
  if (midnight >= steady_.end) steady_ = zone_.SteadyAt(midnight);
  const Duration offset = std::chrono::seconds(steady_.offset_seconds);
  const Interval window{midnight + std::chrono::minutes(start_minute) - offset,
                        midnight + std::chrono::minutes(end_minute) - offset};
  // Clocks never changed by more than 24 hours, so further away from a change a reading comes once and with this
  // offset.
  if (steady_.begin < window.start - 2 * kDay && window.end < steady_.end - 2 * kDay) {
    intervals.push_back(window);
    return;
  }
  const Passes passes = PassesOf(zone_, DateOfDayNumber(day_number), start_minute, end_minute);
  intervals.insert(intervals.end(), passes.begin(), passes.end());
}

IntervalSet WindowOfDay(const Zone& zone, Date date, int start_minute, int end_minute) {
  const Passes passes = PassesOf(zone, date, start_minute, end_minute);
  return IntervalSet({passes.begin(), passes.end()});
}

IntervalSet ExpandWindow(const DailyWindow& window, Interval range) {
  return ExpandWindows(std::span(&window, 1), Clip(range, kCalendar));
}

IntervalSet PermittedTime(std::span<const DailyWindow> windows, std::span<const Blackout> blackouts, Interval range) {
  const Interval clipped = Clip(range, kCalendar);
  IntervalSet open = ExpandWindows(windows, clipped);
  const IntervalSet closed = BlackoutTime(blackouts, clipped);
  return closed.empty() ? open : Difference(open, closed);
}

bool IsPermitted(std::span<const DailyWindow> windows, std::span<const Blackout> blackouts, Instant instant) {
  const auto covers = [&](const Interval& interval) { return interval.start <= instant && instant < interval.end; };
  if (!covers(kCalendar)) return false;
  if (std::ranges::any_of(blackouts, covers, &Blackout::interval)) return false;
  return std::ranges::any_of(windows, [&](const DailyWindow& window) {
    return window.enabled && Arc::Of(window).ContainsSecond(window.zone.LocalAt(instant).second_of_day);
  });
}

std::optional<Instant> FirstPermitted(std::span<const DailyWindow> windows, std::span<const Blackout> blackouts,
                                      Interval range) {
  if (std::ranges::none_of(windows, &DailyWindow::enabled)) return std::nullopt;
  const Interval clipped = Clip(range, kCalendar);
  const IntervalSet closed = BlackoutTime(blackouts, clipped);
  auto blackout = closed.intervals().begin();
  for (Instant now = clipped.start; now < clipped.end;) {
    while (blackout != closed.intervals().end() && blackout->end <= now) ++blackout;
    const bool upcoming = blackout != closed.intervals().end();
    if (upcoming && blackout->start <= now) {
      now = blackout->end;
      continue;
    }
    // Up to the next blackout nothing is taken away, so the first open instant is the answer.
    const Instant until = std::min({now + kDay, clipped.end, upcoming ? blackout->start : clipped.end});
    const IntervalSet open = ExpandWindows(windows, {now, until});
    if (!open.empty()) return open.intervals().front().start;
    now = until;
  }
  return std::nullopt;
}

std::vector<DailyWindow> CanonicalWindows(std::vector<DailyWindow> windows) {
  std::map<std::string, ZoneArcs> by_zone;
  std::vector<DailyWindow> enabled, disabled;
  for (const DailyWindow& window : windows) {
    if (window.enabled) {
      const auto entry = by_zone.try_emplace(window.zone.canonical_name(), ZoneArcs{window.zone, {}}).first;
      entry->second.arcs.push_back(Arc::Of(window));
    } else {
      disabled.push_back(window);
      disabled.back().start_minute %= kMinutesPerDay;
      disabled.back().end_minute %= kMinutesPerDay;
    }
  }
  for (auto& [name, group] : by_zone) {
    for (const Arc& arc : MergeArcs(std::move(group.arcs))) {
      const int start = arc.whole_day() ? 0 : arc.start;
      const int end = arc.whole_day() ? 0 : (arc.start + arc.length) % kMinutesPerDay;
      enabled.push_back({start, end, group.zone, true});
    }
  }
  std::vector<DailyWindow> result = SortedWithoutRepeats(std::move(enabled));
  std::ranges::move(SortedWithoutRepeats(std::move(disabled)), std::back_inserter(result));
  return result;
}

std::vector<Blackout> CanonicalBlackouts(std::vector<Blackout> blackouts) {
  std::map<std::string, std::vector<Interval>> by_reason;
  for (Blackout& blackout : blackouts) by_reason[std::move(blackout.reason)].push_back(blackout.interval);
  std::vector<Blackout> result;
  for (auto& [reason, intervals] : by_reason) {
    const IntervalSet merged(std::move(intervals));
    for (const Interval& interval : merged.intervals()) result.push_back({interval, reason});
  }
  std::ranges::sort(result, {}, [](const Blackout& b) { return std::tie(b.interval, b.reason); });
  return result;
}

}  // namespace cxctl
