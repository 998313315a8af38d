// Compares permitted time with an oracle that shares nothing with it: the C library's localtime_r, asked for every
// minute what the clock shows.

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/libc_zone.h"
#include "time/permitted_time.h"

namespace cxctl {
namespace {

using namespace std::chrono_literals;

constexpr int kMinutesPerDay = 1440;
/// Minute by minute, what the clock of a zone shows.
class Oracle {
 public:
  Oracle(const std::string& zone, std::int64_t first_minute, int minutes) : first_(first_minute) {
    const LibcZone libc(zone);
    for (int i = 0; i < minutes; ++i) local_.push_back(libc.LocalMinute(first_minute + i));
  }

  /// Whether the time of day that the clock shows lies within the window.
  bool Permits(const DailyWindow& window, int minute) const {
    const std::int64_t shown = local_[static_cast<std::size_t>(minute)] % kMinutesPerDay;
    if (window.start_minute == window.end_minute) return true;
    const bool after_start = shown >= window.start_minute;
    const bool before_end = shown < window.end_minute;
    return window.start_minute < window.end_minute ? after_start && before_end : after_start || before_end;
  }

  Instant InstantOf(int minute) const { return Instant{} + std::chrono::minutes(first_ + minute); }
  int minutes() const { return static_cast<int>(local_.size()); }
  Interval range() const { return {InstantOf(0), InstantOf(minutes())}; }

 private:
  std::int64_t first_;
  std::vector<std::int64_t> local_;
};

struct Stretch {
  const char *zone, *from;
  int days;
};

// Two years each, and the oddities: half an hour, 15-minute offsets, a day skipped, changes at midnight and a minute
// after it, an hour that belongs to the day before, two changes within a month, two hours, past 2037.
const Stretch kStretches[] = {
    {"America/New_York", "2026-01-01", 730},
    {"Europe/London", "2026-01-01", 730},
    {"Australia/Lord_Howe", "2026-01-01", 730},
    {"Asia/Kathmandu", "2026-01-01", 730},
    {"Asia/Kathmandu", "1985-12-20", 30},
    {"Pacific/Apia", "2011-09-01", 240},
    {"America/St_Johns", "2006-03-15", 730},
    {"America/St_Johns", "2026-01-01", 730},
    {"Africa/Cairo", "2026-01-01", 730},
    {"America/Havana", "2026-01-01", 730},
    {"Africa/Casablanca", "2026-01-01", 730},
    {"Antarctica/Troll", "2026-01-01", 730},
    {"Pacific/Chatham", "2026-01-01", 730},
    {"America/Sao_Paulo", "2017-08-01", 730},
    {"America/Los_Angeles", "2060-01-01", 730},
    {"Asia/Beirut", "2024-01-01", 730},
    {"America/Asuncion", "2023-07-01", 730},
    {"Atlantic/Azores", "2026-01-01", 730},
    {"UTC", "2026-01-01", 30},
};

/// The days around every change of the zone's clock within the stretch, and the first days of the stretch.
std::vector<Oracle> OraclesOf(const Stretch& stretch) {
  constexpr int kAround = 3 * kMinutesPerDay;
  const auto date = ParseDate(stretch.from);
  EXPECT_TRUE(date) << stretch.from;
  const std::int64_t from = std::int64_t{DayNumberOf(date.value_or(Date{}))} * kMinutesPerDay;
  std::vector<std::int64_t> starts = {from};
  {
    const LibcZone libc(stretch.zone);
    for (std::int64_t hour = from; hour < from + stretch.days * kMinutesPerDay; hour += 60) {
      if (libc.LocalMinute(hour + 60) - libc.LocalMinute(hour) != 60) starts.push_back(hour - kAround);
    }
  }
  std::vector<Oracle> oracles;
  for (const std::int64_t start : starts) oracles.emplace_back(stretch.zone, start, 2 * kAround);
  return oracles;
}

std::vector<DailyWindow> WindowsToTry(const Zone& zone, std::mt19937& random) {
  std::vector<DailyWindow> windows = {{9 * 60, 21 * 60, zone, true},
                                      {22 * 60, 6 * 60, zone, true},
                                      {0, 90, zone, true},
                                      {150, 0, zone, true},
                                      {0, 0, zone, true},
                                      {23 * 60 + 30, 30, zone, true}};
  std::uniform_int_distribution<int> minute(0, kMinutesPerDay - 1), early(-90, 240);
  for (int i = 0; i < 4; ++i) windows.push_back({minute(random), minute(random), zone, true});
  // Clocks change around midnight and in the first hours of the day.
  for (int i = 0; i < 6; ++i)
    windows.push_back({(early(random) + kMinutesPerDay) % kMinutesPerDay,
                       (early(random) + kMinutesPerDay) % kMinutesPerDay, zone, true});
  return windows;
}

/// Walks over the minutes of a range in step with a set.
class Cursor {
 public:
  explicit Cursor(const IntervalSet& set) : next_(set.intervals().begin()), end_(set.intervals().end()) {}
  bool Contains(Instant instant) {
    while (next_ != end_ && next_->end <= instant) ++next_;
    return next_ != end_ && next_->start <= instant;
  }

 private:
  std::vector<Interval>::const_iterator next_, end_;
};

std::string Describe(const DailyWindow& window, Instant instant) {
  return FormatTimeOfDay(window.start_minute) + "-" + FormatTimeOfDay(window.end_minute) + " " + window.zone.name() +
         " at " + FormatUtc(instant);
}

void ExpectAgreement(const Oracle& oracle, const DailyWindow& window) {
  const IntervalSet open = ExpandWindow(window, oracle.range());
  Cursor cursor(open);
  for (int minute = 0; minute < oracle.minutes(); ++minute) {
    const Instant now = oracle.InstantOf(minute);
    const bool permitted = oracle.Permits(window, minute);
    if (cursor.Contains(now) != permitted) {
      FAIL() << (permitted ? "not permitted: " : "permitted: ") << Describe(window, now);
    }
    if (IsPermitted(std::span(&window, 1), {}, now) != permitted) {
      FAIL() << "IsPermitted disagrees: " << Describe(window, now);
    }
  }
  for (const Interval& interval : open.intervals()) {
    EXPECT_EQ(interval.start.micros % 60'000'000, 0) << Describe(window, interval.start);
    EXPECT_EQ(interval.end.micros % 60'000'000, 0) << Describe(window, interval.end);
  }
}

TEST(PermittedTimeOracle, AgreesWithExpandWindowInEveryMinute) {
  std::mt19937 random(1);
  for (const Stretch& stretch : kStretches) {
    const auto zone = Zone::Load(stretch.zone);
    ASSERT_TRUE(zone) << stretch.zone;
    for (const Oracle& oracle : OraclesOf(stretch)) {
      for (const DailyWindow& window : WindowsToTry(*zone, random)) ExpectAgreement(oracle, window);
      ASSERT_FALSE(HasFailure());
    }
  }
}

TEST(PermittedTimeOracle, AgreesWithPermittedTimeIsPermittedAndFirstPermitted) {
  std::mt19937 random(2);
  const Oracle new_york("America/New_York", 20'755 * kMinutesPerDay, 12 * kMinutesPerDay);  // from 2026-10-29
  const Oracle london("Europe/London", 20'755 * kMinutesPerDay, 12 * kMinutesPerDay);
  const Zone zones[] = {*Zone::Load("America/New_York"), *Zone::Load("Europe/London")};
  std::uniform_int_distribution<int> minute_of_day(0, kMinutesPerDay - 1), coin(0, 3), length(-100, 3000),
      minute_of_range(-500, 12 * kMinutesPerDay);
  for (int round = 0; round < 40; ++round) {
    std::vector<DailyWindow> windows;
    for (int i = coin(random); i > 0; --i) {
      windows.push_back({minute_of_day(random), minute_of_day(random), zones[i % 2], coin(random) != 0});
    }
    std::vector<Blackout> blackouts;
    for (int i = 2 * coin(random); i > 0; --i) {
      const int start = minute_of_range(random);
      blackouts.push_back({{new_york.InstantOf(start), new_york.InstantOf(start + length(random))}, ""});
    }
    const IntervalSet permitted = PermittedTime(windows, blackouts, new_york.range());
    std::optional<Instant> first;
    for (int minute = new_york.minutes() - 1; minute >= 0; --minute) {
      const Instant now = new_york.InstantOf(minute);
      const bool open = std::ranges::any_of(windows, [&](const DailyWindow& window) {
        return window.enabled && (window.zone == zones[0] ? new_york : london).Permits(window, minute);
      });
      const bool closed = std::ranges::any_of(
          blackouts, [&](const Blackout& b) { return b.interval.start <= now && now < b.interval.end; });
      ASSERT_EQ(permitted.Contains(now), open && !closed) << "round " << round << " at " << FormatUtc(now);
      ASSERT_EQ(IsPermitted(windows, blackouts, now), open && !closed) << "round " << round << " at " << FormatUtc(now);
      if (open && !closed) first = now;
      if (minute % 997 == 0) {
        ASSERT_EQ(FirstPermitted(windows, blackouts, {now, new_york.range().end}), first) << FormatUtc(now);
      }
    }
  }
}

TEST(PermittedTimeProperties, CanonicalFormsPermitTheSame) {
  std::mt19937 random(3);
  const char* names[] = {"America/New_York", "US/Eastern", "America/Havana", "America/St_Johns", "Cuba"};
  const Interval ranges[] = {{Instant{} + std::chrono::days(20'500), Instant{} + std::chrono::days(20'900)},
                             {Instant{} + std::chrono::days(13'200), Instant{} + std::chrono::days(13'500)}};
  std::uniform_int_distribution<int> quarter(0, 95), count(0, 5), name(0, 4);
  for (int round = 0; round < 100; ++round) {
    std::vector<DailyWindow> windows;
    for (int i = count(random); i > 0; --i) {
      windows.push_back({15 * quarter(random), 15 * quarter(random), *Zone::Load(names[name(random)]), i != 3});
    }
    const std::vector<DailyWindow> canonical = CanonicalWindows(windows);
    ASSERT_LE(canonical.size(), windows.size());
    for (const Interval& range : ranges) {
      ASSERT_EQ(PermittedTime(canonical, {}, range), PermittedTime(windows, {}, range)) << "round " << round;
    }
    std::ranges::shuffle(windows, random);
    const std::vector<DailyWindow> other = CanonicalWindows(windows);
    ASSERT_EQ(other.size(), canonical.size());
    for (std::size_t i = 0; i < other.size(); ++i) {
      ASSERT_EQ(other[i].start_minute, canonical[i].start_minute);
      ASSERT_EQ(other[i].end_minute, canonical[i].end_minute);
      ASSERT_EQ(other[i].zone, canonical[i].zone);
      ASSERT_EQ(other[i].enabled, canonical[i].enabled);
    }
  }
}

TEST(PermittedTimeProperties, RangesCanBeCutAnywhere) {
  std::mt19937 random(4);
  for (const Stretch& stretch : kStretches) {
    const auto zone = Zone::Load(stretch.zone);
    ASSERT_TRUE(zone);
    const Instant from = zone->StartOfDay(*ParseDate(stretch.from));
    const Interval whole{from, from + std::chrono::days(stretch.days)};
    std::uniform_int_distribution<std::int64_t> cut(whole.start.micros, whole.end.micros);
    for (const DailyWindow& window : WindowsToTry(*zone, random)) {
      const Instant middle{cut(random)};
      ASSERT_EQ(Union(ExpandWindow(window, {whole.start, middle}), ExpandWindow(window, {middle, whole.end})),
                ExpandWindow(window, whole))
          << Describe(window, middle);
    }
  }
}

}  // namespace
}  // namespace cxctl
