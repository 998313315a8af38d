#include "agent/callback_worker.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace cxctl {

namespace {

constexpr std::size_t kMostAtOnce = 32;
constexpr std::size_t kKeysAtOnce = 200;
// How long what a worker was at when it died rests after that. An operation may take longer: nobody else has the lease
// meanwhile, and this worker knows what it is at.
constexpr Duration kClaim = std::chrono::seconds(20);
constexpr Duration kCreateWithin = std::chrono::seconds(30);
constexpr Duration kLongestRest = std::chrono::seconds(1);
constexpr Duration kLook = std::chrono::milliseconds(250);
constexpr Duration kFinishing = std::chrono::seconds(3);
constexpr Duration kSettleAgain = std::chrono::minutes(1);

}  // namespace

/// One Step.
struct CallbackWorker::Shift {
  AgentLease lease;
  Report report;
  std::size_t running = 0;
  bool stop() const { return report.lease_lost || report.error.has_value(); }
};

Task<CallbackWorker::Report> CallbackWorker::Step(AgentLease lease, std::function<bool()> may_begin) {
  // Shared with what it spawns, which outlives the step if that is given up.
  auto shift = std::make_shared<Shift>();
  shift->lease = std::move(lease);
  co_await ForgetKeys(*shift);
  std::optional<Duration> give_up_at;
  while (true) {
    const Duration now = context_.loop.clock().Monotonic();
    if (!may_begin()) {
      if (!give_up_at) give_up_at = now + kFinishing;
      if (now >= *give_up_at) break;
    } else if (!shift->stop()) {
      if (const Result<void> started = StartDue(shift); !started) shift->report.error = started.error();
    }
    if (shift->running == 0) break;
    Task<bool> waited = finished_.WaitFor(kLook);
    co_await std::move(waited);
  }
  if (shift->stop()) co_return shift->report;
  const auto next = context_.commits.store().NextDue(context_.commits.tenant(), kCallbackCollection);
  if (!next) {
    shift->report.error = next.error();
  } else if (*next) {
    shift->report.next = std::clamp<Duration>(**next - context_.now(), Duration(1000), kLongestRest);
  }
  co_return shift->report;
}

Result<void> CallbackWorker::StartDue(const std::shared_ptr<Shift>& shift) {
  AgentQuery query;
  query.collection = kCallbackCollection;
  query.due_by = context_.now();
  query.limit = 2 * kMostAtOnce;
  TRY_ASSIGN(const std::vector<AgentRecord> due, context_.commits.store().List(context_.commits.tenant(), query));
  for (const AgentRecord& stored : due) {
    if (shift->running >= kMostAtOnce) break;
    if (handling_.contains(stored.id)) continue;
    Result<CallbackRecord> record = ReadCallbackRecord(stored);
    if (!record) {
      context_.log.Error("a callback cannot be worked on", {{"error", record.error().message}});
      continue;
    }
    ++shift->running;
    handling_.insert(stored.id);
    context_.loop.SpawnBackground(Handle(shift, std::move(*record)));
  }
  return {};
}

void CallbackWorker::Note(Shift& shift, const Result<CallbackBook::Saved>& saved, const CallbackRecord& record) {
  if (!saved) {
    shift.report.error = saved.error();
    context_.log.Error("what was done for a callback could not be kept",
                       {{"id", record.id}, {"error", saved.error().message}});
  } else if (*saved == CallbackBook::Saved::kLeaseLost) {
    shift.report.lease_lost = true;
  }
}

Task<void> CallbackWorker::Handle(std::shared_ptr<Shift> shift, CallbackRecord record) {
  const bool was_sent = record.maybe_sent;
  const std::string id = record.id;
  Result<CallbackBook::Saved> saved = CallbackBook::Saved::kDone;
  if (record.is_final()) {
    Task<Result<CallbackBook::Saved>> removing = book_.Remove(record, shift->lease);
    saved = co_await std::move(removing);
  } else {
    const bool acts = Claim(record);
    if (acts) {
      record.due = context_.now() + kClaim;
      Task<Result<CallbackBook::Saved>> claiming = book_.Save(record, {}, shift->lease);
      saved = co_await std::move(claiming);
    }
    if (saved && *saved == CallbackBook::Saved::kDone) {
      CallbackProgress progress;
      if (acts) progress = co_await Act(record, was_sent);
      record.due = NextDue(record);
      Task<Result<CallbackBook::Saved>> saving = book_.SaveDone(record, std::move(progress), shift->lease);
      saved = co_await std::move(saving);
      ++shift->report.handled;
    }
  }
  Note(*shift, saved, record);
  --shift->running;
  handling_.erase(id);
  finished_.NotifyAll();
}

bool CallbackWorker::Claim(CallbackRecord& record) const {
  if (record.state == CallbackState::kQueued) {
    if (!record.cancel_asked && context_.now() < record.time) record.maybe_sent = true;
    return true;
  }
  if (record.cancel_asked) return true;
  for (CallbackStep* step : {&record.crm, &record.sms}) {
    if (step->state != CallbackStep::State::kOpen) continue;
    if (!operations_.MayTry(record, *step)) return false;
    if (!step->first_try) step->first_try = context_.now();
    ++step->tries;
    return true;
  }
  return true;
}

Task<CallbackProgress> CallbackWorker::Act(CallbackRecord& record, bool was_sent) {
  const bool queued = record.state == CallbackState::kQueued;
  if (queued && record.cancel_asked) return operations_.FindOrEnd(record, CallbackState::kCancelled, "");
  if (queued && context_.now() >= record.time) {
    std::string why = "Its time passed before it could be created";
    why += record.problem.empty() ? "." : ": " + record.problem;
    return operations_.FindOrEnd(record, CallbackState::kFailed, std::move(why));
  }
  if (queued) {
    // What is certain not to have been sent need not be looked up the next time.
    if (!was_sent) record.maybe_sent = false;
    return operations_.Create(record, was_sent, kCreateWithin);
  }
  if (record.cancel_asked) return operations_.Cancel(record);
  if (record.crm.state == CallbackStep::State::kOpen) return operations_.UpdateContact(record);
  if (record.sms.state == CallbackStep::State::kOpen) return operations_.SendMessage(record);
  return SettleOrWait(record);
}

Task<CallbackProgress> CallbackWorker::SettleOrWait(CallbackRecord& record) {
  Task<Result<CallbackProgress>> settling = operations_.Settle(record);
  Result<CallbackProgress> settled = co_await std::move(settling);
  if (settled) co_return std::move(*settled);
  record.next = context_.now() + kSettleAgain;
  co_return CallbackProgress();
}

Task<void> CallbackWorker::ForgetKeys(Shift& shift) {
  AgentQuery query;
  query.collection = kCallbackKeyCollection;
  query.due_by = context_.now();
  query.limit = kKeysAtOnce;
  const auto due = context_.commits.store().List(context_.commits.tenant(), query);
  if (!due) {
    shift.report.error = due.error();
    co_return;
  }
  // Each by itself: one that was put anew meanwhile stays.
  for (const AgentRecord& key : *due) {
    AgentBatch batch;
    batch.lease = shift.lease;
    AgentWrite write;
    write.kind = AgentWrite::Kind::kDelete;
    write.condition = AgentWrite::Condition::kVersion;
    write.record.collection = kCallbackKeyCollection;
    write.record.id = key.id;
    write.record.version = key.version;
    batch.writes.push_back(std::move(write));
    Task<Result<AgentCommit>> submitted = context_.commits.Submit(std::move(batch));
    const Result<AgentCommit> commit = co_await std::move(submitted);
    if (!commit) {
      shift.report.error = commit.error();
      co_return;
    }
    if (commit->status == AgentCommit::Status::kLeaseLost) {
      shift.report.lease_lost = true;
      co_return;
    }
  }
}

}  // namespace cxctl
