#include "calendar/rule_pack.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/strings.h"
#include "calendar/rule_pack_data.h"

namespace cxctl {
namespace {

Date Day(std::string_view text) {
  const auto date = ParseDate(text);
  EXPECT_TRUE(date) << text;
  return date.value_or(Date{});
}

Zone ZoneOf(std::string_view name) {
  const auto zone = Zone::Load(name);
  EXPECT_TRUE(zone) << name;
  return zone.value_or(Zone::Utc());
}

Interval LocalDay(const Zone& zone, Date date) {
  return {zone.StartOfDay(date), zone.StartOfDay(AddDays(date, 1))};
}

/// The clock at the ends of the stretches in which calls are permitted on a local day: `10:00-13:00 14:00-20:00`, `-`
/// for none.
template <class Rules>
std::string OpenOn(const Rules& rules, const Zone& zone, Date date) {
  const Interval day = LocalDay(zone, date);
  std::string text;
  const IntervalSet permitted = Difference(IntervalSet({day}), ForbiddenTime(rules, zone, day));
  for (const Interval& open : permitted.intervals()) {
    const auto clock = [&](Instant instant) {
      return instant == day.end ? std::string("24:00") : FormatTimeOfDay(zone.LocalAt(instant).second_of_day / 60);
    };
    text += fmt::format("{}{}-{}", text.empty() ? "" : " ", clock(open.start), clock(open.end));
  }
  return text.empty() ? "-" : text;
}

const RulePack& Pack(std::string_view name) {
  const RulePack* pack = FindRulePack(name);
  if (pack) return *pack;
  ADD_FAILURE() << "there is no pack " << name;
  static const RulePack none;
  return none;
}

RulePack Read(const std::string& text) {
  auto pack = ReadRulePack("test", text);
  EXPECT_TRUE(pack) << pack.error().message;
  return pack ? *std::move(pack) : RulePack();
}

/// A pack with one rule of calling hours.
RulePack PackWithHours(const std::string& windows, const std::string& members = "") {
  return Read(R"({"title":"Test","hours":[{"windows":[)" + windows + "]," + members +
              R"("law":"a law","source":"a test","confidence":"official"}]})");
}

constexpr const char* kAllDays = R"("days":["mon","tue","wed","thu","fri","sat","sun"])";

// The rows of the table of calling hours, each with what it permits on Wednesday 2026-12-02, Saturday 2026-12-05,
// Sunday 2026-12-06, and Christmas Day, a Friday.
struct Row {
  const char *name, *title, *zone;
  const char *wednesday, *saturday, *sunday, *christmas;
  const char *law, *confidence;
};
constexpr Row kRows[] = {
    {"us-fcc", "United States, FCC (telephone solicitation)", "America/New_York", "08:00-21:00", "08:00-21:00",
     "08:00-21:00", "08:00-21:00", "47 CFR 64.1200(c)(1)", "official"},
    {"us-ftc", "United States, FTC Telemarketing Sales Rule", "America/New_York", "08:00-21:00", "08:00-21:00",
     "08:00-21:00", "08:00-21:00", "16 CFR 310.4(c)", "secondary"},
    {"us-cfpb", "United States, CFPB (debt collection)", "America/New_York", "08:00-21:00", "08:00-21:00",
     "08:00-21:00", "08:00-21:00", "12 CFR 1006.6(b)", "secondary"},
    {"us-al", "Alabama", "America/Chicago", "08:00-20:00", "08:00-20:00", "-", "-", "770-X-5-.17", "uncertain"},
    {"us-ct", "Connecticut", "America/New_York", "09:00-20:00", "09:00-20:00", "09:00-20:00", "09:00-20:00", "42-288a",
     "uncertain"},
    {"us-fl", "Florida", "America/New_York", "08:00-20:00", "08:00-20:00", "08:00-20:00", "08:00-20:00", "501.616(6)",
     "official"},
    {"us-ky", "Kentucky", "America/Kentucky/Louisville", "10:00-21:00", "10:00-21:00", "10:00-21:00", "10:00-21:00",
     "367.46955", "secondary"},
    {"us-la", "Louisiana", "America/Chicago", "08:00-20:00", "08:00-20:00", "-", "-", "R-29617, V(A)", "secondary"},
    {"us-me", "Maine", "America/New_York", "09:00-17:00", "-", "-", "09:00-17:00", "10 M.R.S. 1498", "secondary"},
    {"us-md", "Maryland", "America/New_York", "08:00-20:00", "08:00-20:00", "08:00-20:00", "08:00-20:00",
     "Stop the Spam Calls Act of 2023", "secondary"},
    {"us-ma", "Massachusetts", "America/New_York", "08:00-20:00", "08:00-20:00", "08:00-20:00", "08:00-20:00",
     "201 CMR 12.02(2)", "official"},
    {"us-mi", "Michigan", "America/Detroit", "09:00-21:00", "09:00-21:00", "09:00-21:00", "09:00-21:00",
     "state telemarketing law", "secondary"},
    {"us-mn", "Minnesota", "America/Chicago", "09:00-21:00", "09:00-21:00", "09:00-21:00", "09:00-21:00",
     "state telemarketing law", "secondary"},
    {"us-nm", "New Mexico", "America/Denver", "09:00-21:00", "09:00-21:00", "09:00-21:00", "09:00-21:00",
     "57-12-22(B)(5)", "official"},
    {"us-ms", "Mississippi", "America/Chicago", "08:00-20:00", "08:00-20:00", "-", "-", "77-3-723", "uncertain"},
    {"us-nv", "Nevada", "America/Los_Angeles", "09:00-20:00", "09:00-20:00", "09:00-20:00", "09:00-20:00",
     "state telemarketing law", "secondary"},
    {"us-ok", "Oklahoma", "America/Chicago", "08:00-20:00", "08:00-20:00", "08:00-20:00", "08:00-20:00", "15 O.S. 775C",
     "secondary"},
    {"us-pa", "Pennsylvania", "America/New_York", "09:00-19:00", "09:00-19:00", "-", "-", "73 P.S. 2245", "uncertain"},
    {"us-ri", "Rhode Island", "America/New_York", "09:00-18:00", "10:00-17:00", "-", "-", "5-61-3.6", "official"},
    {"us-sd", "South Dakota", "America/Chicago", "09:00-21:00", "-", "-", "09:00-21:00", "37-30-28", "official"},
    {"us-tx", "Texas", "America/Chicago", "09:00-21:00", "09:00-21:00", "12:00-21:00", "09:00-21:00", "301.051",
     "secondary"},
    {"us-ut", "Utah", "America/Denver", "08:00-21:00", "08:00-21:00", "-", "-", "13-25a-103(3)", "official"},
    {"us-wa", "Washington", "America/Los_Angeles", "08:00-20:00", "08:00-20:00", "08:00-20:00", "08:00-20:00",
     "RCW 19.158.040", "official"},
    {"us-wy", "Wyoming", "America/Denver", "08:00-20:00", "08:00-20:00", "08:00-20:00", "08:00-20:00",
     "state telemarketing law", "secondary"},
    {"ca", "Canada (CRTC)", "America/Toronto", "09:00-21:30", "10:00-18:00", "10:00-18:00", "09:00-21:30", "CRTC",
     "secondary"},
    {"uk", "United Kingdom (Ofcom)", "Europe/London", "00:00-24:00", "00:00-24:00", "00:00-24:00", "00:00-24:00", "",
     ""},
    {"fr", "France", "Europe/Paris", "10:00-13:00 14:00-20:00", "-", "-", "-", "D223-9", "official"},
    {"it", "Italy", "Europe/Rome", "09:00-20:00", "10:00-19:00", "-", "-", "Codice di condotta", "secondary"},
    {"es", "Spain", "Europe/Madrid", "09:00-21:00", "-", "-", "-", "art. 96.2", "secondary"},
    {"au", "Australia", "Australia/Sydney", "09:00-20:00", "09:00-17:00", "-", "-", "Industry Standard 2017",
     "official"},
};

TEST(OurRulePacksTest, EachRowIsThereWithItsHours) {
  for (const Row& row : kRows) {
    const RulePack& pack = Pack(row.name);
    const Zone zone = ZoneOf(row.zone);
    EXPECT_EQ(pack.name, row.name);
    EXPECT_EQ(pack.title, row.title);
    EXPECT_EQ(OpenOn(pack, zone, {2026, 12, 2}), row.wednesday) << row.name;
    EXPECT_EQ(OpenOn(pack, zone, {2026, 12, 5}), row.saturday) << row.name;
    EXPECT_EQ(OpenOn(pack, zone, {2026, 12, 6}), row.sunday) << row.name;
    EXPECT_EQ(OpenOn(pack, zone, {2026, 12, 25}), row.christmas) << row.name;
    if (*row.law == '\0') {
      EXPECT_TRUE(pack.hours.empty()) << row.name;
      continue;
    }
    ASSERT_EQ(pack.hours.size(), 1U) << row.name;
    EXPECT_TRUE(pack.hours[0].law.contains(row.law)) << row.name << ": " << pack.hours[0].law;
    EXPECT_EQ(ConfidenceName(pack.hours[0].confidence), row.confidence) << row.name;
  }
}

TEST(OurRulePacksTest, ThereAreNoOthers) {
  EXPECT_EQ(RulePackNames().size(), std::size(kRows));
  EXPECT_TRUE(std::ranges::is_sorted(RulePackNames()));
  EXPECT_EQ(FindRulePack("holidays"), nullptr);
  EXPECT_EQ(FindRulePack("us-xx"), nullptr);
  EXPECT_EQ(FindRulePack(""), nullptr);
}

TEST(OurRulePacksTest, AllAreRead) {
  for (const RulePackFile& file : RulePackFiles()) {
    if (file.name == "holidays") continue;
    const auto pack = ReadRulePack(file.name, file.text);
    EXPECT_TRUE(pack) << pack.error().message;
    EXPECT_EQ(FindRulePack(file.name), FindRulePack(file.name)) << "and kept";
  }
}

TEST(OurRulePacksTest, TheMinuteBeforeAndAfter) {
  // Florida ends at 20:00 of the called person's clock, whatever the offset.
  const Zone zone = ZoneOf("America/New_York");
  struct {
    const char* time;
    bool permitted;
  } rows[] = {
      {"2026-12-02T07:59:59-05:00", false}, {"2026-12-02T08:00:00-05:00", true}, {"2026-12-02T19:59:59-05:00", true},
      {"2026-12-02T20:00:00-05:00", false}, {"2026-07-01T08:00:00-04:00", true}, {"2026-07-01T19:59:59-04:00", true},
      {"2026-07-01T20:00:00-04:00", false},
  };
  for (const auto& row : rows) {
    const Instant instant = ParseDateTime(row.time)->instant;
    const IntervalSet forbidden =
        ForbiddenTime(Pack("us-fl"), zone, {instant - std::chrono::hours(1), instant + std::chrono::hours(1)});
    EXPECT_EQ(!forbidden.Contains(instant), row.permitted) << row.time;
  }
}

TEST(OurRulePacksTest, DatedRulesBeforeAndFromTheirFirstDay) {
  struct {
    const char *pack, *zone, *last_free_day, *first_day, *hours;
  } rows[] = {
      {"us-fl", "America/New_York", "2021-06-30", "2021-07-01", "08:00-20:00"},
      {"us-ok", "America/Chicago", "2022-10-31", "2022-11-01", "08:00-20:00"},
      {"us-md", "America/New_York", "2023-12-31", "2024-01-01", "08:00-20:00"},
      {"fr", "Europe/Paris", "2023-02-28", "2023-03-01", "10:00-13:00 14:00-20:00"},
      {"it", "Europe/Rome", "2024-09-27", "2024-09-28", "10:00-19:00"},
  };
  for (const auto& row : rows) {
    const RulePack& pack = Pack(row.pack);
    EXPECT_EQ(OpenOn(pack, ZoneOf(row.zone), Day(row.last_free_day)), "00:00-24:00") << row.pack;
    EXPECT_EQ(OpenOn(pack, ZoneOf(row.zone), Day(row.first_day)), row.hours) << row.pack;
    ASSERT_FALSE(pack.hours.empty());
    EXPECT_EQ(HoursText(pack.hours[0], Day(row.last_free_day)), "always") << row.pack;
    EXPECT_FALSE(HoldsOn(pack.hours[0], Day(row.last_free_day)));
    EXPECT_TRUE(HoldsOn(pack.hours[0], Day(row.first_day)));
  }
  const RulePack& uk = Pack("uk");
  ASSERT_EQ(uk.abandonment.size(), 1U);
  EXPECT_TRUE(HoldsOn(uk.abandonment[0], {2017, 2, 28}));
  EXPECT_FALSE(HoldsOn(uk.abandonment[0], {2017, 3, 1}));
}

TEST(OurRulePacksTest, LimitsOfAbandonedCalls) {
  struct {
    const char* pack;
    double share;
    const char *over, *per;
    int ring_ms;
  } rows[] = {
      {"us-fcc", 0.03, "30 days", "campaign", 15'000},
      {"us-ftc", 0.03, "each successive 30 days or part of them, or the campaign if it is shorter", "campaign", 15'000},
      {"ca", 0.05, "a calendar month", "telemarketer", 0},
      {"uk", 0.03, "24 hours", "campaign", 15'000},
  };
  for (const auto& row : rows) {
    ASSERT_EQ(Pack(row.pack).abandonment.size(), 1U) << row.pack;
    const AbandonmentLimit& limit = Pack(row.pack).abandonment[0];
    EXPECT_EQ(limit.share, row.share) << row.pack;
    EXPECT_EQ(limit.over, row.over) << row.pack;
    EXPECT_EQ(limit.per, row.per) << row.pack;
    EXPECT_EQ(limit.agent_within_ms, 2'000) << row.pack;
    EXPECT_EQ(limit.ring_at_least_ms, row.ring_ms) << row.pack;
  }
  EXPECT_EQ(ConfidenceName(Pack("ca").abandonment[0].confidence), "uncertain");
}

TEST(OurRulePacksTest, LimitsOfCallsToOnePerson) {
  struct {
    const char* pack;
    int calls;
    const char* over;
  } rows[] = {
      {"us-cfpb", 7, "7 days in a row"}, {"us-fl", 3, "24 hours"}, {"us-md", 3, "24 hours"},
      {"us-me", 1, "8 hours"},           {"us-ok", 3, "24 hours"}, {"fr", 4, "30 days"},
  };
  for (const auto& row : rows) {
    ASSERT_EQ(Pack(row.pack).frequency.size(), 1U) << row.pack;
    EXPECT_EQ(Pack(row.pack).frequency[0].calls, row.calls) << row.pack;
    EXPECT_EQ(Pack(row.pack).frequency[0].over, row.over) << row.pack;
  }
}

TEST(ForbiddenTimeTest, HolidaysAndTheirEves) {
  const Zone rome = ZoneOf("Europe/Rome");
  struct {
    const char *date, *hours, *what;
  } rows[] = {
      {"2026-12-07", "10:00-19:00", "Monday, the eve of the Immacolata"},
      {"2026-12-08", "-", "a Tuesday"},
      {"2026-12-09", "09:00-20:00", "the day after"},
      {"2026-12-24", "10:00-19:00", "the eve of Christmas"},
      {"2026-12-25", "-", "a holiday that is the eve of one"},
      {"2026-12-26", "-", "Saturday, Santo Stefano"},
      {"2026-12-31", "10:00-19:00", "the eve lies in the year before"},
      {"2027-10-03", "-", "Sunday, the eve of San Francesco"},
      {"2027-10-04", "-", "San Francesco"},
      {"2027-03-27", "10:00-19:00", "Saturday before Easter"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(OpenOn(Pack("it"), rome, Day(row.date)), row.hours) << row.date << ": " << row.what;
    EXPECT_TRUE(HoursText(Pack("it").hours[0], Day(row.date)).starts_with(*row.hours == '-' ? "none" : row.hours))
        << row.date;
  }
  EXPECT_EQ(HoursText(Pack("it").hours[0], {2026, 12, 8}), "none (Immacolata Concezione)");
  EXPECT_EQ(HoursText(Pack("it").hours[0], {2026, 12, 6}), "none");
}

TEST(ForbiddenTimeTest, EvesNarrowAndNeverWiden) {
  const RulePack pack = PackWithHours(R"({"days":["thu"],"startTime":"08:00","endTime":"09:30"},
                       {"days":["thu"],"startTime":"11:00","endTime":"12:00"},
                       {"days":["thu"],"startTime":"18:00","endTime":"22:00"},
                       {"days":["thu"],"startTime":"06:00","endTime":"07:00"})",
                                      R"("closedOn":"fr","eves":{"startTime":"09:00","endTime":"19:00"},)");
  EXPECT_EQ(OpenOn(pack, Zone::Utc(), {2026, 12, 24}), "09:00-09:30 11:00-12:00 18:00-19:00");
  EXPECT_EQ(OpenOn(pack, Zone::Utc(), {2026, 12, 17}), "06:00-07:00 08:00-09:30 11:00-12:00 18:00-22:00");
}

TEST(ForbiddenTimeTest, TwoWindowsADay) {
  const Zone paris = ZoneOf("Europe/Paris");
  EXPECT_EQ(OpenOn(Pack("fr"), paris, {2026, 12, 3}), "10:00-13:00 14:00-20:00");
  EXPECT_EQ(OpenOn(Pack("fr"), paris, {2026, 5, 14}), "-") << "Ascension";
  EXPECT_EQ(OpenOn(Pack("fr"), paris, {2026, 5, 15}), "10:00-13:00 14:00-20:00");
  EXPECT_EQ(HoursText(Pack("fr").hours[0], {2026, 12, 3}), "10:00-13:00 and 14:00-20:00");
}

TEST(ForbiddenTimeTest, DaysOnWhichTheClockChanges) {
  const Zone zone = ZoneOf("America/New_York");
  const RulePack night = PackWithHours(fmt::format(R"({{{},"startTime":"01:30","endTime":"04:00"}})", kAllDays));
  const auto length = [&](Date date) {
    const Interval day = LocalDay(zone, date);
    return Difference(IntervalSet({day}), ForbiddenTime(night, zone, day)).TotalLength();
  };
  EXPECT_EQ(length({2026, 11, 2}), std::chrono::minutes(150));
  EXPECT_EQ(length({2027, 3, 14}), std::chrono::minutes(90)) << "the clock jumps from 02:00 to 03:00";
  EXPECT_EQ(length({2026, 11, 1}), std::chrono::minutes(180)) << "01:30 to 02:00 comes twice";
  // By day the clock's readings stay what they are.
  for (const Date date : {Date{2027, 3, 14}, Date{2026, 11, 1}})
    EXPECT_EQ(OpenOn(Pack("us-fcc"), zone, date), "08:00-21:00");
  // Open all day is open all day, however long it is.
  const RulePack always = PackWithHours(fmt::format(R"({{{},"startTime":"00:00","endTime":"24:00"}})", kAllDays));
  EXPECT_TRUE(ForbiddenTime(always, zone, {zone.StartOfDay({2026, 1, 1}), zone.StartOfDay({2028, 1, 1})}).empty());
}

TEST(ForbiddenTimeTest, RulesThatBeginAndEndWithinTheRange) {
  const Zone zone = ZoneOf("America/New_York");
  const RulePack pack = PackWithHours(fmt::format(R"({{{},"startTime":"09:00","endTime":"17:00"}})", kAllDays),
                                      R"("from":"2026-11-01","to":"2026-11-03",)");
  const IntervalSet forbidden =
      ForbiddenTime(pack, zone, {zone.StartOfDay({2026, 10, 1}), zone.StartOfDay({2026, 12, 1})});
  std::string text;
  for (const Interval& each : forbidden.intervals()) text += FormatUtc(each.start) + "/" + FormatUtc(each.end) + " ";
  EXPECT_EQ(text,
            "2026-11-01T04:00:00Z/2026-11-01T14:00:00Z 2026-11-01T22:00:00Z/2026-11-02T14:00:00Z "
            "2026-11-02T22:00:00Z/2026-11-03T05:00:00Z ");
  EXPECT_TRUE(ForbiddenTime(pack, zone, LocalDay(zone, {2026, 11, 3})).empty());
  EXPECT_TRUE(ForbiddenTime(pack, zone, {}).empty());
}

TEST(ForbiddenTimeTest, WhatAnyRuleForbidsIsForbidden) {
  const auto rule = [](const char* start, const char* end) {
    return fmt::format(
        R"({{"windows":[{{{},"startTime":"{}","endTime":"{}"}}],"law":"l","source":"s","confidence":"official"}})",
        kAllDays, start, end);
  };
  const RulePack pack =
      Read(fmt::format(R"({{"title":"t","hours":[{},{}]}})", rule("08:00", "20:00"), rule("10:00", "22:00")));
  EXPECT_EQ(OpenOn(pack, Zone::Utc(), {2026, 12, 2}), "10:00-20:00");
  EXPECT_EQ(OpenOn(Read(R"({"title":"t","hours":[{"windows":[],"law":"l","source":"s","confidence":"official"}]})"),
                   Zone::Utc(), {2026, 12, 2}),
            "-")
      << "hours without windows are never";
}

/// What the rule says of an instant, read from the clock and nothing else.
bool PermittedByTheClock(const RulePack& pack, const Zone& zone, Instant instant) {
  const Zone::Local local = zone.LocalAt(instant);
  const int minute = local.second_of_day / 60;
  return std::ranges::all_of(pack.hours, [&](const HoursRule& rule) {
    if (!HoldsOn(rule, local.date)) return true;
    if (rule.holidays && !rule.holidays->Between(local.date, local.date).empty()) return false;
    const Date next = AddDays(local.date, 1);
    if (rule.eves && !rule.holidays->Between(next, next).empty() &&
        (minute < rule.eves->start_minute || minute >= rule.eves->end_minute))
      return false;
    return std::ranges::any_of(rule.windows, [&](const HoursRule::Window& window) {
      return window.on_weekday.at(static_cast<std::size_t>(WeekdayOf(local.date))) && window.start_minute <= minute &&
             minute < window.end_minute;
    });
  });
}

TEST(ForbiddenTimeTest, IsWhatTheClockSays) {
  // Weeks with changes of the clock, holidays, eves, a year's end, and a rule's first day.
  for (const char* from : {"2026-03-25", "2026-10-22", "2026-12-20", "2024-09-20", "2021-06-25"}) {
    for (const Row& row : kRows) {
      const RulePack& pack = Pack(row.name);
      const Zone zone = ZoneOf(row.zone);
      const Interval range{zone.StartOfDay(Day(from)), zone.StartOfDay(AddDays(Day(from), 14))};
      const IntervalSet forbidden = ForbiddenTime(pack, zone, range);
      for (Instant instant = range.start; instant < range.end; instant = instant + std::chrono::minutes(30)) {
        ASSERT_EQ(!forbidden.Contains(instant), PermittedByTheClock(pack, zone, instant))
            << row.name << " " << FormatUtc(instant);
      }
      // Ranges add up.
      const Instant middle = range.start + std::chrono::hours(100) + std::chrono::seconds(1);
      ASSERT_EQ(Union(ForbiddenTime(pack, zone, {range.start, middle}), ForbiddenTime(pack, zone, {middle, range.end})),
                forbidden)
          << row.name;
    }
  }
}

TEST(HoursTextTest, TheWholeRule) {
  EXPECT_EQ(HoursText(Pack("us-fl").hours[0]), "every day 08:00-20:00");
  EXPECT_EQ(HoursText(Pack("us-ri").hours[0]), "Mon-Fri 09:00-18:00, Sat 10:00-17:00, not on legal holidays");
  EXPECT_EQ(HoursText(Pack("ca").hours[0]), "Mon-Fri 09:00-21:30, Sat and Sun 10:00-18:00");
  EXPECT_EQ(HoursText(Pack("it").hours[0]),
            "Mon-Fri 09:00-20:00, Sat 10:00-19:00, eves of holidays 10:00-19:00, not on public holidays");
  EXPECT_EQ(WeekdaysText({true, false, true, true, false, true, false}), "Mon, Wed, Thu and Sat");
}

// A pack with everything that one may have. The rows below break it at one place each.
constexpr const char* kWhole =
    R"({"title":"T","hours":[{"windows":[{"days":["mon"],"startTime":"09:00","endTime":"20:00"}],"closedOn":"fr",)"
    R"("eves":{"startTime":"10:00","endTime":"19:00"},"law":"L","source":"S","confidence":"official",)"
    R"("from":"2024-01-01","to":"2025-01-01","note":"N"}],"abandonment":[{"share":0.03,"of":"calls","over":"a day",)"
    R"("per":"campaign","agentWithin":"2s","ringAtLeast":"15s","law":"AL","source":"S","confidence":"secondary"}],)"
    R"("frequency":[{"calls":3,"over":"a day","about":"it","law":"FL","source":"S","confidence":"uncertain"}],)"
    R"("notes":["n"]})";

TEST(ReadRulePackTest, ReadsEverything) {
  const RulePack pack = Read(kWhole);
  EXPECT_EQ(pack.title, "T");
  ASSERT_EQ(pack.hours.size(), 1U);
  EXPECT_EQ(HoursText(pack.hours[0]), "Mon 09:00-20:00, eves of holidays 10:00-19:00, not on public holidays");
  EXPECT_EQ(pack.hours[0].note, "N");
  EXPECT_EQ(pack.hours[0].from, (Date{2024, 1, 1}));
  EXPECT_EQ(pack.hours[0].to, (Date{2025, 1, 1}));
  EXPECT_EQ(pack.abandonment.at(0).ring_at_least_ms, 15'000);
  EXPECT_EQ(pack.frequency.at(0).about, "it");
  EXPECT_EQ(pack.notes, std::vector<std::string>{"n"});
}

TEST(ReadRulePackTest, WhatIsWrongAndWhere) {
  struct {
    const char *what, *with, *message;
  } rows[] = {
      {R"("title":"T",)", "", ": title is missing"},
      {R"("title":"T",)", R"("title":"",)", ": title must not be empty"},
      {R"("title":"T",)", R"("title":"T","title":"T",)", ": a member stands twice in one object"},
      {R"("title":"T",)", R"("title":"T","tilte":"T",)", ": tilte is no member that is known here"},
      {R"("notes":["n"])", R"("notes":[7])", ", notes[0]: a note must be a text"},
      {R"("notes":["n"])", R"("notes":"n")", ": notes must be a list, not a string"},
      {R"("windows":[{)", R"("windowz":[{)", ", hours[0]: windowz is no member that is known here"},
      {R"("days":["mon"],)", "", ", hours[0], windows[0]: days is missing"},
      {R"("days":["mon"])", R"("days":[])", ", hours[0], windows[0]: days must not be empty"},
      {R"("days":["mon"])", R"("days":["Mon"])", ", hours[0], windows[0]: days must be mon to sun"},
      {R"("startTime":"09:00")", R"("startTime":"9:00")",
       ", hours[0], windows[0]: startTime and endTime must be times of day, such as 09:00"},
      {R"("startTime":"09:00")", R"("startTime":540)",
       ", hours[0], windows[0]: startTime must be a string, not an integer"},
      {R"("startTime":"09:00")", R"("startTime":"20:00")", ", hours[0], windows[0]: endTime must be after startTime"},
      {R"("closedOn":"fr")", R"("closedOn":"xx")", ", hours[0]: closedOn names no set of holidays.json"},
      {R"("closedOn":"fr",)", "", ", hours[0]: eves need closedOn"},
      {R"("eves":{)", R"("eves":{"days":["mon"],)", ", hours[0], eves: days is no member that is known here"},
      {R"("endTime":"19:00")", R"("endTime":"09:59")", ", hours[0], eves: endTime must be after startTime"},
      {R"("law":"L",)", "", ", hours[0]: law is missing"},
      {R"("confidence":"official")", R"("confidence":"sure")",
       ", hours[0]: confidence must be official, secondary or uncertain"},
      {R"("from":"2024-01-01")", R"("from":"2024-02-30")", ", hours[0]: from must be a day, such as 2024-01-31"},
      {R"("to":"2025-01-01")", R"("to":"2024-01-01")", ", hours[0]: to must be after from"},
      {R"("share":0.03)", R"("share":3)", ", abandonment[0]: share must be between 0 and 1, such as 0.03"},
      {R"("share":0.03)", R"("share":"3 %")", ", abandonment[0]: share must be a number, not a string"},
      {R"("agentWithin":"2s")", R"("agentWithin":"2 seconds")",
       ", abandonment[0]: agentWithin must be a duration, such as 2s"},
      {R"("agentWithin":"2s",)", "", ", abandonment[0]: agentWithin is missing"},
      {R"("ringAtLeast":"15s")", R"("ringAtLeast":"0s")",
       ", abandonment[0]: ringAtLeast must be a duration, such as 2s"},
      {R"("calls":3)", R"("calls":0)", ", frequency[0]: calls must be 1 to 1000"},
      {R"("calls":3)", R"("calls":2.5)", ", frequency[0]: calls must be an integer, not a number"},
      {R"("frequency":[{)", R"("frequency":[7,{)", ", frequency[0]: it must be a mapping, not an integer"},
  };
  for (const auto& row : rows) {
    std::string text = kWhole;
    const std::size_t at = text.find(row.what);
    ASSERT_NE(at, std::string::npos) << row.what;
    text.replace(at, std::string_view(row.what).size(), row.with);
    const auto pack = ReadRulePack("test", text);
    ASSERT_FALSE(pack) << text;
    EXPECT_EQ(pack.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(pack.error().message, "rule pack test" + std::string(row.message));
  }
  for (const char* text : {"", "[]", "null", "7", "\"x\"", "{", "{}", "\xff"}) {
    const auto pack = ReadRulePack("test", text);
    ASSERT_FALSE(pack) << text;
    EXPECT_EQ(pack.error().code, ErrorCode::kInvalid);
    EXPECT_TRUE(pack.error().message.starts_with("rule pack test: ")) << pack.error().message;
  }
}

TEST(ReadRulePackTest, NoPrefixIsTakenAndNoLostCharacterHurts) {
  const std::string whole = kWhole;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto pack = ReadRulePack("test", whole.substr(0, size));
    ASSERT_FALSE(pack) << size;
    EXPECT_EQ(pack.error().code, ErrorCode::kInvalid);
    std::string without = whole;
    without.erase(size, 1);
    if (const auto other = ReadRulePack("test", without); !other) {
      EXPECT_EQ(other.error().code, ErrorCode::kInvalid);
      EXPECT_TRUE(other.error().message.starts_with("rule pack test")) << other.error().message;
    }
  }
}

}  // namespace
}  // namespace cxctl
