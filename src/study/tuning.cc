#include "study/tuning.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/strings.h"
#include "study/planned_attempts.h"

namespace cxctl {

namespace {

constexpr double kMostBoost = 2;
constexpr double kNoise = 0.05;
constexpr double kBoostStep = 0.05, kRateStep = 0.1;

double RoundedTo(double value, double step) {
  return std::round(value / step) * step;
}
double FlooredTo(double value, double step) {
  return std::floor(value / step + 1e-9) * step;
}

/// Minutes of a week within the schedule's permitted time, and how many of them are peak hours.
struct Week {
  double peak = 0, other = 0;
};

Week WeekOf(const TuningInput& input) {
  Week week;
  for (std::size_t hour = 0; hour < 24; ++hour) {
    (input.rates.hours[hour].is_peak ? week.peak : week.other) += input.permitted_minutes[hour];
  }
  return week;
}

/// Answer rates of the peak hours and of the other judged ones, of those in which the schedule dials: the history of a
/// whole campaign knows of others too.
struct Contrast {
  ContactSums peak, other;

  double attempts() const { return static_cast<double>(peak.attempts + other.attempts); }
  double answer_rate() const { return static_cast<double>(peak.answered + other.answered) / attempts(); }
};

Contrast ContrastOf(const TuningInput& input) {
  Contrast contrast;
  for (std::size_t hour = 0; hour < 24; ++hour) {
    const HourRate& rate = input.rates.hours[hour];
    if (!rate.is_judged || input.permitted_minutes[hour] <= 0) continue;
    ContactSums& sums = rate.is_peak ? contrast.peak : contrast.other;
    sums.attempts += rate.sums.attempts;
    sums.answered += rate.sums.answered;
  }
  return contrast;
}

/// 1 where it would apply never, or always: then it is no more than another call rate.
double BoostFor(const Week& week, const Contrast& contrast) {
  if (week.peak <= 0 || week.other <= 0) return 1;
  const double other = contrast.other.answer_rate();
  if (contrast.peak.attempts == 0 || contrast.other.attempts == 0 || other <= 0) return 1;
  return std::clamp(RoundedTo(contrast.peak.answer_rate() / other, kBoostStep), 1.0, kMostBoost);
}

std::string Percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

std::string BoostReason(const TuningInput& input, const Week& week, const Contrast& contrast, double boost) {
  const std::string peaks = HoursText(PeaksOf(input.rates));
  if (peaks.empty()) return "no hour is answered better than the others beyond chance";
  if (week.peak <= 0) return fmt::format("it permits no calls in the peak hours ({})", peaks);
  if (week.other <= 0) return fmt::format("it permits calls in peak hours alone ({})", peaks);
  if (contrast.other.attempts == 0) return "of its other hours too little is known";
  std::string reason = fmt::format("{} answered in the peak hours, {} in the others",
                                   Percent(contrast.peak.answer_rate()), Percent(contrast.other.answer_rate()));
  if (boost >= kMostBoost) reason += fmt::format("; {} at most", ShortNumber(kMostBoost));
  return reason;
}

class Tuner {
 public:
  explicit Tuner(const TuningInput& input) : input_(input), week_(WeekOf(input)), contrast_(ContrastOf(input)) {}

  Tuning Run() {
    Tuning tuning;
    const double now_boost = input_.uses_history ? input_.peak_hour_boost.value_or(1) : 1;
    const auto peaks = PeaksOf(input_.rates);
    const double weekly = PlannedAttempts({input_.call_rate, now_boost, peaks}, input_.permitted_minutes);
    double boost = BoostFor(week_, contrast_);
    boost_reason_ = BoostReason(input_, week_, contrast_, boost);
    if (input_.peak_hour_boost) boost = Settled(*input_.peak_hour_boost, boost);
    double rate = weekly / std::max(1.0, PlannedAttempts({1, boost, peaks}, input_.permitted_minutes));
    rate_reason_ = fmt::format("the same {:.0f} attempts a week", weekly);
    if (boost > 1 || now_boost > 1)
      rate_reason_ += fmt::format(", {:.0f} % of the time at {} times the rate",
                                  100 * week_.peak / std::max(1.0, week_.peak + week_.other), ShortNumber(boost));
    KeepWithin(rate, boost);
    rate = Settled(input_.call_rate, RoundedTo(rate, kRateStep));
    if (rate * boost > kMostCallRate + 1e-9) rate = FlooredTo(kMostCallRate / boost, kRateStep);
    tuning.values.push_back({"/dialerSettings/callRate", input_.call_rate, rate, rate_reason_});
    tuning.values.push_back(ConcurrentCalls(rate, boost));
    tuning.values.push_back({std::string(kPeakBoost), input_.peak_hour_boost, boost, boost_reason_});
    if (boost > 1 && !input_.uses_history) tuning.values.push_back(UseOfHistory());
    return tuning;
  }

 private:
  /// CX207, in the peak hours too: the boost gives way first, as it is only worth its while on top of the rate.
  void KeepWithin(double& rate, double& boost) {
    if (rate > kMostCallRate) {
      rate = kMostCallRate;
      rate_reason_ += fmt::format("; {} at most (CX207)", ShortNumber(kMostCallRate));
    }
    if (rate * boost <= kMostCallRate) return;
    boost = std::max(1.0, FlooredTo(kMostCallRate / rate, kBoostStep));
    boost_reason_ += fmt::format("; callRate × boost is {} at most (CX207)", ShortNumber(kMostCallRate));
  }

  TunedValue UseOfHistory() const {
    const std::optional<double> before = input_.has_use_of_history ? std::optional(0.0) : std::nullopt;
    return {std::string(kUseOfHistory), before, 1, "without it there are no peak hours to boost", true};
  }

  TunedValue ConcurrentCalls(double rate, double boost) const {
    const double answered = contrast_.peak.attempts > 0 ? contrast_.peak.answer_rate() : contrast_.answer_rate();
    const auto seconds = [](Duration length) { return std::chrono::duration<double>(length).count(); };
    const double each = seconds(input_.ring) + answered * seconds(input_.talk);
    const double under_way = rate * boost * each / 60;
    auto calls = static_cast<std::int64_t>(std::ceil(under_way / input_.capacity_threshold - 1e-9));
    calls = std::max<std::int64_t>(1, calls);
    std::string reason = fmt::format(
        "{:.1f} calls are under way at {} calls a minute of {:.0f} s each, over the threshold "
        "of {}",
        under_way, ShortNumber(rate * boost), each, ShortNumber(input_.capacity_threshold));
    const auto before = static_cast<double>(input_.max_concurrent_calls);
    double after = Settled(before, static_cast<double>(calls));
    if (input_.most_calls && after > static_cast<double>(*input_.most_calls)) {
      after = static_cast<double>(*input_.most_calls);
      reason += fmt::format("; {} at most ({})", *input_.most_calls, input_.most_calls_by);
    }
    return {"/dialerSettings/maxConcurrentCalls", before, after, std::move(reason)};
  }

  /// The value as it is, where the new one is hardly another.
  static double Settled(double before, double after) {
    return std::abs(after - before) < kNoise * std::abs(before) ? before : after;
  }

  const TuningInput& input_;
  Week week_;
  Contrast contrast_;
  std::string boost_reason_, rate_reason_;
};

void AddRemarks(const TuningInput& input, Tuning& tuning) {
  std::vector<std::string> few;
  for (std::size_t hour = 0; hour < 24; ++hour) {
    const HourRate& rate = input.rates.hours[hour];
    if (!rate.is_judged && (rate.sums.attempts > 0 || input.permitted_minutes[hour] > 0)) {
      few.push_back(fmt::format("{:02}:00 ({})", hour, rate.sums.attempts));
    }
  }
  if (!few.empty()) {
    tuning.remarks.push_back(fmt::format("not judged for too few attempts: {}", Join(few, ", ")));
  }
}

}  // namespace

bool TunedValue::changes() const {
  return std::abs(before.value_or(is_switch ? 0 : 1) - after) > 1e-9;
}

std::string ShortNumber(double value) {
  std::string text = fmt::format("{:.2f}", value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

Tuning Tune(const TuningInput& input) {
  Tuning tuning;
  const double minutes = std::accumulate(input.permitted_minutes.begin(), input.permitted_minutes.end(), 0.0);
  if (!input.rates.has_history()) {
    tuning.remarks.emplace_back("no history: nothing is proposed");
    return tuning;
  }
  if (minutes <= 0) {
    tuning.remarks.emplace_back("it permits no calls any more: nothing is proposed");
  } else if (ContrastOf(input).attempts() == 0) {
    tuning.remarks.emplace_back("no hour in which it dials has attempts enough to be judged: nothing is proposed");
  } else if (input.call_rate <= 0) {
    tuning.remarks.emplace_back("its callRate is 0: nothing is proposed");
  } else {
    tuning = Tuner(input).Run();
  }
  AddRemarks(input, tuning);
  return tuning;
}

}  // namespace cxctl
