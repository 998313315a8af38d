#include "rules/rules.h"

#include "rules/jurisdictions.h"
#include "rules/rule_groups.h"

namespace cxctl {

namespace {

ScheduleFacts ReadFacts(const ManifestSet& set, const Document& schedule) {
  ScheduleFacts facts;
  facts.document = &schedule;
  const Value& spec = schedule.spec();
  const Document* campaign = set.Find("Campaign", spec.GetString("campaign"));
  if (campaign && campaign->valid) facts.campaign = campaign;
  facts.start = ParseDateTime(spec.GetString("startTime"));
  facts.end = ParseDateTime(spec.GetString("endTime"));
  // One that repeats another's address (CX103) would be found to overlap it, and count twice.
  if (set.Find("CampaignSchedule", schedule.name) == &schedule) facts.timing = ReadScheduleTiming(spec);
  return facts;
}

std::optional<std::int64_t> CapacityOf(const ManifestSet& set, const RuleContext& context) {
  if (context.capacity || !set.tenant || !set.tenant->valid) return context.capacity;
  const Value* declared = set.tenant->spec().Find("capacity", "maxConcurrentCalls");
  return declared ? std::optional(declared->as_int()) : std::nullopt;
}

}  // namespace

std::map<std::string_view, const Document*> FirstByCampaign(const ManifestSet& set, std::string_view kind) {
  std::map<std::string_view, const Document*> found;
  for (const Document* document : set.OfKind(kind)) found.emplace(document->spec().GetString("campaign"), document);
  return found;
}

void CheckRules(const ManifestSet& set, const RuleContext& context, Diagnostics& diagnostics) {
  RuleInput input{set, context.now, CapacityOf(set, context), context.phone_numbers, {}};
  for (const Document* schedule : set.OfKind("CampaignSchedule")) input.schedules.push_back(ReadFacts(set, *schedule));
  CheckZones(input, diagnostics);
  CheckJurisdictions(set, diagnostics);
  CheckSchedules(input, diagnostics);
  CheckOverlaps(input, diagnostics);
  CheckConcurrency(input, diagnostics);
  CheckCampaigns(input, diagnostics);
  CheckCallCodes(input, diagnostics);
  CheckCallbacks(input, diagnostics);
  CheckAgentPolicies(input, diagnostics);
  CheckSinks(input, diagnostics);
}

}  // namespace cxctl
