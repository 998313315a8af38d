#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apply/change_check.h"
#include "apply/journal.h"
#include "apply/lease_keeper.h"
#include "apply/outcome.h"
#include "apply/schedule_watch.h"
#include "async/loop.h"
#include "env/env.h"
#include "plan/plan.h"
#include "plan/snapshot.h"
#include "store/state_store.h"
#include "tenant/provider.h"

namespace cxctl {

/// Told what happens, as it happens.
class ApplyObserver {
 public:
  virtual ~ApplyObserver() = default;
  virtual void OnStart(const Change& change) = 0;
  virtual void OnOutcome(const Change& change, const ChangeOutcome& outcome, std::size_t done, std::size_t total) = 0;
};

/// Who applies what, for the audit log.
struct RunIdentity {
  std::string run, actor, git_commit, git_pr, tenant;
  std::string compliance_windows = "ok", compliance_blackouts = "ok", compliance_capacity = "ok";
};

struct ExecutorOptions {
  std::size_t parallelism = 8;
  bool fail_fast = false;
};

/// Makes the changes of a plan: each write guarded by its ETag or an idempotency key, journalled before it is sent and
/// after it is answered, in the order of the dependencies. A change that fails stops only what depends on it
/// (everything, with fail_fast).
class Executor {
 public:
  /// `stop`: set to 1 by a signal: no new change starts, those under way finish. All references outlive the executor.
  Executor(Loop& loop, Provider& provider, StateStore& store, Journal& journal, const LeaseKeeper& lease,
           Random& random, Arena& arena, RunIdentity identity, ExecutorOptions options, ApplyObserver& observer,
           const std::atomic<int>& stop);

  /// Finds out what became of the intents that earlier runs left open, closes them in journal and audit log, and keeps
  /// creates that never happened for their key. Call before the snapshot that the plan is made from.
  Task<Result<std::size_t>> Recover();

  /// `live`: what the plan was made from (schedules of campaigns that are activated are held against it).
  Task<ApplyReport> Execute(const std::vector<Change>& changes, const LiveState& live);

 private:
  struct CreateCall;   // executor_creates.cc
  struct GuardedCall;  // executor_guarded.cc

  // The order of the changes: executor.cc.
  void Prepare(const std::vector<Change>& changes, const LiveState& live);
  Task<void> CloseUnwanted();
  Task<void> RunChange(std::size_t index);
  void Finished(std::size_t index, ChangeOutcome outcome);
  void SkipDependents(std::size_t index);
  void Summarise();
  bool MayStart() const;
  std::string LeaseLoss() const;

  // One change.
  Task<ChangeOutcome> Make(const Change& change);
  Task<ChangeOutcome> MakeSteps(const Change& change);
  Task<ChangeOutcome> Remember(const Change& change);
  Task<ChangeOutcome> MakeCreate(const Change& change);
  CreateCall PrepareCreate(const Change& change);
  Task<Result<void>> BeginCreate(Intent intent);
  Task<void> SendCreate(CreateCall& call);
  Task<bool> LookUpCreate(CreateCall& call);
  Task<bool> IsStaleReplay(CreateCall& call);
  Task<ChangeOutcome> MakeGuarded(const Change& change);
  Task<bool> FindEtag(GuardedCall& call);
  Task<bool> MayActivate(GuardedCall& call);
  Task<void> SendGuarded(GuardedCall& call);
  Task<bool> ReadAgain(GuardedCall& call);
  Task<ChangeOutcome> Close(const Change& change, Intent intent, ChangeOutcome outcome, WriteResult written,
                            Value after);

  // What earlier runs left open: executor_recovery.cc.
  Task<Result<void>> RecoverIntent(Intent intent);
  Task<Result<void>> RecoverCreate(Intent intent);
  Task<Result<void>> RecoverGuarded(Intent intent);
  Task<Result<void>> CloseUnused(Intent intent, std::string reason);
  Task<Result<void>> CloseRecovered(Intent intent, std::string outcome, std::string reason, std::string live_id,
                                    std::string etag);
  std::vector<std::string> FormerAddresses(const Intent& intent, const std::string& live_id);

  // What is written down: executor_records.cc.
  Value PlannedContent(const Change& change) const;
  Intent MakeIntent(const Change& change, const WriteRequest& request, const Value& after);
  AuditEntry StartEntry() const;
  AuditEntry EntryFor(const Change& change, const Intent& intent, const ChangeOutcome& outcome,
                      const WriteResult& written) const;
  AppliedObject AppliedFor(const Change& change, const std::string& live_id, const Value& after) const;

  Loop& loop_;
  Provider& provider_;
  StateStore& store_;
  Journal& journal_;
  const LeaseKeeper& lease_;
  Random& random_;
  Arena& arena_;
  RunIdentity identity_;
  ExecutorOptions options_;
  ApplyObserver& observer_;
  const std::atomic<int>& stop_;

  const std::vector<Change>* changes_ = nullptr;
  ApplyReport report_;
  std::vector<std::vector<std::size_t>> dependents_;
  std::vector<std::size_t> waiting_;  ///< How many changes each one still waits for.
  std::vector<bool> finished_;
  std::map<std::size_t, bool> ready_;
  std::size_t running_ = 0, done_ = 0;
  bool failed_ = false;
  Signal progress_;
  std::map<std::string, Intent> open_creates_;      ///< By address: creates of earlier runs that are not there.
  std::map<std::string, std::string> created_ids_;  ///< By address.
  std::map<std::pair<ObjectKind, std::string>, const LiveObject*> planned_;  ///< By id: what the plan was made from.
  std::map<std::string, LiveObject> written_campaigns_;  ///< By id: what `planned_` points to after a step.
  std::optional<ScheduleWatch> schedules_;
};

}  // namespace cxctl
