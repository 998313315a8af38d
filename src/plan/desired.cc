#include "plan/desired.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/strings.h"
#include "plan/content.h"
#include "plan/policy_content.h"
#include "rules/calendars.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

/// Sinks first: policies use them.
constexpr ObjectKind kAgentKinds[] = {ObjectKind::kSink, ObjectKind::kPacingPolicy, ObjectKind::kThrottlePolicy,
                                      ObjectKind::kCallbackPolicy};

class DesiredBuilder {
 public:
  DesiredBuilder(Arena& arena, const ManifestSet& set, bool has_agent)
      : arena_(arena), set_(set), calendars_(set), has_agent_(has_agent) {}

  DesiredState Build() {
    for (const Document* document : set_.OfKind("Campaign")) AddCampaign(*document);
    for (const Document* document : set_.OfKind("CampaignSchedule")) AddSchedule(*document);
    for (const Document* document : set_.OfKind("CallCodeHierarchy")) AddHierarchy(*document);
    for (ObjectKind kind : kAgentKinds) {
      for (const Document* document : set_.OfKind(KindName(kind))) {
        if (has_agent_) {
          AddPolicy(*document, kind);
        } else {
          state_.held.push_back({document->address, "no agent", std::nullopt, {}});
        }
      }
    }
    return std::move(state_);
  }

 private:
  DesiredObject Start(const Document& document, ObjectKind kind) {
    DesiredObject object;
    object.address = document.address;
    object.kind = kind;
    object.document = &document;
    object.source = document.position();
    if (const Value* prevent = document.metadata().Find("lifecycle", "preventDestroy"))
      object.prevent_destroy = prevent->as_bool();
    if (const Value* previous = document.metadata().Find("previousNames")) {
      for (const Value& name : previous->items()) {
        object.previous_names.emplace_back(name.as_string());
        object.previous_addresses.push_back(fmt::format("{}/{}", document.kind->name, name.as_string()));
      }
    }
    return object;
  }

  Value Managed(const Document& document, ObjectKind kind, Value content) {
    if (const Value* ignored = document.metadata().Find("lifecycle", "ignoreChanges")) {
      for (const Value& pointer : ignored->items()) content = RemoveAtPointer(arena_, content, pointer.as_string());
    }
    return CanonicalContent(arena_, kind, content);
  }

  void AddCampaign(const Document& document) {
    DesiredObject object = Start(document, ObjectKind::kCampaign);
    object.content = Managed(document, ObjectKind::kCampaign, document.spec());
    state_.objects.push_back(std::move(object));
  }

  void AddSchedule(const Document& document) {
    const Value& spec = document.spec();
    DesiredObject object = Start(document, ObjectKind::kSchedule);
    object.campaign = std::string(spec.GetString("campaign"));
    ObjectBuilder content(arena_, spec);
    if (!spec.Find("name")) content.Set("name", *document.metadata().Find("name"));
    if (const Value* calendar = spec.Find("calendar")) Compile(spec, *calendar, content);
    const Value named = content.Build();
    object.identity = std::string(named.GetString("name"));
    object.content = Managed(document, ObjectKind::kSchedule, named);
    state_.objects.push_back(std::move(object));
  }

  /// What the tenant's API can express of the calendar, written where the calendar says it.
  void Compile(const Value& spec, const Value& name, ObjectBuilder& content) {
    const auto start = ParseDateTime(spec.GetString("startTime"));
    const auto end = ParseDateTime(spec.GetString("endTime"));
    if (!start || !end) return;
    const CompiledCalendar* compiled = calendars_.Compile(name.as_string(), {start->instant, end->instant});
    if (!compiled) return;
    const Value& calendar = set_.Find("CallingCalendar", name.as_string())->spec();
    ArrayBuilder windows(arena_), blackouts(arena_);
    for (const DailyWindow& window : compiled->windows) windows.Add(WindowValue(arena_, window));
    for (const Blackout& blackout : compiled->blackouts) blackouts.Add(BlackoutValue(arena_, blackout));
    const Value& written = *calendar.Find("windows");
    const Value* closed = calendar.Find("blackouts");
    content.Set("regulatoryWindows", windows.Build().At(written));
    content.Set("blackoutPeriods", blackouts.Build().At(closed ? *closed : written));
  }

  void AddHierarchy(const Document& document) {
    DesiredObject base = Start(document, ObjectKind::kCallCode);
    const Value& spec = document.spec();
    base.scope = std::string(spec.GetString("category"));
    base.removal = spec.Find("removal") ? spec.GetString("removal") : "deactivate";
    for (std::string& previous : base.previous_addresses) previous.replace(0, previous.find('/'), "CallCode");
    category_ = *spec.Find("category");
    AddCodes(base, *spec.Find("codes"), "/codes", fmt::format("CallCode/{}", document.name), "", "");
  }

  void AddCodes(const DesiredObject& base, const Value& codes, const std::string& pointer,
                const std::string& parent_address, const std::string& parent_path, const std::string& parent) {
    std::size_t index = 0;
    for (const Value& code : codes.items())
      AddCode(base, code, fmt::format("{}/{}", pointer, index++), parent_address, parent_path, parent);
  }

  static bool IsIgnored(const Document& document, const std::string& pointer) {
    const Value* ignored = document.metadata().Find("lifecycle", "ignoreChanges");
    return ignored && std::ranges::any_of(ignored->items(),
                                          [&](const Value& each) { return PointerCovers(each.as_string(), pointer); });
  }

  /// `pointer`: to the code in the hierarchy's spec.
  void AddCode(const DesiredObject& base, const Value& code, const std::string& pointer,
               const std::string& parent_address, const std::string& parent_path, const std::string& parent) {
    DesiredObject object = base;
    const std::string_view name = code.GetString("code");
    object.address = fmt::format("{}/{}", parent_address, name);
    for (std::string& previous : object.previous_addresses) previous += fmt::format("/{}", name);
    object.identity = parent_path.empty() ? std::string(name) : fmt::format("{}/{}", parent_path, name);
    object.parent = parent;
    object.source = code.position();
    ObjectBuilder content(arena_);
    const auto managed = [&](const char* member) {
      return !IsIgnored(*object.document, fmt::format("{}/{}", pointer, member));
    };
    content.Append({"code", {}, *code.Find("code")});
    if (managed("name")) content.Append({"name", {}, *code.Find("name")});
    if (managed("type")) content.Append({"type", {}, *code.Find("type")});
    content.Append({"category", {}, category_});
    const Value* active = code.Find("isActive");
    if (managed("isActive")) content.Append({"isActive", {}, active ? *active : Value::Bool(true).At(code)});
    object.content = content.Build();
    const DesiredObject own = object;
    state_.objects.push_back(std::move(object));
    if (const Value* children = code.Find("children"))
      AddCodes(own, *children, pointer + "/children", own.address, own.identity, own.address);
  }

  void AddPolicy(const Document& document, ObjectKind kind) {
    const Value& spec = document.spec();
    DesiredObject object = Start(document, kind);
    object.identity = document.name;
    object.campaign = std::string(spec.GetString("campaign"));
    ObjectBuilder content(arena_);
    content.Set("spec", spec);
    if (const Value* calendar = CalendarOf(spec, object.campaign)) content.Set("calendar", *calendar);
    if (const Value* sinks = spec.Find("sinks")) {
      content.Set("sinks", *sinks);
      for (const Value& sink : sinks->items())
        object.sinks.push_back(fmt::format("{}/{}", KindName(ObjectKind::kSink), sink.as_string()));
    }
    object.content = CanonicalContent(arena_, kind, content.Build());
    state_.objects.push_back(std::move(object));
  }

  /// Spec of the calendar that the policy names, else of its campaign's; null if there is none.
  const Value* CalendarOf(const Value& spec, const std::string& campaign) const {
    const Document* document = campaign.empty() ? nullptr : set_.Find("Campaign", campaign);
    const Value* name = spec.Find("calendar");
    if (!name && document && document->valid) name = document->spec().Find("calendar");
    const Document* calendar = name ? set_.Find("CallingCalendar", name->as_string()) : nullptr;
    return calendar && calendar->valid ? &calendar->spec() : nullptr;
  }

  Arena& arena_;
  const ManifestSet& set_;
  Calendars calendars_;
  bool has_agent_;
  Value category_;
  DesiredState state_;
};

/// Keeps what is selected and what that depends on: a schedule's or policy's campaign, a code's parents, a policy's
/// sinks.
void Select(DesiredState& state, const ManifestSet& set, const Selection& selection) {
  std::set<std::string> keep;
  for (auto object = state.objects.rbegin(); object != state.objects.rend(); ++object) {
    if (!selection.Matches(*object) && !keep.contains(object->address)) continue;
    keep.insert(object->address);
    if (!object->parent.empty()) keep.insert(object->parent);
    if (!object->campaign.empty()) keep.insert(fmt::format("Campaign/{}", object->campaign));
    keep.insert(object->sinks.begin(), object->sinks.end());
  }
  std::erase_if(state.objects, [&](const DesiredObject& object) { return !keep.contains(object.address); });
  std::erase_if(state.held, [&](const Held& held) {
    const std::size_t slash = held.address.find('/');
    const Document* document = set.Find(held.address.substr(0, slash), held.address.substr(slash + 1));
    return !selection.MatchesAddress(held.address) || !document || !selection.MatchesLabels(*document);
  });
}

}  // namespace

bool Selection::MatchesAddress(const std::string& address) const {
  if (targets.empty()) return true;
  return std::ranges::any_of(targets, [&](const std::string& target) { return GlobMatches(target, address); });
}

bool Selection::MatchesLabels(const Document& document) const {
  const Value* own = document.metadata().Find("labels");
  return std::ranges::all_of(labels, [&](const auto& wanted) {
    const Value* label = own ? own->Find(wanted.first) : nullptr;
    return label && label->as_string() == wanted.second;
  });
}

bool Selection::Matches(const DesiredObject& object) const {
  // A hierarchy's own address stands for all of its codes.
  return MatchesLabels(*object.document) &&
         (MatchesAddress(object.address) || MatchesAddress(object.document->address));
}

DesiredState BuildDesired(Arena& arena, const ManifestSet& set, const Selection& selection, bool has_agent) {
  DesiredState state = DesiredBuilder(arena, set, has_agent).Build();
  if (!selection.everything()) Select(state, set, selection);
  return state;
}

}  // namespace cxctl
