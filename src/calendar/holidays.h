#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "time/instant.h"
#include "value/value.h"

namespace cxctl {

/// A day off by law.
struct Holiday {
  Date date;
  std::string name;  ///< "Independence Day (observed)" for the day that stands in for one on a weekend.
  friend bool operator==(const Holiday&, const Holiday&) = default;
};

/// The legal holidays of a place, by rule and so for every year: fixed days, the nth weekday of a month, days counted
/// from Easter (Gregorian, by the Meeus/Jones/Butcher algorithm), and the weekdays that stand in for those on weekends.
class HolidaySet {
 public:
  /// Reads a set of data/holidays.json:
  ///
  ///   {"title", "source", "extends": ["us-federal"], "observed": {"sat": "fri", "sun": "mon"},
  ///    "days": [{"name", "date": "07-04"}, {"name", "month": 1, "nth": 3, "day": "mon"},   nth: 1 to 4, -1 the last
  ///             {"name", "month": 11, "nth": 1, "day": "mon", "plus": 1},                  the day after
  ///             {"name", "easter": -2}, {"name", "date": "06-19", "from": 2021, "to": 2030, "years": "even"}]}
  ///
  /// `base` are the sets that it extends. `observed` shifts the days of this set alone; a day may override it with an
  /// `observed` of its own. `from` and `to` are the first and the last year. kInvalid for anything else, with a message
  /// that begins with `where`.
  static Result<HolidaySet> Read(std::string_view where, const Value& json, std::span<const HolidaySet* const> base);

  const std::string& title() const { return title_; }
  const std::string& source() const { return source_; }
  /// All holidays of the days from first to last, these two among them, by date, none twice. The day itself stays a
  /// holiday beside the one that stands in for it.
  std::vector<Holiday> Between(Date first, Date last) const;

 private:
  struct Rule {
    std::string name;
    enum class Kind { kFixed, kNthWeekday, kEaster } kind = Kind::kFixed;
    int month = 1, day = 1;
    int nth = 1, weekday = 0, days_after = 0;
    int from_easter = 0;
    int first_year = 1, last_year = 9999;
    std::optional<int> year_parity;            ///< 0: even years only, 1: odd ones.
    int saturday_shift = 0, sunday_shift = 0;  ///< Days to the one that stands in; 0: none does.
  };
  static Result<Rule> ReadRule(std::string_view where, const Value& json, const Value* observed);
  static Result<void> ReadWhen(std::string_view where, const Value& json, Rule& rule);
  static Result<void> ReadYears(std::string_view where, const Value& json, Rule& rule);
  static std::optional<Date> DateIn(const Rule& rule, int year);

  std::string title_, source_;
  std::vector<Rule> rules_;
};

using HolidaySets = std::map<std::string, HolidaySet, std::less<>>;
/// Reads the text of data/holidays.json: sets by name. A set may extend those above it. kInvalid says what is wrong and
/// where.
Result<HolidaySets> ReadHolidaySets(std::string_view json);

/// Easter Sunday of the year in the Gregorian calendar.
Date EasterSunday(int year);

/// 0 for `mon` to 6 for `sun`; nothing for other words.
std::optional<int> ParseWeekday(std::string_view word);
/// `mon` for 0.
std::string_view WeekdayWord(int weekday);
/// As people say it: "Monday", and "Mon".
std::string_view WeekdayName(int weekday);
std::string_view ShortWeekdayName(int weekday);

}  // namespace cxctl
