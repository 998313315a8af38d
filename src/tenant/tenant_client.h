#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "async/loop.h"
#include "env/env.h"
#include "http/http.h"
#include "tenant/analytics.h"
#include "tenant/campaign_control.h"
#include "tenant/campaign_states.h"
#include "tenant/contact_center.h"
#include "tenant/provider.h"

namespace cxctl {

/// How a tenant is reached: the Tenant document's connection part, secrets resolved.
struct TenantConnection {
  std::string base_url;  ///< without a slash at the end
  std::string dialect = "v2";
  std::string token_path = "/oauth/token";
  enum class AuthStyle { kBody, kBasic } auth_style = AuthStyle::kBody;
  std::string client_id, client_secret;
  std::vector<std::string> scopes;  ///< What the token is asked for.
  bool fixed_scopes = false;        ///< The document names the scopes: RequireScopes adds nothing.
  double requests_per_second = 10;  ///< already times `share`
  double burst = 10;
  int max_concurrency = 8;
  std::chrono::milliseconds connect_timeout{5000}, request_timeout{30000};
  int max_attempts = 6;  ///< the first try counted
  enum class Backoff { kExponential, kFibonacci } backoff = Backoff::kExponential;
  std::chrono::milliseconds base_delay{500}, max_delay{60000};
};

/// Told of every request that was sent, for `-v`, progress and counts. Gets no secret: no headers, no bodies, and the
/// path without its query.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  virtual void OnRequest(std::string_view method, std::string_view path, int status_or_0, Duration latency,
                         std::string_view note) = 0;
};

/// Counts since the client was made. Token requests count as requests.
struct ClientStatistics {
  std::int64_t requests = 0, retries = 0, throttled = 0;
};

/// A tenant behind the Provider interface. Single-threaded: everything happens in the loop.
class TenantClient : public Provider {
 public:
  virtual ClientStatistics statistics() const = 0;
  /// Requests a second that the client allows itself at the moment.
  virtual double current_rate() const = 0;
  /// Whether a token is to be had, with the scopes that are required. Asks for one only if there is none that is
  /// current.
  virtual Task<Result<void>> CheckToken() = 0;
  /// Of the API that it speaks.
  virtual const CampaignStates& campaign_states() const = 0;
  /// The rest of what the tenant offers, by the same token and limits. Lives as long as this.
  virtual ContactCenter& contact_center() = 0;
  /// The same client as controllers see it: its token, its limits. Lives as long as this.
  virtual CampaignControl& campaign_control() = 0;
  /// The same client as reports see it: its token, its limits. Lives as long as this.
  virtual Analytics& analytics() = 0;
};

/// Fails with kUsage for a dialect that does not exist (naming those that do). `observer` may be null. All references
/// must outlive the client.
Result<std::unique_ptr<TenantClient>> MakeTenantClient(TenantConnection connection, Arena& arena, Loop& loop,
                                                       HttpTransport& transport, Random& random,
                                                       RequestObserver* observer);

}  // namespace cxctl
