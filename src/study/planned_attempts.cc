#include "study/planned_attempts.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/strings.h"

namespace cxctl {

double PeakBoostOf(const Value& schedule) {
  const Value* uses_history = schedule.Find("optimizationSettings", "useHistoricalAnswerRates");
  const Value* boost = schedule.Find("optimizationSettings", "peakHourBoost");
  const bool counts = uses_history && uses_history->is_bool() && uses_history->as_bool() && boost && boost->is_number();
  return counts ? boost->as_double() : 1;
}

std::array<bool, 24> PeaksOf(const AnswerRates& rates) {
  std::array<bool, 24> peaks{};
  for (std::size_t hour = 0; hour < peaks.size(); ++hour) peaks[hour] = rates.hours[hour].is_peak;
  return peaks;
}

std::string HoursText(const std::array<bool, 24>& hours) {
  std::vector<std::string> stretches;
  for (std::size_t hour = 0; hour < hours.size(); ++hour) {
    if (!hours[hour]) continue;
    const std::size_t first = hour;
    while (hour < hours.size() && hours[hour]) ++hour;
    stretches.push_back(fmt::format("{:02}:00-{:02}:00", first, hour));
  }
  return Join(stretches, ", ");
}

std::array<double, 24> MinutesByHour(const IntervalSet& permitted, const Zone& zone, double weeks) {
  std::array<double, 24> minutes{};
  constexpr Duration kStep = std::chrono::minutes(1);
  for (const Interval& interval : permitted.intervals()) {
    for (Instant at = interval.start; at < interval.end;) {
      // From here to the next full minute of the clock.
      const int second = zone.LocalAt(at).second_of_day;
      const Instant next = std::min(interval.end, at + kStep - std::chrono::seconds(second % 60));
      minutes[static_cast<std::size_t>(second / 3600)] +=
          std::chrono::duration<double, std::ratio<60>>(next - at).count();
      at = next;
    }
  }
  for (double& each : minutes) each /= std::max(weeks, 1e-9);
  return minutes;
}

double PlannedAttempts(const DialSpeed& speed, const std::array<double, 24>& minutes) {
  double attempts = 0;
  for (std::size_t hour = 0; hour < minutes.size(); ++hour)
    attempts += minutes[hour] * speed.call_rate * (speed.is_peak[hour] ? speed.peak_boost : 1);
  return attempts;
}

}  // namespace cxctl
