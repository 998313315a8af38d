#include <fmt/format.h>

#include "apply/executor.h"

namespace cxctl {

/// A create on its way.
struct Executor::CreateCall {
  const Change& change;
  WriteRequest request;
  Value after;  ///< What is created, the parent's id filled in.
  Intent intent;
  bool known_key = false;  ///< The tenant may have had a request with this key before.
  WriteResult written;
  ChangeOutcome outcome;

  std::string name() const {
    if (LivesInAgent(change.kind)) return change.identity;
    return std::string(change.kind == ObjectKind::kCallCode ? after.GetString("code") : after.GetString("name"));
  }
  std::string parent() const { return std::string(after.GetString("parentCallCodeId")); }
  void Fail(std::string error) {
    outcome.outcome = Outcome::kFailed;
    outcome.error = std::move(error);
  }
};

Executor::CreateCall Executor::PrepareCreate(const Change& change) {
  CreateCall call{change, RequestOf(change), change.after, {}, false, {}, {}};
  if (!change.parent.empty()) {
    const std::string& id = created_ids_.at(change.parent);
    call.request.payload = ObjectBuilder(arena_, call.request.payload).Set("parentCallCodeId", id).Build();
    call.after = ObjectBuilder(arena_, call.after).Set("parentCallCodeId", id).Build();
  }
  call.intent = MakeIntent(change, call.request, call.after);
  const auto earlier = open_creates_.find(change.address);
  call.known_key = earlier != open_creates_.end() && earlier->second.id == call.intent.id;
  call.request.idempotency_key = call.intent.idempotency_key;
  return call;
}

/// Makes the intent durable, unless it is one of an earlier run; then it is already. Closes an intent of an earlier run
/// that meant another content: its object was looked for and is not there.
Task<Result<void>> Executor::BeginCreate(Intent intent) {
  const auto open = open_creates_.find(intent.address);
  if (open != open_creates_.end()) {
    Intent earlier = open->second;
    open_creates_.erase(open);
    if (earlier.id == intent.id) co_return Result<void>();
    std::string reason = "the run was cut off; the object was never created, and now it is to be another one";
    Result<void> closed = co_await CloseUnused(std::move(earlier), std::move(reason));
    if (!closed) co_return closed;
  }
  Result<void> durable = co_await journal_.Begin(std::move(intent));
  co_return durable;
}

Task<ChangeOutcome> Executor::MakeCreate(const Change& change) {
  CreateCall call = PrepareCreate(change);
  Result<void> durable = co_await BeginCreate(call.intent);
  if (durable) {
    co_await SendCreate(call);
    const bool stale = co_await IsStaleReplay(call);
    if (stale) {
      Intent answered = call.intent;
      std::string reason = "the object was created and has been deleted since; it is created anew";
      durable = co_await CloseUnused(std::move(answered), std::move(reason));
      call.intent = MakeIntent(change, call.request, call.after);
      call.request.idempotency_key = call.intent.idempotency_key;
      call.known_key = false;
      if (durable) durable = co_await BeginCreate(call.intent);
      if (durable) co_await SendCreate(call);
    }
  }
  if (!durable) {
    call.Fail(fmt::format("not sent, its intent could not be stored: {}", durable.error().message));
    co_return std::move(call.outcome);
  }
  ChangeOutcome closed =
      co_await Close(change, std::move(call.intent), std::move(call.outcome), std::move(call.written), call.after);
  co_return closed;
}

/// Sends it until it is known what became of it, or until there is no more trying.
Task<void> Executor::SendCreate(CreateCall& call) {
  while (true) {
    if (!lease_.Holds()) {
      call.written.status = WriteStatus::kRejected;
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
    const bool again = co_await LookUpCreate(call);
    if (!again) co_return;
    call.known_key = true;
  }
}

/// It exists already, or we do not know: its identity tells. Returns whether it is to be sent again.
Task<bool> Executor::LookUpCreate(CreateCall& call) {
  const bool lost = call.written.status == WriteStatus::kAmbiguous;
  if (!lost && call.written.status != WriteStatus::kConflict) co_return false;
  Result<void> may_repeat = Fail(ErrorCode::kConflict, "");
  if (lost) may_repeat = co_await provider_.WaitToRepeat(call.change.kind, call.written, call.outcome.attempts);
  auto found = co_await provider_.FindByIdentity(call.change.kind, call.change.scope, call.name(), call.parent());
  if (!found) {
    // Not known: the next run finds out.
    call.written.status = WriteStatus::kAmbiguous;
    call.outcome.error += fmt::format("; and it could not be looked up: {}", found.error().message);
    co_return false;
  }
  if (!*found) {
    call.written.status = WriteStatus::kRejected;
    if (lost && !may_repeat) call.outcome.error += fmt::format("; it is not there, and {}", may_repeat.error().message);
    co_return may_repeat.has_value();
  }
  const ChangeCheck check(arena_, call.change, Value::Null());
  call.written.object = **found;
  if (check.IsAsWanted((*found)->content)) {
    call.outcome.outcome = Outcome::kRecovered;
    call.outcome.error.clear();
  } else {
    call.outcome.outcome = Outcome::kConflict;
    call.outcome.error = "it exists already, with other content";
    call.outcome.conflicts = check.Conflicts((*found)->content);
  }
  co_return false;
}

/// A repeated key is answered with the first answer, even when the object was deleted since.
Task<bool> Executor::IsStaleReplay(CreateCall& call) {
  if (!call.known_key || call.written.status != WriteStatus::kDone || !call.written.object) co_return false;
  auto live = co_await provider_.Get(call.change.kind, call.change.scope, call.written.object->id);
  co_return live.has_value() && !live->has_value();
}

}  // namespace cxctl
