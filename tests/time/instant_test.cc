#include "time/instant.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace cxctl {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kSecond = 1'000'000;

TEST(ParseDateTime, ReadsRfc3339) {
  struct Row {
    std::string_view text;
    std::int64_t micros;
    int offset_seconds;
    bool zulu;
  };
  const Row rows[] = {
      {"1970-01-01T00:00:00Z", 0, 0, true},
      {"1970-01-01t00:00:00z", 0, 0, true},
      {"1970-01-01T00:00:00+00:00", 0, 0, false},
      {"1970-01-01T00:00:00-00:00", 0, 0, false},
      {"1970-01-01T05:45:00+05:45", 0, 5 * 3600 + 45 * 60, false},
      {"1969-12-31T19:00:00-05:00", 0, -5 * 3600, false},
      {"2026-10-01T00:00:00-04:00", 1'790'827'200 * kSecond, -4 * 3600, false},
      {"2026-11-20T21:15:13Z", 1'795'209'313 * kSecond, 0, true},
      {"2026-11-20T21:15:13.5Z", 1'795'209'313 * kSecond + 500'000, 0, true},
      {"2026-11-20T21:15:13.123456Z", 1'795'209'313 * kSecond + 123'456, 0, true},
      {"2026-11-20T21:15:13.1234569999999999999999Z", 1'795'209'313 * kSecond + 123'456, 0, true},
      {"1969-12-31T23:59:59.75Z", -250'000, 0, true},
      {"2024-02-29T00:00:00Z", 1'709'164'800 * kSecond, 0, true},
      {"2000-02-29T23:59:59Z", 951'868'799 * kSecond, 0, true},
      {"0000-01-01T00:00:00Z", -62'167'219'200 * kSecond, 0, true},
      {"9999-12-31T23:59:59.999999Z", 253'402'300'799 * kSecond + 999'999, 0, true},
      {"2026-01-01T00:00:00+23:59", 1'767'225'600 * kSecond - 86'340 * kSecond, 86'340, false},
  };
  for (const Row& row : rows) {
    const auto parsed = ParseDateTime(row.text);
    ASSERT_TRUE(parsed) << row.text;
    EXPECT_EQ(parsed->instant.micros, row.micros) << row.text;
    EXPECT_EQ(parsed->offset_seconds, row.offset_seconds) << row.text;
    EXPECT_EQ(parsed->zulu, row.zulu) << row.text;
  }
}

TEST(ParseDateTime, RefusesEverythingElse) {
  for (const std::string_view text : {
           "",
           "2026",
           "2026-10-01",
           "2026-10-01T00:00",
           "2026-10-01T00:00Z",
           "2026-10-01T00:00:00",             // no offset
           "2026-10-01 00:00:00Z",            // a space
           "2026-10-01T00:00:00 Z",           //
           " 2026-10-01T00:00:00Z",           //
           "2026-10-01T00:00:00Z ",           //
           "2026-10-01T00:00:00ZZ",           //
           "2026-10-01T00:00:00Z+00:00",      //
           "2026-10-01T24:00:00Z",            // hour 24
           "2026-10-01T23:60:00Z",            //
           "2026-12-31T23:59:60Z",            // leap second
           "2026-13-01T00:00:00Z",            //
           "2026-00-01T00:00:00Z",            //
           "2026-10-00T00:00:00Z",            //
           "2026-09-31T00:00:00Z",            // a day that the month does not have
           "2026-02-29T00:00:00Z",            //
           "2100-02-29T00:00:00Z",            //
           "2026-1-01T00:00:00Z",             //
           "26-10-01T00:00:00Z",              //
           "12026-10-01T00:00:00Z",           //
           "+2026-10-01T00:00:00Z",           //
           "-026-10-01T00:00:00Z",            //
           "20261001T000000Z",                // ISO 8601's basic form
           "2026-W40-4T00:00:00Z",            //
           "2026-10-01T00:00:00+0500",        //
           "2026-10-01T00:00:00+05",          //
           "2026-10-01T00:00:00+5:00",        //
           "2026-10-01T00:00:00+24:00",       //
           "2026-10-01T00:00:00+05:60",       //
           "2026-10-01T00:00:00\u221205:00",  // a minus sign that is not ASCII
           "2026-10-01T00:00:00.Z",           //
           "2026-10-01T00:00:00,5Z",          //
           "2026-10-01T00:00:00.5",           //
           "2026-10-01T00:00:00.-5Z",         //
           "2026-10-01T00:00:0\0Z",           //
           "2026-10-01T00:00:00EST",          //
           "2026-10-01T00:00:00[UTC]",        //
           "now",
       }) {
    EXPECT_FALSE(ParseDateTime(text)) << text;
  }
}

TEST(FormatUtc, WritesFractionsWhereThereAreAny) {
  struct Row {
    std::int64_t micros;
    std::string_view plain, millis;
  };
  const Row rows[] = {
      {0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
      {1'795'209'313 * kSecond, "2026-11-20T21:15:13Z", "2026-11-20T21:15:13.000Z"},
      {1'795'209'313 * kSecond + 123'000, "2026-11-20T21:15:13.123Z", "2026-11-20T21:15:13.123Z"},
      {1'795'209'313 * kSecond + 500'000, "2026-11-20T21:15:13.5Z", "2026-11-20T21:15:13.500Z"},
      {1'795'209'313 * kSecond + 999'999, "2026-11-20T21:15:13.999999Z", "2026-11-20T21:15:13.999Z"},
      {1'795'209'313 * kSecond + 10, "2026-11-20T21:15:13.00001Z", "2026-11-20T21:15:13.000Z"},
      {-1, "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999Z"},
      {-62'135'596'800 * kSecond, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"},
      {std::numeric_limits<std::int64_t>::min(), "0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"},
      {std::numeric_limits<std::int64_t>::max(), "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999Z"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(FormatUtc({row.micros}), row.plain);
    EXPECT_EQ(FormatUtc({row.micros}, true), row.millis);
  }
}

TEST(FormatUtc, IsReadBack) {
  // A step that is a multiple of nothing, through all years that can be written.
  for (std::int64_t t = -62'167'219'200 * kSecond; t < 253'402'300'800 * kSecond; t += 12'345'678'901'237) {
    const auto parsed = ParseDateTime(FormatUtc({t}));
    ASSERT_TRUE(parsed) << t;
    ASSERT_EQ(parsed->instant.micros, t) << FormatUtc({t});
  }
}

TEST(ParseDuration, ReadsAnIntegerAndOneUnit) {
  struct Row {
    std::string_view text;
    Duration duration;
  };
  const Row rows[] = {
      {"500ms", 500ms},
      {"30s", 30s},
      {"5m", 5min},
      {"2h", 2h},
      {"14d", 336h},
      {"0s", 0s},
      {"0d", 0s},
      {"007s", 7s},
      {"90s", 90s},
      {"1440m", 24h},
      {"1ms", 1ms},
      {"106751991d", std::chrono::days(106'751'991)},
      {"9223372036854775ms", 9'223'372'036'854'775ms},
  };
  for (const Row& row : rows) EXPECT_EQ(ParseDuration(row.text), row.duration) << row.text;
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const std::string_view text : {"",
                                      "s",
                                      "ms",
                                      "5",
                                      "-5s",
                                      "+5s",
                                      "1.5h",
                                      "1,5h",
                                      "1h30m",
                                      "5 s",
                                      " 5s",
                                      "5s ",
                                      "5S",
                                      "5M",
                                      "5H",
                                      "5D",
                                      "5us",
                                      "5min",
                                      "5sec",
                                      "5w",
                                      "5y",
                                      "P1D",
                                      "PT5M",
                                      "0x5s",
                                      "1e3s",
                                      "5ss",
                                      "5sm",
                                      "106751992d",
                                      "2562047789h",
                                      "9223372036854776ms",
                                      "9223372036854775808ms",
                                      "99999999999999999999999999s",
                                      "\u0665s",
                                      "five s"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(FormatDuration, TakesTheLargestUnitWithoutAFraction) {
  struct Row {
    Duration duration;
    std::string_view text;
  };
  const Row rows[] = {
      {0s, "0s"},    {1ms, "1ms"},   {500ms, "500ms"}, {1000ms, "1s"},       {1500ms, "1500ms"}, {59s, "59s"},
      {60s, "1m"},   {90s, "90s"},   {60min, "1h"},    {90min, "90m"},       {24h, "1d"},        {25h, "25h"},
      {336h, "14d"}, {-90s, "-90s"}, {1us, "0s"},      {1ms + 999us, "1ms"},
  };
  for (const Row& row : rows) EXPECT_EQ(FormatDuration(row.duration), row.text);
}

TEST(FormatDuration, IsReadBack) {
  for (std::int64_t millis = 0; millis < 4'000'000'000'000; millis = millis * 3 + 1) {
    const Duration duration = std::chrono::milliseconds(millis);
    EXPECT_EQ(ParseDuration(FormatDuration(duration)), duration) << FormatDuration(duration);
  }
}

TEST(Date, ReadsDaysThatExist) {
  EXPECT_EQ(ParseDate("2026-11-26"), (Date{2026, 11, 26}));
  EXPECT_EQ(ParseDate("2024-02-29"), (Date{2024, 2, 29}));
  EXPECT_EQ(ParseDate("2000-02-29"), (Date{2000, 2, 29}));
  EXPECT_EQ(ParseDate("0000-02-29"), (Date{0, 2, 29}));
  for (const std::string_view text :
       {"",           "2026",        "2026-11",     "2026-11-31",  "2026-02-29", "1900-02-29",
        "2026-00-10", "2026-13-10",  "2026-11-00",  "2026-1-1",    "26-11-26",   "2026/11/26",
        "20261126",   "2026-11-26T", "2026-11-26 ", " 2026-11-26", "11-26",      "-2026-11-26",
        "2026-11-2x", "2026-W48-4",  "2026-330"}) {
    EXPECT_FALSE(ParseDate(text)) << text;
  }
}

TEST(Date, CountsDays) {
  EXPECT_EQ(FormatDate({2026, 1, 5}), "2026-01-05");
  EXPECT_EQ(FormatDate({33, 12, 25}), "0033-12-25");
  EXPECT_EQ(AddDays({2026, 12, 31}, 1), (Date{2027, 1, 1}));
  EXPECT_EQ(AddDays({2024, 2, 28}, 1), (Date{2024, 2, 29}));
  EXPECT_EQ(AddDays({2026, 3, 1}, -1), (Date{2026, 2, 28}));
  EXPECT_EQ(AddDays({2026, 3, 1}, 0), (Date{2026, 3, 1}));
  EXPECT_EQ(AddDays({1970, 1, 1}, -719'162), (Date{1, 1, 1}));
  EXPECT_EQ(DayNumberOf({1970, 1, 1}), 0);
  EXPECT_EQ(DayNumberOf({2026, 11, 20}), 20'777);
  EXPECT_EQ(DateOfDayNumber(-1), (Date{1969, 12, 31}));
}

TEST(Date, KnowsWeekdays) {
  EXPECT_EQ(WeekdayOf({1970, 1, 1}), 3);    // Thursday
  EXPECT_EQ(WeekdayOf({2026, 11, 23}), 0);  // Monday
  EXPECT_EQ(WeekdayOf({2026, 11, 26}), 3);  // Thanksgiving
  EXPECT_EQ(WeekdayOf({2024, 2, 29}), 3);
  EXPECT_EQ(WeekdayOf({1900, 1, 7}), 6);
  for (int day = -1000; day < 1000; ++day) {
    const Date date = DateOfDayNumber(day);
    EXPECT_EQ((WeekdayOf(date) + 1) % 7, WeekdayOf(AddDays(date, 1))) << FormatDate(date);
  }
}

TEST(TimeOfDay, ReadsTwoDigitsEach) {
  EXPECT_EQ(ParseTimeOfDay("00:00", false), 0);
  EXPECT_EQ(ParseTimeOfDay("09:05", false), 545);
  EXPECT_EQ(ParseTimeOfDay("23:59", true), 1439);
  EXPECT_EQ(ParseTimeOfDay("24:00", true), 1440);
  for (const std::string_view text : {"", "9:00", "09:0", "0900", "09:00:00", "09-00", "09:60", "24:01", "25:00",
                                      "-1:00", " 09:00", "09:00 ", "9:00am", "aa:bb", "09:00Z", "099:00", "540"}) {
    EXPECT_FALSE(ParseTimeOfDay(text, true)) << text;
  }
  EXPECT_FALSE(ParseTimeOfDay("24:00", false));
}

TEST(TimeOfDay, IsReadBack) {
  for (int minutes = 0; minutes <= 1440; ++minutes) {
    EXPECT_EQ(ParseTimeOfDay(FormatTimeOfDay(minutes), true), minutes);
  }
  EXPECT_EQ(FormatTimeOfDay(0), "00:00");
  EXPECT_EQ(FormatTimeOfDay(1440), "24:00");
}

}  // namespace
}  // namespace cxctl
