#include "agent/policies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "value/json.h"

namespace cxctl {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class PoliciesTest : public ::testing::Test {
 protected:
  Result<void> Read(std::string_view kind, std::string_view json) {
    return ReadPolicy(kind, "p", 7, ParseJson(arena_, json).value(), policies_);
  }
  std::string ErrorOf(std::string_view kind, std::string_view json) {
    const auto read = Read(kind, json);
    return read ? "" : read.error().message;
  }
  Arena arena_;
  Policies policies_;
};

TEST_F(PoliciesTest, PacingHasTheDefaultsOfItsSchema) {
  ASSERT_TRUE(
      Read("PacingPolicy", R"({"spec": {"campaign": "c", "dialRate": {"min": 10, "max": 100}}, "campaignId": "1"})"));
  const DeployedPacing& policy = policies_.pacing.at("p");
  EXPECT_EQ(policy.version, 7);
  EXPECT_EQ(policy.campaign_id, "1");
  EXPECT_EQ(policy.settings.interval, seconds(30));
  EXPECT_EQ(policy.settings.utilization, 0.85);
  EXPECT_EQ(policy.settings.availability_window, 6);
  EXPECT_EQ(policy.settings.min, 10);
  EXPECT_EQ(policy.settings.max, 100);
  EXPECT_EQ(policy.settings.idle, 0);
  EXPECT_EQ(policy.settings.answer_target, std::nullopt);
  EXPECT_EQ(policy.settings.algorithm, PacingSettings::Algorithm::kAvailability);
  EXPECT_EQ(policy.sinks, std::nullopt);
}

TEST_F(PoliciesTest, PacingTakesWhatIsWritten) {
  ASSERT_TRUE(Read("PacingPolicy", R"({"spec": {"campaign": "c", "interval": "1m", "utilization": 1.5,
    "availabilityWindow": 3, "dialRate": {"min": 1, "max": 2, "idle": 1}, "answerRate": {"target": 0.4, "tolerance": 0.1},
    "abandonRate": {"max": 0.02}, "algorithm": "adaptive"}, "campaignId": "1", "sinks": ["a", "b"]})"));
  const DeployedPacing& policy = policies_.pacing.at("p");
  EXPECT_EQ(policy.settings.interval, minutes(1));
  EXPECT_EQ(policy.settings.answer_target, 0.4);
  EXPECT_EQ(policy.settings.answer_tolerance, 0.1);
  EXPECT_EQ(policy.settings.abandon_max, 0.02);
  EXPECT_EQ(policy.settings.algorithm, PacingSettings::Algorithm::kAdaptive);
  EXPECT_THAT(*policy.sinks, ElementsAre("a", "b"));
}

TEST_F(PoliciesTest, ThrottleHasItsDefaultsAndItsCalendar) {
  ASSERT_TRUE(Read("ThrottlePolicy", R"({"spec": {"campaign": "c", "window": "2m", "minAnswerRate": 0.3, "pause": {}},
    "campaignId": "1", "calendar": {"timeZone": "America/New_York",
      "windows": [{"days": ["mon"], "startTime": "09:00", "endTime": "17:00"}]}})"));
  const DeployedThrottle& policy = policies_.throttle.at("p");
  EXPECT_EQ(policy.interval, seconds(15));
  EXPECT_EQ(policy.settings.window, minutes(2));
  EXPECT_EQ(policy.settings.min_attempts, 50);
  EXPECT_EQ(policy.pause_reason, "CARRIER_THROTTLE");
  EXPECT_EQ(policy.resume_after, minutes(15));
  ASSERT_NE(policy.calendar, nullptr);
  EXPECT_EQ(policy.calendar->windows().size(), 1u);
}

constexpr const char* kCallbacks = R"({"spec": {"queueId": "q", "from": "+18005559876", "leadTime": {"max": "14d"},
  "capacity": {"threshold": 15, "lowerAbove": 20}, "sms": {"enabled": true, "from": "+18005559876", "body": "Hi"}}})";

TEST_F(PoliciesTest, CallbacksAreFoundByTheirQueue) {
  ASSERT_TRUE(Read("CallbackPolicy", kCallbacks));
  const DeployedCallbacks* policy = policies_.ForQueue("q");
  ASSERT_NE(policy, nullptr);
  EXPECT_EQ(policies_.ForQueue("other"), nullptr);
  EXPECT_EQ(policy->default_region, "US");
  EXPECT_EQ(policy->lead_min, std::nullopt);  // What is not written is not asked for.
  EXPECT_EQ(policy->lead_max, std::chrono::hours(14 * 24));
  ASSERT_TRUE(policy->capacity.has_value());
  EXPECT_EQ(policy->capacity->threshold, 15);
  EXPECT_EQ(policy->capacity->lower_above, 20);
  EXPECT_EQ(policy->capacity->raise_below, std::nullopt);
  EXPECT_EQ(policy->capacity->window, minutes(5));
  EXPECT_EQ(policy->max_retries, 3);
  EXPECT_TRUE(policy->sms);
  EXPECT_FALSE(policy->crm);
  EXPECT_EQ(policy->on_violation, "report");
}

TEST_F(PoliciesTest, ASinkIsReplacedNotRepeated) {
  constexpr const char* kSink = R"({"spec": {"url": "https://x.example", "events": ["a.b"], "secret": "s"}})";
  ASSERT_TRUE(Read("Sink", kSink));
  ASSERT_TRUE(Read("Sink", kSink));
  ASSERT_EQ(policies_.sinks.size(), 1u);
  EXPECT_EQ(policies_.sinks[0].secret, "s");
  EXPECT_FALSE(policies_.sinks[0].allow_private);
}

TEST_F(PoliciesTest, WhatCannotBeReadIsNamedAndChangesNothing) {
  EXPECT_THAT(ErrorOf("Campaign", "{}"), HasSubstr("Campaign"));
  EXPECT_THAT(ErrorOf("PacingPolicy", "[]"), StartsWith("spec is missing"));
  EXPECT_THAT(ErrorOf("PacingPolicy", R"({"spec": {}, "more": 1})"), StartsWith("unknown member \"more\""));
  EXPECT_THAT(ErrorOf("PacingPolicy", R"({"spec": {"campaign": "c"}})"), StartsWith("dialRate is missing"));
  EXPECT_THAT(ErrorOf("PacingPolicy", R"({"spec": {"campaign": "c", "dialRate": {"min": 1, "max": 2}}})"),
              StartsWith("campaignId is missing"));
  EXPECT_THAT(ErrorOf("PacingPolicy",
                      R"({"spec": {"campaign": "c", "interval": "0s", "dialRate": {"min": 1, "max": 2}},
                          "campaignId": "1"})"),
              StartsWith("interval must be 1s"));
  EXPECT_THAT(ErrorOf("PacingPolicy", R"({"spec": {"campaign": "c", "dialRate": {"min": 3, "max": 2}},
                                          "campaignId": "1"})"),
              StartsWith("dialRate.max"));
  EXPECT_THAT(ErrorOf("PacingPolicy", R"({"spec": {"campaign": "c", "dialRate": {"min": 1, "max": 2}},
                                          "campaignId": "1", "sinks": [1]})"),
              StartsWith("sinks must be"));
  EXPECT_THAT(ErrorOf("CallbackPolicy", R"({"spec": {"queueId": "q", "from": "+18005559876", "calendar": "us"}})"),
              StartsWith("calendar is missing"));
  EXPECT_THAT(ErrorOf("CallbackPolicy", R"({"spec": {"queueId": "q", "from": "+18005559876"},
                                            "calendar": {"timeZone": "Mars/Base", "windows": []}})"),
              StartsWith("calendar is"));
  EXPECT_TRUE(policies_.pacing.empty());
  EXPECT_TRUE(policies_.callbacks.empty());
}

}  // namespace
}  // namespace cxctl
