#include "schema/patterns.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

namespace cxctl {
namespace {

/// A pattern decides by its function and is shown by its regular expression: both must say what a row says.
struct PatternRows {
  const TextPattern& pattern;
  std::vector<std::string> good, bad;
};

TEST(Patterns, DecideAsTheirRegularExpressionsDo) {
  const PatternRows all[] = {
      {kNamePattern,
       {"a", "0", "a-b", "a--b", "collections-east", std::string(63, 'x'), "a" + std::string(61, '-') + "b"},
       {"", "-", "a-", "-a", "A", "a_b", "a.b", "a b", "a/b", "é", std::string(64, 'x'), "a\t"}},
      {kDurationPattern,
       {"0s", "500ms", "30s", "5m", "2h", "14d", "007s", "99999999d", "999999999999s", "999999999999999ms"},
       {"", "s", "5", "5 s", "-5s", "+5s", "1.5s", "5S", "5M", "5w", "5us", "1h30m", "100000000d", "1000000000000s",
        "1000000000000000ms", "99999999999999999999s", "5ms5"}},
      {kDateTimePattern,
       {"2026-10-01T00:00:00-04:00", "2026-10-01t00:00:00z", "2026-10-01T23:59:59Z", "2026-10-01T00:00:00.5+05:30",
        "2026-10-01T00:00:00.123456789Z", "2024-02-29T00:00:00Z", "2000-02-29T00:00:00Z", "0000-02-29T00:00:00Z",
        "9999-12-31T23:59:59+23:59"},
       {"",
        "2026-10-01",
        "2026-10-01T00:00:00",
        "2026-10-01 00:00:00Z",
        "2026-10-01T00:00Z",
        "2026-10-01T24:00:00Z",
        "2026-10-01T00:60:00Z",
        "2026-10-01T00:00:60Z",
        "2026-10-01T00:00:00.Z",
        "2026-10-01T00:00:00+5:00",
        "2026-10-01T00:00:00+24:00",
        "2026-10-01T00:00:00+00:60",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-10-00T00:00:00Z",
        "2026-10-32T00:00:00Z",
        "26-10-01T00:00:00Z",
        "12026-10-01T00:00:00Z",
        "2026-10-01T00:00:00Zz",
        "2026-10-01T00:00:00 Z",
        "2026-10-01T00:00:00+0500"}},
      {kDatePattern,
       {"2026-11-26", "2024-02-29", "0001-01-01"},
       {"", "2026-11-31", "2026-2-3", "2026-02-29", "2100-02-29", "2026-11-26T00:00:00Z", "11-26", "2026/11/26"}},
      {kAnnualPattern,
       {"12-25", "02-29", "01-01", "06-30"},
       {"", "02-30", "06-31", "13-01", "00-01", "01-00", "1-1", "12-25-2026", "2026-12-25", "12/25"}},
      {kTimePattern,
       {"00:00", "09:00", "23:59", "19:30"},
       {"", "24:00", "9:00", "09:60", "09:00:00", "9", "0900", "09.00"}},
      {kEndTimePattern, {"00:00", "23:59", "24:00"}, {"", "24:01", "25:00", "2:00", "24:00:00", "-1:00"}},
      {kZonePattern,
       {"UTC", "America/New_York", "Etc/GMT+5", "America/Port-au-Prince", "No/Where", std::string(64, 'a')},
       {"", "5", "/UTC", "America/New York", "../etc/passwd", "É", std::string(65, 'a'), "+05:00"}},
      {kPointerPattern, {"/a", "/", "/a/b/0", "/a~0b~1c", "//", "/é b"}, {"", "a", "a/b", "/~", "/a~2", "#/a"}},
      {kCallCodePattern,
       {"AB", "INT_HOT", "_1", "0123456789ABCDEF"},
       {"", "A", "ab", "A-B", "A B", "0123456789ABCDEFG", "ÄB", "AB "}},
      {kRulePattern, {"CX101", "CX999"}, {"", "CX1", "CX1011", "cx101", "CX10a", "101"}},
      {kEventPattern,
       {"campaign.paused", "a.b.c", "drift.detected", "run_x.y_z", "a_.b"},
       {"", "campaign", ".a", "a.", "a..b", "A.b", "a.1", "a.b ", "_a.b", "a._b", "a-b.c"}},
      {kUrlPattern,
       {"https://x", "http://127.0.0.1:8080/a?b#c", "https://[::1]/", "https://a@b"},
       {"", "x", "ftp://x", "https://", "https:///x", "https:x", "HTTPS://x", "https://a b", "https://é", "http:/x",
        "https://a\tb"}},
      {kPathPattern, {"/", "/oauth/token", "/a?b"}, {"", "oauth", "/a b", "/é", "//\n"}},
      {kStateUrlPattern,
       {"sqlite:a", "sqlite:/var/lib/x.db", "sqlite:a b", "postgresql://", "postgresql://h/d"},
       {"", "sqlite", "sqlite:", "mysql://x", "postgres://x", "a.db", "$${x}"}},
  };
  for (const PatternRows& rows : all) {
    const std::regex regex(std::string(rows.pattern.regex), std::regex::ECMAScript);
    for (const std::string& text : rows.good) {
      EXPECT_TRUE(rows.pattern.matches(text)) << rows.pattern.description << ": " << text;
      EXPECT_TRUE(std::regex_search(text, regex)) << rows.pattern.regex << ": " << text;
    }
    for (const std::string& text : rows.bad) {
      EXPECT_FALSE(rows.pattern.matches(text)) << rows.pattern.description << ": " << text;
      EXPECT_FALSE(std::regex_search(text, regex)) << rows.pattern.regex << ": " << text;
    }
  }
}

TEST(Patterns, AgreeOnEveryDay) {
  const std::regex date(std::string(kDatePattern.regex), std::regex::ECMAScript);
  const std::regex annual(std::string(kAnnualPattern.regex), std::regex::ECMAScript);
  for (const int year : {0, 4, 100, 400, 1900, 2000, 2023, 2024, 2026, 2100, 9996, 9999}) {
    for (int month = 0; month <= 13; ++month) {
      for (int day = 0; day <= 32; ++day) {
        const std::string text = fmt::format("{:04}-{:02}-{:02}", year, month, day);
        EXPECT_EQ(kDatePattern.matches(text), std::regex_search(text, date)) << text;
        const std::string yearly = text.substr(5);
        EXPECT_EQ(kAnnualPattern.matches(yearly), std::regex_search(yearly, annual)) << yearly;
      }
    }
  }
}

}  // namespace
}  // namespace cxctl
