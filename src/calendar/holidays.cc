#include "calendar/holidays.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cxctl {

namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr int kSaturday = 5, kSunday = 6;

std::unexpected<Error> Invalid(std::string_view what, std::string_view name) {
  return Fail(ErrorCode::kInvalid, fmt::format("holiday {}: {}", name, what));
}

/// How many days after a day the next such weekday is, or before it where that is nearer.
int NearestShift(int from, int to) {
  const int ahead = (to - from + 7) % 7;
  return ahead <= 3 ? ahead : ahead - 7;
}

}  // namespace

std::optional<int> ParseWeekday(std::string_view word) {
  const auto found = std::ranges::find(kWeekdays, word);
  if (found == kWeekdays.end()) return std::nullopt;
  return static_cast<int>(found - kWeekdays.begin());
}

std::string_view WeekdayWord(int weekday) {
  return kWeekdays.at(static_cast<std::size_t>(weekday));
}

Date EasterSunday(int year) {
  const int a = year % 19, b = year / 100, c = year % 100;
  const int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return {year, n / 31, n % 31 + 1};
}

Result<HolidaySet::Rule> HolidaySet::ReadRule(const Value& json, const Value* observed) {
  Rule rule;
  rule.name = json.GetString("name");
  if (rule.name.empty()) return Invalid("it has no name", "?");
  if (const Value* date = json.Find("date")) {
    const auto read = ParseDate(fmt::format("2000-{}", date->as_string()));
    if (!read) return Invalid("its date is none", rule.name);
    rule.month = read->month;
    rule.day = read->day;
  } else if (const Value* easter = json.Find("easter")) {
    rule.kind = Rule::Kind::kEaster;
    rule.from_easter = static_cast<int>(easter->as_int());
  } else {
    const Value* month = json.Find("month");
    const Value* nth = json.Find("nth");
    const auto weekday = ParseWeekday(json.GetString("day"));
    if (!month || !nth || !weekday || month->as_int() < 1 || month->as_int() > 12 || nth->as_int() == 0)
      return Invalid("it has no date, easter, or month, nth and day", rule.name);
    rule.kind = Rule::Kind::kNthWeekday;
    rule.month = static_cast<int>(month->as_int());
    rule.nth = static_cast<int>(nth->as_int());
    rule.weekday = *weekday;
  }
  if (const Value* from = json.Find("from")) rule.first_year = static_cast<int>(from->as_int());
  if (const Value* to = json.Find("to")) rule.last_year = static_cast<int>(to->as_int());
  const Value* shifts = json.Find("observed");
  if (!shifts) shifts = observed;
  if (!shifts) return rule;
  if (const auto to = ParseWeekday(shifts->GetString("sat"))) rule.saturday_shift = NearestShift(kSaturday, *to);
  if (const auto to = ParseWeekday(shifts->GetString("sun"))) rule.sunday_shift = NearestShift(kSunday, *to);
  return rule;
}

Result<HolidaySet> HolidaySet::Read(const Value& json, std::span<const HolidaySet* const> base) {
  HolidaySet set;
  set.title_ = json.GetString("title");
  set.source_ = json.GetString("source");
  for (const HolidaySet* each : base) set.rules_.insert(set.rules_.end(), each->rules_.begin(), each->rules_.end());
  const Value* days = json.Find("days");
  if (!days) return set;
  for (const Value& day : days->items()) {
    TRY_ASSIGN(Rule rule, ReadRule(day, json.Find("observed")));
    set.rules_.push_back(std::move(rule));
  }
  return set;
}

std::optional<Date> HolidaySet::DateIn(const Rule& rule, int year) {
  if (year < rule.first_year || year > rule.last_year) return std::nullopt;
  switch (rule.kind) {
    case Rule::Kind::kFixed:
      return ParseDate(fmt::format("{:04}-{:02}-{:02}", year, rule.month, rule.day));
    case Rule::Kind::kEaster:
      return AddDays(EasterSunday(year), rule.from_easter);
    case Rule::Kind::kNthWeekday:
      break;
  }
  if (rule.nth > 0) {
    const Date first{year, rule.month, 1};
    const int ahead = (rule.weekday - WeekdayOf(first) + 7) % 7;
    return AddDays(first, ahead + 7 * (rule.nth - 1));
  }
  const Date behind = rule.month == 12 ? Date{year + 1, 1, 1} : Date{year, rule.month + 1, 1};
  const Date last = AddDays(behind, -1);
  return AddDays(last, -((WeekdayOf(last) - rule.weekday + 7) % 7) + 7 * (rule.nth + 1));
}

std::vector<Holiday> HolidaySet::Between(Date first, Date last) const {
  std::vector<Holiday> found;
  const auto add = [&](Date date, std::string name) {
    if (first <= date && date <= last) found.push_back({date, std::move(name)});
  };
  // The day that stands in for a New Year's Day may lie in the year before.
  for (int year = first.year - 1; year <= last.year + 1; ++year) {
    for (const Rule& rule : rules_) {
      const auto date = DateIn(rule, year);
      if (!date) continue;
      add(*date, rule.name);
      const int weekday = WeekdayOf(*date);
      const int shift = weekday == kSaturday ? rule.saturday_shift : weekday == kSunday ? rule.sunday_shift : 0;
      if (shift != 0) add(AddDays(*date, shift), rule.name + " (observed)");
    }
  }
  std::ranges::stable_sort(found, {}, &Holiday::date);
  return found;
}

}  // namespace cxctl
