#include "study/people.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "dialer/mix.h"
#include "study/simulation.h"

namespace cxctl {

namespace {

constexpr double kSwing = 0.35, kBestHour = 19, kPeak = 1.1;
constexpr double kJumpsADay = 2;

/// FNV-1a.
std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

double HourFactor(double local_hour) {
  return 1 + kSwing * std::cos((local_hour - kBestHour) / 24 * 2 * std::numbers::pi);
}

bool IsPeakHour(int hour) {
  return HourFactor(hour + 0.5) >= kPeak;
}

People::People(const SimulationInput& input, std::string_view campaign, const Zone& zone)
    : input_(input), zone_(zone), random_(input.seed * 0x9e3779b97f4a7c15u ^ HashOf(campaign)) {}

double People::Uniform(double from, double to) {
  return from + (to - from) * NextFraction(random_);
}

double People::Normal() {
  const double radius = std::sqrt(-2 * std::log1p(-NextFraction(random_)));
  return radius * std::cos(2 * std::numbers::pi * NextFraction(random_));
}

CallConditions People::Next(Instant minute) {
  if (minute_++ % 10 == 0) drift_ = 0.9 * drift_ + 0.04 * Normal();
  if (NextFraction(random_) < kJumpsADay / (24 * 60)) jump_ = Uniform(0.7, 1.4);
  const double hour = zone_.LocalAt(minute).second_of_day / 3600.0;
  CallConditions now;
  now.answered = std::clamp(input_.answer_rate * HourFactor(hour) * jump_ * std::exp(drift_), 0.0, 0.95);
  now.machine = std::min(input_.machine_rate, 1 - now.answered);
  now.talk = input_.talk;
  now.wrapup = input_.wrapup;
  return now;
}

}  // namespace cxctl
