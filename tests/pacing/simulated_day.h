#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "dialer/dialer.h"
#include "dialer/mix.h"
#include "pacing/pacing.h"

// A day of a simulated campaign under a policy: what tests assert in short and tests/bench/pacing_study.cc at length.

namespace cxctl {

enum class DayPolicy {
  kAvailability,        ///< The pacer, in a PREDICTIVE campaign.
  kProgressiveFormula,  ///< One call for each free agent, less those ringing, each interval, by the dial rate.
  kProgressiveMode,     ///< A PROGRESSIVE campaign that may dial as fast as it likes.
  kAdaptive,            ///< The pacer, in a PREDICTIVE campaign.
  kAdaptiveInProgressiveMode,
};

struct DayFigures {
  std::int64_t dialed = 0, answered = 0, abandoned = 0, taken_for_machines = 0;
  double occupancy = 0;  ///< Agents' time at work of that and the time available.
  double answer_share = 0;
  double handle_seconds = 0;  ///< Talk and wrap-up, of those who got an agent.
  double seconds_per_dial = 0;
  double abandon_rate() const {
    return answered == 0 ? 0 : static_cast<double>(abandoned) / static_cast<double>(answered);
  }
};

/// Ten hours whose people and agents change as on real days, all drawn from the seed and alike for every policy: how
/// many answer and how long they talk drifts (by the hour, and at random), and jumps some times a day, as a list ends
/// and another begins; agents come in the first quarter of an hour, have lunch and short breaks.
class DayPlan {
 public:
  static constexpr int kMinutes = 600;

  DayPlan(std::uint64_t seed, int agents) : random_(seed * 0x9e3779b97f4a7c15u + 7) {
    PlanPeople();
    for (int i = 0; i < agents; ++i) PlanAgent();
  }

  const CallConditions& people(int minute) const { return people_[static_cast<std::size_t>(minute)]; }
  bool works(std::size_t agent, int minute) const { return works_[agent][static_cast<std::size_t>(minute)]; }
  std::size_t agents() const { return works_.size(); }

 private:
  double Uniform(double from, double to) { return from + (to - from) * NextFraction(random_); }
  double Normal() {
    return std::sqrt(-2 * std::log1p(-NextFraction(random_))) * std::cos(2 * 3.14159265358979 * NextFraction(random_));
  }

  void PlanPeople() {
    const double answered = Uniform(0.12, 0.35), talk = Uniform(90, 200), wrap = Uniform(15, 45);
    const double machine = Uniform(0.15, 0.35);
    double answer_drift = 0, talk_drift = 0, answer_jump = 1, talk_jump = 1;
    for (int minute = 0; minute < kMinutes; ++minute) {
      if (minute % 10 == 0) {
        answer_drift = 0.9 * answer_drift + 0.05 * Normal();
        talk_drift = 0.9 * talk_drift + 0.04 * Normal();
      }
      // About four jumps a day.
      if (NextFraction(random_) < 4.0 / kMinutes) {
        answer_jump = Uniform(0.6, 1.7);
        talk_jump = Uniform(0.7, 1.4);
      }
      const double hour = 1 + 0.15 * std::cos((minute / 60.0 - 9) / 12 * 3.14159265358979);
      CallConditions now;
      now.answered = std::clamp(answered * hour * answer_jump * std::exp(answer_drift), 0.05, 0.6);
      now.machine = std::min(machine, 1 - now.answered);
      now.talk = Seconds(talk * talk_jump * std::exp(talk_drift));
      now.wrapup = Seconds(wrap);
      people_.push_back(now);
    }
  }

  void PlanAgent() {
    std::vector<bool> works(kMinutes, true);
    const auto away = [&](double from, double minutes) {
      for (int i = static_cast<int>(from); i < static_cast<int>(from + minutes) && i < kMinutes; ++i) {
        works[static_cast<std::size_t>(i)] = false;
      }
    };
    away(0, Uniform(0, 15));
    away(Uniform(180, 300), 30);
    for (int i = 0; i < 4; ++i) away(Uniform(30, 570), Uniform(5, 12));
    works_.push_back(std::move(works));
  }

  static Duration Seconds(double seconds) { return Duration(std::llround(seconds * 1e6)); }

  std::uint64_t random_;
  std::vector<CallConditions> people_;
  std::vector<std::vector<bool>> works_;
};

/// One day under one policy.
class SimulatedDay {
 public:
  SimulatedDay(std::uint64_t seed, int agents, DayPolicy policy, Duration interval = std::chrono::seconds(30))
      : plan_(seed, agents),
        policy_(policy),
        interval_(interval),
        dialer_({.seed = seed, .max_calls = 1'000'000}, kStart) {
    for (int i = 0; i < agents; ++i) dialer_.AddAgent(AgentState::kOffline);
    campaign_.max_agents = agents;
    const bool progressive = policy == DayPolicy::kProgressiveMode || policy == DayPolicy::kAdaptiveInProgressiveMode;
    campaign_.mode = progressive ? DialingMode::kProgressive : DialingMode::kPredictive;
    if (policy == DayPolicy::kProgressiveMode) campaign_.dial_rate = kMost;
    campaign_.conditions = plan_.people(0);
    dialer_.AddCampaign(campaign_);
    PacingSettings settings;
    settings.interval = interval;
    settings.max = kMost;
    if (policy == DayPolicy::kAdaptive || policy == DayPolicy::kAdaptiveInProgressiveMode) {
      settings.algorithm = PacingSettings::Algorithm::kAdaptive;
    }
    pacer_ = MakePacer(settings);
  }

  DayFigures Run() {
    for (int minute = 0; minute < DayPlan::kMinutes; ++minute) {
      SetPeople(minute);
      const Instant end = kStart + std::chrono::minutes(minute + 1);
      while (next_step_ <= end) {
        dialer_.Advance(next_step_);
        Pace();
        next_step_ = next_step_ + interval_;
      }
      dialer_.Advance(end);
    }
    return Figures();
  }

 private:
  static constexpr Instant kStart{1'800'000'000'000'000};
  static constexpr std::int64_t kMost = 5000;

  void SetPeople(int minute) {
    campaign_.conditions = plan_.people(minute);
    dialer_.SetCampaign(0, campaign_);
    for (std::size_t i = 0; i < plan_.agents(); ++i) {
      const bool here = dialer_.agent(i) != AgentState::kOffline;
      if (plan_.works(i, minute) && !here) dialer_.SetAgent(i, AgentState::kAvailable);
      if (!plan_.works(i, minute) && here) dialer_.LogOutAfterCall(i);
    }
    const CallConditions& people = campaign_.conditions;
    seconds_per_dial_ += people.answered * 9 + people.machine * 18 + (1 - people.answered - people.machine) * 22.5;
  }

  DialSample Sample() {
    const Dialer::Totals& totals = dialer_.totals(0);
    DialSample sample{.at = dialer_.now(), .interval = interval_};
    sample.dialed = totals.dialed - before_.dialed;
    sample.answered = totals.answered - before_.answered;
    sample.abandoned = totals.abandoned - before_.abandoned;
    if (sample.dialed > 0)
      sample.answer_rate = static_cast<double>(sample.answered) / static_cast<double>(sample.dialed);
    sample.available = dialer_.agents_in(AgentState::kAvailable);
    sample.busy = dialer_.agents_in(AgentState::kBusy);
    sample.wrapup = dialer_.agents_in(AgentState::kWrapup);
    sample.dial_rate = campaign_.dial_rate;
    sample.progressive = campaign_.mode != DialingMode::kPredictive;
    before_ = totals;
    return sample;
  }

  void Pace() {
    if (policy_ == DayPolicy::kProgressiveMode) return;
    const DialSample sample = Sample();
    if (policy_ == DayPolicy::kProgressiveFormula) {
      const double calls = static_cast<double>(std::max<std::int64_t>(0, sample.available - dialer_.ringing(0)));
      campaign_.dial_rate = std::llround(calls * 60 / std::chrono::duration<double>(interval_).count());
    } else {
      campaign_.dial_rate = pacer_->Step(sample).target;
    }
    dialer_.SetCampaign(0, campaign_);
  }

  DayFigures Figures() const {
    const Dialer::Totals& totals = dialer_.totals(0);
    DayFigures figures{totals.dialed, totals.answered, totals.abandoned, totals.taken_for_machines};
    const auto seconds = [&](AgentState state) {
      return std::chrono::duration<double>(dialer_.time_in(state)).count();
    };
    const double work = seconds(AgentState::kBusy) + seconds(AgentState::kWrapup);
    figures.occupancy = work / (work + seconds(AgentState::kAvailable));
    const double served = static_cast<double>(totals.answered - totals.abandoned);
    figures.handle_seconds = served > 0 ? work / served : 0;
    figures.answer_share =
        totals.dialed > 0 ? static_cast<double>(totals.answered) / static_cast<double>(totals.dialed) : 0;
    figures.seconds_per_dial = seconds_per_dial_ / DayPlan::kMinutes;
    return figures;
  }

  DayPlan plan_;
  DayPolicy policy_;
  Duration interval_;
  Dialer dialer_;
  DialedCampaign campaign_;
  std::unique_ptr<Pacer> pacer_;
  Dialer::Totals before_;
  Instant next_step_ = kStart;
  double seconds_per_dial_ = 0;
};

/// Occupancy of progressive dialling without any look-ahead: AHT / (AHT + d/p) (dialling-terms-and-pacing.md C3, 9).
inline double ProgressiveOccupancy(const DayFigures& day) {
  return day.handle_seconds / (day.handle_seconds + day.seconds_per_dial / day.answer_share);
}

/// Highest occupancy at which Erlang's loss formula loses no more than `limit` of the calls.
inline double ErlangOccupancy(int agents, double limit) {
  const auto loss = [&](double offered) {
    double blocked = 1;
    for (int n = 1; n <= agents; ++n) blocked = offered * blocked / (n + offered * blocked);
    return blocked;
  };
  double low = 0, high = 2.0 * agents;
  for (int i = 0; i < 60; ++i) (loss((low + high) / 2) <= limit ? low : high) = (low + high) / 2;
  return low * (1 - limit) / agents;
}

}  // namespace cxctl
