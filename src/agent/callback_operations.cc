#include "agent/callback_operations.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "agent/within.h"
#include "base/strings.h"
#include "tenant/retry.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr Duration kLookUp = std::chrono::seconds(20);
constexpr Duration kSoonest = std::chrono::milliseconds(20);
// A contact that cannot be updated holds the message back for so long at most, and never beyond half the way to the
// callback.
constexpr Duration kContactPatience = std::chrono::minutes(15);
// Keys live for 24 hours at least.
constexpr Duration kKeyLife = std::chrono::hours(23);
constexpr Duration kLongestWait = std::chrono::hours(24);
// A tenant may need a moment until it finds what it has just made.
constexpr Duration kSettling = std::chrono::minutes(2);

// An answer of the API itself that no repeat would change. A 4xx in other words may be a gateway's.
bool IsFinal(const ActionResult& result) {
  using Status = ActionResult::Status;
  if (result.done() || result.may_repeat()) return false;
  return result.attempts == 0 || !result.error_code.empty() || result.status == Status::kPrecondition;
}

void Tell(AuditEntry& entry, const ActionResult& result, std::string_view outcome) {
  entry.outcome = outcome;
  entry.etag_after = result.etag;
  entry.request_id = result.request_id;
  entry.latency_ms = std::chrono::duration_cast<std::chrono::milliseconds>(result.latency).count();
  entry.payload_sha256 = result.payload_sha256;
  if (outcome == "failed" || outcome == "conflict") entry.reason = result.message;
}

std::string CreatedJson(const CallbackRecord& record) {
  Arena arena;
  ObjectBuilder object(arena);
  object.Set("to", MakeString(arena, MaskedNumber(record.number)));
  object.Set("from", MakeString(arena, MaskedNumber(record.from)));
  object.Set("scheduleDate", MakeString(arena, FormatUtc(record.time))).Set("queueId", record.queue_id);
  return ToJson(object.Build());
}

std::string FieldsJson(const CallbackRecord& record) {
  Arena arena;
  ObjectBuilder fields(arena);
  for (const auto& [name, value] : record.crm_fields) fields.Set(name, MakeString(arena, MaskedNumber(value)));
  ObjectBuilder object(arena);
  return ToJson(object.Set("fields", fields.Build()).Build());
}

std::string MessageJson(const CallbackRecord& record) {
  Arena arena;
  ObjectBuilder object(arena);
  object.Set("to", MakeString(arena, MaskedNumber(record.number)));
  object.Set("from", MakeString(arena, MaskedNumber(record.sms_from)));
  object.Set("body", MakeString(arena, MaskPhoneNumbers(record.sms_text)));
  return ToJson(object.Build());
}

bool IsTheOne(const CallbackRecord& record, const LiveCallback& live) {
  const Duration apart = live.time - record.time;
  return live.to == record.number && apart < std::chrono::seconds(1) && apart > std::chrono::seconds(-1) &&
         live.state != "cancelled";
}

}  // namespace

Instant CallbackOperations::Later(const CallbackRecord& record, int tries, std::optional<Duration> asked) const {
  RetryPolicy policy;
  policy.base_delay = record.base_delay;
  policy.max_delay = record.max_delay;
  Duration delay = std::max(BackoffDelay(policy, std::max(tries, 1), context_.random.Fraction()), kSoonest);
  if (asked) delay = std::max(delay, std::min(*asked, kLongestWait));
  return context_.now() + delay;
}

void CallbackOperations::Count(const CallbackRecord& record, std::string_view outcome) const {
  context_.metrics.Count("cxctl_callbacks_total", {{"policy", record.policy}, {"outcome", std::string(outcome)}});
}

CallbackProgress CallbackOperations::End(CallbackRecord& record, CallbackState state, std::string why) {
  record.state = state;
  record.next = context_.now();
  record.problem = why;
  record.cancel_asked = false;
  for (CallbackStep* step : {&record.crm, &record.sms}) {
    if (step->state == CallbackStep::State::kOpen) step->state = CallbackStep::State::kSkipped;
  }
  Count(record, StateName(state));
  if (state == CallbackState::kFailed) {
    context_.log.Warning("a callback failed",
                         {{"id", record.id}, {"policy", record.policy}, {"reason", record.problem}});
  }
  CallbackProgress progress;
  progress.events.emplace_back(fmt::format("callback.{}", StateName(state)), std::move(why));
  return progress;
}

// --- Creation --------------------------------------------------------------------------------------------------------

Task<CallbackOperations::Found> CallbackOperations::LookUp(const CallbackRecord& record, Duration at_most) {
  Task<std::optional<Result<CallbackLists::List>>> looked = Within(context_.loop, lists_.Get(record.queue_id), at_most);
  const std::optional<Result<CallbackLists::List>> list = co_await std::move(looked);
  if (!list) co_return std::unexpected(std::string("the queue's callbacks could not be read in time"));
  if (!*list) co_return std::unexpected(list->error().message);
  for (const LiveCallback& live : ***list) {
    if (!IsTheOne(record, live)) continue;
    const auto owner = context_.commits.store().Get(context_.commits.tenant(), kLiveCallbackCollection, live.id);
    if (!owner) co_return std::unexpected(owner.error().message);
    if (!*owner) co_return std::optional(live);
  }
  co_return std::optional<LiveCallback>();
}

void CallbackOperations::TakeOver(CallbackRecord& record, std::string id, CallbackProgress& progress) {
  record.state = CallbackState::kScheduled;
  record.callback_id = std::move(id);
  record.problem.clear();
  record.next = record.crm.next = record.sms.next = context_.now();
  record.tries = 0;
  progress.events.emplace_back("callback.scheduled", "");
  Count(record, "scheduled");
  context_.metrics.Observe("cxctl_callback_creation_seconds",
                           std::chrono::duration<double>(context_.now() - record.accepted).count());
}

Task<CallbackProgress> CallbackOperations::Create(CallbackRecord& record, bool look_up, Duration deadline) {
  const Duration end = context_.loop.clock().Monotonic() + deadline;
  if (look_up) {
    Task<Found> looking = LookUp(record, deadline);
    const Found found = co_await std::move(looking);
    if (!found || *found) {
      CallbackProgress progress;
      ++record.tries;
      if (found) {
        const int tries = record.tries;
        TakeOver(record, (*found)->id, progress);
        progress.adopts = true;
        AuditEntry entry = book_.AuditOf(record, "create");
        entry.after = CreatedJson(record);
        entry.attempts = tries;
        entry.outcome = "recovered";
        progress.audit.push_back(std::move(entry));
      } else {
        record.problem = found.error();
        record.next = Later(record, record.tries, std::nullopt);
      }
      co_return progress;
    }
  }
  CallbackWish wish;
  wish.to = record.number;
  wish.from = record.from;
  wish.time = record.time;
  wish.queue_id = record.queue_id;
  wish.attributes = record.attributes;
  wish.idempotency_key = record.key;
  const Duration left = std::max(end - context_.loop.clock().Monotonic(), kSoonest);
  Task<ActionResult> creating = context_.tenant.CreateCallback(std::move(wish), left);
  ActionResult result = co_await std::move(creating);
  result.message = WithoutNumber(record, std::move(result.message));
  co_return OnCreated(record, result);
}

CallbackProgress CallbackOperations::OnCreated(CallbackRecord& record, const ActionResult& result) {
  CallbackProgress progress;
  ++record.tries;
  AuditEntry entry = book_.AuditOf(record, "create");
  entry.after = CreatedJson(record);
  entry.attempts = record.tries;
  if (result.done()) {
    Tell(entry, result, "applied");
    TakeOver(record, result.id, progress);
    entry.live_id = record.callback_id;
  } else if (IsFinal(result)) {
    Tell(entry, result, "failed");
    progress = End(record, CallbackState::kFailed, "The tenant refused it: " + result.message);
  } else {
    record.maybe_sent = record.maybe_sent || result.status == ActionResult::Status::kAmbiguous;
    record.problem = result.message;
    record.next = Later(record, record.tries, result.retry_after);
    Count(record, "retried");
    return progress;
  }
  progress.audit.push_back(std::move(entry));
  return progress;
}

Task<CallbackProgress> CallbackOperations::FindOrEnd(CallbackRecord& record, CallbackState otherwise, std::string why) {
  if (record.maybe_sent) {
    Task<Found> looking = LookUp(record, kLookUp);
    const Found found = co_await std::move(looking);
    CallbackProgress progress;
    if (!found) {
      record.problem = found.error();
      record.next = Later(record, ++record.tries, std::nullopt);
      co_return progress;
    }
    if (*found) {
      TakeOver(record, (*found)->id, progress);
      progress.adopts = true;
      AuditEntry entry = book_.AuditOf(record, "create");
      entry.after = CreatedJson(record);
      entry.outcome = "recovered";
      progress.audit.push_back(std::move(entry));
      co_return progress;
    }
  }
  co_return End(record, otherwise, std::move(why));
}

// --- What becomes of it ----------------------------------------------------------------------------------------------

CallbackProgress CallbackOperations::Learn(CallbackRecord& record, const std::optional<LiveCallback>& live) {
  const Instant now = context_.now();
  if (!live && now < record.accepted + kSettling) {
    record.next = now + std::chrono::minutes(1);
    return {};
  }
  if (!live) return End(record, CallbackState::kFailed, "The tenant does not have it any more.");
  if (live->state == "completed") return End(record, CallbackState::kCompleted, "");
  if (live->state == "cancelled") return End(record, CallbackState::kCancelled, "");
  if (live->state == "failed") return End(record, CallbackState::kFailed, "The tenant says that the call failed.");
  if (live->time != record.time) {
    record.time = live->time;
    record.time_text = FormatUtc(live->time);
  }
  const Duration behind = now - record.time;
  if (behind > kLongestWait) {
    return End(record, CallbackState::kFailed, "The tenant did not make the call within a day of its time.");
  }
  record.next = now + std::max<Duration>(behind, std::chrono::minutes(1));
  return {};
}

Task<Result<CallbackProgress>> CallbackOperations::Settle(CallbackRecord& record) {
  Task<Live> asking = Ask(record);
  CO_TRY_ASSIGN(const std::optional<LiveCallback> live, co_await std::move(asking));
  co_return Learn(record, live);
}

Task<CallbackOperations::Live> CallbackOperations::Ask(const CallbackRecord& record) {
  Task<std::optional<Live>> asking = Within(context_.loop, context_.tenant.GetCallback(record.callback_id), kLookUp);
  std::optional<Live> live = co_await std::move(asking);
  if (!live) co_return Fail(ErrorCode::kUnavailable, "The tenant did not say in time what became of the callback.");
  co_return std::move(*live);
}

Task<CallbackProgress> CallbackOperations::Cancel(CallbackRecord& record) {
  ++record.tries;
  Task<Live> asking = Ask(record);
  const Live live = co_await std::move(asking);
  if (!live) {
    record.problem = live.error().message;
    record.next = Later(record, record.tries, std::nullopt);
    co_return CallbackProgress();
  }
  AuditEntry entry = book_.AuditOf(record, "cancel");
  entry.before = R"({"state":"scheduled"})";
  entry.after = R"({"state":"cancelled"})";
  entry.attempts = record.tries;
  if (!*live && context_.now() < record.accepted + kSettling) {
    record.problem = "The tenant does not find it yet.";
    record.next = Later(record, record.tries, std::nullopt);
    co_return CallbackProgress();
  }
  if (!*live || (*live)->state == "cancelled") {
    CallbackProgress progress = End(record, CallbackState::kCancelled, "");
    entry.outcome = "recovered";
    progress.audit.push_back(std::move(entry));
    co_return progress;
  }
  if ((*live)->state != "scheduled") {
    record.cancel_asked = false;
    record.problem = "It was too late to cancel it.";
    co_return Learn(record, *live);
  }
  entry.etag_before = (*live)->etag;
  Task<ActionResult> changing = context_.tenant.ChangeCallback(record.callback_id, (*live)->etag, std::nullopt);
  ActionResult result = co_await std::move(changing);
  result.message = WithoutNumber(record, std::move(result.message));
  CallbackProgress progress;
  if (result.done()) {
    progress = End(record, CallbackState::kCancelled, "");
    Tell(entry, result, "applied");
    progress.audit.push_back(std::move(entry));
    co_return progress;
  }
  // Whatever it was, the next try looks at it first: a 412 may be an echo of ours, a 409 says that it is dialled.
  record.problem = result.message;
  record.next = Later(record, record.tries, result.retry_after);
  co_return progress;
}

// --- What follows ----------------------------------------------------------------------------------------------------

bool CallbackOperations::MayTry(CallbackRecord& record, CallbackStep& step) const {
  const Instant now = context_.now();
  std::string why;
  if (now >= record.time) {
    why = "the callback's time has come";
  } else if (&step == &record.crm && step.first_try &&
             now - *step.first_try > std::min(kContactPatience, (record.time - *step.first_try) / 2)) {
    why = "the tenant did not take it in time";
  } else if (step.first_try && now - *step.first_try > kKeyLife) {
    why = "the tenant may have forgotten its idempotency key";
  }
  if (why.empty()) return true;
  step.state = CallbackStep::State::kFailed;
  const bool crm = &step == &record.crm;
  context_.log.Warning(crm ? "a contact was not updated" : "a confirmation was not sent",
                       {{"id", record.id}, {"policy", record.policy}, {"reason", why}});
  context_.metrics.Count("cxctl_callback_steps_total", {{"step", crm ? "crm" : "sms"}, {"outcome", "failed"}});
  return false;
}

CallbackProgress CallbackOperations::OnStep(CallbackRecord& record, CallbackStep& step, const ActionResult& result,
                                            AuditEntry entry) {
  CallbackProgress progress;
  const bool crm = &step == &record.crm;
  entry.attempts = step.tries;
  if (!result.done() && !IsFinal(result)) {
    step.next = Later(record, step.tries, result.retry_after);
    context_.log.Info("a step of a callback is tried again",
                      {{"id", record.id}, {"step", crm ? "crm" : "sms"}, {"reason", result.message}});
    return progress;
  }
  const char* outcome = result.done() ? "done" : "failed";
  step.state = result.done() ? CallbackStep::State::kDone : CallbackStep::State::kFailed;
  Tell(entry, result, result.done() ? "applied" : "failed");
  if (!result.done()) {
    context_.log.Warning("a step of a callback failed",
                         {{"id", record.id}, {"step", crm ? "crm" : "sms"}, {"reason", result.message}});
  }
  context_.metrics.Count("cxctl_callback_steps_total", {{"step", crm ? "crm" : "sms"}, {"outcome", outcome}});
  if (crm) record.sms.next = context_.now();
  progress.audit.push_back(std::move(entry));
  return progress;
}

Task<CallbackProgress> CallbackOperations::UpdateContact(CallbackRecord& record) {
  auto fields = record.crm_fields;
  Task<ActionResult> updating = context_.tenant.UpdateContact(record.contact_id, std::move(fields));
  ActionResult result = co_await std::move(updating);
  result.message = WithoutNumber(record, std::move(result.message));
  AuditEntry entry = book_.AuditOf(record, "contact");
  entry.live_id = MaskedNumber(record.contact_id);
  entry.after = FieldsJson(record);
  co_return OnStep(record, record.crm, result, std::move(entry));
}

Task<CallbackProgress> CallbackOperations::SendMessage(CallbackRecord& record) {
  Task<ActionResult> sending =
      context_.tenant.SendMessage(record.number, record.sms_from, record.sms_text, record.sms.key);
  ActionResult result = co_await std::move(sending);
  result.message = WithoutNumber(record, std::move(result.message));
  AuditEntry entry = book_.AuditOf(record, "message");
  entry.live_id = result.id;
  entry.after = MessageJson(record);
  co_return OnStep(record, record.sms, result, std::move(entry));
}

}  // namespace cxctl
