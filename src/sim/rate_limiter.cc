#include "sim/rate_limiter.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

namespace cxctl::sim {

RateLimiter::RateLimiter(double rate, Clock& clock)
    : rate_(rate), burst_(std::max(1.0, rate)), tokens_(burst_), clock_(clock), last_(clock.Monotonic()) {}

std::optional<Duration> RateLimiter::Take() {
  if (rate_ <= 0) return std::nullopt;
  const Duration now = clock_.Monotonic();
  tokens_ = std::min(burst_, tokens_ + rate_ * std::chrono::duration<double>(now - last_).count());
  last_ = now;
  // Rounding must not refuse the request that came exactly when the next token was due.
  constexpr double kRounding = 1e-9;
  if (tokens_ >= 1 - kRounding) {
    tokens_ = std::max(0.0, tokens_ - 1);
    return std::nullopt;
  }
  return Duration(static_cast<std::int64_t>(std::ceil((1 - tokens_) / rate_ * 1e6)));
}

std::string FormatHttpDate(Instant instant) {
  static constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::int64_t seconds = (instant.micros + 999999) / 1000000;
  const std::int64_t second = seconds % 86400;
  const Date date = AddDays({1970, 1, 1}, static_cast<int>(seconds / 86400));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[WeekdayOf(date)], date.day,
                     kMonths[date.month - 1], date.year, second / 3600, second / 60 % 60, second % 60);
}

}  // namespace cxctl::sim
