#include "calendar/holidays.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "calendar/rule_pack.h"
#include "calendar/rule_pack_data.h"
#include "value/json.h"

namespace cxctl {
namespace {

Date Day(std::string_view text) {
  const auto date = ParseDate(text);
  EXPECT_TRUE(date) << text;
  return date.value_or(Date{});
}

/// `date name` of each holiday, separated by semicolons.
std::string Text(const std::vector<Holiday>& holidays) {
  std::string text;
  for (const Holiday& holiday : holidays)
    text += (text.empty() ? "" : "; ") + FormatDate(holiday.date) + " " + holiday.name;
  return text;
}

/// The sets of a file with one set, `x`.
HolidaySets SetsOf(const std::string& days, const std::string& members = "") {
  const std::string text = R"({"x":{"title":"holidays","source":"a test",)" + members + R"("days":[)" + days + "]}}";
  auto sets = ReadHolidaySets(text);
  EXPECT_TRUE(sets) << sets.error().message;
  return sets ? *std::move(sets) : HolidaySets();
}

std::string Between(const std::string& days, const char* first, const char* last, const std::string& members = "") {
  const HolidaySets sets = SetsOf(days, members);
  return sets.empty() ? "" : Text(sets.at("x").Between(Day(first), Day(last)));
}

HolidaySets OurSets() {
  for (const RulePackFile& file : RulePackFiles()) {
    if (file.name != "holidays") continue;
    auto sets = ReadHolidaySets(file.text);
    EXPECT_TRUE(sets) << sets.error().message;
    if (sets) return *std::move(sets);
  }
  ADD_FAILURE() << "there is no holidays.json";
  return {};
}

TEST(EasterTest, IsAsTheTablesHaveIt) {
  for (const char* date :
       {"1900-04-15", "1913-03-23", "1943-04-25", "1954-04-18", "1961-04-02", "1981-04-19", "2000-04-23",
        "2008-03-23", "2011-04-24", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28",
        "2028-04-16", "2029-04-01", "2030-04-21", "2038-04-25", "2049-04-18", "2076-04-19", "2100-03-28"}) {
    EXPECT_EQ(FormatDate(EasterSunday(Day(date).year)), date);
  }
}

TEST(EasterTest, IsASundayOfItsFiveWeeks) {
  for (int year = 1583; year <= 4099; ++year) {
    const Date easter = EasterSunday(year);
    EXPECT_EQ(WeekdayOf(easter), 6) << year;
    EXPECT_LE((Date{year, 3, 22}), easter);
    EXPECT_LE(easter, (Date{year, 4, 25}));
  }
}

TEST(HolidaySetTest, NthAndLastWeekdayOfAMonth) {
  for (int month = 1; month <= 12; ++month) {
    for (int weekday = 0; weekday < 7; ++weekday) {
      for (const int nth : {1, 2, 3, 4, -1}) {
        const HolidaySets sets =
            SetsOf(R"({"name":"n","month":)" + std::to_string(month) + R"(,"nth":)" + std::to_string(nth) +
                   R"(,"day":")" + std::string(WeekdayWord(weekday)) + "\"}");
        const auto found = sets.at("x").Between({2020, 1, 1}, {2032, 12, 31});
        ASSERT_EQ(found.size(), 13U);
        for (const Holiday& holiday : found) {
          EXPECT_EQ(WeekdayOf(holiday.date), weekday);
          EXPECT_EQ(holiday.date.month, month);
          if (nth > 0) {
            EXPECT_EQ((holiday.date.day - 1) / 7 + 1, nth) << FormatDate(holiday.date);
          } else {
            EXPECT_NE(AddDays(holiday.date, 7).month, month) << FormatDate(holiday.date);
          }
        }
      }
    }
  }
}

TEST(HolidaySetTest, TheDayAfterAWeekday) {
  EXPECT_EQ(Between(R"({"name":"Election Day","month":11,"nth":1,"day":"mon","plus":1,"years":"even"})", "2024-01-01",
                    "2030-12-31"),
            "2024-11-05 Election Day; 2026-11-03 Election Day; 2028-11-07 Election Day; 2030-11-05 Election Day");
  EXPECT_EQ(
      Between(R"({"name":"d","month":5,"nth":-1,"day":"mon","plus":2,"years":"odd"})", "2026-01-01", "2027-12-31"),
      "2027-06-02 d")
      << "may lie in the next month";
}

TEST(HolidaySetTest, LeapDaysExistInLeapYearsOnly) {
  EXPECT_EQ(Between(R"({"name":"leap","date":"02-29"})", "2023-01-01", "2033-01-01"),
            "2024-02-29 leap; 2028-02-29 leap; 2032-02-29 leap");
  EXPECT_EQ(Between(R"({"name":"leap","date":"02-29"})", "1897-01-01", "1903-01-01"), "");
  EXPECT_EQ(Between(R"({"name":"leap","date":"02-29"})", "1999-01-01", "2001-01-01"), "2000-02-29 leap");
}

TEST(HolidaySetTest, YearsFromAndTo) {
  EXPECT_EQ(Between(R"({"name":"d","date":"06-19","from":2021,"to":2022})", "2019-01-01", "2030-01-01"),
            "2021-06-19 d; 2022-06-19 d");
}

constexpr const char* kObserved = R"("observed":{"sat":"fri","sun":"mon"},)";

TEST(HolidaySetTest, DaysThatStandInCrossTheYearsEnd) {
  constexpr const char* kNewYear = R"({"name":"New Year","date":"01-01"})";
  EXPECT_EQ(Between(kNewYear, "2027-12-31", "2027-12-31", kObserved), "2027-12-31 New Year (observed)");
  EXPECT_EQ(Between(kNewYear, "2028-01-01", "2028-12-30", kObserved), "2028-01-01 New Year");
  EXPECT_EQ(Between(kNewYear, "2023-01-01", "2023-01-31", kObserved),
            "2023-01-01 New Year; 2023-01-02 New Year (observed)");
  // 2022-12-31 is a Saturday, but the day off is the year's last.
  EXPECT_EQ(Between(R"({"name":"Silvester","date":"12-31","observed":{"sat":"mon"}})", "2023-01-01", "2023-01-31"),
            "2023-01-02 Silvester (observed)");
}

TEST(HolidaySetTest, ADayMayHaveItsOwnThatStandsIn) {
  // Christmas of 2027: Saturday and Sunday, so Monday and Tuesday.
  EXPECT_EQ(Between(R"({"name":"Christmas Day","date":"12-25","observed":{"sat":"mon","sun":"tue"}},
                       {"name":"Boxing Day","date":"12-26","observed":{"sat":"mon","sun":"tue"}})",
                    "2027-12-20", "2027-12-31", kObserved),
            "2027-12-25 Christmas Day; 2027-12-26 Boxing Day; 2027-12-27 Christmas Day (observed); "
            "2027-12-28 Boxing Day (observed)");
}

TEST(HolidaySetTest, ASetThatExtendsAnotherNamesNoDayTwice) {
  const auto sets = ReadHolidaySets(R"({
    "base": {"title":"t","source":"s","observed":{"sat":"fri"},"days":[{"name":"a","date":"07-04"}]},
    "more": {"title":"t","source":"s","extends":["base"],"observed":{"sat":"mon"},
             "days":[{"name":"b","date":"07-04"},{"name":"a","date":"07-04"}]}})");
  ASSERT_TRUE(sets) << sets.error().message;
  EXPECT_EQ(Text(sets->at("more").Between({2026, 7, 1}, {2026, 7, 31})),
            "2026-07-03 a (observed); 2026-07-04 a; 2026-07-04 b; 2026-07-06 b (observed); 2026-07-06 a (observed)");
  EXPECT_EQ(Text(sets->at("base").Between({2026, 7, 1}, {2026, 7, 31})), "2026-07-03 a (observed); 2026-07-04 a");
}

TEST(HolidaySetTest, SpansOfDaysAddUp) {
  for (const auto& [name, set] : OurSets()) {
    const std::vector<Holiday> whole = set.Between({2024, 1, 1}, {2031, 12, 31});
    EXPECT_TRUE(std::ranges::is_sorted(whole, {}, &Holiday::date)) << name;
    std::set<std::pair<Date, std::string>> distinct;
    for (const Holiday& holiday : whole) distinct.emplace(holiday.date, holiday.name);
    EXPECT_EQ(distinct.size(), whole.size()) << name;
    std::vector<Holiday> pieces;
    for (Date first{2024, 1, 1}; first <= Date{2031, 12, 31}; first = AddDays(first, 37)) {
      const Date last = std::min(AddDays(first, 36), Date{2031, 12, 31});
      for (Holiday& holiday : set.Between(first, last)) pieces.push_back(std::move(holiday));
    }
    EXPECT_EQ(pieces, whole) << name;
    EXPECT_TRUE(set.Between({2026, 12, 2}, {2026, 12, 1}).empty()) << name;
  }
}

TEST(OurHolidaysTest, FederalOnesOf2026To2028) {
  EXPECT_EQ(Text(OurSets().at("us-federal").Between({2026, 1, 1}, {2028, 1, 31})),
            "2026-01-01 New Year's Day; 2026-01-19 Birthday of Martin Luther King, Jr.; 2026-02-16 Washington's "
            "Birthday; 2026-05-25 Memorial Day; 2026-06-19 Juneteenth; 2026-07-03 Independence Day (observed); "
            "2026-07-04 Independence Day; 2026-09-07 Labor Day; 2026-10-12 Columbus Day; 2026-11-11 Veterans Day; "
            "2026-11-26 Thanksgiving Day; 2026-12-25 Christmas Day; 2027-01-01 New Year's Day; 2027-01-18 Birthday of "
            "Martin Luther King, Jr.; 2027-02-15 Washington's Birthday; 2027-05-31 Memorial Day; 2027-06-18 Juneteenth "
            "(observed); 2027-06-19 Juneteenth; 2027-07-04 Independence Day; 2027-07-05 Independence Day (observed); "
            "2027-09-06 Labor Day; 2027-10-11 Columbus Day; 2027-11-11 Veterans Day; 2027-11-25 Thanksgiving Day; "
            "2027-12-24 Christmas Day (observed); 2027-12-25 Christmas Day; 2027-12-31 New Year's Day (observed); "
            "2028-01-01 New Year's Day; 2028-01-17 Birthday of Martin Luther King, Jr.");
}

TEST(OurHolidaysTest, DaysOfTheirOwn) {
  struct {
    const char *set, *date, *name;
  } rows[] = {
      {"us-al", "2026-04-27", "Confederate Memorial Day"},
      {"us-al", "2026-06-01", "Jefferson Davis' Birthday"},
      {"us-la", "2026-01-08", "Battle of New Orleans"},
      {"us-la", "2026-02-17", "Mardi Gras"},
      {"us-la", "2026-04-03", "Good Friday"},
      {"us-la", "2027-08-30", "Huey P. Long Day"},
      {"us-la", "2027-11-01", "All Saints' Day"},
      {"us-la", "2028-11-07", "General Election Day"},
      {"us-ms", "2026-04-27", "Confederate Memorial Day"},
      {"us-pa", "2027-06-14", "Flag Day"},
      {"us-pa", "2027-11-02", "Election Day"},
      {"us-ri", "2027-05-04", "Rhode Island Independence Day"},
      {"us-ri", "2026-07-06", "Independence Day (observed)"},
      {"us-ri", "2026-08-10", "Victory Day"},
      {"us-ut", "2025-06-16", "Juneteenth National Freedom Day"},
      {"us-ut", "2027-06-21", "Juneteenth National Freedom Day"},
      {"us-ut", "2027-07-23", "Pioneer Day (observed)"},
      {"us-ut", "2027-03-26", "Good Friday"},
      {"fr", "2026-05-14", "Ascension"},
      {"fr", "2026-05-25", "Lundi de Pentecôte"},
      {"it", "2027-10-04", "San Francesco d'Assisi"},
      {"it", "2026-04-06", "Lunedì dell'Angelo"},
      {"es", "2026-12-08", "Inmaculada Concepción"},
      {"es", "2026-04-03", "Viernes Santo"},
      {"au", "2027-12-28", "Boxing Day (observed)"},
      {"au", "2025-01-27", "Australia Day (observed)"},
  };
  const HolidaySets sets = OurSets();
  for (const auto& row : rows) {
    const auto found = sets.at(row.set).Between(Day(row.date), Day(row.date));
    EXPECT_TRUE(std::ranges::find(found, row.name, &Holiday::name) != found.end())
        << row.set << " " << row.date << ": " << Text(found);
  }
  // No general election, no Good Friday yet, no San Francesco yet.
  for (const auto& [set, date] : {std::pair{"us-la", "2027-11-02"}, {"us-ut", "2026-04-03"}, {"it", "2025-10-04"}})
    EXPECT_EQ(Text(sets.at(set).Between(Day(date), Day(date))), "") << set;
}

TEST(HolidaySetsTest, WhatIsWrongWithAFile) {
  struct {
    const char *text, *message;
  } rows[] = {
      {"", "holidays: not valid JSON: "},
      {"[]", "holidays: the file must be a mapping of sets"},
      {R"({"x":[]})", "holidays x: it must be a mapping, not a list"},
      {R"({"x":{"title":"t","source":"s"}})", "holidays x: days is missing"},
      {R"({"x":{"title":"t","days":[]}})", "holidays x: source is missing"},
      {R"({"x":{"title":" ","source":"s","days":[]}})", "holidays x: title must not be empty"},
      {R"({"x":{"title":"t","source":"s","days":[],"extends":["y"]}})", "holidays x: extends names no set above"},
      {R"({"x":{"title":"t","source":"s","days":[{}]}})", "holidays x, days[0]: name is missing"},
      {R"({"x":{"title":"t","source":"s","days":["07-04"]}})",
       "holidays x, days[0]: it must be a mapping, not a string"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d"}]}})",
       "holidays x, days[0]: one of date, easter, or month, nth and day must tell when it is"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d","date":"07-04","easter":1}]}})",
       "holidays x, days[0]: one of date, easter, or month, nth and day must tell when it is"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d","date":"02-30"}]}})",
       "holidays x, days[0]: date must be a month and a day, such as 07-04"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d","date":704}]}})",
       "holidays x, days[0]: date must be a string, not an integer"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d","month":5,"nth":1}]}})",
       "holidays x, days[0]: month, nth and day (mon to sun) belong together"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d","month":13,"nth":1,"day":"mon"}]}})",
       "holidays x, days[0]: month must be 1 to 12, not 13"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d","month":5,"nth":5,"day":"mon"}]}})",
       "holidays x, days[0]: nth must be -1 to 4, not 5"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d","month":5,"nth":0,"day":"mon"}]}})",
       "holidays x, days[0]: nth must be 1 to 4, or -1 for the last"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d","date":"07-04","from":2030,"to":2021}]}})",
       "holidays x, days[0]: to must not be before from"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d","date":"07-04","years":"all"}]}})",
       "holidays x, days[0]: years must be even or odd"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d","date":"07-04","observed":{"sat":"sun"}}]}})",
       "holidays x, days[0]: observed sat must be mon to fri"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d","date":"07-04","observed":{"fri":"mon"}}]}})",
       "holidays x, days[0], observed: fri is no member that is known here"},
      {R"({"x":{"title":"t","source":"s","days":[{"name":"d","date":"07-04","form":2021}]}})",
       "holidays x, days[0]: form is no member that is known here"},
  };
  for (const auto& row : rows) {
    const auto sets = ReadHolidaySets(row.text);
    ASSERT_FALSE(sets) << row.text;
    EXPECT_EQ(sets.error().code, ErrorCode::kInvalid);
    EXPECT_TRUE(sets.error().message.starts_with(row.message)) << sets.error().message << "\n" << row.message;
  }
}

}  // namespace
}  // namespace cxctl
