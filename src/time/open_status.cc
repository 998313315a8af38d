#include "time/open_status.h"

#include <chrono>

namespace cxctl {

namespace {

constexpr std::chrono::days kNear{14}, kYear{400}, kFar{366 * 30};

std::optional<Instant> LastChange(const IntervalSet& open, bool is_open, Instant from) {
  if (open.empty()) return std::nullopt;
  const Interval& last = open.intervals().back();
  if (!is_open) return last.end;
  return last.start > from ? std::optional(last.start) : std::nullopt;
}

std::optional<Instant> NextChange(const IntervalSet& open, bool is_open, Instant to) {
  if (open.empty()) return std::nullopt;
  const Interval& first = open.intervals().front();
  if (!is_open) return first.start;
  return first.end < to ? std::optional(first.end) : std::nullopt;
}

}  // namespace

OpenStatus StatusAt(const std::function<IntervalSet(Interval)>& open_within, Instant now) {
  OpenStatus status;
  for (const std::chrono::days ahead : {kNear, kYear, kFar}) {
    const Interval range{now, now + ahead};
    const IntervalSet open = open_within(range);
    status.is_open = open.Contains(now);
    status.until = NextChange(open, status.is_open, range.end);
    if (status.until) break;
  }
  for (const std::chrono::days back : {kNear, kYear}) {
    // The instant itself belongs to the range, so that an open stretch that it is in is the last one.
    const Interval range{now - back, now + Duration(1)};
    status.since = LastChange(open_within(range), status.is_open, range.start);
    if (status.since) break;
  }
  return status;
}

}  // namespace cxctl
