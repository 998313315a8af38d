#include "pacing/decision.h"

#include <algorithm>
#include <cmath>

namespace cxctl {

PacingDecision JudgeAnswers(const PacingSettings& settings, const DialSample& sample) {
  PacingDecision decision;
  decision.answer_rate = sample.answer_rate;
  if (settings.answer_target) {
    decision.deviation = sample.answer_rate - *settings.answer_target;
    // 0.80 is not off a target of 0.75 by more than 0.05, whatever binary fractions make of it.
    decision.off_target = std::abs(*decision.deviation) > settings.answer_tolerance + 1e-9;
  }
  return decision;
}

std::int64_t ClampRate(const PacingSettings& settings, double rate) {
  // 0.85 of 20 agents is 17, though 0.85 in binary is a little less.
  const double whole = std::clamp(std::floor(rate + 1e-9), 0.0, 1e15);
  return std::max(settings.min, std::min(settings.max, static_cast<std::int64_t>(whole)));
}

}  // namespace cxctl
