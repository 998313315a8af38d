#include "tenant/rate_limiter.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cxctl {

namespace {

constexpr double kFillShare = 0.99;
constexpr double kBurstShare = 0.9;
constexpr double kLowerFactor = 0.5;
constexpr double kLowestShare = 0.1;
constexpr double kRaiseSharePerSecond = 0.05;
constexpr double kCeilingShare = 0.95;
constexpr Duration kShortestCeiling = std::chrono::seconds(30);
constexpr Duration kLongestCeiling = std::chrono::minutes(16);
// A timer that fires late must not cost throughput: so many seconds' worth of requests may be caught up.
constexpr double kTimerSlackSeconds = 0.005;

double Seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1e6;
}

}  // namespace

RateLimiter::RateLimiter(Loop& loop, double limit, double burst, Duration longest_pause)
    : loop_(loop),
      limit_(std::max(limit, 0.001)),
      burst_(std::max(1.0, burst * kBurstShare)),
      longest_pause_(longest_pause),
      turn_(loop, 1),
      rate_(limit_),
      ceiling_(limit_),
      tokens_(burst_),
      refilled_(loop.clock().Monotonic()),
      paused_until_(refilled_),
      lowered_(refilled_ - Duration(1)),
      raised_(refilled_),
      ceiling_until_(refilled_),
      ceiling_time_(kShortestCeiling) {}

double RateLimiter::capacity() const {
  if (throttled_before_) return 1 + limit_ * kTimerSlackSeconds;
  return std::max(burst_, 1 + limit_ * kTimerSlackSeconds);
}

void RateLimiter::Refill() {
  const Duration now = loop_.clock().Monotonic();
  if (now <= refilled_) return;
  tokens_ = std::min(capacity(), tokens_ + Seconds(now - refilled_) * rate_ * kFillShare);
  refilled_ = now;
}

Duration RateLimiter::pause_left() const {
  return std::max(Duration::zero(), paused_until_ - loop_.clock().Monotonic());
}

Duration RateLimiter::UntilNextToken() const {
  // A hair less than one token will do: the clock counts whole microseconds.
  if (tokens_ >= 1 - 1e-6) return Duration::zero();
  return Duration(static_cast<std::int64_t>(std::ceil((1 - tokens_) / (rate_ * kFillShare) * 1e6)));
}

Task<bool> RateLimiter::Acquire() {
  co_await turn_.Acquire();
  bool granted = false;
  while (true) {
    const Duration pause = pause_left();
    if (pause > longest_pause_) break;
    if (pause > Duration::zero()) {
      co_await loop_.Sleep(pause);
      continue;
    }
    Refill();
    const Duration wait = UntilNextToken();
    if (wait == Duration::zero()) {
      tokens_ -= 1;
      granted = true;
      break;
    }
    // In short steps: the rate may rise meanwhile, and a long pause may be asked for.
    co_await loop_.Sleep(std::min<Duration>(wait, std::chrono::seconds(1)));
  }
  turn_.Release();
  co_return granted;
}

void RateLimiter::Return() {
  tokens_ = std::min(capacity(), tokens_ + 1);
}

void RateLimiter::OnThrottled(Duration sent, Duration retry_after) {
  const Duration now = loop_.clock().Monotonic();
  Refill();
  const bool again = std::exchange(throttled_before_, true);
  tokens_ = 0;
  if (retry_after > Duration::zero()) {
    // One request may go at the end of the pause; none are saved up during it.
    paused_until_ = std::max(paused_until_, now + retry_after);
    tokens_ = 1;
    refilled_ = paused_until_;
  }
  raised_ = std::max(now, paused_until_);
  if (sent <= lowered_) return;
  lowered_ = now;
  // The first one may be about the burst; one after that tells of the rate.
  if (again && rate_ < limit_) {
    ceiling_ = std::max(rate_ * kCeilingShare, limit_ * kLowestShare);
    ceiling_until_ = now + ceiling_time_;
    ceiling_time_ = std::min(2 * ceiling_time_, kLongestCeiling);
  }
  rate_ = std::max(rate_ * kLowerFactor, limit_ * kLowestShare);
}

void RateLimiter::OnClean() {
  const Duration now = loop_.clock().Monotonic();
  if (now <= raised_) return;
  Refill();
  // Only time with traffic counts: after a quiet hour the rate is where it was.
  const double longest = std::max(1.0, 2 / rate_);
  const double clean = std::min(Seconds(now - raised_), longest);
  const double highest = now < ceiling_until_ ? ceiling_ : limit_;
  // A rate over the ceiling is no reason to fall.
  rate_ = std::max(rate_, std::min(highest, rate_ + limit_ * kRaiseSharePerSecond * clean));
  raised_ = now;
}

}  // namespace cxctl
