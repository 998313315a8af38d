#include "pacing/pacing.h"

#include "pacing/adaptive_pacer.h"
#include "pacing/availability_pacer.h"

namespace cxctl {

std::unique_ptr<Pacer> MakePacer(const PacingSettings& settings) {
  if (settings.algorithm == PacingSettings::Algorithm::kAdaptive) return std::make_unique<AdaptivePacer>(settings);
  return std::make_unique<AvailabilityPacer>(settings);
}

ThrottleVerdict JudgeThrottle(const ThrottleSettings& settings, const DialSample& sample) {
  ThrottleVerdict verdict;
  if (sample.dialed > 0) {
    verdict.answer_rate = static_cast<double>(sample.answered) / static_cast<double>(sample.dialed);
  }
  if (sample.abandoned && sample.answered > 0) {
    verdict.abandon_rate = static_cast<double>(*sample.abandoned) / static_cast<double>(sample.answered);
  }
  // Of no calls there is nothing to judge, whatever minAttempts says.
  verdict.enough = sample.dialed > 0 && sample.dialed >= settings.min_attempts;
  if (!verdict.enough) return verdict;
  if (settings.min_answer_rate && verdict.answer_rate < *settings.min_answer_rate) {
    verdict.trigger = "answerRate";
  } else if (settings.max_abandon_rate && verdict.abandon_rate.value_or(0) > *settings.max_abandon_rate) {
    verdict.trigger = "abandonRate";
  }
  verdict.pause = !verdict.trigger.empty();
  return verdict;
}

}  // namespace cxctl
