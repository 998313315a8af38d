#include "inspect/why.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "inspect/render.h"
#include "inspect/set_items.h"
#include "plan/content.h"
#include "value/json.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

const DesiredObject* FindDesired(const DesiredState& desired, const std::string& address) {
  const auto found = std::ranges::find(desired.objects, address, &DesiredObject::address);
  return found == desired.objects.end() ? nullptr : &*found;
}

const AppliedObject* FindApplied(const std::vector<AppliedObject>& applied, const std::string& address) {
  const auto found = std::ranges::find(applied, address, &AppliedObject::address);
  return found == applied.end() ? nullptr : &*found;
}

const Document* FindDocument(const ManifestSet& set, const std::string& address) {
  if (set.tenant && set.tenant->address == address) return &*set.tenant;
  const auto found = std::ranges::find_if(
      set.documents, [&](const Document& document) { return document.valid && document.address == address; });
  return found == set.documents.end() ? nullptr : &*found;
}

/// Members, lists as a whole.
void AddPaths(const Value& value, const std::string& pointer, std::vector<std::string>& paths) {
  if (!value.is_object() || value.members().empty()) {
    if (!pointer.empty()) paths.push_back(pointer);
    return;
  }
  for (const Member& member : value.members())
    AddPaths(member.value, fmt::format("{}/{}", pointer, EscapePointerSegment(member.key)), paths);
}

/// The path of a code from the root of its category.
std::string CodePath(const std::vector<LiveObject>& codes, const LiveObject& code) {
  std::string path(code.content.GetString("code"));
  const LiveObject* at = &code;
  for (int depth = 0; depth < 8; ++depth) {
    const std::string_view parent = at->content.GetString("parentCallCodeId");
    if (parent.empty()) return path;
    const auto found = std::ranges::find(codes, parent, &LiveObject::id);
    if (found == codes.end()) return "";
    at = &*found;
    path = fmt::format("{}/{}", at->content.GetString("code"), path);
  }
  return "";
}

std::optional<LiveObject> FirstOf(const std::vector<LiveObject>& objects, const auto& matches) {
  const auto found = std::ranges::find_if(objects, matches);
  return found == objects.end() ? std::nullopt : std::optional(*found);
}

const Document* PolicyOf(const ManifestSet& set, std::string_view kind, std::string_view campaign) {
  for (const Document* policy : set.OfKind(kind)) {
    if (policy->spec().GetString("campaign") == campaign) return policy;
  }
  return nullptr;
}

class Explainer {
 public:
  Explainer(const WhyInputs& inputs, const LiveState* live, Origins& origins, WhyAnswer& answer)
      : in_(inputs), was_read_(live != nullptr), origins_(origins), answer_(answer) {
    desired_ = FindDesired(inputs.desired, answer.address);
    answer.document = desired_ ? desired_->document : FindDocument(inputs.set, answer.address);
    answer.applied = FindApplied(inputs.applied, answer.address);
    answer.on_tenant = desired_ || answer.applied;
    if (live) answer.live = FindLiveObject(inputs, *live, answer.address);
    if (answer.live) kind_ = answer.live->kind;
    if (desired_) kind_ = desired_->kind;
    if (answer.live) live_ = CanonicalContent(inputs.arena, kind_, answer.live->content);
    if (answer.applied) {
      if (const auto json = ParseJson(inputs.arena, answer.applied->content)) applied_ = *json;
    }
    if (answer.document) AddRendered();
  }

  void AddAll() {
    std::vector<std::string> paths;
    if (desired_) {
      AddPaths(desired_->content, "", paths);
    } else if (answer_.document) {
      AddPaths(rendered_, "", paths);
      std::erase_if(paths, [](const std::string& path) { return path == "/apiVersion" || path == "/kind"; });
    } else {
      AddPaths(applied_, "", paths);
    }
    for (const std::string& path : paths) Add(path);
  }

  bool Add(const std::string& path) {
    WhyMember member;
    member.path = path;
    member.owner = OwnerOf(path);
    const auto place = desired_ ? SetPlaceOf(kind_, path) : std::nullopt;
    if (place && SetSide{desired_->content}.Items(*place)) {
      if (AddOfSet(*place, member)) return true;
    } else if (desired_ || !answer_.document) {
      const Value* manifest = desired_ ? ResolvePointer(desired_->content, path) : nullptr;
      const Value* live = ResolvePointer(live_, path);
      const Value* applied = ResolvePointer(applied_, path);
      if (manifest || live || applied) {
        Take(member, manifest);
        if (live) member.live = *live;
        if (applied) member.last_applied = *applied;
        member.status = StatusOf(member, live != nullptr, applied != nullptr);
        answer_.members.push_back(std::move(member));
        return true;
      }
    }
    if (!answer_.document) return false;
    if (AddOfDocument(member)) return true;
    if (!IsKnownMember(path)) return false;
    member.status = was_read_ && desired_ ? WhyStatus::kUnmanaged : WhyStatus::kUnknown;
    if (was_read_ && desired_ && member.owner) member.status = WhyStatus::kControlled;
    if (!desired_) member.status = WhyStatus::kNotSent;
    answer_.members.push_back(std::move(member));
    return true;
  }

  /// What it might have been.
  std::string Nearest(const std::string& path) const {
    std::vector<std::string> paths;
    if (desired_) AddPaths(desired_->content, "", paths);
    AddPaths(live_, "", paths);
    AddPaths(rendered_, "", paths);
    std::vector<std::string_view> words(paths.begin(), paths.end());
    return std::string(NearestWord(path, words));
  }

 private:
  void AddRendered() {
    Selection selection;
    selection.targets.push_back(answer_.document->address);
    for (const RenderedDocument& each : RenderManifests(in_.arena, in_.set, selection)) {
      if (each.document == answer_.document) rendered_ = each.root;
    }
  }

  void Take(WhyMember& member, const Value* manifest) {
    if (!manifest) return;
    member.manifest = *manifest;
    member.in_manifest = true;
    member.origin = origins_.Of(*answer_.document, *manifest);
    // A default that is sent stands where its mapping does.
    const bool is_filled_in = LivesInAgent(kind_) && desired_ && member.path.starts_with("/spec/") &&
                              !ResolvePointer(answer_.document->root, member.path);
    const bool is_active = desired_ && kind_ == ObjectKind::kCallCode && member.path == "/isActive";
    if (is_filled_in || (is_active && IsFirstOfCode(*manifest))) member.origin = Origin{};
    member.is_default = member.origin.kind == OriginKind::kDefault;
  }

  /// Windows and blackouts are made anew in the API's form, merged and sorted, and so lose their places: where such an
  /// item, or what `rest` names of it, is written.
  Origin WrittenOrigin(const SetPlace& place, const Value& item) {
    const Value* spec = rendered_.Find("spec");
    const SetSide written{spec ? *spec : rendered_};
    const Value* found = FindCounterpart(in_.arena, place, item, {desired_->content}, written);
    if (!found) found = written.Items(place);
    if (!found) return {};
    const Value* part = ResolvePointer(*found, place.rest);
    return origins_.Of(*answer_.document, part ? *part : *found);
  }

  /// A member of a list that is a set: held against the item that stands for it on each side, wherever that is, and
  /// judged as plan and drift judge the list.
  bool AddOfSet(const SetPlace& place, WhyMember member) {
    const SetSide wanted{desired_->content}, live{live_}, applied{applied_};
    const SetSide* home = wanted.Item(place) ? &wanted : live.Item(place) ? &live : &applied;
    const Value* item = home->Item(place);
    if (!item || !ResolvePointer(*item, place.rest)) return false;
    const auto on = [&](const SetSide& side) {
      return &side == home ? item : FindCounterpart(in_.arena, place, *item, *home, side);
    };
    const auto part = [&](const Value* whole) { return whole ? ResolvePointer(*whole, place.rest) : nullptr; };
    const Value *manifest_item = on(wanted), *live_item = on(live);
    if (const Value* value = part(manifest_item)) {
      member.manifest = *value;
      member.in_manifest = true;
      member.origin = WrittenOrigin(place, *manifest_item);
    }
    if (const Value* value = part(live_item)) member.live = *value;
    if (const Value* value = part(on(applied))) member.last_applied = *value;
    const bool is_in_step = answer_.live && manifest_item && live_item &&
                            ((!place.rest.empty() && member.manifest == member.live) ||
                             IsInStep(in_.arena, place, *manifest_item, wanted, *live_item, live));
    member.status = is_in_step ? WhyStatus::kInStep : StatusOfList(place.list);
    answer_.members.push_back(std::move(member));
    return true;
  }

  WhyStatus StatusOfList(const std::string& path) const {
    WhyMember list;
    list.path = path;
    const Value* live = ResolvePointer(live_, path);
    const Value* applied = ResolvePointer(applied_, path);
    list.manifest = *ResolvePointer(desired_->content, path);
    list.in_manifest = true;
    if (live) list.live = *live;
    if (applied) list.last_applied = *applied;
    return StatusOf(list, live != nullptr, applied != nullptr);
  }

  /// The policy that git leaves a member of a campaign to. A throttle owns state only while it has paused.
  const Document* OwnerOf(const std::string& path) const {
    if (kind_ != ObjectKind::kCampaign || !answer_.document || path != "/dialRate") return nullptr;
    return PolicyOf(in_.set, "PacingPolicy", answer_.document->name);
  }

  bool IsFirstOfCode(const Value& value) const {
    const Position& code = desired_->source;
    return value.position().line == code.line && value.position().column == code.column;
  }

  /// Whether the kind has such a member, though neither side does.
  bool IsKnownMember(const std::string& path) const {
    std::string dotted = path.substr(path.starts_with("/spec/") ? 6 : 1);
    std::ranges::replace(dotted, '/', '.');
    return kind_ != ObjectKind::kCallCode && FindField(*answer_.document->kind, dotted, nullptr) != nullptr;
  }

  bool AddOfDocument(WhyMember member) {
    const bool has_root = member.path.starts_with("/spec/") || member.path.starts_with("/metadata/") ||
                          member.path == "/spec" || member.path == "/metadata" || member.path == "/kind" ||
                          member.path == "/apiVersion";
    const std::string pointer = has_root ? member.path : "/spec" + member.path;
    const Value* value = ResolvePointer(rendered_, pointer);
    if (!value) value = ResolvePointer(answer_.document->root, pointer);
    if (!value) return false;
    Take(member, value);
    member.path = pointer;
    member.status = WhyStatus::kNotSent;
    answer_.members.push_back(std::move(member));
    return true;
  }

  WhyStatus StatusOf(const WhyMember& member, bool is_live, bool is_applied) const {
    if (!desired_) return WhyStatus::kRemoved;
    if (!was_read_) return WhyStatus::kUnknown;
    if (!member.in_manifest && !member.owner) return WhyStatus::kUnmanaged;
    if (!answer_.live) return WhyStatus::kMissing;
    if (!member.in_manifest) return IsControlled(member) ? WhyStatus::kControlled : WhyStatus::kPending;
    const auto same = [&](const Value& a, const Value& object, const Value& b) {
      return SameMeaning(kind_, member.path, a, b, object, desired_->content);
    };
    if (is_live && same(member.live, live_, member.manifest)) return WhyStatus::kInStep;
    if (IsControlled(member)) return WhyStatus::kControlled;
    if (is_applied && same(member.last_applied, applied_, member.manifest)) return WhyStatus::kDrifted;
    if (!is_applied || (is_live && SameMeaning(kind_, member.path, member.last_applied, member.live, applied_, live_)))
      return WhyStatus::kPending;
    return WhyStatus::kConflicting;
  }

  bool IsControlled(const WhyMember& member) const {
    if (kind_ != ObjectKind::kCampaign) return false;
    const std::string& name = answer_.document->name;
    if (member.path == "/dialRate") {
      const Document* pacing = PolicyOf(in_.set, "PacingPolicy", name);
      if (!pacing) return false;
      const Value& range = *pacing->spec().Find("dialRate");
      const Value* idle = range.Find("idle");
      const double rate = member.live.as_double();
      return (rate >= range.Find("min")->as_double() && rate <= range.Find("max")->as_double()) ||
             rate == (idle ? idle->as_double() : 0);
    }
    const bool is_pause =
        member.path == "/state" || member.path == "/pauseReason" || member.path == "/scheduledResumeTime";
    const Document* throttle = is_pause ? PolicyOf(in_.set, "ThrottlePolicy", name) : nullptr;
    if (!throttle || live_.GetString("state") != "PAUSED") return false;
    const Value* reason = throttle->spec().Find("pause", "reason");
    return live_.GetString("pauseReason") == (reason ? reason->as_string() : "CARRIER_THROTTLE");
  }

  const WhyInputs& in_;
  bool was_read_;
  Origins& origins_;
  WhyAnswer& answer_;
  const DesiredObject* desired_ = nullptr;
  ObjectKind kind_ = ObjectKind::kCampaign;
  Value live_, applied_, rendered_;
};

}  // namespace

Result<WhySubject> FindSubject(const WhyInputs& inputs, const std::string& word) {
  std::vector<std::string> addresses;
  if (inputs.set.tenant) addresses.push_back(inputs.set.tenant->address);
  for (const Document& document : inputs.set.documents) {
    if (document.valid) addresses.push_back(document.address);
  }
  for (const DesiredObject& object : inputs.desired.objects) addresses.push_back(object.address);
  for (const AppliedObject& object : inputs.applied) addresses.push_back(object.address);
  const std::string* longest = nullptr;
  for (const std::string& address : addresses) {
    const bool begins = word == address || (word.starts_with(address) && word[address.size()] == '/');
    if (begins && (!longest || address.size() > longest->size())) longest = &address;
  }
  if (longest) {
    std::string pointer = word.substr(longest->size());
    while (pointer.ends_with('/')) pointer.pop_back();
    return WhySubject{*longest, pointer};
  }
  // A path behind the name must not make it look far away.
  const std::size_t name = word.find('/') == std::string::npos ? word.size() : word.find('/') + 1;
  const std::string start = word.starts_with("CallCode/") ? word : word.substr(0, word.find('/', name));
  const std::vector<std::string_view> words(addresses.begin(), addresses.end());
  const std::string_view near = NearestWord(start, words);
  return Fail(ErrorCode::kNotFound, fmt::format("nothing has the address {}: {}", EscapeControls(word),
                                                near.empty() ? "see cxctl graph for those that there are"
                                                             : fmt::format("did you mean {}?", EscapeControls(near))));
}

std::optional<LiveObject> FindLiveObject(const WhyInputs& inputs, const LiveState& live, const std::string& address) {
  const DesiredObject* desired = FindDesired(inputs.desired, address);
  const AppliedObject* applied = FindApplied(inputs.applied, address);
  if (const auto campaign = live.campaigns.find(address); campaign != live.campaigns.end()) return campaign->second;
  if (const auto policy = live.policies.find(address); policy != live.policies.end()) return policy->second;
  const auto is_applied = [&](const LiveObject& each) { return applied && each.id == applied->live_id; };
  if (address.starts_with("CampaignSchedule/")) {
    std::string scope = applied ? applied->scope : "";
    if (desired) {
      const auto campaign = live.campaigns.find("Campaign/" + desired->campaign);
      scope = campaign == live.campaigns.end() ? "" : campaign->second.id;
    }
    const auto& listed = live.SchedulesOf(scope);
    const auto is_named = [&](const LiveObject& each) {
      return desired && each.content.GetString("name") == desired->identity;
    };
    auto found = FirstOf(listed, is_named);
    return found ? found : FirstOf(listed, is_applied);
  }
  const auto codes = live.codes.find(desired ? desired->scope : applied ? applied->scope : "");
  if (!address.starts_with("CallCode/") || codes == live.codes.end()) return std::nullopt;
  const std::string path = desired ? desired->identity : applied ? applied->identity : "";
  return FirstOf(codes->second, [&](const LiveObject& each) { return CodePath(codes->second, each) == path; });
}

Result<WhyAnswer> Explain(const WhyInputs& inputs, const WhySubject& subject, const LiveState* live, Origins& origins) {
  WhyAnswer answer;
  answer.address = subject.address;
  answer.is_whole = subject.pointer.empty();
  Explainer explainer(inputs, live, origins, answer);
  if (answer.is_whole) {
    explainer.AddAll();
  } else if (!explainer.Add(subject.pointer)) {
    const std::string near = explainer.Nearest(subject.pointer);
    return Fail(ErrorCode::kNotFound,
                fmt::format("{} has no member {}{}", EscapeControls(subject.address), EscapeControls(subject.pointer),
                            near.empty() ? fmt::format(": see cxctl why {}", EscapeControls(subject.address))
                                         : fmt::format(": did you mean {}?", EscapeControls(near))));
  }
  return answer;
}

}  // namespace cxctl
