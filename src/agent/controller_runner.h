#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/controller.h"
#include "telemetry/telemetry.h"

namespace cxctl {

/// Runs each controller while this process holds its lease: taken for ten seconds, renewed every three, asked for again
/// every three while somebody else has it, so that a process that died is taken over within fifteen. Given back at a
/// stop.
class ControllerRunner {
 public:
  static constexpr Duration kLease = std::chrono::seconds(10);
  static constexpr Duration kRenewEvery = std::chrono::seconds(3);

  struct Parts {
    Loop& loop;
    AgentStore& store;
    std::string tenant;
    std::string owner;  ///< Id of this process.
    Log& log;
    Metrics& metrics;
  };
  explicit ControllerRunner(Parts parts);
  ControllerRunner(const ControllerRunner&) = delete;
  ControllerRunner& operator=(const ControllerRunner&) = delete;
  ~ControllerRunner();

  /// Before Run. Their order is that of RunOnce.
  void Add(std::unique_ptr<Controller> controller);
  /// Controllers that come and go, such as one a policy: `wanted` names those that there should be (each its lease's
  /// name), looked at every two seconds, `make` makes one. One that is not wanted any more ends like one that lost its
  /// lease. Before Run.
  void AddSource(std::function<std::vector<std::string>()> wanted,
                 std::function<std::unique_ptr<Controller>(const std::string& name)> make);
  /// Runs them all until Stop was called and each has returned.
  Task<void> Run();
  void Stop();
  /// The controller of that name has something to do; nothing happens if it runs elsewhere.
  void Wake(std::string_view name);

  struct OnceReport {
    int steps = 0, held_elsewhere = 0, failed = 0, missed_metrics = 0;
  };
  /// Each controller's state, by name.
  Value Describe(Arena& arena) const;

  /// One step of each, one after another; those that another process holds are left out.
  Task<OnceReport> RunOnce();

 private:
  struct Place;
  struct Source {
    std::function<std::vector<std::string>()> wanted;
    std::function<std::unique_ptr<Controller>(const std::string&)> make;
  };
  void AddPlace(std::unique_ptr<Controller> controller, const Source* source);
  void FollowSources();
  Task<void> RunPlace(Place& place);
  Task<void> RunTenure(Place& place, AgentLease lease);
  Task<void> RunController(Place& place, Tenure& tenure, bool& done, Signal& ended);
  Task<void> StepOnce(Place& place, Tenure& tenure, ControllerStep& step, bool& done, Signal& ended);
  Task<void> KeepLease(Place& place, Tenure& tenure, bool& done, Signal& ended);
  std::optional<AgentLease> Acquire(Place& place);
  void Release(const Place& place);
  void Note(Place& place, const ControllerStep& step);

  Parts parts_;
  Signal changed_, stopped_;
  bool stopping_ = false;
  std::vector<std::unique_ptr<Source>> sources_;
  std::vector<std::unique_ptr<Place>> places_;
};

}  // namespace cxctl
