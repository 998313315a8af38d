#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "plan/planning.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

const Document* PolicyOf(const ManifestSet& set, std::string_view kind, const std::string& campaign) {
  for (const Document* document : set.OfKind(kind)) {
    if (document->spec().GetString("campaign") == campaign) return document;
  }
  return nullptr;
}

bool IsPauseMember(std::string_view path) {
  return path == "/pauseReason" || path == "/complianceHold" || path == "/scheduledResumeTime";
}

}  // namespace

void Planning::PlanCampaigns() {
  for (const DesiredObject& object : in_.desired.objects) {
    if (object.kind != ObjectKind::kCampaign) continue;
    const LiveObject& live = in_.live.campaigns.at(object.address);
    std::vector<std::string> controlled;
    Value desired = OwnedByPacing(object, live, object.content, controlled);
    desired = OwnedByThrottle(object, live, desired);
    AddExisting(object, live, desired, FindKnown(object), false, std::move(controlled));
    if (in_.options.report_missing) AddOtherName(object, live);
  }
  for (const LiveObject& live : in_.live.other_campaigns) {
    const std::string name = EscapeControls(live.content.GetString("name"));
    unmanaged.push_back(
        {FreeAddress("Campaign/" + name, live.id), live.scope, live.id, live.updated_by, live.updated_at});
  }
}

/// A campaign that git knows by its name, and that was found by its id.
void Planning::AddOtherName(const DesiredObject& object, const LiveObject& live) {
  const Value* name = object.document->spec().Find("name");
  const Value* live_name = live.content.Find("name");
  if (!name || !live_name || object.document->spec().Find("id") || *name == *live_name) return;
  if (changes.empty() || changes.back().address != object.address) {
    changes.push_back(Start(object, live));
    --unchanged;
  }
  Change& change = changes.back();
  change.action = Action::kRename;
  change.reason = Reason::kDrifted;
  change.fields.push_back({"/name", *live_name, *name, name->position()});
}

/// While a PacingPolicy targets the campaign, a dial rate in its range (or its idle rate) is the controller's; one
/// outside is brought to the nearer bound.
Value Planning::OwnedByPacing(const DesiredObject& object, const LiveObject& live, Value desired,
                              std::vector<std::string>& controlled) {
  const Document* policy = PolicyOf(in_.set, "PacingPolicy", object.document->name);
  const Value* rate = live.content.Find("dialRate");
  if (!policy || !rate || !rate->is_number()) return desired;
  if (const Value* ignored = object.document->metadata().Find("lifecycle", "ignoreChanges")) {
    if (std::ranges::any_of(ignored->items(),
                            [](const Value& pointer) { return PointerCovers(pointer.as_string(), "/dialRate"); }))
      return desired;
  }
  const Value& range = *policy->spec().Find("dialRate");
  const Value& low = *range.Find("min");
  const Value& high = *range.Find("max");
  const Value* idle = range.Find("idle");
  const double idle_rate = idle ? idle->as_double() : 0;
  const double now = rate->as_double();
  ObjectBuilder owned(in_.arena, desired);
  if ((now >= low.as_double() && now <= high.as_double()) || now == idle_rate) {
    owned.Remove("dialRate");
  } else {
    owned.Set("dialRate", now < low.as_double() ? low : high);
    controlled.emplace_back("/dialRate");
  }
  return owned.Build();
}

/// Whether the policy pauses with that reason: as git has it, or as it is deployed until this plan is applied.
bool Planning::IsOwnReason(const Document& policy, std::string_view reason) const {
  const Value* declared = policy.spec().Find("pause", "reason");
  if (reason == (declared ? declared->as_string() : "CARRIER_THROTTLE")) return true;
  const LiveObject* deployed = FindPolicy(ObjectKind::kThrottlePolicy, policy.name);
  if (!deployed) return false;
  const Value* pauses = deployed->content.Find("spec", "pause", "reason");
  return reason == (pauses ? pauses->as_string() : "CARRIER_THROTTLE");
}

/// While a ThrottlePolicy holds the campaign paused with its own reason, the pause is its own until it resumes.
Value Planning::OwnedByThrottle(const DesiredObject& object, const LiveObject& live, Value desired) {
  const Document* policy = PolicyOf(in_.set, "ThrottlePolicy", object.document->name);
  if (!policy || live.content.GetString("state") != "PAUSED") return desired;
  if (!IsOwnReason(*policy, live.content.GetString("pauseReason"))) return desired;
  const std::vector<FieldChange> differences = CompareContent(ObjectKind::kCampaign, LiveContent(live), desired);
  Held hold{object.address, policy->address, std::nullopt, {}};
  ObjectBuilder owned(in_.arena, desired);
  for (const char* member : {"state", "pauseReason", "scheduledResumeTime"}) {
    const std::string path = fmt::format("/{}", member);
    if (std::ranges::find(differences, path, &FieldChange::path) == differences.end()) continue;
    hold.fields.push_back(path);
    owned.Remove(member);
  }
  if (hold.fields.empty()) return desired;
  if (const auto until = live.content.GetString("scheduledResumeTime"); !until.empty()) hold.until = std::string(until);
  held.push_back(std::move(hold));
  return owned.Build();
}

/// A change of state is one PUT that carries the other changed members; everything else is one PATCH. Leaving PAUSED
/// clears the pause members by itself, and a hold is only lifted by PATCH.
void Planning::AddCampaignWrite(Change& change, const LiveObject& live) const {
  const auto state = std::ranges::find(change.fields, "/state", &FieldChange::path);
  if (state != change.fields.end()) {
    change.operation = WriteOperation::kTransition;
    change.activates = state->after.as_string() == "ACTIVE";
    ObjectBuilder payload(in_.arena, change.payload);
    if (state->after.as_string() != "PAUSED") {
      for (const FieldChange& field : change.fields) {
        if (IsPauseMember(field.path)) payload.Remove(field.path.substr(1));
      }
    }
    const Value* hold = change.payload.Find("complianceHold");
    if (hold && !hold->as_bool()) payload.Remove("complianceHold");
    change.payload = payload.Build();
  }
  AddCampaignSteps(change, std::string(live.content.GetString("state")));
}

}  // namespace cxctl
