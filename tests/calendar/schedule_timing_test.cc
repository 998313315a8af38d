#include "calendar/schedule_timing.h"

#include <gtest/gtest.h>

#include "value/json.h"

namespace cxctl {
namespace {

constexpr const char* kPayload = R"({
  "startTime": "2026-12-01T00:00:00Z", "endTime": "2026-12-03T00:00:00Z", "timeZone": "UTC",
  "regulatoryWindows": [
    {"startTime": "22:00", "endTime": "00:00", "timeZone": "UTC", "enabled": true},
    {"startTime": "09:00", "endTime": "10:00", "timeZone": "UTC", "enabled": false}],
  "blackoutPeriods": [
    {"startTime": "2026-12-01T22:00:00Z", "endTime": "2026-12-01T23:00:00Z", "reason": "drill"}]})";

std::optional<ScheduleTiming> Read(std::string text, std::string_view from = "", std::string_view to = "") {
  if (!from.empty()) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  }
  Arena arena;
  const auto value = ParseJson(arena, text);
  EXPECT_TRUE(value) << value.error().message;
  return ReadScheduleTiming(*value);
}

Instant At(std::string_view text) {
  return ParseDateTime(text)->instant;
}

TEST(ScheduleTiming, ReadsAPayload) {
  const auto timing = Read(kPayload);
  ASSERT_TRUE(timing);
  EXPECT_EQ(timing->windows.size(), 2u);
  ASSERT_EQ(timing->blackouts.size(), 1u);
  EXPECT_EQ(timing->blackouts[0].reason, "drill");
  const std::vector<Interval> expected = {{At("2026-12-01T23:00:00Z"), At("2026-12-02T00:00:00Z")},
                                          {At("2026-12-02T22:00:00Z"), At("2026-12-03T00:00:00Z")}};
  EXPECT_EQ(timing->Permitted().intervals(), expected);
}

TEST(ScheduleTiming, BlackoutsMayBeMissing) {
  const auto timing = Read(R"({"startTime": "2026-12-01T00:00:00Z", "endTime": "2026-12-03T00:00:00Z",
                               "regulatoryWindows": []})");
  ASSERT_TRUE(timing);
  EXPECT_TRUE(timing->Permitted().empty());
}

TEST(ScheduleTiming, IsNothingWhereAnythingCannotBeRead) {
  const std::pair<const char*, const char*> changes[] = {
      {"2026-12-01T00:00:00Z", "2026-12-01T00:00:00"},
      {"2026-12-03T00:00:00Z", "never"},
      {"\"timeZone\": \"UTC\", \"enabled\"", "\"timeZone\": \"Mars/Olympus\", \"enabled\""},
      {"22:00\"", "24:00\""},
      {"00:00\", \"timeZone", "25:00\", \"timeZone"},
      {"2026-12-01T22:00:00Z", "2026-12-32T22:00:00Z"},
      {"2026-12-01T23:00:00Z", ""},
      {"\"regulatoryWindows\"", "\"otherWindows\""},
      {"\"timeZone\": \"UTC\",", "\"timeZone\": \"UTC\", \"calendar\": \"us-weekdays\","},
  };
  for (const auto& [from, to] : changes) EXPECT_FALSE(Read(kPayload, from, to)) << from << " -> " << to;
}

}  // namespace
}  // namespace cxctl
