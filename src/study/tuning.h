#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "study/answer_rates.h"
#include "time/instant.h"
#include "time/interval_set.h"

namespace cxctl {

/// CX207: what the platform takes, in calls a minute.
inline constexpr double kMostCallRate = 30;

/// What a schedule says now, and what is known of it.
struct TuningInput {
  double call_rate = 0;  ///< Calls a minute.
  std::int64_t max_concurrent_calls = 1;
  std::optional<double> peak_hour_boost;  ///< Nothing: not written, 1.
  double capacity_threshold = 1;  ///< So full the lines are when the dialer stops adding calls; over 0, 1 at most.
  /// The most that maxConcurrentCalls may be: the dialer's capacity, the carrier's limit; and who says so.
  std::optional<std::int64_t> most_calls;
  std::string most_calls_by;
  std::array<double, 24> permitted_minutes{};  ///< Of a usual week, by local hour.
  AnswerRates rates;
  Duration ring = std::chrono::seconds(18);   ///< How long a call rings, on average; no figure of the tenant tells.
  Duration talk = std::chrono::seconds(150);  ///< How long one that was answered goes on after that.
};

/// A member of the schedule's spec, as it is and as it should be.
struct TunedValue {
  std::string pointer;  ///< `/dialerSettings/callRate`
  std::optional<double> before;
  double after = 0;
  std::string reason;

  bool changes() const;
};

struct Tuning {
  std::vector<TunedValue> values;    ///< callRate, maxConcurrentCalls, peakHourBoost; none without evidence.
  std::vector<std::string> remarks;  ///< What was not judged, and why.
};

/// The same attempts as today, placed where people answer. peakHourBoost is how much better the peak hours' answer rate
/// is than that of the other judged hours, 2 at most; 1 where none is better beyond chance. callRate is lowered or
/// raised so that a week has as many attempts as it has now, and callRate × peakHourBoost stays within CX207.
/// maxConcurrentCalls is what is under way in the peak hours (Little's law), over capacityThreshold, at least 1.
/// Changes of less than 5 % are none: so what was proposed and written is proposed no more.
Tuning Tune(const TuningInput& input);

/// Minutes of the permitted time by the local hour of a zone, for a week of it.
std::array<double, 24> MinutesByHour(const IntervalSet& permitted, const Zone& zone, double weeks);

/// `15`, `12.5`, `1.05`: two decimals at most.
std::string ShortNumber(double value);

}  // namespace cxctl
