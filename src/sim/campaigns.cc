#include "sim/campaigns.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/operations.h"
#include "sim/shapes.h"

namespace cxctl::sim {
namespace {

constexpr std::string_view kPauseMembers[] = {"pauseReason", "complianceHold", "scheduledResumeTime"};

/// The members of the body that only a paused campaign can have, as faults.
std::vector<Detail> PauseMembersIn(const Value& body) {
  std::vector<Detail> found;
  for (std::string_view name : kPauseMembers) {
    if (body.Find(name)) found.push_back({std::string(name), "belongs to a paused campaign"});
  }
  return found;
}

/// 409 for what no body could make legal.
Checked<void> CheckTransition(std::string_view from, std::string_view to) {
  if (from == "SUSPENDED" || to == "SUSPENDED") {
    return Refuse(409, "CAMPAIGN_SUSPENDED", "SUSPENDED is set and lifted by the platform alone.");
  }
  if (from == to) return Refuse(409, "SAME_STATE", fmt::format("The campaign is {} already.", from));
  return {};
}

HttpResponse Store(Tenant& tenant, const Value& campaign) {
  return ObjectResponse(200, tenant.state.Put(tenant.state.campaigns, campaign, CampaignKeys(campaign)));
}

}  // namespace

Value NormalizedCampaign(Arena& arena, const Value& campaign) {
  ObjectBuilder builder(arena);
  for (std::string_view name : {"id", "name", "state"}) {
    if (const Value* value = campaign.Find(name)) builder.Set(name, *value);
  }
  for (std::string_view name : kPauseMembers) {
    const Value* value = campaign.Find(name);
    const bool flag = name == "complianceHold";
    builder.Set(name, value && !value->is_null() ? *value : (flag ? Value::Bool(false) : Value::Null()));
  }
  // Set replaces a member where it stands, so only the others are added here.
  for (std::string_view name : {"maxAgents", "dialingMode", "dialRate"}) {
    if (const Value* value = campaign.Find(name)) {
      builder.Set(name, value->is_number() ? Value::Int(static_cast<std::int64_t>(value->as_double())) : *value);
    }
  }
  const Value known = builder.Build();
  ObjectBuilder whole(arena, known);
  for (const Member& member : campaign.members()) {
    if (!known.Find(member.key)) whole.Append(member);
  }
  return whole.Build();
}

Value ClearedUnlessPaused(Arena& arena, const Value& campaign) {
  if (campaign.GetString("state") == "PAUSED") return NormalizedCampaign(arena, campaign);
  ObjectBuilder builder(arena, campaign);
  for (std::string_view name : kPauseMembers) builder.Remove(name);
  return NormalizedCampaign(arena, builder.Build());
}

Answer GetDialerCapacity(Tenant& tenant, Call&) {
  return JsonResponse(200, fmt::format("{{\"maxConcurrentCalls\":{}}}", tenant.state.max_concurrent_calls));
}

Answer ListCampaigns(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const PageRequest page, ReadPage(call, ""));
  const auto items = tenant.state.campaigns.List({.scope = {}, .after = page.after, .limit = page.size});
  return ListResponse(call, "", items, tenant.options.etag_in_lists);
}

Answer GetCampaign(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* campaign, FindObject(tenant.state.campaigns, call.arguments[0], "campaign"));
  return ObjectResponse(200, *campaign);
}

Answer TransitionCampaign(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* campaign, FindObject(tenant.state.campaigns, call.arguments[0], "campaign"));
  TRY(RequireIfMatch(call));
  TRY(CheckBody(call, kCampaignTransition, false));
  const std::string_view to = call.body.GetString("state");
  if (std::ranges::find(kCampaignStates, to) == std::end(kCampaignStates)) {
    return RefuseInvalid({{"state", "must be one of ACTIVE, PAUSED, INACTIVE"}});
  }
  TRY(CheckIfMatch(call, *campaign));
  TRY(CheckTransition(campaign->keys.state, to));
  if (auto misplaced = PauseMembersIn(call.body); to != "PAUSED" && !misplaced.empty()) {
    return Refuse(422, "PAUSE_MEMBERS_WITHOUT_PAUSE",
                  fmt::format("A campaign that becomes {} has no pause members.", to), std::move(misplaced));
  }
  const Value merged = MergePatch(call.arena, campaign->Read(call.arena), call.body);
  return Store(tenant, ClearedUnlessPaused(call.arena, merged));
}

Answer PatchCampaign(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* campaign, FindObject(tenant.state.campaigns, call.arguments[0], "campaign"));
  TRY(RequireIfMatch(call));
  TRY(CheckBody(call, kCampaignPatch, true));
  TRY(CheckIfMatch(call, *campaign));
  if (auto misplaced = PauseMembersIn(call.body); campaign->keys.state != "PAUSED" && !misplaced.empty()) {
    return Refuse(409, "CAMPAIGN_NOT_PAUSED", fmt::format("The campaign is {}, not PAUSED.", campaign->keys.state),
                  std::move(misplaced));
  }
  const Value merged = MergePatch(call.arena, campaign->Read(call.arena), call.body);
  return Store(tenant, NormalizedCampaign(call.arena, merged));
}

}  // namespace cxctl::sim
