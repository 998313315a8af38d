#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "study/answer_rates.h"
#include "time/instant.h"

namespace cxctl {

/// CX207: what the platform takes, in calls a minute.
inline constexpr double kMostCallRate = 30;
inline constexpr std::string_view kPeakBoost = "/optimizationSettings/peakHourBoost";
inline constexpr std::string_view kUseOfHistory = "/optimizationSettings/useHistoricalAnswerRates";

/// What a schedule says now, and what is known of it.
struct TuningInput {
  double call_rate = 0;  ///< Calls a minute.
  std::int64_t max_concurrent_calls = 1;
  std::optional<double> peak_hour_boost;  ///< Nothing: not written, 1.
  bool uses_history = false;              ///< useHistoricalAnswerRates is true; without it a boost counts nowhere.
  bool has_use_of_history = false;        ///< It is written, as true or false.
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
  bool is_switch = false;  ///< true and false, as 1 and 0.

  bool changes() const;
};

struct Tuning {
  /// callRate, maxConcurrentCalls, peakHourBoost, and the use of history where a boost needs it switched on; none
  /// without evidence.
  std::vector<TunedValue> values;
  std::vector<std::string> remarks;  ///< What was not judged, and why.
};

/// The same attempts as today, placed where people answer. peakHourBoost is how much better the peak hours' answer rate
/// is than that of the other judged hours, 2 at most; 1 where none is better beyond chance, and where the schedule
/// dials in none or in nothing but them. Hours in which it does not dial have no say. callRate is lowered or raised so
/// that a week has as many attempts as it has now, and callRate × peakHourBoost stays within CX207. maxConcurrentCalls
/// is what is under way in the peak hours (Little's law), over capacityThreshold, at least 1. Changes of less than 5 %
/// are none: so what was proposed and written is proposed no more.
Tuning Tune(const TuningInput& input);

/// `15`, `12.5`, `1.05`: two decimals at most.
std::string ShortNumber(double value);

}  // namespace cxctl
