#include "inspect/compare_versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "plan/content.h"
#include "value/json.h"

namespace cxctl {

namespace {

std::string IdOf(const Document& campaign) {
  const std::string_view id = campaign.spec().GetString("id");
  return id.empty() ? fmt::format("(the id of {})", campaign.spec().GetString("name")) : std::string(id);
}

/// Whether two documents may stand for one campaign; the member in which they do not, else "".
std::string_view IdentityDifference(const Document& a, const Document& b) {
  for (const std::string_view member : {"id", "name"}) {
    const std::string_view left = a.spec().GetString(member), right = b.spec().GetString(member);
    if (left.empty() || right.empty()) continue;
    return left == right ? "" : member;
  }
  return "";
}

std::string LifecycleOf(const DesiredObject& object) {
  const std::string removal = object.removal.empty() ? "" : fmt::format(R"(,"removal":"{}")", object.removal);
  return fmt::format(R"({{"preventDestroy":{}{}}})", object.prevent_destroy, removal);
}

class VersionComparison {
 public:
  VersionComparison(Arena& arena, const ManifestVersion& before, const ManifestVersion& after)
      : arena_(arena), before_(before), after_(after) {}

  Result<VersionDifference> Compare(PlanOptions options, Instant now, const PhoneNumbers* phone_numbers) {
    const Selection selection = options.selection;
    desired_before_ = BuildDesired(arena_, before_.set, {}, true);
    AddLive();
    const DesiredState desired = BuildDesired(arena_, after_.set, options.selection, true);
    TenantSettings tenant = after_.tenant;
    if (tenant.agent_url.empty()) tenant.agent_url = "(none)";
    for (const Document* sink : after_.set.OfKind("Sink")) options.unknown_secrets.insert(sink->address);
    TRY_ASSIGN(Plan plan, BuildPlan({arena_, after_.set, tenant, desired, live_, applied_, std::move(options), now,
                                     CampaignStatesV2(), phone_numbers}));
    Complete(plan);
    std::vector<std::string> unplanned = Unplanned(plan, selection);
    return VersionDifference{std::move(plan), std::move(live_), std::move(unplanned)};
  }

 private:
  const Document* EarlierCampaign(const Document& campaign) const {
    for (const Document* each : before_.set.OfKind("Campaign")) {
      if (IdOf(*each) == IdOf(campaign)) return each;
    }
    if (const Document* same = before_.set.Find("Campaign", campaign.name); same && same->valid) return same;
    const Value* names = campaign.metadata().Find("previousNames");
    for (const Value& name : names ? names->items() : std::span<const Value>()) {
      const Document* earlier = before_.set.Find("Campaign", name.as_string());
      if (earlier && earlier->valid) return earlier;
    }
    return nullptr;
  }

  const DesiredObject* ObjectBefore(const std::string& address) const {
    const auto found = std::ranges::find(desired_before_.objects, address, &DesiredObject::address);
    return found == desired_before_.objects.end() ? nullptr : &*found;
  }

  /// Campaigns are known by the addresses of the later version.
  void AddCampaigns() {
    for (const Document* campaign : after_.set.OfKind("Campaign")) {
      const Document* earlier = EarlierCampaign(*campaign);
      LiveObject live;
      const bool same = earlier && IdentityDifference(*earlier, *campaign).empty();
      live.id = IdOf(same ? *earlier : *campaign);
      live.content = ObjectBuilder(arena_).Build();
      if (earlier) live.content = ObjectBefore(earlier->address)->content;
      live_.campaigns.emplace(campaign->address, std::move(live));
    }
  }

  std::string CampaignIdBefore(const std::string& name) const {
    const Document* campaign = before_.set.Find("Campaign", name);
    return campaign && campaign->valid ? IdOf(*campaign) : "";
  }

  Value ContentBefore(const DesiredObject& object) const {
    ObjectBuilder content(arena_, object.content);
    if (object.kind == ObjectKind::kCallCode && !object.parent.empty()) content.Set("parentCallCodeId", object.parent);
    if (!LivesInAgent(object.kind)) return content.Build();
    if (!object.campaign.empty()) content.Set("campaignId", CampaignIdBefore(object.campaign));
    return CanonicalContent(arena_, object.kind, content.Build());
  }

  void AddLive() {
    AddCampaigns();
    for (const Document* hierarchy : after_.set.OfKind("CallCodeHierarchy"))
      live_.codes[std::string(hierarchy->spec().GetString("category"))];
    for (const DesiredObject& object : desired_before_.objects) {
      LiveObject live;
      live.kind = object.kind;
      live.id = object.address;
      live.content = ContentBefore(object);
      if (object.kind == ObjectKind::kCampaign) {
        live.id = IdOf(*object.document);
      } else if (object.kind == ObjectKind::kSchedule) {
        live.scope = CampaignIdBefore(object.campaign);
        live_.schedules[live.scope].push_back(live);
      } else if (object.kind == ObjectKind::kCallCode) {
        live.scope = object.scope;
        live_.codes[live.scope].push_back(live);
      } else {
        live.id = object.identity;
        live_.policies.insert_or_assign(object.address, live);
      }
      applied_.push_back({object.address, std::string(KindName(object.kind)), live.id, live.scope, object.identity,
                          ToJson(live.content), LifecycleOf(object), "", Instant()});
    }
  }

  void Complete(Plan& plan) const {
    plan.is_between_versions = true;
    plan.estimated_requests = 0;
    plan.estimated_seconds = 0;
    std::erase_if(plan.guards, [](const Guard& guard) { return guard.rule == "applyWindow"; });
    AddIdentities(plan);
    // What is only remembered otherwise is written nowhere.
    std::erase_if(plan.changes, [&](const Change& change) {
      return change.action == Action::kAdopt && ObjectBefore(change.address) != nullptr;
    });
    for (Change& change : plan.changes) {
      if (change.kind != ObjectKind::kCampaign || change.action != Action::kUpdate) continue;
      const Document* campaign = after_.set.Find("Campaign", change.address.substr(change.address.find('/') + 1));
      if (!campaign || EarlierCampaign(*campaign)) continue;
      change.action = Action::kCreate;
      change.before = Value::Null();
      change.fields.clear();
      change.steps.clear();
      change.live_id.clear();
      // Whether it may go there depends on where it is, of which nothing is known.
      std::erase_if(plan.guards, [&](const Guard& guard) { return guard.address == change.address; });
    }
  }

  void AddIdentities(Plan& plan) const {
    for (const Document* campaign : after_.set.OfKind("Campaign")) {
      const Document* earlier = EarlierCampaign(*campaign);
      const std::string member(earlier ? IdentityDifference(*earlier, *campaign) : "");
      if (member.empty()) continue;
      const Value& before = *earlier->spec().Find(member);
      const Value& after = *campaign->spec().Find(member);
      auto change = std::ranges::find(plan.changes, campaign->address, &Change::address);
      if (change == plan.changes.end()) continue;
      if (change->action == Action::kAdopt) change->action = Action::kUpdate;
      change->risk = Risk::kMixed;
      change->fields.insert(change->fields.begin(), {"/" + member, before, after, after.position()});
      change->before = ObjectBuilder(arena_, change->before).Set(member, before).Build();
      change->after = ObjectBuilder(arena_, change->after).Set(member, after).Build();
    }
  }

  std::vector<std::string> Unplanned(const Plan& plan, const Selection& selection) const {
    std::map<std::string, const Document*> documents;
    const auto add = [](const ManifestSet& set, std::map<std::string, const Document*>& to) {
      if (set.tenant) to.emplace(set.tenant->address, &*set.tenant);
      for (const Document& document : set.documents) to.emplace(document.address, &document);
    };
    add(before_.set, documents);
    std::map<std::string, const Document*> later;
    add(after_.set, later);
    std::set<std::string> differing;
    const auto differs = [&](const Document& document) {
      // Through what it is used by, a document that nothing is written for may change objects that are left out.
      const bool is_planned = document.kind->name != "CallingCalendar" && document.kind->name != "Tenant";
      const bool selects = selection.MatchesAddress(document.address) && selection.MatchesLabels(document);
      if (selection.everything() || (is_planned && selects)) differing.insert(document.address);
    };
    for (const auto& [address, document] : documents) {
      const auto found = later.find(address);
      if (found == later.end() || !(found->second->root == document->root)) differs(*document);
    }
    for (const auto& [address, document] : later) {
      if (!documents.contains(address)) differs(*document);
    }
    for (const Change& change : plan.changes) {
      differing.erase(change.address);
      for (const std::string& previous : change.previous_addresses) differing.erase(previous);
      const std::size_t name = change.address.find('/') + 1;
      if (change.kind == ObjectKind::kCallCode)
        differing.erase("CallCodeHierarchy/" + change.address.substr(name, change.address.find('/', name) - name));
    }
    return {differing.begin(), differing.end()};
  }

  Arena& arena_;
  const ManifestVersion& before_;
  const ManifestVersion& after_;
  DesiredState desired_before_;
  LiveState live_;
  std::vector<AppliedObject> applied_;
};

}  // namespace

Result<VersionDifference> CompareVersions(Arena& arena, const ManifestVersion& before, const ManifestVersion& after,
                                          PlanOptions options, Instant now, const PhoneNumbers* phone_numbers) {
  return VersionComparison(arena, before, after).Compare(std::move(options), now, phone_numbers);
}

}  // namespace cxctl
