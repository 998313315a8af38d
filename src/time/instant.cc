#include "time/instant.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace cxctl {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr int kMinutesPerDay = 1440;
constexpr Instant kFirstWritable{-62'167'219'200'000'000};  // 0000-01-01T00:00:00Z
constexpr Instant kLastWritable{253'402'300'799'999'999};   // 9999-12-31T23:59:59.999999Z

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::chrono::sys_days ToSysDays(Date date) {
  return std::chrono::year_month_day(std::chrono::year(date.year),
                                     std::chrono::month(static_cast<unsigned>(date.month)),
                                     std::chrono::day(static_cast<unsigned>(date.day)));
}

std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// Reads a fixed form from left to right. After the first thing that does not fit, `ok` stays false.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  int Digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (i >= rest.size() || !IsDigit(rest[i])) {
        ok = false;
        return 0;
      }
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return value;
  }

  int DigitsUpTo(std::size_t count, int most) {
    const int value = Digits(count);
    ok = ok && value <= most;
    return value;
  }

  bool Next(std::string_view characters) {
    if (rest.empty() || !characters.contains(rest.front())) return false;
    rest.remove_prefix(1);
    return true;
  }

  void Expect(std::string_view characters) { ok = Next(characters) && ok; }
};

Date ScanDate(Scanner& scanner) {
  Date date;
  date.year = scanner.Digits(4);
  scanner.Expect("-");
  date.month = scanner.Digits(2);
  scanner.Expect("-");
  date.day = scanner.Digits(2);
  using std::chrono::year_month_day, std::chrono::year, std::chrono::month, std::chrono::day;
  scanner.ok = scanner.ok && year_month_day(year(date.year), month(static_cast<unsigned>(date.month)),
                                            day(static_cast<unsigned>(date.day)))
                                 .ok();
  return date;
}

/// The digits behind the point, in microseconds.
std::int64_t ScanFraction(Scanner& scanner) {
  std::int64_t micros = 0, unit = kMicrosPerSecond / 10;
  if (scanner.rest.empty() || !IsDigit(scanner.rest.front())) scanner.ok = false;
  for (; !scanner.rest.empty() && IsDigit(scanner.rest.front()); unit /= 10) micros += unit * scanner.Digits(1);
  return micros;
}

void ScanOffset(Scanner& scanner, DateTime& result) {
  if (scanner.Next("Zz")) {
    result.zulu = true;
    return;
  }
  const int sign = scanner.rest.starts_with('-') ? -1 : 1;
  scanner.Expect("+-");
  const int hours = scanner.DigitsUpTo(2, 23);
  scanner.Expect(":");
  result.offset_seconds = sign * (hours * 3600 + scanner.DigitsUpTo(2, 59) * 60);
}

struct Unit {
  std::string_view name;
  std::int64_t micros;
};
constexpr std::array<Unit, 5> kUnits = {{{"d", kSecondsPerDay* kMicrosPerSecond},
                                         {"h", 3600 * kMicrosPerSecond},
                                         {"m", 60 * kMicrosPerSecond},
                                         {"s", kMicrosPerSecond},
                                         {"ms", 1000}}};

}  // namespace

std::optional<DateTime> ParseDateTime(std::string_view text) {
  Scanner scanner{text};
  const Date date = ScanDate(scanner);
  scanner.Expect("Tt");
  std::int64_t seconds = scanner.DigitsUpTo(2, 23) * 3600;
  scanner.Expect(":");
  seconds += scanner.DigitsUpTo(2, 59) * 60;
  scanner.Expect(":");
  seconds += scanner.DigitsUpTo(2, 59);
  const std::int64_t micros = scanner.Next(".") ? ScanFraction(scanner) : 0;
  DateTime result;
  ScanOffset(scanner, result);
  if (!scanner.ok || !scanner.rest.empty()) return std::nullopt;
  seconds += DayNumberOf(date) * kSecondsPerDay - result.offset_seconds;
  result.instant.micros = seconds * kMicrosPerSecond + micros;
  return result;
}

std::string FormatUtc(Instant instant, bool millis) {
  const std::int64_t clamped = std::clamp(instant, kFirstWritable, kLastWritable).micros;
  const std::int64_t seconds = FloorDivide(clamped, kMicrosPerSecond);
  const std::int64_t micros = clamped - seconds * kMicrosPerSecond;
  const std::int64_t day = FloorDivide(seconds, kSecondsPerDay);
  const std::int64_t second = seconds - day * kSecondsPerDay;
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", FormatDate(DateOfDayNumber(static_cast<int>(day))),
                                 second / 3600, second / 60 % 60, second % 60);
  if (millis) {
    text += fmt::format(".{:03}", micros / 1000);
  } else if (micros != 0) {
    text += fmt::format(".{:06}", micros);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text + "Z";
}

std::optional<Duration> ParseDuration(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto unit = std::ranges::find(kUnits, text.substr(digits), &Unit::name);
  if (digits == 0 || unit == kUnits.end()) return std::nullopt;
  std::int64_t count = 0, micros = 0;
  if (std::from_chars(text.data(), text.data() + digits, count).ec != std::errc()) return std::nullopt;
  if (__builtin_mul_overflow(count, unit->micros, &micros)) return std::nullopt;
  return Duration(micros);
}

std::string FormatDuration(Duration duration) {
  const std::int64_t micros = duration.count() / 1000 * 1000;
  if (micros == 0) return "0s";
  const auto unit = std::ranges::find_if(kUnits, [micros](const Unit& u) { return micros % u.micros == 0; });
  return fmt::format("{}{}", micros / unit->micros, unit->name);
}

std::optional<Date> ParseDate(std::string_view text) {
  Scanner scanner{text};
  const Date date = ScanDate(scanner);
  if (!scanner.ok || !scanner.rest.empty()) return std::nullopt;
  return date;
}

std::string FormatDate(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

Date AddDays(Date date, int days) {
  return DateOfDayNumber(DayNumberOf(date) + days);
}

int WeekdayOf(Date date) {
  return static_cast<int>(std::chrono::weekday(ToSysDays(date)).iso_encoding()) - 1;
}

int DayNumberOf(Date date) {
  return static_cast<int>(ToSysDays(date).time_since_epoch().count());
}

Date DateOfDayNumber(int day_number) {
  const std::chrono::year_month_day day{std::chrono::sys_days(std::chrono::days(day_number))};
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
          static_cast<int>(static_cast<unsigned>(day.day()))};
}

std::optional<int> ParseTimeOfDay(std::string_view text, bool allow_24) {
  Scanner scanner{text};
  const int hours = scanner.DigitsUpTo(2, 24);
  scanner.Expect(":");
  const int minutes = hours * 60 + scanner.DigitsUpTo(2, 59);
  if (!scanner.ok || !scanner.rest.empty() || minutes > (allow_24 ? kMinutesPerDay : kMinutesPerDay - 1)) {
    return std::nullopt;
  }
  return minutes;
}

std::string FormatTimeOfDay(int minutes) {
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

}  // namespace cxctl
