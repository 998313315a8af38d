#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "env/env.h"
#include "sim/call.h"
#include "sim/sim_tenant.h"

namespace cxctl::sim {

/// Issues bearer tokens for client credentials (RFC 6749 section 4.4) and checks them (RFC 6750).
class TokenOffice {
 public:
  /// `scopes` are all that exist.
  TokenOffice(const SimOptions& options, Clock& clock, std::set<std::string> scopes);

  /// The token endpoint. Errors have the body of RFC 6749 section 5.2.
  HttpResponse Issue(const HttpRequest& request, Random& random);
  /// The client that the request's token was issued to. 401 or 403 with WWW-Authenticate.
  Checked<std::string> Authorize(const HttpRequest& request, std::string_view scope) const;
  /// The request's token is unknown from now on.
  void Revoke(const HttpRequest& request);
  /// Returns how many valid tokens there were.
  std::size_t RevokeAll();

 private:
  struct Token {
    std::string client_id;
    std::set<std::string> scopes;
    Instant expires;
  };
  struct Credentials {
    std::string id, secret;
    bool basic = false;
  };
  bool Accepts(const Credentials& credentials) const;
  void DropExpired();

  const SimOptions& options_;
  Clock& clock_;
  std::set<std::string> scopes_;
  std::unordered_map<std::string, Token> tokens_;
};

/// Whether the header's media type is `type`, whatever its parameters; a charset other than UTF-8 is not.
bool HasMediaType(const HttpRequest& request, std::string_view type);

}  // namespace cxctl::sim
