// Holds compiled calendars against an oracle that shares nothing with them: the C library's clock, asked minute by
// minute, and the words of the manifest read naively.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "calendar/compile.h"
#include "support/libc_zone.h"
#include "value/json.h"

namespace cxctl {
namespace {

constexpr int kMinutesPerDay = 1440;

/// Forty zones: all offsets of a quarter of an hour, both hemispheres, changes at midnight, by half an hour, by two
/// hours, in Ramadan.
const char* const kZones[] = {
    "America/New_York",   "America/Chicago",     "America/Denver",      "America/Phoenix",  "America/Los_Angeles",
    "America/Anchorage",  "Pacific/Honolulu",    "America/Halifax",     "America/St_Johns", "America/Puerto_Rico",
    "America/Sao_Paulo",  "America/Bogota",      "America/Mexico_City", "America/Havana",   "America/Santiago",
    "America/Asuncion",   "America/Nuuk",        "Atlantic/Azores",     "Europe/London",    "Europe/Dublin",
    "Europe/Paris",       "Europe/Rome",         "Europe/Madrid",       "Europe/Helsinki",  "Europe/Moscow",
    "Africa/Casablanca",  "Africa/Cairo",        "Asia/Beirut",         "Asia/Jerusalem",   "Asia/Tehran",
    "Asia/Kolkata",       "Asia/Kathmandu",      "Asia/Shanghai",       "Asia/Tokyo",       "Australia/Sydney",
    "Australia/Adelaide", "Australia/Lord_Howe", "Pacific/Auckland",    "Pacific/Chatham",  "Antarctica/Troll"};

bool LongTests() {
  return getenv("CXCTL_LONG_TESTS") != nullptr;
}

struct NaiveWindow {
  std::array<bool, 7> days{};
  int start = 0, end = 0;
};

/// A calendar as the manifest has it, and as plain numbers.
struct RandomCalendar {
  std::string json;
  std::vector<NaiveWindow> windows;
  std::vector<std::int64_t> closed_days;  ///< Days since 1970 on the local clock.
  std::vector<std::pair<int, int>> annual;
  std::vector<std::pair<std::int64_t, std::int64_t>> closed;  ///< UTC minutes.
  bool florida = false;
};

std::string TimeText(int minute) {
  return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

RandomCalendar Make(const std::string& zone, std::int64_t first_minute, int days, std::mt19937& random) {
  constexpr const char* kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  RandomCalendar made;
  std::string windows, blackouts;
  for (int i = 0, n = 1 + below(4); i < n; ++i) {
    NaiveWindow window;
    std::string names;
    for (std::size_t day = 0; day < 7; ++day) {
      if (below(2) == 0) continue;
      window.days[day] = true;
      names += fmt::format("{}\"{}\"", names.empty() ? "" : ",", kDays[day]);
    }
    if (names.empty()) continue;
    // Clocks change in the first hours of a day.
    window.start = below(2) ? below(kMinutesPerDay) : below(240);
    window.end = below(2) ? below(kMinutesPerDay) + 1 : below(240) + 1;
    windows += fmt::format("{}{{\"days\":[{}],\"startTime\":\"{}\",\"endTime\":\"{}\"}}", windows.empty() ? "" : ",",
                           names, TimeText(window.start), TimeText(window.end));
    made.windows.push_back(window);
  }
  const auto add = [&](const std::string& text) { blackouts += (blackouts.empty() ? "" : ",") + text; };
  for (int i = 0, n = below(6); i < n; ++i) {
    const std::int64_t day = first_minute / kMinutesPerDay + below(days);
    made.closed_days.push_back(day);
    add(fmt::format(R"({{"date":"{}","reason":"r{}"}})", FormatDate(DateOfDayNumber(static_cast<int>(day))), below(3)));
  }
  for (int i = 0, n = below(3); i < n; ++i) {
    const Date date = DateOfDayNumber(static_cast<int>(first_minute / kMinutesPerDay) + below(366));
    made.annual.emplace_back(date.month, date.day);
    add(fmt::format(R"({{"annual":"{:02}-{:02}"}})", date.month, date.day));
  }
  for (int i = 0, n = below(6); i < n; ++i) {
    const std::int64_t start = first_minute + below(days * kMinutesPerDay), end = start + 1 + below(5000);
    made.closed.emplace_back(start, end);
    add(fmt::format(R"({{"startTime":"{}","endTime":"{}","reason":"r{}"}})",
                    FormatUtc(Instant{} + std::chrono::minutes(start)),
                    FormatUtc(Instant{} + std::chrono::minutes(end)), below(3)));
  }
  made.florida = below(2) == 0;
  made.json = fmt::format(R"({{"timeZone":"{}","windows":[{}],"blackouts":[{}]{}}})", zone, windows, blackouts,
                          made.florida ? R"(,"clip":true,"jurisdictions":["us-fl"])" : "");
  return made;
}

/// What the clock of the zone shows, minute by minute.
class Clock {
 public:
  Clock(const std::string& zone, std::int64_t first, std::int64_t minutes) : first_(first) {
    const LibcZone libc(zone);
    local_.reserve(static_cast<std::size_t>(minutes));
    for (std::int64_t i = 0; i < minutes; ++i) local_.push_back(libc.LocalMinute(first + i));
  }
  std::int64_t size() const { return static_cast<std::int64_t>(local_.size()); }
  std::int64_t first() const { return first_; }

  bool Permits(const RandomCalendar& calendar, std::int64_t minute) const {
    const std::int64_t local = local_[static_cast<std::size_t>(minute)];
    const std::int64_t day = local / kMinutesPerDay;
    const int shown = static_cast<int>(local % kMinutesPerDay);
    const auto weekday = static_cast<std::size_t>((day + 3) % 7);  // 1970-01-01 was a Thursday
    if (calendar.florida && (shown < 8 * 60 || shown >= 20 * 60)) return false;
    for (const auto& [start, end] : calendar.closed) {
      if (start <= first_ + minute && first_ + minute < end) return false;
    }
    for (const std::int64_t closed : calendar.closed_days) {
      if (closed == day) return false;
    }
    const Date date = DateOfDayNumber(static_cast<int>(day));
    for (const auto& [month, of_month] : calendar.annual) {
      if (date.month == month && date.day == of_month) return false;
    }
    for (const NaiveWindow& window : calendar.windows) {
      const bool today = window.days[weekday], yesterday = window.days[(weekday + 6) % 7];
      const bool over_midnight = window.end <= window.start;
      if (today && shown >= window.start && (over_midnight || shown < window.end)) return true;
      if (yesterday && over_midnight && shown < window.end) return true;
    }
    return false;
  }

 private:
  std::int64_t first_;
  std::vector<std::int64_t> local_;
};

/// Returns how many minutes were compared.
std::int64_t Compare(const std::string& zone, const Clock& clock, const RandomCalendar& calendar) {
  Arena arena;
  const auto spec = ParseJson(arena, calendar.json);
  EXPECT_TRUE(spec) << calendar.json;
  const auto read = CallingCalendar::Read(*spec);
  EXPECT_TRUE(read) << zone;
  const Interval range{Instant{} + std::chrono::minutes(clock.first()),
                       Instant{} + std::chrono::minutes(clock.first() + clock.size())};
  const CompiledCalendar compiled = CompileCalendar(*read, range);
  const IntervalSet permitted = PermittedTime(compiled.windows, compiled.blackouts, range);
  EXPECT_EQ(permitted, read->Permitted(range)) << calendar.json;
  auto next = permitted.intervals().begin();
  for (std::int64_t minute = 0; minute < clock.size(); ++minute) {
    const Instant now = Instant{} + std::chrono::minutes(clock.first() + minute);
    while (next != permitted.intervals().end() && next->end <= now) ++next;
    const bool open = next != permitted.intervals().end() && next->start <= now;
    if (open == clock.Permits(calendar, minute)) continue;
    ADD_FAILURE() << (open ? "permitted: " : "not permitted: ") << FormatUtc(now) << " in " << calendar.json;
    return minute;
  }
  return clock.size();
}

void CompareAll(int calendars, int days, int every_days) {
  std::mt19937 random(20261121);
  std::int64_t compared = 0;
  const std::int64_t from = std::int64_t{DayNumberOf({2024, 1, 1})} * kMinutesPerDay;
  const int span = DayNumberOf({2031, 1, 1}) - DayNumberOf({2024, 1, 1});
  for (const char* zone : kZones) {
    for (int day = 0; day < span; day += every_days) {
      const int length = std::min(days, span - day);
      const Clock clock(zone, from + std::int64_t{day} * kMinutesPerDay, std::int64_t{length} * kMinutesPerDay);
      for (int i = 0; i < calendars; ++i) {
        compared += Compare(zone, clock, Make(zone, clock.first(), length, random));
        if (testing::Test::HasFailure()) return;
      }
    }
  }
  testing::Test::RecordProperty("minutes", std::to_string(compared));
  if (LongTests()) fmt::print("{} minutes compared, no mismatch\n", compared);
}

TEST(CompileOracle, AgreesInEveryMinuteOfSampledWeeks) {
  CompareAll(1, 9, 400);
}

TEST(CompileOracle, AgreesInEveryMinuteFrom2024To2030) {
  if (!LongTests()) GTEST_SKIP() << "takes minutes: set CXCTL_LONG_TESTS";
  CompareAll(2, 366, 366);
}

}  // namespace
}  // namespace cxctl
