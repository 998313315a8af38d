#include <fmt/format.h>

#include <algorithm>

#include "apply/executor.h"
#include "value/json.h"

namespace cxctl {

namespace {

ObjectKind KindOf(const std::string& name) {
  if (name == KindName(ObjectKind::kSchedule)) return ObjectKind::kSchedule;
  return name == KindName(ObjectKind::kCallCode) ? ObjectKind::kCallCode : ObjectKind::kCampaign;
}

}  // namespace

Task<Result<std::size_t>> Executor::Recover() {
  auto open = store_.OpenIntents(identity_.tenant);
  if (!open) co_return std::unexpected(open.error());
  for (Intent& intent : *open) {
    const bool create = intent.action == "create";
    Result<void> recovered;
    if (create) {
      recovered = co_await RecoverCreate(intent);
    } else {
      recovered = co_await RecoverGuarded(intent);
    }
    if (!recovered) {
      co_return Fail(recovered.error().code, fmt::format("run {} was cut off while it would {} {}, and what became of that could not be found out: {}", intent.run, intent.action, intent.address, recovered.error().message));
    }
  }
  co_return open->size();
}

Task<Result<void>> Executor::RecoverCreate(Intent intent) {
  const ObjectKind kind = KindOf(intent.kind);
  const auto wanted = ParseJson(arena_, intent.after);
  if (!wanted) co_return Fail(ErrorCode::kIntegrity, fmt::format("the journal's intent {} cannot be read: {}", intent.id, wanted.error().message));
  const std::string name(kind == ObjectKind::kCallCode ? wanted->GetString("code") : wanted->GetString("name"));
  const std::string parent(wanted->GetString("parentCallCodeId"));
  auto found = co_await provider_.FindByIdentity(kind, intent.scope, name, parent);
  if (!found) co_return std::unexpected(found.error());
  if (!*found) {
    // It never happened. Should this run create the object again as it was meant, the same key makes it once at most.
    open_creates_.insert_or_assign(intent.address, intent);
    co_return Result<void>();
  }
  const Value live = CanonicalContent(arena_, kind, (*found)->content);
  const bool equal = CompareContent(kind, live, *wanted).empty();
  std::string live_id = (*found)->id;
  std::string etag = (*found)->etag;
  std::string outcome = equal ? "recovered" : "conflict";
  std::string reason = equal ? "the run was cut off; the object was found as it was to be created" : "the run was cut off; an object of this identity was found with other content";
  Result<void> closed = co_await CloseRecovered(std::move(intent), std::move(outcome), std::move(reason), std::move(live_id), std::move(etag));
  co_return closed;
}

Task<Result<void>> Executor::RecoverGuarded(Intent intent) {
  const ObjectKind kind = KindOf(intent.kind);
  auto found = co_await provider_.Get(kind, intent.scope, intent.live_id);
  if (!found) co_return std::unexpected(found.error());
  std::string outcome = "failed";
  std::string reason = "the run was cut off; the write had no effect";
  std::string etag = *found ? (*found)->etag : "";
  if (!*found) {
    outcome = intent.action == "delete" ? "recovered" : "conflict";
    reason = intent.action == "delete" ? "the run was cut off; the object is gone" : "the run was cut off; the object is gone, which it did not do";
  } else if (intent.action != "delete") {
    const auto wanted = ParseJson(arena_, intent.after);
    const auto before = ParseJson(arena_, intent.before);
    const Value live = CanonicalContent(arena_, kind, (*found)->content);
    if (wanted && CompareContent(kind, live, *wanted).empty()) {
      outcome = "recovered";
      reason = "the run was cut off; the object was found as it was to be written";
    } else if (!before || !CompareContent(kind, live, *before).empty()) {
      outcome = "conflict";
      reason = "the run was cut off; the object was found neither as before nor as it was to be written";
    }
  }
  std::string live_id = intent.live_id;
  Result<void> closed = co_await CloseRecovered(std::move(intent), std::move(outcome), std::move(reason), std::move(live_id), std::move(etag));
  co_return closed;
}

Task<Result<void>> Executor::CloseUnused(Intent intent) {
  std::string reason = "the run was cut off; the object was never created";
  Result<void> closed = co_await CloseRecovered(std::move(intent), std::string("failed"), std::move(reason), std::string(), std::string());
  co_return closed;
}

Task<Result<void>> Executor::CloseRecovered(Intent intent, std::string outcome, std::string reason, std::string live_id, std::string etag) {
  Completion completion;
  completion.intent_id = intent.id;
  AuditEntry entry;
  entry.time = loop_.clock().Now();
  entry.run = intent.run;
  entry.actor = identity_.actor;
  entry.git_commit = identity_.git_commit;
  entry.git_pr = identity_.git_pr;
  entry.tenant = identity_.tenant;
  entry.address = intent.address;
  entry.action = intent.action;
  entry.live_id = live_id;
  entry.before = intent.before;
  entry.after = intent.after;
  entry.etag_before = intent.etag_before;
  entry.etag_after = etag;
  entry.attempts = 1;
  entry.outcome = outcome;
  entry.reason = std::move(reason);
  entry.payload_sha256 = intent.payload_sha256;
  completion.audit = std::move(entry);
  if (outcome == "recovered") {
    const bool removes = intent.action == "delete" || intent.action == "deactivate";
    if (removes) {
      completion.remove.push_back(intent.address);
    } else {
      AppliedObject object;
      object.address = intent.address;
      object.kind = intent.kind;
      object.live_id = live_id;
      object.scope = intent.scope;
      object.identity = intent.identity;
      object.content = intent.content;
      object.lifecycle = intent.lifecycle;
      object.run = intent.run;
      object.applied_at = loop_.clock().Now();
      completion.put.push_back(std::move(object));
    }
  }
  Result<void> durable = co_await journal_.Finish(std::move(completion));
  co_return durable;
}

}  // namespace cxctl
