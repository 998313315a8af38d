#pragma once

#include <array>

#include "pacing/pacing.h"
#include "value/value.h"

namespace cxctl {

/// What the samples tell of the people who are called and of the agents, each an average that forgets.
class FlowEstimates {
 public:
  /// How long a call rings on average, and until it is answered, in seconds: no figure of the tenant tells. Used to
  /// tell calls in flight from finished ones.
  static constexpr double kRing = 18;
  static constexpr double kAnswerLag = 9;

  /// `share`: how much of the sample is new (the intervals of two samples may overlap). `seconds`: since the last one.
  void Add(const DialSample& sample, double share, double seconds);

  /// Answered of all calls, by persons. Follows a rise at once, a fall in minutes: too high an estimate costs time, too
  /// low a one costs calls.
  double answer_share() const;
  double talk_seconds() const;
  double wrap_seconds() const;
  /// Calls that ring now, and answers that they will still bring.
  double in_flight() const { return dial_rate_ * kRing; }
  double pending_answers() const { return dial_rate_ * kAnswerLag * answer_share(); }

  void Save(ObjectBuilder& object, Arena& arena) const;
  /// False, and unchanged, unless it is what Save wrote.
  bool Load(const Value& object);

 private:
  /// Calls whose outcome is known, and the answers among them.
  struct Answers {
    double calls = 0, answered = 0;
  };
  Answers fast_, slow_;
  double talk_time_ = 0, wrap_time_ = 0, connected_ = 0;  ///< Agent seconds, and the calls that they were for.
  double dial_rate_ = 0;                                  ///< Calls a second in the last sample.
};

}  // namespace cxctl
