#pragma once

#include "pacing/pacing.h"

namespace cxctl {

/// What every algorithm says of a sample: the answer rate and how far off its target it is.
PacingDecision JudgeAnswers(const PacingSettings& settings, const DialSample& sample);

/// Rounded down, and within min..max.
std::int64_t ClampRate(const PacingSettings& settings, double rate);

}  // namespace cxctl
