#pragma once

#include <span>
#include <vector>

#include "time/instant.h"

namespace cxctl {

/// Half-open stretch of time [start, end).
struct Interval {
  Instant start, end;
  friend auto operator<=>(const Interval&, const Interval&) = default;
  bool empty() const { return !(start < end); }
};

/// A set of instants as sorted, disjoint, non-adjacent, non-empty intervals, so that equal sets have equal intervals.
/// Every operation takes time linear in the number of intervals, but for Contains, which takes logarithmic time, and
/// for building a set from unsorted intervals, which sorts them.
class IntervalSet {
 public:
  IntervalSet() = default;
  /// From any intervals, in any order, overlapping or empty ones among them.
  explicit IntervalSet(std::vector<Interval> intervals);

  const std::vector<Interval>& intervals() const { return intervals_; }
  bool empty() const { return intervals_.empty(); }
  bool Contains(Instant instant) const;
  /// Whether every instant of this is in the other. True for the empty set.
  bool IsSubsetOf(const IntervalSet& other) const;
  Duration TotalLength() const;

  friend IntervalSet Union(const IntervalSet& a, const IntervalSet& b);
  friend IntervalSet Intersection(const IntervalSet& a, const IntervalSet& b);
  /// The instants of `a` that are not in `b`.
  friend IntervalSet Difference(const IntervalSet& a, const IntervalSet& b);
  friend bool operator==(const IntervalSet&, const IntervalSet&) = default;

 private:
  std::vector<Interval> intervals_;
};

}  // namespace cxctl
