#pragma once

#include <vector>

namespace cxctl {

/// What is known as a dial rate is to be chosen. Times are in seconds.
struct LossState {
  int free = 0, busy = 0, wrapup = 0;  ///< Agents
  double talk = 120, wrap = 30;        ///< Means
  double pending = 0;                  ///< Answers that calls in flight will still bring, within `lag`.
  double lag = 10;                     ///< From a call to its answer.
  double horizon = 30;                 ///< How long the rate will stay.
  double patience = 2;                 ///< How long a person waits for an agent.
};

struct LossForecast {
  double answered = 0;   ///< Of the calls that the rate brings.
  double abandoned = 0;  ///< Of these.
};

/// Looks ahead: how many answers find no agent if people answer at a steady rate. A loss system (M/M/c/c) followed in
/// time from the agents as they are now, where its stationary state is Erlang's loss formula; agents who wrap up come
/// free sooner than those who talk. An answer that finds nobody free is lost unless an agent comes free within the
/// patience.
class LossModel {
 public:
  explicit LossModel(const LossState& state);
  /// Answers a second beyond which no forecast is of use: far more than the agents could take.
  double highest() const { return highest_; }
  /// `rate`: answers a second, up to highest().
  LossForecast Forecast(double rate) const;

 private:
  LossState state_;
  int agents_;
  double highest_ = 0, step_ = 1;
  mutable std::vector<double> now_, next_;  ///< Scratch: how likely so many agents are occupied.
};

}  // namespace cxctl
