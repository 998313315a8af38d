#pragma once

#include "pacing/pacing.h"
#include "value/value.h"

namespace cxctl {

/// PacingPolicy.spec with its defaults. REQUIRES: it has the shape of its kind.
PacingSettings ReadPacingSettings(const Value& spec);

/// ThrottlePolicy.spec as far as it is about figures, with its defaults. REQUIRES: it has the shape of its kind.
ThrottleSettings ReadThrottleSettings(const Value& spec);

/// What else a ThrottlePolicy.spec says.
struct ThrottleRhythm {
  Duration interval = std::chrono::seconds(15);
  Duration resume_after = std::chrono::minutes(15);  ///< pause.resumeAfter
};
ThrottleRhythm ReadThrottleRhythm(const Value& spec);

}  // namespace cxctl
