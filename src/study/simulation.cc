#include "study/simulation.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "dialer/call_log.h"
#include "study/people.h"

namespace cxctl {

namespace {

constexpr Duration kTick = std::chrono::seconds(1), kMinute = std::chrono::minutes(1), kHour = std::chrono::hours(1);
constexpr Duration kShortestInterval = std::chrono::seconds(30);  // of a metrics query

/// A campaign as it runs.
struct Line {
  Line(const SimulationInput& input, const SimulatedCampaign& of)
      : campaign(of), people(input, of.name, of.zone), dialed{of.mode, 0, of.max_agents, {}} {
    if (of.pacing) pacer = MakePacer(*of.pacing);
  }

  const SimulatedCampaign& campaign;
  People people;
  DialedCampaign dialed;
  CallLog log;
  std::unique_ptr<Pacer> pacer;
  std::int64_t paced_rate = 0;
  Instant next_pace, next_judge;
  std::optional<Instant> resume_at;
  Instant judged_from;  ///< Figures from before the last resume are not held against it.
  CampaignFigures figures;
};

class Run final : public CallListener {
 public:
  explicit Run(const SimulationInput& input)
      : input_(input), dialer_({.seed = input.seed, .max_calls = input.max_calls}, input.range.start) {
    dialer_.set_listener(this);
    for (int i = 0; i < input.agents; ++i) dialer_.AddAgent(AgentState::kAvailable);
    const auto hours = static_cast<std::size_t>(std::ceil((input.range.end - input.range.start) / kHour));
    for (const SimulatedCampaign& campaign : input.campaigns) {
      lines_.push_back(std::make_unique<Line>(input, campaign));
      lines_.back()->figures.name = campaign.name;
      lines_.back()->figures.hours.resize(hours + 1);
      dialer_.AddCampaign(lines_.back()->dialed);
    }
  }

  SimulationFigures Finish() {
    for (Instant now = input_.range.start; now < input_.range.end; now = now + kTick) {
      dialer_.Advance(now);
      const bool is_minute = (now - input_.range.start) % kMinute == Duration::zero();
      bool any = false;
      for (std::size_t i = 0; i < lines_.size(); ++i) any |= Step(i, now, is_minute);
      CountWork(any);
    }
    dialer_.Advance(input_.range.end);
    CountWork(false);
    return Figures();
  }

  void OnDialed(std::size_t campaign) override {
    lines_[campaign]->log.AddDialed(dialer_.now());
    ++HourOf(campaign).dialed;
  }
  void OnAnswered(std::size_t campaign) override {
    lines_[campaign]->log.AddAnswered(dialer_.now());
    ++HourOf(campaign).answered;
  }
  void OnEnded(std::size_t campaign, CallOutcome outcome) override {
    if (outcome != CallOutcome::kAbandoned) return;
    lines_[campaign]->log.AddAbandoned(dialer_.now());
    ++HourOf(campaign).abandoned;
  }

 private:
  SimulatedCounts& HourOf(std::size_t campaign) {
    auto& hours = lines_[campaign]->figures.hours;
    const auto hour = static_cast<std::size_t>((dialer_.now() - input_.range.start) / kHour);
    return hours[std::min(hour, hours.size() - 1)];
  }

  /// One second of a campaign. Returns whether it dials.
  bool Step(std::size_t index, Instant now, bool is_minute) {
    Line& line = *lines_[index];
    DialedCampaign next = line.dialed;
    if (is_minute) next.conditions = line.people.Next(now);
    const bool open = line.campaign.permitted.Contains(now);
    if (open && line.resume_at && now >= *line.resume_at) Resume(line, now);
    if (open && !line.resume_at) Control(line, now);
    const bool dials = open && !line.resume_at;
    if (open) (line.resume_at ? line.figures.paused : line.figures.dialing) += kTick;
    if (!dials) {
      next.dial_rate = 0;
    } else if (line.pacer) {
      next.dial_rate = line.paced_rate;
    } else if (is_minute || line.dialed.dial_rate == 0) {
      next.dial_rate = OwnRate(line, now);
    }
    if (is_minute || next.dial_rate != line.dialed.dial_rate) dialer_.SetCampaign(index, next);
    line.dialed = next;
    return dials;
  }

  void Control(Line& line, Instant now) {
    const SimulatedCampaign& campaign = line.campaign;
    if (campaign.throttle && now >= line.next_judge) {
      line.next_judge = now + campaign.rhythm.interval;
      const Duration window = std::max(campaign.throttle->window, kShortestInterval);
      if (now - line.judged_from >= window) {
        const ThrottleVerdict verdict = JudgeThrottle(*campaign.throttle, SampleOf(line, now, window));
        if (verdict.pause) return Pause(line, now, verdict.trigger);
      }
    }
    if (line.pacer && now >= line.next_pace) {
      line.next_pace = now + campaign.pacing->interval;
      line.paced_rate = line.pacer->Step(SampleOf(line, now, campaign.pacing->interval)).target;
    }
  }

  void Pause(Line& line, Instant now, std::string_view trigger) {
    line.resume_at = now + line.campaign.rhythm.resume_after;
    line.figures.pauses.push_back({now, input_.range.end, std::string(trigger)});
  }

  static void Resume(Line& line, Instant now) {
    line.resume_at.reset();
    line.judged_from = now;
    line.next_pace = now;
    line.figures.pauses.back().end = now;
  }

  DialSample SampleOf(const Line& line, Instant now, Duration interval) {
    const CallLog::Counts counts = line.log.Recent(now, interval);
    DialSample sample;
    sample.at = now;
    sample.interval = interval;
    sample.dialed = counts.dialed;
    sample.answered = counts.answered;
    sample.abandoned = counts.abandoned;
    if (counts.dialed > 0)
      sample.answer_rate = static_cast<double>(counts.answered) / static_cast<double>(counts.dialed);
    sample.available = dialer_.agents_in(AgentState::kAvailable);
    sample.busy = dialer_.agents_in(AgentState::kBusy);
    sample.wrapup = dialer_.agents_in(AgentState::kWrapup);
    sample.dial_rate = line.dialed.dial_rate;
    sample.progressive = line.campaign.mode != DialingMode::kPredictive;
    return sample;
  }

  /// Without a policy: what the schedules that are open say. The dialer takes whole calls a minute: a rate between two
  /// of them is one minute the lower and another the higher.
  std::int64_t OwnRate(const Line& line, Instant now) const {
    const SimulatedCampaign& campaign = line.campaign;
    double rate = campaign.schedules.empty() ? static_cast<double>(campaign.dial_rate) : 0;
    const bool is_peak = IsPeakHour(campaign.zone.LocalAt(now).second_of_day / 3600);
    for (const SimulatedSchedule& schedule : campaign.schedules) {
      if (schedule.permitted.Contains(now)) rate += schedule.call_rate * (is_peak ? schedule.peak_hour_boost : 1);
    }
    const auto minute = static_cast<double>((now - input_.range.start) / kMinute);
    return static_cast<std::int64_t>(std::floor((minute + 1) * rate) - std::floor(minute * rate));
  }

  /// Agents' time counts while a campaign dials.
  void CountWork(bool dials) {
    if (dials == dials_) return;
    const auto time = [&](AgentState state) { return dialer_.time_in(state); };
    const Duration work = time(AgentState::kBusy) + time(AgentState::kWrapup), free = time(AgentState::kAvailable);
    if (dials) {
      work_since_ = work;
      free_since_ = free;
    } else {
      work_ += work - work_since_;
      free_ += free - free_since_;
    }
    dials_ = dials;
  }

  SimulationFigures Figures() {
    SimulationFigures all;
    for (const auto& line : lines_) {
      CampaignFigures& figures = line->figures;
      // What is under way at the end may be answered on its last instant.
      const SimulatedCounts last = figures.hours.back();
      figures.hours.pop_back();
      if (figures.hours.empty()) figures.hours.emplace_back();
      Add(figures.hours.back(), last);
      for (const SimulatedCounts& hour : figures.hours) Add(figures.counts, hour);
      Add(all.all, figures.counts);
      all.campaigns.push_back(std::move(figures));
    }
    if (const Duration whole = work_ + free_; whole > Duration::zero()) {
      all.occupancy = static_cast<double>(work_.count()) / static_cast<double>(whole.count());
    }
    return all;
  }

  static void Add(SimulatedCounts& sum, const SimulatedCounts& more) {
    sum.dialed += more.dialed;
    sum.answered += more.answered;
    sum.abandoned += more.abandoned;
  }

  const SimulationInput& input_;
  Dialer dialer_;
  std::vector<std::unique_ptr<Line>> lines_;
  bool dials_ = false;
  Duration work_{0}, free_{0}, work_since_{0}, free_since_{0};
};

}  // namespace

SimulationFigures Simulate(const SimulationInput& input) {
  return Run(input).Finish();
}

}  // namespace cxctl
