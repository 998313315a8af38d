#include "agent/api_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/crypto.h"
#include "base/strings.h"
#include "env/ids.h"
#include "http/server.h"

namespace cxctl {

namespace {

/// A browser asks for a password then, which is the token.
constexpr std::string_view kRealm = "Bearer realm=\"cxctl\"";
constexpr std::string_view kBrowserRealm =
    "Bearer realm=\"cxctl\", Basic realm=\"cxctl: any name, and a token as the password\"";
constexpr std::size_t kLongestRequestId = 128;

bool IsRequestId(std::string_view text) {
  return !text.empty() && text.size() <= kLongestRequestId && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.:+/=@").find(c) != std::string_view::npos;
  });
}

std::string_view PathOf(std::string_view target) {
  return target.substr(0, target.find('?'));
}

/// The one header of that name, or null if there is none or there are several.
const std::string* OnlyHeader(const HttpRequest& request, std::string_view name) {
  const std::string* found = nullptr;
  for (const HttpHeader& header : request.headers) {
    if (!EqualsIgnoringCase(header.name, name)) continue;
    if (found != nullptr) return nullptr;
    found = &header.value;
  }
  return found;
}

/// Whether the request was meant for loopback. A page of somebody else's that a browser was led here by (DNS rebinding)
/// comes with the name of its own host.
bool IsForLoopback(const HttpRequest& request) {
  const std::string* host = OnlyHeader(request, "Host");
  if (host == nullptr) return false;
  std::string_view name = *host;
  const bool is_v6 = name.starts_with('[');
  name = is_v6 ? name.substr(1, name.find(']') - 1) : name.substr(0, name.find(':'));
  return EqualsIgnoringCase(name, "localhost") || IsLoopbackAddress(std::string(name));
}

/// The token that a header names: `Bearer TOKEN`, or as browsers ask people for it, `Basic` with any name and the token
/// as password. Nothing for anything else.
std::optional<std::string> TokenIn(const std::string* authorization) {
  constexpr std::string_view kBearer = "bearer ", kBasic = "basic ";
  if (authorization == nullptr) return std::nullopt;
  const std::string_view text = *authorization;
  if (text.size() > kBearer.size() && EqualsIgnoringCase(text.substr(0, kBearer.size()), kBearer)) {
    return std::string(Trim(text.substr(kBearer.size())));
  }
  if (text.size() <= kBasic.size() || !EqualsIgnoringCase(text.substr(0, kBasic.size()), kBasic)) return std::nullopt;
  const auto pair = DecodeBase64(Trim(text.substr(kBasic.size())));
  const std::size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return pair->substr(colon + 1);
}

/// `application/json`, perhaps with `charset=utf-8`.
bool IsJson(const std::string* content_type) {
  if (content_type == nullptr) return false;
  const std::vector<std::string_view> parts = Split(*content_type, ';');
  if (!EqualsIgnoringCase(Trim(parts[0]), "application/json")) return false;
  return std::all_of(parts.begin() + 1, parts.end(), [](std::string_view part) {
    const std::string parameter = ToLower(Trim(part));
    return !parameter.starts_with("charset=") || parameter == "charset=utf-8" || parameter == "charset=\"utf-8\"";
  });
}

ApiError Unauthorized(std::string_view message, std::string_view challenge) {
  return {401, "UNAUTHORIZED", std::string(message), "", {{"WWW-Authenticate", std::string(challenge)}}, {}};
}

ApiError Forbidden(const TokenInfo& token, const std::vector<std::string>& roles) {
  const std::string wanted = Join(roles, " or ");
  const std::string challenge = fmt::format("{}, error=\"insufficient_scope\", scope=\"{}\"", kRealm, Join(roles, " "));
  return {403,
          "FORBIDDEN",
          fmt::format("The token {} does not have the role {}.", token.name, wanted),
          "",
          {{"WWW-Authenticate", challenge}},
          {}};
}

ApiError RateLimited(Duration wait, double rate) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
  return {429,
          "RATE_LIMITED",
          fmt::format("The token made more than {} requests a second.", rate),
          "",
          {{"Retry-After", std::to_string(std::max<std::int64_t>(1, seconds.count()))}},
          {}};
}

}  // namespace

std::optional<Duration> RequestAllowance::Take(Duration now) {
  if (filled_) {
    const double seconds = std::chrono::duration<double>(now - *filled_).count();
    left_ = std::min(limit_.burst, left_ + std::max(0.0, seconds) * limit_.rate);
  }
  filled_ = now;
  if (left_ < 1) return std::chrono::duration_cast<Duration>(std::chrono::duration<double>((1 - left_) / limit_.rate));
  left_ -= 1;
  return std::nullopt;
}

/// A request on its way.
struct ApiServer::Request {
  HttpRequest http;
  std::string id;
  std::string route = "none";  ///< For metrics: the pattern, never the path.
  bool quiet = false;
  std::optional<TokenInfo> token;
  Duration began;
};

void ApiServer::Handle(HttpRequest request, Responder responder) {
  parts_.loop.PostFromThread([this, shared = std::make_shared<HttpRequest>(std::move(request)), responder]() mutable {
    parts_.loop.SpawnBackground(ServeAndSend(std::move(*shared), std::move(responder)));
  });
}

Task<void> ApiServer::ServeAndSend(HttpRequest request, Responder responder) {
  std::optional<HttpResponse> response = co_await Serve(std::move(request), &responder);
  if (response) responder.Send(std::move(*response));
}

Task<std::optional<HttpResponse>> ApiServer::Serve(HttpRequest http, const Responder* stream) {
  Request request;
  request.http = std::move(http);
  request.began = parts_.loop.clock().Monotonic();
  const std::string* given = OnlyHeader(request.http, "X-Request-Id");
  request.id = given != nullptr && IsRequestId(*given) ? *given : MakeUlid(parts_.loop.clock().Now(), parts_.random);
  std::optional<ApiAnswer> answer = co_await Answer(request, stream);
  if (!answer) {
    parts_.log.Info("streaming", {{"route", request.route}, {"requestId", request.id}});
    co_return std::nullopt;
  }
  co_return Finish(request, std::move(*answer));
}

Task<std::optional<ApiAnswer>> ApiServer::Answer(Request& request, const Responder* stream) {
  ApiRouter::Match match = router_.Find(request.http.method, PathOf(request.http.url));
  if (match.route == nullptr) co_return ApiAnswer(std::unexpected(std::move(match.error)));
  // Kept: a route may be replaced while it is in use.
  const ApiRoute route = *match.route;
  request.route = route.path;
  request.quiet = route.quiet;
  if (std::optional<ApiError> error = Admit(request, route)) co_return ApiAnswer(std::unexpected(std::move(*error)));
  ApiCall call{request.http, std::move(match.parameters), request.id, request.token ? request.token->name : ""};
  if (const ApiHandler* handler = std::get_if<ApiHandler>(&route.handler)) {
    ApiAnswer answer = co_await (*handler)(std::move(call));
    co_return std::optional<ApiAnswer>(std::move(answer));
  }
  if (stream == nullptr)
    co_return ApiAnswer(std::unexpected(ApiError{503, "UNAVAILABLE", "There are no streams.", "", {}, {}}));
  Responder responder = *stream;
  std::optional<ApiError> error =
      co_await std::get<ApiStreamHandler>(route.handler)(std::move(call), std::move(responder));
  if (error) co_return ApiAnswer(std::unexpected(std::move(*error)));
  co_return std::nullopt;
}

/// Why the request does not get to its handler, or nothing.
std::optional<ApiError> ApiServer::Admit(Request& request, const ApiRoute& route) {
  const bool asks = route.access == ApiRoute::Access::kRole || (route.access == ApiRoute::Access::kRoleUnlessLoopback &&
                                                                !(parts_.loopback && IsForLoopback(request.http)));
  if (asks) {
    if (std::optional<ApiError> error = Authenticate(request)) {
      const bool in_browser = route.access == ApiRoute::Access::kRoleUnlessLoopback && error->status == 401;
      if (in_browser) error->headers = {{"WWW-Authenticate", std::string(kBrowserRealm)}};
      return error;
    }
    const TokenInfo& token = *request.token;
    Allowances& allowances = allowances_[token.name];
    RequestAllowance& allowance = route.is_for_callbacks ? allowances.callbacks : allowances.usual;
    if (const auto wait = allowance.Take(parts_.loop.clock().Monotonic())) {
      return RateLimited(*wait, allowance.rate());
    }
    if (std::ranges::none_of(route.roles, [&](const std::string& role) { return token.Has(role); }) &&
        !token.Has("admin")) {
      return Forbidden(token, route.roles);
    }
  }
  if (route.json_body && !request.http.body.empty() && !IsJson(OnlyHeader(request.http, "Content-Type"))) {
    return ApiError{415, "UNSUPPORTED_MEDIA_TYPE",         "The body must be sent as Content-Type: application/json.",
                    "",  {{"Accept", "application/json"}}, {}};
  }
  return std::nullopt;
}

std::optional<ApiError> ApiServer::Authenticate(Request& request) {
  const std::optional<std::string> token = TokenIn(OnlyHeader(request.http, "Authorization"));
  if (!token) return Unauthorized("A token is needed: send Authorization: Bearer TOKEN.", kRealm);
  auto found = parts_.tokens.Find(*token);
  if (!found) {
    parts_.log.Error("cannot read the tokens", {{"reason", found.error().message}, {"requestId", request.id}});
    return ApiError{503, "UNAVAILABLE", "The token cannot be checked at the moment.", "", {{"Retry-After", "2"}}, {}};
  }
  if (!*found) {
    return Unauthorized("The token is not known: it may have been revoked.",
                        fmt::format("{}, error=\"invalid_token\"", kRealm));
  }
  request.token = std::move(*found);
  return std::nullopt;
}

HttpResponse ApiServer::Finish(const Request& request, ApiAnswer answer) {
  std::string reason;
  if (!answer) reason = answer.error().code;
  HttpResponse response = answer ? std::move(*answer) : ErrorAnswer(answer.error(), request.id);
  response.headers.push_back({"X-Request-Id", request.id});
  if (response.header("Cache-Control") == nullptr) response.headers.push_back({"Cache-Control", "no-store"});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  const Duration took = parts_.loop.clock().Monotonic() - request.began;
  const double seconds = std::chrono::duration<double>(took).count();
  const std::string status = std::to_string(response.status);
  const std::string method = request.route == "none" ? "other" : request.http.method;
  parts_.metrics.Count("cxctl_http_requests_total", {{"method", method}, {"route", request.route}, {"status", status}});
  parts_.metrics.Observe("cxctl_http_request_duration_seconds", seconds,
                         {{"method", method}, {"route", request.route}});
  if (request.quiet && response.status < 400) return response;
  Facts facts = {{"method", request.http.method},
                 {"path", std::string(PathOf(request.http.url))},
                 {"status", status},
                 {"milliseconds", fmt::format("{:.1f}", seconds * 1000)},
                 {"requestId", request.id}};
  if (request.token) facts.emplace_back("token", request.token->name);
  if (!reason.empty()) facts.emplace_back("error", reason);
  response.status < 500 ? parts_.log.Info("answered", facts) : parts_.log.Error("answered", facts);
  return response;
}

HttpResponse ApiServer::RefusalAnswer(const ServerRefusal& refusal, Instant now, Random& random) {
  const std::string id = MakeUlid(now, random);
  // One code for all that is wrong with a request as such.
  const std::string code = refusal.status == 400 ? "INVALID_REQUEST" : std::string(refusal.code);
  HttpResponse answer = ErrorAnswer({refusal.status, code, std::string(refusal.message), "", {}, {}}, id);
  answer.headers.push_back({"X-Request-Id", id});
  return answer;
}

}  // namespace cxctl
