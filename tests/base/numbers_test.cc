#include "base/numbers.h"

#include <gtest/gtest.h>

#include <limits>

namespace cxctl {
namespace {

TEST(Grouped, PutsACommaBeforeEachThreeDigits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(-999), "-999");
  EXPECT_EQ(Grouped(-1234567), "-1,234,567");
  EXPECT_EQ(Grouped(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(GroupedRounded, TakesAnyNumber) {
  EXPECT_EQ(GroupedRounded(1499.5), "1,500");
  EXPECT_EQ(GroupedRounded(1e300), "9,200,000,000,000,000,000");
  EXPECT_EQ(GroupedRounded(-std::numeric_limits<double>::infinity()), "-9,200,000,000,000,000,000");
  EXPECT_EQ(GroupedRounded(std::numeric_limits<double>::quiet_NaN()), "0");
}

}  // namespace
}  // namespace cxctl
