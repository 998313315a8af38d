#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plan/planner.h"
#include "plan/rollback.h"
#include "time/interval_set.h"

// Inside of the planner: what its parts (plan_campaigns.cc, plan_schedules.cc, plan_codes.cc,
// plan_policies.cc, plan_callbacks.cc, rollback.cc, guards.cc)
// share.

namespace cxctl {

struct Lifecycle {
  bool prevent_destroy = false;
  std::string removal;
};

class Planning {
 public:
  explicit Planning(const PlanInputs& inputs);

  // Parts, in this order.
  void PlanCampaigns();
  void PlanSchedules();
  void PlanCodes();
  void PlanPolicies();
  /// Scheduled callbacks against their policies.
  void PlanCallbacks();
  void PlanReleases();
  /// Instead of the others: the inverse of what a run did.
  void PlanRollback(const std::vector<RecordedWrite>& writes);
  void JudgeGuards(Plan& plan) const;

  std::vector<Change> changes;
  std::vector<Held> held;
  std::vector<Violation> violations;
  std::vector<Unmanaged> unmanaged;
  std::vector<Irreversible> irreversible;
  std::size_t unchanged = 0;

 private:
  struct Known {
    const AppliedObject* object = nullptr;
    bool moved = false;  ///< It is known under an earlier name.
  };

  /// What was last applied to the object, under its own or an earlier name.
  Known FindKnown(const DesiredObject& object);
  const AppliedObject* FindApplied(const std::string& address) const;
  Lifecycle RememberedLifecycle(const AppliedObject& object) const;

  Change Start(const DesiredObject& object, const LiveObject& live) const;
  /// Compares, decides on the action and adds the change, or counts the object as unchanged.
  /// `controlled`: members whose wanted value is a controller's bound, not git's.
  void AddExisting(const DesiredObject& object, const LiveObject& live, const Value& desired, Known known, bool renamed,
                   std::vector<std::string> controlled = {});
  bool IsRemembered(const DesiredObject& object, const AppliedObject& known) const;
  void AddCampaignWrite(Change& change, const LiveObject& live) const;
  void AddCampaignSteps(Change& change, const std::string& from) const;
  bool ChangesFixedMember(const Change& change) const;
  Reason ReasonFor(const Change& change, const AppliedObject* known) const;
  Value LiveContent(const LiveObject& live) const;

  Value OwnedByPacing(const DesiredObject& object, const LiveObject& live, Value desired,
                      std::vector<std::string>& controlled);
  bool IsOwnReason(const Document& policy, std::string_view reason) const;
  Value OwnedByThrottle(const DesiredObject& object, const LiveObject& live, Value desired);
  void AddOtherName(const DesiredObject& object, const LiveObject& live);

  const LiveObject* FindSchedule(const DesiredObject& object, const std::string& campaign_id, const Known& known,
                                 bool& renamed);
  void LeaveBehind(const AppliedObject& object, std::size_t successor);
  void AddScheduleRemoval(const LiveObject& live, const std::string& address, const Lifecycle& lifecycle,
                          const Position& source);
  void PlanScheduleRemovals();
  void PlanUndeclaredSchedules(const DesiredObject& campaign_document);
  std::string FreeAddress(const std::string& base, const std::string& qualifier);

  const LiveObject* FindPolicy(ObjectKind kind, const std::string& name) const;
  void PlanPolicy(const DesiredObject& object);
  /// With what is known live alone: the campaign's id, the secret's fingerprint, what `ignoreChanges` leaves to `live`.
  Value ResolvedPolicy(const DesiredObject& object, const LiveObject* live) const;
  const LiveObject* FindRenamed(const DesiredObject& object, Known& known) const;
  void AddPolicyCreate(const DesiredObject& object, const Value& content, bool drifted);
  void AddPolicyUpdate(const DesiredObject& object, const LiveObject& live, const Value& content, const Known& known);
  void AddPolicyRename(const DesiredObject& object, const LiveObject& old, const Value& content, const Known& known);
  Change& AddPolicyRemoval(const LiveObject& live, const std::string& address, bool prevent_destroy);
  void PlanPolicyRemovals();

  struct Judge;
  void PlanCallback(const DesiredObject& policy, const LiveObject& callback, const Judge& judge);

  struct Tree;
  void LeaveCodeBehind(const AppliedObject& object, std::size_t successor);
  void AddCodeRemoval(const LiveObject& live, const std::string& address, const std::string& path,
                      const Lifecycle& lifecycle, const Position& source);
  void PlanCodeRemovals(const std::string& category, const Tree& tree);
  bool MayRemove(const std::string& address) const;
  /// A document that takes no part in this plan stands for it, under this or a later name.
  bool IsReserved(const std::string& address) const;
  void ReserveForLeftOut();

  void Undo(const RecordedWrite& write);
  void UndoCreate(const RecordedWrite& write, const LiveObject* live);
  void UndoRemoval(const RecordedWrite& write);
  void UndoUpdate(const RecordedWrite& write, const LiveObject* live);
  void UndoPolicy(const RecordedWrite& write);
  const LiveObject* FindLive(const RecordedWrite& write) const;

  bool IsJudged(const Change& change) const {
    return in_.options.judged.empty() || in_.options.judged.contains(change.address);
  }
  std::map<ObjectKind, std::size_t> CountManaged() const;
  void AddRuleGuard(Plan& plan, Guard guard, const Position& position) const;
  void GuardPause(Plan& plan, const Change& change) const;
  void GuardSuspended(Plan& plan, const Change& change) const;
  void GuardHold(Plan& plan, const Change& change) const;
  void GuardActivation(Plan& plan, const Change& change) const;
  std::optional<IntervalSet> PermittedAfter(const Plan& plan, const Change& change, const Document* document,
                                            Interval horizon) const;
  std::optional<IntervalSet> ScheduledAfter(const Plan& plan, const Change& change, Interval horizon) const;

  const PlanInputs& in_;
  std::map<std::string_view, const AppliedObject*> applied_;
  std::set<std::string> consumed_;   ///< Addresses of the store that found their object.
  std::set<std::string> reserved_;   ///< Addresses of the store whose document takes no part in this plan.
  std::set<std::string> addresses_;  ///< In use by a document or a change.
  std::set<std::pair<std::string, std::string>> claimed_;  ///< (scope, live id) of objects that a document stands for.
  std::set<std::pair<std::string, std::string>>
      declared_;  ///< (campaign document or category, identity), selected or not.
};

}  // namespace cxctl
