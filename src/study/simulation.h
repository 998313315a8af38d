#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dialer/dialer.h"
#include "pacing/pacing.h"
#include "pacing/settings.h"
#include "time/instant.h"
#include "time/interval_set.h"
#include "time/zone.h"

namespace cxctl {

/// A schedule's own dial rate, for a campaign without a PacingPolicy.
struct SimulatedSchedule {
  IntervalSet permitted;
  double call_rate = 0;        ///< Calls a minute
  double peak_hour_boost = 1;  ///< In hours that people answer well (IsPeakHour); 1 unless useHistoricalAnswerRates.
};

struct SimulatedCampaign {
  std::string name;
  Zone zone = Zone::Utc();  ///< Whose clock the people live by.
  DialingMode mode = DialingMode::kPredictive;
  std::int64_t dial_rate = 0;  ///< Where there is neither a policy nor a schedule.
  std::int64_t max_agents = 0;
  IntervalSet permitted;  ///< When it dials at all.
  std::vector<SimulatedSchedule> schedules;
  std::optional<PacingSettings> pacing;
  std::optional<ThrottleSettings> throttle;
  ThrottleRhythm rhythm;  ///< Of the throttle.
};

struct SimulationInput {
  std::uint64_t seed = 1;
  Interval range;
  int agents = 20;           ///< One pool for all campaigns, there all the time.
  double answer_rate = 0.3;  ///< By a person, of all calls, over the day; more about 19:00, less in the morning.
  double machine_rate = 0.2;
  Duration talk = std::chrono::seconds(150), wrapup = std::chrono::seconds(30);  ///< Means
  std::int64_t max_calls = 200;                                                  ///< At one time, of all campaigns.
  std::vector<SimulatedCampaign> campaigns;
};

struct SimulatedCounts {
  std::int64_t dialed = 0, answered = 0, abandoned = 0;
  double answer_rate() const { return dialed == 0 ? 0 : static_cast<double>(answered) / static_cast<double>(dialed); }
  double abandon_rate() const {
    return answered == 0 ? 0 : static_cast<double>(abandoned) / static_cast<double>(answered);
  }
};

struct SimulatedPause {
  Instant start, end;
  std::string trigger;  ///< "answerRate", "abandonRate"
};

struct CampaignFigures {
  std::string name;
  SimulatedCounts counts;
  Duration dialing{0}, paused{0};  ///< Of its permitted time.
  std::vector<SimulatedPause> pauses;
  std::vector<SimulatedCounts> hours;  ///< One for each hour of the range, from its start on.
};

struct SimulationFigures {
  std::vector<CampaignFigures> campaigns;
  SimulatedCounts all;
  /// Agents' time at work of that and the time available, while any campaign dials; 0 where none does.
  double occupancy = 0;
};

/// Runs the campaigns against the dialer's model, second by second, with their policies as the agent runs them. Pure:
/// the same input gives the same figures. How many people answer follows the hour of the zone's clock, and drifts and
/// jumps by the seed and the campaign's name, so that two versions of a campaign meet the same people.
SimulationFigures Simulate(const SimulationInput& input);

/// Whether people answer a tenth better than over the day at that hour of the clock, in the model.
bool IsPeakHour(int hour);

}  // namespace cxctl
