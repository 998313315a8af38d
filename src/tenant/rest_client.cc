#include "tenant/rest_client.h"

#include <algorithm>

#include "base/strings.h"

namespace cxctl {

namespace {

// Tokens that live shorter than the wait for a rate slot: at some point a request goes out with whatever there is.
constexpr int kMostTokenRounds = 10;

ErrorCode CodeOf(int status) {
  if (status == 401 || status == 403) return ErrorCode::kUnauthorized;
  if (status == 404 || status == 410) return ErrorCode::kNotFound;
  if (status == 409 || status == 412) return ErrorCode::kConflict;
  return ErrorCode::kUnavailable;
}

const std::string& ShownPath(const ApiRequest& request) {
  return request.shown.empty() ? request.path : request.shown;
}

std::string DescribeCall(const ApiRequest& request) {
  return request.method + ' ' + ShownPath(request);
}

}  // namespace

/// What one try came to: an exchange, or an error before anything was sent.
struct RestClient::Attempt {
  std::optional<Exchange> exchange;
  std::optional<Error> not_sent;
  std::uint64_t token_generation = 0;
};

RestClient::RestClient(const TenantConnection& connection, Wire& wire, Credentials& tokens)
    : wire_(wire),
      tokens_(tokens),
      base_url_(connection.base_url),
      permits_(wire.loop(), static_cast<std::size_t>(std::max(1, connection.max_concurrency))) {}

Task<RestOutcome> RestClient::Perform(RestCall call) {
  RestOutcome outcome;
  Retrier retrier = wire_.NewRetrier();
  int fresh_tokens = 0;
  while (true) {
    co_await permits_.Acquire();
    Attempt attempt = co_await Try(call, outcome.attempts + 1);
    permits_.Release();
    const Classification verdict = Judge(call, attempt, outcome);
    if (outcome.complete || verdict.step == NextStep::kTakeAnswer || verdict.step == NextStep::kGiveUp) break;
    if (verdict.step == NextStep::kNewToken) {
      tokens_.Invalidate(attempt.token_generation);
      if (fresh_tokens == tokens_.most_fresh_tokens() || !wire_.budget().TakeRetry()) {
        outcome.answered = true;
        outcome.message += "; " + tokens_.Advice(401, "");
        break;
      }
      ++fresh_tokens;
      continue;
    }
    if (call.once) break;
    const std::expected<Duration, std::string> delay =
        retrier.Next(attempt.exchange->retry_after, wire_.loop().clock().Now());
    if (!delay) {
      outcome.message += "; " + delay.error();
      break;
    }
    co_await wire_.loop().Sleep(*delay);
  }
  if (!outcome.complete && !outcome.message.ends_with('.')) outcome.message += '.';
  co_return outcome;
}

Task<RestClient::Attempt> RestClient::Try(const RestCall& call, int number) {
  const ApiRequest& request = call.request;
  Attempt attempt;
  AccessToken token;
  for (int round = 1;; ++round) {
    Result<AccessToken> got = co_await tokens_.Get();
    if (!got) {
      attempt.not_sent = got.error();
      co_return attempt;
    }
    token = std::move(*got);
    const bool may_send = co_await wire_.TakeSlot();
    if (!may_send) {
      attempt.not_sent =
          Error{ErrorCode::kUnavailable, DescribeCall(request) + " was not sent: " + wire_.PauseClause() + "."};
      co_return attempt;
    }
    // The wait for the slot may have been longer than the rest of the token's life.
    if (round == kMostTokenRounds || !tokens_.IsOutdated(token)) break;
    wire_.ReturnSlot();
  }
  attempt.token_generation = token.generation;
  std::optional<Duration> at_most;
  if (call.give_up_at) at_most = *call.give_up_at - wire_.loop().clock().Monotonic();
  if (at_most && *at_most <= Duration::zero()) {
    wire_.ReturnSlot();
    attempt.not_sent = Error{ErrorCode::kUnavailable, DescribeCall(request) + " was not sent in time."};
    co_return attempt;
  }
  HttpRequest http = MakeRequest(request, token);
  std::string path = ShownPath(request);
  call.on_send();
  Exchange exchange = co_await wire_.Send(std::move(http), std::move(path), number, at_most);
  attempt.exchange = std::move(exchange);
  co_return attempt;
}

HttpRequest RestClient::MakeRequest(const ApiRequest& request, const AccessToken& token) const {
  HttpRequest http;
  http.method = request.method;
  http.url = base_url_ + request.path;
  if (!request.query.empty()) http.url += '?' + request.query;
  http.headers.push_back({"Authorization", "Bearer " + token.value});
  if (FindHeader(request.headers, "Accept") == nullptr) http.headers.push_back({"Accept", "application/json"});
  if (!request.body.empty()) http.headers.push_back({"Content-Type", "application/json"});
  http.headers.insert(http.headers.end(), request.headers.begin(), request.headers.end());
  http.body = request.body;
  return http;
}

Classification RestClient::Judge(const RestCall& call, const Attempt& attempt, RestOutcome& outcome) {
  if (attempt.not_sent) {
    outcome.status = 0;
    outcome.answered = false;
    outcome.error = {};
    outcome.code = attempt.not_sent->code;
    outcome.message = attempt.not_sent->message;
    return {NextStep::kGiveUp, false, false};
  }
  const Exchange& exchange = *attempt.exchange;
  ++outcome.attempts;
  outcome.latency = exchange.latency;
  outcome.retry_after = exchange.retry_after;
  outcome.request_id = exchange.request_id;
  outcome.answered = false;
  Classification verdict;
  if (exchange.outcome) {
    verdict = JudgeAnswer(call, exchange, outcome);
  } else {
    const TransportError& failure = exchange.outcome.error();
    verdict = ClassifyFailure(call.request.safety, failure);
    outcome.status = 0;
    outcome.error = {};
    outcome.code = ErrorCode::kUnavailable;
    outcome.message = DescribeCall(call.request) + " got no answer (" + wire_.cleanser().Clean(failure.message) +
                      "; request id " + exchange.request_id + ")";
  }
  outcome.maybe_written |= verdict.maybe_written;
  return verdict;
}

Classification RestClient::JudgeAnswer(const RestCall& call, const Exchange& exchange, RestOutcome& outcome) {
  const HttpResponse& response = *exchange.outcome;
  const ApiRequest& request = call.request;
  outcome.status = response.status;
  outcome.error = {};
  if (response.status >= 200 && response.status < (call.takes_redirects ? 400 : 300)) {
    if (const std::string* id = response.header("X-Request-Id")) outcome.request_id = wire_.cleanser().Clean(*id, 128);
    const Result<void> accepted = call.accept(response);
    if (accepted) {
      outcome.complete = true;
      return ClassifyAnswer(request.safety, response.status, "");
    }
    outcome.code = ErrorCode::kUnavailable;
    outcome.message = DescribeCall(request) + " answered " + std::to_string(response.status) + " with " +
                      wire_.cleanser().Clean(accepted.error().message) + " (request id " + outcome.request_id + ")";
    return ClassifyMalformed(request.safety);
  }
  outcome.error = ReadTenantError(response, wire_.cleanser());
  if (!outcome.error.request_id.empty()) outcome.request_id = outcome.error.request_id;
  const Classification verdict = ClassifyAnswer(request.safety, response.status, outcome.error.code);
  outcome.answered = verdict.step == NextStep::kTakeAnswer;
  outcome.code = CodeOf(response.status);
  outcome.message =
      DescribeAnswer(request.method, ShownPath(request), response.status, outcome.error, exchange.request_id) +
      AnswerAdvice(request, response, outcome);
  return verdict;
}

std::string RestClient::AnswerAdvice(const ApiRequest& request, const HttpResponse& response,
                                     const RestOutcome& outcome) const {
  if (response.status >= 300 && response.status < 400) return ": " + tokens_.Advice(response.status, "");
  if (response.status != 403) return "";
  std::string scope = AuthenticateParameter(response, "scope");
  const bool insufficient = AuthenticateParameter(response, "error") == "insufficient_scope" ||
                            EqualsIgnoringCase(outcome.error.code, "insufficient_scope");
  if (!insufficient) return ": " + tokens_.Advice(403, "");
  if (scope.empty()) scope = request.scope;
  return ": " + tokens_.Advice(403, scope);
}

WriteStatus StatusOfWrite(const RestOutcome& outcome, WriteOperation operation) {
  if (outcome.complete) return WriteStatus::kDone;
  // After a lost answer, 412, 409 and 404 may be the echo of our own write; the engine looks at the object for all
  // three.
  if (outcome.answered && outcome.status == 412) return WriteStatus::kPreconditionFailed;
  if (outcome.answered && outcome.status == 409) return WriteStatus::kConflict;
  if (outcome.answered && outcome.status == 404 && operation != WriteOperation::kCreate) return WriteStatus::kGone;
  if (outcome.maybe_written) return WriteStatus::kAmbiguous;
  if (outcome.answered && outcome.status == 404) return WriteStatus::kGone;
  if (outcome.answered) return WriteStatus::kRejected;
  // A refusal to give a token is as final as a 403.
  return outcome.code == ErrorCode::kUnauthorized ? WriteStatus::kRejected : WriteStatus::kUnavailable;
}

WriteResult ResultOfWrite(const RestOutcome& outcome, WriteOperation operation, const std::string& what) {
  WriteResult result;
  result.status = StatusOfWrite(outcome, operation);
  result.error_code = outcome.error.code;
  result.message = outcome.message;
  if (outcome.complete) {
    result.message = what + " answered " + std::to_string(outcome.status) + " (request id " + outcome.request_id + ").";
  }
  result.request_id = outcome.request_id;
  result.attempts = outcome.attempts;
  result.latency = outcome.latency;
  result.retry_after = outcome.retry_after;
  return result;
}

}  // namespace cxctl
