#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "plan/planning.h"
#include "plan/risk.h"

namespace cxctl {

namespace {

const LiveObject* FindById(const std::vector<LiveObject>& objects, const std::string& id) {
  const auto found = std::ranges::find(objects, id, &LiveObject::id);
  return found == objects.end() ? nullptr : &*found;
}

const LiveObject* FindByName(const std::vector<LiveObject>& objects, std::string_view name) {
  const auto found =
      std::ranges::find_if(objects, [&](const LiveObject& object) { return object.content.GetString("name") == name; });
  return found == objects.end() ? nullptr : &*found;
}

}  // namespace

void Planning::PlanSchedules() {
  std::vector<std::pair<std::size_t, const AppliedObject*>> moved;  // index of its change, what it leaves behind
  for (const DesiredObject& object : in_.desired.objects) {
    if (object.kind != ObjectKind::kSchedule) continue;
    const LiveObject& campaign = in_.live.campaigns.at(fmt::format("Campaign/{}", object.campaign));
    const Known known = FindKnown(object);
    bool renamed = false;
    const LiveObject* live = FindSchedule(object, campaign.id, known, renamed);
    const bool elsewhere = known.object && known.object->scope != campaign.id;
    if (live) {
      claimed_.emplace(campaign.id, live->id);
      AddExisting(object, *live, object.content, known, renamed);
      if (elsewhere) moved.emplace_back(changes.size() - 1, known.object);
      continue;
    }
    LiveObject nothing;
    nothing.scope = campaign.id;
    Change change = Start(object, nothing);
    change.action = Action::kCreate;
    change.reason = known.object && !elsewhere ? Reason::kDrifted : Reason::kDeclared;
    change.risk = Risk::kIncreases;
    change.after = object.content;
    change.payload = object.content;
    change.writes = true;
    change.operation = WriteOperation::kCreate;
    if (known.moved) change.previous_addresses.push_back(known.object->address);
    if (elsewhere) moved.emplace_back(changes.size(), known.object);
    changes.push_back(std::move(change));
  }
  // Only now is it known what other documents stand for.
  for (const auto& [index, object] : moved) LeaveBehind(*object, index);
  PlanScheduleRemovals();
}

/// The live schedule that the document stands for: by its live name, else by what the store knows of it, else by an
/// earlier name that was its live name as well.
const LiveObject* Planning::FindSchedule(const DesiredObject& object, const std::string& campaign_id,
                                         const Known& known, bool& renamed) {
  const std::vector<LiveObject>& listed = in_.live.SchedulesOf(campaign_id);
  if (const LiveObject* live = FindByName(listed, object.identity)) return live;
  const auto is_free = [&](const LiveObject* live) {
    // Another document stands for it by its live name.
    return live && !declared_.contains({object.campaign, std::string(live->content.GetString("name"))});
  };
  renamed = true;
  if (known.object && known.object->scope == campaign_id) {
    const LiveObject* live = FindById(listed, known.object->live_id);
    if (is_free(live)) return live;
  }
  for (const std::string& name : object.previous_names) {
    const LiveObject* live = FindByName(listed, name);
    if (is_free(live)) return live;
  }
  renamed = false;
  return nullptr;
}

/// A schedule belongs to one campaign for good. A document that moved to another one leaves its object behind: it is
/// deleted before the new one is created.
void Planning::LeaveBehind(const AppliedObject& object, std::size_t successor) {
  const LiveObject* live = FindById(in_.live.SchedulesOf(object.scope), object.live_id);
  if (!live || claimed_.contains({object.scope, live->id})) return;
  claimed_.emplace(object.scope, live->id);
  const std::string address = FreeAddress(object.address, object.scope);
  AddScheduleRemoval(*live, address, RememberedLifecycle(object), changes[successor].source);
  changes.back().previous_addresses.push_back(object.address);
  changes[successor].replaces = address;
}

void Planning::AddScheduleRemoval(const LiveObject& live, const std::string& address, const Lifecycle& lifecycle,
                                  const Position& source) {
  Change change;
  change.address = address;
  change.action = Action::kDelete;
  change.risk = Risk::kReduces;
  change.reason = Reason::kRemoved;
  change.kind = ObjectKind::kSchedule;
  change.live_id = live.id;
  change.etag = live.etag;
  change.scope = live.scope;
  change.identity = std::string(live.content.GetString("name"));
  change.source = source;
  change.before = LiveContent(live);
  change.writes = true;
  change.operation = WriteOperation::kDelete;
  change.campaign = live.scope;
  change.updated_by = live.updated_by;
  change.updated_at = live.updated_at;
  change.prevent_destroy = lifecycle.prevent_destroy;
  changes.push_back(std::move(change));
}

void Planning::PlanScheduleRemovals() {
  // What was applied from here and is in the manifests no more.
  for (const AppliedObject& object : in_.applied) {
    if (object.kind != "CampaignSchedule" || consumed_.contains(object.address) || addresses_.contains(object.address))
      continue;
    if (IsReserved(object.address) || !MayRemove(object.address)) continue;
    const auto listed = in_.live.schedules.find(object.scope);
    const LiveObject* live = listed == in_.live.schedules.end() ? nullptr : FindById(listed->second, object.live_id);
    if (live && !claimed_.contains({object.scope, live->id})) {
      claimed_.emplace(object.scope, live->id);
      AddScheduleRemoval(*live, object.address, RememberedLifecycle(object), {});
      continue;
    }
    Change gone;
    gone.address = object.address;
    gone.action = Action::kRelease;
    gone.reason = Reason::kRemoved;
    gone.kind = ObjectKind::kSchedule;
    gone.live_id = object.live_id;
    gone.scope = object.scope;
    gone.identity = object.identity;
    changes.push_back(std::move(gone));
  }
  for (const DesiredObject& object : in_.desired.objects) {
    if (object.kind == ObjectKind::kCampaign) PlanUndeclaredSchedules(object);
  }
}

/// What a campaign has beside the manifests: removed where it is exclusive, else left alone and counted.
void Planning::PlanUndeclaredSchedules(const DesiredObject& campaign_document) {
  const Value* exclusive = campaign_document.document->spec().Find("exclusiveSchedules");
  const std::string& campaign_name = campaign_document.document->name;
  const LiveObject& campaign = in_.live.campaigns.at(campaign_document.address);
  for (const LiveObject& live : in_.live.SchedulesOf(campaign.id)) {
    const std::string name(live.content.GetString("name"));
    if (claimed_.contains({campaign.id, live.id}) || declared_.contains({campaign_name, name})) continue;
    const std::string address = FreeAddress(fmt::format("CampaignSchedule/{}", EscapeControls(name)), campaign_name);
    if (exclusive && exclusive->as_bool() && MayRemove(address)) {
      AddScheduleRemoval(live, address, {}, campaign_document.source);
    } else {
      unmanaged.push_back({address, live.scope, live.id, live.updated_by, live.updated_at});
    }
  }
}

}  // namespace cxctl
