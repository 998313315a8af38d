#include "apply/executor.h"

#include <fmt/format.h>

#include <algorithm>

namespace cxctl {

Executor::Executor(Loop& loop, Provider& provider, StateStore& store, Journal& journal, const LeaseKeeper& lease,
                   Random& random, Arena& arena, RunIdentity identity, ExecutorOptions options, ApplyObserver& observer,
                   const std::atomic<int>& stop)
    : loop_(loop),
      provider_(provider),
      store_(store),
      journal_(journal),
      lease_(lease),
      random_(random),
      arena_(arena),
      identity_(std::move(identity)),
      options_(options),
      observer_(observer),
      stop_(stop),
      progress_(loop) {}

bool Executor::MayStart() const {
  return stop_.load() == 0 && !journal_.failure() && lease_.Holds() && !(options_.fail_fast && failed_);
}

void Executor::Prepare(const std::vector<Change>& changes, const LiveState& live) {
  changes_ = &changes;
  report_.run = identity_.run;
  report_.outcomes.resize(changes.size());
  finished_.assign(changes.size(), false);
  waiting_.assign(changes.size(), 0);
  dependents_.assign(changes.size(), {});
  std::map<std::string, std::size_t> index_of;
  for (std::size_t i = 0; i < changes.size(); ++i) index_of[changes[i].address] = i;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    for (const std::string& needed : changes[i].depends_on) {
      const auto found = index_of.find(needed);
      if (found == index_of.end()) continue;
      ++waiting_[i];
      dependents_[found->second].push_back(i);
    }
    if (waiting_[i] == 0) ready_[i] = true;
  }
  for (const auto& [address, campaign] : live.campaigns) planned_[{campaign.kind, campaign.id}] = &campaign;
  for (const auto& [address, policy] : live.policies) planned_[{policy.kind, policy.id}] = &policy;
  for (const auto* lists : {&live.schedules, &live.codes, &live.callbacks}) {
    for (const auto& [scope, listed] : *lists) {
      for (const LiveObject& object : listed) planned_[{object.kind, object.id}] = &object;
    }
  }
  schedules_.emplace(arena_, changes, live);
}

/// Creates of earlier runs that never happened and that nobody wants any more.
Task<void> Executor::CloseUnwanted() {
  std::map<std::string, Intent> unwanted = open_creates_;
  for (const Change& change : *changes_) {
    if (change.action == Action::kCreate) unwanted.erase(change.address);
  }
  for (const auto& [address, intent] : unwanted) {
    open_creates_.erase(address);
    Intent unused = intent;
    std::string reason = "the run was cut off; the object was never created";
    Result<void> closed = co_await CloseUnused(std::move(unused), std::move(reason));
    if (!closed) break;  // the journal remembers the failure: nothing starts
  }
}

Task<ApplyReport> Executor::Execute(const std::vector<Change>& changes, const LiveState& live) {
  Prepare(changes, live);
  co_await CloseUnwanted();
  while (done_ < changes.size()) {
    while (!ready_.empty() && running_ < options_.parallelism && MayStart()) {
      const std::size_t next = ready_.begin()->first;
      ready_.erase(ready_.begin());
      ++running_;
      loop_.Spawn(RunChange(next));
    }
    if (running_ == 0) break;  // what is left was not started
    co_await progress_.Wait();
  }
  Summarise();
  co_return std::move(report_);
}

std::string Executor::LeaseLoss() const {
  // The store knows first when somebody took over.
  const std::optional<Error>& failure = journal_.failure();
  if (failure && failure->code == ErrorCode::kRefused) return failure->message;
  if (lease_.Holds()) return "";
  return lease_.loss().empty() ? "it could not be renewed in time" : lease_.loss();
}

void Executor::Summarise() {
  report_.interrupted = stop_.load() != 0;
  report_.lease_loss = LeaseLoss();
  if (journal_.failure() && journal_.failure()->code != ErrorCode::kRefused) {
    report_.store_failure = journal_.failure()->message;
  }
  for (std::size_t i = 0; i < finished_.size(); ++i) {
    if (finished_[i]) continue;
    report_.outcomes[i].error = "the run was stopped before it";
    observer_.OnOutcome((*changes_)[i], report_.outcomes[i], done_, finished_.size());
  }
}

Task<void> Executor::RunChange(std::size_t index) {
  const Change& change = (*changes_)[index];
  observer_.OnStart(change);
  ChangeOutcome outcome = co_await Make(change);
  --running_;
  Finished(index, std::move(outcome));
  progress_.NotifyAll();
}

void Executor::Finished(std::size_t index, ChangeOutcome outcome) {
  finished_[index] = true;
  ++done_;
  const bool succeeded = outcome.succeeded();
  report_.outcomes[index] = std::move(outcome);
  observer_.OnOutcome((*changes_)[index], report_.outcomes[index], done_, changes_->size());
  if (!succeeded) {
    failed_ = true;
    SkipDependents(index);
    return;
  }
  for (std::size_t dependent : dependents_[index]) {
    if (--waiting_[dependent] == 0 && !finished_[dependent]) ready_[dependent] = true;
  }
}

void Executor::SkipDependents(std::size_t index) {
  std::vector<std::size_t> failed = {index};
  while (!failed.empty()) {
    const std::size_t cause = failed.back();
    failed.pop_back();
    for (std::size_t dependent : dependents_[cause]) {
      if (finished_[dependent]) continue;
      finished_[dependent] = true;
      ++done_;
      report_.outcomes[dependent].outcome = Outcome::kSkipped;
      report_.outcomes[dependent].error = fmt::format("skipped: needs {}", (*changes_)[cause].address);
      observer_.OnOutcome((*changes_)[dependent], report_.outcomes[dependent], done_, changes_->size());
      failed.push_back(dependent);
    }
  }
}

}  // namespace cxctl
