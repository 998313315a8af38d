#include "sim/token_office.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/strings.h"
#include "value/json.h"

namespace cxctl::sim {
namespace {

/// RFC 4648 section 4; nothing for text that is not Base64.
std::optional<std::string> DecodeBase64(std::string_view text) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == kAlphabet.npos) return std::nullopt;
    bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xffffu;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xffu);
  }
  return out;
}

/// RFC 6749 section 5.2.
HttpResponse OauthError(int status, std::string_view code, std::string_view description, bool basic = false) {
  Arena arena;
  const Value body = ObjectBuilder(arena).Set("error", code).Set("error_description", description).Build();
  HttpResponse response = JsonResponse(status, ToJson(body));
  response.headers.push_back({"Cache-Control", "no-store"});
  if (basic) response.headers.push_back({"WWW-Authenticate", "Basic realm=\"token\""});
  return response;
}

/// The parameters of a form body; nothing if one of them is given twice.
std::optional<std::map<std::string, std::string>> ParseForm(std::string_view body) {
  std::map<std::string, std::string> form;
  for (std::string_view pair : Split(body, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == pair.npos ? std::string_view() : pair.substr(equals + 1);
    if (!form.emplace(PercentDecode(pair.substr(0, equals), true), PercentDecode(value, true)).second) {
      return std::nullopt;
    }
  }
  return form;
}

/// The part of an Authorization header behind the scheme; nothing for another scheme.
std::optional<std::string_view> AfterScheme(const std::string* header, std::string_view scheme) {
  if (!header) return std::nullopt;
  const std::string_view text = Trim(*header);
  const std::size_t space = text.find(' ');
  if (space == text.npos || !EqualsIgnoringCase(text.substr(0, space), scheme)) return std::nullopt;
  return Trim(text.substr(space));
}

std::string JoinScopes(const std::set<std::string>& scopes) {
  return fmt::format("{}", fmt::join(scopes, " "));
}

}  // namespace

bool HasMediaType(const HttpRequest& request, std::string_view type) {
  const std::string* header = request.header("Content-Type");
  if (!header) return false;
  const std::vector<std::string_view> parts = Split(*header, ';');
  if (!EqualsIgnoringCase(Trim(parts[0]), type)) return false;
  return std::ranges::all_of(parts.begin() + 1, parts.end(), [](std::string_view part) {
    part = Trim(part);
    if (!EqualsIgnoringCase(part.substr(0, 8), "charset=")) return true;
    std::string_view charset = part.substr(8);
    if (charset.size() > 2 && charset.front() == '"' && charset.back() == '"') {
      charset = charset.substr(1, charset.size() - 2);
    }
    return EqualsIgnoringCase(charset, "utf-8");
  });
}

TokenOffice::TokenOffice(const SimOptions& options, Clock& clock, std::set<std::string> scopes)
    : options_(options), clock_(clock), scopes_(std::move(scopes)) {}

bool TokenOffice::Accepts(const Credentials& credentials) const {
  if (credentials.id.empty() || credentials.secret.empty()) return false;
  if (credentials.basic && options_.auth_style == SimOptions::AuthStyle::kBody) return false;
  if (!credentials.basic && options_.auth_style == SimOptions::AuthStyle::kBasic) return false;
  return (options_.client_id.empty() || credentials.id == options_.client_id) &&
         (options_.client_secret.empty() || credentials.secret == options_.client_secret);
}

HttpResponse TokenOffice::Issue(const HttpRequest& request, Random& random) {
  if (!HasMediaType(request, "application/x-www-form-urlencoded")) {
    return OauthError(400, "invalid_request", "The body must be application/x-www-form-urlencoded.");
  }
  const auto form = ParseForm(request.body);
  if (!form) return OauthError(400, "invalid_request", "A parameter is given more than once.");
  const auto get = [&](const char* name) {
    const auto it = form->find(name);
    return it == form->end() ? std::string() : it->second;
  };
  if (get("grant_type").empty()) return OauthError(400, "invalid_request", "grant_type is missing.");

  Credentials credentials{get("client_id"), get("client_secret")};
  if (const auto basic = AfterScheme(request.header("Authorization"), "Basic")) {
    if (form->contains("client_secret")) {
      return OauthError(400, "invalid_request", "Client credentials are given both in the body and as HTTP Basic.");
    }
    credentials = {.id = "", .secret = "", .basic = true};
    const std::string pair = DecodeBase64(*basic).value_or("");
    if (const std::size_t colon = pair.find(':'); colon != pair.npos) {
      // RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
      credentials.id = PercentDecode(std::string_view(pair).substr(0, colon), true);
      credentials.secret = PercentDecode(std::string_view(pair).substr(colon + 1), true);
    }
  }
  if (!Accepts(credentials)) {
    return OauthError(401, "invalid_client",
                      "The client is unknown, its secret is wrong, or it has to use another style.",
                      credentials.basic || options_.auth_style == SimOptions::AuthStyle::kBasic);
  }
  if (get("grant_type") != "client_credentials") {
    return OauthError(400, "unsupported_grant_type", "Only client_credentials is supported.");
  }
  std::set<std::string> granted;
  const std::string asked = get("scope");
  for (std::string_view scope : Split(asked, ' ')) {
    if (scope.empty()) continue;
    if (!scopes_.contains(std::string(scope))) return OauthError(400, "invalid_scope", "A scope does not exist.");
    granted.emplace(scope);
  }
  if (granted.empty()) granted = scopes_;

  DropExpired();
  const std::string token = fmt::format("sim-{:016x}{:016x}", random.Next(), random.Next());
  Arena arena;
  ObjectBuilder body(arena);
  body.Set("access_token", token).Set("token_type", "Bearer");
  body.Set("expires_in", static_cast<std::int64_t>(options_.token_ttl.count())).Set("scope", JoinScopes(granted));
  tokens_[token] = {credentials.id, std::move(granted), clock_.Now() + options_.token_ttl};
  HttpResponse response = JsonResponse(200, ToJson(body.Build()));
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

Checked<std::string> TokenOffice::Authorize(const HttpRequest& request, std::string_view scope) const {
  const auto token = AfterScheme(request.header("Authorization"), "Bearer");
  const auto it = token ? tokens_.find(std::string(*token)) : tokens_.end();
  if (it == tokens_.end() || it->second.expires <= clock_.Now()) {
    auto refusal = Refuse(401, "UNAUTHORIZED", "The access token is missing, unknown or expired.");
    refusal.error().headers.push_back({"WWW-Authenticate", "Bearer error=\"invalid_token\""});
    return refusal;
  }
  if (!it->second.scopes.contains(std::string(scope))) {
    auto refusal = Refuse(403, "INSUFFICIENT_SCOPE", fmt::format("The access token lacks the scope {}.", scope));
    refusal.error().headers.push_back(
        {"WWW-Authenticate", fmt::format("Bearer error=\"insufficient_scope\", scope=\"{}\"", scope)});
    return refusal;
  }
  return it->second.client_id;
}

void TokenOffice::Revoke(const HttpRequest& request) {
  if (const auto token = AfterScheme(request.header("Authorization"), "Bearer")) tokens_.erase(std::string(*token));
}

std::size_t TokenOffice::RevokeAll() {
  DropExpired();
  const std::size_t count = tokens_.size();
  tokens_.clear();
  return count;
}

void TokenOffice::DropExpired() {
  const Instant now = clock_.Now();
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.expires <= now; });
}

}  // namespace cxctl::sim
