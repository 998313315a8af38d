#pragma once

#include <array>
#include <string>

#include "study/answer_rates.h"
#include "time/interval_set.h"
#include "value/value.h"

// How many attempts a schedule plans: one reckoning for what is proposed and for what is held against history.

namespace cxctl {

/// How fast a schedule is dialed: callRate, and times the boost in the peak hours.
struct DialSpeed {
  double call_rate = 0;            ///< Calls a minute of permitted time.
  double peak_boost = 1;           ///< Factor in the peak hours; see PeakBoostOf.
  std::array<bool, 24> is_peak{};  ///< By local hour.
};

/// What peakHourBoost of a schedule's spec, or of a schedule in the API's form, comes to: it is for the hours that
/// history knows, so 1 unless useHistoricalAnswerRates is true.
double PeakBoostOf(const Value& schedule);

/// The hours that are answered better than the others beyond chance.
std::array<bool, 24> PeaksOf(const AnswerRates& rates);

/// `16:00-21:00, 23:00-24:00`; "" for none.
std::string HoursText(const std::array<bool, 24>& hours);

/// Minutes of the permitted time by the local hour of a zone, for a week of it.
std::array<double, 24> MinutesByHour(const IntervalSet& permitted, const Zone& zone, double weeks);

/// The attempts of so many minutes, by local hour.
double PlannedAttempts(const DialSpeed& speed, const std::array<double, 24>& minutes);

}  // namespace cxctl
