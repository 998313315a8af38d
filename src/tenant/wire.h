#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "async/loop.h"
#include "env/env.h"
#include "http/http.h"
#include "tenant/answer.h"
#include "tenant/rate_limiter.h"
#include "tenant/retry.h"
#include "tenant/tenant_client.h"

namespace cxctl {

/// One request sent and what came of it.
struct Exchange {
  HttpOutcome outcome;
  Duration latency{0};
  std::string request_id;               ///< The X-Request-Id that was sent.
  std::optional<Duration> retry_after;  ///< Of the answer.
};

/// What all requests to one tenant share: the rate limit, the run's retry budget, the counts, the observer, the secrets
/// that must not be shown. Sends each request once; repeating is for its callers.
class Wire {
 public:
  Wire(const TenantConnection& connection, Loop& loop, HttpTransport& transport, Random& random,
       RequestObserver* observer);

  /// Waits until the rate limit lets a request pass. False while the tenant wants none for too long: nothing is sent.
  Task<bool> TakeSlot() { return limiter_.Acquire(); }
  /// The slot was not used.
  void ReturnSlot() { limiter_.Return(); }
  /// Sends the request, with an X-Request-Id and the connection's timeouts added. REQUIRES: a slot.
  /// `path` is for the observer; `attempt` (from 1) counts the requests for the same purpose. `at_most` makes the
  /// timeouts shorter.
  Task<Exchange> Send(HttpRequest request, std::string path, int attempt, std::optional<Duration> at_most = {});

  /// Why TakeSlot said no.
  std::string PauseClause();

  /// `attempts`: requests that were sent for the same purpose, the one about to be sent (or just sent) counted.
  Retrier NewRetrier(int attempts = 1) { return Retrier(policy_, budget_, random_, attempts); }
  RetryBudget& budget() { return budget_; }
  const RetryPolicy& policy() const { return policy_; }
  const RateLimiter& limiter() const { return limiter_; }
  Cleanser& cleanser() { return cleanser_; }
  Loop& loop() { return loop_; }
  ClientStatistics statistics() const { return {budget_.requests(), repeats_, throttled_}; }

 private:
  void Tell(const std::string& method, const std::string& path, int attempt, const Exchange& exchange);

  Loop& loop_;
  HttpTransport& transport_;
  Random& random_;
  RequestObserver* observer_;
  const std::chrono::milliseconds connect_timeout_, request_timeout_;
  const RetryPolicy policy_;
  RetryBudget budget_;
  RateLimiter limiter_;
  Cleanser cleanser_;
  std::int64_t repeats_ = 0, throttled_ = 0;
};

}  // namespace cxctl
