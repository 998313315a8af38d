#include <fmt/format.h>

#include <algorithm>

#include "apply/executor.h"
#include "base/digest.h"
#include "base/strings.h"
#include "env/ids.h"
#include "plan/risk.h"
#include "value/json.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

constexpr int kMostRepeats = 3;

ChangeOutcome Failed(ChangeOutcome outcome, std::string error) {
  outcome.outcome = Outcome::kFailed;
  outcome.error = std::move(error);
  return outcome;
}

void Count(ChangeOutcome& outcome, const WriteResult& written) {
  outcome.attempts += written.attempts;
  outcome.latency_ms = std::chrono::duration_cast<std::chrono::milliseconds>(written.latency).count();
}

Value AtPath(const Value& object, const std::string& path) {
  const Value* value = ResolvePointer(object, path);
  return value ? *value : Value::Null();
}

std::string LifecycleJson(Arena& arena, const Change& change) {
  ObjectBuilder lifecycle(arena);
  lifecycle.Set("preventDestroy", change.prevent_destroy);
  if (!change.removal.empty()) lifecycle.Set("removal", change.removal);
  return ToJson(lifecycle.Build());
}

bool Removes(const Change& change) { return change.action == Action::kDelete; }

}  // namespace

Task<ChangeOutcome> Executor::Make(const Change& change) {
  if (!change.writes) {
    ChangeOutcome remembered = co_await Remember(change);
    co_return remembered;
  }
  if (change.action == Action::kCreate) {
    ChangeOutcome created = co_await MakeCreate(change);
    co_return created;
  }
  ChangeOutcome made = co_await MakeGuarded(change);
  co_return made;
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
  if (!durable) outcome = Failed(std::move(outcome), durable.error().message);
  co_return outcome;
}

Task<ChangeOutcome> Executor::MakeCreate(const Change& change) {
  ChangeOutcome outcome;
  WriteRequest request;
  request.kind = change.kind;
  request.operation = WriteOperation::kCreate;
  request.scope = change.scope;
  request.payload = change.payload;
  Value after = change.after;
  if (!change.parent.empty()) {
    request.payload = ObjectBuilder(arena_, request.payload).Set("parentCallCodeId", created_ids_.at(change.parent)).Build();
    after = ObjectBuilder(arena_, after).Set("parentCallCodeId", created_ids_.at(change.parent)).Build();
  }
  Intent intent = MakeIntent(change, request, after);
  request.idempotency_key = intent.idempotency_key;
  Result<void> durable = co_await BeginCreate(intent);
  if (!durable) co_return Failed(std::move(outcome), fmt::format("not sent, its intent could not be stored: {}", durable.error().message));

  const std::string name(change.kind == ObjectKind::kCallCode ? after.GetString("code") : after.GetString("name"));
  const std::string parent(after.GetString("parentCallCodeId"));
  WriteResult written;
  for (int repeat = 0; repeat <= kMostRepeats; ++repeat) {
    written = co_await provider_.Write(request);
    Count(outcome, written);
    if (written.status == WriteStatus::kDone) {
      outcome.outcome = Outcome::kApplied;
      break;
    }
    outcome = Failed(std::move(outcome), written.message);
    if (written.status != WriteStatus::kConflict && written.status != WriteStatus::kAmbiguous) break;
    // It exists already, or we do not know: its identity tells.
    auto found = co_await provider_.FindByIdentity(change.kind, change.scope, name, parent);
    if (!found) {
      outcome.error += fmt::format("; and it could not be looked up: {}", found.error().message);
      break;
    }
    if (*found) {
      written.object = **found;
      const bool equal = IsAsWanted(change, (*found)->content);
      outcome.outcome = equal ? Outcome::kRecovered : Outcome::kConflict;
      if (equal) {
        outcome.error.clear();
      } else {
        outcome.error = "it exists already, with other content";
        AddConflicts(change, (*found)->content, outcome);
      }
      break;
    }
    if (written.status == WriteStatus::kConflict) break;  // refused, and not for being there already
    written.status = WriteStatus::kRejected;              // it certainly did not happen
  }
  ChangeOutcome closed = co_await Close(change, std::move(intent), std::move(outcome), std::move(written), after);
  co_return closed;
}

/// Makes the intent durable, unless it is one of an earlier run; then it is already. Closes an intent of an earlier run that meant
/// another content: its object was looked for and is not there.
Task<Result<void>> Executor::BeginCreate(const Intent& intent) {
  const auto open = open_creates_.find(intent.address);
  if (open != open_creates_.end()) {
    const Intent earlier = open->second;
    open_creates_.erase(open);
    if (earlier.id == intent.id) co_return Result<void>();
    Result<void> closed = co_await CloseUnused(earlier);
    if (!closed) co_return closed;
  }
  Result<void> durable = co_await journal_.Begin(intent);
  co_return durable;
}

Task<Result<std::string>> Executor::CurrentEtag(const Change& change, ChangeOutcome& outcome) {
  if (!change.etag.empty()) co_return change.etag;
  auto found = co_await provider_.Get(change.kind, change.scope, change.live_id);
  if (!found) co_return std::unexpected(found.error());
  if (!*found) {
    outcome.outcome = Removes(change) ? Outcome::kRecovered : Outcome::kConflict;
    if (!Removes(change)) outcome.error = "the object is gone";
    co_return std::string();
  }
  if (!IsAsPlanned(change, (*found)->content)) {
    if (!Removes(change) && IsAsWanted(change, (*found)->content)) {
      outcome.outcome = Outcome::kRecovered;
    } else {
      outcome.outcome = Outcome::kConflict;
      outcome.error = "it was changed on the tenant since the plan";
      AddConflicts(change, (*found)->content, outcome);
    }
    co_return std::string();
  }
  if ((*found)->etag.empty()) {
    co_return Fail(ErrorCode::kUnavailable, "the tenant gave no ETag for it, and nothing is written without one");
  }
  co_return (*found)->etag;
}

/// Before a campaign starts to dial: its schedules must be what the plan saw, but for what this run did to them.
Task<Result<bool>> Executor::SchedulesAsPlanned(const Change& change) {
  auto listed = co_await provider_.List(ObjectKind::kSchedule, change.live_id);
  if (!listed) co_return std::unexpected(listed.error());
  const auto& expected = schedules_[change.live_id];
  bool same = listed->size() == expected.size();
  for (const LiveObject& schedule : *listed) {
    const auto known = expected.find(schedule.id);
    same = same && known != expected.end() && known->second == CanonicalContent(arena_, ObjectKind::kSchedule, schedule.content);
  }
  co_return same;
}

Task<ChangeOutcome> Executor::MakeGuarded(const Change& change) {
  ChangeOutcome outcome;
  outcome.outcome = Outcome::kFailed;
  WriteRequest request;
  request.kind = change.kind;
  request.operation = change.operation;
  request.scope = change.scope;
  request.id = change.live_id;
  request.payload = change.payload;
  auto etag = co_await CurrentEtag(change, outcome);
  if (!etag) co_return Failed(std::move(outcome), etag.error().message);
  request.etag = *etag;
  bool go_on = !etag->empty();
  if (go_on && change.activates) {
    auto same = co_await SchedulesAsPlanned(change);
    if (!same) co_return Failed(std::move(outcome), fmt::format("its schedules could not be read before it is activated: {}", same.error().message));
    if (!*same) {
      outcome.outcome = Outcome::kConflict;
      outcome.error = "its schedules were changed on the tenant since the plan";
      go_on = false;
    }
  }
  Intent intent = MakeIntent(change, request, change.after);
  WriteResult written;
  if (go_on) {
    Result<void> durable = co_await journal_.Begin(intent);
    if (!durable) co_return Failed(std::move(outcome), fmt::format("not sent, its intent could not be stored: {}", durable.error().message));
  } else {
    intent.id.clear();
  }
  for (int repeat = 0; go_on && repeat <= kMostRepeats; ++repeat) {
    written = co_await provider_.Write(request);
    Count(outcome, written);
    if (written.status == WriteStatus::kDone) {
      outcome.outcome = Outcome::kApplied;
      outcome.error.clear();
      break;
    }
    outcome = Failed(std::move(outcome), written.message);
    if (written.status == WriteStatus::kGone && Removes(change)) {
      outcome.outcome = Outcome::kRecovered;
      outcome.error.clear();
      break;
    }
    if (written.status == WriteStatus::kRejected || written.status == WriteStatus::kUnavailable) break;
    // 412, 409, 404 or an unknown end: what is live decides.
    auto found = co_await provider_.Get(change.kind, change.scope, change.live_id);
    if (!found) {
      outcome.error += fmt::format("; and it could not be read again: {}", found.error().message);
      break;
    }
    if (!*found) {
      outcome.outcome = Removes(change) ? Outcome::kRecovered : Outcome::kConflict;
      outcome.error = Removes(change) ? "" : "the object is gone";
      written.status = WriteStatus::kRejected;
      break;
    }
    if (!Removes(change) && IsAsWanted(change, (*found)->content)) {
      outcome.outcome = Outcome::kRecovered;
      outcome.error.clear();
      written.object = **found;
      break;
    }
    if (!IsAsPlanned(change, (*found)->content)) {
      outcome.outcome = Outcome::kConflict;
      outcome.error = "it was changed on the tenant since the plan";
      AddConflicts(change, (*found)->content, outcome);
      written.status = WriteStatus::kRejected;
      break;
    }
    request.etag = (*found)->etag;
    // Seen as planned again: whatever was sent has had no effect.
    written.status = WriteStatus::kRejected;
  }
  ChangeOutcome closed = co_await Close(change, std::move(intent), std::move(outcome), std::move(written), change.after);
  co_return closed;
}

/// Makes the outcome durable. An intent whose end is unknown stays open: the next run finds out.
Task<ChangeOutcome> Executor::Close(const Change& change, Intent intent, ChangeOutcome outcome, WriteResult written, Value after) {
  const std::string live_id = written.object ? written.object->id : change.live_id;
  Completion completion;
  completion.intent_id = intent.id;
  completion.keep_open = outcome.outcome == Outcome::kFailed && written.status == WriteStatus::kAmbiguous && !intent.id.empty();
  completion.audit = EntryFor(change, intent, outcome, written);
  if (outcome.succeeded()) {
    completion.remove = change.previous_addresses;
    if (change.action == Action::kDelete || change.action == Action::kDeactivate) {
      completion.remove.push_back(change.address);
    } else {
      completion.put.push_back(AppliedFor(change, live_id, after));
    }
    if (change.action == Action::kCreate) created_ids_[change.address] = live_id;
    NoteSchedule(change, written);
  }
  Result<void> durable = co_await journal_.Finish(std::move(completion));
  if (!durable && outcome.succeeded()) {
    outcome = Failed(std::move(outcome), fmt::format("written, but its outcome could not be stored: {}", durable.error().message));
  }
  co_return outcome;
}

bool Executor::IsAsWanted(const Change& change, const Value& found) const {
  const Value live = CanonicalContent(arena_, change.kind, found);
  if (change.action == Action::kCreate) return CompareContent(change.kind, live, change.after).empty();
  return std::ranges::all_of(change.fields, [&](const FieldChange& field) {
    return SameMeaning(change.kind, field.path, AtPath(live, field.path), field.after, live, change.after);
  });
}

/// Whether everything that the change touches, and its risk was judged on, still has its planned value.
bool Executor::IsAsPlanned(const Change& change, const Value& found) const {
  const Value live = CanonicalContent(arena_, change.kind, found);
  if (change.action == Action::kDelete) return CompareContent(change.kind, live, change.before).empty();
  const auto as_planned = [&](const std::string& path) {
    const Value planned = AtPath(change.before, path);
    // A judged member that git does not manage is not in the plan: the write does not touch it either.
    if (planned.is_null() && !ResolvePointer(change.after, path)) return true;
    const Value now = AtPath(live, path);
    if (now.is_null() || planned.is_null()) {
      const bool no_hold = path == "/complianceHold" && !now.as_bool() && !planned.as_bool();
      const bool no_list = now.items().empty() && planned.items().empty() && (now.is_array() || planned.is_array());
      const bool active = path == "/isActive" && (now.is_null() || now.as_bool()) && (planned.is_null() || planned.as_bool());
      return (now.is_null() && planned.is_null()) || no_hold || no_list || active;
    }
    return SameMeaning(change.kind, path, now, planned, live, change.before);
  };
  return std::ranges::all_of(change.fields, [&](const FieldChange& field) { return as_planned(field.path); }) &&
         std::ranges::all_of(JudgedMembers(change.kind, change.fields), as_planned);
}

void Executor::AddConflicts(const Change& change, const Value& found, ChangeOutcome& outcome) const {
  const Value live = CanonicalContent(arena_, change.kind, found);
  const auto add = [&](const std::string& path, const Value& planned, const Value& wanted) {
    const Value now = AtPath(live, path);
    if (!SameMeaning(change.kind, path, now, planned, live, change.before)) outcome.conflicts.push_back({path, planned, now, wanted});
  };
  if (change.action == Action::kCreate || change.action == Action::kDelete) {
    const Value& reference = change.action == Action::kCreate ? change.after : change.before;
    for (const FieldChange& field : CompareContent(change.kind, live, reference)) {
      const bool create = change.action == Action::kCreate;
      outcome.conflicts.push_back({field.path, create ? Value::Null() : field.after, field.before, create ? field.after : Value::Null()});
    }
    return;
  }
  for (const FieldChange& field : change.fields) add(field.path, field.before, field.after);
  for (const std::string& path : JudgedMembers(change.kind, change.fields)) {
    if (std::ranges::find(change.fields, path, &FieldChange::path) == change.fields.end() && ResolvePointer(change.before, path)) {
      add(path, AtPath(change.before, path), AtPath(change.after, path));
    }
  }
}

Intent Executor::MakeIntent(const Change& change, const WriteRequest& request, const Value& after) {
  const std::string payload_hash = Sha256Hex(provider_.Encode(request).body);
  // A create that an earlier run could not finish keeps its intent and key: the tenant may know it.
  if (const auto open = open_creates_.find(change.address); open != open_creates_.end() && change.action == Action::kCreate) {
    Intent kept = open->second;
    if (kept.payload_sha256 == payload_hash) return kept;
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

AuditEntry Executor::EntryFor(const Change& change, const Intent& intent, const ChangeOutcome& outcome, const WriteResult& written) const {
  AuditEntry entry;
  entry.time = loop_.clock().Now();
  entry.run = identity_.run;
  entry.actor = identity_.actor;
  entry.git_commit = identity_.git_commit;
  entry.git_pr = identity_.git_pr;
  entry.tenant = identity_.tenant;
  entry.address = change.address;
  entry.action = std::string(ActionName(change.action));
  entry.live_id = written.object ? written.object->id : change.live_id;
  entry.before = MaskPhoneNumbers(intent.before);
  entry.after = MaskPhoneNumbers(intent.after);
  entry.etag_before = intent.etag_before;
  entry.etag_after = written.object ? written.object->etag : "";
  entry.request_id = written.request_id;
  entry.attempts = outcome.attempts;
  entry.latency_ms = outcome.latency_ms;
  entry.outcome = std::string(OutcomeName(outcome.outcome));
  entry.reason = outcome.error;
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

void Executor::NoteSchedule(const Change& change, const WriteResult& written) {
  if (change.kind != ObjectKind::kSchedule) return;
  auto& known = schedules_[change.scope];
  if (change.action == Action::kDelete) {
    known.erase(change.live_id);
  } else if (written.object) {
    known[written.object->id] = CanonicalContent(arena_, ObjectKind::kSchedule, written.object->content);
  }
}

}  // namespace cxctl
