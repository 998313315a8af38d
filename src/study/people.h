#pragma once

#include <cstdint>
#include <string_view>

#include "dialer/dialer.h"
#include "time/instant.h"
#include "time/zone.h"

namespace cxctl {

struct SimulationInput;

/// How people answer a campaign, minute by minute: by the hour of their clock, with a drift and, about twice a day, a
/// jump, as one list ends and another begins.
class People {
 public:
  People(const SimulationInput& input, std::string_view campaign, const Zone& zone);
  /// For the next minute. REQUIRES: called for each minute in turn.
  CallConditions Next(Instant minute);

 private:
  double Uniform(double from, double to);
  double Normal();

  const SimulationInput& input_;
  Zone zone_;
  std::uint64_t random_;
  int minute_ = 0;
  double drift_ = 0, jump_ = 1;
};

/// How much better people answer at that time of the day than over all of it: 0.65 in the early morning, 1.35 at 19:00.
double HourFactor(double local_hour);

}  // namespace cxctl
