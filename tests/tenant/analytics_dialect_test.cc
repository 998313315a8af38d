#include "tenant/analytics_dialect.h"

#include <gtest/gtest.h>

namespace cxctl {
namespace {

Result<ApiRequest> HistoryOf(const std::string& schedule_id) {
  return MakeAnalyticsDialectV2()->History({"c1", schedule_id, Instant{0}, Instant{3'600'000'000}}, "");
}

// The API says of a schedule's id that it is a string, and nothing else.
TEST(AnalyticsDialectV2, IdsBeyondAsciiStandInTheFilterAsTheyAre) {
  const auto request = HistoryOf("réseau-été");
  ASSERT_TRUE(request.has_value()) << request.error().message;
  EXPECT_NE(request->body.find(R"(schedule.id eq \"réseau-été\")"), std::string::npos) << request->body;
}

TEST(AnalyticsDialectV2, AnIdThatWouldEndItsQuotesIsNotAskedFor) {
  for (const std::string id : {R"(a" or campaign.id ne ")", R"(a\)", "a\nb"}) {
    const auto request = HistoryOf(id);
    ASSERT_FALSE(request.has_value()) << id;
    EXPECT_EQ(request.error().code, ErrorCode::kUnavailable) << "the manifests are valid";
  }
}

}  // namespace
}  // namespace cxctl
