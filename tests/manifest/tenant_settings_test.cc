#include "manifest/tenant_settings.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/memory_files.h"

namespace cxctl {
namespace {

TenantSettings Read(const std::string& spec, const std::string& path = "envs/prod/tenant.yaml") {
  MemoryFiles files(std::map<std::string, std::string>{
      {path, "apiVersion: cxctl/v1\nkind: Tenant\nmetadata: {name: prod}\nspec:\n" + spec}});
  ManifestLoader loader(files);
  const auto set = loader.Load(loader.FindTenants({path})->at(0));
  EXPECT_TRUE(set.has_value());
  for (const Diagnostic& each : set->diagnostics) ADD_FAILURE() << each.rule << ": " << each.message;
  return ReadTenantSettings(*set);
}

constexpr const char* kLeast =
    "  baseUrl: https://acme.example.com/\n"
    "  auth: {clientId: \"${env:ID}\", clientSecret: \"${env:SECRET}\"}\n";

TEST(TenantSettingsTest, FillsInDefaults) {
  const TenantSettings settings = Read(kLeast);
  EXPECT_EQ(settings.name, "prod");
  EXPECT_EQ(settings.base_url, "https://acme.example.com");
  EXPECT_EQ(settings.dialect, "v2");
  EXPECT_EQ(settings.token_path, "/oauth/token");
  EXPECT_FALSE(settings.basic_auth);
  EXPECT_EQ(settings.client_id, "${env:ID}");
  EXPECT_EQ(settings.client_secret, "${env:SECRET}");
  EXPECT_TRUE(settings.scopes.empty());
  EXPECT_FALSE(settings.allow_insecure);
  EXPECT_EQ(settings.requests_per_second, 10);
  EXPECT_EQ(settings.burst, 10);
  EXPECT_EQ(settings.share, 1);
  EXPECT_EQ(settings.max_concurrency, 8);
  EXPECT_EQ(settings.connect_timeout, std::chrono::seconds(5));
  EXPECT_EQ(settings.request_timeout, std::chrono::seconds(30));
  EXPECT_EQ(settings.max_attempts, 6);
  EXPECT_FALSE(settings.fibonacci);
  EXPECT_EQ(settings.base_delay, std::chrono::milliseconds(500));
  EXPECT_EQ(settings.max_delay, std::chrono::seconds(60));
  EXPECT_EQ(settings.ca_file, "");
  EXPECT_TRUE(settings.apply_windows.empty());
  EXPECT_EQ(settings.agent_url, "");
  EXPECT_EQ(settings.state_url, "sqlite:envs/prod/.cxctl/state.db");
  EXPECT_FALSE(settings.capacity.has_value());
  EXPECT_EQ(settings.folder, "envs/prod");
}

TEST(TenantSettingsTest, TakesWhatIsWritten) {
  const TenantSettings settings = Read(
      "  baseUrl: http://127.0.0.1:8080\n"
      "  dialect: v2\n"
      "  auth:\n"
      "    {clientId: id, clientSecret: secret, tokenPath: /token, style: basic, scopes: [campaigns:read, "
      "callcodes:read]}\n"
      "  allowInsecure: true\n"
      "  values: {rps: 50}\n"
      "  rateLimit: {requestsPerSecond: \"${values.rps}\", burst: 20, maxConcurrency: 4, share: 0.6}\n"
      "  timeouts: {connect: 500ms, request: 2m}\n"
      "  retry: {maxAttempts: 3, backoff: fibonacci, baseDelay: 1s, maxDelay: 1h}\n"
      "  tls: {caFile: ../ca.pem}\n"
      "  applyWindows:\n"
      "    - {days: [mon, sun], startTime: \"09:00\", endTime: \"24:00\", timeZone: America/New_York}\n"
      "  agent: {url: https://agent.example.com:8443, token: x}\n"
      "  state: {url: \"sqlite:../state.db\"}\n"
      "  capacity: {maxConcurrentCalls: 200}\n");
  EXPECT_EQ(settings.token_path, "/token");
  EXPECT_TRUE(settings.basic_auth);
  EXPECT_EQ(settings.scopes, (std::vector<std::string>{"campaigns:read", "callcodes:read"}));
  EXPECT_TRUE(settings.allow_insecure);
  EXPECT_EQ(settings.requests_per_second, 50);
  EXPECT_EQ(settings.burst, 20);
  EXPECT_EQ(settings.max_concurrency, 4);
  EXPECT_EQ(settings.share, 0.6);
  EXPECT_EQ(settings.connect_timeout, std::chrono::milliseconds(500));
  EXPECT_EQ(settings.request_timeout, std::chrono::minutes(2));
  EXPECT_EQ(settings.max_attempts, 3);
  EXPECT_TRUE(settings.fibonacci);
  EXPECT_EQ(settings.base_delay, std::chrono::seconds(1));
  EXPECT_EQ(settings.max_delay, std::chrono::hours(1));
  EXPECT_EQ(settings.ca_file, "envs/ca.pem");
  ASSERT_EQ(settings.apply_windows.size(), 1u);
  EXPECT_EQ(settings.apply_windows[0].days, (std::vector<int>{0, 6}));
  EXPECT_EQ(settings.apply_windows[0].start_minute, 540);
  EXPECT_EQ(settings.apply_windows[0].end_minute, 1440);
  EXPECT_EQ(settings.apply_windows[0].zone.name(), "America/New_York");
  EXPECT_EQ(settings.agent_url, "https://agent.example.com:8443");
  EXPECT_EQ(settings.state_url, "sqlite:envs/state.db");
  EXPECT_EQ(settings.capacity, 200);
}

TEST(TenantSettingsTest, PlacesTheStateStore) {
  struct Row {
    std::string_view written, read;
  };
  const Row rows[] = {
      {"sqlite:s.db", "sqlite:envs/prod/s.db"},
      {"sqlite:/var/lib/s.db", "sqlite:/var/lib/s.db"},
      {"postgresql://h/d?host=../x", "postgresql://h/d?host=../x"},
      {"${env:STATE}", "${env:STATE}"},
      {"sqlite:${env:NAME}.db", "sqlite:${env:NAME}.db"},
      {"sqlite:$${x}.db", "sqlite:envs/prod/$${x}.db"},
  };
  for (const Row& row : rows) {
    const std::string state = fmt::format("  state: {{url: \"{}\"}}\n", row.written);
    const std::string loopback =
        "  baseUrl: http://127.0.0.1:1\n  auth: {clientId: \"${env:ID}\", clientSecret: \"${env:S}\"}\n";
    EXPECT_EQ(Read(loopback + state).state_url, row.read);
  }
  EXPECT_EQ(Read(kLeast, "tenant.yaml").state_url, "sqlite:.cxctl/state.db");
  EXPECT_EQ(LocateState("sqlite:a/../b.db", "f"), "sqlite:f/b.db");
  EXPECT_EQ(LocateState("postgresql://h/d", "f"), "postgresql://h/d");
}

TEST(TenantSettingsTest, DoesNotBurstPastASlowLimit) {
  EXPECT_EQ(Read(std::string(kLeast) + "  rateLimit: {requestsPerSecond: 2}\n").burst, 2);
  EXPECT_EQ(Read(std::string(kLeast) + "  rateLimit: {requestsPerSecond: 0.5}\n").burst, 1);
  EXPECT_EQ(Read(std::string(kLeast) + "  rateLimit: {requestsPerSecond: 500}\n").burst, 10);
}

// --- Apply windows
// ----------------------------------------------------------------------------------------------------

std::vector<ApplyWindow> Windows(std::string_view list) {
  return Read(fmt::format("{}  applyWindows: {}\n", kLeast, list)).apply_windows;
}

Instant At(std::string_view text) {
  return ParseDateTime(text).value().instant;
}

TEST(ApplyWindows, AreAlwaysOpenWhereThereAreNone) {
  EXPECT_TRUE(InApplyWindow({}, At("2026-10-01T00:00:00Z")));
  EXPECT_FALSE(NextApplyWindow({}, At("2026-10-01T00:00:00Z")).has_value());
}

TEST(ApplyWindows, OpenAndCloseByTheirOwnClock) {
  constexpr std::string_view kWorkdays =
      R"([{days: [mon, tue, wed, thu], startTime: "09:00", endTime: "16:00", timeZone: America/New_York}])";
  constexpr std::string_view kNights =
      R"([{days: [fri], startTime: "22:00", endTime: "02:00", timeZone: America/New_York}])";
  constexpr std::string_view kAllSunday = R"([{days: [sun], startTime: "00:00", endTime: "24:00", timeZone: UTC}])";
  constexpr std::string_view kSameTime = R"([{days: [sun], startTime: "06:00", endTime: "06:00", timeZone: UTC}])";
  constexpr std::string_view kTwo =
      R"([{days: [mon], startTime: "01:00", endTime: "02:00", timeZone: UTC},
          {days: [mon], startTime: "01:00", endTime: "02:00", timeZone: Asia/Kolkata}])";
  // America/New_York: 2026-03-08 02:00 becomes 03:00; 2026-11-01 02:00 becomes 01:00.
  constexpr std::string_view kGapStart =
      R"([{days: [sun], startTime: "02:30", endTime: "04:00", timeZone: America/New_York}])";
  constexpr std::string_view kGapEnd =
      R"([{days: [sun], startTime: "01:00", endTime: "02:30", timeZone: America/New_York}])";
  constexpr std::string_view kInGap =
      R"([{days: [sun], startTime: "02:10", endTime: "02:50", timeZone: America/New_York}])";
  constexpr std::string_view kOverlap =
      R"([{days: [sun], startTime: "01:15", endTime: "01:45", timeZone: America/New_York}])";
  constexpr std::string_view kAcross =
      R"([{days: [sat], startTime: "23:00", endTime: "01:30", timeZone: America/New_York}])";
  struct Row {
    std::string_view windows, now;
    bool open;
    std::string_view next;
  };
  const Row rows[] = {
      {kWorkdays, "2026-11-23T08:59:59-05:00", false, "2026-11-23T14:00:00Z"},
      {kWorkdays, "2026-11-23T09:00:00-05:00", true, "2026-11-23T14:00:00Z"},
      {kWorkdays, "2026-11-23T15:59:59-05:00", true, "2026-11-24T14:00:00Z"},
      {kWorkdays, "2026-11-23T16:00:00-05:00", false, "2026-11-24T14:00:00Z"},
      {kWorkdays, "2026-11-26T16:00:00-05:00", false, "2026-11-30T14:00:00Z"},
      {kWorkdays, "2026-11-27T12:00:00-05:00", false, "2026-11-30T14:00:00Z"},
      // Over midnight: Saturday's first hours belong to Friday's window.
      {kNights, "2026-11-27T21:59:59-05:00", false, "2026-11-28T03:00:00Z"},
      {kNights, "2026-11-27T22:00:00-05:00", true, "2026-11-28T03:00:00Z"},
      {kNights, "2026-11-28T00:00:00-05:00", true, "2026-12-05T03:00:00Z"},
      {kNights, "2026-11-28T01:59:59-05:00", true, "2026-12-05T03:00:00Z"},
      {kNights, "2026-11-28T02:00:00-05:00", false, "2026-12-05T03:00:00Z"},
      {kNights, "2026-11-27T01:00:00-05:00", false, "2026-11-28T03:00:00Z"},
      {kAllSunday, "2026-11-28T23:59:59Z", false, "2026-11-29T00:00:00Z"},
      {kAllSunday, "2026-11-29T00:00:00Z", true, "2026-11-29T00:00:00Z"},
      {kAllSunday, "2026-11-29T23:59:59Z", true, "2026-12-06T00:00:00Z"},
      {kAllSunday, "2026-11-30T00:00:00Z", false, "2026-12-06T00:00:00Z"},
      // A start that is the end: the whole day.
      {kSameTime, "2026-11-29T06:00:00Z", true, "2026-11-29T06:00:00Z"},
      {kSameTime, "2026-11-30T05:59:59Z", true, "2026-12-06T06:00:00Z"},
      {kSameTime, "2026-11-30T06:00:00Z", false, "2026-12-06T06:00:00Z"},
      {kTwo, "2026-11-29T19:00:00Z", false, "2026-11-29T19:30:00Z"},
      {kTwo, "2026-11-29T19:30:00Z", true, "2026-11-29T19:30:00Z"},
      {kTwo, "2026-11-29T20:30:00Z", false, "2026-11-30T01:00:00Z"},
      // Spring: 02:00 EST is 03:00 EDT, 07:00Z.
      {kGapStart, "2026-03-08T06:59:59Z", false, "2026-03-08T07:00:00Z"},
      {kGapStart, "2026-03-08T07:00:00Z", true, "2026-03-08T07:00:00Z"},
      {kGapStart, "2026-03-08T07:59:59Z", true, "2026-03-15T06:30:00Z"},
      {kGapStart, "2026-03-08T08:00:00Z", false, "2026-03-15T06:30:00Z"},
      {kGapEnd, "2026-03-08T06:00:00Z", true, "2026-03-08T06:00:00Z"},
      {kGapEnd, "2026-03-08T06:59:59Z", true, "2026-03-15T05:00:00Z"},
      {kGapEnd, "2026-03-08T07:00:00Z", false, "2026-03-15T05:00:00Z"},
      {kInGap, "2026-03-08T07:00:00Z", false, "2026-03-15T06:10:00Z"},
      {kInGap, "2026-03-07T12:00:00Z", false, "2026-03-15T06:10:00Z"},
      // Autumn: from the first 01:15 (05:15Z) to the second 01:45 (06:45Z).
      {kOverlap, "2026-11-01T05:14:59Z", false, "2026-11-01T05:15:00Z"},
      {kOverlap, "2026-11-01T05:15:00Z", true, "2026-11-01T05:15:00Z"},
      {kOverlap, "2026-11-01T06:00:00Z", true, "2026-11-08T06:15:00Z"},
      {kOverlap, "2026-11-01T06:44:59Z", true, "2026-11-08T06:15:00Z"},
      {kOverlap, "2026-11-01T06:45:00Z", false, "2026-11-08T06:15:00Z"},
      {kAcross, "2026-11-01T02:59:59Z", false, "2026-11-01T03:00:00Z"},
      {kAcross, "2026-11-01T06:29:59Z", true, "2026-11-08T04:00:00Z"},
      {kAcross, "2026-11-01T06:30:00Z", false, "2026-11-08T04:00:00Z"},
  };
  for (const Row& row : rows) {
    const auto windows = Windows(row.windows);
    EXPECT_EQ(InApplyWindow(windows, At(row.now)), row.open) << row.windows << " " << row.now;
    const Interval moment{At(row.now), At(row.now) + Duration(1)};
    EXPECT_EQ(!ApplyWindowTime(windows, moment).empty(), row.open) << row.windows << " " << row.now;
    const auto next = NextApplyWindow(windows, At(row.now));
    ASSERT_TRUE(next.has_value()) << row.windows << " " << row.now;
    EXPECT_EQ(FormatUtc(*next), row.next) << row.windows << " " << row.now;
  }
}

TEST(ApplyWindows, TimeOfARange) {
  const auto windows = Windows("[{days: [fri], startTime: \"22:00\", endTime: \"02:00\", timeZone: UTC}]");
  const Interval range{At("2026-11-20T00:00:00Z"), At("2026-11-28T01:00:00Z")};
  EXPECT_EQ(ApplyWindowTime(windows, range), IntervalSet({{At("2026-11-20T22:00:00Z"), At("2026-11-21T02:00:00Z")},
                                                          {At("2026-11-27T22:00:00Z"), At("2026-11-28T01:00:00Z")}}));
  EXPECT_EQ(ApplyWindowTime({}, range), IntervalSet({range}));
}

TEST(ApplyWindows, NeverOpenInAZoneThatIsUnknown) {
  const auto windows = Windows(
      R"([{days: [mon, tue, wed, thu, fri, sat, sun], startTime: "00:00", endTime: "24:00", timeZone: No/Where}])");
  EXPECT_FALSE(InApplyWindow(windows, At("2026-11-23T12:00:00Z")));
  EXPECT_FALSE(NextApplyWindow(windows, At("2026-11-23T12:00:00Z")).has_value());
}

}  // namespace
}  // namespace cxctl
