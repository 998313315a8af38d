#include "pacing/flow_estimates.h"

#include <algorithm>
#include <cmath>

namespace cxctl {
namespace {

constexpr double kFastHalfLife = 120, kSlowHalfLife = 600, kHandleHalfLife = 1200;  // seconds
// What is assumed until the campaign tells, and how many calls that is worth.
constexpr double kUsualShare = 0.3, kUsualShareCalls = 20;
constexpr double kUsualTalk = 120, kUsualWrap = 30, kUsualHandled = 5;
constexpr double kShrinkCalls = 40;

double Decay(double seconds, double half_life) {
  return std::exp2(-seconds / half_life);
}

}  // namespace

void FlowEstimates::Add(const DialSample& sample, double share, double seconds) {
  const double interval = std::max(1.0, std::chrono::duration<double>(sample.interval).count());
  const double rate = static_cast<double>(sample.dialed) / interval;
  // Calls of the last seconds are not finished; those of the last seconds before this sample are by now.
  const double covered = interval * share;
  const double lag = std::min(kAnswerLag, covered);
  const double finished = rate * (covered - lag) + dial_rate_ * lag;
  const double answered = static_cast<double>(sample.answered) * share;
  dial_rate_ = rate;
  for (auto [average, half_life] : {std::pair(&fast_, kFastHalfLife), std::pair(&slow_, kSlowHalfLife)}) {
    const double decay = Decay(seconds, half_life);
    average->calls = average->calls * decay + finished;
    average->answered = average->answered * decay + answered;
  }
  const double decay = Decay(seconds, kHandleHalfLife);
  // Little's law: agents at work are the calls that reach them times how long each keeps them.
  talk_time_ = talk_time_ * decay + static_cast<double>(sample.busy) * covered;
  wrap_time_ = wrap_time_ * decay + static_cast<double>(sample.wrapup) * covered;
  const double abandoned = static_cast<double>(sample.abandoned.value_or(0)) * share;
  connected_ = connected_ * decay + std::max(0.0, answered - abandoned);
}

double FlowEstimates::answer_share() const {
  const double slow = (slow_.answered + kUsualShare * kUsualShareCalls) / (slow_.calls + kUsualShareCalls);
  const double fast = (fast_.answered + slow * kShrinkCalls) / (fast_.calls + kShrinkCalls);
  return std::clamp(std::max(slow, fast), 0.01, 1.0);
}

double FlowEstimates::talk_seconds() const {
  return (talk_time_ + kUsualTalk * kUsualHandled) / (connected_ + kUsualHandled);
}

double FlowEstimates::wrap_seconds() const {
  return (wrap_time_ + kUsualWrap * kUsualHandled) / (connected_ + kUsualHandled);
}

void FlowEstimates::Save(ObjectBuilder& object, Arena& arena) const {
  ArrayBuilder numbers(arena);
  for (const double number :
       {fast_.calls, fast_.answered, slow_.calls, slow_.answered, talk_time_, wrap_time_, connected_, dial_rate_}) {
    numbers.Add(Value::Double(number));
  }
  object.Set("flow", numbers.Build());
}

bool FlowEstimates::Load(const Value& object) {
  const Value* numbers = object.Find("flow");
  if (!numbers || numbers->items().size() != 8) return false;
  std::array<double, 8> read{};
  for (std::size_t i = 0; i < read.size(); ++i) {
    const Value& number = numbers->items()[i];
    if (!number.is_number() || !(number.as_double() >= 0)) return false;
    read[i] = number.as_double();
  }
  fast_ = {read[0], read[1]};
  slow_ = {read[2], read[3]};
  talk_time_ = read[4];
  wrap_time_ = read[5];
  connected_ = read[6];
  dial_rate_ = read[7];
  return true;
}

}  // namespace cxctl
