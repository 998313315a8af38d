#include "pacing/settings.h"

#include <algorithm>

namespace cxctl {

namespace {

constexpr std::int64_t kWidestWindow = 100'000;

Duration DurationOr(const Value* value, Duration fallback) {
  return value == nullptr ? fallback : ParseDuration(value->as_string()).value_or(fallback);
}

std::int64_t IntOr(const Value* value, std::int64_t fallback) {
  return value == nullptr ? fallback : value->as_int();
}

std::optional<double> FindNumber(const Value* value) {
  return value == nullptr ? std::nullopt : std::optional(value->as_double());
}

}  // namespace

PacingSettings ReadPacingSettings(const Value& spec) {
  PacingSettings settings;
  settings.interval = DurationOr(spec.Find("interval"), settings.interval);
  settings.utilization = FindNumber(spec.Find("utilization")).value_or(settings.utilization);
  settings.availability_window =
      static_cast<int>(std::min(IntOr(spec.Find("availabilityWindow"), settings.availability_window), kWidestWindow));
  settings.min = IntOr(spec.Find("dialRate", "min"), 0);
  settings.max = IntOr(spec.Find("dialRate", "max"), 0);
  settings.idle = IntOr(spec.Find("dialRate", "idle"), 0);
  settings.answer_target = FindNumber(spec.Find("answerRate", "target"));
  settings.answer_tolerance = FindNumber(spec.Find("answerRate", "tolerance")).value_or(0);
  settings.abandon_max = FindNumber(spec.Find("abandonRate", "max")).value_or(settings.abandon_max);
  if (spec.GetString("algorithm") == "adaptive") settings.algorithm = PacingSettings::Algorithm::kAdaptive;
  return settings;
}

ThrottleSettings ReadThrottleSettings(const Value& spec) {
  ThrottleSettings settings;
  settings.window = DurationOr(spec.Find("window"), settings.window);
  settings.min_answer_rate = FindNumber(spec.Find("minAnswerRate"));
  settings.max_abandon_rate = FindNumber(spec.Find("maxAbandonRate"));
  settings.min_attempts = IntOr(spec.Find("minAttempts"), settings.min_attempts);
  return settings;
}

ThrottleRhythm ReadThrottleRhythm(const Value& spec) {
  ThrottleRhythm rhythm;
  rhythm.interval = DurationOr(spec.Find("interval"), rhythm.interval);
  rhythm.resume_after = DurationOr(spec.Find("pause", "resumeAfter"), rhythm.resume_after);
  return rhythm;
}

}  // namespace cxctl
