#include "author/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "author/live_documents.h"
#include "author/new_calendars.h"
#include "base/strings.h"
#include "plan/planner.h"
#include "value/json.h"

namespace cxctl {

namespace {

bool IsCode(std::string_view code) {
  return code.size() >= 2 && code.size() <= 16 &&
         std::ranges::all_of(code, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool HasControls(const Value& value) {
  if (value.is_string()) {
    std::string text(value.as_string());
    std::erase_if(text, [](char c) { return c == '\n' || c == '\t'; });
    return EscapeControls(text) != text;
  }
  return std::ranges::any_of(value.items(), HasControls) ||
         std::ranges::any_of(value.members(), HasControls, &Member::value);
}

class Import {
 public:
  explicit Import(const ImportInputs& in) : in_(in), editor_(in.set) {
    for (const Document& document : in.set.documents) taken_[std::string(document.kind->name)].insert(document.name);
    const SourceMap& sources = in.set.workspace->sources;
    for (std::uint32_t id = 1; id <= sources.size(); ++id) manifest_paths_.insert(in.files.Canonical(sources.name(id)));
  }

  Result<ImportReport> Run() {
    MatchCampaigns();
    TRY(UpdateExisting());
    if (Wants("Campaign")) TRY(AddCampaigns());
    if (Wants("CampaignSchedule")) TRY(AddSchedules());
    if (Wants("CallCodeHierarchy")) TRY(AddHierarchies());
    std::vector<FileChange> fresh = editor_.Changes();
    report_.files.insert(report_.files.end(), fresh.begin(), fresh.end());
    std::ranges::sort(report_.files, {}, &FileChange::path);
    TRY(Check());
    return std::move(report_);
  }

 private:
  bool Wants(const std::string& kind) const { return in_.kinds.empty() || in_.kinds.contains(kind); }
  /// Of what no document stands for.
  bool Selects(const std::string& address) const {
    return in_.selection.labels.empty() && in_.selection.MatchesAddress(address);
  }
  void Skip(const std::string& what, std::string_view why) {
    report_.skipped.push_back(fmt::format("{}: {}", EscapeControls(what), why));
  }

  const LiveObject* CampaignWithId(std::string_view id) const {
    const auto found = std::ranges::find_if(in_.live.campaigns,
                                            [&](const LiveObject& live) { return EqualsIgnoringCase(live.id, id); });
    return found == in_.live.campaigns.end() ? nullptr : &*found;
  }

  /// The live campaign of a document: by its id, else by its live name, else by the id that it had when it was applied.
  const LiveObject* CampaignOf(const Document& document) const {
    if (const std::string_view id = document.spec().GetString("id"); !id.empty()) return CampaignWithId(id);
    const std::string_view name = document.spec().GetString("name");
    const auto named = std::ranges::find_if(
        in_.live.campaigns, [&](const LiveObject& live) { return live.content.GetString("name") == name; });
    if (named != in_.live.campaigns.end()) return &*named;
    const auto known = std::ranges::find(in_.applied, document.address, &AppliedObject::address);
    return known == in_.applied.end() ? nullptr : CampaignWithId(known->live_id);
  }

  void MatchCampaigns() {
    for (const Document* document : in_.set.OfKind("Campaign")) {
      const LiveObject* match = CampaignOf(*document);
      if (!match) {
        Skip(document->address, "is not on the tenant; its document stays as it is");
        continue;
      }
      live_.campaigns[document->address] = *match;
      campaign_names_[match->id] = document->name;
    }
    live_.schedules = in_.live.schedules;
    for (const LiveObject& code : in_.live.codes) live_.codes[code.scope].push_back(code);
    for (const Document* document : in_.set.OfKind("CallCodeHierarchy"))
      live_.codes[std::string(document->spec().GetString("category"))];
  }

  bool WantsKind(ObjectKind kind) const {
    if (kind == ObjectKind::kCallCode) return Wants("CallCodeHierarchy");
    return Wants(std::string(KindName(kind)));
  }

  /// What documents stand for already is brought up to date where it is written.
  Result<void> UpdateExisting() {
    DesiredState desired = BuildDesired(in_.arena, in_.set, in_.selection, !in_.settings.agent_url.empty());
    std::erase_if(desired.objects, [&](const DesiredObject& object) {
      const std::string campaign =
          object.kind == ObjectKind::kSchedule ? "Campaign/" + object.campaign : object.address;
      return object.kind != ObjectKind::kCallCode && !live_.campaigns.contains(campaign);
    });
    PlanOptions options;
    options.stateless = true;
    options.report_missing = true;
    options.selection = in_.selection;
    const std::vector<AppliedObject> known = KnownSchedules(desired);
    TRY_ASSIGN(const Plan plan, BuildPlan({in_.arena, in_.set, in_.settings, desired, live_, known, options, in_.now}));
    report_.unchanged = plan.unchanged;
    std::vector<DriftItem> items;
    for (const Change& change : plan.changes) {
      AddItem(change, items);
      if (change.kind == ObjectKind::kSchedule && change.action == Action::kRename) renamed_.insert(change.live_id);
    }
    for (const Unmanaged& each : plan.unmanaged) {
      if (each.address.starts_with("CallCode/") && Wants("CallCodeHierarchy") && Selects(each.address))
        items.push_back({each.address, DriftStatus::kUnmanaged, {}, "", "", {}});
    }
    std::ranges::sort(items, {}, &DriftItem::address);
    const AcceptInputs inputs{.arena = in_.arena,
                              .set = in_.set,
                              .load = in_.load,
                              .files = in_.files,
                              .plan = plan,
                              .live = live_,
                              .has_agent = !in_.settings.agent_url.empty(),
                              .leave_calendars = true};
    TRY_ASSIGN(AcceptReport accepted, AcceptDrift(inputs, items));
    for (const AcceptedItem& item : accepted.items) {
      if (!item.refusal.empty()) {
        Skip(item.address, item.refusal);
      } else {
        (item.status == DriftStatus::kUnmanaged ? report_.added : report_.updated)
            .push_back(EscapeControls(item.address));
        if (!item.left_calendar.empty())
          Skip(item.left_calendar,
               fmt::format("it stays as it is, because it cannot say what {} has on the tenant without a change for "
                           "others; the schedule has windows and blackouts of its own now",
                           item.address));
      }
    }
    report_.files = std::move(accepted.files);
    return {};
  }

  /// What was applied for the schedules that documents stand for: nothing else of it has a say in an import.
  std::vector<AppliedObject> KnownSchedules(const DesiredState& desired) const {
    std::set<std::string_view> addresses;
    for (const DesiredObject& object : desired.objects) {
      if (object.kind == ObjectKind::kSchedule) addresses.insert(object.address);
    }
    std::vector<AppliedObject> known;
    std::ranges::copy_if(in_.applied, std::back_inserter(known),
                         [&](const AppliedObject& object) { return addresses.contains(object.address); });
    return known;
  }

  void AddItem(const Change& change, std::vector<DriftItem>& items) {
    if (!WantsKind(change.kind)) return;
    if (change.action == Action::kCreate) {
      Skip(change.address, "is not on the tenant; its document stays as it is");
      return;
    }
    const bool removal = change.action == Action::kDelete || change.action == Action::kDeactivate;
    // Schedules that are new get a file of their own.
    if (removal && change.kind == ObjectKind::kSchedule) return;
    DriftItem item{change.address, removal ? DriftStatus::kUnmanaged : DriftStatus::kDrifted, {}, "", "",
                   change.source};
    for (const FieldChange& field : change.fields) item.fields.push_back({field.path, {}, field.after, field.before});
    if (removal || !item.fields.empty()) items.push_back(std::move(item));
  }

  /// A new file for a document. A path that something else has already is not taken.
  Result<void> Add(std::string_view folder, const Value& document) {
    const std::string_view kind = document.GetString("kind");
    const std::string_view name = document.Find("metadata")->GetString("name");
    std::string path = fmt::format("{}/{}/{}.yaml", in_.out, folder, name);
    for (int i = 2; IsManifest(path); ++i) path = fmt::format("{}/{}/{}-{}.yaml", in_.out, folder, name, i);
    const auto there = in_.files.Read(path, SIZE_MAX);
    if (there || there.error().code != ErrorCode::kNotFound) {
      return Fail(ErrorCode::kRefused,
                  fmt::format("{} is there already and is none of the manifests: nothing is written; move it away, or "
                              "import into another folder",
                              EscapeControls(path)));
    }
    TRY(editor_.AppendDocument(path, document));
    report_.added.push_back(fmt::format("{}/{}", kind, name));
    return {};
  }

  bool IsManifest(const std::string& path) const { return manifest_paths_.contains(in_.files.Canonical(path)); }

  /// Whether no manifest could say it.
  bool IsUnspeakable(const std::string& what, const Value& document) {
    std::string fault = ShapeFault(document);
    if (fault.empty() && HasControls(document)) fault = "a text of it has control characters";
    if (!fault.empty()) Skip(what, fmt::format("no manifest can say what it is: {}", fault));
    return !fault.empty();
  }

  Result<void> AddCampaigns() {
    for (const LiveObject& live : in_.live.campaigns) {
      if (campaign_names_.contains(live.id)) continue;
      auto taken = taken_["Campaign"];
      const std::string name = NameFor(live.content.GetString("name"), "campaign", taken);
      if (!Selects("Campaign/" + name)) continue;
      const Value document = MakeDocument(in_.arena, "Campaign", name, CampaignSpec(in_.arena, live));
      if (IsUnspeakable(fmt::format("campaign {}", live.content.GetString("name")), document)) continue;
      taken_["Campaign"] = std::move(taken);
      campaign_names_[live.id] = name;
      TRY(Add("campaigns", document));
      added_["Campaign/" + name] = &live;
      TellOfHold(live, name);
    }
    return {};
  }

  /// Live schedules that no document stands for.
  std::vector<NewSchedule> FindNewSchedules() {
    std::set<std::pair<std::string, std::string>> declared;
    for (const Document* document : in_.set.OfKind("CampaignSchedule")) {
      const Value* name = document->spec().Find("name");
      declared.emplace(document->spec().GetString("campaign"), name ? name->as_string() : document->name);
    }
    std::vector<NewSchedule> fresh;
    for (const LiveObject& campaign : in_.live.campaigns) {
      const auto listed = in_.live.schedules.find(campaign.id);
      if (listed == in_.live.schedules.end() || listed->second.empty()) continue;
      const auto name = campaign_names_.find(campaign.id);
      if (name == campaign_names_.end()) {
        if (in_.selection.everything())
          Skip(fmt::format("the schedules of campaign {}", campaign.content.GetString("name")),
               "their campaign is in no manifest: import Campaign, too");
        continue;
      }
      for (const LiveObject& live : listed->second) {
        const std::string live_name(live.content.GetString("name"));
        if (renamed_.contains(live.id) || !declared.emplace(name->second, live_name).second) continue;
        fresh.push_back(
            {&live, name->second, "", CanonicalContent(in_.arena, ObjectKind::kSchedule, live.content), ""});
      }
    }
    return fresh;
  }

  Result<void> AddSchedules() {
    std::vector<NewSchedule> fresh = FindNewSchedules();
    std::erase_if(fresh, [&](NewSchedule& schedule) {
      auto taken = taken_["CampaignSchedule"];
      const std::string_view live_name = schedule.live->content.GetString("name");
      schedule.name = NameFor(live_name, "schedule", taken);
      if (!Selects("CampaignSchedule/" + schedule.name)) return true;
      const Value spec = ScheduleSpec(in_.arena, *schedule.live, schedule.campaign, "");
      const Value document = MakeDocument(in_.arena, "CampaignSchedule", schedule.name, spec);
      if (IsUnspeakable(fmt::format("schedule {} of Campaign/{}", live_name, schedule.campaign), document)) return true;
      taken_["CampaignSchedule"] = std::move(taken);
      return false;
    });
    TRY(AddCalendars(fresh));
    for (const NewSchedule& schedule : fresh) {
      const Value spec = ScheduleSpec(in_.arena, *schedule.live, schedule.campaign, schedule.calendar);
      TRY(Add("schedules", MakeDocument(in_.arena, "CampaignSchedule", schedule.name, spec)));
      added_["CampaignSchedule/" + schedule.name] = schedule.live;
    }
    return {};
  }

  Result<void> AddCalendars(std::vector<NewSchedule>& fresh) {
    for (const NewCalendar& calendar : CalendarsFor(in_.arena, in_.set, fresh)) {
      const std::string name = NameFor(calendar.name, "calendar", taken_["CallingCalendar"]);
      const Value document = MakeDocument(in_.arena, "CallingCalendar", name, calendar.spec);
      if (HasControls(document) || !ShapeFault(document).empty()) continue;
      for (NewSchedule* each : calendar.schedules) each->calendar = name;
      TRY(Add("calendars", document));
    }
    return {};
  }

  Result<void> AddHierarchies() {
    std::set<std::string> known;
    for (const Document* document : in_.set.OfKind("CallCodeHierarchy"))
      known.emplace(document->spec().GetString("category"));
    for (const auto& [category, codes] : live_.codes) {
      if (known.contains(category) || codes.empty()) continue;
      ByParent children;
      for (const LiveObject& code : codes) children[code.content.GetString("parentCallCodeId")].push_back(&code);
      const Value tree = CodesOf(children, "", 1);
      if (tree.items().empty()) continue;
      auto taken = taken_["CallCodeHierarchy"];
      const std::string name = NameFor(category, "call-codes", taken);
      if (!Selects("CallCodeHierarchy/" + name)) continue;
      const Value spec = ObjectBuilder(in_.arena).Set("category", category).Set("codes", tree).Build();
      const Value document = MakeDocument(in_.arena, "CallCodeHierarchy", name, spec);
      if (IsUnspeakable(fmt::format("the call codes of {}", category), document)) continue;
      taken_["CallCodeHierarchy"] = std::move(taken);
      TRY(Add("callcodes", document));
    }
    return {};
  }

  using ByParent = std::map<std::string_view, std::vector<const LiveObject*>>;

  Value CodesOf(const ByParent& by_parent, std::string_view parent, int depth) {
    constexpr int kDeepest = 3;
    std::set<std::string_view> seen;
    ArrayBuilder items(in_.arena);
    const auto codes = by_parent.find(parent);
    if (codes == by_parent.end()) return items.Build();
    for (const LiveObject* code : codes->second) {
      const std::string_view text = code->content.GetString("code");
      if (!IsCode(text) || !seen.insert(text).second || depth > kDeepest) {
        Skip(fmt::format("call code {} of {}", text, code->scope), "no manifest can say it: see cxctl explain CX401");
        continue;
      }
      const Value children = CodesOf(by_parent, code->id, depth + 1);
      ObjectBuilder item(in_.arena, CodeValue(in_.arena, *code));
      if (!children.items().empty()) item.Set("children", children);
      items.Add(item.Build());
    }
    return items.Build();
  }

  /// The tree can be loaded as it will be.
  Result<void> Check() {
    ChangedFiles files(in_.files, report_.files);
    TRY_ASSIGN(const ManifestSet after, in_.load(files));
    for (const Diagnostic& each : after.diagnostics) {
      if (each.severity == Severity::kError) {
        return Fail(
            ErrorCode::kInvalid,
            fmt::format("nothing is written, because the manifests would be invalid: {}:{}:{}: {}{}: {}",
                        after.workspace->sources.name(each.position.file), each.position.line, each.position.column,
                        each.address.empty() ? "" : each.address + ": ", each.rule, each.message));
      }
    }
    TellOfPatches(after);
    return {};
  }

  /// Patches of the tenant may say something else of new documents than what is live.
  void TellOfPatches(const ManifestSet& after) {
    const DesiredState desired = BuildDesired(in_.arena, after, {}, !in_.settings.agent_url.empty());
    for (const DesiredObject& object : desired.objects) {
      const auto added = added_.find(object.address);
      if (added == added_.end()) continue;
      const Value live = CanonicalContent(in_.arena, object.kind, added->second->content);
      std::vector<std::string> paths;
      for (const FieldChange& field : CompareContent(object.kind, live, object.content)) paths.push_back(field.path);
      if (!paths.empty())
        Skip(object.address, fmt::format("patches of the tenant say something else of {} than what is live: the next "
                                         "plan changes that; narrow the patch's target",
                                         JoinAnd(paths)));
    }
  }

  void TellOfHold(const LiveObject& campaign, const std::string& name) {
    const Value* hold = campaign.content.Find("complianceHold");
    const Value* resume = campaign.content.Find("scheduledResumeTime");
    if (!hold || !hold->as_bool() || (resume && resume->is_string())) return;
    Skip(fmt::format("complianceHold of Campaign/{}", name),
         "a manifest says it with a scheduledResumeTime only, and there is none; it stays as it is on the tenant");
  }

  const ImportInputs& in_;
  TreeEditor editor_;
  ImportReport report_;
  LiveState live_;
  std::map<std::string, std::string> campaign_names_;   ///< By campaign id.
  std::set<std::string> renamed_;                       ///< Ids of schedules that documents know by another name.
  std::map<std::string, std::set<std::string>> taken_;  ///< By kind.
  std::set<std::string> manifest_paths_;                ///< Canonical.
  std::map<std::string, const LiveObject*> added_;      ///< By address.
};

}  // namespace

Result<ImportReport> ImportTenant(const ImportInputs& inputs) {
  return Import(inputs).Run();
}

}  // namespace cxctl
