#pragma once

#include <functional>
#include <optional>
#include <string>

#include "agent/status_board.h"
#include "async/loop.h"
#include "base/result.h"
#include "store/agent_store.h"

namespace cxctl {

/// The time for which this process is the one that runs a controller. It ends when the process stops, or when the lease
/// could not be renewed: then another process may have begun.
class Tenure {
 public:
  Tenure(Loop& loop, AgentLease lease) : loop_(loop), lease_(std::move(lease)), changed_(loop) {}

  /// Whether the controller may go on: start a request, write. Judged by the clock, too.
  bool is_held() const { return !ended_ && loop_.clock().Now() < lease_.expires; }
  /// Goes into every batch that the controller writes: the store refuses it once somebody else has the lease.
  const AgentLease& lease() const { return lease_; }
  /// How long the lease holds unless it is renewed. Nothing that is not in a batch may take longer.
  Duration left() const { return is_held() ? lease_.expires - loop_.clock().Now() : Duration::zero(); }
  /// Waits so long, or until the tenure ends or Wake is called.
  Task<void> Sleep(Duration duration);
  /// There is something to do: ends Sleep.
  void Wake();

  // For the runner.
  void Renew(AgentLease lease) { lease_ = std::move(lease); }
  void End();

 private:
  Loop& loop_;
  AgentLease lease_;
  Signal changed_;
  bool ended_ = false, woken_ = false;
};

/// What a step came to.
struct ControllerStep {
  Duration next = std::chrono::seconds(1);  ///< Until the next one.
  bool missed_metric = false;               ///< A figure that it needed was not to be had (`--once` exits with 1).
  std::optional<Error> error;               ///< It could not do its work; the next step tries again.
};

/// A part of the agent that runs in one process at a time. Lives in the agent's loop.
class Controller {
 public:
  virtual ~Controller() = default;
  /// Name of its lease: "pacing", "deliveries". The same in every process.
  virtual std::string name() const = 0;
  /// Does what is due now and returns; for `--once`, and what Run does over and over.
  virtual Task<ControllerStep> Step(Tenure& tenure) = 0;
  /// Works until the tenure ends and then returns soon. By default: a step, a wait for as long as it asked, and so on.
  virtual Task<void> Run(Tenure& tenure);
  /// Its state, for GET /v1/status.
  virtual Value Describe(Arena& /*arena*/) { return {}; }

  /// Has `told` called after each step, for logs and figures. A Run of one's own calls Report.
  void SetObserver(std::function<void(const ControllerStep&)> told) { told_ = std::move(told); }

 protected:
  void Report(const ControllerStep& step) {
    if (told_) told_(step);
  }

 private:
  std::function<void(const ControllerStep&)> told_;
};

}  // namespace cxctl
