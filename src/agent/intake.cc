#include "agent/intake.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "agent/within.h"
#include "base/digest.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr Duration kCancelWithin = std::chrono::seconds(5);
constexpr Duration kOtherAnswer = std::chrono::seconds(8);
constexpr Duration kLook = std::chrono::milliseconds(100);
constexpr Duration kAskTenant = std::chrono::seconds(2);
constexpr int kMostTries = 5;

std::string Quoted(std::string_view text) {
  return ToJson(Value::String(text));
}

ApiAnswer Refuse(int status, std::string code, std::string message, std::string field = "") {
  ApiError error;
  error.status = status;
  error.code = std::move(code);
  error.message = std::move(message);
  error.field = std::move(field);
  return std::unexpected(std::move(error));
}

std::string StatusBody(const CallbackRecord& record) {
  std::string body = fmt::format(R"({{"id":{},"status":"{}")", Quoted(record.id), StateName(record.state));
  if (!record.callback_id.empty()) body += ",\"callbackId\":" + Quoted(record.callback_id);
  return body + ",\"scheduledTime\":" + Quoted(record.time_text) + "}";
}

bool IsKey(std::string_view key) {
  return !key.empty() && key.size() <= 255 && std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

/// A request that is being answered, for those that are the same.
struct Intake::Flight {
  explicit Flight(Loop& loop) : landed(loop) {}
  Signal landed;
  std::string fingerprint;
  bool over = false;
  std::optional<ApiAnswer> answer;
};

/// Ends a flight, however its coroutine ends.
struct Intake::Landing {
  Landing(Intake& its_intake, std::string its_key, std::shared_ptr<Flight> its_flight)
      : intake(its_intake), key(std::move(its_key)), flight(std::move(its_flight)) {}
  Landing(const Landing&) = delete;
  Landing& operator=(const Landing&) = delete;
  ~Landing() {
    flight->over = true;
    intake.flights_.erase(key);
    flight->landed.NotifyAll();
  }
  Intake& intake;
  std::string key;
  std::shared_ptr<Flight> flight;
};

// --- The checks ------------------------------------------------------------------------------------------------------

Task<ApiAnswer> Intake::Schedule(ApiCall call) {
  std::expected<CallbackRequest, ApiError> request = ReadCallbackRequest(call.request.body);
  if (!request) co_return std::unexpected(request.error());
  CallbackDraft draft;
  draft.request = std::move(*request);
  draft.request_id = call.request_id;
  draft.arrived = context_.now();
  draft.policies = context_.policies();
  if (const std::string* key = call.request.header("Idempotency-Key")) {
    if (!IsKey(*key)) {
      co_return std::unexpected(
          InvalidRequest("Idempotency-Key", "An Idempotency-Key is 1 to 255 visible ASCII characters."));
    }
    draft.has_key = true;
    draft.key_id = "key/" + Sha256Hex(call.token + '\n' + *key);
    draft.fingerprint = draft.request.fingerprint;
  } else {
    const std::expected<void, ApiError> identified = Identify(draft);
    if (!identified) co_return std::unexpected(identified.error());
    draft.key_id =
        "same/" + Sha256Hex(fmt::format("{}\n{}\n{}", draft.number.e164, draft.request.queue_id, draft.time.micros));
  }
  Task<ApiAnswer> answering = Once(draft);
  ApiAnswer answer = co_await std::move(answering);
  const std::string status = std::to_string(answer ? answer->status : answer.error().status);
  context_.metrics.Count("cxctl_callback_requests_total", {{"status", status}});
  co_return answer;
}

std::expected<void, ApiError> Intake::Identify(CallbackDraft& draft) const {
  draft.policy = draft.policies->ForQueue(draft.request.queue_id);
  if (draft.policy == nullptr) {
    ApiError unknown;
    unknown.status = 404;
    unknown.code = "UNKNOWN_QUEUE";
    unknown.field = "queueId";
    unknown.message = "No callback policy is deployed for this queue.";
    return std::unexpected(std::move(unknown));
  }
  TRY_ASSIGN(draft.number, JudgeNumber(*draft.policy, context_.numbers, draft.request.phone_number));
  TRY_ASSIGN(draft.time, ReadScheduledTime(draft.request.scheduled_time));
  return {};
}

Task<ApiAnswer> Intake::Once(CallbackDraft& draft) {
  if (const auto same = flights_.find(draft.key_id); same != flights_.end()) {
    const std::shared_ptr<Flight> flight = same->second;
    if (flight->fingerprint != draft.fingerprint) {
      co_return Refuse(422, "IDEMPOTENCY_KEY_REUSED", "The Idempotency-Key was used with another body.");
    }
    while (!flight->over) co_await flight->landed.Wait();
    if (flight->answer) co_return *flight->answer;
    co_return acceptance_.StoreFailed({ErrorCode::kUnavailable, "the request that this one repeats was given up"});
  }
  auto flight = std::make_shared<Flight>(context_.loop);
  flight->fingerprint = draft.fingerprint;
  flights_.emplace(draft.key_id, flight);
  const Landing landing(*this, draft.key_id, flight);
  Task<ApiAnswer> proceeding = Proceed(draft);
  ApiAnswer answer = co_await std::move(proceeding);
  flight->answer = answer;
  co_return answer;
}

Task<ApiAnswer> Intake::Proceed(CallbackDraft& draft) {
  for (int attempt = 0; attempt < kMostTries; ++attempt) {
    const auto key = context_.commits.store().Get(context_.commits.tenant(), kCallbackKeyCollection, draft.key_id);
    if (!key) co_return acceptance_.StoreFailed(key.error());
    draft.old_key = *key;
    if (*key && context_.now() < (*key)->due.value_or(Instant())) {
      Task<std::optional<ApiAnswer>> repeating = Repeat(draft, **key);
      std::optional<ApiAnswer> repeated = co_await std::move(repeating);
      if (repeated) co_return std::move(*repeated);
    }
    if (draft.policy == nullptr) {
      const std::expected<void, ApiError> identified = Identify(draft);
      if (!identified) co_return std::unexpected(identified.error());
    }
    const auto in_time = JudgeTime(*draft.policy, draft.number.zones, draft.time, context_.now());
    if (!in_time) co_return std::unexpected(in_time.error());
    Task<std::expected<void, ApiError>> judging = JudgeQueue(draft);
    const std::expected<void, ApiError> has_room = co_await std::move(judging);
    if (!has_room) co_return std::unexpected(has_room.error());
    Task<std::optional<ApiAnswer>> accepting = acceptance_.Accept(draft);
    std::optional<ApiAnswer> answer = co_await std::move(accepting);
    // Else another process accepted the same request first: its answer is ours.
    if (answer) co_return std::move(*answer);
  }
  co_return acceptance_.StoreFailed({ErrorCode::kIo, "another process keeps writing the same request"});
}

Task<std::optional<ApiAnswer>> Intake::Repeat(CallbackDraft& draft, const AgentRecord& key) {
  Arena arena;
  const Result<Value> body = ParseJson(arena, key.body);
  if (!body) co_return acceptance_.StoreFailed({ErrorCode::kIntegrity, "a stored idempotency key cannot be read"});
  if (draft.has_key && body->GetString("fingerprint") != draft.fingerprint) {
    co_return Refuse(422, "IDEMPOTENCY_KEY_REUSED", "The Idempotency-Key was used with another body.");
  }
  const std::string id(body->GetString("id"));
  const Duration end = context_.loop.clock().Monotonic() + kOtherAnswer;
  for (int conflicts = 0; conflicts < kMostTries;) {
    Result<std::optional<CallbackRecord>> record = book_.Load(id);
    if (!record) co_return acceptance_.StoreFailed(record.error());
    if (!*record) co_return std::nullopt;
    // Whoever wants it again after it came to nothing wants a new one.
    const CallbackState state = (*record)->state;
    const bool came_to_nothing = state == CallbackState::kCancelled || state == CallbackState::kFailed;
    if (!draft.has_key && came_to_nothing) co_return std::nullopt;
    if ((*record)->answer.status != 0) co_return JsonAnswer((*record)->answer.status, (*record)->answer.body);
    const bool waits = state == CallbackState::kQueued && context_.loop.clock().Monotonic() < end;
    if (waits) {
      Task<bool> changing = book_.WaitForChange(kLook);
      co_await std::move(changing);
      continue;
    }
    // Its process died before it answered.
    (*record)->answer = FirstAnswerOf(**record, std::nullopt, draft.request_id);
    Task<Result<CallbackBook::Saved>> saving = book_.Save(**record, {});
    const Result<CallbackBook::Saved> saved = co_await std::move(saving);
    if (!saved) co_return acceptance_.StoreFailed(saved.error());
    if (*saved != CallbackBook::Saved::kDone) ++conflicts;
  }
  co_return acceptance_.StoreFailed({ErrorCode::kIo, "another process keeps writing the same request"});
}

Task<std::expected<void, ApiError>> Intake::JudgeQueue(CallbackDraft& draft) {
  Task<std::optional<QueueFigures>> asking = stats_.Get(draft.request.queue_id);
  draft.figures = co_await std::move(asking);
  if (!draft.policy->capacity || !draft.figures) co_return std::expected<void, ApiError>();
  Task<Result<std::int64_t>> moving = MoveThreshold(*draft.policy, draft.figures->active);
  const Result<std::int64_t> threshold = co_await std::move(moving);
  if (!threshold) co_return std::unexpected(acceptance_.StoreFailed(threshold.error()).error());
  context_.metrics.Set("cxctl_callback_capacity_threshold", static_cast<double>(*threshold),
                       {{"policy", draft.policy->name}});
  co_return JudgeCapacity(*draft.policy->capacity, *threshold, draft.figures->active);
}

Task<Result<std::int64_t>> Intake::MoveThreshold(const DeployedCallbacks& policy, std::int64_t active) {
  for (int attempt = 0; attempt < kMostTries; ++attempt) {
    CO_TRY_ASSIGN(const std::optional<AgentRecord> stored,
                  context_.commits.store().Get(context_.commits.tenant(), kCapacityCollection, policy.queue_id));
    std::optional<AdaptingThreshold> kept;
    if (stored) {
      Arena arena;
      const Result<Value> body = ParseJson(arena, stored->body);
      const auto number = [&](std::string_view name) {
        const Value* value = body ? body->Find(name) : nullptr;
        return value && value->is_int() ? std::optional(value->as_int()) : std::nullopt;
      };
      kept = AdaptingThreshold{number("threshold").value_or(0), number("start").value_or(-1), std::nullopt};
      if (number("moved")) kept->moved = Instant{*number("moved")};
    }
    const AdaptingThreshold next = Adapt(*policy.capacity, kept, active, context_.now());
    if (kept == next || (!kept && !next.moved)) co_return next.threshold;
    AgentBatch batch;
    AgentWrite write;
    write.condition = stored ? AgentWrite::Condition::kVersion : AgentWrite::Condition::kAbsent;
    write.record.collection = kCapacityCollection;
    write.record.id = policy.queue_id;
    write.record.version = stored ? stored->version : 0;
    write.record.body = fmt::format(R"({{"threshold":{},"start":{})", next.threshold, next.start);
    if (next.moved) write.record.body += fmt::format(R"(,"moved":{})", next.moved->micros);
    write.record.body += '}';
    batch.writes.push_back(std::move(write));
    Task<Result<AgentCommit>> submitted = context_.commits.Submit(std::move(batch));
    CO_TRY_ASSIGN(const AgentCommit commit, co_await std::move(submitted));
    if (commit.status == AgentCommit::Status::kDone) co_return next.threshold;
  }
  co_return Fail(ErrorCode::kIo, "other processes keep moving the threshold of the queue");
}

// --- State and cancellation ------------------------------------------------------------------------------------------

Task<ApiAnswer> Intake::Get(ApiCall call) {
  const std::string id = call.parameters.empty() ? "" : call.parameters.front();
  Result<std::optional<CallbackRecord>> record = book_.Load(id);
  if (!record) co_return acceptance_.StoreFailed(record.error());
  if (!*record) co_return Refuse(404, "NOT_FOUND", "There is no callback of that id.");
  CallbackRecord known = std::move(**record);
  if (known.state != CallbackState::kScheduled) co_return JsonAnswer(200, StatusBody(known));
  Task<std::optional<Result<std::optional<LiveCallback>>>> asking =
      Within(context_.loop, context_.tenant.GetCallback(known.callback_id), kAskTenant);
  const auto live = co_await std::move(asking);
  if (!live || !*live) co_return JsonAnswer(200, StatusBody(known));
  CallbackProgress progress = operations_.Learn(known, **live);
  if (known.state != CallbackState::kScheduled || !progress.events.empty()) {
    known.due = NextDue(known);
    Task<Result<CallbackBook::Saved>> saving = book_.Save(known, std::move(progress));
    const Result<CallbackBook::Saved> saved = co_await std::move(saving);
    if (!saved) {
      context_.log.Warning("what became of a callback could not be kept",
                           {{"id", known.id}, {"error", saved.error().message}});
    }
  }
  co_return JsonAnswer(200, StatusBody(known));
}

ApiAnswer Intake::CancelAnswer(const CallbackRecord& record) const {
  if (record.state == CallbackState::kCancelled) return JsonAnswer(200, StatusBody(record));
  if (record.is_final()) {
    return Refuse(409, "NOT_CANCELLABLE", fmt::format("The callback is {} already.", StateName(record.state)));
  }
  if (!record.cancel_asked) return Refuse(409, "NOT_CANCELLABLE", "The callback is being dialled.");
  return JsonAnswer(202, StatusBody(record));
}

CallbackProgress Intake::AskToCancel(CallbackRecord& record) {
  // One that is being worked on is claimed: whoever does that finds out afterwards.
  const bool rests = record.due == NextDue(record);
  CallbackProgress progress;
  if (record.state == CallbackState::kQueued && !record.maybe_sent) {
    progress = operations_.End(record, CallbackState::kCancelled, "");
    record.due = NextDue(record);
    return progress;
  }
  record.cancel_asked = true;
  if (rests) {
    record.next = context_.now();
    record.due = record.next;
  }
  return progress;
}

Task<ApiAnswer> Intake::Cancel(ApiCall call) {
  const std::string id = call.parameters.empty() ? "" : call.parameters.front();
  const Duration end = context_.loop.clock().Monotonic() + kCancelWithin;
  bool asked = false;
  while (true) {
    Result<std::optional<CallbackRecord>> loaded = book_.Load(id);
    if (!loaded) co_return acceptance_.StoreFailed(loaded.error());
    if (!*loaded) co_return Refuse(404, "NOT_FOUND", "There is no callback of that id.");
    CallbackRecord record = std::move(**loaded);
    const bool waits = record.cancel_asked && asked && context_.loop.clock().Monotonic() < end;
    if (waits) {
      Task<bool> changing = book_.WaitForChange(kLook);
      co_await std::move(changing);
      continue;
    }
    if (record.is_final() || asked) co_return CancelAnswer(record);
    CallbackProgress progress = AskToCancel(record);
    Task<Result<CallbackBook::Saved>> saving = book_.Save(record, std::move(progress));
    const Result<CallbackBook::Saved> saved = co_await std::move(saving);
    if (!saved) co_return acceptance_.StoreFailed(saved.error());
    if (*saved != CallbackBook::Saved::kDone) continue;
    asked = true;
    context_.wake_worker();
  }
}

}  // namespace cxctl
