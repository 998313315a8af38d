#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "agent/campaign_write.h"
#include "agent/controller_context.h"
#include "pacing/pacing.h"

namespace cxctl {

/// Keeps one campaign's dial rate where its PacingPolicy says (runtime.md, Pacing). What it remembers (the pacer's
/// windows, when it last had figures, a write under way) is in the store after each step, so that a restart, or another
/// replica, goes on where it stopped.
///
/// A write is durable in its record before it is sent, and in the audit chain with a `pacing.adjusted` event after the
/// answer. One whose answer was lost is looked up by the next step: found done it is `recovered`. The lease fences
/// both.
class PacingController {
 public:
  /// A sample as charts show it.
  struct Point {
    Instant at;
    std::int64_t dial_rate = 0, target = 0;
    double available = 0, answer_rate = 0;
    std::optional<double> abandon_rate;
  };

  PacingController(ControllerContext& context, std::string policy);

  /// One judgement, and one adjustment at most.
  Task<StepOutcome> Step(AgentLease lease);

  /// For GET /v1/status: a JSON object.
  std::string StatusJson() const;

 private:
  struct Round;

  Result<void> LoadRecord(const DeployedPacing& policy, const AgentLease& lease);
  Task<StepOutcome> Judge(Round& round);
  Task<StepOutcome> Decide(Round& round, DialSample sample);
  Task<StepOutcome> OnMissed(Round& round, std::string why);
  Task<StepOutcome> Adjust(Round& round, std::int64_t target, std::string data);
  Task<std::optional<SentWrite>> SetRate(Round& round, std::int64_t target, StepOutcome& kept);
  Task<bool> FinishPending(Round& round);
  Task<StepOutcome> Save(Round& round, std::optional<AuditEntry> audit, std::optional<Event> event);
  AgentWrite RecordWrite() const;
  Event MakeEvent(std::string type, std::string data) const;
  std::string EventData(const Round& round, const DialSample& sample, const PacingDecision& decision) const;
  std::string BlindEventData(const Round& round, std::int64_t target) const;
  WriteOrigin Origin() const;

  ControllerContext& context_;
  const std::string name_;

  std::int64_t epoch_ = 0;    ///< Of the lease under which the record was read; 0: not yet.
  std::int64_t version_ = 0;  ///< Of the policy that the pacer was made for.
  std::unique_ptr<Pacer> pacer_;
  std::optional<Instant> last_figures_;
  std::optional<CampaignWrite> pending_;
  std::string pending_data_;  ///< Of the event that follows when it is done.
  std::deque<Point> points_;

  std::string state_ = "starting";  ///< In a word or two, for people.
  std::string reason_;
  std::optional<Instant> stepped_at_;
};

}  // namespace cxctl
