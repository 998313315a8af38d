#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/campaign_write.h"
#include "agent/controller_context.h"
#include "agent/throttle_hold.h"

namespace cxctl {

/// Pauses one campaign when its figures break its ThrottlePolicy, and resumes it when the time has come (runtime.md,
/// Throttling): if it is still this controller's own pause, within the permitted time of the live schedules and of the
/// calendar deployed with the policy, and under no compliance hold; else it says why not, and looks again.
///
/// A pause is told of (`campaign.paused`) when the tenant has answered that it holds. What somebody else makes of the
/// campaign meanwhile stands: the controller then forgets its pause. After a resume, calls from before the pause decide
/// nothing. What it remembers and its writes are kept and fenced as PacingController's are.
class ThrottleController {
 public:
  ThrottleController(ControllerContext& context, std::string policy);

  /// One judgement, and one pause or resume at most.
  Task<StepOutcome> Step(AgentLease lease);

  /// For GET /v1/status: a JSON object.
  std::string StatusJson() const;

 private:
  /// What one step works on.
  struct Round {
    std::shared_ptr<const Policies> policies;
    const DeployedThrottle* policy = nullptr;
    AgentLease lease;
    LiveCampaign campaign;
  };

  Result<void> LoadRecord(const AgentLease& lease);
  Task<StepOutcome> Judge(Round& round);
  Task<bool> FinishPending(Round& round);
  Task<StepOutcome> Watch(Round& round);
  Task<StepOutcome> KeepHold(Round& round);
  Task<StepOutcome> TellBlocked(Round& round, std::string why);
  Task<Result<std::optional<Instant>>> ClosedUntil(const Round& round, bool& closed);
  Task<StepOutcome> Pause(Round& round, const ThrottleVerdict& verdict, std::int64_t attempts, Instant asked);
  Task<StepOutcome> Resume(Round& round);
  Task<std::optional<SentWrite>> Send(Round& round, bool pause, const ThrottleHold& hold, StepOutcome& kept);
  Task<StepOutcome> Finish(Round& round, const SentWrite& sent, std::optional<Event> event);
  Task<StepOutcome> Save(Round& round, std::optional<AuditEntry> audit, std::optional<Event> event);
  Task<std::optional<std::int64_t>> VolumeNow(const Round& round);
  AgentWrite RecordWrite() const;
  Event MakeEvent(std::string type, std::string data) const;
  WriteOrigin Origin() const;

  ControllerContext& context_;
  const std::string name_;

  std::int64_t epoch_ = 0;
  std::optional<ThrottleHold> hold_;
  std::optional<CampaignWrite> pending_;
  std::optional<ThrottleHold> pending_hold_;  ///< Of a pending pause; nothing: a resume is pending.
  std::optional<Instant> resumed_at_;

  std::string state_ = "starting", reason_;
  std::optional<ThrottleVerdict> verdict_;
  std::optional<Instant> stepped_at_;
};

}  // namespace cxctl
