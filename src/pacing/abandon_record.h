#pragma once

#include <cstdint>
#include <vector>

#include "time/instant.h"

namespace cxctl {

/// Answers and abandons, counted in doubles: samples that overlap are counted in part.
struct AbandonCounts {
  double answered = 0;  ///< By a person; the abandoned among them.
  double abandoned = 0;
};

/// Standard normal quantile of a one-sided confidence of 95 %.
inline constexpr double kConfidence = 1.6448536269514722;

/// Upper confidence bound of the share of abandoned calls: Wilson's score interval, one-sided (Wilson, Probable
/// inference, JASA 22, 1927; Brown, Cai, DasGupta, Interval estimation for a binomial proportion, 2001). 1 without
/// answers.
double AbandonBound(const AbandonCounts& counts);

/// How many abandons there may be among so many answers, so that AbandonBound is at most `limit`; negative where there
/// are too few answers to say so even of none.
double AbandonsAllowed(double answered, double limit, double confidence = kConfidence);

/// Answers and abandons of the last 24 hours, in slots of five minutes of the clock.
class AbandonRecord {
 public:
  static constexpr Duration kSlot = std::chrono::minutes(5);
  static constexpr Duration kLong = std::chrono::hours(24);
  static constexpr Duration kShort = std::chrono::minutes(15);

  struct Slot {
    std::int64_t start = 0;  ///< Micros.
    AbandonCounts counts;
  };

  void Add(Instant at, const AbandonCounts& counts);
  /// Sum of the slots that began less than `length` ago.
  AbandonCounts Sum(Instant now, Duration length) const;

  const std::vector<Slot>& slots() const { return slots_; }
  /// REQUIRES: slots in rising order.
  void set_slots(std::vector<Slot> slots);

 private:
  std::vector<Slot> slots_;
};

}  // namespace cxctl
