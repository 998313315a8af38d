#include "time/interval_set.h"

#include <algorithm>
#include <utility>

namespace cxctl {
namespace {

/// Joins overlapping and touching neighbours in place. REQUIRES: sorted by start, none empty.
void JoinNeighbours(std::vector<Interval>& intervals) {
  if (intervals.empty()) return;
  auto last = intervals.begin();
  for (auto next = last + 1; next != intervals.end(); ++next) {
    if (next->start <= last->end) {
      last->end = std::max(last->end, next->end);
    } else {
      *++last = *next;
    }
  }
  intervals.erase(last + 1, intervals.end());
}

}  // namespace

IntervalSet::IntervalSet(std::vector<Interval> intervals) : intervals_(std::move(intervals)) {
  std::erase_if(intervals_, [](const Interval& interval) { return interval.empty(); });
  if (!std::ranges::is_sorted(intervals_, {}, &Interval::start)) std::ranges::sort(intervals_, {}, &Interval::start);
  JoinNeighbours(intervals_);
}

bool IntervalSet::Contains(Instant instant) const {
  const auto after = std::ranges::upper_bound(intervals_, instant, {}, &Interval::start);
  return after != intervals_.begin() && instant < std::prev(after)->end;
}

bool IntervalSet::IsSubsetOf(const IntervalSet& other) const {
  auto outer = other.intervals_.begin();
  for (const Interval& inner : intervals_) {
    while (outer != other.intervals_.end() && outer->end < inner.end) ++outer;
    if (outer == other.intervals_.end() || inner.start < outer->start) return false;
  }
  return true;
}

Duration IntervalSet::TotalLength() const {
  Duration total{0};
  for (const Interval& interval : intervals_) total += interval.end - interval.start;
  return total;
}

IntervalSet Union(const IntervalSet& a, const IntervalSet& b) {
  IntervalSet result;
  result.intervals_.reserve(a.intervals_.size() + b.intervals_.size());
  std::ranges::merge(a.intervals_, b.intervals_, std::back_inserter(result.intervals_), {}, &Interval::start,
                     &Interval::start);
  JoinNeighbours(result.intervals_);
  return result;
}

IntervalSet Intersection(const IntervalSet& a, const IntervalSet& b) {
  IntervalSet result;
  auto x = a.intervals_.begin(), y = b.intervals_.begin();
  while (x != a.intervals_.end() && y != b.intervals_.end()) {
    const Interval common{std::max(x->start, y->start), std::min(x->end, y->end)};
    if (!common.empty()) result.intervals_.push_back(common);
    if (x->end < y->end) {
      ++x;
    } else {
      ++y;
    }
  }
  return result;
}

IntervalSet Difference(const IntervalSet& a, const IntervalSet& b) {
  IntervalSet result;
  result.intervals_.reserve(a.intervals_.size());
  auto hole = b.intervals_.begin();
  for (Interval rest : a.intervals_) {
    while (hole != b.intervals_.end() && hole->end <= rest.start) ++hole;
    // A hole that reaches over the end may cut the next interval as well: only those that end inside are done with.
    for (; hole != b.intervals_.end() && hole->start < rest.end; ++hole) {
      if (rest.start < hole->start) result.intervals_.push_back({rest.start, hole->start});
      rest.start = std::max(rest.start, hole->end);
      if (rest.empty()) break;
    }
    if (!rest.empty()) result.intervals_.push_back(rest);
  }
  return result;
}

}  // namespace cxctl
