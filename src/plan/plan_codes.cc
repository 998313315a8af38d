#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/strings.h"
#include "plan/planning.h"

namespace cxctl {

/// The live codes of a category by their place in the tree.
struct Planning::Tree {
  std::unordered_map<std::string, const LiveObject*> by_path;
  std::vector<std::pair<std::string, const LiveObject*>> ordered;  ///< by path

  explicit Tree(const std::vector<LiveObject>& codes) {
    std::unordered_map<std::string_view, const LiveObject*> by_id;
    for (const LiveObject& code : codes) by_id.emplace(code.id, &code);
    for (const LiveObject& code : codes) {
      const std::string path = PathOf(code, by_id);
      if (!path.empty() && by_path.emplace(path, &code).second) ordered.emplace_back(path, &code);
    }
    std::ranges::sort(ordered);
  }

  /// "" for a code whose ancestors are not in the list or go in a circle.
  static std::string PathOf(const LiveObject& code,
                            const std::unordered_map<std::string_view, const LiveObject*>& by_id) {
    std::string path(code.content.GetString("code"));
    const LiveObject* at = &code;
    for (int depth = 0; depth < 8; ++depth) {
      const std::string_view parent = at->content.GetString("parentCallCodeId");
      if (parent.empty()) return path;
      const auto found = by_id.find(parent);
      if (found == by_id.end()) return "";
      at = found->second;
      path = fmt::format("{}/{}", at->content.GetString("code"), path);
    }
    return "";
  }

  const LiveObject* Find(const std::string& path) const {
    const auto found = by_path.find(path);
    return found == by_path.end() ? nullptr : found->second;
  }
};

void Planning::PlanCodes() {
  std::map<std::string, Tree> trees;
  std::vector<std::pair<std::size_t, const AppliedObject*>> moved;  // index of its change, what it leaves behind
  for (const auto& [category, codes] : in_.live.codes) trees.emplace(category, Tree(codes));
  std::map<std::string, std::string> live_ids;  // by address, for the parents of creates
  for (const DesiredObject& object : in_.desired.objects) {
    if (object.kind != ObjectKind::kCallCode) continue;
    const LiveObject* live = trees.at(object.scope).Find(object.identity);
    const Known known = FindKnown(object);
    const bool elsewhere = known.object && known.object->scope != object.scope;
    if (live) {
      claimed_.emplace(object.scope, live->id);
      live_ids.emplace(object.address, live->id);
      AddExisting(object, *live, object.content, known, false);
      if (elsewhere) moved.emplace_back(changes.size() - 1, known.object);
      continue;
    }
    LiveObject nothing;
    nothing.scope = object.scope;
    Change change = Start(object, nothing);
    change.action = Action::kCreate;
    change.reason = known.object && !elsewhere ? Reason::kDrifted : Reason::kDeclared;
    change.writes = true;
    change.operation = WriteOperation::kCreate;
    ObjectBuilder payload(in_.arena, object.content);
    ObjectBuilder after(in_.arena, object.content);
    if (!object.parent.empty()) {
      const auto parent = live_ids.find(object.parent);
      if (parent != live_ids.end()) {
        payload.Set("parentCallCodeId", parent->second);
        after.Set("parentCallCodeId", parent->second);
      } else {
        change.parent = object.parent;
        after.Set("parentCallCodeId", "(known after apply)");
      }
    }
    change.payload = payload.Build();
    change.after = after.Build();
    if (known.moved) change.previous_addresses.push_back(known.object->address);
    if (elsewhere) moved.emplace_back(changes.size(), known.object);
    changes.push_back(std::move(change));
  }
  // Only now is it known what other documents stand for.
  for (const auto& [index, object] : moved) LeaveCodeBehind(*object, index);
  for (const auto& [category, tree] : trees) PlanCodeRemovals(category, tree);
}

/// A code belongs to one category for good. One whose hierarchy moved to another category leaves its object behind,
/// which is removed first, as the hierarchy says.
void Planning::LeaveCodeBehind(const AppliedObject& object, std::size_t successor) {
  const auto listed = in_.live.codes.find(object.scope);
  if (listed == in_.live.codes.end() || claimed_.contains({object.scope, object.live_id})) return;
  const auto live = std::ranges::find(listed->second, object.live_id, &LiveObject::id);
  if (live == listed->second.end()) return;
  claimed_.emplace(object.scope, live->id);
  const std::size_t hierarchy = object.address.find('/') + 1;
  std::string address = object.address;
  address.insert(std::min(address.find('/', hierarchy), address.size()), fmt::format("@{}", object.scope));
  const std::size_t removal = changes.size();
  const Change& moved = changes[successor];
  const Lifecycle lifecycle{moved.prevent_destroy, moved.removal};
  const Position source = moved.source;
  AddCodeRemoval(*live, address, object.identity, lifecycle, source);
  if (changes.size() == removal) return;  // it is inactive already
  changes.back().previous_addresses.push_back(object.address);
  changes[successor].replaces = address;
}

void Planning::AddCodeRemoval(const LiveObject& live, const std::string& address, const std::string& path,
                              const Lifecycle& lifecycle, const Position& source) {
  Change change;
  change.address = address;
  change.reason = Reason::kRemoved;
  change.kind = ObjectKind::kCallCode;
  change.live_id = live.id;
  change.etag = live.etag;
  change.scope = live.scope;
  change.identity = path;
  change.source = source;
  change.prevent_destroy = lifecycle.prevent_destroy;
  change.removal = lifecycle.removal;
  change.writes = true;
  if (lifecycle.removal == "delete") {
    change.action = Action::kDelete;
    change.operation = WriteOperation::kDelete;
    change.before = LiveContent(live);
    changes.push_back(std::move(change));
    return;
  }
  const Value* active = live.content.Find("isActive");
  if (active && !active->is_null() && !active->as_bool()) {
    if (!FindApplied(address)) return;  // inactive already and never ours
    change.action = Action::kRelease;
    change.writes = false;
    changes.push_back(std::move(change));
    return;
  }
  change.action = Action::kDeactivate;
  change.operation = WriteOperation::kUpdate;
  change.payload = ObjectBuilder(in_.arena).Set("isActive", false).Build();
  change.fields.push_back({"/isActive", Value::Bool(true), Value::Bool(false), source});
  const Value content = LiveContent(live);
  change.before = ObjectBuilder(in_.arena, content).Set("isActive", true).Remove("parentCallCodeId").Build();
  change.after = ObjectBuilder(in_.arena, change.before).Set("isActive", false).Build();
  changes.push_back(std::move(change));
}

void Planning::PlanCodeRemovals(const std::string& category, const Tree& tree) {
  const Document* hierarchy = nullptr;
  for (const Document* document : in_.set.OfKind("CallCodeHierarchy")) {
    if (document->spec().GetString("category") == category) hierarchy = document;
  }
  Lifecycle declared;
  bool exclusive = false;
  if (hierarchy) {
    const Value* removal = hierarchy->spec().Find("removal");
    declared.removal = removal ? std::string(removal->as_string()) : "deactivate";
    const Value* prevent = hierarchy->metadata().Find("lifecycle", "preventDestroy");
    declared.prevent_destroy = prevent && prevent->as_bool();
    const Value* only = hierarchy->spec().Find("exclusive");
    exclusive = only && only->as_bool();
  }
  const Position source = hierarchy ? hierarchy->position() : Position{};
  const auto may_remove = [&](const std::string& address) {
    return MayRemove(address) || (hierarchy && in_.options.selection.labels.empty() &&
                                  in_.options.selection.MatchesAddress(hierarchy->address));
  };
  for (const AppliedObject& object : in_.applied) {
    if (object.kind != "CallCode" || object.scope != category) continue;
    if (consumed_.contains(object.address) || addresses_.contains(object.address)) continue;
    if (IsReserved(object.address) || !may_remove(object.address)) continue;
    const LiveObject* live = tree.Find(object.identity);
    if (live && live->id == object.live_id && !claimed_.contains({category, live->id})) {
      claimed_.emplace(category, live->id);
      Lifecycle lifecycle = hierarchy ? declared : RememberedLifecycle(object);
      if (lifecycle.removal.empty()) lifecycle.removal = "deactivate";
      AddCodeRemoval(*live, object.address, object.identity, lifecycle, source);
      continue;
    }
    Change gone;
    gone.address = object.address;
    gone.action = Action::kRelease;
    gone.reason = Reason::kRemoved;
    gone.kind = ObjectKind::kCallCode;
    gone.live_id = object.live_id;
    gone.scope = category;
    gone.identity = object.identity;
    changes.push_back(std::move(gone));
  }
  if (!hierarchy) return;
  for (const auto& [path, live] : tree.ordered) {
    if (claimed_.contains({category, live->id}) || declared_.contains({category, path})) continue;
    const std::string address = fmt::format("CallCode/{}/{}", hierarchy->name, EscapeControls(path));
    if (exclusive && may_remove(address)) {
      AddCodeRemoval(*live, address, path, declared, source);
    } else {
      unmanaged.push_back({address, live->scope, live->id, live->updated_by, live->updated_at});
    }
  }
}

}  // namespace cxctl
