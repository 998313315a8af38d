#include "author/accept.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "author/fold_calendar.h"
#include "author/live_documents.h"
#include "base/strings.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

const LiveObject* FindById(const std::map<std::string, std::vector<LiveObject>>& lists, const std::string& scope,
                           const std::string& id) {
  const auto list = lists.find(scope);
  if (list == lists.end()) return nullptr;
  const auto found = std::ranges::find(list->second, id, &LiveObject::id);
  return found == list->second.end() ? nullptr : &*found;
}

/// `CallCode/outbound/SALE/NEW` -> the hierarchy's name and the codes from the root.
std::pair<std::string, std::vector<std::string>> CodePath(const std::string& address) {
  const auto parts = Split(address, '/');
  std::vector<std::string> codes;
  for (std::size_t i = 2; i < parts.size(); ++i) codes.emplace_back(parts[i]);
  return {std::string(parts.size() > 1 ? parts[1] : ""), std::move(codes)};
}

/// The pointer to a code in a hierarchy's document; nothing if it is not there.
std::optional<std::string> PointerToCode(const Value& root, const std::vector<std::string>& codes) {
  std::string pointer = "/spec";
  for (std::size_t depth = 0; depth < codes.size(); ++depth) {
    pointer += depth == 0 ? "/codes" : "/children";
    const Value* list = ResolvePointer(root, pointer);
    if (!list) return std::nullopt;
    std::size_t index = 0;
    while (index < list->items().size() && list->items()[index].GetString("code") != codes[depth]) ++index;
    if (index == list->items().size()) return std::nullopt;
    pointer += fmt::format("/{}", index);
  }
  return pointer;
}

class Acceptance {
 public:
  Acceptance(const AcceptInputs& in, bool remove_missing)
      : in_(in), remove_(remove_missing), state_{TreeEditor(in.set), {}, {}} {
    for (const Change& change : in.plan.changes) changes_.emplace(change.address, &change);
    for (const Change& change : in.plan.missing) changes_.emplace(change.address, &change);
    for (const Unmanaged& each : in.plan.unmanaged) unmanaged_.emplace(each.address, &each);
    for (const Document& document : in.set.documents) {
      if (document.kind->name == "CampaignSchedule") state_.names.insert(document.name);
    }
  }

  /// Makes the edits of all items of which nothing else comes; a refusal for each of the others. Most need no look at
  /// each other: only where something else would come of a group, its halves are tried by themselves.
  void AcceptAll(std::span<const DriftItem> items, std::span<AcceptedItem> accepted) {
    const State before = state_;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto done = Accept(items[i]);
      accepted[i].refusal = done ? "" : done.error().message;
    }
    const std::string problem = SideEffects();
    if (problem.empty()) return;
    state_ = before;
    if (items.size() == 1) {
      accepted[0].refusal = problem;
      return;
    }
    const std::size_t half = items.size() / 2;
    AcceptAll(items.first(half), accepted.first(half));
    AcceptAll(items.subspan(half), accepted.subspan(half));
  }

  std::string SideEffects() const { return FindSideEffects(in_, state_.editor.Changes(), state_.expected); }
  std::vector<FileChange> Changes() const { return state_.editor.Changes(); }

 private:
  struct State {
    TreeEditor editor;
    Expected expected;
    std::set<std::string> names;  ///< Of schedules.
  };

  /// Makes the edits of one item; what fails leaves no trace.
  Result<void> Accept(const DriftItem& item) {
    const TreeEditor before = state_.editor;
    meant_ = {};
    if (auto done = Edit(item); !done) {
      state_.editor = before;
      return done;
    }
    state_.expected.accepted.merge(meant_.accepted);
    state_.expected.touched.merge(meant_.touched);
    state_.expected.paths.merge(meant_.paths);
    return {};
  }

  Result<void> Edit(const DriftItem& item) {
    const auto change = changes_.find(item.address);
    if (item.status == DriftStatus::kMissing) return EditMissing(item, change->second->kind);
    const bool removal = change != changes_.end() &&
                         (change->second->action == Action::kDelete || change->second->action == Action::kDeactivate);
    if (item.status == DriftStatus::kUnmanaged || removal) return EditUnmanaged(item);
    if (change == changes_.end()) return Fail(ErrorCode::kRefused, "the plan knows nothing of it");
    return EditFields(item, *change->second);
  }

  const LiveObject* LiveOf(const Change& change) const {
    if (change.kind == ObjectKind::kCampaign) {
      const auto found = in_.live.campaigns.find(change.address);
      return found == in_.live.campaigns.end() ? nullptr : &found->second;
    }
    const bool schedule = change.kind == ObjectKind::kSchedule;
    return FindById(schedule ? in_.live.schedules : in_.live.codes, change.scope, change.live_id);
  }

  const Document* DocumentOf(const std::string& address, ObjectKind kind) const {
    if (kind == ObjectKind::kCallCode) return in_.set.Find("CallCodeHierarchy", CodePath(address).first);
    const std::size_t slash = address.find('/');
    return in_.set.Find(address.substr(0, slash), address.substr(slash + 1));
  }

  void Expect(const std::string& address, const LiveObject* live, const Document* document) {
    meant_.accepted[address] = live;
    if (document) meant_.touched.insert(document->address);
  }

  Result<void> EditFields(const DriftItem& item, const Change& change) {
    const Document* document = DocumentOf(change.address, change.kind);
    const LiveObject* live = LiveOf(change);
    if (!document || !live) return Fail(ErrorCode::kRefused, "it is in no manifest");
    const Value content = CanonicalContent(in_.arena, change.kind, live->content);
    Expect(change.address, live, document);
    const Value* calendar = change.kind == ObjectKind::kSchedule ? document->spec().Find("calendar") : nullptr;
    bool folded = false;
    for (const DriftField& field : item.fields) {
      meant_.paths[item.address].push_back(field.path);
      const bool compiled = field.path == "/regulatoryWindows" || field.path == "/blackoutPeriods";
      if (calendar && compiled) {
        if (!std::exchange(folded, true)) TRY(Fold(std::string(calendar->as_string()), content));
        continue;
      }
      TRY(EditField(item, change, *document, content, field));
    }
    return {};
  }

  Result<void> EditField(const DriftItem& item, const Change& change, const Document& document, const Value& content,
                         const DriftField& field) {
    std::string owner = "/spec";
    if (change.kind == ObjectKind::kCallCode) {
      const auto code = PointerToCode(document.root, CodePath(item.address).second);
      if (!code) return Fail(ErrorCode::kRefused, "the code is not in its hierarchy's document");
      owner = *code;
    }
    const std::string pointer = owner + field.path;
    if (field.live.is_null()) return state_.editor.SetMember(document, pointer, std::nullopt);
    const Value* before = ResolvePointer(document.root, pointer);
    return state_.editor.SetMember(document, pointer, WrittenValue(in_.arena, field.path, field.live, content, before));
  }

  /// What a compiled schedule has on the tenant, back into its calendar.
  Result<void> Fold(const std::string& name, const Value& content) {
    const Document* calendar = in_.set.Find("CallingCalendar", name);
    if (!calendar) return Fail(ErrorCode::kRefused, fmt::format("there is no CallingCalendar/{}", name));
    TRY_ASSIGN(const Value now, state_.editor.Read(in_.arena, *calendar));
    const Value* spec = now.Find("spec");
    const auto adjusted = spec ? AdjustCalendar(in_.arena, *spec, content) : std::nullopt;
    if (!adjusted) {
      return Fail(ErrorCode::kRefused,
                  fmt::format("CallingCalendar/{} cannot express what the schedule has on the tenant: change the "
                              "calendar by hand, or write regulatoryWindows and blackoutPeriods into the schedule",
                              name));
    }
    meant_.touched.insert(calendar->address);
    for (const char* member : {"windows", "blackouts"}) {
      const Value* wanted = adjusted->Find(member);
      const Value* current = spec->Find(member);
      if (wanted && (!current || !(*current == *wanted)))
        TRY(state_.editor.SetMember(*calendar, fmt::format("/spec/{}", member), *wanted));
      if (!wanted && current) TRY(state_.editor.SetMember(*calendar, fmt::format("/spec/{}", member), std::nullopt));
    }
    return {};
  }

  Result<void> EditMissing(const DriftItem& item, ObjectKind kind) {
    if (!remove_) {
      return Fail(ErrorCode::kRefused,
                  fmt::format("it is gone from the tenant: --remove takes it out of the manifests, {}",
                              kind == ObjectKind::kCampaign ? "and cxctl creates no campaigns"
                                                            : "and cxctl apply creates it again"));
    }
    const Document* document = DocumentOf(item.address, kind);
    if (!document) return Fail(ErrorCode::kRefused, "it is in no manifest");
    Expect(item.address, nullptr, document);
    if (kind != ObjectKind::kCallCode) return state_.editor.RemoveDocument(*document);
    TRY_ASSIGN(const Value now, state_.editor.Read(in_.arena, *document));
    const auto pointer = PointerToCode(now, CodePath(item.address).second);
    return pointer ? state_.editor.RemoveAt(*document, *pointer) : Result<void>();  // it went with its parent
  }

  Result<void> EditUnmanaged(const DriftItem& item) {
    if (item.address.starts_with("Campaign/"))
      return Fail(ErrorCode::kRefused, "drift accept adds no campaigns: cxctl import takes it in");
    std::string scope, id;
    ObjectKind kind = item.address.starts_with("CallCode/") ? ObjectKind::kCallCode : ObjectKind::kSchedule;
    if (const auto found = unmanaged_.find(item.address); found != unmanaged_.end()) {
      scope = found->second->scope;
      id = found->second->live_id;
    } else if (const auto change = changes_.find(item.address); change != changes_.end()) {
      scope = change->second->scope;
      id = change->second->live_id;
      kind = change->second->kind;
    }
    const bool code = kind == ObjectKind::kCallCode;
    const LiveObject* live = FindById(code ? in_.live.codes : in_.live.schedules, scope, id);
    if (!live) return Fail(ErrorCode::kRefused, "it is not on the tenant any more");
    return code ? AddCode(item, *live) : AddSchedule(*live);
  }

  Result<void> AddSchedule(const LiveObject& live) {
    const Document* campaign = nullptr;
    for (const auto& [address, each] : in_.live.campaigns) {
      if (each.id == live.scope) campaign = DocumentOf(address, ObjectKind::kCampaign);
    }
    if (!campaign) return Fail(ErrorCode::kRefused, "its campaign is in no manifest: cxctl import takes both in");
    const Document* neighbour = campaign;
    for (const Document* each : in_.set.OfKind("CampaignSchedule")) {
      if (each->spec().GetString("campaign") == campaign->name) neighbour = each;
    }
    const std::string name = NameFor(live.content.GetString("name"), "schedule", state_.names);
    const Value document =
        MakeDocument(in_.arena, "CampaignSchedule", name, ScheduleSpec(in_.arena, live, campaign->name, ""));
    if (const std::string fault = ShapeFault(document); !fault.empty())
      return Fail(ErrorCode::kRefused, fmt::format("no manifest can say what it is: {}", fault));
    Expect("CampaignSchedule/" + name, &live, nullptr);
    return state_.editor.AppendDocument(in_.set.workspace->sources.name(neighbour->position().file), document);
  }

  Result<void> AddCode(const DriftItem& item, const LiveObject& live) {
    const auto [name, codes] = CodePath(item.address);
    const Document* hierarchy = in_.set.Find("CallCodeHierarchy", name);
    if (!hierarchy || codes.empty()) return Fail(ErrorCode::kRefused, "its hierarchy is in no manifest");
    TRY_ASSIGN(const Value now, state_.editor.Read(in_.arena, *hierarchy));
    if (PointerToCode(now, codes)) return {};
    std::string list = "/spec/codes";
    if (codes.size() > 1) {
      const auto parent = PointerToCode(now, std::vector<std::string>(codes.begin(), codes.end() - 1));
      if (!parent) return Fail(ErrorCode::kRefused, "its parent is in no manifest: accept the parent, too");
      list = *parent + "/children";
    }
    Expect(item.address, &live, hierarchy);
    return state_.editor.AppendItem(*hierarchy, list, CodeValue(in_.arena, live));
  }

  const AcceptInputs& in_;
  bool remove_;
  State state_;
  Expected meant_;  ///< By the item that is being accepted.
  std::map<std::string, const Change*> changes_;
  std::map<std::string, const Unmanaged*> unmanaged_;
};

/// Which documents differ although nobody meant them to.
std::string ChangedDocuments(const ManifestSet& before, const ManifestSet& after, const Expected& expected) {
  for (const Document& document : before.documents) {
    const bool touched = expected.touched.contains(document.address);
    const auto accepted = expected.accepted.find(document.address);
    if (touched || accepted != expected.accepted.end()) continue;
    const Document* now = after.Find(document.kind->name, document.name);
    if (!now || !(now->root == document.root))
      return fmt::format(
          "the edit would change {} as well, which says the same by a patch, a value, an alias or a "
          "calendar: change it by hand",
          document.address);
  }
  return "";
}

bool Covers(const std::vector<std::string>& paths, const std::string& path) {
  return paths.empty() ||
         std::ranges::any_of(paths, [&](const std::string& each) { return PointerCovers(each, path); });
}

std::string ObjectProblem(const AcceptInputs& in, const DesiredObject* before, const DesiredObject& after,
                          const Expected& expected) {
  const auto accepted = expected.accepted.find(after.address);
  const auto named = expected.paths.find(after.address);
  const std::vector<std::string> paths = named == expected.paths.end() ? std::vector<std::string>() : named->second;
  if (accepted != expected.accepted.end() && accepted->second) {
    const Value live = CanonicalContent(in.arena, after.kind, accepted->second->content);
    for (const FieldChange& field : CompareContent(after.kind, live, after.content)) {
      if (Covers(paths, field.path))
        return fmt::format("the edit does not reach {}: something else decides on {}", after.address, field.path);
    }
  }
  if (!before) return "";
  for (const FieldChange& field : CompareContent(after.kind, before->content, after.content)) {
    if (accepted == expected.accepted.end())
      return fmt::format("the edit would change {} as well: change it by hand", after.address);
    if (!Covers(paths, field.path))
      return fmt::format("the edit would change {} of {} as well: change it by hand", field.path, after.address);
  }
  return "";
}

}  // namespace

bool AcceptReport::complete() const {
  return std::ranges::all_of(items, [](const AcceptedItem& item) { return item.refusal.empty(); });
}

std::string FindSideEffects(const AcceptInputs& in, const std::vector<FileChange>& changes, const Expected& expected) {
  if (changes.empty()) return "";
  ChangedFiles files(in.files, changes);
  const auto after = in.load(files);
  if (!after) return after.error().message;
  for (const Diagnostic& each : after->diagnostics) {
    if (each.severity == Severity::kError)
      return fmt::format("the manifests would be invalid: {}: {}{}", each.rule,
                         each.address.empty() ? "" : each.address + ": ", each.message);
  }
  if (const std::string changed = ChangedDocuments(in.set, *after, expected); !changed.empty()) return changed;
  const DesiredState was = BuildDesired(in.arena, in.set, {}, in.has_agent);
  const DesiredState now = BuildDesired(in.arena, *after, {}, in.has_agent);
  std::map<std::string, const DesiredObject*> before;
  for (const DesiredObject& object : was.objects) before.emplace(object.address, &object);
  for (const DesiredObject& object : now.objects) {
    const auto found = before.find(object.address);
    const std::string problem = ObjectProblem(in, found == before.end() ? nullptr : found->second, object, expected);
    if (!problem.empty()) return problem;
  }
  return "";
}

Result<AcceptReport> AcceptDrift(const AcceptInputs& inputs, const std::vector<DriftItem>& items, bool remove_missing) {
  AcceptReport report;
  for (const DriftItem& item : items) {
    AcceptedItem& accepted = report.items.emplace_back(item.address, item.status);
    for (const DriftField& field : item.fields) accepted.paths.push_back(field.path);
  }
  Acceptance acceptance(inputs, remove_missing);
  if (!items.empty()) acceptance.AcceptAll(items, report.items);
  report.files = acceptance.Changes();
  if (const std::string problem = acceptance.SideEffects(); !problem.empty()) return Fail(ErrorCode::kInvalid, problem);
  return report;
}

}  // namespace cxctl
