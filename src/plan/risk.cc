#include "plan/risk.h"

#include <algorithm>

#include "calendar/schedule_timing.h"
#include "plan/policy_content.h"

namespace cxctl {

namespace {

Risk LowerIsSafer(const Value& before, const Value& after) {
  // A number that was not there before has no known effect in one direction.
  if (!before.is_number() || !after.is_number()) return before == after ? Risk::kNeutral : Risk::kMixed;
  if (after.as_double() == before.as_double()) return Risk::kNeutral;
  return after.as_double() < before.as_double() ? Risk::kReduces : Risk::kIncreases;
}

bool Dials(std::string_view state) {
  return state == "ACTIVE";
}

Risk OfState(const Value& before, const Value& after) {
  const bool dialed = Dials(before.as_string());
  const bool dials = Dials(after.as_string());
  if (dialed == dials) return Risk::kNeutral;
  return dials ? Risk::kIncreases : Risk::kReduces;
}

Risk OfMode(const Value& before, const Value& after) {
  constexpr std::string_view kModes[] = {"PREVIEW", "PROGRESSIVE", "PREDICTIVE"};
  const auto rank = [&](const Value& mode) { return std::ranges::find(kModes, mode.as_string()) - std::begin(kModes); };
  if (rank(before) == 3 || rank(after) == 3) return Risk::kMixed;
  return rank(after) < rank(before) ? Risk::kReduces : Risk::kIncreases;
}

Risk OfResumeTime(const Value& before, const Value& after) {
  const auto from = ParseDateTime(before.as_string());
  const auto to = ParseDateTime(after.as_string());
  if (!from || !to) return Risk::kNeutral;
  return to->instant < from->instant ? Risk::kIncreases : Risk::kReduces;
}

Risk OfCampaignMember(std::string_view path, const Value& before, const Value& after) {
  if (path == "/state") return OfState(before, after);
  if (path == "/dialRate" || path == "/maxAgents") return LowerIsSafer(before, after);
  if (path == "/dialingMode") return OfMode(before, after);
  if (path == "/complianceHold") return after.as_bool() ? Risk::kReduces : Risk::kIncreases;
  if (path == "/scheduledResumeTime") return OfResumeTime(before, after);
  return Risk::kNeutral;
}

bool IsTiming(std::string_view path) {
  return path == "/startTime" || path == "/endTime" || path == "/regulatoryWindows" || path == "/blackoutPeriods";
}

Risk OfTiming(const Value& before, const Value& after) {
  const auto was = ReadScheduleTiming(before);
  const auto will_be = ReadScheduleTiming(after);
  if (!was || !will_be) return Risk::kMixed;
  const IntervalSet from = was->Permitted();
  const IntervalSet to = will_be->Permitted();
  if (from == to) return Risk::kNeutral;
  if (to.IsSubsetOf(from)) return Risk::kReduces;
  return from.IsSubsetOf(to) ? Risk::kIncreases : Risk::kMixed;
}

Risk OfScheduleMember(std::string_view path, const Value& before, const Value& after) {
  if (path.starts_with("/dialerSettings/") || path == "/optimizationSettings/peakHourBoost")
    return LowerIsSafer(before, after);
  if (path == "/optimizationSettings/useHistoricalAnswerRates") return Risk::kMixed;
  return Risk::kNeutral;
}

}  // namespace

Risk Combine(Risk a, Risk b) {
  if (a == Risk::kNeutral || a == b) return b;
  return b == Risk::kNeutral ? a : Risk::kMixed;
}

std::optional<PermittedTimeChange> DescribeTiming(const Value& before, const Value& after, Instant now) {
  const auto permitted = [](const Value& schedule) {
    if (schedule.is_null()) return std::optional(IntervalSet());
    const auto timing = ReadScheduleTiming(schedule);
    return timing ? std::optional(timing->Permitted()) : std::nullopt;
  };
  const auto was = permitted(before), will_be = permitted(after);
  if (!was || !will_be || *was == *will_be) return std::nullopt;
  const auto zone = Zone::Load((after.is_null() ? before : after).GetString("timeZone"));
  return DescribeChange(*was, *will_be, zone.value_or(Zone::Utc()), now);
}

Risk RiskOf(ObjectKind kind, const std::vector<FieldChange>& fields, const Value& before, const Value& after) {
  Risk risk = Risk::kNeutral;
  if (kind == ObjectKind::kCallCode || kind == ObjectKind::kCallback) return risk;
  if (LivesInAgent(kind)) {
    for (const FieldChange& field : fields) risk = Combine(risk, RiskOfPolicyMember(kind, field));
    return risk;
  }
  if (kind == ObjectKind::kCampaign) {
    // What starts or stops all calls outweighs what the same request says about their rate.
    const auto state = std::ranges::find(fields, "/state", &FieldChange::path);
    const Risk of_state = state == fields.end() ? Risk::kNeutral : OfState(state->before, state->after);
    if (of_state != Risk::kNeutral) return of_state;
  }
  bool timing = false;
  for (const FieldChange& field : fields) {
    if (kind == ObjectKind::kCampaign) {
      risk = Combine(risk, OfCampaignMember(field.path, field.before, field.after));
    } else if (IsTiming(field.path)) {
      timing = true;
    } else {
      risk = Combine(risk, OfScheduleMember(field.path, field.before, field.after));
    }
  }
  return timing ? Combine(risk, OfTiming(before, after)) : risk;
}

std::vector<std::string> JudgedMembers(ObjectKind kind, const std::vector<FieldChange>& fields) {
  if (kind == ObjectKind::kSchedule &&
      std::ranges::any_of(fields, [](const FieldChange& field) { return IsTiming(field.path); })) {
    return {"/startTime", "/endTime", "/regulatoryWindows", "/blackoutPeriods"};
  }
  // A lower rate of a paused campaign is as safe as one of a dialing campaign; leaving a pause is not.
  if (kind == ObjectKind::kCampaign &&
      std::ranges::any_of(fields, [](const FieldChange& field) { return field.path == "/state"; })) {
    return {"/state", "/complianceHold", "/scheduledResumeTime"};
  }
  if (kind == ObjectKind::kCallback) return {"/state", "/scheduleDate"};
  return {};
}

}  // namespace cxctl
