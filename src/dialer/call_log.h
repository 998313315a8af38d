#pragma once

#include <cstdint>
#include <deque>

#include "dialer/dialer.h"

namespace cxctl {

/// The calls of one campaign, counted by second for a day: what a sliding interval asks for. Pure.
class CallLog {
 public:
  static constexpr Duration kSeconds = std::chrono::hours(24);

  struct Counts {
    std::int64_t dialed = 0, answered = 0, abandoned = 0;
  };

  // REQUIRES: instants in rising order.
  void AddDialed(Instant at) { ++At(at).dialed; }
  void AddAnswered(Instant at) { ++At(at).answered; }
  void AddAbandoned(Instant at) { ++At(at).abandoned; }

  /// Of the whole seconds within `interval` before `now`, a day at most.
  Counts Recent(Instant now, Duration interval) const;

 private:
  struct Second {
    std::int64_t second = 0;
    Counts counts;
  };
  Counts& At(Instant at);

  std::deque<Second> seconds_;
};

}  // namespace cxctl
