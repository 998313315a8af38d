#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "time/instant.h"
#include "time/zone.h"

namespace cxctl {

/// So many contacts of one disposition in the hour that begins at `start`.
struct ContactCount {
  Instant start;
  std::string disposition;  ///< `ANSWERED`, `NO_ANSWER`, `BUSY`, `MACHINE`, `ABANDONED`, `FAILED`
  std::int64_t count = 0;
};

/// Attempts are calls placed, whatever became of them. Answered are those that a person answered, the abandoned among
/// them (a person answered and got no agent); machines are not.
struct ContactSums {
  std::int64_t attempts = 0, answered = 0, abandoned = 0;

  void Add(const ContactCount& row);
  double answer_rate() const {
    return attempts == 0 ? 0 : static_cast<double>(answered) / static_cast<double>(attempts);
  }
};

struct RateInterval {
  double low = 0, high = 1;
};
/// Two-sided interval of 95 % confidence of a share, by Wilson's score (Wilson, Probable inference, JASA 22, 1927):
/// right for few attempts and shares near 0 or 1, too. 0 to 1 without attempts.
RateInterval WilsonInterval(std::int64_t answered, std::int64_t attempts);

/// One hour of the local clock, over all days.
struct HourRate {
  ContactSums sums;
  RateInterval interval;
  bool is_judged = false;  ///< There were attempts enough to say anything.
  bool is_peak = false;    ///< Judged, and answered better than the judged hours are on average, beyond chance.
};

/// How many people answer, by the hour of a zone's clock.
struct AnswerRates {
  std::array<HourRate, 24> hours;  ///< By what the clock shows at the start of the hour.
  ContactSums all;

  bool has_history() const { return all.attempts > 0; }
  std::size_t judged_hours() const;
};

/// The clock is read at the start of each row's hour: an hour that comes twice, as clocks go back, counts twice, one
/// that is skipped not at all. Hours with fewer than `least_attempts` are not judged.
AnswerRates RatesByHour(const std::vector<ContactCount>& rows, const Zone& zone, std::int64_t least_attempts);

}  // namespace cxctl
