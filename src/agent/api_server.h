#pragma once

#include <map>
#include <string>
#include <string_view>

#include "agent/api.h"
#include "agent/api_router.h"
#include "agent/tokens.h"
#include "async/loop.h"
#include "http/server.h"
#include "telemetry/telemetry.h"

namespace cxctl {

/// A token's allowance of requests: a bucket that holds `burst` and is filled at `rate` a second.
class RequestAllowance {
 public:
  struct Limit {
    double rate = 100, burst = 200;
  };
  static constexpr Limit kUsual = {100, 200};
  /// Of callback requests a campaign's landing page may send as many as the intake can take.
  static constexpr Limit kCallbacks = {2000, 4000};

  explicit RequestAllowance(Limit limit = kUsual) : limit_(limit), left_(limit.burst) {}
  /// Takes one; if there is none, how long until there is.
  std::optional<Duration> Take(Duration now);
  double rate() const { return limit_.rate; }

 private:
  Limit limit_;
  double left_;
  std::optional<Duration> filled_;  ///< Monotonic.
};

/// The agent's HTTP API in front of its handlers: routing, X-Request-Id, bearer tokens and roles, rate limits, media
/// types, errors in their one shape, a line in the log and a count for each request. Requests come in the server's
/// thread; all else happens in the loop.
class ApiServer : public AsyncHttpHandler {
 public:
  struct Parts {
    Loop& loop;
    Random& random;
    TokenBook& tokens;
    Log& log;
    Metrics& metrics;
    bool loopback = false;  ///< It listens on loopback alone.
  };
  explicit ApiServer(const Parts& parts) : parts_(parts) {}

  ApiRouter& router() { return router_; }
  /// Before the first request.
  void SetLoopback(bool loopback) { parts_.loopback = loopback; }

  /// In the server's thread: hands the request to the loop.
  void Handle(HttpRequest request, Responder responder) override;
  /// In the loop. Nothing: the request is answered by a stream. `stream` null: streams are refused (tests).
  Task<std::optional<HttpResponse>> Serve(HttpRequest request, const Responder* stream);
  /// What the server itself refuses, in the shape of errors. From any thread; `random` must be fit for that.
  static HttpResponse RefusalAnswer(const ServerRefusal& refusal, Instant now, Random& random);

 private:
  struct Request;
  Task<void> ServeAndSend(HttpRequest request, Responder responder);
  Task<std::optional<ApiAnswer>> Answer(Request& request, const Responder* stream);
  std::optional<ApiError> Admit(Request& request, const ApiRoute& route);
  std::optional<ApiError> Authenticate(Request& request);
  HttpResponse Finish(const Request& request, ApiAnswer answer);

  Parts parts_;
  ApiRouter router_;
  struct Allowances {
    RequestAllowance usual{RequestAllowance::kUsual}, callbacks{RequestAllowance::kCallbacks};
  };
  std::map<std::string, Allowances> allowances_;  ///< By name of the token.
};

}  // namespace cxctl
