#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "async/loop.h"
#include "base/result.h"
#include "tenant/credentials.h"
#include "tenant/dialect.h"
#include "tenant/wire.h"

namespace cxctl {

/// An operation as it goes over the wire, and how to tell a good answer.
struct RestCall {
  ApiRequest request;
  /// Looks at the body of a 2xx (and keeps what it read). An error says why it is not the answer to this operation: it
  /// is then treated as lost.
  std::function<Result<void>(const HttpResponse&)> accept;
  bool once = false;                   ///< Not repeated but for a fresh token: repeating is the caller's business.
  std::optional<Duration> give_up_at;  ///< Monotonic. Not sent later than this, nor waited for.
  bool takes_redirects = false;        ///< `accept` gets 3xx answers, too: what they lead to is the caller's business.
  std::function<void()> on_send = [] {};  ///< Called just before a request is handed to the transport.
};

/// What came of a call after all its attempts.
struct RestOutcome {
  bool complete = false;                     ///< A 2xx that was accepted.
  int status = 0;                            ///< Of the last answer; 0 if the last attempt had none.
  bool answered = false;                     ///< The last answer is final in itself: a 4xx that no repeat would change.
  bool maybe_written = false;                ///< One of the attempts may have changed something without our knowing.
  TenantError error;                         ///< What the last answer said, unless it was complete.
  ErrorCode code = ErrorCode::kUnavailable;  ///< Why it failed, unless it was complete.
  std::string message;                       ///< One sentence about it, unless it was complete.
  std::string request_id;                    ///< The tenant's, else the one that was sent, "" if nothing was.
  int attempts = 0;                          ///< Requests sent.
  Duration latency{0};                       ///< Of the last one.
  std::optional<Duration> retry_after;       ///< Of the last answer.
};

/// What the outcome of a write means. A create that finds its place taken is for the caller to tell (409, or 412 where
/// it was asked to find nothing).
WriteStatus StatusOfWrite(const RestOutcome& outcome, WriteOperation operation);

/// What the caller is told of a write, but for the object.
WriteResult ResultOfWrite(const RestOutcome& outcome, WriteOperation operation, const std::string& what);

/// Carries operations out: at most `max_concurrency` requests under way, each with a bearer token, a rate slot and a
/// request id, repeated as far as that is safe and of use.
class RestClient {
 public:
  RestClient(const TenantConnection& connection, Wire& wire, Credentials& tokens);

  Task<RestOutcome> Perform(RestCall call);

 private:
  struct Attempt;
  Task<Attempt> Try(const RestCall& call, int number);
  HttpRequest MakeRequest(const ApiRequest& request, const AccessToken& token) const;
  /// Takes note of the attempt in `outcome` and says what it means.
  Classification Judge(const RestCall& call, const Attempt& attempt, RestOutcome& outcome);
  Classification JudgeAnswer(const RestCall& call, const Exchange& exchange, RestOutcome& outcome);
  std::string AnswerAdvice(const ApiRequest& request, const HttpResponse& response, const RestOutcome& outcome) const;

  Wire& wire_;
  Credentials& tokens_;
  const std::string base_url_;
  Semaphore permits_;
};

}  // namespace cxctl
