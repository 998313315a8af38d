#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/loop.h"
#include "cli/command.h"
#include "cli/doctor.h"
#include "http/http.h"
#include "manifest/tenant_settings.h"
#include "tenant/tenant_client.h"

namespace cxctl {

/// Passes requests on and keeps what doctor wants to know of the answers.
class WatchingTransport : public HttpTransport {
 public:
  WatchingTransport(HttpTransport& inner, Clock& clock, std::string token_url)
      : inner_(inner), clock_(clock), token_url_(std::move(token_url)) {}
  Task<HttpOutcome> Send(HttpRequest request) override;

  std::optional<Instant> there, here;  ///< Of the newest answer with a Date, and when it came.
  RateSigns rate;
  /// `scope` of the newest token; nothing where its answer did not tell.
  std::optional<std::vector<std::string>> granted;
  std::vector<std::string> denied;  ///< Scopes that an answer with 403 named.

 private:
  void Watch(const std::string& url, const HttpResponse& response);

  HttpTransport& inner_;
  Clock& clock_;
  std::string token_url_;
};

/// What doctor asks the tenant and its agent: reads alone, by a transport that lets nothing else through.
class TenantDoctor {
 public:
  /// kUsage, kNotFound, kIo as MakeCurlTransport and ReadTenantConnection. All references outlive it.
  static Result<std::unique_ptr<TenantDoctor>> Make(Context& context, const TenantSettings& settings, Arena& arena);

  /// Any answer at all, without credentials. Over https:// that is one over verified TLS.
  Check CheckTls();
  /// Gets a token with the scopes; where the tenant refuses some of them, one with those that it grants.
  Check CheckToken(const std::vector<NeededScope>& needed);
  /// REQUIRES: there is a token. Asks for something that is not there with each scope that reads.
  Check CheckScopes(const std::vector<NeededScope>& needed);
  /// Alive, ready, and whether it takes the token.
  Check CheckAgent();

  const WatchingTransport& watch() const { return *watch_; }

 private:
  TenantDoctor(Context& context, const TenantSettings& settings, Arena& arena)
      : context_(context), settings_(settings), arena_(arena) {}
  HttpOutcome Get(const std::string& url);
  Result<void> TokenWith(std::vector<std::string> scopes);
  std::optional<Error> Probe(const std::string& scope);

  Context& context_;
  const TenantSettings& settings_;
  Arena& arena_;
  std::unique_ptr<CurlTransport> transport_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<HttpTransport> read_only_;
  std::unique_ptr<WatchingTransport> watch_;
  TenantConnection connection_;
  std::unique_ptr<TenantClient> client_;  ///< The one whose token came.
  std::optional<std::vector<std::string>> granted_;
};

}  // namespace cxctl
