#include <fmt/format.h>

#include <set>

#include "rules/finding.h"
#include "rules/rule_groups.h"

namespace cxctl {

namespace {

// Rules about what is missing say nothing of a document that has faults: the member may be among them, misspelt.

void CheckHold(const Document& campaign, Diagnostics& diagnostics) {
  if (campaign.partial) return;
  const Value* hold = campaign.spec().Find("complianceHold");
  if (!hold || !hold->as_bool() || campaign.spec().Find("scheduledResumeTime")) return;
  Report(diagnostics, "CX301", campaign, hold->position(), "complianceHold true is without a scheduledResumeTime",
         "add scheduledResumeTime: the time before which the hold must not be lifted");
}

void CheckAgents(const Document& campaign, Diagnostics& diagnostics) {
  const Value* agents = campaign.spec().Find("maxAgents");
  const Value* limit = campaign.spec().Find("carrierLimit", "maxAgents");
  if (!agents || !limit || !IsOver(*agents, *limit)) return;
  Report(diagnostics, "CX302", campaign, agents->position(),
         fmt::format("maxAgents {} is over carrierLimit.maxAgents {}", NumberText(*agents), NumberText(*limit)),
         "lower it, or correct carrierLimit");
}

std::string StateText(const Document& campaign) {
  const std::string_view state = campaign.spec().GetString("state");
  return state.empty() ? "there is no state" : fmt::format("state is {}", state);
}

void CheckPauseMembers(const Document& campaign, Diagnostics& diagnostics) {
  if (campaign.partial || campaign.spec().GetString("state") == "PAUSED") return;
  const auto report = [&](std::string_view member, const Value& value, std::string_view text) {
    Report(diagnostics, "CX303", campaign, value.position(),
           fmt::format("{} {} needs state PAUSED, but {}", member, text, StateText(campaign)),
           fmt::format("set state: PAUSED, or remove {}", member));
  };
  if (const Value* reason = campaign.spec().Find("pauseReason")) report("pauseReason", *reason, reason->as_string());
  const Value* hold = campaign.spec().Find("complianceHold");
  if (hold && hold->as_bool()) report("complianceHold", *hold, "true");
  if (const Value* resume = campaign.spec().Find("scheduledResumeTime"))
    report("scheduledResumeTime", *resume, resume->as_string());
}

void CheckNeverDials(const Document& campaign, const std::set<std::string_view>& scheduled, Diagnostics& diagnostics) {
  const Value* state = campaign.spec().Find("state");
  if (campaign.partial || !state || state->as_string() != "ACTIVE" || campaign.spec().Find("calendar")) return;
  if (scheduled.contains(campaign.name)) return;
  Report(diagnostics, "CX305", campaign, state->position(),
         fmt::format("state ACTIVE, but campaign {} has no schedule and no calendar", campaign.name),
         "declare a CampaignSchedule for it, or name its calendar");
}

void CheckDialRate(const Document& campaign, const Document* pacing, Diagnostics& diagnostics) {
  const Value* rate = campaign.spec().Find("dialRate");
  if (!rate || !pacing) return;
  const Value& least = *pacing->spec().Find("dialRate", "min");
  const Value& most = *pacing->spec().Find("dialRate", "max");
  if (!IsOver(least, *rate) && !IsOver(*rate, most)) return;
  // CX601 has said that the range itself is wrong.
  if (IsOver(least, most)) return;
  Report(diagnostics, "CX306", campaign, rate->position(),
         fmt::format("dialRate {} is outside the range {} to {} of {}", NumberText(*rate), NumberText(least),
                     NumberText(most), pacing->address),
         "set a dialRate in the range, leave it out, or change the policy's range");
}

/// The campaigns that some schedule refers to, whether or not it is valid.
std::set<std::string_view> ScheduledCampaigns(const ManifestSet& set) {
  std::set<std::string_view> names;
  for (const Document& document : set.documents) {
    if (document.kind->name != "CampaignSchedule") continue;
    if (const Value* campaign = document.root.Find("spec", "campaign")) names.insert(campaign->as_string());
  }
  return names;
}

}  // namespace

void CheckCampaigns(const RuleInput& input, Diagnostics& diagnostics) {
  const std::set<std::string_view> scheduled = ScheduledCampaigns(input.set);
  const auto pacing = FirstByCampaign(input.set, "PacingPolicy");
  for (const Document* campaign : input.set.OfKind("Campaign")) {
    const auto policy = pacing.find(campaign->name);
    CheckHold(*campaign, diagnostics);
    CheckAgents(*campaign, diagnostics);
    CheckPauseMembers(*campaign, diagnostics);
    CheckNeverDials(*campaign, scheduled, diagnostics);
    CheckDialRate(*campaign, policy == pacing.end() ? nullptr : policy->second, diagnostics);
  }
}

}  // namespace cxctl
