#include "tenant/token_source.h"

#include <algorithm>
#include <cmath>

#include "base/strings.h"
#include "tenant/encoding.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr Duration kLongestMargin = std::chrono::seconds(30);
constexpr Duration kRefusalHolds = std::chrono::minutes(1);
// RFC 6749 section 5.1 only recommends expires_in. A 401 finds out when a guess was too long.
constexpr double kAssumedLifeSeconds = 300;
constexpr double kLongestLifeSeconds = 365 * 86400.0;

// RFC 6750 section 2.1: what may stand in an Authorization header.
bool IsBearerToken(std::string_view token) {
  return !token.empty() && std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

double LifeSeconds(const Value& answer) {
  const Value* life = answer.Find("expires_in");
  double seconds = kAssumedLifeSeconds;
  if (life != nullptr && life->is_number()) {
    seconds = life->as_double();
  } else if (life != nullptr && life->is_string() && !life->as_string().empty()) {
    const std::string text(life->as_string());  // Some servers write the number as a string.
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (*end == '\0') seconds = number;
  }
  if (!std::isfinite(seconds)) return kAssumedLifeSeconds;
  return std::clamp(seconds, 0.0, kLongestLifeSeconds);
}

}  // namespace

/// One refresh, shared by all who wait for it.
struct TokenSource::Flight {
  explicit Flight(Loop& loop) : landed(loop) {}
  Signal landed;
  std::optional<Result<AccessToken>> result;
  std::uint64_t scopes_version = 0;
};

TokenSource::TokenSource(const TenantConnection& connection, Wire& wire)
    : wire_(wire),
      base_url_(connection.base_url),
      path_(connection.token_path.starts_with('/') ? connection.token_path : '/' + connection.token_path),
      client_id_(connection.client_id),
      client_secret_(connection.client_secret),
      style_(connection.auth_style),
      fixed_scopes_(connection.fixed_scopes),
      scopes_(connection.scopes) {
  wire.cleanser().AddSecret(Base64(FormEncode(client_id_) + ':' + FormEncode(client_secret_)));
}

Task<Result<AccessToken>> TokenSource::Get() {
  while (true) {
    const Duration now = wire_.loop().clock().Monotonic();
    if (token_ && token_scopes_version_ == scopes_version_ && now < token_->refresh_at) co_return *token_;
    if (refusal_ && now < refusal_until_) co_return std::unexpected(*refusal_);
    std::shared_ptr<Flight> flight = flight_;
    if (flight == nullptr) {
      flight = std::make_shared<Flight>(wire_.loop());
      flight_ = flight;
      Task<void> fetch = Fetch(flight);
      co_await std::move(fetch);
    } else {
      while (!flight->result) co_await flight->landed.Wait();
    }
    // Whoever waited takes what came, even if it is about to expire: asking again would never end with tokens that
    // live for a moment only.
    const bool failed = !flight->result->has_value();
    if (failed || flight->scopes_version == scopes_version_) co_return *flight->result;
  }
}

Task<void> TokenSource::Fetch(std::shared_ptr<Flight> flight) {
  flight->scopes_version = scopes_version_;
  Task<Result<AccessToken>> request = Request();
  Result<AccessToken> result = co_await std::move(request);
  if (result) {
    token_ = *result;
    token_scopes_version_ = flight->scopes_version;
    refusal_.reset();
  } else if (result.error().code == ErrorCode::kUnauthorized && flight->scopes_version == scopes_version_) {
    refusal_ = result.error();
    refusal_until_ = wire_.loop().clock().Monotonic() + kRefusalHolds;
  }
  flight->result = std::move(result);
  flight_ = nullptr;
  flight->landed.NotifyAll();
}

Task<Result<AccessToken>> TokenSource::Request() {
  Retrier retrier = wire_.NewRetrier();
  for (int attempt = 1;; ++attempt) {
    const bool may_send = co_await wire_.TakeSlot();
    if (!may_send) {
      co_return Fail(ErrorCode::kUnavailable, "No token was asked for: " + wire_.PauseClause() + ".");
    }
    const Duration asked_at = wire_.loop().clock().Monotonic();
    HttpRequest request = MakeRequest();
    std::string path = path_;
    Exchange exchange = co_await wire_.Send(std::move(request), std::move(path), attempt);
    std::string problem;
    if (exchange.outcome) {
      const int status = exchange.outcome->status;
      const Classification verdict = ClassifyAnswer(Safety::kRead, status, "");
      if (verdict.step == NextStep::kTakeAnswer && status < 300) {
        Result<AccessToken> token = ReadToken(*exchange.outcome, asked_at);
        if (token || token.error().code == ErrorCode::kUnauthorized) co_return token;
        problem = token.error().message;
      } else if (verdict.step != NextStep::kRepeat) {
        co_return std::unexpected(Refusal(exchange));
      } else {
        const TenantError error = ReadTenantError(*exchange.outcome, wire_.cleanser());
        problem = DescribeAnswer("POST", path_, status, error, exchange.request_id);
      }
    } else {
      problem = "POST " + path_ + " got no answer: " + wire_.cleanser().Clean(exchange.outcome.error().message);
    }
    const std::expected<Duration, std::string> delay = retrier.Next(exchange.retry_after, wire_.loop().clock().Now());
    if (!delay) {
      co_return Fail(ErrorCode::kUnavailable, "The tenant gave no token: " + problem + "; " + delay.error() + ".");
    }
    co_await wire_.loop().Sleep(*delay);
  }
}

std::string TokenSource::ScopeList() const {
  return Join(scopes_, " ");
}

HttpRequest TokenSource::MakeRequest() const {
  HttpRequest request;
  request.method = "POST";
  request.url = base_url_ + path_;
  request.headers.push_back({"Accept", "application/json"});
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  request.body = "grant_type=client_credentials";
  if (style_ == TenantConnection::AuthStyle::kBasic) {
    // RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
    const std::string credentials = FormEncode(client_id_) + ':' + FormEncode(client_secret_);
    request.headers.push_back({"Authorization", "Basic " + Base64(credentials)});
  } else {
    request.body += "&client_id=" + FormEncode(client_id_) + "&client_secret=" + FormEncode(client_secret_);
  }
  if (!scopes_.empty()) request.body += "&scope=" + FormEncode(ScopeList());
  return request;
}

Result<AccessToken> TokenSource::ReadToken(const HttpResponse& response, Duration asked_at) {
  Arena arena;
  const Result<Value> answer = ParseJson(arena, response.body);
  const std::string who = "POST " + path_ + " answered " + std::to_string(response.status);
  if (!answer || !answer->is_object())
    return Fail(ErrorCode::kUnavailable, who + " with a body that is no JSON object");
  const std::string_view value = answer->GetString("access_token");
  if (!IsBearerToken(value)) return Fail(ErrorCode::kUnavailable, who + " without a usable access_token");
  wire_.cleanser().AddSecret(value);
  const std::string_view type = answer->GetString("token_type");
  if (!type.empty() && !EqualsIgnoringCase(type, "bearer")) {
    return Fail(ErrorCode::kUnauthorized, who + " with a token of type \"" + wire_.cleanser().Clean(type, 32) +
                                              "\", not a bearer token: check spec.auth.tokenPath.");
  }
  // Counted from when it was asked for: it may have been on its way for long.
  const Duration life(static_cast<std::int64_t>(LifeSeconds(*answer) * 1e6));
  AccessToken token;
  token.value = value;
  token.generation = ++last_generation_;
  token.refresh_at = asked_at + life - std::min(kLongestMargin, life / 10);
  // A token that is born expired is used for the requests that wait for it: the tenant has the last word.
  token.expires_at = life > Duration::zero() ? asked_at + life : Duration::max();
  return token;
}

Error TokenSource::Refusal(const Exchange& exchange) const {
  const HttpResponse& response = *exchange.outcome;
  const TenantError error = ReadTenantError(response, wire_.cleanser());
  std::string advice;
  if (error.code == "invalid_scope") {
    advice = "The scopes asked for are: " + ScopeList() + ". Grant them to the tenant's OAuth client" +
             (fixed_scopes_ ? ", or change spec.auth.scopes." : ".");
  } else if (error.code == "invalid_client" || response.status == 401) {
    advice = "Check spec.auth.clientId, spec.auth.clientSecret and spec.auth.style.";
  } else if (error.code == "unauthorized_client" || response.status == 403) {
    advice = "The OAuth client may not use client credentials: change that in the tenant.";
  } else if (response.status == 404 || response.status == 405 || response.status < 400) {
    advice = "Check spec.baseUrl and spec.auth.tokenPath.";
  } else {
    advice = "Check spec.auth of the Tenant document.";
  }
  return Error{ErrorCode::kUnauthorized,
               "The tenant refused to give a token: " +
                   DescribeAnswer("POST", path_, response.status, error, exchange.request_id) + ". " + advice};
}

void TokenSource::Invalidate(std::uint64_t generation) {
  invalidated_ = std::max(invalidated_, generation);
  if (token_ && token_->generation <= generation) token_.reset();
}

bool TokenSource::IsOutdated(const AccessToken& token) const {
  return token.generation <= invalidated_ || wire_.loop().clock().Monotonic() >= token.expires_at;
}

std::string TokenSource::Advice(int status, std::string_view missing_scope) const {
  if (status == 401) {
    return "the tenant does not accept the tokens that it gives: check that spec.baseUrl and spec.auth.tokenPath "
           "belong "
           "together";
  }
  if (status != 403) return "redirects are not followed, check spec.baseUrl";
  if (missing_scope.empty()) return "the OAuth client may not do that, see what the tenant grants to it";
  const std::string advice = "the token lacks the scope " + wire_.cleanser().Clean(missing_scope, 100) +
                             ", grant it to the tenant's OAuth client";
  return fixed_scopes_ ? advice + " and add it to spec.auth.scopes" : advice;
}

void TokenSource::RequireScopes(const std::vector<std::string>& scopes) {
  if (fixed_scopes_) return;
  for (const std::string& scope : scopes) {
    if (std::find(scopes_.begin(), scopes_.end(), scope) != scopes_.end()) continue;
    scopes_.push_back(scope);
    ++scopes_version_;
    refusal_.reset();
  }
}

}  // namespace cxctl
