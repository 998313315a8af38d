#pragma once

#include <functional>
#include <optional>

#include "time/interval_set.h"

namespace cxctl {

/// Whether a time is open at an instant, and from when to when that stays so.
struct OpenStatus {
  bool is_open = false;
  std::optional<Instant> since;  ///< Nothing if it has been so for 400 days or longer.
  std::optional<Instant> until;  ///< Nothing if it stays so for the next 30 years.

  /// The first open instant from the one asked about on: that one itself where it is open. Nothing: none in 30 years.
  std::optional<Instant> NextOpen(Instant now) const { return is_open ? std::optional(now) : until; }
  std::optional<Instant> NextClosed(Instant now) const { return is_open ? until : std::optional(now); }
};

/// Looks a few days around the instant first, and farther only where these do not tell. `open_within` gives the open
/// time of a range, and is called several times.
OpenStatus StatusAt(const std::function<IntervalSet(Interval)>& open_within, Instant now);

}  // namespace cxctl
