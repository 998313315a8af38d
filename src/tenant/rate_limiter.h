#pragma once

#include "async/loop.h"
#include "time/instant.h"

namespace cxctl {

/// Keeps a client within the tenant's rate limit: a token bucket that requests pass in the order in which they came,
/// whose rate falls for all when the tenant answers 429 and rises again while traffic is clean.
///
/// The bucket is filled at 99 % of the rate and holds 90 % of the burst, because requests reach the tenant more closely
/// spaced than they left whenever the network becomes faster. After the first 429 there are no bursts any more: the
/// tenant counts more strictly than the documents say. A rate at which it said 429 again is not tried again soon: the
/// rate climbs to 95 % of it and stays there for half a minute, then twice as long each time.
class RateLimiter {
 public:
  /// `limit` in requests a second; `longest_pause`: when the tenant asks for more, Acquire fails instead of waiting.
  RateLimiter(Loop& loop, double limit, double burst, Duration longest_pause);

  /// Waits until a request may be sent. False, at once, while the tenant wants no requests for longer than the longest
  /// pause: then nothing may be sent.
  Task<bool> Acquire();
  /// Gives back what Acquire granted: the request was not sent after all.
  void Return();

  /// A 429 to a request that was sent at `sent` (monotonic). Halves the rate (not below a tenth of the limit), once for
  /// all requests that were under way together, and lets nothing pass before `retry_after`.
  void OnThrottled(Duration sent, Duration retry_after);
  /// Any other answer: raises the rate by 5 % of the limit a second, never over the limit, nor over what was found to
  /// be too much lately.
  void OnClean();

  double rate() const { return rate_; }
  /// How long the tenant wants no requests, from now. Zero if it does not mind.
  Duration pause_left() const;

 private:
  void Refill();
  double capacity() const;
  Duration UntilNextToken() const;

  Loop& loop_;
  const double limit_, burst_;
  const Duration longest_pause_;
  Semaphore turn_;
  double rate_;
  double ceiling_;  ///< Not exceeded until `ceiling_until_`.
  double tokens_;
  bool throttled_before_ = false;
  Duration refilled_;      ///< Tokens are counted up to here.
  Duration paused_until_;  ///< Nothing passes before.
  Duration lowered_;       ///< When the rate was last lowered.
  Duration raised_;        ///< Clean traffic is counted up to here.
  Duration ceiling_until_, ceiling_time_;
};

}  // namespace cxctl
