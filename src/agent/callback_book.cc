#include "agent/callback_book.h"

#include <fmt/format.h>

#include <utility>

#include "env/ids.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr int kMostMerges = 4;

AgentWrite LiveWrite(const CallbackRecord& record, bool adopts) {
  AgentWrite write;
  write.condition = adopts ? AgentWrite::Condition::kAbsent : AgentWrite::Condition::kNone;
  write.record.collection = kLiveCallbackCollection;
  write.record.id = record.callback_id;
  write.record.body = fmt::format("{{\"id\":{}}}", ToJson(Value::String(record.id)));
  return write;
}

AgentWrite Forget(const char* collection, std::string id) {
  AgentWrite write;
  write.kind = AgentWrite::Kind::kDelete;
  write.record.collection = collection;
  write.record.id = std::move(id);
  return write;
}

std::string EventData(const CallbackRecord& record, const std::string& reason) {
  Arena arena;
  ObjectBuilder data(arena);
  data.Set("id", record.id).Set("policy", record.policy).Set("queueId", record.queue_id);
  if (!record.callback_id.empty()) data.Set("callbackId", record.callback_id);
  data.Set("phoneNumber", MakeString(arena, MaskedNumber(record.number)));
  data.Set("scheduledTime", MakeString(arena, FormatUtc(record.time)));
  if (!reason.empty()) data.Set("reason", reason);
  return ToJson(data.Build());
}

}  // namespace

Result<std::optional<CallbackRecord>> CallbackBook::Load(const std::string& id) {
  TRY_ASSIGN(const std::optional<AgentRecord> stored,
             context_.commits.store().Get(context_.commits.tenant(), kCallbackCollection, id));
  if (!stored) return std::optional<CallbackRecord>();
  TRY_ASSIGN(CallbackRecord record, ReadCallbackRecord(*stored));
  return std::optional(std::move(record));
}

void CallbackBook::AddEvents(const CallbackRecord& record, const CallbackProgress& progress, AgentBatch& batch) const {
  if (progress.events.empty()) return;
  const std::shared_ptr<const Policies> policies = context_.policies();
  const auto policy = policies->callbacks.find(record.policy);
  const bool chosen = policy != policies->callbacks.end() && policy->second.sinks;
  for (const auto& [type, reason] : progress.events) {
    const Instant now = context_.now();
    const Event event{MakeUlid(now, context_.random), type, now, EventData(record, reason)};
    for (AgentWrite& write : WritesOf(event, policies->sinks, chosen ? &*policy->second.sinks : nullptr)) {
      batch.writes.push_back(std::move(write));
    }
  }
}

AgentBatch CallbackBook::BatchOf(const CallbackRecord& record, CallbackProgress& progress) const {
  AgentBatch batch;
  AgentWrite write;
  write.condition = AgentWrite::Condition::kVersion;
  write.record = ToAgentRecord(record);
  batch.writes.push_back(std::move(write));
  if (!record.callback_id.empty()) {
    const bool owned = !progress.adopts;
    batch.writes.push_back(LiveWrite(record, !owned));
  }
  AddEvents(record, progress, batch);
  batch.audit = std::move(progress.audit);
  return batch;
}

Task<Result<CallbackBook::Saved>> CallbackBook::Save(CallbackRecord& record, CallbackProgress progress,
                                                     std::optional<AgentLease> lease) {
  AgentBatch batch = BatchOf(record, progress);
  batch.lease = std::move(lease);
  Task<Result<AgentCommit>> submitted = context_.commits.Submit(std::move(batch));
  const Result<AgentCommit> commit = co_await std::move(submitted);
  if (!commit) co_return std::unexpected(commit.error());
  if (commit->status == AgentCommit::Status::kLeaseLost) co_return Saved::kLeaseLost;
  if (commit->status == AgentCommit::Status::kCondition) {
    co_return commit->failed_write == 0 ? Saved::kChanged : Saved::kTaken;
  }
  record.version = commit->versions.front();
  record.stored_state = record.state;
  changed_.NotifyAll();
  co_return Saved::kDone;
}

Task<Result<CallbackBook::Saved>> CallbackBook::SaveDone(CallbackRecord& record, CallbackProgress progress,
                                                         std::optional<AgentLease> lease) {
  for (int attempt = 0; attempt < kMostMerges; ++attempt) {
    CallbackProgress copy = progress;
    Task<Result<Saved>> saving = Save(record, std::move(copy), lease);
    const Result<Saved> saved = co_await std::move(saving);
    if (!saved || *saved != Saved::kChanged) co_return saved;
    CO_TRY_ASSIGN(const std::optional<CallbackRecord> stored, Load(record.id));
    if (!stored || stored->state != record.stored_state) co_return Saved::kChanged;
    record.version = stored->version;
    if (record.answer.status == 0) record.answer = stored->answer;
    if (stored->cancel_asked && !record.is_final()) {
      record.cancel_asked = true;
      record.next = context_.now();
    }
    record.due = NextDue(record);
  }
  co_return Saved::kChanged;
}

Task<Result<CallbackBook::Saved>> CallbackBook::Add(CallbackRecord& record, std::vector<AgentWrite> more) {
  AgentBatch batch;
  batch.writes = std::move(more);
  AgentWrite write;
  write.condition = AgentWrite::Condition::kAbsent;
  write.record = ToAgentRecord(record);
  batch.writes.push_back(std::move(write));
  Task<Result<AgentCommit>> submitted = context_.commits.Submit(std::move(batch));
  const Result<AgentCommit> commit = co_await std::move(submitted);
  if (!commit) co_return std::unexpected(commit.error());
  if (commit->status != AgentCommit::Status::kDone) co_return Saved::kChanged;
  record.version = commit->versions.back();
  changed_.NotifyAll();
  co_return Saved::kDone;
}

Task<Result<CallbackBook::Saved>> CallbackBook::Remove(const CallbackRecord& record, std::optional<AgentLease> lease) {
  AgentBatch batch;
  batch.lease = std::move(lease);
  AgentWrite write = Forget(kCallbackCollection, record.id);
  write.condition = AgentWrite::Condition::kVersion;
  write.record.version = record.version;
  batch.writes.push_back(std::move(write));
  if (!record.callback_id.empty()) batch.writes.push_back(Forget(kLiveCallbackCollection, record.callback_id));
  Task<Result<AgentCommit>> submitted = context_.commits.Submit(std::move(batch));
  const Result<AgentCommit> commit = co_await std::move(submitted);
  if (!commit) co_return std::unexpected(commit.error());
  if (commit->status == AgentCommit::Status::kLeaseLost) co_return Saved::kLeaseLost;
  co_return commit->status == AgentCommit::Status::kDone ? Saved::kDone : Saved::kChanged;
}

AuditEntry CallbackBook::AuditOf(const CallbackRecord& record, std::string action) const {
  AuditEntry entry;
  entry.time = context_.now();
  entry.run = context_.run;
  entry.actor = "agent CallbackPolicy/" + record.policy;
  entry.tenant = context_.commits.tenant();
  entry.address = fmt::format("Callback/{}/{}", record.policy, record.id);
  entry.action = std::move(action);
  entry.live_id = record.callback_id;
  return entry;
}

}  // namespace cxctl
