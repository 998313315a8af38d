#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "pacing/pacing.h"

namespace cxctl {

/// `availability`: floor(average × utilization) calls a minute, where the average is of the available agents over the
/// last availabilityWindow samples (of as many as there are so far), within min..max; `idle` when no agent was
/// available in any of them.
class AvailabilityPacer : public Pacer {
 public:
  explicit AvailabilityPacer(const PacingSettings& settings) : settings_(settings) {}
  PacingDecision Step(const DialSample& sample) override;
  std::string Save() const override;
  Result<void> Load(std::string_view json) override;

 private:
  std::size_t window() const;

  PacingSettings settings_;
  std::deque<std::int64_t> available_;  ///< Latest last.
};

}  // namespace cxctl
