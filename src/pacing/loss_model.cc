#include "pacing/loss_model.h"

#include <algorithm>
#include <cmath>

namespace cxctl {
namespace {

constexpr double kNegligible = 1e-12;

/// Agents by phase on average: how fast those who are occupied come free.
struct Phases {
  double busy, wrapup;

  double ReleaseRate(double wrap) const {
    const double occupied = busy + wrapup;
    return occupied > 1e-9 ? wrapup / wrap / occupied : 0;
  }
  void Step(double seconds, double arriving, double talk, double wrap) {
    const double ends = busy * (1 - std::exp(-seconds / talk));
    const double freed = wrapup * (1 - std::exp(-seconds / wrap));
    busy += arriving - ends;
    wrapup += ends - freed;
  }
};

/// How likely each number of occupied agents is, before and after a step.
struct Chain {
  const double* now;
  double* next;
  std::size_t size;
};

/// One step of the chain: `arrive` is how likely an answer comes, `release` how likely an occupied agent comes free.
/// Plain pointers: this is where all the time goes.
void Shift(const Chain& chain, std::size_t first, std::size_t last, double arrive, double release) {
  for (std::size_t k = first; k <= last; ++k) {
    const bool full = k + 1 == chain.size;
    const double leaves = release * static_cast<double>(k);
    // An answer and an agent who comes free in one step leave things as they are; a full house takes no answer.
    const double up = full ? 0 : arrive * (1 - leaves), down = full ? leaves : leaves * (1 - arrive);
    double likely = chain.now[k] * (1 - up - down);
    if (!full) likely += chain.now[k + 1] * (leaves + release) * (k + 2 == chain.size ? 1 : 1 - arrive);
    if (k > 0) likely += chain.now[k - 1] * arrive * (1 - leaves + release);
    chain.next[k] = likely;
  }
}

}  // namespace

LossModel::LossModel(const LossState& state) : state_(state), agents_(state.free + state.busy + state.wrapup) {
  state_.talk = std::max(state.talk, 1.0);
  state_.wrap = std::max(state.wrap, 1.0);
  const double handle = state_.talk + state_.wrap;
  const double end = state_.lag + state_.horizon;
  const double room = state_.free + 1.2 * (state_.busy + state_.wrapup) * std::min(1.0, end / handle) + 3;
  highest_ = 1.1 * room / state_.horizon;
  const double before = state_.lag > 0 ? state_.pending / state_.lag : 0;
  const double fastest = std::max(highest_, before) + agents_ / handle;
  // The same for every rate: forecasts are compared. At most one answer and one release happen in a step.
  step_ = std::min(end / 10, 0.6 / fastest);
}

LossForecast LossModel::Forecast(double rate) const {
  LossForecast forecast;
  const double before = state_.lag > 0 ? state_.pending / state_.lag : 0;
  const double end = state_.lag + state_.horizon;
  const auto size = static_cast<std::size_t>(agents_) + 1;
  now_.assign(size, 0);
  next_.assign(size, 0);
  const auto start = static_cast<std::size_t>(state_.busy + state_.wrapup);
  now_[start] = 1;
  // Beyond these the likelihood is next to nothing.
  std::size_t first = start, last = start;
  Phases phases{static_cast<double>(state_.busy), static_cast<double>(state_.wrapup)};

  double seconds = 0;
  for (double at = 0; at < end - 1e-9; at += seconds) {
    const bool ours = at >= state_.lag - 1e-9;
    seconds = std::min(step_, (ours ? end : state_.lag) - at);
    const double arrivals = (ours ? rate : before) * seconds;
    const double release = std::min(phases.ReleaseRate(state_.wrap) * seconds, 0.9 / std::max(agents_, 1));
    const double full = now_[size - 1];
    const double waits_in_vain = std::exp(-agents_ * release / seconds * state_.patience);
    const double arrive = std::min(arrivals, 0.9);
    if (ours) {
      forecast.answered += arrivals;
      forecast.abandoned += arrivals * full * waits_in_vain;
    }
    first -= first > 0;
    last += last + 1 < size;
    Shift({now_.data(), next_.data(), size}, first, last, arrive, release);
    std::swap(now_, next_);
    for (; first < last && now_[first] < kNegligible; ++first) now_[first] = next_[first] = 0;
    for (; last > first && now_[last] < kNegligible; --last) now_[last] = next_[last] = 0;
    phases.Step(seconds, arrivals * (1 - full), state_.talk, state_.wrap);
  }
  return forecast;
}

}  // namespace cxctl
