#include "sim/live_dialer.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sim/figures.h"
#include "sim/seeded_random.h"
#include "sim/shapes.h"

namespace cxctl::sim {
namespace {

constexpr std::int64_t kQuarter = 900'000'000, kHour = 4 * kQuarter;
constexpr std::chrono::minutes kWarmUp{15};
constexpr std::chrono::hours kLongestRun{24};
// Short calls: the dial rates of the tenants that people try things on are high for their few agents.
constexpr std::chrono::seconds kTalk{45}, kWrapup{15};
constexpr std::chrono::hours kPermittedAhead{25};

AgentState StateNamed(std::string_view name) {
  // kAgentStates stand in the order of AgentState.
  return static_cast<AgentState>(std::ranges::find(kAgentStates, name) - std::begin(kAgentStates));
}

DialingMode ModeNamed(std::string_view name) {
  if (name == "PROGRESSIVE") return DialingMode::kProgressive;
  return name == "PREVIEW" ? DialingMode::kPreview : DialingMode::kPredictive;
}

std::optional<Interval> RangeOf(const Value& range) {
  const auto start = ParseDateTime(range.GetString("startTime"));
  const auto end = ParseDateTime(range.GetString("endTime"));
  if (!start || !end) return std::nullopt;
  return Interval{start->instant, end->instant};
}

std::optional<DailyWindow> WindowOf(const Value& window) {
  const auto zone = Zone::Load(window.GetString("timeZone"));
  const auto start = ParseTimeOfDay(window.GetString("startTime"), false);
  const auto end = ParseTimeOfDay(window.GetString("endTime"), false);
  const Value* enabled = window.Find("enabled");
  if (!zone || !start || !end || !enabled || !enabled->as_bool()) return std::nullopt;
  return DailyWindow{*start, *end, *zone, true};
}

}  // namespace

void LiveDialer::Reset() {
  dialer_.reset();
  read_.reset();
  campaigns_.clear();
  campaign_index_.clear();
  agents_.clear();
}

Instant LiveDialer::Now(Instant clock) const {
  if (!runs()) return clock;
  const double passed = static_cast<double>((clock - started_clock_).count());
  return std::max(started_, started_ + Duration(std::llround(passed * time_scale_)));
}

void LiveDialer::Advance(TenantState& state, Instant clock) {
  if (state.agents.objects().empty()) {
    if (runs()) Reset();
    return;
  }
  calls_ = &state.dialed;
  if (!runs()) {
    started_clock_ = clock;
    started_ = std::max(clock, state.dialed.time.value_or(clock));
    Start(state, started_ - kWarmUp, started_);
  }
  const Instant now = Now(clock);
  if (now - dialer_->now() > kLongestRun) Start(state, now - kLongestRun - kWarmUp, now - kLongestRun);
  ReadObjects(state);
  Run(now);
  calls_->time = dialer_->now();
  calls_ = nullptr;
}

void LiveDialer::Start(TenantState& state, Instant from, Instant recorded_from) {
  const Instant clock = started_clock_, started = started_;
  Reset();
  started_clock_ = clock;
  started_ = started;
  recorded_from_ = recorded_from;
  permitted_from_ = from;
  dialer_ = std::make_unique<Dialer>(DialerSettings{.seed = Mix(seed_), .max_calls = state.max_concurrent_calls}, from);
  dialer_->set_listener(this);
  ReadObjects(state);
}

/// Quarter by quarter, as people answer more or less by the hour.
void LiveDialer::Run(Instant to) {
  while (dialer_->now() < to) {
    const std::int64_t now = dialer_->now().micros;
    const Instant next{now - ((now % kQuarter) + kQuarter) % kQuarter + kQuarter};
    dialer_->Advance(std::min(next, to));
    if (dialer_->now() == next) Turn();
  }
}

/// At the start of a quarter of an hour.
void LiveDialer::Turn() {
  const Instant now = dialer_->now();
  for (std::size_t i = 0; i < campaigns_.size(); ++i) SetPeople(i);
  if (now - permitted_from_ >= kPermittedAhead - std::chrono::hours(1)) {
    permitted_from_ = now;
    for (Campaign& campaign : campaigns_) Permit(campaign);
  }
  if (now.micros % kHour != 0 || now < recorded_from_) return;
  calls_->hours.try_emplace(now.micros);
  const std::int64_t oldest = (now - DialedCalls::kRetention).micros;
  calls_->hours.erase(calls_->hours.begin(), calls_->hours.lower_bound(oldest));
}

/// Takes over what changed since it was read last.
void LiveDialer::ReadObjects(const TenantState& state) {
  const Signature now{state.revision, state.campaigns.objects().size(), state.schedules.objects().size(),
                      state.agents.objects().size(), state.max_concurrent_calls};
  if (read_ == now) return;
  read_ = now;
  dialer_->SetMaxCalls(state.max_concurrent_calls);
  ReadAgents(state);
  ReadCampaigns(state);
}

void LiveDialer::ReadAgents(const TenantState& state) {
  for (auto& [id, agent] : agents_) {
    if (state.agents.Find(id) || agent.etag.empty()) continue;
    dialer_->SetAgent(agent.index, AgentState::kOffline);
    agent.etag.clear();
  }
  for (const auto& [id, stored] : state.agents.objects()) {
    const auto known = agents_.find(id);
    if (known == agents_.end()) {
      agents_.emplace(id, KnownAgent{dialer_->AddAgent(StateNamed(stored.keys.state)), stored.etag});
    } else if (known->second.etag != stored.etag) {
      dialer_->SetAgent(known->second.index, StateNamed(stored.keys.state));
      known->second.etag = stored.etag;
    }
  }
}

void LiveDialer::ReadCampaigns(const TenantState& state) {
  for (std::size_t i = 0; i < campaigns_.size(); ++i) {
    if (state.campaigns.Find(campaigns_[i].id)) continue;
    campaigns_[i].dials.dial_rate = 0;
    campaigns_[i].etags.clear();
    dialer_->SetCampaign(i, campaigns_[i].dials);
  }
  for (const auto& [id, stored] : state.campaigns.objects()) {
    if (stored.keys.state == "ACTIVE" || campaign_index_.contains(id)) ReadCampaign(state, stored);
  }
}

void LiveDialer::ReadCampaign(const TenantState& state, const StoredObject& stored) {
  const auto schedules = state.schedules.List({.scope = stored.id}).items;
  std::string etags = stored.etag;
  for (const StoredObject* schedule : schedules) etags += schedule->etag;
  auto [index, added] = campaign_index_.try_emplace(stored.id, campaigns_.size());
  if (added) {
    campaigns_.push_back({.id = stored.id});
    dialer_->AddCampaign({});
  }
  Campaign& campaign = campaigns_[index->second];
  if (campaign.etags == etags) return;
  campaign.etags = std::move(etags);
  Arena arena;
  const Value content = stored.Read(arena);
  const auto count = [&](std::string_view name) {
    const Value* value = content.Find(name);
    return value ? static_cast<std::int64_t>(std::clamp(value->as_double(), 0.0, 1e9)) : 0;
  };
  campaign.dials.mode = ModeNamed(content.GetString("dialingMode"));
  campaign.dials.dial_rate = stored.keys.state == "ACTIVE" ? count("dialRate") : 0;
  campaign.dials.max_agents = count("maxAgents");
  ReadSchedules(schedules, campaign);
  SetPeople(index->second);
}

void LiveDialer::ReadSchedules(const std::vector<const StoredObject*>& schedules, Campaign& campaign) {
  campaign.permissions.clear();
  campaign.zone = Zone::Utc();
  for (const StoredObject* stored : schedules) {
    Arena arena;
    const Value schedule = stored->Read(arena);
    const auto zone = Zone::Load(schedule.GetString("timeZone"));
    if (zone && campaign.permissions.empty()) campaign.zone = *zone;
    Permission permission;
    permission.life = RangeOf(schedule).value_or(Interval{});
    const Value* windows = schedule.Find("regulatoryWindows");
    const Value* blackouts = schedule.Find("blackoutPeriods");
    for (const Value& item : windows ? windows->items() : std::span<const Value>()) {
      if (const auto window = WindowOf(item)) permission.windows.push_back(*window);
    }
    for (const Value& item : blackouts ? blackouts->items() : std::span<const Value>()) {
      if (const auto range = RangeOf(item)) {
        permission.blackouts.push_back({*range, std::string(item.GetString("reason"))});
      }
    }
    campaign.permissions.push_back(std::move(permission));
  }
  Permit(campaign);
}

/// Works out when the campaign may call from permitted_from_ on.
void LiveDialer::Permit(Campaign& campaign) {
  const Interval range{permitted_from_, permitted_from_ + kPermittedAhead};
  campaign.permitted = IntervalSet();
  for (const Permission& permission : campaign.permissions) {
    const Interval lives{std::max(range.start, permission.life.start), std::min(range.end, permission.life.end)};
    if (lives.empty()) continue;
    campaign.permitted = Union(campaign.permitted, PermittedTime(permission.windows, permission.blackouts, lives));
  }
}

void LiveDialer::SetPeople(std::size_t index) {
  Campaign& campaign = campaigns_[index];
  const int second = campaign.zone.LocalAt(dialer_->now()).second_of_day;
  campaign.dials.conditions.answered = AnswerProbability(second / 3600.0);
  campaign.dials.conditions.machine = (1 - campaign.dials.conditions.answered) / 4;
  campaign.dials.conditions.talk = kTalk;
  campaign.dials.conditions.wrapup = kWrapup;
  dialer_->SetCampaign(index, campaign.dials);
}

DispositionCounts* LiveDialer::HourOf(std::size_t campaign) {
  if (dialer_->now() < recorded_from_) return nullptr;
  const std::int64_t now = dialer_->now().micros;
  const auto hour = calls_->hours.find(now - ((now % kHour) + kHour) % kHour);
  // The first hour is not whole.
  return hour == calls_->hours.end() ? nullptr : &hour->second[campaigns_[campaign].id];
}

std::string LiveDialer::WhyNot(const Campaign& campaign, Instant time) const {
  std::string why = "no schedule is in force";
  for (const Permission& permission : campaign.permissions) {
    if (time < permission.life.start || !(time < permission.life.end)) continue;
    why = "outside the schedules' windows";
    if (!IsPermitted(permission.windows, {}, time)) continue;
    const auto blackout = std::ranges::find_if(permission.blackouts, [&](const Blackout& one) {
      return one.interval.start <= time && time < one.interval.end;
    });
    if (blackout != permission.blackouts.end()) return fmt::format("blackout: {}", blackout->reason);
  }
  return why;
}

void LiveDialer::OnDialed(std::size_t index) {
  Campaign& campaign = campaigns_[index];
  const Instant now = dialer_->now();
  campaign.log.AddDialed(now);
  if (now < recorded_from_ || campaign.permissions.empty() || campaign.permitted.Contains(now)) return;
  calls_->AddViolation({campaign.id, now, WhyNot(campaign, now)});
}

void LiveDialer::OnAnswered(std::size_t campaign) {
  campaigns_[campaign].log.AddAnswered(dialer_->now());
}

void LiveDialer::OnEnded(std::size_t campaign, CallOutcome outcome) {
  if (outcome == CallOutcome::kAbandoned) campaigns_[campaign].log.AddAbandoned(dialer_->now());
  if (DispositionCounts* counts = HourOf(campaign)) ++(*counts)[static_cast<std::size_t>(outcome)];
}

CallLog::Counts LiveDialer::Recent(std::string_view campaign_id, Duration interval) const {
  const auto index = campaign_index_.find(campaign_id);
  if (!runs() || index == campaign_index_.end()) return {};
  return campaigns_[index->second].log.Recent(dialer_->now(), interval);
}

std::optional<std::string_view> LiveDialer::StateOf(std::string_view agent_id) const {
  const auto agent = agents_.find(agent_id);
  if (!runs() || agent == agents_.end()) return std::nullopt;
  return kAgentStates[static_cast<std::size_t>(dialer_->agent(agent->second.index))];
}

}  // namespace cxctl::sim
