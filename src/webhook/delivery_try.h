#pragma once

#include "webhook/delivery.h"

namespace cxctl {

/// How many tries to one sink are under way at a time.
inline constexpr std::size_t kTriesAtATime = 4;
inline constexpr Duration kDeadLettersAreKept = std::chrono::hours(30 * 24);

/// One try of one delivery, and what came of it.
struct Deliveries::Try {
  const SinkSettings& sink;
  const AgentRecord& record;
  Delivery delivery;
  Ending ending = Ending::kFailed;
  bool switches_off = false;  ///< The sink answered 410.
  std::optional<Duration> retry_after;
  Instant next;  ///< When kFailed: the next try.
  Duration took{};
};

}  // namespace cxctl
