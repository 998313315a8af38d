#include "author/aligned_items.h"

#include <gtest/gtest.h>

#include "value/json.h"

namespace cxctl {
namespace {

std::string Aligned(const std::string& fresh, const std::string& written) {
  Arena arena;
  const auto equals = [](const Value& a, const Value& b) { return a == b; };
  return ToJson(AlignedItems(arena, *ParseJson(arena, fresh), *ParseJson(arena, written), equals));
}

TEST(AlignedItems, WhatChangedStandsWhereItStood) {
  EXPECT_EQ(Aligned(R"([{"s":"13:00","e":"17:00"},{"s":"09:00","e":"12:00"},{"s":"19:00","e":"23:00"}])",
                    R"([{"s":"09:00","e":"12:00"},{"s":"13:00","e":"18:00"},{"s":"19:00","e":"23:00"}])"),
            R"([{"s":"09:00","e":"12:00"},{"s":"13:00","e":"17:00"},{"s":"19:00","e":"23:00"}])");
}

TEST(AlignedItems, TheMostAlikeTakesThePlace) {
  EXPECT_EQ(
      Aligned(
          R"([{"d":"1","r":"x","timeZone":"a"},{"d":"2","r":"y","timeZone":"a"}])",
          R"([{"d":"9","r":"q","timeZone":"a"},{"d":"2","r":"w","timeZone":"a"},{"d":"1","r":"v","timeZone":"b"}])"),
      R"([{"d":"2","r":"y","timeZone":"a"},{"d":"1","r":"x","timeZone":"a"}])");
}

TEST(AlignedItems, WhatIsNewStandsBehindAndWhatIsGoneLeavesNothing) {
  EXPECT_EQ(Aligned(R"([{"d":"3","r":"z"},{"d":"2","r":"y"}])", R"([{"d":"1","r":"x","f":true},{"d":"2","r":"y"}])"),
            R"([{"d":"2","r":"y"},{"d":"3","r":"z"}])");
}

TEST(AlignedItems, MembersThatMeanTheSameStayAsWritten) {
  EXPECT_EQ(Aligned(R"([{"startTime":"2040-05-01T13:00:00Z","endTime":"00:00","zone":"America/New_York","r":"new"}])",
                    R"([{"startTime":"2040-05-01T09:00:00-04:00","endTime":"24:00","zone":"US/Eastern","r":"old"}])"),
            R"([{"startTime":"2040-05-01T09:00:00-04:00","endTime":"24:00","zone":"US/Eastern","r":"new"}])");
}

TEST(AlignedItems, WhatIsNotSentStays) {
  EXPECT_EQ(Aligned(R"([{"startTime":"2040-05-01T13:00:00Z","endTime":"2040-05-01T15:00:00Z","reason":"drill"}])",
                    R"([{"startTime":"2040-05-01T13:00:00Z","endTime":"2040-05-01T14:00:00Z","reason":"drill",)"
                    R"("allowMidWindow":true}])"),
            R"([{"startTime":"2040-05-01T13:00:00Z","endTime":"2040-05-01T15:00:00Z","reason":"drill",)"
            R"("allowMidWindow":true}])");
}

}  // namespace
}  // namespace cxctl
