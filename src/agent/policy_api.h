#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/api_router.h"
#include "agent/commits.h"
#include "agent/policy_cache.h"

namespace cxctl {

/// `/v1/policies`: PacingPolicy, ThrottlePolicy, CallbackPolicy and Sink documents in their resolved form,
/// `{"spec", "campaignId"?, "calendar"?, "sinks"?}`. Every change is guarded by an ETag, is an audit record in the same
/// transaction, and holds for every replica within seconds. A sink's secret comes in the clear, is stored sealed, and
/// is never shown: GET has `"secret": "(secret)"` and a `secretFingerprint` beside spec.
class PolicyApi {
 public:
  struct Parts {
    Commits& commits;
    PolicyCache& cache;
    SecretBox& secrets;
    Clock& clock;
    Log& log;
    std::string run;  ///< Id of the agent process, for audit records.
  };
  explicit PolicyApi(Parts parts) : parts_(std::move(parts)) {}

  void AddRoutes(ApiRouter& router);

 private:
  struct Change;
  Task<ApiAnswer> List(ApiCall call);
  Task<ApiAnswer> Get(ApiCall call);
  Task<ApiAnswer> Put(ApiCall call);
  Task<ApiAnswer> Delete(ApiCall call);
  Task<ApiAnswer> Commit(Change change);
  std::expected<std::optional<AgentRecord>, ApiError> Find(const std::string& id, std::string_view request_id);
  ApiError Unavailable(const Error& error, std::string_view request_id);

  const Parts parts_;
};

}  // namespace cxctl
