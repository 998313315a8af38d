#include <fmt/format.h>

#include "apply/executor.h"
#include "base/digest.h"
#include "base/strings.h"
#include "env/ids.h"
#include "plan/content.h"
#include "value/json.h"

namespace cxctl {

namespace {

std::string LifecycleJson(Arena& arena, const Change& change) {
  ObjectBuilder lifecycle(arena);
  lifecycle.Set("preventDestroy", change.prevent_destroy);
  if (!change.removal.empty()) lifecycle.Set("removal", change.removal);
  return ToJson(lifecycle.Build());
}

}  // namespace

Task<ChangeOutcome> Executor::Make(const Change& change) {
  if (!change.writes) {
    ChangeOutcome remembered = co_await Remember(change);
    co_return remembered;
  }
  if (!change.steps.empty()) {
    ChangeOutcome stepped = co_await MakeSteps(change);
    co_return stepped;
  }
  if (change.action == Action::kCreate) {
    ChangeOutcome created = co_await MakeCreate(change);
    co_return created;
  }
  ChangeOutcome made = co_await MakeGuarded(change);
  co_return made;
}

/// Each step is a write of its own, with its intent, its guard and its record. The first that fails ends it, and says
/// in which state the campaign is now.
Task<ChangeOutcome> Executor::MakeSteps(const Change& change) {
  if (change.steps.size() == 1) {
    ChangeOutcome only = co_await Make(change.steps.front());
    co_return only;
  }
  ChangeOutcome whole;
  for (std::size_t i = 0; i < change.steps.size(); ++i) {
    const Change& step = change.steps[i];
    ChangeOutcome outcome = co_await MakeGuarded(step);
    whole.outcome = outcome.outcome;
    whole.attempts += outcome.attempts;
    whole.latency_ms += outcome.latency_ms;
    if (outcome.succeeded() && MayStart()) continue;
    const bool last = i + 1 == change.steps.size();
    if (outcome.succeeded() && last) break;
    whole.conflicts = std::move(outcome.conflicts);
    if (outcome.succeeded()) {
      whole.outcome = Outcome::kFailed;
      outcome.error = "the run was stopped";
    }
    const std::string_view state = (outcome.succeeded() ? step.after : step.before).GetString("state");
    whole.error =
        fmt::format("step {} of {}: {}; the campaign is left {}", i + 1, change.steps.size(), outcome.error, state);
    break;
  }
  co_return whole;
}

/// Adoptions, releases and renames in git alone: only the store changes.
Task<ChangeOutcome> Executor::Remember(const Change& change) {
  ChangeOutcome outcome;
  Completion completion;
  completion.remove = change.previous_addresses;
  if (change.action == Action::kRelease) {
    outcome.outcome = Outcome::kReleased;
    completion.remove.push_back(change.address);
  } else {
    outcome.outcome = change.action == Action::kAdopt ? Outcome::kAdopted : Outcome::kApplied;
    completion.put.push_back(AppliedFor(change, change.live_id, change.after));
  }
  if (change.action == Action::kAdopt) {
    Intent nothing;
    nothing.before = ToCanonicalJson(change.before);
    nothing.after = ToCanonicalJson(change.after);
    nothing.etag_before = change.etag;
    WriteResult unwritten;
    completion.audit = EntryFor(change, nothing, outcome, unwritten);
  }
  Result<void> durable = co_await journal_.Finish(std::move(completion));
  if (!durable) {
    outcome.outcome = Outcome::kFailed;
    outcome.error = durable.error().message;
  }
  co_return outcome;
}

/// Makes the outcome durable. An intent whose end is unknown stays open: the next run finds out.
Task<ChangeOutcome> Executor::Close(const Change& change, Intent intent, ChangeOutcome outcome, WriteResult written,
                                    Value after) {
  const std::string live_id = written.object ? written.object->id : change.live_id;
  Completion completion;
  completion.intent_id = intent.id;
  const bool unknown = outcome.outcome == Outcome::kFailed && written.status == WriteStatus::kAmbiguous;
  completion.keep_open = unknown && !intent.id.empty();
  completion.audit = EntryFor(change, intent, outcome, written);
  if (outcome.succeeded()) {
    completion.remove = change.previous_addresses;
    if (change.action == Action::kDelete || change.action == Action::kDeactivate) {
      completion.remove.push_back(change.address);
    } else if (change.kind != ObjectKind::kCallback) {  // callbacks are not managed, only held to their policy
      completion.put.push_back(AppliedFor(change, live_id, after));
    }
    if (change.action == Action::kCreate) created_ids_[change.address] = live_id;
    schedules_->Note(change, written.object);
    if (change.kind == ObjectKind::kCampaign && written.object) {
      LiveObject& now = written_campaigns_[live_id] = *written.object;
      planned_[{ObjectKind::kCampaign, live_id}] = &now;
    }
  }
  Result<void> durable = co_await journal_.Finish(std::move(completion));
  if (!durable && outcome.succeeded()) {
    outcome.outcome = Outcome::kFailed;
    outcome.error = fmt::format("done, but its outcome could not be stored: {}", durable.error().message);
  }
  co_return outcome;
}

/// The whole object as the plan saw it, or null.
Value Executor::PlannedContent(const Change& change) const {
  const auto known = planned_.find({change.kind, change.live_id});
  if (known == planned_.end()) return Value::Null();
  return CanonicalContent(arena_, change.kind, known->second->content);
}

Intent Executor::MakeIntent(const Change& change, const WriteRequest& request, const Value& after) {
  WriteRequest to_hash = request;
  // The hash is of the body alone, but nothing is encoded without a key.
  if (change.action == Action::kCreate && to_hash.idempotency_key.empty()) to_hash.idempotency_key = "unknown";
  const std::string payload_hash = Sha256Hex(provider_.Encode(to_hash).body);
  // A create that an earlier run could not finish keeps its intent and key: the tenant may know it.
  const auto open = open_creates_.find(change.address);
  if (open != open_creates_.end() && change.action == Action::kCreate && open->second.payload_sha256 == payload_hash) {
    return open->second;
  }
  Intent intent;
  intent.id = MakeUlid(loop_.clock().Now(), random_);
  intent.run = identity_.run;
  intent.address = change.address;
  intent.kind = std::string(KindName(change.kind));
  intent.action = std::string(ActionName(change.action));
  intent.scope = change.scope;
  intent.identity = change.identity;
  intent.live_id = change.live_id;
  intent.idempotency_key = change.action == Action::kCreate ? MakeUuid(random_) : "";
  intent.etag_before = request.etag;
  intent.before = ToCanonicalJson(change.before);
  intent.after = ToCanonicalJson(after);
  intent.content = intent.after;
  intent.lifecycle = LifecycleJson(arena_, change);
  intent.payload_sha256 = payload_hash;
  intent.started = loop_.clock().Now();
  return intent;
}

/// What all records of this run have in common.
AuditEntry Executor::StartEntry() const {
  AuditEntry entry;
  entry.time = loop_.clock().Now();
  entry.run = identity_.run;
  entry.actor = identity_.actor;
  entry.git_commit = identity_.git_commit;
  entry.git_pr = identity_.git_pr;
  entry.tenant = identity_.tenant;
  return entry;
}

AuditEntry Executor::EntryFor(const Change& change, const Intent& intent, const ChangeOutcome& outcome,
                              const WriteResult& written) const {
  AuditEntry entry = StartEntry();
  entry.address = change.address;
  entry.action = std::string(ActionName(change.action));
  entry.live_id = written.object ? written.object->id : change.live_id;
  if (change.kind == ObjectKind::kSchedule) entry.scope = change.scope;
  entry.before = MaskPhoneNumbers(intent.before);
  entry.after = MaskPhoneNumbers(intent.after);
  entry.etag_before = intent.etag_before;
  entry.etag_after = written.object ? written.object->etag : "";
  entry.request_id = written.request_id;
  entry.attempts = outcome.attempts;
  entry.latency_ms = outcome.latency_ms;
  entry.outcome = std::string(OutcomeName(outcome.outcome));
  entry.reason = MaskPhoneNumbers(outcome.error);
  entry.compliance_windows = identity_.compliance_windows;
  entry.compliance_blackouts = identity_.compliance_blackouts;
  entry.compliance_capacity = identity_.compliance_capacity;
  const Value* hold = change.after.Find("complianceHold");
  entry.compliance_hold = hold && hold->as_bool() ? "held" : "none";
  if (outcome.attempts > 0) entry.payload_sha256 = intent.payload_sha256;
  return entry;
}

AppliedObject Executor::AppliedFor(const Change& change, const std::string& live_id, const Value& after) const {
  AppliedObject object;
  object.address = change.address;
  object.kind = std::string(KindName(change.kind));
  object.live_id = live_id;
  object.scope = change.scope;
  object.identity = change.identity;
  object.content = ToCanonicalJson(after);
  object.lifecycle = LifecycleJson(arena_, change);
  object.run = identity_.run;
  object.applied_at = loop_.clock().Now();
  return object;
}

}  // namespace cxctl
