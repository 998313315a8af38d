#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/controller_context.h"
#include "cli/child_process.h"

namespace cxctl {

/// Holds the tenant against the manifests every so often (`--reconcile report`), or brings it back to them
/// (`--reconcile apply`), by running cxctl itself: a run from here has the lease, the guards, the audit records and the
/// exit codes of any other, and its memory is gone when it ends.
///
/// Drift is told of (`drift.detected`) when it is another than the time before. An apply that has to undo drift more
/// than three times within an hour fights somebody: it only reports until the hour is over.
class ReconcileController {
 public:
  enum class Mode { kReport, kApply };
  using Start = std::function<Result<std::unique_ptr<ChildProcess>>(const std::vector<std::string>&)>;

  /// `command`: the program, without a subcommand. `flags`: for each run, `-t FILE` among them.
  ReconcileController(ControllerContext& context, Mode mode, std::string program, std::vector<std::string> flags,
                      Start start);

  Task<StepOutcome> Step(AgentLease lease);
  Mode mode() const { return mode_; }

  /// For GET /v1/status: a JSON object with `checkedAt`, `items` and `state`.
  std::string StatusJson() const;

 private:
  struct Run {
    int exit = 0;
    std::string output, errors;
  };
  struct Item {
    std::string address, status;
  };

  Task<Result<Run>> Execute(std::vector<std::string> words);
  Task<StepOutcome> Report(const AgentLease& lease);
  Task<StepOutcome> Apply(const AgentLease& lease);
  Task<StepOutcome> Tell(const AgentLease& lease, std::string type, std::string data);
  Result<void> ReadDrift(const std::string& json);
  StepOutcome Broken(const Run& run);
  bool IsFighting();
  std::string Fingerprint() const;

  ControllerContext& context_;
  const Mode mode_;
  const std::string program_;
  const std::vector<std::string> flags_;
  const Start start_;

  std::vector<Item> items_;
  std::string told_;                 ///< Fingerprint of the drift that was last told of.
  std::deque<Instant> corrections_;  ///< Applies that undid drift, within the last hour.
  std::optional<Instant> checked_at_;
  std::string state_ = "starting", reason_;
};

}  // namespace cxctl
