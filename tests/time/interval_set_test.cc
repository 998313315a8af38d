#include "time/interval_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <random>
#include <vector>

namespace cxctl {
namespace {

Interval Of(std::int64_t start, std::int64_t end) {
  return {{start}, {end}};
}

// The model: a set of the instants 0..31, one bit each.
constexpr int kInstants = 32;
using Bits = std::bitset<kInstants>;

Bits ToBits(const IntervalSet& set) {
  Bits bits;
  for (const Interval& interval : set.intervals()) {
    for (std::int64_t i = interval.start.micros; i < interval.end.micros; ++i) bits.set(static_cast<std::size_t>(i));
  }
  return bits;
}

/// Up to six intervals, some of them empty, reversed, repeated or overlapping.
std::vector<Interval> RandomIntervals(std::mt19937& random) {
  std::uniform_int_distribution<std::int64_t> instant(0, kInstants);
  std::vector<Interval> intervals(std::uniform_int_distribution<std::size_t>(0, 6)(random));
  for (Interval& interval : intervals) interval = Of(instant(random), instant(random));
  return intervals;
}

void ExpectCanonical(const IntervalSet& set) {
  const Interval* previous = nullptr;
  for (const Interval& interval : set.intervals()) {
    EXPECT_LT(interval.start, interval.end);
    if (previous != nullptr) {
      EXPECT_LT(previous->end, interval.start);
    }
    previous = &interval;
  }
}

TEST(IntervalSet, IsBuiltFromAnything) {
  EXPECT_TRUE(IntervalSet().empty());
  EXPECT_TRUE(IntervalSet({Of(3, 3), Of(5, 2)}).empty());
  const IntervalSet set({Of(7, 9), Of(0, 2), Of(2, 4), Of(8, 12), Of(20, 20), Of(1, 2), Of(30, 25)});
  EXPECT_EQ(set.intervals(), (std::vector{Of(0, 4), Of(7, 12)}));
  EXPECT_EQ(set.TotalLength(), Duration(9));
  EXPECT_EQ(IntervalSet({Of(0, 10), Of(2, 3), Of(4, 5)}).intervals(), std::vector{Of(0, 10)});
}

TEST(IntervalSet, HasItsStartsButNotItsEnds) {
  const IntervalSet set({Of(0, 2), Of(5, 6)});
  for (const std::int64_t in : {0, 1, 5}) EXPECT_TRUE(set.Contains({in})) << in;
  for (const std::int64_t out : {-1, 2, 3, 4, 6, 7}) EXPECT_FALSE(set.Contains({out})) << out;
}

TEST(IntervalSet, DifferenceKeepsWhatLiesBetweenHoles) {
  const IntervalSet day({Of(0, 10), Of(12, 20)});
  EXPECT_EQ(Difference(day, IntervalSet({Of(2, 3), Of(5, 14), Of(19, 30)})).intervals(),
            (std::vector{Of(0, 2), Of(3, 5), Of(14, 19)}));
  EXPECT_EQ(Difference(day, IntervalSet()), day);
  EXPECT_TRUE(Difference(day, IntervalSet({Of(-5, 50)})).empty());
  EXPECT_EQ(Difference(day, IntervalSet({Of(10, 12)})), day);
}

TEST(IntervalSetProperties, EveryOperationDoesWhatItDoesToBits) {
  std::mt19937 random(20261120);
  for (int round = 0; round < 5000; ++round) {
    const IntervalSet a(RandomIntervals(random)), b(RandomIntervals(random));
    const Bits x = ToBits(a), y = ToBits(b);
    for (const IntervalSet& set : {a, b, Union(a, b), Intersection(a, b), Difference(a, b)}) ExpectCanonical(set);
    ASSERT_EQ(ToBits(Union(a, b)), x | y);
    ASSERT_EQ(ToBits(Intersection(a, b)), x & y);
    ASSERT_EQ(ToBits(Difference(a, b)), x & ~y);
    ASSERT_EQ(a.IsSubsetOf(b), (x & ~y).none());
    ASSERT_EQ(a == b, x == y);
    ASSERT_EQ(a.empty(), x.none());
    ASSERT_EQ(a.TotalLength(), Duration(static_cast<std::int64_t>(x.count())));
    for (int i = 0; i < kInstants; ++i) ASSERT_EQ(a.Contains({i}), x.test(static_cast<std::size_t>(i)));
  }
}

TEST(IntervalSetProperties, BuildingForgetsTheOrder) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<Interval> intervals = RandomIntervals(random);
    const IntervalSet set(intervals);
    Bits expected;
    for (const Interval& interval : intervals) expected |= ToBits(IntervalSet({interval}));
    ASSERT_EQ(ToBits(set), expected);
    std::ranges::shuffle(intervals, random);
    ASSERT_EQ(IntervalSet(intervals), set);
    ASSERT_EQ(IntervalSet(set.intervals()), set);
  }
}

TEST(IntervalSetProperties, LawsOfSetsHold) {
  std::mt19937 random(42);
  for (int round = 0; round < 3000; ++round) {
    const IntervalSet a(RandomIntervals(random)), b(RandomIntervals(random)), c(RandomIntervals(random));
    ASSERT_EQ(Union(a, b), Union(b, a));
    ASSERT_EQ(Intersection(a, b), Intersection(b, a));
    ASSERT_EQ(Union(a, Union(b, c)), Union(Union(a, b), c));
    ASSERT_EQ(Intersection(a, Intersection(b, c)), Intersection(Intersection(a, b), c));
    ASSERT_EQ(Intersection(a, Union(b, c)), Union(Intersection(a, b), Intersection(a, c)));
    ASSERT_EQ(Union(a, Intersection(b, c)), Intersection(Union(a, b), Union(a, c)));
    ASSERT_EQ(Difference(a, Union(b, c)), Intersection(Difference(a, b), Difference(a, c)));
    ASSERT_EQ(Difference(a, Difference(a, b)), Intersection(a, b));
    ASSERT_EQ(Union(Difference(a, b), Intersection(a, b)), a);
    ASSERT_EQ(Union(a, a), a);
    ASSERT_TRUE(Difference(a, a).empty());
    ASSERT_TRUE(Intersection(a, b).IsSubsetOf(a));
    ASSERT_TRUE(a.IsSubsetOf(Union(a, b)));
    ASSERT_EQ(Union(a, b).TotalLength() + Intersection(a, b).TotalLength(), a.TotalLength() + b.TotalLength());
  }
}

}  // namespace
}  // namespace cxctl
