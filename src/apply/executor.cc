#include "apply/executor.h"

#include <fmt/format.h>

#include <algorithm>

namespace cxctl {

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kApplied:
      return "applied";
    case Outcome::kRecovered:
      return "recovered";
    case Outcome::kAdopted:
      return "adopted";
    case Outcome::kReleased:
      return "released";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kConflict:
      return "conflict";
    case Outcome::kSkipped:
      return "skipped";
    case Outcome::kNotStarted:
      return "notStarted";
  }
  return "";
}

bool ApplyReport::complete() const { return std::ranges::all_of(outcomes, &ChangeOutcome::succeeded); }

Executor::Executor(Loop& loop, Provider& provider, StateStore& store, Journal& journal, const LeaseKeeper& lease, Random& random,
                   Arena& arena, RunIdentity identity, ExecutorOptions options, ApplyObserver& observer, const std::atomic<int>& stop)
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

Task<ApplyReport> Executor::Execute(const std::vector<Change>& changes, const LiveState& live) {
  changes_ = &changes;
  report_.run = identity_.run;
  report_.outcomes.resize(changes.size());
  finished_.assign(changes.size(), false);
  waiting_.assign(changes.size(), 0);
  dependents_.assign(changes.size(), {});
  for (std::size_t i = 0; i < changes.size(); ++i) index_of_[changes[i].address] = i;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    for (const std::string& needed : changes[i].depends_on) {
      ++waiting_[i];
      dependents_[index_of_.at(needed)].push_back(i);
    }
    if (waiting_[i] == 0) ready_[i] = true;
  }
  for (const auto& [campaign, listed] : live.schedules) {
    for (const LiveObject& schedule : listed) {
      schedules_[campaign][schedule.id] = CanonicalContent(arena_, ObjectKind::kSchedule, schedule.content);
    }
  }
  // Creates of earlier runs that never happened and that nobody wants any more.
  for (auto open = open_creates_.begin(); open != open_creates_.end();) {
    const auto wanted = index_of_.find(open->first);
    if (wanted != index_of_.end() && changes[wanted->second].action == Action::kCreate) {
      ++open;
      continue;
    }
    Intent unused = open->second;
    open = open_creates_.erase(open);
    Result<void> closed = co_await CloseUnused(std::move(unused));
    if (!closed) break;  // the journal remembers the failure: nothing starts
  }
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
  report_.interrupted = stop_.load() != 0;
  if (!lease_.Holds()) report_.lease_loss = lease_.loss().empty() ? "it could not be renewed in time" : lease_.loss();
  if (journal_.failure()) report_.store_failure = journal_.failure()->message;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (finished_[i]) continue;
    report_.outcomes[i].error = "the run was stopped before it";
    observer_.OnOutcome(changes[i], report_.outcomes[i], done_, changes.size());
  }
  co_return std::move(report_);
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
