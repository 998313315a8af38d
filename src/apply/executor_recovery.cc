#include <fmt/format.h>

#include <algorithm>

#include "apply/executor.h"
#include "base/strings.h"
#include "plan/content.h"
#include "value/json.h"

namespace cxctl {

namespace {

ObjectKind KindOf(const std::string& name) {
  return KindNamed(name).value_or(ObjectKind::kCampaign);
}

/// What an unfinished write turned out to be.
struct Finding {
  std::string outcome, reason;
};

/// The members that the write was to change tell, whatever became of the others since.
Finding JudgeWrite(ObjectKind kind, const Value& live, const Value& before, const Value& after) {
  const std::vector<FieldChange> fields = CompareContent(kind, before, after);
  // Each is compared by itself: only the members of `values` are looked at.
  const auto all_are = [&](const Value& values) {
    const std::vector<FieldChange> different = CompareContent(kind, live, values);
    return std::ranges::none_of(fields, [&](const FieldChange& field) {
      return std::ranges::find(different, field.path, &FieldChange::path) != different.end();
    });
  };
  if (all_are(after)) return {"recovered", "the run was cut off; the object was found as it was to be written"};
  const bool untouched = std::ranges::all_of(fields, [&](const FieldChange& field) {
    return SameMeaning(kind, field.path, ValueAt(live, field.path), field.before, live, before) ||
           (field.before.is_null() && ValueAt(live, field.path).is_null());
  });
  if (untouched) return {"failed", "the run was cut off; the write had no effect"};
  return {"conflict", "the run was cut off; the object was found neither as before nor as it was to be written"};
}

}  // namespace

Task<Result<std::size_t>> Executor::Recover() {
  auto open = store_.OpenIntents(identity_.tenant);
  if (!open) co_return std::unexpected(open.error());
  for (const Intent& intent : *open) {
    Intent unfinished = intent;
    Result<void> recovered = co_await RecoverIntent(std::move(unfinished));
    if (!recovered) {
      co_return Fail(
          recovered.error().code,
          fmt::format("run {} was cut off while it would {} {}, and what became of that could not be found out: {}",
                      intent.run, intent.action, intent.address, recovered.error().message));
    }
  }
  co_return open->size();
}

Task<Result<void>> Executor::RecoverIntent(Intent intent) {
  if (intent.action == ActionName(Action::kCreate)) {
    Result<void> created = co_await RecoverCreate(std::move(intent));
    co_return created;
  }
  Result<void> written = co_await RecoverGuarded(std::move(intent));
  co_return written;
}

Task<Result<void>> Executor::RecoverCreate(Intent intent) {
  const ObjectKind kind = KindOf(intent.kind);
  const auto wanted = ParseJson(arena_, intent.after);
  if (!wanted) {
    co_return Fail(ErrorCode::kIntegrity,
                   fmt::format("the journal's intent {} cannot be read: {}", intent.id, wanted.error().message));
  }
  const std::string name(LivesInAgent(kind)              ? std::string_view(intent.identity)
                         : kind == ObjectKind::kCallCode ? wanted->GetString("code")
                                                         : wanted->GetString("name"));
  const std::string parent(wanted->GetString("parentCallCodeId"));
  auto found = co_await provider_.FindByIdentity(kind, intent.scope, name, parent);
  // Where its campaign is gone, it is not there either.
  if (!found && found.error().code == ErrorCode::kNotFound) found = std::optional<LiveObject>();
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
  std::string reason = equal ? "the run was cut off; the object was found as it was to be created"
                             : "the run was cut off; an object of this identity was found with other content";
  Result<void> closed = co_await CloseRecovered(std::move(intent), std::move(outcome), std::move(reason),
                                                std::move(live_id), std::move(etag));
  co_return closed;
}

Task<Result<void>> Executor::RecoverGuarded(Intent intent) {
  const ObjectKind kind = KindOf(intent.kind);
  auto found = co_await provider_.Get(kind, intent.scope, intent.live_id);
  if (!found) co_return std::unexpected(found.error());
  const bool removes = intent.action == ActionName(Action::kDelete);
  Finding finding{"failed", "the run was cut off; the write had no effect"};
  if (!*found) {
    finding = removes ? Finding{"recovered", "the run was cut off; the object is gone"}
                      : Finding{"conflict", "the run was cut off; the object is gone, which it did not do"};
  } else if (!removes) {
    const auto before = ParseJson(arena_, intent.before);
    const auto after = ParseJson(arena_, intent.after);
    if (!before || !after)
      co_return Fail(ErrorCode::kIntegrity, fmt::format("the journal's intent {} cannot be read", intent.id));
    finding = JudgeWrite(kind, CanonicalContent(arena_, kind, (*found)->content), *before, *after);
  }
  std::string live_id = intent.live_id;
  std::string etag = *found ? (*found)->etag : "";
  Result<void> closed = co_await CloseRecovered(std::move(intent), std::move(finding.outcome),
                                                std::move(finding.reason), std::move(live_id), std::move(etag));
  co_return closed;
}

Task<Result<void>> Executor::CloseUnused(Intent intent, std::string reason) {
  Result<void> closed = co_await CloseRecovered(std::move(intent), std::string("failed"), std::move(reason),
                                                std::string(), std::string());
  co_return closed;
}

/// The other addresses under which the store has the object: names that a rename was to replace.
std::vector<std::string> Executor::FormerAddresses(const Intent& intent, const std::string& live_id) {
  std::vector<std::string> former;
  const auto applied = store_.Applied(identity_.tenant);
  if (!applied) return former;
  for (const AppliedObject& object : *applied) {
    if (object.kind == intent.kind && object.live_id == live_id && object.address != intent.address)
      former.push_back(object.address);
  }
  return former;
}

Task<Result<void>> Executor::CloseRecovered(Intent intent, std::string outcome, std::string reason, std::string live_id,
                                            std::string etag) {
  Completion completion;
  completion.intent_id = intent.id;
  AuditEntry entry = StartEntry();
  entry.run = intent.run;
  entry.address = intent.address;
  entry.action = intent.action;
  entry.live_id = live_id;
  if (intent.kind == KindName(ObjectKind::kSchedule)) entry.scope = intent.scope;
  entry.before = MaskPhoneNumbers(intent.before);
  entry.after = MaskPhoneNumbers(intent.after);
  entry.etag_before = intent.etag_before;
  entry.etag_after = etag;
  entry.attempts = 1;
  entry.outcome = outcome;
  entry.reason = std::move(reason);
  entry.payload_sha256 = intent.payload_sha256;
  completion.audit = std::move(entry);
  if (outcome == "recovered") {
    completion.remove = FormerAddresses(intent, live_id);
    const bool removes = intent.action == "delete" || intent.action == "deactivate";
    if (removes) {
      completion.remove.push_back(intent.address);
    } else if (intent.kind != KindName(ObjectKind::kCallback)) {
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
