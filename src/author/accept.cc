#include "author/accept.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>

#include "author/adjust_calendar.h"
#include "author/fold_calendar.h"
#include "author/live_documents.h"
#include "author/side_effects.h"
#include "base/strings.h"
#include "value/json.h"
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
  Acceptance(const AcceptInputs& in, std::span<const DriftItem> items, std::span<AcceptedItem> accepted)
      : in_(in), items_(items), accepted_(accepted), state_{{TreeEditor(in.set), {}, {}}, {}, {}} {
    for (const Change& change : in.plan.changes) changes_.emplace(change.address, &change);
    for (const Change& change : in.plan.missing) changes_.emplace(change.address, &change);
    for (const Unmanaged& each : in.plan.unmanaged) unmanaged_.emplace(each.address, &each);
    for (const Document& document : in.set.documents) {
      if (document.kind->name == "CampaignSchedule") state_.names.insert(document.name);
    }
  }

  void Run() {
    const std::vector<Unit> units = Units();
    if (!units.empty()) AcceptAll(units);
    for (AcceptedItem& item : accepted_) {
      const auto left = state_.edits.left_calendars.find(item.address);
      if (left != state_.edits.left_calendars.end() && item.refusal.empty()) item.left_calendar = left->second;
    }
  }

  std::string SideEffects() const { return FindSideEffects(in_, state_.edits.editor.Changes(), state_.expected); }
  std::vector<FileChange> Changes() const { return state_.edits.editor.Changes(); }

 private:
  /// Items that may need each other: of one object, or of schedules that follow one calendar.
  using Unit = std::vector<std::size_t>;

  /// What is taken out comes last: until then everything stands where it was loaded from.
  std::vector<Unit> Units() const {
    std::vector<Unit> units, removals;
    std::map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].status == DriftStatus::kMissing) {
        removals.push_back({i});
        continue;
      }
      const Document* schedule = DocumentOf(items_[i].address, ObjectKind::kSchedule);
      const Value* calendar = schedule ? schedule->spec().Find("calendar") : nullptr;
      const std::string key = calendar ? std::string(calendar->as_string()) : items_[i].address;
      const auto [at, is_new] = known.emplace(key, units.size());
      if (is_new) units.emplace_back();
      units[at->second].push_back(i);
    }
    units.insert(units.end(), removals.begin(), removals.end());
    return units;
  }

  /// Makes the edits of all items of which nothing else comes; a refusal for each of the others. Most need no look at
  /// each other: only where something else would come of a group, its halves are tried by themselves.
  void AcceptAll(std::span<const Unit> units) {
    const State before = state_;
    for (const Unit& unit : units) {
      for (const std::size_t i : unit) {
        const auto done = Accept(items_[i]);
        accepted_[i].refusal = done ? "" : done.error().message;
      }
    }
    const std::string problem = SideEffects();
    if (problem.empty()) return;
    state_ = before;
    if (units.size() > 1) {
      const std::size_t half = units.size() / 2;
      AcceptAll(units.first(half));
      AcceptAll(units.subspan(half));
    } else if (units.front().size() > 1) {
      std::vector<Unit> each;
      for (const std::size_t i : units.front()) each.push_back({i});
      AcceptAll(each);
    } else {
      accepted_[units.front().front()].refusal = problem;
      if (in_.leave_calendars) AcceptInDocument(units.front().front());
    }
  }

  /// What its calendar cannot say without saying something else to others.
  void AcceptInDocument(std::size_t i) {
    const State before = state_;
    in_document_ = true;
    const auto done = Accept(items_[i]);
    in_document_ = false;
    if (done && SideEffects().empty()) {
      accepted_[i].refusal.clear();
    } else {
      state_ = before;
    }
  }

  struct Edits {
    TreeEditor editor;
    std::map<std::string, Value> calendars;             ///< What those that were edited say now, by name.
    std::map<std::string, std::string> left_calendars;  ///< By address of the schedule.
  };
  struct State {
    Edits edits;
    Expected expected;
    std::set<std::string> names;  ///< Of schedules.
  };

  /// Makes the edits of one item; what fails leaves no trace.
  Result<void> Accept(const DriftItem& item) {
    const Edits before = state_.edits;
    meant_ = {};
    if (auto done = Edit(item); !done) {
      state_.edits = before;
      return done;
    }
    state_.expected.Add(meant_);
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
    bool is_calling_time_done = false;
    for (const DriftField& field : item.fields) {
      meant_.paths[item.address].insert(field.path);
      const bool compiled = field.path == "/regulatoryWindows" || field.path == "/blackoutPeriods";
      if (!calendar || !compiled) {
        TRY(EditField(item, change, *document, content, field));
      } else if (!std::exchange(is_calling_time_done, true)) {
        TRY(EditCallingTime(*document, std::string(calendar->as_string()), content));
      }
    }
    return {};
  }

  Result<void> EditCallingTime(const Document& schedule, const std::string& calendar, const Value& content) {
    const Edits before = state_.edits;
    const auto folded = in_document_ ? Fail(ErrorCode::kRefused, "") : Fold(calendar, content);
    if (folded || !in_.leave_calendars) return folded;
    state_.edits = before;
    TRY(WriteOut(schedule, content));
    state_.edits.left_calendars[schedule.address] = "CallingCalendar/" + calendar;
    return {};
  }

  /// Windows and blackouts of its own instead of a calendar's.
  Result<void> WriteOut(const Document& schedule, const Value& content) {
    const Zone zone = Zone::Load(content.GetString("timeZone")).value_or(Zone::Utc());
    const Value* windows = content.Find("regulatoryWindows");
    const Value blackouts = WrittenBlackouts(in_.arena, content, zone);
    for (const char* path : {"/regulatoryWindows", "/blackoutPeriods"}) meant_.paths[schedule.address].insert(path);
    TRY(state_.edits.editor.SetMember(schedule, "/spec/calendar", std::nullopt));
    TRY(state_.edits.editor.SetMember(schedule, "/spec/regulatoryWindows", windows ? *windows : Value::Array({})));
    if (blackouts.items().empty()) return {};
    return state_.edits.editor.SetMember(schedule, "/spec/blackoutPeriods", blackouts);
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
    if (field.live.is_null()) return state_.edits.editor.SetMember(document, pointer, std::nullopt);
    const Value* before = ResolvePointer(document.root, pointer);
    return state_.edits.editor.SetMember(document, pointer,
                                         WrittenValue(in_.arena, field.path, field.live, content, before));
  }

  /// What a compiled schedule has on the tenant, back into its calendar.
  Result<void> Fold(const std::string& name, const Value& content) {
    const Document* calendar = in_.set.Find("CallingCalendar", name);
    if (!calendar) return Fail(ErrorCode::kRefused, fmt::format("there is no CallingCalendar/{}", name));
    const Value spec = state_.edits.calendars.try_emplace(name, calendar->spec()).first->second;
    const auto adjusted = AdjustCalendar(in_.arena, spec, content);
    if (!adjusted) {
      return Fail(ErrorCode::kRefused,
                  fmt::format("CallingCalendar/{} cannot say what the schedule has on the tenant without a change for "
                              "other dates: change the calendar by hand, or write regulatoryWindows and "
                              "blackoutPeriods into the schedule instead of the calendar's name",
                              name));
    }
    meant_.touched.insert(calendar->address);
    for (const char* member : {"windows", "blackouts"}) {
      const Value* wanted = adjusted->Find(member);
      if (wanted && (!spec.Find(member) || !(*spec.Find(member) == *wanted)))
        TRY(SetCalendarMember(*calendar, fmt::format("/spec/{}", member), *wanted));
    }
    state_.edits.calendars.insert_or_assign(name, *adjusted);
    return {};
  }

  Result<void> SetCalendarMember(const Document& calendar, const std::string& pointer, const Value& value) {
    TRY_ASSIGN(const Value written, state_.edits.editor.Read(in_.arena, calendar));
    const Value* own = ResolvePointer(written, pointer);
    if (own && ToJson(*own).find("${") != std::string::npos) {
      return Fail(ErrorCode::kRefused,
                  fmt::format("{} of {} is put together from ${{…}}: change it by hand", pointer, calendar.address));
    }
    return state_.edits.editor.SetMember(calendar, pointer, value);
  }

  Result<void> EditMissing(const DriftItem& item, ObjectKind kind) {
    if (!in_.remove_missing) {
      return Fail(ErrorCode::kRefused,
                  fmt::format("it is gone from the tenant: --remove takes it out of the manifests, {}",
                              kind == ObjectKind::kCampaign ? "and cxctl creates no campaigns"
                                                            : "and cxctl apply creates it again"));
    }
    const Document* document = DocumentOf(item.address, kind);
    if (!document) return Fail(ErrorCode::kRefused, "it is in no manifest");
    Expect(item.address, nullptr, document);
    if (kind != ObjectKind::kCallCode) return state_.edits.editor.RemoveDocument(*document);
    TRY_ASSIGN(const Value now, state_.edits.editor.Read(in_.arena, *document));
    const auto pointer = PointerToCode(now, CodePath(item.address).second);
    return pointer ? state_.edits.editor.RemoveAt(*document, *pointer) : Result<void>();  // it went with its parent
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
    return state_.edits.editor.AppendDocument(in_.set.workspace->sources.name(neighbour->position().file), document);
  }

  Result<void> AddCode(const DriftItem& item, const LiveObject& live) {
    const auto [name, codes] = CodePath(item.address);
    const Document* hierarchy = in_.set.Find("CallCodeHierarchy", name);
    if (!hierarchy || codes.empty()) return Fail(ErrorCode::kRefused, "its hierarchy is in no manifest");
    TRY_ASSIGN(const Value now, state_.edits.editor.Read(in_.arena, *hierarchy));
    if (PointerToCode(now, codes)) return {};
    std::string list = "/spec/codes";
    if (codes.size() > 1) {
      const auto parent = PointerToCode(now, std::vector<std::string>(codes.begin(), codes.end() - 1));
      if (!parent) return Fail(ErrorCode::kRefused, "its parent is in no manifest: accept the parent, too");
      list = *parent + "/children";
    }
    Expect(item.address, &live, hierarchy);
    return state_.edits.editor.AppendItem(*hierarchy, list, CodeValue(in_.arena, live));
  }

  const AcceptInputs& in_;
  std::span<const DriftItem> items_;
  std::span<AcceptedItem> accepted_;
  State state_;
  bool in_document_ = false;  ///< Calling time goes into the schedule, not its calendar.
  Expected meant_;            ///< By the item that is being accepted.
  std::map<std::string, const Change*> changes_;
  std::map<std::string, const Unmanaged*> unmanaged_;
};

}  // namespace

bool AcceptReport::complete() const {
  return std::ranges::all_of(items, [](const AcceptedItem& item) { return item.refusal.empty(); });
}

Result<AcceptReport> AcceptDrift(const AcceptInputs& inputs, const std::vector<DriftItem>& items) {
  AcceptReport report;
  for (const DriftItem& item : items) {
    AcceptedItem& accepted = report.items.emplace_back(item.address, item.status);
    for (const DriftField& field : item.fields) accepted.paths.push_back(field.path);
  }
  Acceptance acceptance(inputs, items, report.items);
  acceptance.Run();
  report.files = acceptance.Changes();
  if (const std::string problem = acceptance.SideEffects(); !problem.empty()) return Fail(ErrorCode::kInvalid, problem);
  return report;
}

}  // namespace cxctl
