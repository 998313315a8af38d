#include "tenant/rate_limiter.h"

#include "tenant/fixture.h"

namespace cxctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class RateLimiterTest : public testing::Test {
 protected:
  RateLimiterTest() : loop_(clock_, clock_) {}

  RateLimiter& Make(double limit, double burst, Duration longest_pause = seconds(60)) {
    limiter_ = std::make_unique<RateLimiter>(loop_, limit, burst, longest_pause);
    return *limiter_;
  }

  /// Lets `count` requests pass one after the other, as fast as they may, and returns when each did.
  std::vector<Duration> Pass(int count) {
    std::vector<Duration> times;
    loop_.RunUntilDone(PassAll(*this, count, times));
    return times;
  }
  static Task<int> PassAll(RateLimiterTest& test, int count, std::vector<Duration>& times) {
    for (int i = 0; i < count; ++i) {
      const bool granted = co_await test.limiter_->Acquire();
      EXPECT_TRUE(granted);
      times.push_back(test.clock_.Monotonic());
      if (test.answers_are_clean_) test.limiter_->OnClean();
    }
    co_return 0;
  }

  /// The most requests in any window of that length.
  static int MostIn(const std::vector<Duration>& times, Duration window) {
    int most = 0;
    for (std::size_t i = 0, j = 0; i < times.size(); ++i) {
      while (times[i] - times[j] >= window) ++j;
      most = std::max(most, static_cast<int>(i - j + 1));
    }
    return most;
  }

  ManualClock clock_;
  Loop loop_;
  std::unique_ptr<RateLimiter> limiter_;
  bool answers_are_clean_ = true;
};

TEST_F(RateLimiterTest, UsesTheBudgetToTheFull) {
  for (double limit : {0.5, 10.0, 50.0, 500.0}) {
    Make(limit, 1);
    const Duration start = clock_.Monotonic();
    Pass(1000);
    const double took = static_cast<double>((clock_.Monotonic() - start).count()) / 1e6;
    EXPECT_LE(took, 1.03 * 1000 / limit) << limit;
    EXPECT_GE(took, 998 / limit) << limit;
  }
}

TEST_F(RateLimiterTest, ABurstIsAllowedOnce) {
  Make(10, 10);
  const std::vector<Duration> times = Pass(40);
  EXPECT_EQ(MostIn(times, milliseconds(1)), 9);
  EXPECT_LE(MostIn(times, seconds(2)), 10 + 20);
  EXPECT_EQ(times[8], times[0]);
  EXPECT_GE(times[9] - times[8], milliseconds(100));
}

TEST_F(RateLimiterTest, RequestsPassInOrder) {
  Make(10, 1);
  std::vector<int> order;
  struct Waiting {
    static Task<void> Pass(RateLimiter& limiter, std::vector<int>& order, int number) {
      const bool granted = co_await limiter.Acquire();
      EXPECT_TRUE(granted);
      order.push_back(number);
    }
  };
  for (int i = 0; i < 20; ++i) loop_.Spawn(Waiting::Pass(*limiter_, order, i));
  loop_.Run();
  ASSERT_EQ(order.size(), 20u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(RateLimiterTest, NothingPassesBeforeRetryAfter) {
  RateLimiter& limiter = Make(10, 10);
  Pass(3);
  const Duration now = clock_.Monotonic();
  limiter.OnThrottled(now, seconds(7));
  EXPECT_EQ(limiter.pause_left(), seconds(7));
  limiter.OnThrottled(now, seconds(2));  // A later, shorter one changes nothing.
  EXPECT_EQ(limiter.pause_left(), seconds(7));
  const std::vector<Duration> times = Pass(3);
  EXPECT_EQ(times[0], now + seconds(7));
  EXPECT_GE(times[1] - times[0], milliseconds(190));  // No burst at the end of the pause.
}

TEST_F(RateLimiterTest, ThrottlingHalvesTheRateOnceForRequestsUnderWayTogether) {
  RateLimiter& limiter = Make(10, 10);
  const Duration sent = clock_.Monotonic();
  clock_.Advance(milliseconds(20));
  for (int i = 0; i < 8; ++i) limiter.OnThrottled(sent, Duration::zero());
  EXPECT_DOUBLE_EQ(limiter.rate(), 5);
  clock_.Advance(milliseconds(20));
  limiter.OnThrottled(clock_.Monotonic(), Duration::zero());
  EXPECT_DOUBLE_EQ(limiter.rate(), 2.5);
}

TEST_F(RateLimiterTest, NeverUnderATenthOfTheLimit) {
  RateLimiter& limiter = Make(10, 10);
  for (int i = 0; i < 20; ++i) {
    clock_.Advance(seconds(1));
    limiter.OnThrottled(clock_.Monotonic(), Duration::zero());
  }
  EXPECT_DOUBLE_EQ(limiter.rate(), 1);
}

TEST_F(RateLimiterTest, CleanTrafficRaisesTheRateSteadilyUpToTheLimit) {
  RateLimiter& limiter = Make(10, 10);
  limiter.OnThrottled(clock_.Monotonic(), Duration::zero());
  EXPECT_DOUBLE_EQ(limiter.rate(), 5);
  const Duration start = clock_.Monotonic();
  while (clock_.Monotonic() - start < seconds(4)) Pass(1);
  EXPECT_NEAR(limiter.rate(), 7, 0.3);
  Pass(200);
  EXPECT_DOUBLE_EQ(limiter.rate(), 10);
}

TEST_F(RateLimiterTest, AQuietTimeDoesNotRaiseTheRate) {
  RateLimiter& limiter = Make(10, 10);
  limiter.OnThrottled(clock_.Monotonic(), Duration::zero());
  clock_.Advance(std::chrono::hours(1));
  EXPECT_DOUBLE_EQ(limiter.rate(), 5);
  limiter.OnClean();
  EXPECT_DOUBLE_EQ(limiter.rate(), 5.5);
}

TEST_F(RateLimiterTest, AfterTheFirst429NeverOverTheLimitInAnySecond) {
  for (double limit : {1.0, 10.0, 50.0, 100.0, 500.0}) {
    RateLimiter& limiter = Make(limit, limit);
    Pass(5);
    limiter.OnThrottled(clock_.Monotonic(), seconds(1));
    Pass(static_cast<int>(limit) * 20);  // Back at the full rate.
    clock_.Advance(seconds(30));         // A quiet time saves up no burst.
    const std::vector<Duration> times = Pass(static_cast<int>(limit) * 10);
    EXPECT_DOUBLE_EQ(limiter.rate(), limit);
    EXPECT_LE(MostIn(times, seconds(1)), limit);
  }
}

TEST_F(RateLimiterTest, ATenantThatAllowsLessThanItIsSaidToIsMetAtItsOwnRate) {
  RateLimiter& limiter = Make(50, 1);
  constexpr int kRequests = 6000;
  constexpr double kAllowed = 30;
  // The tenant's own bucket.
  double bucket = kAllowed;
  Duration filled = clock_.Monotonic();
  int refused = 0;
  for (int i = 0; i < kRequests; ++i) {
    Pass(1);
    const Duration now = clock_.Monotonic();
    bucket = std::min(kAllowed, bucket + static_cast<double>((now - filled).count()) / 1e6 * kAllowed);
    filled = now;
    if (bucket >= 1) {
      bucket -= 1;
    } else {
      ++refused;
      limiter.OnThrottled(now, Duration::zero());
    }
  }
  EXPECT_LT(refused, kRequests / 200);
  const double took = static_cast<double>(clock_.Monotonic().count()) / 1e6;
  EXPECT_LT(took, 1.15 * kRequests / kAllowed);
}

TEST_F(RateLimiterTest, APauseThatIsTooLongIsRefusedUntilItIsNot) {
  RateLimiter& limiter = Make(10, 10, seconds(60));
  limiter.OnThrottled(clock_.Monotonic(), seconds(100));
  EXPECT_FALSE(loop_.RunUntilDone(limiter.Acquire()));
  EXPECT_EQ(clock_.Monotonic(), Duration::zero());
  clock_.Advance(seconds(41));
  EXPECT_TRUE(loop_.RunUntilDone(limiter.Acquire()));
  EXPECT_EQ(clock_.Monotonic(), seconds(100));
}

TEST_F(RateLimiterTest, AReturnedSlotCanBeTakenAgain) {
  RateLimiter& limiter = Make(1, 1);
  Pass(1);
  limiter.Return();
  const Duration before = clock_.Monotonic();
  Pass(1);
  EXPECT_EQ(clock_.Monotonic(), before);
}

}  // namespace
}  // namespace cxctl
