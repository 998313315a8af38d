#include "rules/rules.h"

#include "rules/jurisdictions.h"
#include "rules/rule_groups.h"

namespace cxctl {

namespace {

/// Of a schedule that refers to a calendar.
std::optional<ScheduleTiming> CompiledTiming(Calendars& calendars, const ScheduleFacts& facts,
                                             std::string_view calendar) {
  if (!facts.start || !facts.end) return std::nullopt;
  const Interval range{facts.start->instant, facts.end->instant};
  const CompiledCalendar* compiled = range.empty() ? nullptr : calendars.Compile(calendar, range);
  if (!compiled) return std::nullopt;
  return ScheduleTiming{range, compiled->windows, compiled->blackouts};
}

ScheduleFacts ReadFacts(const ManifestSet& set, Calendars& calendars, const Document& schedule) {
  ScheduleFacts facts;
  facts.document = &schedule;
  const Value& spec = schedule.spec();
  const Document* campaign = set.Find("Campaign", spec.GetString("campaign"));
  if (campaign && campaign->valid) facts.campaign = campaign;
  facts.start = ParseDateTime(spec.GetString("startTime"));
  facts.end = ParseDateTime(spec.GetString("endTime"));
  // One that repeats another's address (CX103) would be found to overlap it, and count twice.
  if (set.Find("CampaignSchedule", schedule.name) != &schedule) return facts;
  const Value* calendar = spec.Find("calendar");
  facts.timing = calendar ? CompiledTiming(calendars, facts, calendar->as_string()) : ReadScheduleTiming(spec);
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
  Calendars calendars(set);
  RuleInput input{set, context.now, CapacityOf(set, context), context.phone_numbers, {}, calendars};
  for (const Document* schedule : set.OfKind("CampaignSchedule"))
    input.schedules.push_back(ReadFacts(set, calendars, *schedule));
  CheckZones(input, diagnostics);
  CheckJurisdictions(set, diagnostics);
  CheckSchedules(input, diagnostics);
  CheckCallingHours(input, diagnostics);
  CheckOverlaps(input, diagnostics);
  CheckConcurrency(input, diagnostics);
  CheckCampaigns(input, diagnostics);
  CheckCallCodes(input, diagnostics);
  CheckCallbacks(input, diagnostics);
  CheckAgentPolicies(input, diagnostics);
  CheckSinks(input, diagnostics);
}

}  // namespace cxctl
