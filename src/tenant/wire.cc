#include "tenant/wire.h"

#include <algorithm>

#include "env/ids.h"
#include "http/retry_after.h"

namespace cxctl {

namespace {

RetryPolicy PolicyOf(const TenantConnection& connection) {
  RetryPolicy policy;
  policy.max_attempts = connection.max_attempts;
  policy.backoff = connection.backoff == TenantConnection::Backoff::kFibonacci ? RetryPolicy::Backoff::kFibonacci
                                                                               : RetryPolicy::Backoff::kExponential;
  policy.base_delay = connection.base_delay;
  policy.max_delay = connection.max_delay;
  return policy;
}

}  // namespace

Wire::Wire(const TenantConnection& connection, Loop& loop, HttpTransport& transport, Random& random,
           RequestObserver* observer)
    : loop_(loop),
      transport_(transport),
      random_(random),
      observer_(observer),
      connect_timeout_(connection.connect_timeout),
      request_timeout_(connection.request_timeout),
      policy_(PolicyOf(connection)),
      limiter_(loop, connection.requests_per_second, connection.burst, connection.max_delay) {
  cleanser_.AddSecret(connection.client_secret);
  // A short client id is more likely a common word than a secret.
  if (connection.client_id.size() >= 8) cleanser_.AddSecret(connection.client_id);
}

Task<Exchange> Wire::Send(HttpRequest request, std::string path, int attempt, std::optional<Duration> at_most) {
  Exchange exchange;
  exchange.request_id = MakeUuid(random_);
  request.headers.push_back({"X-Request-Id", exchange.request_id});
  request.connect_timeout = connect_timeout_;
  request.timeout = request_timeout_;
  if (at_most) {
    // Never 0, which means without end.
    const auto left = std::max(std::chrono::ceil<std::chrono::milliseconds>(*at_most), std::chrono::milliseconds(1));
    request.connect_timeout = std::min(request.connect_timeout, left);
    request.timeout = std::min(request.timeout, left);
  }
  budget_.CountRequest();
  if (attempt > 1) ++repeats_;
  const std::string method = request.method;
  const Duration sent = loop_.clock().Monotonic();
  HttpOutcome outcome = co_await transport_.Send(std::move(request));
  exchange.outcome = std::move(outcome);
  exchange.latency = loop_.clock().Monotonic() - sent;
  if (exchange.outcome) {
    exchange.retry_after = ParseRetryAfter(exchange.outcome->headers, loop_.clock().Now());
    if (exchange.outcome->status == 429) {
      ++throttled_;
      limiter_.OnThrottled(sent, exchange.retry_after.value_or(Duration::zero()));
    } else {
      limiter_.OnClean();
    }
  }
  Tell(method, path, attempt, exchange);
  co_return exchange;
}

void Wire::Tell(const std::string& method, const std::string& path, int attempt, const Exchange& exchange) {
  if (observer_ == nullptr) return;
  std::string note = attempt > 1 ? "attempt " + std::to_string(attempt) : "";
  if (!exchange.outcome) {
    if (!note.empty()) note += ": ";
    note += cleanser_.Clean(exchange.outcome.error().message);
  }
  const int status = exchange.outcome ? exchange.outcome->status : 0;
  observer_->OnRequest(method, path, status, exchange.latency, note);
}

std::string Wire::PauseClause() {
  return WaitClause(loop_.clock().Now() + limiter_.pause_left());
}

}  // namespace cxctl
