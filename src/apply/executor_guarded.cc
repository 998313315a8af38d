#include <fmt/format.h>

#include "apply/executor.h"

namespace cxctl {

namespace {

/// How often a write is repeated with a new ETag.
constexpr int kMostRebases = 3;

}  // namespace

/// An update, transition or delete on its way.
struct Executor::GuardedCall {
  const Change& change;
  ChangeCheck check;
  WriteRequest request;
  Intent intent;
  WriteResult written;
  ChangeOutcome outcome;

  bool removes() const { return change.action == Action::kDelete; }
  void Fail(std::string error) {
    outcome.outcome = Outcome::kFailed;
    outcome.error = std::move(error);
  }
  void Conflict(std::string error, const Value& found) {
    outcome.outcome = Outcome::kConflict;
    outcome.error = std::move(error);
    outcome.conflicts = check.Conflicts(found);
  }
  void Recovered(const std::optional<LiveObject>& object) {
    outcome.outcome = Outcome::kRecovered;
    outcome.error.clear();
    if (object) written.object = object;
  }
  /// What the object as it is now means for the change: returns whether it may be written, with its ETag.
  bool Judge(const std::optional<LiveObject>& found);
};

bool Executor::GuardedCall::Judge(const std::optional<LiveObject>& found) {
  if (!found) {
    if (removes()) {
      Recovered(found);
    } else {
      Conflict("the object is gone", Value::Null());
    }
    return false;
  }
  if (check.IsAsWanted(found->content)) {
    Recovered(found);
    return false;
  }
  if (!check.IsAsPlanned(found->content)) {
    Conflict("it was changed on the tenant since the plan", found->content);
    return false;
  }
  if (found->etag.empty()) {
    Fail("the tenant gave no ETag for it, and nothing is written without one");
    return false;
  }
  request.etag = found->etag;
  return true;
}

Task<ChangeOutcome> Executor::MakeGuarded(const Change& change) {
  GuardedCall call{change, ChangeCheck(arena_, change, PlannedContent(change)), RequestOf(change), {}, {}, {}};
  bool go_on = co_await FindEtag(call);
  if (go_on) go_on = co_await MayActivate(call);
  call.intent = MakeIntent(change, call.request, change.after);
  if (go_on) {
    Result<void> durable = co_await journal_.Begin(call.intent);
    if (!durable) {
      call.Fail(fmt::format("not sent, its intent could not be stored: {}", durable.error().message));
      co_return std::move(call.outcome);
    }
    co_await SendGuarded(call);
    call.intent.etag_before = call.request.etag;
  } else {
    call.intent.id.clear();  // there is nothing to be sure of: only a record is kept
  }
  ChangeOutcome closed =
      co_await Close(change, std::move(call.intent), std::move(call.outcome), std::move(call.written), change.after);
  co_return closed;
}

/// The ETag to write with: the plan's, which was read under the same lease, or that of the object now. Without one the
/// outcome is set.
Task<bool> Executor::FindEtag(GuardedCall& call) {
  call.written.status = WriteStatus::kRejected;
  if (!call.change.etag.empty()) {
    call.request.etag = call.change.etag;
    co_return true;
  }
  auto found = co_await provider_.Get(call.change.kind, call.change.scope, call.change.live_id);
  if (!found) {
    call.Fail(fmt::format("not written, it could not be read before: {}", found.error().message));
    co_return false;
  }
  co_return call.Judge(*found);
}

/// Before a campaign starts to dial: its schedules must be what the plan saw, but for what this run did to them.
Task<bool> Executor::MayActivate(GuardedCall& call) {
  if (!call.change.activates) co_return true;
  auto listed = co_await provider_.List(ObjectKind::kSchedule, call.change.live_id);
  if (!listed) {
    call.Fail(fmt::format("its schedules could not be read before it is activated: {}", listed.error().message));
    co_return false;
  }
  if (schedules_->IsAsExpected(call.change.live_id, *listed)) co_return true;
  call.outcome.outcome = Outcome::kConflict;
  call.outcome.error = "its schedules were changed on the tenant since the plan";
  co_return false;
}

/// Sends it, with a new ETag where somebody changed what it does not touch, until it is known what became of it.
Task<void> Executor::SendGuarded(GuardedCall& call) {
  for (int rebases = 0;; ++rebases) {
    if (!lease_.Holds()) {
      call.Fail("not sent: the lock on the tenant was lost");
      co_return;
    }
    call.written = co_await provider_.Write(call.request);
    call.outcome.attempts += call.written.attempts;
    call.outcome.latency_ms = std::chrono::duration_cast<std::chrono::milliseconds>(call.written.latency).count();
    if (call.written.status == WriteStatus::kDone) {
      call.outcome.outcome = Outcome::kApplied;
      call.outcome.error.clear();
      co_return;
    }
    call.Fail(call.written.message);
    const bool again = co_await ReadAgain(call);
    if (!again || rebases == kMostRebases) co_return;
    const bool may_go_on = co_await MayActivate(call);
    if (!may_go_on) co_return;
  }
}

/// After a 412, 409, 404 or an unknown end, what is live decides. Returns whether it is to be sent again, with the ETag
/// that is now in the request.
Task<bool> Executor::ReadAgain(GuardedCall& call) {
  const WriteStatus status = call.written.status;
  if (status == WriteStatus::kRejected || status == WriteStatus::kUnavailable) co_return false;
  if (status == WriteStatus::kGone && call.removes()) {
    call.Recovered(std::nullopt);
    co_return false;
  }
  auto found = co_await provider_.Get(call.change.kind, call.change.scope, call.change.live_id);
  if (!found) {
    // Not known, even after a 412, which may be the echo of our own write: the next run finds out.
    call.written.status = WriteStatus::kAmbiguous;
    call.outcome.error += fmt::format("; and it could not be read again: {}", found.error().message);
    co_return false;
  }
  call.written.status = WriteStatus::kRejected;
  const bool as_planned = call.Judge(*found);
  // As planned after all the repeats of the client: it has had no effect, and there are no more tries.
  co_return as_planned&& status != WriteStatus::kAmbiguous;
}

}  // namespace cxctl
