#include "plan/rollback.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "plan/planning.h"
#include "plan/risk.h"
#include "value/json.h"

namespace cxctl {

namespace {

std::optional<ObjectKind> KindOf(std::string_view address) {
  return KindNamed(address.substr(0, address.find('/')));
}

/// What identifies the object among those of its scope: a schedule's live name, a code's path.
std::string IdentityOf(const RecordedWrite& write, const Value& content) {
  if (write.kind == ObjectKind::kSchedule) return std::string(content.GetString("name"));
  if (write.kind == ObjectKind::kCampaign) return "";
  const std::size_t name = write.address.find('/') + 1;
  const std::size_t path = write.address.find('/', name);
  return path == std::string::npos ? "" : write.address.substr(path + 1);
}

/// Phone numbers are masked in the audit log.
bool IsMasked(const Value& value) {
  return ToJson(value).find("***") != std::string::npos;
}

/// `/a and /b`, with who changed it last, where the tenant says.
std::string ChangedSince(const std::vector<std::string>& paths, const LiveObject& live) {
  std::string text = fmt::format("{} changed since", Join(paths, ", "));
  if (!live.updated_by.empty()) text += fmt::format(" (last by {})", EscapeControls(live.updated_by));
  return text;
}

std::vector<std::string> Paths(const std::vector<FieldChange>& fields) {
  std::vector<std::string> paths;
  for (const FieldChange& field : fields) paths.push_back(field.path);
  return paths;
}

}  // namespace

RunReader::RunReader(Arena& arena, std::string tenant, std::string run)
    : arena_(arena), tenant_(std::move(tenant)), run_(std::move(run)) {
  marker_ = fmt::format("\"run\":{}", ToCanonicalJson(Value::String(run_)));
}

Result<void> RunReader::Add(std::string_view line) {
  if (line.find(marker_) == std::string_view::npos) return {};
  const auto record = ParseJson(arena_, line);
  if (!record || !record->is_object())
    return Fail(ErrorCode::kIntegrity, "a record of the audit log cannot be read: see cxctl audit verify");
  if (record->GetString("run") != run_ || record->GetString("tenant") != tenant_) return {};
  found_ = true;
  const std::string_view outcome = record->GetString("outcome");
  const std::string_view action = record->GetString("action");
  if ((outcome != "applied" && outcome != "recovered") || action == "adopt" || action == "release") return {};
  const std::string address(record->GetString("address"));
  const auto kind = KindOf(address);
  if (!kind) return {};
  const Value null = Value::Null();
  const Value before = record->Find("before") ? *record->Find("before") : null;
  const Value after = record->Find("after") ? *record->Find("after") : null;
  auto known = std::ranges::find(writes_, address, &RecordedWrite::address);
  if (known == writes_.end()) {
    known = writes_.insert(writes_.end(), {address, *kind, "", "", before, after});
  } else {
    known->after = after;
  }
  if (const auto id = record->GetString("liveId"); !id.empty()) known->live_id = std::string(id);
  if (const auto scope = record->GetString("scope"); !scope.empty()) known->scope = std::string(scope);
  if (*kind == ObjectKind::kCallCode) {
    const Value& content = before.is_object() ? before : after;
    if (content.is_object() && known->scope.empty()) known->scope = std::string(content.GetString("category"));
  }
  return {};
}

SnapshotScope RollbackScope(const std::vector<RecordedWrite>& writes, const Selection& selection) {
  SnapshotScope scope;
  for (const RecordedWrite& write : writes) {
    if (!selection.MatchesAddress(write.address)) continue;
    if (write.kind == ObjectKind::kCampaign) {
      scope.campaigns.push_back({write.address, write.live_id, "", "", "the audit log", false, true});
      continue;
    }
    if (LivesInAgent(write.kind)) {
      scope.policies = true;
      continue;
    }
    if (write.scope.empty() || write.kind == ObjectKind::kCallback) continue;
    if (write.kind == ObjectKind::kSchedule) scope.schedules_of.insert(write.scope);
    if (write.kind == ObjectKind::kCallCode) scope.categories.insert(write.scope);
    if (!write.after.is_null()) scope.expected.push_back({write.kind, write.scope, write.live_id});
  }
  return scope;
}

void Planning::PlanRollback(const std::vector<RecordedWrite>& writes) {
  // Parents before children, as the parents of codes that are made again must be known.
  std::vector<const RecordedWrite*> sorted;
  for (const RecordedWrite& write : writes) {
    if (in_.options.selection.MatchesAddress(write.address)) sorted.push_back(&write);
  }
  std::ranges::sort(sorted, {}, [](const RecordedWrite* write) { return std::string_view(write->address); });
  for (const RecordedWrite* write : sorted) Undo(*write);
}

void Planning::Undo(const RecordedWrite& write) {
  const bool existed = write.before.is_object();
  const bool exists = write.after.is_object();
  if (!existed && !exists) return;
  if (write.kind == ObjectKind::kCallback) {
    irreversible.push_back({write.address, "it was changed because it broke its policy"});
    return;
  }
  if (existed && IsMasked(write.before)) {
    irreversible.push_back({write.address, "the audit log has its phone numbers masked"});
    return;
  }
  if (LivesInAgent(write.kind)) return UndoPolicy(write);
  const LiveObject* live = FindLive(write);
  if (!existed) return UndoCreate(write, live);
  if (!exists) return UndoRemoval(write);
  UndoUpdate(write, live);
}

const LiveObject* Planning::FindLive(const RecordedWrite& write) const {
  if (write.kind == ObjectKind::kCampaign) {
    const auto campaign = in_.live.campaigns.find(write.address);
    return campaign == in_.live.campaigns.end() ? nullptr : &campaign->second;
  }
  const auto& lists = write.kind == ObjectKind::kSchedule ? in_.live.schedules : in_.live.codes;
  const auto list = lists.find(write.scope);
  if (list == lists.end()) return nullptr;
  const auto object = std::ranges::find(list->second, write.live_id, &LiveObject::id);
  return object == list->second.end() ? nullptr : &*object;
}

void Planning::UndoCreate(const RecordedWrite& write, const LiveObject* live) {
  if (!live) return;  // it is gone already
  const std::vector<FieldChange> changed = CompareContent(write.kind, LiveContent(*live), write.after);
  if (!changed.empty()) {
    irreversible.push_back({write.address, ChangedSince(Paths(changed), *live)});
    return;
  }
  Lifecycle lifecycle;
  if (const AppliedObject* applied = FindApplied(write.address)) lifecycle = RememberedLifecycle(*applied);
  lifecycle.removal = "delete";
  if (write.kind == ObjectKind::kSchedule) {
    AddScheduleRemoval(*live, write.address, lifecycle, {});
  } else {
    AddCodeRemoval(*live, write.address, IdentityOf(write, write.after), lifecycle, {});
  }
}

/// What was deleted is made anew: with its content, under another id.
void Planning::UndoRemoval(const RecordedWrite& write) {
  if (write.scope.empty()) {
    irreversible.push_back({write.address, "its record does not say which campaign it belonged to"});
    return;
  }
  const std::string identity = IdentityOf(write, write.before);
  const bool schedule = write.kind == ObjectKind::kSchedule;
  const std::string_view member = schedule ? "name" : "code";
  const auto& lists = schedule ? in_.live.schedules : in_.live.codes;
  if (const auto list = lists.find(write.scope); list != lists.end()) {
    for (const LiveObject& live : list->second) {
      if (live.content.GetString(member) != write.before.GetString(member)) continue;
      if (!schedule && live.content.GetString("parentCallCodeId") != write.before.GetString("parentCallCodeId"))
        continue;
      if (CompareContent(write.kind, LiveContent(live), write.before).empty()) return;  // it is there again
      irreversible.push_back({write.address, "another one of this name is there now"});
      return;
    }
  }
  Change change;
  change.address = write.address;
  change.kind = write.kind;
  change.action = Action::kCreate;
  change.risk = schedule ? Risk::kIncreases : Risk::kNeutral;
  change.scope = write.scope;
  change.identity = identity;
  if (schedule) change.campaign = write.scope;
  change.removal = schedule ? "" : "deactivate";
  change.after = write.before;
  change.payload = write.before;
  change.writes = true;
  change.operation = WriteOperation::kCreate;
  const std::string parent = write.address.substr(0, write.address.rfind('/'));
  const auto anew = std::ranges::find(changes, parent, &Change::address);
  if (!schedule && anew != changes.end() && anew->action == Action::kCreate) {
    change.parent = parent;
    change.payload = ObjectBuilder(in_.arena, change.payload).Remove("parentCallCodeId").Build();
    change.after = ObjectBuilder(in_.arena, change.after).Set("parentCallCodeId", "(known after apply)").Build();
  } else if (const Value* id = change.payload.Find("parentCallCodeId"); id && id->is_null()) {
    change.payload = ObjectBuilder(in_.arena, change.payload).Remove("parentCallCodeId").Build();
    change.after = change.payload;
  }
  changes.push_back(std::move(change));
}

void Planning::UndoUpdate(const RecordedWrite& write, const LiveObject* live) {
  const std::vector<FieldChange> done = CompareContent(write.kind, write.after, write.before);
  if (done.empty()) return;
  if (!live) {
    irreversible.push_back({write.address, "the object is gone"});
    return;
  }
  const Value content = LiveContent(*live);
  const auto is_done = [&](const FieldChange& field) {
    return std::ranges::find(done, field.path, &FieldChange::path) != done.end();
  };
  std::vector<FieldChange> fields;  // what is not as before
  for (FieldChange& field : CompareContent(write.kind, content, write.before)) {
    if (is_done(field)) fields.push_back(std::move(field));
  }
  std::vector<std::string> changed;  // and not as the run left it either
  for (const FieldChange& field : CompareContent(write.kind, content, write.after)) {
    if (std::ranges::find(fields, field.path, &FieldChange::path) != fields.end()) changed.push_back(field.path);
  }
  if (!changed.empty()) {
    irreversible.push_back({write.address, ChangedSince(changed, *live)});
    return;
  }
  if (fields.empty()) return;
  const Value patch = PatchOf(in_.arena, fields, write.before);
  const Value whole_after = MergePatch(in_.arena, content, patch);
  Change change;
  change.address = write.address;
  change.kind = write.kind;
  change.live_id = live->id;
  change.etag = live->etag;
  change.scope = live->scope;
  change.identity = IdentityOf(write, whole_after);
  change.updated_by = live->updated_by;
  change.updated_at = live->updated_at;
  if (write.kind == ObjectKind::kCampaign) change.campaign = live->id;
  if (write.kind == ObjectKind::kSchedule) change.campaign = live->scope;
  if (const AppliedObject* applied = FindApplied(write.address)) {
    const Lifecycle lifecycle = RememberedLifecycle(*applied);
    change.prevent_destroy = lifecycle.prevent_destroy;
    change.removal = lifecycle.removal;
  }
  change.before = RestrictTo(in_.arena, content, write.before);
  change.after = RestrictTo(in_.arena, whole_after, write.before);
  change.risk = RiskOf(write.kind, fields, content, whole_after);
  change.payload = patch;
  change.fields = std::move(fields);
  change.writes = true;
  change.operation = WriteOperation::kUpdate;
  if (write.kind == ObjectKind::kCampaign) AddCampaignWrite(change, *live);
  changes.push_back(std::move(change));
}

}  // namespace cxctl
