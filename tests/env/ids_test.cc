#include "env/ids.h"

#include <gtest/gtest.h>

#include <set>

namespace cxctl {
namespace {

/// Gives the same number again and again, or counts up from it.
class FixedRandom : public Random {
 public:
  explicit FixedRandom(std::uint64_t next, std::uint64_t step = 0) : next_(next), step_(step) {}
  std::uint64_t Next() override {
    const std::uint64_t number = next_;
    next_ += step_;
    return number;
  }

 private:
  std::uint64_t next_, step_;
};

constexpr std::uint64_t kAllOnes = ~std::uint64_t{0};

Instant AtMillis(std::int64_t millis) {
  return {millis * 1000};
}

TEST(Random, FractionIsBelowOne) {
  struct Case {
    std::uint64_t next;
    double fraction;
  };
  for (const auto& [next, fraction] : std::initializer_list<Case>{
           {0, 0.0},
           {std::uint64_t{1} << 63, 0.5},
           {std::uint64_t{1} << 62, 0.25},
           {kAllOnes, 1.0 - 0x1p-53},
           {0x7FF, 0.0},  // the low bits do not count
       }) {
    EXPECT_EQ(FixedRandom(next).Fraction(), fraction) << next;
  }
}

TEST(MakeUlid, Layout) {
  FixedRandom zeros(0), ones(kAllOnes);
  EXPECT_EQ(MakeUlid(AtMillis(0), zeros), "00000000000000000000000000");
  EXPECT_EQ(MakeUlid(AtMillis(1), zeros), "00000000010000000000000000");
  EXPECT_EQ(MakeUlid(AtMillis(31), zeros), "000000000Z0000000000000000");
  EXPECT_EQ(MakeUlid(AtMillis(32), zeros), "00000000100000000000000000");
  // The example of the ULID specification.
  EXPECT_EQ(MakeUlid(AtMillis(1469918176385), zeros).substr(0, 10), "01ARYZ6S41");
  EXPECT_EQ(MakeUlid(AtMillis(0), ones), "0000000000ZZZZZZZZZZZZZZZZ");
  EXPECT_EQ(MakeUlid(AtMillis((std::int64_t{1} << 48) - 1), ones), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
}

TEST(MakeUlid, TimesOutOfRangeGoToItsEnds) {
  FixedRandom zeros(0);
  EXPECT_EQ(MakeUlid(AtMillis(-1), zeros).substr(0, 10), "0000000000");
  EXPECT_EQ(MakeUlid(AtMillis(std::int64_t{1} << 48), zeros).substr(0, 10), "7ZZZZZZZZZ");
}

TEST(MakeUlid, SortsByTime) {
  FixedRandom ones(kAllOnes), zeros(0);
  std::string last = MakeUlid(AtMillis(1'790'000'000'000), ones);
  for (std::int64_t step : {1, 31, 32, 1000, 86'400'000}) {
    const std::string next = MakeUlid(AtMillis(1'790'000'000'000 + step), zeros);
    EXPECT_LT(last, next);
    last = next;
  }
}

TEST(MakeUlid, UsesAllRandomBits) {
  // Each of 80 bits changes the text.
  std::set<std::string> seen;
  FixedRandom zeros(0);
  seen.insert(MakeUlid(AtMillis(0), zeros));
  for (int bit = 24; bit < 64; ++bit) {
    const std::uint64_t mask = std::uint64_t{1} << bit;
    FixedRandom first(mask, -mask), second(0, mask);
    seen.insert(MakeUlid(AtMillis(0), first));
    seen.insert(MakeUlid(AtMillis(0), second));
  }
  EXPECT_EQ(seen.size(), 81u);
}

TEST(MakeUuid, VersionAndVariant) {
  FixedRandom zeros(0), ones(kAllOnes), mixed(0x0123456789ABCDEF);
  EXPECT_EQ(MakeUuid(zeros), "00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(MakeUuid(ones), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  EXPECT_EQ(MakeUuid(mixed), "01234567-89ab-4def-8123-456789abcdef");
}

}  // namespace
}  // namespace cxctl
