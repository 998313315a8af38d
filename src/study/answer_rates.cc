#include "study/answer_rates.h"

#include <algorithm>
#include <cmath>

namespace cxctl {

namespace {

constexpr double kTwoSided = 1.959963984540054;  // Standard normal quantile of 97.5 %.

}  // namespace

void ContactSums::Add(const ContactCount& row) {
  attempts += row.count;
  if (row.disposition == "ANSWERED" || row.disposition == "ABANDONED") answered += row.count;
  if (row.disposition == "ABANDONED") abandoned += row.count;
}

RateInterval WilsonInterval(std::int64_t answered, std::int64_t attempts) {
  if (attempts <= 0) return {};
  const auto n = static_cast<double>(attempts);
  const double share = static_cast<double>(answered) / n, z2 = kTwoSided * kTwoSided;
  const double middle = share + z2 / (2 * n);
  const double half = kTwoSided * std::sqrt(share * (1 - share) / n + z2 / (4 * n * n));
  return {std::max(0.0, (middle - half) / (1 + z2 / n)), std::min(1.0, (middle + half) / (1 + z2 / n))};
}

std::size_t AnswerRates::judged_hours() const {
  return static_cast<std::size_t>(std::ranges::count_if(hours, &HourRate::is_judged));
}

AnswerRates RatesByHour(const std::vector<ContactCount>& rows, const Zone& zone, std::int64_t least_attempts) {
  AnswerRates rates;
  for (const ContactCount& row : rows) {
    const int hour = zone.LocalAt(row.start).second_of_day / 3600;
    rates.hours[static_cast<std::size_t>(hour)].sums.Add(row);
    rates.all.Add(row);
  }
  for (HourRate& hour : rates.hours) {
    hour.interval = WilsonInterval(hour.sums.answered, hour.sums.attempts);
    hour.is_judged = hour.sums.attempts > 0 && hour.sums.attempts >= least_attempts;
  }
  // Each hour counts the same: what is dialed more, in a boosted hour say, does not move the bar for itself.
  double sum = 0;
  for (const HourRate& hour : rates.hours) sum += hour.is_judged ? hour.sums.answer_rate() : 0;
  const double mean = sum / static_cast<double>(std::max<std::size_t>(1, rates.judged_hours()));
  for (HourRate& hour : rates.hours) hour.is_peak = hour.is_judged && hour.interval.low > mean;
  return rates;
}

}  // namespace cxctl
