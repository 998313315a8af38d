#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cxctl {

using Duration = std::chrono::microseconds;

/// A point on the time line, in microseconds since 1970-01-01T00:00:00Z. Leap seconds do not exist.
struct Instant {
  std::int64_t micros = 0;

  friend auto operator<=>(const Instant&, const Instant&) = default;
  friend Instant operator+(Instant t, Duration d) { return {t.micros + d.count()}; }
  friend Instant operator-(Instant t, Duration d) { return {t.micros - d.count()}; }
  friend Duration operator-(Instant a, Instant b) { return Duration(a.micros - b.micros); }
};

/// An RFC 3339 date-time as written.
struct DateTime {
  Instant instant;
  int offset_seconds = 0;  ///< East of UTC is positive.
  bool zulu = false;       ///< Written with `Z` (or `z`): the offset says nothing about a zone.
};

/// Reads an RFC 3339 date-time with an offset: `2026-10-01T00:00:00-04:00`, fractions of a second allowed, `T` and `Z`
/// in either case. Nothing for anything else: no offset, a day that the month does not have, hour 24, second 60, an
/// offset beyond 23:59. Years are 0000 to 9999. Digits behind the microsecond are read and dropped.
std::optional<DateTime> ParseDateTime(std::string_view text);

/// `2026-11-20T21:15:13Z`; with milliseconds (`…13.123Z`, the rest dropped) when `millis`, else fractions only where
/// there are any, without trailing zeros (`…13.5Z`). ParseDateTime reads back what was written. RFC 3339 has the years
/// 0000 to 9999 only: instants outside are written as the nearest that it has.
std::string FormatUtc(Instant instant, bool millis = false);

/// A manifest duration: an integer and one unit of `ms`, `s`, `m`, `h`, `d`: `500ms`, `30s`, `14d`. Nothing for
/// anything else, signed, fractional or overflowing ones and those with spaces among it. Zero and leading zeros are
/// allowed.
std::optional<Duration> ParseDuration(std::string_view text);

/// The shortest exact manifest form, which is that of the largest unit without a fraction: `90s`, `2h`, `1d`, `500ms`,
/// `0s`. Microseconds, for which manifests have no unit, are dropped; negative ones are written with `-`.
std::string FormatDuration(Duration duration);

/// A calendar day of the proleptic Gregorian calendar.
struct Date {
  int year = 1970, month = 1, day = 1;
  friend auto operator<=>(const Date&, const Date&) = default;
};
/// `2026-11-26`; nothing for a day that does not exist.
std::optional<Date> ParseDate(std::string_view text);
std::string FormatDate(Date date);
/// The day so many days later, or earlier if negative. REQUIRES: days that exist, in years -32767 to 32767, here and
/// below.
Date AddDays(Date date, int days);
/// 0 Monday … 6 Sunday.
int WeekdayOf(Date date);
/// Days since 1970-01-01, and back.
int DayNumberOf(Date date);
Date DateOfDayNumber(int day_number);

/// `HH:mm`, two digits each, in minutes since midnight, 0..1439; `24:00` (1440) only when `allow_24`.
std::optional<int> ParseTimeOfDay(std::string_view text, bool allow_24);
/// 1440 is written `24:00`.
std::string FormatTimeOfDay(int minutes);

}  // namespace cxctl
