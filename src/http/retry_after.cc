#include "http/retry_after.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/strings.h"

namespace cxctl {

namespace {

constexpr Duration kLongest = std::chrono::seconds(std::int64_t{1} << 31);
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};

/// Takes pieces off the front of a text; once one did not fit, everything after it fails.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  void Literal(std::string_view literal) {
    if (!rest_.starts_with(literal)) return Fail();
    rest_.remove_prefix(literal.size());
  }
  int Number(std::size_t digits) {
    if (rest_.size() < digits) return Fail(), 0;
    int number = 0;
    for (char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return Fail(), 0;
      number = number * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return number;
  }
  int Month() {
    const auto month = std::ranges::find(kMonths, rest_.substr(0, 3));
    if (month == kMonths.end()) return Fail(), 0;
    rest_.remove_prefix(3);
    return static_cast<int>(month - kMonths.begin()) + 1;
  }
  /// "06" or, as C's asctime has it, " 6".
  int PaddedDay() {
    if (!rest_.starts_with(' ')) return Number(2);
    rest_.remove_prefix(1);
    return Number(1);
  }
  bool Done() const { return !failed_ && rest_.empty(); }

 private:
  void Fail() {
    failed_ = true;
    rest_ = {};
  }
  std::string_view rest_;
  bool failed_ = false;
};

struct Fields {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

void ScanTime(Scanner& scanner, Fields& fields) {
  fields.hour = scanner.Number(2);
  scanner.Literal(":");
  fields.minute = scanner.Number(2);
  scanner.Literal(":");
  fields.second = scanner.Number(2);
}

/// `06 Nov 1994 08:49:37 GMT`
std::optional<Fields> ScanFixdate(std::string_view text) {
  Scanner scanner(text);
  Fields fields;
  fields.day = scanner.Number(2);
  scanner.Literal(" ");
  fields.month = scanner.Month();
  scanner.Literal(" ");
  fields.year = scanner.Number(4);
  scanner.Literal(" ");
  ScanTime(scanner, fields);
  scanner.Literal(" GMT");
  return scanner.Done() ? std::optional(fields) : std::nullopt;
}

/// `06-Nov-94 08:49:37 GMT`; the year is without its century.
std::optional<Fields> ScanRfc850(std::string_view text) {
  Scanner scanner(text);
  Fields fields;
  fields.day = scanner.Number(2);
  scanner.Literal("-");
  fields.month = scanner.Month();
  scanner.Literal("-");
  fields.year = scanner.Number(2);
  scanner.Literal(" ");
  ScanTime(scanner, fields);
  scanner.Literal(" GMT");
  return scanner.Done() ? std::optional(fields) : std::nullopt;
}

/// `Nov  6 08:49:37 1994`
std::optional<Fields> ScanAsctime(std::string_view text) {
  Scanner scanner(text);
  Fields fields;
  fields.month = scanner.Month();
  scanner.Literal(" ");
  fields.day = scanner.PaddedDay();
  scanner.Literal(" ");
  ScanTime(scanner, fields);
  scanner.Literal(" ");
  fields.year = scanner.Number(4);
  return scanner.Done() ? std::optional(fields) : std::nullopt;
}

std::optional<Instant> ToInstant(const Fields& fields) {
  namespace chrono = std::chrono;
  const chrono::year_month_day day(chrono::year(fields.year), chrono::month(static_cast<unsigned>(fields.month)),
                                   chrono::day(static_cast<unsigned>(fields.day)));
  // The grammar has second 60, for leap seconds: it is the instant after second 59.
  if (!day.ok() || fields.hour > 23 || fields.minute > 59 || fields.second > 60) return std::nullopt;
  const Duration since_epoch = chrono::sys_days(day).time_since_epoch() + chrono::hours(fields.hour) +
                               chrono::minutes(fields.minute) + chrono::seconds(fields.second);
  return Instant{since_epoch.count()};
}

std::optional<Instant> WithCentury(Fields fields, Instant now) {
  namespace chrono = std::chrono;
  const chrono::year_month_day today(chrono::floor<chrono::days>(chrono::sys_time<Duration>(Duration(now.micros))));
  const int this_year = static_cast<int>(today.year());
  fields.year += this_year - this_year % 100 + 100;
  while (fields.year > this_year + 50) fields.year -= 100;
  return ToInstant(fields);
}

/// How long one value asks to wait; negative for a date that has passed.
std::optional<Duration> ParseValue(std::string_view value, Instant reference, Instant now) {
  if (value.empty()) return std::nullopt;
  if (value.find_first_not_of("0123456789") != std::string_view::npos) {
    const std::optional<Instant> date = ParseHttpDate(value, now);
    return date ? std::optional(*date - reference) : std::nullopt;
  }
  std::int64_t seconds = 0;
  for (char digit : value) seconds = std::min<std::int64_t>(seconds * 10 + (digit - '0'), std::int64_t{1} << 31);
  return std::chrono::seconds(seconds);
}

}  // namespace

std::optional<Instant> ParseHttpDate(std::string_view text, Instant now) {
  for (std::string_view day : kDays) {
    const std::string_view short_day = day.substr(0, 3);
    if (!text.starts_with(short_day)) continue;
    std::optional<Fields> fields;
    if (std::string_view rest = text.substr(3); rest.starts_with(", ")) {
      fields = ScanFixdate(rest.substr(2));
    } else if (rest.starts_with(" ")) {
      fields = ScanAsctime(rest.substr(1));
    } else if (text.starts_with(day) && text.substr(day.size()).starts_with(", ")) {
      const std::optional<Fields> short_year = ScanRfc850(text.substr(day.size() + 2));
      return short_year ? WithCentury(*short_year, now) : std::nullopt;
    }
    return fields ? ToInstant(*fields) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Duration> ParseRetryAfter(const std::vector<HttpHeader>& headers, Instant now) {
  Instant reference = now;
  if (const std::string* date = FindHeader(headers, "Date")) reference = ParseHttpDate(Trim(*date), now).value_or(now);
  std::optional<Duration> longest;
  for (const HttpHeader& header : headers) {
    if (!EqualsIgnoringCase(header.name, "Retry-After")) continue;
    const std::optional<Duration> wait = ParseValue(Trim(header.value), reference, now);
    if (!wait || *wait < Duration::zero()) continue;
    longest = std::max(longest.value_or(Duration::zero()), std::min(*wait, kLongest));
  }
  return longest;
}

}  // namespace cxctl
