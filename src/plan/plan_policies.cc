#include <fmt/format.h>

#include <algorithm>

#include "plan/plan.h"
#include "plan/planning.h"
#include "plan/policy_content.h"
#include "plan/risk.h"
#include "value/pointer.h"

// Policies and sinks, which live in the agent and are written whole.

namespace cxctl {

namespace {

std::string AddressOf(ObjectKind kind, std::string_view name) {
  return fmt::format("{}/{}", KindName(kind), name);
}

/// `root` with the value of `from` at the pointer; without anything there where `from` has nothing.
Value TakeAtPointer(Arena& arena, const Value& root, const Value& from, std::span<const std::string> segments) {
  const std::string& key = segments.front();
  const Value* theirs = from.is_object() ? from.Find(key) : nullptr;
  ObjectBuilder object(arena, root.is_object() ? root : ObjectBuilder(arena).Build());
  if (segments.size() > 1) {
    const Value* own = root.is_object() ? root.Find(key) : nullptr;
    if (!theirs && !own) return root;
    const Value below =
        TakeAtPointer(arena, own ? *own : Value::Null(), theirs ? *theirs : Value::Null(), segments.subspan(1));
    return object.Set(key, below).Build().At(root);
  }
  if (theirs) return object.Set(key, *theirs).Build().At(root);
  return object.Remove(key).Build().At(root);
}

/// What is sent: a fingerprint is the agent's to make.
Value PayloadOf(Arena& arena, const Value& content) {
  return ObjectBuilder(arena, content).Remove("secretFingerprint").Build();
}

void AddSinks(const Value& content, std::vector<std::string>& addresses) {
  const Value* sinks = content.is_object() ? content.Find("sinks") : nullptr;
  if (!sinks) return;
  for (const Value& sink : sinks->items()) addresses.push_back(AddressOf(ObjectKind::kSink, sink.as_string()));
}

}  // namespace

const LiveObject* Planning::FindPolicy(ObjectKind kind, const std::string& name) const {
  const auto found = in_.live.policies.find(AddressOf(kind, name));
  return found == in_.live.policies.end() ? nullptr : &found->second;
}

void Planning::PlanPolicies() {
  for (const DesiredObject& object : in_.desired.objects) {
    if (LivesInAgent(object.kind)) PlanPolicy(object);
  }
  PlanPolicyRemovals();
  for (const auto& [address, live] : in_.live.policies) {
    const bool planned = std::ranges::any_of(changes, [&](const Change& change) { return change.address == address; });
    if (!planned && !addresses_.contains(address) && !applied_.contains(address))
      unmanaged.push_back({address, live.scope, live.id, live.updated_by, live.updated_at});
  }
}

void Planning::PlanPolicy(const DesiredObject& object) {
  Known known = FindKnown(object);
  const LiveObject* live = FindPolicy(object.kind, object.identity);
  if (live) {
    // What is still there under an earlier name is removed by itself.
    if (known.moved) consumed_.erase(known.object->address);
    if (known.moved) known = {};
    AddPolicyUpdate(object, *live, ResolvedPolicy(object, live), known);
    return;
  }
  const LiveObject* old = FindRenamed(object, known);
  const Value content = ResolvedPolicy(object, old);
  if (old) {
    AddPolicyRename(object, *old, content, known);
  } else {
    AddPolicyCreate(object, content, known.object != nullptr);
    if (known.moved) changes.back().previous_addresses.push_back(known.object->address);
  }
}

/// The live policy of an earlier name; null if it was not renamed, or if that is gone.
const LiveObject* Planning::FindRenamed(const DesiredObject& object, Known& known) const {
  if (known.moved) return FindPolicy(object.kind, known.object->live_id);
  if (known.object) return nullptr;
  for (const std::string& name : object.previous_names) {
    const std::string address = AddressOf(object.kind, name);
    const LiveObject* old = FindPolicy(object.kind, name);
    if (old && !addresses_.contains(address)) return old;
  }
  return nullptr;
}

Value Planning::ResolvedPolicy(const DesiredObject& object, const LiveObject* live) const {
  ObjectBuilder resolved(in_.arena, object.content);
  if (!object.campaign.empty()) {
    const LiveObject& campaign = in_.live.campaigns.at(fmt::format("Campaign/{}", object.campaign));
    const Value* named = object.document->spec().Find("campaign");
    resolved.Set("campaignId", MakeString(in_.arena, campaign.id).At(*named));
  }
  const Value* secret = object.content.Find("spec", "secret");
  const auto fingerprint = in_.secret_fingerprints.find(object.address);
  const bool is_known =
      fingerprint != in_.secret_fingerprints.end() && !in_.options.unknown_secrets.contains(object.address);
  if (secret && is_known) resolved.Set("secretFingerprint", MakeString(in_.arena, fingerprint->second).At(*secret));
  Value content = resolved.Build();
  const Value* ignored = object.document->metadata().Find("lifecycle", "ignoreChanges");
  if (!ignored || !live) return CanonicalContent(in_.arena, object.kind, content);
  for (const Value& pointer : ignored->items()) {
    const auto segments = ParsePointer(fmt::format("/spec{}", pointer.as_string()));
    if (segments) content = TakeAtPointer(in_.arena, content, live->content, *segments);
    // The sinks stand beside the spec.
    if (PointerCovers(pointer.as_string(), "/sinks"))
      content = TakeAtPointer(in_.arena, content, live->content, std::vector<std::string>{"sinks"});
  }
  return CanonicalContent(in_.arena, object.kind, content);
}

void Planning::AddPolicyCreate(const DesiredObject& object, const Value& content, bool drifted) {
  Change change = Start(object, LiveObject());
  change.action = Action::kCreate;
  change.operation = WriteOperation::kCreate;
  change.reason = drifted ? Reason::kDrifted : Reason::kDeclared;
  change.risk = RiskOfPolicyCreate(object.kind);
  change.after = content;
  change.payload = PayloadOf(in_.arena, content);
  change.writes = true;
  change.campaign = std::string(content.GetString("campaignId"));
  AddSinks(content, change.sinks);
  changes.push_back(std::move(change));
}

void Planning::AddPolicyUpdate(const DesiredObject& object, const LiveObject& live, const Value& content,
                               const Known& known) {
  const Value before = LiveContent(live);
  std::vector<FieldChange> fields = CompareContent(object.kind, before, content);
  if (fields.empty() && (in_.options.stateless || (known.object && IsRemembered(object, *known.object)))) {
    ++unchanged;
    return;
  }
  Change change = Start(object, live);
  change.campaign = std::string(content.GetString("campaignId"));
  change.before = before;
  change.after = content;
  change.fields = std::move(fields);
  if (change.fields.empty()) {
    change.action = Action::kAdopt;
    changes.push_back(std::move(change));
    return;
  }
  change.action = Action::kUpdate;
  change.operation = WriteOperation::kUpdate;
  change.reason = ReasonFor(change, known.object);
  change.risk = RiskOf(object.kind, change.fields, before, content);
  change.payload = PayloadOf(in_.arena, content);
  change.writes = true;
  AddSinks(before, change.sinks);
  AddSinks(content, change.sinks);
  changes.push_back(std::move(change));
}

/// The policy is put under its new name, and what it was is deleted after everything that used it moved on.
void Planning::AddPolicyRename(const DesiredObject& object, const LiveObject& old, const Value& content,
                               const Known& known) {
  const std::string old_address = AddressOf(object.kind, old.id);
  AddPolicyCreate(object, content, false);
  Change& renamed = changes.back();
  renamed.steps = {renamed};
  renamed.action = Action::kRename;
  renamed.operation = WriteOperation::kUpdate;
  renamed.reason = Reason::kRenamed;
  renamed.live_id = old.id;
  renamed.etag = old.etag;
  renamed.before = LiveContent(old);
  renamed.fields = CompareContent(object.kind, renamed.before, content);
  renamed.risk = RiskOf(object.kind, renamed.fields, renamed.before, content);
  consumed_.insert(known.object ? known.object->address : old_address);
  Change& removal = AddPolicyRemoval(old, old_address, false);
  removal.reason = Reason::kRenamed;
  removal.risk = Risk::kNeutral;
  removal.follows = object.address;
  removal.source = object.source;
  if (known.object && known.object->address != old_address) removal.previous_addresses.push_back(known.object->address);
}

Change& Planning::AddPolicyRemoval(const LiveObject& live, const std::string& address, bool prevent_destroy) {
  Change change;
  change.address = address;
  change.action = Action::kDelete;
  change.operation = WriteOperation::kDelete;
  change.reason = Reason::kRemoved;
  change.risk = RiskOfPolicyRemoval(live.kind);
  change.kind = live.kind;
  change.live_id = live.id;
  change.etag = live.etag;
  change.identity = live.id;
  change.before = LiveContent(live);
  change.campaign = std::string(change.before.GetString("campaignId"));
  change.writes = true;
  change.prevent_destroy = prevent_destroy;
  change.updated_by = live.updated_by;
  change.updated_at = live.updated_at;
  AddSinks(change.before, change.sinks);
  return changes.emplace_back(std::move(change));
}

/// What was applied from here and is in the manifests no more.
void Planning::PlanPolicyRemovals() {
  for (const AppliedObject& object : in_.applied) {
    const auto kind = KindNamed(object.kind);
    if (!kind || !LivesInAgent(*kind) || consumed_.contains(object.address)) continue;
    if (addresses_.contains(object.address) || IsReserved(object.address) || !MayRemove(object.address)) continue;
    if (in_.tenant.agent_url.empty()) {
      held.push_back({object.address, "no agent", std::nullopt, {}});
      continue;
    }
    if (const LiveObject* live = FindPolicy(*kind, object.live_id)) {
      AddPolicyRemoval(*live, object.address, RememberedLifecycle(object).prevent_destroy);
      continue;
    }
    Change gone;
    gone.address = object.address;
    gone.action = Action::kRelease;
    gone.reason = Reason::kRemoved;
    gone.kind = *kind;
    gone.live_id = object.live_id;
    gone.identity = object.identity;
    changes.push_back(std::move(gone));
  }
}

/// A policy is written whole: it is put back as it was if it still is as the run left it.
void Planning::UndoPolicy(const RecordedWrite& write) {
  const std::string name = write.address.substr(write.address.find('/') + 1);
  const LiveObject* live = FindPolicy(write.kind, name);
  const Value content = live ? LiveContent(*live) : Value::Null();
  const auto is = [&](const Value& state) {
    if (!live || !state.is_object()) return !live && !state.is_object();
    return CompareContent(write.kind, content, state).empty();
  };
  if (is(write.before)) return;
  if (!is(write.after)) {
    const char* changed = write.after.is_object() ? "it was changed since" : "another one of this name is there now";
    irreversible.push_back({write.address, live ? changed : "the object is gone"});
    return;
  }
  if (!write.before.is_object()) {
    AddPolicyRemoval(*live, write.address, false);
    return;
  }
  const auto secret = in_.secret_fingerprints.find(write.address);
  const std::string_view earlier = write.before.GetString("secretFingerprint");
  const bool is_known = secret != in_.secret_fingerprints.end() && secret->second == earlier;
  if (write.before.Find("spec", "secret") && !is_known) {
    irreversible.push_back({write.address, "its earlier secret is not the one that its manifest names"});
    return;
  }
  Change change;
  change.address = write.address;
  change.kind = write.kind;
  change.identity = name;
  change.live_id = live ? name : "";
  change.action = live ? Action::kUpdate : Action::kCreate;
  change.operation = live ? WriteOperation::kUpdate : WriteOperation::kCreate;
  change.after = write.before;
  change.payload = PayloadOf(in_.arena, write.before);
  change.campaign = std::string(write.before.GetString("campaignId"));
  change.writes = true;
  if (const AppliedObject* applied = FindApplied(write.address))
    change.prevent_destroy = RememberedLifecycle(*applied).prevent_destroy;
  change.risk = RiskOfPolicyCreate(write.kind);
  if (live) {
    change.etag = live->etag;
    change.before = content;
    change.fields = CompareContent(write.kind, content, write.before);
    change.risk = RiskOf(write.kind, change.fields, content, write.before);
  }
  AddSinks(change.before, change.sinks);
  AddSinks(change.after, change.sinks);
  changes.push_back(std::move(change));
}

}  // namespace cxctl
