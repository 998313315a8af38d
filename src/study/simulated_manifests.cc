#include "study/simulated_manifests.h"

#include <fmt/format.h>

#include <algorithm>

#include "rules/calling_time.h"
#include "study/planned_attempts.h"

namespace cxctl {

namespace {

constexpr int kUsualAgents = 20, kDaysLookedAt = 7;
constexpr std::int64_t kMostAgents = 100'000;
/// A Monday, for campaigns that nothing binds to a date.
constexpr Date kAnyDay{2026, 1, 5};

std::vector<const Document*> SchedulesOf(const ManifestSet& set, const Document& campaign) {
  std::vector<const Document*> schedules;
  for (const Document* schedule : set.OfKind("CampaignSchedule")) {
    if (schedule->spec().GetString("campaign") == campaign.name) schedules.push_back(schedule);
  }
  return schedules;
}

const Document* PolicyOf(const ManifestSet& set, std::string_view kind, const Document& campaign) {
  for (const Document* policy : set.OfKind(kind)) {
    if (policy->spec().GetString("campaign") == campaign.name) return policy;
  }
  return nullptr;
}

std::optional<Instant> InstantOf(const Value& spec, std::string_view member) {
  const auto time = ParseDateTime(spec.GetString(member));
  return time ? std::optional(time->instant) : std::nullopt;
}

DialingMode ModeOf(const Value& spec) {
  const std::string_view mode = spec.GetString("dialingMode");
  if (mode == "PROGRESSIVE") return DialingMode::kProgressive;
  return mode == "PREVIEW" ? DialingMode::kPreview : DialingMode::kPredictive;
}

std::int64_t IntOr(const Value& spec, std::string_view member, std::int64_t otherwise) {
  const Value* value = spec.Find(member);
  return value ? value->as_int() : otherwise;
}

/// From when on the campaign's state lets it dial.
Instant DialsFrom(const Document& campaign, bool assume_active) {
  constexpr Instant kAlways{INT64_MIN};
  if (assume_active || campaign.spec().GetString("state") != "PAUSED") return kAlways;
  return InstantOf(campaign.spec(), "scheduledResumeTime").value_or(kAlways);
}

IntervalSet PermittedIn(const ManifestSet& set, const Document& document, Interval range) {
  const auto time = CallingTime::Of(set, document);
  return time ? time->Permitted(range) : IntervalSet();
}

IntervalSet DialsIn(const ManifestSet& set, const Document& campaign, Interval range, bool assume_active) {
  const Interval from{std::max(range.start, DialsFrom(campaign, assume_active)), range.end};
  if (from.empty()) return {};
  return PermittedIn(set, campaign, from);
}

Zone ZoneOf(const ManifestSet& set, const Document& campaign) {
  const auto time = CallingTime::Of(set, campaign);
  return time ? time->zone() : Zone::Utc();
}

/// When the first of them may dial at the earliest, as far as dates are written.
std::optional<Instant> EarliestOf(const ManifestSet& set, const CampaignChoice& choice, bool assume_active) {
  std::optional<Instant> earliest;
  for (const Document* campaign : choice.campaigns) {
    std::optional<Instant> own;
    for (const Document* schedule : SchedulesOf(set, *campaign)) {
      const auto start = InstantOf(schedule->spec(), "startTime");
      if (start && (!own || *start < *own)) own = start;
    }
    const Instant from = DialsFrom(*campaign, assume_active);
    if (from > Instant{INT64_MIN} && (!own || *own < from)) own = from;
    if (own && (!earliest || *own < *earliest)) earliest = own;
  }
  return earliest;
}

Duration OpenOn(const ManifestSet& set, const CampaignChoice& choice, Interval day, bool assume_active) {
  Duration open{0};
  for (const Document* campaign : choice.campaigns) {
    open += DialsIn(set, *campaign, day, assume_active).TotalLength();
  }
  return open;
}

Interval DaysFrom(const Zone& zone, Date first, int days) {
  return {zone.StartOfDay(first), zone.StartOfDay(AddDays(first, days))};
}

std::vector<SimulatedSchedule> ReadSchedules(const ManifestSet& set, const Document& campaign, Interval range) {
  std::vector<SimulatedSchedule> schedules;
  for (const Document* document : SchedulesOf(set, campaign)) {
    SimulatedSchedule schedule;
    schedule.permitted = PermittedIn(set, *document, range);
    schedule.call_rate = document->spec().Find("dialerSettings", "callRate")->as_double();
    schedule.peak_hour_boost = PeakBoostOf(document->spec());
    schedules.push_back(std::move(schedule));
  }
  return schedules;
}

}  // namespace

CampaignChoice ChooseCampaigns(const ManifestSet& set, const std::function<bool(const Document&)>& is_wanted,
                               bool assume_active) {
  CampaignChoice choice;
  for (const Document* campaign : set.OfKind("Campaign")) {
    if (!is_wanted(*campaign)) continue;
    const std::string_view state = campaign->spec().GetString("state");
    const bool waits = state == "PAUSED" && InstantOf(campaign->spec(), "scheduledResumeTime");
    if (assume_active || state.empty() || state == "ACTIVE" || waits) {
      choice.campaigns.push_back(campaign);
    } else {
      choice.left.push_back({campaign->address, fmt::format("{} in the manifests", state)});
    }
  }
  return choice;
}

std::optional<Interval> ChooseDays(const ManifestSet& set, const CampaignChoice& choice, std::optional<Date> start,
                                   int days, bool assume_active) {
  if (choice.campaigns.empty()) return std::nullopt;
  const Zone zone = ZoneOf(set, *choice.campaigns.front());
  if (start) return DaysFrom(zone, *start, days);
  const auto earliest = EarliestOf(set, choice, assume_active);
  Date best = earliest ? zone.LocalAt(*earliest).date : kAnyDay;
  Duration most{0};
  const Date first = best;
  for (int i = 0; i < kDaysLookedAt; ++i) {
    const Date day = AddDays(first, i);
    const Duration open = OpenOn(set, choice, DaysFrom(zone, day, 1), assume_active);
    if (open <= most) continue;
    most = open;
    best = day;
  }
  if (most == Duration::zero()) return std::nullopt;
  return DaysFrom(zone, best, days);
}

std::vector<SimulatedCampaign> ReadSimulatedCampaigns(const ManifestSet& set, const CampaignChoice& choice,
                                                      Interval range, bool assume_active) {
  std::vector<SimulatedCampaign> campaigns;
  const int agents = AgentsOf(set, choice, range, assume_active);
  for (const Document* document : choice.campaigns) {
    const Value& spec = document->spec();
    SimulatedCampaign campaign;
    campaign.name = document->name;
    campaign.zone = ZoneOf(set, *document);
    campaign.mode = ModeOf(spec);
    campaign.dial_rate = IntOr(spec, "dialRate", 0);
    campaign.max_agents = IntOr(spec, "maxAgents", agents);
    campaign.permitted = DialsIn(set, *document, range, assume_active);
    campaign.schedules = ReadSchedules(set, *document, range);
    if (const Document* policy = PolicyOf(set, "PacingPolicy", *document)) {
      campaign.pacing = ReadPacingSettings(policy->spec());
    }
    if (const Document* policy = PolicyOf(set, "ThrottlePolicy", *document)) {
      campaign.throttle = ReadThrottleSettings(policy->spec());
      campaign.rhythm = ReadThrottleRhythm(policy->spec());
    }
    campaigns.push_back(std::move(campaign));
  }
  return campaigns;
}

int AgentsOf(const ManifestSet& set, const CampaignChoice& choice, Interval range, bool assume_active) {
  std::int64_t agents = 0;
  for (const Document* campaign : choice.campaigns) {
    if (DialsIn(set, *campaign, range, assume_active).empty()) continue;
    agents = std::min(kMostAgents, agents + IntOr(campaign->spec(), "maxAgents", 0));
  }
  return agents > 0 ? static_cast<int>(agents) : kUsualAgents;
}

}  // namespace cxctl
