#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/api.h"
#include "async/task.h"
#include "http/server.h"

namespace cxctl {

/// Answers a request as a coroutine in the agent's loop. What `call` refers to lives until it returns.
using ApiHandler = std::function<Task<ApiAnswer>(ApiCall call)>;
/// The same for an answer without an end. It answers with `stream`; nothing: `stream` did.
using ApiStreamHandler = std::function<Task<std::optional<ApiError>>(ApiCall call, Responder stream)>;

/// An operation of the agent's API and who may use it.
struct ApiRoute {
  std::string method;  ///< "GET" answers HEAD, too.
  std::string path;    ///< "/v1/policies/{kind}/{name}"
  enum class Access {
    kOpen,                ///< Anybody; the handler may look at a signature.
    kRole,                ///< A token that has one of the roles, or `admin`.
    kRoleUnlessLoopback,  ///< The same, but nobody is asked where the agent listens on loopback alone.
  } access = Access::kRole;
  std::vector<std::string> roles;
  /// A body must be application/json; a request without one reaches the handler.
  bool json_body = false;
  bool quiet = false;  ///< Answers that are no errors are not logged: probes.
  /// Requests are counted against the token's allowance for callbacks, not against its usual one.
  bool is_for_callbacks = false;
  std::variant<ApiHandler, ApiStreamHandler> handler;
};

class ApiRouter {
 public:
  /// A method and path that are there already are replaced.
  void Add(ApiRoute route);

  struct Match {
    const ApiRoute* route = nullptr;      ///< Null: `error` says why.
    std::vector<std::string> parameters;  ///< Percent-decoded.
    ApiError error;                       ///< 404, or 405 with Allow.
  };
  /// `path` without query. Segments are compared as they are written; a parameter takes one segment that is not empty.
  Match Find(std::string_view method, std::string_view path) const;

 private:
  std::vector<ApiRoute> routes_;
};

}  // namespace cxctl
