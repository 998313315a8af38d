#include "time/zone.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

namespace cxctl {
namespace {

using namespace std::chrono_literals;

Zone Load(std::string_view name) {
  const auto zone = Zone::Load(name);
  EXPECT_TRUE(zone) << name;
  return zone.value_or(Zone::Utc());
}

Instant At(std::string_view text) {
  const auto parsed = ParseDateTime(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? parsed->instant : Instant{};
}

TEST(ZoneLoad, RefusesWhatIsNoIanaZone) {
  for (const char* name : {"",
                           "Mars/Olympus",
                           "America",
                           "America/",
                           "america/new_york",
                           "utc",
                           "EST5",
                           "EST5EDT4",
                           "UTC+5",
                           "GMT+5",
                           "+05:00",
                           "Z",
                           "localtime",
                           "posixrules",
                           "Factory",
                           "posix/UTC",
                           "posix/America/New_York",
                           "right/UTC",
                           "Fixed/UTC+05:00:00",
                           "Fixed/UTC+00:00:00",
                           "libc:localtime",
                           "libc:UTC",
                           "../zoneinfo/UTC",
                           "/etc/localtime",
                           "/usr/share/zoneinfo/UTC",
                           "zone.tab",
                           "tzdata.zi",
                           "leapseconds",
                           "America/New_York ",
                           " UTC",
                           "Europe/../UTC",
                           "America/New_York\n",
                           ":America/New_York"}) {
    EXPECT_FALSE(Zone::Load(name)) << name;
  }
}

TEST(ZoneLoad, KeepsTheNameAndResolvesAliases) {
  struct Row {
    const char *name, *canonical;
  };
  for (const Row& row : {Row{"America/New_York", "America/New_York"}, Row{"US/Eastern", "America/New_York"},
                         Row{"UTC", "Etc/UTC"}, Row{"Zulu", "Etc/UTC"}, Row{"Etc/UTC", "Etc/UTC"},
                         Row{"Asia/Calcutta", "Asia/Kolkata"}, Row{"NZ", "Pacific/Auckland"}}) {
    const Zone zone = Load(row.name);
    EXPECT_EQ(zone.name(), row.name);
    EXPECT_EQ(zone.canonical_name(), row.canonical);
    EXPECT_EQ(CanonicalZoneName(row.name), row.canonical);
    EXPECT_TRUE(zone == Load(row.canonical));
  }
  EXPECT_FALSE(Load("America/New_York") == Load("America/Toronto"));
  EXPECT_EQ(CanonicalZoneName("Mars/Olympus"), "Mars/Olympus");
  EXPECT_EQ(CanonicalZoneName(""), "");
}

TEST(ZoneLoad, IsSafeFromManyThreads) {
  const std::vector<std::string> names = {"America/New_York", "Europe/Paris", "Asia/Tokyo", "No/Zone", "Africa/Cairo"};
  std::vector<std::thread> threads;
  std::vector<int> found(8);
  for (int& count : found) {
    threads.emplace_back([&names, &count] {
      for (int i = 0; i < 200; ++i) count += Zone::Load(names[static_cast<std::size_t>(i) % names.size()]).has_value();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(found, std::vector<int>(8, 160));
}

TEST(Zone, UtcIsAlwaysThere) {
  const Zone utc = Zone::Utc();
  EXPECT_EQ(utc.name(), "UTC");
  EXPECT_EQ(utc.canonical_name(), "Etc/UTC");
  EXPECT_EQ(utc.OffsetSecondsAt(At("2026-07-01T00:00:00Z")), 0);
  EXPECT_EQ(utc.StartOfDay({2026, 7, 1}), At("2026-07-01T00:00:00Z"));
}

TEST(Zone, KnowsOffsetsAndAbbreviations) {
  struct Row {
    const char *zone, *instant;
    int offset_seconds;
    const char* abbreviation;
  };
  const Row rows[] = {
      {"America/New_York", "2026-01-15T00:00:00Z", -18'000, "EST"},
      {"America/New_York", "2026-07-15T00:00:00Z", -14'400, "EDT"},
      {"America/New_York", "2026-03-08T06:59:59.999999Z", -18'000, "EST"},
      {"America/New_York", "2026-03-08T07:00:00Z", -14'400, "EDT"},
      {"America/New_York", "2026-11-01T05:59:59Z", -14'400, "EDT"},
      {"America/New_York", "2026-11-01T06:00:00Z", -18'000, "EST"},
      {"America/New_York", "2060-07-15T00:00:00Z", -14'400, "EDT"},  // after 2037
      {"Asia/Kathmandu", "2026-01-15T00:00:00Z", 20'700, "+0545"},
      {"Asia/Kathmandu", "1980-01-15T00:00:00Z", 19'800, "+0530"},
      {"Australia/Lord_Howe", "2026-01-15T00:00:00Z", 39'600, "+11"},
      {"Australia/Lord_Howe", "2026-07-15T00:00:00Z", 37'800, "+1030"},  // daylight saving of half an hour
      {"America/St_Johns", "1930-01-15T00:00:00Z", -12'652, "NST"},      // 3 h 30 min 52 s
      {"America/St_Johns", "2026-01-15T00:00:00Z", -12'600, "NST"},
      {"Pacific/Apia", "2011-12-30T09:59:59Z", -36'000, "-10"},
      {"Pacific/Apia", "2011-12-30T10:00:00Z", 50'400, "+14"},
      {"Europe/Dublin", "2026-01-15T00:00:00Z", 0, "GMT"},  // where winter is the saving time
      {"Africa/Casablanca", "2026-03-01T00:00:00Z", 0, "+00"},
      {"Asia/Pyongyang", "2016-01-15T00:00:00Z", 30'600, "KST"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Load(row.zone).OffsetSecondsAt(At(row.instant)), row.offset_seconds) << row.zone << row.instant;
    EXPECT_EQ(Load(row.zone).AbbreviationAt(At(row.instant)), row.abbreviation) << row.zone << row.instant;
  }
}

TEST(Zone, TellsTheLocalDateAndTime) {
  const auto kathmandu = Load("Asia/Kathmandu").LocalAt(At("2026-12-31T18:15:00.5Z"));
  EXPECT_EQ(kathmandu.date, (Date{2027, 1, 1}));
  EXPECT_EQ(kathmandu.second_of_day, 0);
  const auto apia = Load("Pacific/Apia").LocalAt(At("2011-12-30T09:59:59.999Z"));
  EXPECT_EQ(apia.date, (Date{2011, 12, 29}));
  EXPECT_EQ(apia.second_of_day, 86'399);
  EXPECT_EQ(Load("Pacific/Apia").LocalAt(At("2011-12-30T10:00:00Z")).date, (Date{2011, 12, 31}));
  const auto before_1970 = Zone::Utc().LocalAt(At("1969-12-31T23:59:59.5Z"));
  EXPECT_EQ(before_1970.date, (Date{1969, 12, 31}));
  EXPECT_EQ(before_1970.second_of_day, 86'399);
}

TEST(ZoneLookup, TellsReadingsThatAreSkippedOrRepeated) {
  struct Row {
    const char* zone;
    Date date;
    int minutes;
    CivilLookup::Kind kind;
    const char *pre, *transition, *post;
  };
  const auto unique = CivilLookup::kUnique, skipped = CivilLookup::kSkipped, repeated = CivilLookup::kRepeated;
  const Row rows[] = {
      {"America/New_York",
       {2026, 3, 8},
       119,
       unique,
       "2026-03-08T06:59:00Z",
       "2026-03-08T06:59:00Z",
       "2026-03-08T06:59:00Z"},
      {"America/New_York",
       {2026, 3, 8},
       120,
       skipped,
       "2026-03-08T07:00:00Z",
       "2026-03-08T07:00:00Z",
       "2026-03-08T06:00:00Z"},
      {"America/New_York",
       {2026, 3, 8},
       150,
       skipped,
       "2026-03-08T07:30:00Z",
       "2026-03-08T07:00:00Z",
       "2026-03-08T06:30:00Z"},
      {"America/New_York",
       {2026, 3, 8},
       180,
       unique,
       "2026-03-08T07:00:00Z",
       "2026-03-08T07:00:00Z",
       "2026-03-08T07:00:00Z"},
      {"America/New_York",
       {2026, 11, 1},
       60,
       repeated,
       "2026-11-01T05:00:00Z",
       "2026-11-01T06:00:00Z",
       "2026-11-01T06:00:00Z"},
      {"America/New_York",
       {2026, 11, 1},
       90,
       repeated,
       "2026-11-01T05:30:00Z",
       "2026-11-01T06:00:00Z",
       "2026-11-01T06:30:00Z"},
      {"America/New_York",
       {2026, 11, 1},
       120,
       unique,
       "2026-11-01T07:00:00Z",
       "2026-11-01T07:00:00Z",
       "2026-11-01T07:00:00Z"},
      {"America/New_York",
       {2026, 3, 7},
       1440 + 150,
       skipped,
       "2026-03-08T07:30:00Z",
       "2026-03-08T07:00:00Z",
       "2026-03-08T06:30:00Z"},
      {"America/New_York",
       {2026, 3, 9},
       -30,
       unique,
       "2026-03-09T03:30:00Z",
       "2026-03-09T03:30:00Z",
       "2026-03-09T03:30:00Z"},
      {"Australia/Lord_Howe",
       {2026, 10, 4},
       135,
       skipped,
       "2026-10-03T15:45:00Z",
       "2026-10-03T15:30:00Z",
       "2026-10-03T15:15:00Z"},
      {"Australia/Lord_Howe",
       {2026, 4, 5},
       105,
       repeated,
       "2026-04-04T14:45:00Z",
       "2026-04-04T15:00:00Z",
       "2026-04-04T15:15:00Z"},
      {"Pacific/Apia",
       {2011, 12, 30},
       720,
       skipped,
       "2011-12-30T22:00:00Z",
       "2011-12-30T10:00:00Z",
       "2011-12-29T22:00:00Z"},
      {"America/New_York",
       {2060, 3, 14},
       150,
       skipped,
       "2060-03-14T07:30:00Z",
       "2060-03-14T07:00:00Z",
       "2060-03-14T06:30:00Z"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.zone) + " " + FormatDate(row.date) + " minute " + std::to_string(row.minutes));
    const CivilLookup lookup = Load(row.zone).Lookup(row.date, row.minutes);
    EXPECT_EQ(lookup.kind, row.kind);
    EXPECT_EQ(FormatUtc(lookup.pre), row.pre);
    EXPECT_EQ(FormatUtc(lookup.transition), row.transition);
    EXPECT_EQ(FormatUtc(lookup.post), row.post);
  }
}

TEST(ZoneStartOfDay, IsTheFirstInstantOfTheDay) {
  struct Row {
    const char* zone;
    Date date;
    const char* start;
  };
  const Row rows[] = {
      {"America/New_York", {2026, 11, 1}, "2026-11-01T04:00:00Z"},
      {"Africa/Cairo", {2026, 4, 24}, "2026-04-23T22:00:00Z"},       // 00:00 is skipped, the day begins at 01:00
      {"Africa/Cairo", {2026, 10, 30}, "2026-10-29T22:00:00Z"},      // put back from 24:00 to 23:00
      {"America/Havana", {2026, 11, 1}, "2026-11-01T04:00:00Z"},     // 00:00 comes twice
      {"America/Havana", {2026, 3, 8}, "2026-03-08T05:00:00Z"},      // 00:00 is skipped
      {"America/St_Johns", {2006, 10, 29}, "2006-10-29T02:30:00Z"},  // put back at 00:01 to 23:01 of the day before
      {"Pacific/Apia", {2011, 12, 29}, "2011-12-29T10:00:00Z"},
      {"Pacific/Apia", {2011, 12, 30}, "2011-12-30T10:00:00Z"},  // there is no such day
      {"Pacific/Apia", {2011, 12, 31}, "2011-12-30T10:00:00Z"},
      {"America/Sao_Paulo", {2018, 11, 4}, "2018-11-04T03:00:00Z"},
      {"Asia/Kathmandu", {1986, 1, 1}, "1985-12-31T18:30:00Z"},  // +5:30 to +5:45 at midnight
  };
  for (const Row& row : rows) {
    EXPECT_EQ(FormatUtc(Load(row.zone).StartOfDay(row.date)), row.start) << row.zone << " " << FormatDate(row.date);
  }
}

TEST(ZoneSteadyAt, CoversTheLineWithStretchesOfOneOffset) {
  for (const char* name : {"America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "UTC",
                           "Pacific/Apia", "America/St_Johns", "Europe/London", "Africa/Cairo"}) {
    const Zone zone = Load(name);
    const Instant last = At("2110-01-01T00:00:00Z");
    for (Instant now = At("1890-01-01T00:00:00Z"); now < last;) {
      const Zone::Steady steady = zone.SteadyAt(now);
      ASSERT_LE(steady.begin, now) << name << " " << FormatUtc(now);
      ASSERT_GT(steady.end, now) << name << " " << FormatUtc(now);
      const Instant end = std::min(steady.end, last);
      for (Instant t = now; t < end; t = t + 37h)
        ASSERT_EQ(zone.OffsetSecondsAt(t), steady.offset_seconds) << FormatUtc(t);
      ASSERT_EQ(zone.OffsetSecondsAt(end - 1us), steady.offset_seconds) << name << " " << FormatUtc(end);
      now = end;
    }
  }
}

TEST(ZoneSteadyAt, EndsWhereClocksChange) {
  const Zone zone = Load("America/New_York");
  const Zone::Steady summer = zone.SteadyAt(At("2026-07-01T00:00:00Z"));
  EXPECT_EQ(FormatUtc(summer.begin), "2026-03-08T07:00:00Z");
  EXPECT_EQ(FormatUtc(summer.end), "2026-11-01T06:00:00Z");
  EXPECT_EQ(summer.offset_seconds, -14'400);
  EXPECT_EQ(zone.SteadyAt(summer.begin).begin, summer.begin);
  EXPECT_EQ(zone.SteadyAt(summer.end).begin, summer.end);
  EXPECT_EQ(zone.SteadyAt(summer.end - 1us).end, summer.end);
  const Zone::Steady far = zone.SteadyAt(At("2500-07-01T00:00:00Z"));
  EXPECT_EQ(far.begin, far.end);
}

}  // namespace
}  // namespace cxctl
