#pragma once

#include <functional>
#include <optional>
#include <string>

#include "agent/api_server.h"
#include "agent/commits.h"
#include "agent/controller_runner.h"
#include "agent/event_feed.h"
#include "agent/policy_api.h"
#include "agent/policy_cache.h"
#include "agent/secret_box.h"
#include "agent/status_board.h"
#include "agent/tokens.h"
#include "telemetry/metric_registry.h"

namespace cxctl {

/// The agent: its API, what is deployed to it, and its controllers, all in one loop. Whoever builds it adds the
/// controllers and their routes, then serves `api()` and runs it.
class Agent {
 public:
  struct Parts {
    Loop& loop;
    Random& random;
    AgentStore& store;
    SecretBox& secrets;
    Log& log;
    MetricRegistry& metrics;
    std::string tenant, version;
    std::string admin_token;  ///< "" for none.
    /// Whether the tenant can be used: gets a token. Asked every half a minute, and more often while it cannot.
    std::function<Task<Result<void>>()> check_tenant;
  };
  explicit Agent(Parts parts);
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  ApiServer& api() { return api_; }
  ApiRouter& router() { return api_.router(); }
  Commits& commits() { return commits_; }
  PolicyCache& policies() { return policies_; }
  ControllerRunner& controllers() { return controllers_; }
  StatusBoard& status() { return status_; }
  /// Of this process: leases and audit records have it.
  const std::string& id() const { return id_; }
  Instant started() const { return started_; }
  /// Why the tenant cannot be used; "" while all is well.
  const std::string& tenant_trouble() const { return tenant_trouble_; }

  /// Runs the controllers until Stop was called and they have returned; leases are given back then.
  Task<void> Run();
  /// One step of each controller.
  Task<ControllerRunner::OnceReport> RunOnce();
  /// In the loop: /readyz says no from now on, streams and controllers end.
  void Stop();

 private:
  void AddRoutes();
  void AddOpen(const char* path, std::function<HttpResponse()> answer);
  HttpResponse Ready() const;
  HttpResponse MetricsText(const ApiCall& call) const;
  HttpResponse Status() const;
  Task<void> WatchTenant();

  const Parts parts_;
  const std::string id_;
  const Instant started_;
  Commits commits_;
  TokenBook tokens_;
  PolicyCache policies_;
  StatusBoard status_;
  ControllerRunner controllers_;
  ApiServer api_;
  PolicyApi policy_api_;
  EventFeed events_;
  bool stopping_ = false;
  std::string tenant_trouble_ = "no token has been asked for yet";  ///< "" while all is well.
};

}  // namespace cxctl
