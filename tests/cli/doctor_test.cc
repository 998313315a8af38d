#include "cli/doctor.h"

#include <gmock/gmock.h>

namespace cxctl {
namespace {

using testing::HasSubstr;
using Status = Check::Status;

Instant At(std::int64_t seconds) {
  return Instant{1'800'000'000'000'000 + seconds * 1'000'000};
}

TEST(Doctor, JudgesTheClockByTheTenants) {
  EXPECT_EQ(JudgeClock(At(30), At(0)).status, Status::kOk);
  EXPECT_EQ(JudgeClock(At(31), At(0)).status, Status::kWarning);
  EXPECT_EQ(JudgeClock(At(0), At(300)).status, Status::kWarning);
  EXPECT_EQ(JudgeClock(At(0), At(301)).status, Status::kFailed);
  EXPECT_EQ(JudgeClock(At(0), At(301)).message, "301 s behind the tenant's");
  EXPECT_EQ(JudgeClock(At(0), {}).status, Status::kWarning);
}

TEST(Doctor, NamesEachMissingScope) {
  const std::vector<NeededScope> needed = {{"a:read", "plan of A"}, {"a:write", "apply of A"}, {"b:read", "plan of B"}};
  EXPECT_EQ(JudgeScopes(needed, {{"b:read", "a:write", "a:read"}}, {}).status, Status::kOk);
  const Check check = JudgeScopes(needed, {{"a:read", "b:read"}}, {"b:read"});
  EXPECT_EQ(check.status, Status::kFailed);
  EXPECT_EQ(check.message, "missing scopes: a:write (apply of A), b:read (plan of B)");
  EXPECT_EQ(JudgeScopes(needed, {}, {}).status, Status::kOk);
  EXPECT_EQ(JudgeScopes(needed, {}, {"a:read"}).message, "missing scope: a:read (plan of A)");
}

TEST(Doctor, ReadsWhatTheTenantTellsOfItsLimit) {
  EXPECT_EQ(ReadRateLimit("X-RateLimit-Limit", "15"), 15);
  EXPECT_EQ(ReadRateLimit("ratelimit-limit", "100, 100;w=10"), 10);
  EXPECT_EQ(ReadRateLimit("RateLimit-Policy", "\"default\";q=120;w=60"), 2);
  EXPECT_EQ(ReadRateLimit("RateLimit-Limit", "many"), std::nullopt);
  EXPECT_EQ(ReadRateLimit("X-RateLimit-Limit", "-1"), std::nullopt);
  EXPECT_EQ(ReadRateLimit("X-RateLimit-Remaining", "15"), std::nullopt);
}

TEST(Doctor, HoldsTheRateAgainstTheTenants) {
  EXPECT_EQ(JudgeRate({10, "RateLimit-Limit", 0, ""}, 20, 0.5).status, Status::kOk);
  const Check over = JudgeRate({10, "RateLimit-Limit", 0, ""}, 20, 1);
  EXPECT_EQ(over.status, Status::kWarning);
  EXPECT_THAT(over.help, HasSubstr("requestsPerSecond to 10"));
  EXPECT_THAT(JudgeRate({{}, "", 2, "7"}, 10, 1).message, HasSubstr("answered 2 requests with 429 (Retry-After: 7)"));
}

TEST(Doctor, TakesUrlsApart) {
  const auto expect = [](std::string_view url, std::string_view host, std::string_view port, bool tls) {
    const auto endpoint = EndpointOf(url);
    ASSERT_TRUE(endpoint) << url;
    EXPECT_EQ(endpoint->host, host);
    EXPECT_EQ(endpoint->port, port);
    EXPECT_EQ(endpoint->tls, tls);
  };
  expect("https://a.example.com", "a.example.com", "443", true);
  expect("http://127.0.0.1:8080/x:y", "127.0.0.1", "8080", false);
  expect("https://[2001:db8::1]:8443/", "2001:db8::1", "8443", true);
  expect("http://[::1]", "::1", "80", false);
  EXPECT_FALSE(EndpointOf("ftp://a"));
  EXPECT_FALSE(EndpointOf("https://"));
}

TEST(Doctor, IsALineACheckAndNeverColourAlone) {
  const std::vector<Check> checks = {{"token", Status::kFailed, "no\x1b[31m +14155551234", "do something"},
                                     {"agent", Status::kSkipped, "none", ""}};
  EXPECT_EQ(RenderChecks(checks, false, 0),
            "✗ failed   token         no\\u001b[31m +1415***1234; do something\n- skipped  agent         none\n");
  EXPECT_THAT(RenderChecks(checks, true, 0), HasSubstr("\x1b[31m✗ failed \x1b[0m"));
  EXPECT_THAT(RenderChecks(checks, false, 40), HasSubstr("✗ failed   token\n    no\\u001b[31m"));
}

}  // namespace
}  // namespace cxctl
