#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "tenant/credentials.h"
#include "tenant/tenant_client.h"
#include "tenant/wire.h"

namespace cxctl {

/// Gets bearer tokens with client credentials (RFC 6749 section 4.4) and keeps the current one. However many requests
/// ask at once, one token request is under way. A new token is asked for before the old one expires: by 30 seconds or a
/// tenth of its life, whichever is less.
///
/// A passing failure of the token endpoint (429, 500, 502, 503, 504, no answer, no token in the answer) is repeated
/// under the same rules as any read. A refusal (invalid_client, invalid_scope, ...) is not, and for a minute it is the
/// answer to whoever asks: credentials that are tried again and again get locked.
class TokenSource final : public Credentials {
 public:
  /// `wire` must outlive it.
  TokenSource(const TenantConnection& connection, Wire& wire);

  /// A token that is current and has all required scopes. kUnauthorized when the endpoint refuses, kUnavailable when it
  /// cannot be reached or only answers with failures. No message shows a credential.
  Task<Result<AccessToken>> Get() override;
  /// The tenant did not accept the token of that generation. Does nothing if there is a newer one already.
  void Invalidate(std::uint64_t generation) override;
  /// Whether the token was given up or has expired since Get handed it out.
  bool IsOutdated(const AccessToken& token) const override;
  int most_fresh_tokens() const override { return 2; }
  std::string Advice(int status, std::string_view missing_scope) const override;
  /// Later tokens carry these scopes as well (unless the scopes are fixed).
  void RequireScopes(const std::vector<std::string>& scopes);

 private:
  struct Flight;
  Task<void> Fetch(std::shared_ptr<Flight> flight);
  Task<Result<AccessToken>> Request();
  HttpRequest MakeRequest() const;
  Result<AccessToken> ReadToken(const HttpResponse& response, Duration asked_at);
  Error Refusal(const Exchange& exchange) const;
  std::string ScopeList() const;

  Wire& wire_;
  const std::string base_url_, path_, client_id_, client_secret_;
  const TenantConnection::AuthStyle style_;
  const bool fixed_scopes_;
  std::vector<std::string> scopes_;
  std::uint64_t scopes_version_ = 0;

  std::optional<AccessToken> token_;
  std::uint64_t token_scopes_version_ = 0;
  std::uint64_t last_generation_ = 0, invalidated_ = 0;
  std::shared_ptr<Flight> flight_;  ///< The refresh under way, or null.
  std::optional<Error> refusal_;
  Duration refusal_until_{0};
};

}  // namespace cxctl
