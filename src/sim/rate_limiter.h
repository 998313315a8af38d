#pragma once

#include <optional>

#include "env/env.h"

namespace cxctl::sim {

/// A token bucket on the monotonic clock: `rate` a second, as many at once (1 at least). Rate 0 limits nothing.
class RateLimiter {
 public:
  RateLimiter(double rate, Clock& clock);
  /// Nothing if the request may pass; else how long until the next one may. A refused request costs nothing.
  std::optional<Duration> Take();

 private:
  double rate_, burst_, tokens_;
  Clock& clock_;
  Duration last_;
};

/// `Fri, 20 Nov 2026 21:15:13 GMT` (RFC 9110 section 5.6.7), rounded up to a whole second.
std::string FormatHttpDate(Instant instant);

}  // namespace cxctl::sim
