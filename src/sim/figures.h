#pragma once

#include <cstdint>
#include <string_view>

#include "sim/dialed_calls.h"
#include "sim/live_dialer.h"
#include "sim/tenant_state.h"
#include "time/instant.h"

namespace cxctl::sim {

struct LiveFigures {
  std::int64_t dialed = 0, answered = 0, abandoned = 0;
};

/// How likely a person answers at a local hour (0 to 24): least in the early morning, most about 19:00.
double AnswerProbability(double local_hour);

/// The campaign's figures over the last `interval`: what the dialer did, or without one (a tenant that has no agents)
/// what follows from the seed, the campaign and the half minute: about dialRate calls a minute while it is ACTIVE, none
/// otherwise. The tenant's `metrics` of the campaign override them: callsPerMinute (in any state), answerRate,
/// abandonRate.
LiveFigures FiguresOf(const TenantState& state, const LiveDialer& dialer, std::uint64_t seed,
                      const StoredObject& campaign, Instant now, Duration interval);

/// Whether the schedule permits calls at that instant.
bool Permits(const Value& schedule, Instant instant);

/// Contacts of a schedule in the hour that begins at `hour`, by disposition: callRate calls a minute if the hour's
/// start is in one of its enabled windows, between its start and end and in no blackout; none otherwise. With
/// useHistoricalAnswerRates times peakHourBoost in the hours that people answer better than on average over its
/// windows. They answer most in the early evening of the schedule's zone.
DispositionCounts HourOfSchedule(const Value& schedule, std::string_view schedule_id, std::uint64_t seed, Instant hour);

}  // namespace cxctl::sim
