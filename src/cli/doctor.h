#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "time/instant.h"
#include "value/value.h"

// The parts of `cxctl doctor` that judge and draw, without asking anybody.

namespace cxctl {

/// What one look at the set-up came to.
struct Check {
  enum class Status { kOk, kWarning, kFailed, kSkipped };
  std::string name;  ///< "token"
  Status status = Status::kOk;
  std::string message;  ///< What was found: a clause, without secrets.
  std::string help;     ///< What to do next; "" where there is nothing to do.
};

/// "ok", "warning", "failed", "skipped"
std::string_view StatusName(Check::Status status);

/// A line a check: sign, word, name, what was found and what to do. `columns`: of the terminal, whose width longer
/// lines are broken at; 0: they are not.
std::string RenderChecks(const std::vector<Check>& checks, bool color, std::size_t columns);
/// Whether none of them failed.
bool Passed(const std::vector<Check>& checks);
/// `{"passed", "checks": [{"name", "status", "message", "help"}]}`
Value ChecksJson(Arena& arena, const std::vector<Check>& checks);

/// Where a URL leads.
struct Endpoint {
  std::string host;  ///< Without brackets.
  std::string port;
  bool tls = false;
};
/// Nothing for what is no http:// or https:// URL.
std::optional<Endpoint> EndpointOf(std::string_view url);

/// The clock here against the tenant's: off by more than 30 s is a warning, by more than 5 minutes a failure (tokens
/// and schedules are judged by time). A Date header counts whole seconds.
Check JudgeClock(Instant here, std::optional<Instant> there);

/// What the answers said of the tenant's rate limit.
struct RateSigns {
  std::optional<double> limit;  ///< Requests a second.
  std::string header;           ///< Where it stood.
  int refused = 0;              ///< Answers with 429.
  std::string retry_after;      ///< Of the last of them.
};
/// Reads `RateLimit-Policy: "x";q=100;w=10`, `RateLimit-Limit: 100;w=10` and `X-RateLimit-Limit: 10` (a second's worth
/// where no window is told). Nothing for any other name or text.
std::optional<double> ReadRateLimit(std::string_view header_name, std::string_view value);
/// `requests_per_second`: as the Tenant document says, `share` of it for cxctl.
Check JudgeRate(const RateSigns& signs, double requests_per_second, double share);

/// A scope and what it is needed for.
struct NeededScope {
  std::string scope;
  std::string purpose;  ///< "apply of CampaignSchedule"
};
/// `granted`: nothing where the tenant does not tell. `denied`: what a request was refused for.
Check JudgeScopes(const std::vector<NeededScope>& needed, const std::optional<std::vector<std::string>>& granted,
                  const std::vector<std::string>& denied);

}  // namespace cxctl
