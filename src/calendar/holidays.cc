#include "calendar/holidays.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "calendar/json_members.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::array<std::string_view, 7> kWeekdayNames = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                           "Friday", "Saturday", "Sunday"};
constexpr int kSaturday = 5, kSunday = 6;

constexpr int kLastYear = 9999;

std::unexpected<Error> Invalid(std::string_view where, std::string_view what) {
  return Fail(ErrorCode::kInvalid, fmt::format("{}: {}", where, what));
}

/// The integer member, or the fallback if there is none. kInvalid if it lies outside of the range.
Result<int> ReadInteger(std::string_view where, const Value& json, std::string_view member, int fallback, int least,
                        int most) {
  const Value* value = json.Find(member);
  if (!value) return fallback;
  if (value->as_int() < least || value->as_int() > most)
    return Invalid(where, fmt::format("{} must be {} to {}, not {}", member, least, most, value->as_int()));
  return static_cast<int>(value->as_int());
}

bool IsLeapYear(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
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

std::string_view WeekdayName(int weekday) {
  return kWeekdayNames.at(static_cast<std::size_t>(weekday));
}

std::string_view ShortWeekdayName(int weekday) {
  return WeekdayName(weekday).substr(0, 3);
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

Result<void> HolidaySet::ReadWhen(std::string_view where, const Value& json, Rule& rule) {
  const Value* date = json.Find("date");
  const Value* easter = json.Find("easter");
  const bool by_weekday = json.Find("month") || json.Find("nth") || json.Find("day") || json.Find("plus");
  if ((date ? 1 : 0) + (easter ? 1 : 0) + (by_weekday ? 1 : 0) != 1)
    return Invalid(where, "one of date, easter, or month, nth and day must tell when it is");
  if (date) {
    const auto read = ParseDate(fmt::format("2000-{}", date->as_string()));
    if (!read) return Invalid(where, "date must be a month and a day, such as 07-04");
    rule.month = read->month;
    rule.day = read->day;
    return {};
  }
  if (easter) {
    rule.kind = Rule::Kind::kEaster;
    TRY_ASSIGN(rule.from_easter, ReadInteger(where, json, "easter", 0, -100, 100));
    return {};
  }
  rule.kind = Rule::Kind::kNthWeekday;
  const auto weekday = ParseWeekday(json.GetString("day"));
  if (!weekday || !json.Find("month") || !json.Find("nth"))
    return Invalid(where, "month, nth and day (mon to sun) belong together");
  rule.weekday = *weekday;
  TRY_ASSIGN(rule.month, ReadInteger(where, json, "month", 0, 1, 12));
  TRY_ASSIGN(rule.nth, ReadInteger(where, json, "nth", 0, -1, 4));
  if (rule.nth == 0) return Invalid(where, "nth must be 1 to 4, or -1 for the last");
  TRY_ASSIGN(rule.days_after, ReadInteger(where, json, "plus", 0, 1, 30));
  return {};
}

Result<void> HolidaySet::ReadYears(std::string_view where, const Value& json, Rule& rule) {
  TRY_ASSIGN(rule.first_year, ReadInteger(where, json, "from", 1, 1, kLastYear));
  TRY_ASSIGN(rule.last_year, ReadInteger(where, json, "to", kLastYear, 1, kLastYear));
  if (rule.last_year < rule.first_year) return Invalid(where, "to must not be before from");
  const std::string_view years = json.GetString("years");
  if (years.empty()) return {};
  if (years != "even" && years != "odd") return Invalid(where, "years must be even or odd");
  rule.year_parity = years == "odd" ? 1 : 0;
  return {};
}

Result<HolidaySet::Rule> HolidaySet::ReadRule(std::string_view where, const Value& json, const Value* observed) {
  TRY(CheckMembers(where, json,
                   {{"name", Type::kString, true},
                    {"date", Type::kString},
                    {"easter", Type::kInt},
                    {"month", Type::kInt},
                    {"nth", Type::kInt},
                    {"day", Type::kString},
                    {"plus", Type::kInt},
                    {"from", Type::kInt},
                    {"to", Type::kInt},
                    {"years", Type::kString},
                    {"observed", Type::kObject}}));
  Rule rule;
  rule.name = json.GetString("name");
  TRY(ReadWhen(where, json, rule));
  TRY(ReadYears(where, json, rule));
  const Value* shifts = json.Find("observed");
  if (!shifts) shifts = observed;
  if (!shifts) return rule;
  TRY(CheckMembers(fmt::format("{}, observed", where), *shifts, {{"sat", Type::kString}, {"sun", Type::kString}}));
  for (const auto& [member, weekday, shift] :
       {std::tuple{"sat", kSaturday, &rule.saturday_shift}, std::tuple{"sun", kSunday, &rule.sunday_shift}}) {
    if (!shifts->Find(member)) continue;
    const auto to = ParseWeekday(shifts->GetString(member));
    if (!to || *to >= kSaturday) return Invalid(where, fmt::format("observed {} must be mon to fri", member));
    *shift = NearestShift(weekday, *to);
  }
  return rule;
}

Result<HolidaySet> HolidaySet::Read(std::string_view where, const Value& json,
                                    std::span<const HolidaySet* const> base) {
  TRY(CheckMembers(where, json,
                   {{"title", Type::kString, true},
                    {"source", Type::kString, true},
                    {"extends", Type::kArray},
                    {"observed", Type::kObject},
                    {"days", Type::kArray, true}}));
  HolidaySet set;
  set.title_ = json.GetString("title");
  set.source_ = json.GetString("source");
  for (const HolidaySet* each : base) set.rules_.insert(set.rules_.end(), each->rules_.begin(), each->rules_.end());
  for (std::size_t index = 0; const Value& day : json.Find("days")->items()) {
    TRY_ASSIGN(Rule rule, ReadRule(fmt::format("{}, days[{}]", where, index++), day, json.Find("observed")));
    set.rules_.push_back(std::move(rule));
  }
  return set;
}

std::optional<Date> HolidaySet::DateIn(const Rule& rule, int year) {
  if (year < rule.first_year || year > rule.last_year) return std::nullopt;
  if (rule.year_parity && year % 2 != *rule.year_parity) return std::nullopt;
  switch (rule.kind) {
    case Rule::Kind::kFixed:
      if (rule.month == 2 && rule.day == 29 && !IsLeapYear(year)) return std::nullopt;
      return Date{year, rule.month, rule.day};
    case Rule::Kind::kEaster:
      return AddDays(EasterSunday(year), rule.from_easter);
    case Rule::Kind::kNthWeekday:
      break;
  }
  if (rule.nth > 0) {
    const Date first{year, rule.month, 1};
    const int ahead = (rule.weekday - WeekdayOf(first) + 7) % 7;
    return AddDays(first, ahead + 7 * (rule.nth - 1) + rule.days_after);
  }
  const Date behind = rule.month == 12 ? Date{year + 1, 1, 1} : Date{year, rule.month + 1, 1};
  const Date last = AddDays(behind, -1);
  return AddDays(last, -((WeekdayOf(last) - rule.weekday + 7) % 7) + rule.days_after);
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
  // A set that extends another may name a day of it again, with another one that stands in.
  std::vector<Holiday> distinct;
  for (Holiday& holiday : found) {
    const auto same_day = std::ranges::equal_range(distinct, holiday.date, {}, &Holiday::date);
    if (std::ranges::find(same_day, holiday) == same_day.end()) distinct.push_back(std::move(holiday));
  }
  return distinct;
}

Result<HolidaySets> ReadHolidaySets(std::string_view text) {
  Arena arena;
  const auto json = ParseJson(arena, text);
  if (!json) return Invalid("holidays", json.error().message);
  if (!json->is_object()) return Invalid("holidays", "the file must be a mapping of sets");
  HolidaySets sets;
  for (const Member& member : json->members()) {
    const std::string where = fmt::format("holidays {}", member.key);
    std::vector<const HolidaySet*> base;
    if (const Value* extends = member.value.Find("extends")) {
      for (const Value& other : extends->items()) {
        const auto found = sets.find(other.as_string());
        if (found == sets.end()) return Invalid(where, "extends names no set above");
        base.push_back(&found->second);
      }
    }
    TRY_ASSIGN(HolidaySet set, HolidaySet::Read(where, member.value, base));
    if (!sets.emplace(member.key, std::move(set)).second) return Invalid(where, "there are two sets of that name");
  }
  return sets;
}

}  // namespace cxctl
