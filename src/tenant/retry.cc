#include "tenant/retry.h"

#include <algorithm>
#include <cmath>

#include "base/strings.h"

namespace cxctl {

namespace {

bool IsPassing(int status) {
  return status == 500 || status == 502 || status == 503 || status == 504;
}

// The effect is unknown: a read or a guarded write may be sent again, another write must be looked up first.
Classification EffectUnknown(Safety safety, bool answered) {
  return {safety == Safety::kOnce ? NextStep::kGiveUp : NextStep::kRepeat, safety != Safety::kRead, answered};
}

double Fibonacci(int n) {
  double a = 0, b = 1;
  for (int i = 1; i < n; ++i) {
    const double next = a + b;
    a = b;
    b = next;
  }
  return b;
}

}  // namespace

Classification ClassifyAnswer(Safety safety, int status, std::string_view error_code) {
  if (status >= 200 && status < 300) return {NextStep::kTakeAnswer, false, true};
  if (status == 401) return {NextStep::kNewToken, false, true};
  if (status == 429) return {NextStep::kRepeat, false, true};
  if (status == 409 && safety == Safety::kOnce && error_code == kInProgress) {
    return {NextStep::kRepeat, true, true};  // An earlier request with this key may yet succeed.
  }
  if (status >= 400 && status < 500) return {NextStep::kTakeAnswer, false, true};
  if (IsPassing(status)) return EffectUnknown(safety, true);
  // Redirects are not followed, and other 5xx (501, 505) do not pass; whether a write took effect is not known.
  return {NextStep::kGiveUp, safety != Safety::kRead, true};
}

Classification ClassifyMalformed(Safety safety) {
  return EffectUnknown(safety, true);
}

Classification ClassifyFailure(Safety safety, const TransportError& error) {
  if (!error.maybe_received) return {NextStep::kRepeat, false, false};
  return EffectUnknown(safety, false);
}

Duration BackoffDelay(const RetryPolicy& policy, int retry, double fraction) {
  const double base = static_cast<double>(policy.base_delay.count());
  const double longest = static_cast<double>(policy.max_delay.count());
  if (policy.backoff == RetryPolicy::Backoff::kFibonacci) {
    const double whole = std::min(longest, base * Fibonacci(std::min(retry, 90)));
    return Duration(static_cast<std::int64_t>(whole * (0.5 + fraction / 2)));
  }
  const double whole = std::min(longest, base * std::ldexp(1.0, std::min(retry, 64) - 1));
  return Duration(static_cast<std::int64_t>(whole * fraction));
}

bool RetryBudget::TakeRetry() {
  if (5 * (retries_ + 1) > requests_ + 50) return false;
  ++retries_;
  return true;
}

std::string WaitClause(Instant until) {
  // Rounded up to a whole second: at the time shown, the wait is over.
  const std::int64_t seconds = (until.micros + 999'999) / 1'000'000;
  return "the tenant asks for no requests until " + FormatUtc(Instant{seconds * 1'000'000});
}

std::expected<Duration, std::string> Retrier::Next(std::optional<Duration> retry_after, Instant now) {
  if (retry_after && *retry_after > policy_.max_delay) {
    return std::unexpected(WaitClause(now + *retry_after) + ", longer than retry.maxDelay (" +
                           FormatDuration(policy_.max_delay) + "): run again after that");
  }
  if (attempts_ >= policy_.max_attempts) {
    return std::unexpected("gave up after " + Count(static_cast<std::size_t>(attempts_), "attempt"));
  }
  if (!budget_.TakeRetry()) {
    return std::unexpected(std::string(kBudgetClause));
  }
  // "Retry-After: 0" asks for nothing: without a backoff the attempts would be gone within moments.
  const bool asked = retry_after && *retry_after > Duration::zero();
  const Duration delay = asked ? *retry_after : BackoffDelay(policy_, attempts_, random_.Fraction());
  ++attempts_;
  return delay;
}

}  // namespace cxctl
