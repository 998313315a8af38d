#include "rules/permitted_sweep.h"

#include <gtest/gtest.h>

#include <random>

namespace cxctl {
namespace {

constexpr Duration kHour = std::chrono::hours(1);
constexpr Duration kDay = std::chrono::days(1);

Instant At(std::string_view text) {
  return ParseDateTime(text)->instant;
}

std::vector<SweepMember> MembersOf(const std::vector<ScheduleTiming>& timings) {
  std::vector<SweepMember> members;
  for (const ScheduleTiming& timing : timings) members.push_back({&timing, 1});
  return members;
}

/// Up to four schedules of up to two windows around the spring of 2027, on the half hour.
std::vector<ScheduleTiming> RandomTimings(std::mt19937& random) {
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const char* zones[] = {"America/New_York", "Europe/London", "UTC", "America/Phoenix"};
  std::vector<ScheduleTiming> timings(static_cast<std::size_t>(2 + pick(3)));
  for (ScheduleTiming& timing : timings) {
    timing.range.start = At("2027-02-01T00:00:00Z") + pick(20) * kDay + pick(24) * kHour;
    timing.range.end = timing.range.start + pick(80) * kDay + pick(24) * kHour;
    for (int i = 1 + pick(2); i > 0; --i) {
      const int start = 30 * pick(48);
      timing.windows.push_back({start, (start + 30 * (1 + pick(8))) % 1440, *Zone::Load(zones[pick(4)]), pick(5) > 0});
    }
    for (int i = pick(3); i > 0; --i) {
      const Instant start = timing.range.start + pick(40) * kDay + pick(24) * kHour;
      timing.blackouts.push_back({{start, start + (1 + pick(60)) * kHour}, "closed"});
    }
  }
  return timings;
}

TEST(PermittedSweep, AgreesWithThePermittedTimeOfEachMember) {
  std::mt19937 random(20261120);
  for (int round = 0; round < 60; ++round) {
    const auto timings = RandomTimings(random);
    const Interval within{At("2027-02-10T00:00:00Z"), At("2027-04-20T00:00:00Z")};
    PermittedSweep sweep(MembersOf(timings), within);
    std::vector<std::vector<Interval>> seen(timings.size());
    std::vector<bool> is_open(timings.size());
    Instant last = within.start;
    while (const auto event = sweep.Next()) {
      ASSERT_GE(event->at, last);
      last = event->at;
      ASSERT_NE(is_open[event->member], event->begins);
      is_open[event->member] = event->begins;
      if (event->begins) {
        seen[event->member].push_back({event->at, event->at});
      } else {
        seen[event->member].back().end = event->at;
      }
    }
    for (std::size_t i = 0; i < timings.size(); ++i) {
      const IntervalSet clipped = Intersection(timings[i].Permitted(), IntervalSet({within}));
      ASSERT_EQ(seen[i], clipped.intervals()) << "round " << round << ", member " << i;
    }
  }
}

TEST(PermittedSweep, ShortCutsNeverHideWhatIsOver) {
  std::mt19937 random(7);
  int over = 0, cut_short = 0;
  for (int round = 0; round < 150; ++round) {
    const auto timings = RandomTimings(random);
    const auto members = MembersOf(timings);
    std::vector<IntervalSet> permitted;
    for (const ScheduleTiming& timing : timings) permitted.push_back(timing.Permitted());
    const auto stretches = StretchesOver(members, 1);
    IntervalSet possible;
    for (const Interval& stretch : stretches) {
      if (MayBeOver(members, 1, stretch)) {
        possible = Union(possible, IntervalSet({stretch}));
      } else {
        ++cut_short;
      }
    }
    for (std::size_t i = 0; i < permitted.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        const IntervalSet both = Intersection(permitted[i], permitted[k]);
        over += both.empty() ? 0 : 1;
        ASSERT_TRUE(both.IsSubsetOf(possible)) << "round " << round << ", members " << k << " and " << i;
      }
    }
  }
  EXPECT_GT(over, 100);  // The cases have both outcomes.
  EXPECT_GT(cut_short, 10);
}

TEST(PermittedSweep, StretchesByRangesAlone) {
  std::vector<ScheduleTiming> timings(4);
  timings[0].range = {At("2026-12-01T00:00:00Z"), At("2026-12-10T00:00:00Z")};
  timings[1].range = {At("2026-12-05T00:00:00Z"), At("2026-12-07T00:00:00Z")};
  timings[2].range = {At("2026-12-07T00:00:00Z"), At("2026-12-20T00:00:00Z")};
  timings[3].range = {At("2026-12-30T00:00:00Z"), At("2026-12-01T00:00:00Z")};  // empty
  const std::vector<Interval> expected = {{At("2026-12-05T00:00:00Z"), At("2026-12-10T00:00:00Z")}};
  EXPECT_EQ(StretchesOver(MembersOf(timings), 1), expected);
  EXPECT_TRUE(StretchesOver(MembersOf(timings), 2).empty());
}

TEST(PermittedSweep, AWholeDayWindowIsOneStretch) {
  ScheduleTiming timing;
  timing.range = {At("2026-01-01T00:00:00Z"), At("2027-01-01T00:00:00Z")};
  timing.windows.push_back({0, 0, Zone::Utc(), true});
  const std::vector<SweepMember> members = {{&timing, 1}};
  PermittedSweep sweep(members, {At("2026-03-01T00:00:00Z"), At("2028-01-01T00:00:00Z")});
  const auto first = sweep.Next(), second = sweep.Next();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->at, At("2026-03-01T00:00:00Z"));
  EXPECT_TRUE(first->begins);
  EXPECT_EQ(second->at, At("2027-01-01T00:00:00Z"));
  EXPECT_FALSE(second->begins);
  EXPECT_FALSE(sweep.Next());
}

}  // namespace
}  // namespace cxctl
