#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/tenant_state.h"
#include "time/instant.h"

namespace cxctl::sim {

struct LiveFigures {
  std::int64_t dialed = 0, answered = 0, abandoned = 0;
};

/// The campaign's figures over the last `interval`. Follow from the seed, the campaign and the half minute alone:
/// about dialRate calls a minute while it is ACTIVE, none otherwise. The tenant's `metrics` of the campaign override
/// them: callsPerMinute (in any state), answerRate, abandonRate.
LiveFigures FiguresOf(const TenantState& state, std::uint64_t seed, const StoredObject& campaign, Instant now,
                      Duration interval);

inline constexpr std::string_view kDispositions[] = {"ANSWERED", "NO_ANSWER", "BUSY", "MACHINE", "ABANDONED", "FAILED"};
using DispositionCounts = std::array<std::int64_t, std::size(kDispositions)>;

/// Contacts of a schedule in the hour that begins at `hour`, by disposition: callRate calls a minute if the hour's
/// start is in one of its enabled windows, between its start and end and in no blackout; none otherwise. People answer
/// most in the early evening of the schedule's zone.
DispositionCounts HourOfSchedule(const Value& schedule, std::string_view schedule_id, std::uint64_t seed, Instant hour);

}  // namespace cxctl::sim
