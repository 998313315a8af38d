#include "sim/control.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/call_codes.h"
#include "sim/campaigns.h"
#include "sim/schedules.h"
#include "sim/shapes.h"
#include "value/json.h"

namespace cxctl::sim {
namespace {

/// What the console's user is called where the edit does not say.
constexpr std::string_view kEditor = "admin@example.com";

struct EditableKind {
  std::string_view name;
  const ObjectShape* shape;
  ObjectStore TenantState::*store;
  ObjectKeys (*keys)(const Value& content);
};

ObjectKeys KeysOfSchedule(const Value& content) {
  return ScheduleKeys(content.GetString("campaignId"), content);
}

constexpr EditableKind kKinds[] = {
    {"campaign", &kCampaign, &TenantState::campaigns, CampaignKeys},
    {"schedule", &kSchedule, &TenantState::schedules, KeysOfSchedule},
    {"callCode", &kCallCode, &TenantState::call_codes, CallCodeKeys},
    {"callback", &kCallback, &TenantState::callbacks, CallbackKeys},
    {"queue", &kQueue, &TenantState::queues, StateKeys},
    {"agent", &kAgent, &TenantState::agents, StateKeys},
    {"contact", &kContact, &TenantState::contacts, StateKeys},
    {"metrics", &kMetrics, &TenantState::metrics, StateKeys},
};

constexpr std::string_view kKindNames[] = {"campaign", "schedule", "callCode", "callback", "queue",
                                           "agent",    "contact",  "metrics",  "capacity"};
constexpr ObjectShape kAnyObject = {};
constexpr MemberRule kEditRules[] = {
    {.name = "kind", .kind = Kind::kChoice, .required = true, .choices = kKindNames},
    {.name = "id", .min_length = 1},
    {.name = "campaignId"},
    {.name = "set", .kind = Kind::kObject, .shape = &kAnyObject},
    {.name = "create", .kind = Kind::kObject, .shape = &kAnyObject},
    {.name = "delete", .kind = Kind::kBool},
    {.name = "by", .min_length = 1},
};
constexpr ObjectShape kEdit = {kEditRules};

/// One edit on its way.
struct Edit {
  Tenant& tenant;
  Call& call;
  const EditableKind& kind;
  ObjectStore& store;
  std::string editor;

  Answer Create(const Value& create);
  Answer Set(const Value& set);
  Answer Delete();

 private:
  Checked<const StoredObject*> Find() const;
  Checked<void> CheckPlace(const Value& object, const ObjectKeys& keys) const;
  Answer Store(int status, const Value& object, const Value* before);
};

Checked<const StoredObject*> Edit::Find() const {
  const std::string id(call.body.GetString("id"));
  TRY_ASSIGN(const StoredObject* object, FindObject(store, id, kind.name));
  const Value* campaign = call.body.Find("campaignId");
  if (kind.shape == &kSchedule && campaign && campaign->as_string() != object->keys.scope) {
    return Refuse(404, "NOT_FOUND", "There is no schedule with this id on this campaign.");
  }
  return object;
}

/// The rules that even somebody else cannot break: the tenant would not be one that can be saved and loaded.
Checked<void> Edit::CheckPlace(const Value& object, const ObjectKeys& keys) const {
  std::vector<Detail> faults = CheckObject(object, *kind.shape, CheckMode::kOpen);
  if (faults.empty() && kind.shape == &kSchedule) faults = ScheduleFaults(object);
  if (!faults.empty()) return RefuseInvalid(std::move(faults));
  const std::string_view id = object.GetString("id");
  const StoredObject* same = store.FindNamed(keys);
  if (same && same->id != id) return Refuse(409, "DUPLICATE", "The name or code is taken.");
  if (kind.shape == &kSchedule) TRY(FindObject(tenant.state.campaigns, keys.scope, "campaign"));
  if (kind.shape == &kCallback) TRY(FindObject(tenant.state.queues, keys.scope, "queue"));
  if (kind.shape != &kCallCode) return {};
  if (auto broken = CallCodeRuleBroken(store, keys)) return std::unexpected(*broken);
  const StoredObject* old = store.Find(id);
  const bool moved = old && (old->keys.scope != keys.scope || old->keys.parent != keys.parent);
  if (moved && store.HasChildren(id)) return Refuse(409, "HAS_CHILDREN", "The call code has children: it stays.");
  return {};
}

Answer Edit::Store(int status, const Value& object, const Value* before) {
  ObjectKeys keys = kind.keys(object);
  TRY(CheckPlace(object, keys));
  Value content = object;
  if (kind.shape == &kCampaign) content = NormalizedCampaign(call.arena, object);
  if (kind.shape == &kCallCode) content = NormalizedCallCode(call.arena, object);
  if (kind.shape == &kSchedule) {
    ObjectBuilder schedule(call.arena, object);
    schedule.Remove("campaignId");
    content = schedule.Build();
    const std::string now = FormatUtc(tenant.clock.Now());
    const bool changed = !before || !(*before == content);
    if (!before) schedule.Set("createdAt", now);
    if (changed) content = schedule.Set("updatedAt", now).Set("updatedBy", editor).Build();
  }
  return ObjectResponse(status, tenant.state.Put(store, content, std::move(keys)));
}

Answer Edit::Create(const Value& create) {
  ObjectBuilder object(call.arena);
  object.Set("id", create.Find("id") ? *create.Find("id") : MakeString(call.arena, tenant.state.NewId()));
  for (const Member& member : create.members()) {
    if (member.key != "id") object.Append(member);
  }
  if (const Value* campaign = call.body.Find("campaignId"); campaign && kind.shape == &kSchedule) {
    object.Set("campaignId", *campaign);
  }
  if (store.Find(create.GetString("id"))) return Refuse(409, "DUPLICATE", "An object with this id exists.");
  return Store(201, object.Build(), nullptr);
}

Answer Edit::Set(const Value& set) {
  // Metrics have no life of their own: setting them makes them.
  if (kind.shape == &kMetrics && !store.Find(call.body.GetString("id"))) {
    return Create(ObjectBuilder(call.arena, set).Set("id", call.body.GetString("id")).Build());
  }
  TRY_ASSIGN(const StoredObject* stored, Find());
  if (const Value* id = set.Find("id"); id && id->as_string() != stored->id) {
    return RefuseInvalid({{"set.id", "cannot be changed"}});
  }
  const Value before = stored->Read(call.arena);
  ObjectBuilder merged(call.arena, MergePatch(call.arena, before, set));
  if (kind.shape == &kSchedule) merged.Set("campaignId", stored->keys.scope);
  Value object = merged.Build();
  if (kind.shape == &kCampaign && object.GetString("state") != "PAUSED") {
    for (std::string_view name : {"pauseReason", "complianceHold", "scheduledResumeTime"}) {
      if (!set.Find(name)) merged.Remove(name);
    }
    object = merged.Build();
  }
  return Store(200, object, &before);
}

Answer Edit::Delete() {
  TRY_ASSIGN(const StoredObject* object, Find());
  const std::string id = object->id;
  if (store.HasChildren(id)) return Refuse(409, "HAS_CHILDREN", "The call code has children: delete them first.");
  if (kind.shape == &kQueue && !tenant.state.callbacks.List({.scope = id, .limit = 1}).items.empty()) {
    return Refuse(409, "HAS_CALLBACKS", "The queue has callbacks: delete them first.");
  }
  if (kind.shape == &kCampaign) {
    for (const StoredObject* schedule : tenant.state.schedules.List({.scope = id}).items) {
      tenant.state.schedules.Remove(std::string(schedule->id));
    }
  }
  store.Remove(id);
  return HttpResponse{204, {}, ""};
}

Answer EditCapacity(Tenant& tenant, Call& call) {
  const Value* set = call.body.Find("set");
  if (!set) return RefuseInvalid({{"set", "is required"}});
  if (auto faults = CheckObject(*set, kCapacity, CheckMode::kWhole); !faults.empty()) {
    return RefuseInvalid(std::move(faults));
  }
  tenant.state.max_concurrent_calls = static_cast<std::int64_t>(set->Find("maxConcurrentCalls")->as_double());
  return GetDialerCapacity(tenant, call);
}

}  // namespace

Answer EditObject(Tenant& tenant, Call& call) {
  // What is inside `set` and `create` is judged with the object that comes out.
  std::vector<Detail> faults = CheckObject(call.body, kEdit, CheckMode::kWhole);
  std::erase_if(faults, [](const Detail& fault) {
    return fault.field.starts_with("set.") || fault.field.starts_with("create.");
  });
  if (!faults.empty()) return RefuseInvalid(std::move(faults));
  if (call.body.GetString("kind") == "capacity") return EditCapacity(tenant, call);
  const EditableKind& kind = *std::ranges::find(kKinds, call.body.GetString("kind"), &EditableKind::name);
  const std::string_view by = call.body.GetString("by");
  Edit edit{tenant, call, kind, tenant.state.*kind.store, std::string(by.empty() ? kEditor : by)};

  const Value* set = call.body.Find("set");
  const Value* create = call.body.Find("create");
  const Value* remove = call.body.Find("delete");
  const bool removes = remove && remove->as_bool();
  if ((set != nullptr) + (create != nullptr) + removes != 1) {
    return RefuseInvalid({{"body", "must have exactly one of set, create and delete: true"}});
  }
  if (create) return edit.Create(*create);
  if (!call.body.Find("id")) return RefuseInvalid({{"id", "is required"}});
  return set ? edit.Set(*set) : edit.Delete();
}

}  // namespace cxctl::sim
