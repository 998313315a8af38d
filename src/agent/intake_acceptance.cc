#include "agent/intake_acceptance.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "env/ids.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr Duration kKeyLife = std::chrono::hours(24);
constexpr Duration kShortestTry = std::chrono::seconds(1);
constexpr Duration kSameRequest = std::chrono::minutes(10);
constexpr Duration kFirstAnswer = std::chrono::seconds(5);
// While a request is being answered, no worker touches its record.
constexpr Duration kClaim = std::chrono::seconds(15);
constexpr int kMostWaiting = 256;

std::string Quoted(std::string_view text) {
  return ToJson(Value::String(text));
}

std::string CreatedBody(const CallbackRecord& record, std::optional<std::int64_t> depth) {
  return fmt::format(R"({{"success":true,"callbackId":{},"scheduledTime":{},"queueDepth":{},"id":{}}})",
                     Quoted(record.callback_id), Quoted(record.time_text), depth ? std::to_string(*depth) : "null",
                     Quoted(record.id));
}

std::string QueuedBody(const CallbackRecord& record) {
  return fmt::format(R"({{"success":true,"status":"queued","id":{}}})", Quoted(record.id));
}

}  // namespace

CallbackRecord::Answer FirstAnswerOf(const CallbackRecord& record, std::optional<std::int64_t> depth,
                                     const std::string& request_id) {
  if (record.state == CallbackState::kScheduled || record.state == CallbackState::kCompleted) {
    return {201, CreatedBody(record, depth)};
  }
  if (record.state == CallbackState::kFailed) {
    return {502, fmt::format(R"({{"error":"CALLBACK_REFUSED","message":{},"id":{},"requestId":{}}})",
                             Quoted(record.problem), Quoted(record.id), Quoted(request_id))};
  }
  return {202, QueuedBody(record)};
}

ApiAnswer CallbackAcceptance::StoreFailed(const Error& error) const {
  context_.log.Error("the state store failed", {{"error", error.message}});
  context_.metrics.Count("cxctl_callback_store_failures_total");
  ApiError refusal;
  refusal.status = 503;
  refusal.code = "STORE_UNAVAILABLE";
  refusal.message = "The request could not be kept, so nothing was accepted. Try again later.";
  refusal.headers.push_back({"Retry-After", "5"});
  return std::unexpected(std::move(refusal));
}

CallbackRecord CallbackAcceptance::MakeRecord(const CallbackDraft& draft) const {
  const DeployedCallbacks& policy = *draft.policy;
  CallbackRecord record;
  record.accepted = context_.now();
  record.id = MakeUlid(record.accepted, context_.random);
  record.policy = policy.name;
  record.queue_id = policy.queue_id;
  record.number = draft.number.e164;
  record.from = policy.from;
  record.time = draft.time;
  record.time_text = draft.request.scheduled_time;
  record.contact_id = draft.request.contact_id;
  record.attributes = draft.request.attributes;
  record.base_delay = policy.base_delay;
  record.max_delay = policy.max_delay;
  record.key = MakeUuid(context_.random);
  record.next = record.accepted;
  const Zone zone = ZoneToTell(policy, draft.number.zones, record.time);
  if (policy.crm && !record.contact_id.empty()) {
    record.crm.state = CallbackStep::State::kOpen;
    for (const auto& [name, text] : policy.crm_fields) {
      record.crm_fields.emplace_back(name, FillIn(text, record.time, zone));
    }
  }
  if (policy.sms) {
    record.sms.state = CallbackStep::State::kOpen;
    record.sms.key = MakeUuid(context_.random);
    record.sms_from = policy.sms_from.empty() ? policy.from : policy.sms_from;
    record.sms_text = FillIn(policy.sms_body, record.time, zone);
  }
  return record;
}

AgentWrite CallbackAcceptance::KeyWrite(const CallbackDraft& draft, const CallbackRecord& record) const {
  AgentWrite write;
  write.condition = draft.old_key ? AgentWrite::Condition::kVersion : AgentWrite::Condition::kAbsent;
  write.record.collection = kCallbackKeyCollection;
  write.record.id = draft.key_id;
  write.record.due = record.accepted + (draft.has_key ? kKeyLife : kSameRequest);
  write.record.body = fmt::format(R"({{"id":{},"fingerprint":{}}})", Quoted(record.id), Quoted(draft.fingerprint));
  write.record.version = draft.old_key ? draft.old_key->version : 0;
  return write;
}

Task<std::optional<ApiAnswer>> CallbackAcceptance::Accept(CallbackDraft& draft) {
  CallbackRecord record = MakeRecord(draft);
  std::optional<std::int64_t> depth;
  if (draft.figures) depth = draft.figures->waiting;
  const bool at_once = waiting_ < kMostWaiting;
  if (at_once) {
    record.maybe_sent = true;
    record.due = record.accepted + kClaim;
  } else {
    record.answer = {202, QueuedBody(record)};
    record.due = record.accepted;
  }
  std::vector<AgentWrite> writes;
  writes.push_back(KeyWrite(draft, record));
  if (at_once) ++waiting_;
  Task<Result<CallbackBook::Saved>> adding = book_.Add(record, std::move(writes));
  const Result<CallbackBook::Saved> added = co_await std::move(adding);
  if (!added || *added != CallbackBook::Saved::kDone) {
    if (at_once) --waiting_;
    if (!added) co_return StoreFailed(added.error());
    co_return std::nullopt;
  }
  if (!at_once) {
    context_.wake_worker();
    co_return JsonAnswer(record.answer.status, record.answer.body);
  }
  Task<ApiAnswer> answering = AnswerFirst(std::move(record), draft, depth);
  ApiAnswer answer = co_await std::move(answering);
  --waiting_;
  co_return answer;
}

Task<ApiAnswer> CallbackAcceptance::AnswerFirst(CallbackRecord record, const CallbackDraft& draft,
                                                std::optional<std::int64_t> depth) {
  CallbackProgress progress;
  co_await TryToCreate(record, draft, progress);
  record.answer = FirstAnswerOf(record, depth, draft.request_id);
  record.due = NextDue(record);
  const CallbackRecord::Answer mine = record.answer;
  Task<Result<CallbackBook::Saved>> saving = book_.SaveDone(record, std::move(progress));
  const Result<CallbackBook::Saved> saved = co_await std::move(saving);
  if (!saved) {
    // It was accepted all the same: when its claim is over the worker finds out what became of it.
    context_.log.Error("what was done for a callback could not be kept",
                       {{"id", record.id}, {"error", saved.error().message}});
    co_return JsonAnswer(202, QueuedBody(record));
  }
  context_.wake_worker();
  if (*saved == CallbackBook::Saved::kDone) co_return JsonAnswer(record.answer.status, record.answer.body);
  co_return JsonAnswer(mine.status, mine.body);
}

Task<void> CallbackAcceptance::TryToCreate(CallbackRecord& record, const CallbackDraft& draft,
                                           CallbackProgress& progress) {
  // What was waited for before counts, too.
  const Instant end = std::max(draft.arrived + kFirstAnswer, context_.now() + kShortestTry);
  const int max_retries = draft.policy->max_retries;
  record.maybe_sent = false;
  for (int attempt = 0; attempt <= max_retries; ++attempt) {
    const bool look_up = record.maybe_sent;
    Task<CallbackProgress> creating = operations_.Create(record, look_up, end - context_.now());
    progress = co_await std::move(creating);
    if (record.state != CallbackState::kQueued || record.next >= end || attempt == max_retries) co_return;
    co_await context_.loop.Sleep(record.next - context_.now());
    const Result<std::optional<CallbackRecord>> stored = book_.Load(record.id);
    // Cancelled meanwhile, or taken over: what is left is the worker's.
    if (!stored || !*stored || (*stored)->version != record.version) co_return;
  }
}

}  // namespace cxctl
