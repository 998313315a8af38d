#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "time/instant.h"

namespace cxctl {

/// What was seen of a campaign and its agents at one moment.
struct DialSample {
  Instant at;
  Duration interval;  ///< The counts are of this long before `at`.
  std::int64_t dialed = 0, answered = 0;
  std::optional<std::int64_t> abandoned;             ///< Of the answered; nothing where the tenant does not say.
  double answer_rate = 0;                            ///< As the tenant says it.
  std::int64_t available = 0, busy = 0, wrapup = 0;  ///< Agents
  std::int64_t dial_rate = 0;                        ///< Live, calls a minute.
  bool progressive =
      false;  ///< dialingMode PROGRESSIVE or PREVIEW: the tenant rings no more people than agents are free.
};

/// PacingPolicy.spec, defaults filled in.
struct PacingSettings {
  enum class Algorithm { kAvailability, kAdaptive } algorithm = Algorithm::kAvailability;
  Duration interval = std::chrono::seconds(30);
  double utilization = 0.85;
  int availability_window = 6;
  std::int64_t min = 0, max = 0, idle = 0;  ///< Calls a minute.
  std::optional<double> answer_target;
  double answer_tolerance = 0;
  double abandon_max = 0.03;  ///< kAdaptive only.
};

/// What to dial from now on, and how that was found.
struct PacingDecision {
  std::int64_t target = 0;          ///< Calls a minute, within min..max, or idle.
  double availability_average = 0;  ///< Available agents over the window.
  double answer_rate = 0;
  std::optional<double> deviation;                    ///< Answer rate less its target, where there is one.
  bool off_target = false;                            ///< The deviation is over the tolerance.
  std::optional<double> abandon_rate, abandon_bound;  ///< kAdaptive: estimate, and its upper confidence bound.
  std::string reason;  ///< In words: "6.2 agents available", "abandon rate may be over 3 %".
};

/// Decides on the dial rate from one sample to the next. Pure: the same settings and samples give the same decisions;
/// its memory is saved and loaded as JSON, so that a restart goes on where it stopped.
class Pacer {
 public:
  virtual ~Pacer() = default;
  /// The next sample, later than those before.
  virtual PacingDecision Step(const DialSample& sample) = 0;
  virtual std::string Save() const = 0;
  /// Goes on from what Save gave; what does not fit the settings any more (another algorithm, a shorter window) is
  /// left out. kInvalid leaves it as it was.
  virtual Result<void> Load(std::string_view json) = 0;
};

std::unique_ptr<Pacer> MakePacer(const PacingSettings& settings);

/// ThrottlePolicy.spec, as far as it is about figures.
struct ThrottleSettings {
  Duration window = std::chrono::seconds(60);
  std::optional<double> min_answer_rate, max_abandon_rate;
  std::int64_t min_attempts = 50;
};

struct ThrottleVerdict {
  bool enough = false;  ///< As many attempts as minAttempts.
  bool pause = false;
  std::string_view trigger;  ///< "answerRate", "abandonRate" or "".
  double answer_rate = 0;
  std::optional<double> abandon_rate;  ///< Abandoned of those answered by a person.
};

/// Whether a campaign has to be paused, from the figures of one window. Pure.
ThrottleVerdict JudgeThrottle(const ThrottleSettings& settings, const DialSample& sample);

}  // namespace cxctl
