#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "manifest/manifests.h"
#include "time/instant.h"
#include "time/interval_set.h"
#include "time/zone.h"

namespace cxctl {

/// A weekly window in which apply may run.
struct ApplyWindow {
  std::vector<int> days;  ///< 0 Monday … 6 Sunday
  int start_minute = 0, end_minute = 0;
  Zone zone = Zone::Utc();
};

/// The Tenant document as a struct, defaults filled in. Secret fields hold references (see ResolveSecret), not secrets.
struct TenantSettings {
  std::string name;
  std::string base_url;  ///< without a slash at the end
  std::string dialect = "v2";
  std::string token_path = "/oauth/token";
  bool basic_auth = false;
  std::string client_id, client_secret;
  std::vector<std::string> scopes;  ///< empty: the least that is needed
  bool allow_insecure = false;
  double requests_per_second = 10, burst = 10, share = 1;
  int max_concurrency = 8;
  Duration connect_timeout = std::chrono::seconds(5), request_timeout = std::chrono::seconds(30);
  int max_attempts = 6;
  bool fibonacci = false;
  Duration base_delay = std::chrono::milliseconds(500), max_delay = std::chrono::seconds(60);
  std::string ca_file;  ///< "" for the system's; else relative to nothing any more
  std::vector<ApplyWindow> apply_windows;
  std::string agent_url;    ///< "" without an agent; without a slash at the end
  std::string agent_token;  ///< "" where none is written
  /// As LocateState gives it; where it holds a secret reference as written: resolve it, then locate it.
  std::string state_url;
  std::string audit_key;       ///< "" where runs are not signed
  std::string webhook_secret;  ///< Of inbound webhooks; "" where none is written
  std::optional<std::int64_t> capacity;
  std::string folder;  ///< Of the tenant's file: what its relative paths start from.
};

/// The URL of a state store with the path of `sqlite:PATH` made relative to nothing any more; others as they are.
std::string LocateState(const std::string& url, const std::string& folder);

/// REQUIRES: the set has a valid tenant.
TenantSettings ReadTenantSettings(const ManifestSet& set);

/// Whether apply may run at an instant, and if not, when it may next (nothing if never within eight days).
bool InApplyWindow(const std::vector<ApplyWindow>& windows, Instant now);
std::optional<Instant> NextApplyWindow(const std::vector<ApplyWindow>& windows, Instant now);
/// When apply may run within the range: InApplyWindow of all of its instants.
IntervalSet ApplyWindowTime(const std::vector<ApplyWindow>& windows, Interval range);

}  // namespace cxctl
