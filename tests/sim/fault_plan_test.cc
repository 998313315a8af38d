// Which requests a fault strikes.

#include "sim/fault_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace cxctl::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t kSeed = 1;

Fault Error(int status) {
  return {.kind = FaultKind::kError, .status = status};
}

/// The numbers of those of `count` such requests that the rule strikes.
std::vector<int> Struck(const FaultRule& rule, int count, const FaultTarget& target) {
  FaultPlan plan({rule}, kSeed);
  std::vector<int> struck;
  for (int i = 1; i <= count; ++i) {
    if (plan.Next(target)) struck.push_back(i);
  }
  return struck;
}

const FaultTarget kRead = {.method = "GET", .path = "/api/v2/callcodes"};
const FaultTarget kWrite = {.method = "PATCH", .path = "/api/v2/callcodes/c1", .has_token = true, .writes_item = true};

TEST(FaultPlan, WithoutRulesNothingGoesWrong) {
  FaultPlan plan;
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(plan.Next(kWrite));
  EXPECT_EQ(plan.requests(), 100u);
}

TEST(FaultPlan, ConditionsHoldTogether) {
  EXPECT_THAT(Struck({.request = 3, .fault = Error(500)}, 5, kRead), ElementsAre(3));
  EXPECT_THAT(Struck({.times = 2, .fault = Error(500)}, 5, kRead), ElementsAre(1, 2));
  EXPECT_THAT(Struck({.skip = 3, .fault = Error(500)}, 5, kRead), ElementsAre(4, 5));
  EXPECT_THAT(Struck({.skip = 1, .times = 2, .fault = Error(500)}, 5, kRead), ElementsAre(2, 3));
  EXPECT_THAT(Struck({.request = 3, .skip = 1, .fault = Error(500)}, 5, kRead), IsEmpty());
  EXPECT_THAT(Struck({.request = 3, .method = "GET", .fault = Error(500)}, 5, kRead), ElementsAre(3));
  EXPECT_THAT(Struck({.request = 3, .method = "POST", .fault = Error(500)}, 5, kRead), IsEmpty());
  EXPECT_THAT(Struck({.rate = 1, .times = 1, .fault = Error(500)}, 5, kRead), ElementsAre(1));
}

TEST(FaultPlan, PathsAreGlobs) {
  struct Row {
    const char* glob;
    bool read, write;
  };
  const Row rows[] = {
      {"", true, true},
      {"/api/v2/callcodes", true, false},
      {"/api/v2/callcodes/*", false, true},
      {"/api/v2/*", true, false},
      {"/api/**", true, true},
      {"**/c1", false, true},
      {"/API/**", false, false},
      {"/api/v2/callcode", false, false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Struck({.path = row.glob, .fault = Error(500)}, 1, kRead).size(), row.read) << row.glob;
    EXPECT_EQ(Struck({.path = row.glob, .fault = Error(500)}, 1, kWrite).size(), row.write) << row.glob;
  }
}

TEST(FaultPlan, TheFirstRuleThatStrikesWinsAndTheOthersDoNotCountIt) {
  FaultPlan plan({{.request = 2, .fault = Error(500)}, {.times = 2, .fault = Error(502)}, {.fault = Error(503)}},
                 kSeed);
  std::vector<int> statuses;
  for (int i = 0; i < 5; ++i) statuses.push_back(plan.Next(kRead)->status);
  EXPECT_THAT(statuses, ElementsAre(502, 500, 502, 503, 503));
  EXPECT_EQ(plan.struck(0), 1u);
  EXPECT_EQ(plan.struck(1), 2u);
  EXPECT_EQ(plan.struck(2), 2u);
}

TEST(FaultPlan, AFaultThatMeansNothingForARequestDoesNotStrikeIt) {
  FaultTarget next_page = kRead;
  next_page.is_next_page = next_page.has_token = true;
  FaultTarget token = {.method = "POST", .path = "/oauth/token", .has_token = true, .sees_operation = false};
  struct Row {
    FaultKind kind;
    bool read, next_page, write, token;
  };
  const Row rows[] = {
      {FaultKind::kRateLimit, true, true, true, true},         {FaultKind::kDrop, true, true, true, true},
      {FaultKind::kConcurrentEdit, false, false, true, false}, {FaultKind::kVanishingItem, false, true, false, false},
      {FaultKind::kExpiredToken, false, true, true, false},
  };
  for (const Row& row : rows) {
    const FaultRule rule = {.fault = Fault{.kind = row.kind}};
    EXPECT_EQ(Struck(rule, 1, kRead).size(), row.read) << FaultName(row.kind);
    EXPECT_EQ(Struck(rule, 1, next_page).size(), row.next_page) << FaultName(row.kind);
    EXPECT_EQ(Struck(rule, 1, kWrite).size(), row.write) << FaultName(row.kind);
    EXPECT_EQ(Struck(rule, 1, token).size(), row.token) << FaultName(row.kind);
  }
}

TEST(FaultPlan, ARateStrikesThatShareOfTheRequests) {
  for (const double rate : {0.01, 0.1, 0.5, 0.99}) {
    const auto count = static_cast<double>(Struck({.rate = rate, .fault = Error(500)}, 10000, kRead).size());
    EXPECT_NEAR(count, 10000 * rate, 150) << rate;
  }
}

TEST(FaultPlan, TheSameSeedStrikesTheSameRequests) {
  const auto run = [](std::uint64_t seed) {
    FaultPlan plan({{.rate = 0.3}}, seed);
    std::string story;
    for (int i = 0; i < 200; ++i) {
      const auto fault = plan.Next(i % 2 ? kRead : kWrite);
      story += fault ? std::string(FaultName(fault->kind)) : ".";
    }
    return story;
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7), run(8));
}

TEST(FaultPlan, ARuleDoesNotDependOnTheDrawsOfOthers) {
  const FaultRule rare = {.rate = 0.2, .fault = Error(500)};
  FaultPlan alone({rare}, kSeed), together({rare, {.method = "PUT", .rate = 0.5, .fault = Error(502)}}, kSeed);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(alone.Next(kRead).has_value(), together.Next(kRead).has_value());
}

TEST(FaultPlan, AnyIsEveryKindThatSuits) {
  const auto kinds = [](FaultTarget target) {
    FaultPlan plan({{.rate = 1}}, kSeed);
    std::map<FaultKind, int> count;
    for (int i = 0; i < 2000; ++i) ++count[plan.Next(target)->kind];
    return count;
  };
  FaultTarget next_page = kRead;
  next_page.is_next_page = true;
  EXPECT_EQ(kinds(kRead).size(), 7u);
  EXPECT_EQ(kinds(next_page).count(FaultKind::kVanishingItem), 1u);
  EXPECT_EQ(kinds(kWrite).count(FaultKind::kConcurrentEdit), 1u);
  EXPECT_EQ(kinds(kWrite).count(FaultKind::kExpiredToken), 1u);
  EXPECT_EQ(kinds(kWrite).count(FaultKind::kVanishingItem), 0u);
}

}  // namespace
}  // namespace cxctl::sim
