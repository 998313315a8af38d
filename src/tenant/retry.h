#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "env/env.h"
#include "http/http.h"
#include "time/instant.h"

namespace cxctl {

/// What sending a request again can do.
enum class Safety {
  kRead,        ///< Changes nothing: may always be repeated.
  kRepeatable,  ///< A write guarded by an ETag: a repeat finds a 412 if the first one was carried out.
  kOnce,        ///< A write that must not be carried out twice: repeated only when it was certainly not carried out.
};

/// What to do after an attempt.
enum class NextStep {
  kTakeAnswer,  ///< The answer is final: what it means is the caller's business.
  kRepeat,      ///< Send again after a while, if attempts and budget are left.
  kNewToken,    ///< 401: send again with a fresh token.
  kGiveUp,      ///< No use, or not safe, to send again.
};

struct Classification {
  NextStep step = NextStep::kGiveUp;
  bool maybe_written = false;  ///< The attempt may have changed something (never for a read).
  bool answered = true;        ///< For display: there was a complete HTTP answer.

  friend bool operator==(const Classification&, const Classification&) = default;
};

/// The meaning of a complete answer, before its body is looked at. `error_code` is the tenant's `code`.
Classification ClassifyAnswer(Safety safety, int status, std::string_view error_code);
/// The meaning of a 2xx whose body is not what the operation answers: cut, not JSON, another object.
Classification ClassifyMalformed(Safety safety);
/// The meaning of no complete answer.
Classification ClassifyFailure(Safety safety, const TransportError& error);

/// The `code` of the 409 that says that a request with the same idempotency key is still being carried out.
inline constexpr std::string_view kInProgress = "IDEMPOTENCY_IN_PROGRESS";

struct RetryPolicy {
  int max_attempts = 6;  ///< the first one counted
  enum class Backoff { kExponential, kFibonacci } backoff = Backoff::kExponential;
  Duration base_delay{500'000}, max_delay{60'000'000};
};

/// How long to wait before the `retry`-th repeat (from 1). `fraction` in [0, 1) is the jitter. Exponential: anything up
/// to base * 2^(retry-1) ("full jitter"); Fibonacci: between half and the whole of base * (1, 1, 2, 3, 5, ...). Both at
/// most max_delay.
Duration BackoffDelay(const RetryPolicy& policy, int retry, double fraction);

/// All repeats of a run together: at most 20 % of its requests plus 10, so that a tenant in trouble is not made worse.
class RetryBudget {
 public:
  void CountRequest() { ++requests_; }
  /// Counts a repeat about to be sent, or says that the budget is used up.
  bool TakeRetry();
  std::int64_t requests() const { return requests_; }
  std::int64_t retries() const { return retries_; }

 private:
  std::int64_t requests_ = 0, retries_ = 0;
};

/// Decides about the repeats of one request.
class Retrier {
 public:
  Retrier(const RetryPolicy& policy, RetryBudget& budget, Random& random, int attempts = 1)
      : policy_(policy), budget_(budget), random_(random), attempts_(attempts) {}

  /// How long to wait before the next repeat, or why there will be none: a clause such as `gave up after 6 attempts`.
  /// `retry_after` is what the tenant asked for, `now` the wall clock (to say until when it asked us to wait).
  std::expected<Duration, std::string> Next(std::optional<Duration> retry_after, Instant now);

 private:
  const RetryPolicy& policy_;
  RetryBudget& budget_;
  Random& random_;
  int attempts_;
};

/// Why there is no repeat when the budget is used up.
inline constexpr std::string_view kBudgetClause =
    "not tried again, because the run's retries (20 % of its requests and 10) are used up";

/// `the tenant asks for no requests until 2026-11-20T21:15:13Z`
std::string WaitClause(Instant until);

}  // namespace cxctl
