#include "dialer/dialer.h"

#include <algorithm>
#include <cmath>

#include "dialer/mix.h"

namespace cxctl {
namespace {

constexpr double kMicros = 1e6;

Duration Seconds(double seconds) {
  return Duration(std::llround(seconds * kMicros));
}

}  // namespace

Dialer::Dialer(DialerSettings settings, Instant start)
    : settings_(settings), now_(start), random_(settings.seed), counted_until_(start) {}

double Dialer::Uniform() {
  return NextFraction(random_);
}

double Dialer::Exponential() {
  return -std::log1p(-Uniform());
}

Duration Dialer::Draw(double seconds_from, double seconds_to) {
  return Seconds(seconds_from + (seconds_to - seconds_from) * Uniform());
}

Duration Dialer::DrawTalk(const Line& line, bool machine) {
  // An agent needs some seconds to hear that it is a machine.
  if (machine) return Draw(5, 15);
  const double mean = std::chrono::duration<double>(line.settings.conditions.talk).count();
  // A third of the people end it at once, in a fifth of the mean; the rest make up for it: (1/3)/5 + (2/3) 1.4 = 1.
  if (Uniform() < 1.0 / 3) return Seconds(mean / 5 * Exponential());
  return Seconds(mean * 1.4 * (Exponential() + Exponential()) / 2);
}

void Dialer::Push(Duration after, Event event) {
  event.at = (now_ + after).micros;
  event.order = ++order_;
  events_.push(event);
}

void Dialer::Advance(Instant to) {
  while (!events_.empty() && events_.top().at <= to.micros) {
    const Event event = events_.top();
    events_.pop();
    now_ = {event.at};
    Run(event);
  }
  now_ = std::max(now_, to);
  CountTime();
}

void Dialer::Run(const Event& event) {
  switch (event.kind) {
    case EventKind::kDial:
      if (event.generation == lines_[event.index].generation) OnDial(event.index);
      break;
    case EventKind::kPerson:
      OnAnswer(event, false);
      break;
    case EventKind::kMachinePasses:
      OnAnswer(event, true);
      break;
    case EventKind::kOther:
      OnOther(event);
      break;
    case EventKind::kGiveUp:
      OnGiveUp(event.index);
      break;
    case EventKind::kTalkEnds:
      if (event.generation == agents_[event.index].generation) OnTalkEnds(event.index);
      break;
    case EventKind::kWrapupEnds:
      if (event.generation == agents_[event.index].generation) BecomeFree(event.index);
      break;
  }
}

std::size_t Dialer::AddCampaign(const DialedCampaign& campaign) {
  lines_.push_back({});
  Line& line = lines_.back();
  line.settings = campaign;
  line.due_at = now_.micros;
  // Campaigns do not dial in step.
  line.due = Uniform();
  Schedule(lines_.size() - 1);
  return lines_.size() - 1;
}

void Dialer::SetCampaign(std::size_t index, const DialedCampaign& campaign) {
  Line& line = lines_[index];
  const bool moves = campaign.dial_rate != line.settings.dial_rate;
  if (moves) Freeze(line);
  line.settings = campaign;
  if (moves) Schedule(index);
  RetryBlocked();
}

/// Remembers how much of the time until the next call is left, so that a new rate goes on from there.
void Dialer::Freeze(Line& line) {
  if (line.settings.dial_rate > 0 && !line.blocked) {
    const double passed = static_cast<double>(now_.micros - line.due_at) * static_cast<double>(line.settings.dial_rate);
    line.due = std::max(0.0, line.due - passed / (60 * kMicros));
  }
  line.due_at = now_.micros;
}

/// Makes the event of the next call.
void Dialer::Schedule(std::size_t index) {
  Line& line = lines_[index];
  ++line.generation;
  blocked_ -= line.blocked;
  if (line.blocked) line.due = 0;
  line.blocked = false;
  if (line.settings.dial_rate <= 0) return;
  const double gap = 60.0 / static_cast<double>(line.settings.dial_rate);
  Push(Seconds(line.due * gap),
       {.kind = EventKind::kDial, .index = static_cast<std::uint32_t>(index), .generation = line.generation});
}

void Dialer::OnDial(std::size_t index) {
  Line& line = lines_[index];
  if (!MayDial(line)) {
    line.blocked = true;
    ++blocked_;
    return;
  }
  Dial(index);
}

bool Dialer::HasRoom(const Line& line) const {
  return line.talking < line.settings.max_agents;
}

bool Dialer::MayDial(const Line& line) const {
  if (calls_ >= settings_.max_calls || line.settings.max_agents <= 0) return false;
  if (line.settings.mode == DialingMode::kPredictive) {
    return agents_in(AgentState::kOffline) < static_cast<std::int64_t>(agents_.size());
  }
  if (line.settings.mode == DialingMode::kPreview) return free_agents() > guarded_ && HasRoom(line);
  return free_agents() > guarded_ && line.talking + line.ringing < line.settings.max_agents;
}

void Dialer::Dial(std::size_t index) {
  Line& line = lines_[index];
  const CallConditions& people = line.settings.conditions;
  ++line.totals.dialed;
  ++line.ringing;
  ++calls_;
  Event end{.kind = EventKind::kOther, .index = static_cast<std::uint32_t>(index)};
  end.guarded = line.settings.mode == DialingMode::kProgressive;
  guarded_ += end.guarded;
  if (line.settings.mode == DialingMode::kPreview) {
    const std::uint32_t agent = TakeFreeAgent();
    Move(agent, AgentState::kBusy);
    agents_[agent].line = static_cast<std::uint32_t>(index) + 1;
    agents_[agent].rings = true;
    ++line.talking;
    end.agent = agent + 1;
    end.generation = agents_[agent].generation;
  }
  if (listener_) listener_->OnDialed(index);

  const double chance = Uniform();
  if (chance < people.answered) {
    const bool hung_up = Uniform() < settings_.person_as_machine;
    line.totals.taken_for_machines += hung_up;
    end.kind = hung_up ? EventKind::kOther : EventKind::kPerson;
    end.outcome = CallOutcome::kMachine;
    Push(Draw(4, 14), end);
  } else if (chance < people.answered + people.machine) {
    const bool passes = Uniform() < settings_.machine_as_person;
    end.kind = passes ? EventKind::kMachinePasses : EventKind::kOther;
    end.outcome = CallOutcome::kMachine;
    Push(Draw(12, 24), end);
  } else {
    const double why = Uniform();
    end.outcome = why < 0.13 ? CallOutcome::kBusy : why < 0.15 ? CallOutcome::kFailed : CallOutcome::kNoAnswer;
    Push(end.outcome == CallOutcome::kNoAnswer ? Draw(24, 28) : Draw(1, 4), end);
  }
  line.due = 1;
  line.due_at = now_.micros;
  Schedule(index);
}

/// An agent or a line became free: calls that waited for one go out.
void Dialer::RetryBlocked() {
  const std::size_t first = lines_.empty() ? 0 : turn_++ % lines_.size();
  for (std::size_t i = 0; blocked_ > 0 && i < lines_.size(); ++i) {
    const std::size_t index = (first + i) % lines_.size();
    if (lines_[index].blocked && MayDial(lines_[index])) Dial(index);
  }
}

/// Whether the agent of a preview call is still there: SetAgent may have taken it away.
bool Dialer::KeepsAgent(const Event& event) const {
  return event.agent != 0 && agents_[event.agent - 1].generation == event.generation;
}

void Dialer::OnAnswer(const Event& event, bool machine) {
  Line& line = lines_[event.index];
  --line.ringing;
  ++line.totals.answered;
  guarded_ -= event.guarded;
  if (listener_) listener_->OnAnswered(event.index);
  if (KeepsAgent(event)) {
    --line.talking;
    return Connect(event.index, event.agent - 1, machine);
  }
  const std::uint32_t agent = HasRoom(line) ? TakeFreeAgent() : UINT32_MAX;
  if (agent != UINT32_MAX) return Connect(event.index, agent, machine);
  line.waiting.push_back({now_.micros, machine});
  Push(settings_.patience, {.kind = EventKind::kGiveUp, .index = event.index});
}

void Dialer::OnOther(const Event& event) {
  Line& line = lines_[event.index];
  --line.ringing;
  --calls_;
  guarded_ -= event.guarded;
  if (listener_) listener_->OnEnded(event.index, event.outcome);
  if (KeepsAgent(event)) {
    Agent& agent = agents_[event.agent - 1];
    --line.talking;
    agent.line = 0;
    agent.rings = false;
    BecomeFree(event.agent - 1);
  }
  RetryBlocked();
}

void Dialer::OnGiveUp(std::size_t index) {
  Line& line = lines_[index];
  // All wait equally long, so the first of the queue is the first to go.
  if (line.waiting.empty() || (Instant{line.waiting.front().since} + settings_.patience) > now_) return;
  line.waiting.pop_front();
  ++line.totals.abandoned;
  --calls_;
  if (listener_) listener_->OnEnded(index, CallOutcome::kAbandoned);
  RetryBlocked();
}

void Dialer::Connect(std::size_t index, std::size_t agent, bool machine) {
  Line& line = lines_[index];
  ++line.talking;
  agents_[agent].line = static_cast<std::uint32_t>(index) + 1;
  agents_[agent].rings = false;
  agents_[agent].short_talk = machine;
  Move(agent, AgentState::kBusy);
  if (listener_) listener_->OnEnded(index, CallOutcome::kAnswered);
  Push(DrawTalk(line, machine), {.kind = EventKind::kTalkEnds,
                                 .index = static_cast<std::uint32_t>(agent),
                                 .generation = agents_[agent].generation});
}

void Dialer::OnTalkEnds(std::size_t agent) {
  Agent& done = agents_[agent];
  const CallConditions people = done.line ? lines_[done.line - 1].settings.conditions : CallConditions();
  if (done.line) {
    --lines_[done.line - 1].talking;
    --calls_;
  }
  done.line = 0;
  Move(agent, AgentState::kWrapup);
  const double mean = std::chrono::duration<double>(people.wrapup).count();
  const double wrapup = done.short_talk ? mean / 5 : mean * (Exponential() + Exponential()) / 2;
  Push(Seconds(wrapup),
       {.kind = EventKind::kWrapupEnds, .index = static_cast<std::uint32_t>(agent), .generation = done.generation});
  RetryBlocked();
}

void Dialer::BecomeFree(std::size_t agent) {
  if (agents_[agent].leaves) {
    agents_[agent].leaves = false;
    return Move(agent, AgentState::kOffline);
  }
  if (ConnectWaiting(agent)) return;
  Move(agent, AgentState::kAvailable);
  free_.push_back({static_cast<std::uint32_t>(agent), agents_[agent].generation});
  RetryBlocked();
}

/// Gives the agent to whoever waits longest.
bool Dialer::ConnectWaiting(std::size_t agent) {
  std::size_t longest = lines_.size();
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (lines_[i].waiting.empty() || !HasRoom(lines_[i])) continue;
    if (longest == lines_.size() || lines_[i].waiting.front().since < lines_[longest].waiting.front().since)
      longest = i;
  }
  if (longest == lines_.size()) return false;
  const bool machine = lines_[longest].waiting.front().machine;
  lines_[longest].waiting.pop_front();
  Connect(longest, agent, machine);
  return true;
}

/// The agent who has been free longest; UINT32_MAX if none is.
std::uint32_t Dialer::TakeFreeAgent() {
  while (!free_.empty()) {
    const FreeAgent next = free_.front();
    free_.pop_front();
    if (agents_[next.agent].generation == next.generation) return next.agent;
  }
  return UINT32_MAX;
}

void Dialer::Move(std::size_t agent, AgentState state) {
  CountTime();
  --in_state_[static_cast<std::size_t>(agents_[agent].state)];
  ++in_state_[static_cast<std::size_t>(state)];
  agents_[agent].state = state;
  ++agents_[agent].generation;
}

void Dialer::CountTime() {
  const std::int64_t passed = (now_ - counted_until_).count();
  for (std::size_t i = 0; i < in_state_.size(); ++i) micros_in_state_[i] += passed * in_state_[i];
  counted_until_ = now_;
}

std::size_t Dialer::AddAgent(AgentState state) {
  CountTime();
  agents_.push_back({});
  ++in_state_[static_cast<std::size_t>(AgentState::kOffline)];
  SetAgent(agents_.size() - 1, state);
  return agents_.size() - 1;
}

void Dialer::SetAgent(std::size_t index, AgentState state) {
  Agent& agent = agents_[index];
  if (agent.line != 0) {
    Line& line = lines_[agent.line - 1];
    --line.talking;
    // A preview call that still rings ends by itself.
    if (!agent.rings) --calls_;
    agent.line = 0;
    agent.rings = false;
  }
  agent.leaves = false;
  agent.short_talk = false;
  if (state == AgentState::kAvailable) return BecomeFree(index);
  Move(index, state);
  if (state == AgentState::kOffline) return RetryBlocked();
  const bool talks = state == AgentState::kBusy;
  const CallConditions usual;
  const double mean = std::chrono::duration<double>(talks ? usual.talk : usual.wrapup).count();
  Push(Seconds(mean * Exponential()), {.kind = talks ? EventKind::kTalkEnds : EventKind::kWrapupEnds,
                                       .index = static_cast<std::uint32_t>(index),
                                       .generation = agent.generation});
}

void Dialer::LogOutAfterCall(std::size_t index) {
  if (agents_[index].state == AgentState::kOffline) return;
  if (agents_[index].state == AgentState::kAvailable) return SetAgent(index, AgentState::kOffline);
  agents_[index].leaves = true;
}

void Dialer::SetMaxCalls(std::int64_t max_calls) {
  settings_.max_calls = max_calls;
  RetryBlocked();
}

std::int64_t Dialer::waiting() const {
  std::int64_t count = 0;
  for (const Line& line : lines_) count += static_cast<std::int64_t>(line.waiting.size());
  return count;
}

Duration Dialer::longest_wait() const {
  Duration longest{0};
  for (const Line& line : lines_) {
    if (!line.waiting.empty()) longest = std::max(longest, now_ - Instant{line.waiting.front().since});
  }
  return longest;
}

Duration Dialer::time_in(AgentState state) const {
  return Duration(micros_in_state_[static_cast<std::size_t>(state)]);
}

}  // namespace cxctl
