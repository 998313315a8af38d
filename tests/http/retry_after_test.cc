#include "http/retry_after.h"

#include <gtest/gtest.h>

namespace cxctl {
namespace {

using std::chrono::seconds;

// Sunday, 1994-11-06 08:49:37 UTC, the date of RFC 9110's examples.
constexpr Instant kExample{784111777LL * 1'000'000};

struct DateCase {
  const char* text;
  std::optional<std::int64_t> expected;  ///< Seconds since 1970.
};

void PrintTo(const DateCase& tested, std::ostream* out) {
  *out << tested.text;
}

class HttpDateTest : public ::testing::TestWithParam<DateCase> {};

TEST_P(HttpDateTest, IsRead) {
  const std::optional<Instant> date = ParseHttpDate(GetParam().text, kExample);
  ASSERT_EQ(date.has_value(), GetParam().expected.has_value());
  if (date) {
    EXPECT_EQ(date->micros, *GetParam().expected * 1'000'000);
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, HttpDateTest,
                         ::testing::Values(DateCase{"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
                                           DateCase{"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
                                           DateCase{"Sun Nov  6 08:49:37 1994", 784111777},
                                           DateCase{"Wed Nov 16 08:49:37 1994", 784975777},
                                           DateCase{"Thu, 01 Jan 1970 00:00:00 GMT", 0},
                                           DateCase{"Thu, 29 Feb 2024 23:59:59 GMT", 1709251199},
                                           DateCase{"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
                                           // A date within fifty years is in the future, beyond them in the past.
                                           DateCase{"Sunday, 06-Nov-44 08:49:37 GMT", 2362034977},
                                           DateCase{"Sunday, 06-Nov-45 08:49:37 GMT", -762189023}));

INSTANTIATE_TEST_SUITE_P(
    Nonsense, HttpDateTest,
    ::testing::Values(DateCase{"", {}}, DateCase{"now", {}}, DateCase{"Sun", {}}, DateCase{"Sun, ", {}},
                      DateCase{"Sun, 6 Nov 1994 08:49:37 GMT", {}}, DateCase{"Sun, 06 Nov 1994 08:49:37", {}},
                      DateCase{"Sun, 06 Nov 1994 08:49:37 UTC", {}}, DateCase{"Sun, 06 Nov 1994 08:49:37 +0000", {}},
                      DateCase{"Sun, 06 Nov 1994 08:49:37 GMT ", {}}, DateCase{"sun, 06 nov 1994 08:49:37 gmt", {}},
                      DateCase{"Sun, 06 Nox 1994 08:49:37 GMT", {}}, DateCase{"Fri, 30 Feb 2024 00:00:00 GMT", {}},
                      DateCase{"Wed, 29 Feb 2023 00:00:00 GMT", {}}, DateCase{"Sun, 00 Nov 1994 08:49:37 GMT", {}},
                      DateCase{"Sun, 06 Nov 1994 24:00:00 GMT", {}}, DateCase{"Sun, 06 Nov 1994 08:60:00 GMT", {}},
                      DateCase{"Sun, 06 Nov 1994 08:49:61 GMT", {}}, DateCase{"Sun, 06 Nov 94 08:49:37 GMT", {}},
                      DateCase{"Sunday, 06-Nov-1994 08:49:37 GMT", {}}, DateCase{"Sun, 06-Nov-94 08:49:37 GMT", {}},
                      DateCase{"Sunday, 06 Nov 1994 08:49:37 GMT", {}}, DateCase{"Sun Nov 6 08:49:37 1994", {}},
                      DateCase{"Sun Nov  6 08:49:37 1994 GMT", {}}, DateCase{"Som, 06 Nov 1994 08:49:37 GMT", {}},
                      DateCase{"1994-11-06T08:49:37Z", {}}, DateCase{"784111777", {}}));

struct WaitCase {
  std::vector<HttpHeader> headers;
  std::optional<Duration> expected;
};

void PrintTo(const WaitCase& tested, std::ostream* out) {
  for (const HttpHeader& header : tested.headers) *out << header.name << ": " << header.value << "; ";
}

class RetryAfterTest : public ::testing::TestWithParam<WaitCase> {};

TEST_P(RetryAfterTest, IsRead) {
  EXPECT_EQ(ParseRetryAfter(GetParam().headers, kExample), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Seconds, RetryAfterTest,
    ::testing::Values(WaitCase{{{"Retry-After", "120"}}, seconds(120)}, WaitCase{{{"retry-after", "0"}}, seconds(0)},
                      WaitCase{{{"RETRY-AFTER", "007"}}, seconds(7)}, WaitCase{{{"Retry-After", " 5\t"}}, seconds(5)},
                      WaitCase{{{"Retry-After", "1000000000"}}, seconds(1'000'000'000)},
                      WaitCase{{{"Retry-After", "2147483648"}}, seconds(2'147'483'648)},
                      WaitCase{{{"Retry-After", "2147483649"}}, seconds(2'147'483'648)},
                      WaitCase{{{"Retry-After", "99999999999999999999999999999"}}, seconds(2'147'483'648)}));

INSTANTIATE_TEST_SUITE_P(
    Dates, RetryAfterTest,
    ::testing::Values(
        WaitCase{{{"Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT"}}, seconds(60)},
        WaitCase{{{"Retry-After", "Sunday, 06-Nov-94 08:50:37 GMT"}}, seconds(60)},
        WaitCase{{{"Retry-After", "Sun Nov  6 08:50:37 1994"}}, seconds(60)},
        WaitCase{{{"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"}}, seconds(0)},
        WaitCase{{{"Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"}}, seconds(2'147'483'648)},
        // Passed already.
        WaitCase{{{"Retry-After", "Sun, 06 Nov 1994 08:49:36 GMT"}}, {}},
        // The server's clock is a day ahead: its own Date tells how long it means.
        WaitCase{{{"Date", "Mon, 07 Nov 1994 08:49:37 GMT"}, {"Retry-After", "Mon, 07 Nov 1994 08:49:47 GMT"}},
                 seconds(10)},
        WaitCase{{{"Retry-After", "Sat, 05 Nov 1994 08:49:47 GMT"}, {"date", "Sat, 05 Nov 1994 08:49:37 GMT"}},
                 seconds(10)},
        WaitCase{{{"Date", "Mon, 07 Nov 1994 08:49:37 GMT"}, {"Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT"}}, {}},
        WaitCase{{{"Date", "yesterday"}, {"Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT"}}, seconds(60)},
        WaitCase{{{"Date", "Mon, 07 Nov 1994 08:49:37 GMT"}, {"Retry-After", "3"}}, seconds(3)}));

INSTANTIATE_TEST_SUITE_P(
    Several, RetryAfterTest,
    ::testing::Values(WaitCase{{{"Retry-After", "5"}, {"Retry-After", "60"}, {"Retry-After", "7"}}, seconds(60)},
                      WaitCase{{{"Retry-After", "5"}, {"Retry-After", "Sun, 06 Nov 1994 08:50:37 GMT"}}, seconds(60)},
                      WaitCase{{{"Retry-After", "soon"}, {"Retry-After", "5"}, {"Retry-After", "-9"}}, seconds(5)},
                      WaitCase{{{"Retry-After", ""}, {"Retry-After", "x"}}, {}}));

INSTANTIATE_TEST_SUITE_P(
    Nonsense, RetryAfterTest,
    ::testing::Values(WaitCase{{}, {}}, WaitCase{{{"Retry", "5"}}, {}}, WaitCase{{{"Retry-After", ""}}, {}},
                      WaitCase{{{"Retry-After", "   "}}, {}}, WaitCase{{{"Retry-After", "-1"}}, {}},
                      WaitCase{{{"Retry-After", "+1"}}, {}}, WaitCase{{{"Retry-After", "1.5"}}, {}},
                      WaitCase{{{"Retry-After", "1e9"}}, {}}, WaitCase{{{"Retry-After", "0x10"}}, {}},
                      WaitCase{{{"Retry-After", "5s"}}, {}}, WaitCase{{{"Retry-After", "5, 10"}}, {}},
                      WaitCase{{{"Retry-After", "1 000"}}, {}}, WaitCase{{{"Retry-After", "soon"}}, {}},
                      WaitCase{{{"Retry-After", "2027-01-01T00:00:00Z"}}, {}},
                      WaitCase{{{"Retry-After", std::string("5\0", 2)}}, {}}));

}  // namespace
}  // namespace cxctl
