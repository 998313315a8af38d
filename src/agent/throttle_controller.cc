#include "agent/throttle_controller.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "env/ids.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr Duration kShortestInterval = std::chrono::seconds(30);  // of a metrics query
constexpr int kMostTries = 3;

std::optional<Instant> ReadInstant(const Value& object, std::string_view name) {
  const Value* value = object.Find(name);
  return value && value->is_int() ? std::optional(Instant{value->as_int()}) : std::nullopt;
}

}  // namespace

ThrottleController::ThrottleController(ControllerContext& context, std::string policy)
    : context_(context), name_(std::move(policy)) {}

WriteOrigin ThrottleController::Origin() const {
  return {context_.run, "agent ThrottlePolicy/" + name_, context_.commits.tenant()};
}

Event ThrottleController::MakeEvent(std::string type, std::string data) const {
  const Instant now = context_.now();
  return {MakeUlid(now, context_.random), std::move(type), now, std::move(data)};
}

// --- What is remembered ----------------------------------------------------------------------------------------------

Result<void> ThrottleController::LoadRecord(const AgentLease& lease) {
  if (epoch_ == lease.epoch) return {};
  TRY_ASSIGN(const auto record,
             context_.commits.store().Get(context_.commits.tenant(), kControllerCollection, "throttle/" + name_));
  hold_.reset();
  pending_.reset();
  pending_hold_.reset();
  resumed_at_.reset();
  if (record) {
    Arena arena;
    TRY_ASSIGN(const Value body, ParseJson(arena, record->body));
    hold_ = ReadThrottleHold(body.Find("hold"));
    pending_ = ReadCampaignWrite(body.Find("pending"));
    pending_hold_ = ReadThrottleHold(body.Find("pendingHold"));
    resumed_at_ = ReadInstant(body, "resumedAt");
  }
  epoch_ = lease.epoch;
  return {};
}

AgentWrite ThrottleController::RecordWrite() const {
  Arena arena;
  ObjectBuilder body(arena);
  if (hold_) body.Set("hold", ToValue(arena, *hold_));
  if (pending_) body.Set("pending", ToValue(arena, *pending_));
  if (pending_hold_) body.Set("pendingHold", ToValue(arena, *pending_hold_));
  if (resumed_at_) body.Set("resumedAt", resumed_at_->micros);
  AgentWrite write;
  write.record = {kControllerCollection, "throttle/" + name_, "", std::nullopt, ToJson(body.Build()), 0};
  return write;
}

Task<StepOutcome> ThrottleController::Save(Round& round, std::optional<AuditEntry> audit, std::optional<Event> event) {
  AgentBatch batch;
  batch.lease = round.lease;
  batch.writes.push_back(RecordWrite());
  if (audit) batch.audit.push_back(std::move(*audit));
  if (event) {
    const std::vector<std::string>* only = round.policy->sinks ? &*round.policy->sinks : nullptr;
    for (AgentWrite& write : WritesOf(*event, round.policies->sinks, only)) batch.writes.push_back(std::move(write));
  }
  const Result<AgentCommit> commit = co_await context_.commits.Submit(std::move(batch));
  if (!commit) {
    state_ = "store failed";
    reason_ = commit.error().message;
    context_.log.Error("the state of a throttle policy could not be kept",
                       {{"policy", name_}, {"error", commit.error().message}});
    co_return StepOutcome::kFailed;
  }
  if (commit->status == AgentCommit::Status::kLeaseLost) {
    epoch_ = 0;
    co_return StepOutcome::kLeaseLost;
  }
  co_return StepOutcome::kDone;
}

// --- A step ----------------------------------------------------------------------------------------------------------

Task<StepOutcome> ThrottleController::Step(AgentLease lease) {
  Round round;
  round.policies = context_.policies();
  round.lease = std::move(lease);
  const auto policy = round.policies->throttle.find(name_);
  if (policy == round.policies->throttle.end()) co_return StepOutcome::kIdle;
  round.policy = &policy->second;
  stepped_at_ = context_.now();
  if (const auto loaded = LoadRecord(round.lease); !loaded) {
    state_ = "store failed";
    reason_ = loaded.error().message;
    co_return StepOutcome::kFailed;
  }
  std::string id = round.policy->campaign_id;
  Result<std::optional<LiveCampaign>> campaign = co_await context_.campaigns.Campaign(std::move(id));
  if (!campaign || !*campaign) {
    state_ = "no figures";
    reason_ = campaign ? "the tenant has no campaign of that id" : campaign.error().message;
    context_.metrics.Count("cxctl_throttle_missed_metrics_total", {{"policy", name_}});
    co_return StepOutcome::kMissed;
  }
  round.campaign = std::move(**campaign);
  const StepOutcome outcome = co_await Judge(round);
  context_.metrics.Set("cxctl_throttle_holding", hold_ ? 1 : 0, {{"policy", name_}});
  co_return outcome;
}

Task<StepOutcome> ThrottleController::Judge(Round& round) {
  if (pending_) {
    const bool finished = co_await FinishPending(round);
    if (!finished) co_return StepOutcome::kFailed;
  }
  StepOutcome outcome = StepOutcome::kIdle;
  if (hold_ && !hold_->Holds(round.campaign)) {
    reason_ = fmt::format("the pause is no longer ours: somebody made the campaign {}", round.campaign.state);
    context_.log.Info("a pause was taken over by somebody else", {{"policy", name_}, {"state", round.campaign.state}});
    if (round.campaign.state == "ACTIVE") resumed_at_ = context_.now();
    hold_.reset();
    outcome = co_await Save(round, std::nullopt, std::nullopt);
    if (outcome != StepOutcome::kDone) co_return outcome;
  }
  if (hold_) {
    outcome = co_await KeepHold(round);
  } else if (round.campaign.state == "ACTIVE") {
    outcome = co_await Watch(round);
  } else {
    state_ = "waiting";
    reason_ = fmt::format("the campaign is {}", round.campaign.state);
    outcome = StepOutcome::kIdle;
  }
  co_return outcome;
}

/// Says of a pause or resume whose answer never came what became of it, by the campaign as it is now.
Task<bool> ThrottleController::FinishPending(Round& round) {
  const bool pausing = pending_hold_.has_value();
  const bool done = pausing ? pending_hold_->Holds(round.campaign) : round.campaign.state == "ACTIVE";
  const bool untouched = pausing ? round.campaign.state == "ACTIVE" : hold_ && hold_->Holds(round.campaign);
  AuditEntry audit = AuditOf(*pending_, Origin(),
                             done        ? "recovered"
                             : untouched ? "failed"
                                         : "conflict",
                             nullptr, context_.now());
  if (!done) audit.reason = "found not done after its answer was lost";
  if (done) audit.etag_after = round.campaign.etag;
  std::optional<Event> event;
  if (done && pausing) {
    hold_ = pending_hold_;
    event = MakeEvent("campaign.paused", PausedData(round.campaign, name_, *hold_, std::nullopt, std::nullopt));
  } else if (done) {
    if (hold_) event = MakeEvent("campaign.resumed", ResumedData(round.campaign, name_, *hold_, context_.now()));
    hold_.reset();
    resumed_at_ = context_.now();
  }
  pending_.reset();
  pending_hold_.reset();
  const StepOutcome saved = co_await Save(round, std::move(audit), std::move(event));
  co_return saved == StepOutcome::kDone;
}

Task<StepOutcome> ThrottleController::Watch(Round& round) {
  const Duration window = std::max(round.policy->settings.window, kShortestInterval);
  const Instant asked = context_.now();
  state_ = "watching";
  if (resumed_at_ && asked - *resumed_at_ < window) {
    reason_ = "resumed just now: calls from before the pause do not count";
    co_return StepOutcome::kDone;
  }
  Result<std::optional<CampaignMetrics>> figures = co_await context_.figures.Metrics(round.campaign.id, window);
  const bool late = context_.now() - asked > window;
  if (!figures || !*figures || late) {
    state_ = "no figures";
    reason_ = !figures ? figures.error().message
              : late   ? "the figures took too long to arrive"
                       : "the tenant has no figures of the campaign";
    context_.metrics.Count("cxctl_throttle_missed_metrics_total", {{"policy", name_}});
    context_.log.Warning("no figures for throttling: nothing is decided", {{"policy", name_}, {"reason", reason_}});
    co_return StepOutcome::kMissed;
  }
  DialSample sample;
  sample.at = asked;
  sample.interval = window;
  sample.dialed = (*figures)->dialed;
  sample.answered = (*figures)->answered;
  sample.abandoned = (*figures)->abandoned;
  sample.answer_rate = (*figures)->answer_rate;
  sample.dial_rate = round.campaign.dial_rate;
  const ThrottleVerdict verdict = JudgeThrottle(round.policy->settings, sample);
  verdict_ = verdict;
  context_.metrics.Set("cxctl_throttle_answer_ratio", verdict.answer_rate, {{"policy", name_}});
  if (!verdict.pause) {
    reason_ = verdict.enough ? "within its limits"
                             : fmt::format("{} attempts of the {} that are needed", sample.dialed,
                                           round.policy->settings.min_attempts);
    co_return StepOutcome::kDone;
  }
  const StepOutcome outcome = co_await Pause(round, verdict, sample.dialed, asked);
  co_return outcome;
}

// --- Pausing ---------------------------------------------------------------------------------------------------------

/// Keeps the write, then sends it; again with the new ETag where somebody changed the campaign and it is still in the
/// state that was judged. Nothing: the store would not have it, or the lease is lost; `kept` says which.
Task<std::optional<SentWrite>> ThrottleController::Send(Round& round, bool pause, const ThrottleHold& hold,
                                                        StepOutcome& kept) {
  for (int tries = 1;; ++tries) {
    const std::string paused = fmt::format(R"({{"pauseReason":"{}","scheduledResumeTime":"{}","state":"PAUSED"}})",
                                           hold.reason, FormatUtc(hold.resume_at));
    const std::string active = R"({"pauseReason":null,"scheduledResumeTime":null,"state":"ACTIVE"})";
    pending_ = CampaignWrite{round.campaign.id,       "Campaign/" + round.policy->campaign,
                             pause ? active : paused, pause ? paused : active,
                             round.campaign.etag,     context_.now()};
    if (pause) pending_hold_ = hold;
    kept = co_await Save(round, std::nullopt, std::nullopt);
    if (kept != StepOutcome::kDone) co_return std::nullopt;
    SentWrite sent;
    if (pause) {
      sent.result =
          co_await context_.campaigns.Pause(round.campaign.id, round.campaign.etag, hold.reason, hold.resume_at);
    } else {
      sent.result = co_await context_.campaigns.Resume(round.campaign.id, round.campaign.etag);
    }
    if (sent.result.status != ActionResult::Status::kPrecondition) co_return sent;
    std::string id = round.campaign.id;
    Result<std::optional<LiveCampaign>> again = co_await context_.campaigns.Campaign(std::move(id));
    const bool is_there = again && *again;
    const bool dials = is_there && (*again)->state == "ACTIVE";
    const bool held = is_there && hold.Holds(**again);
    sent.recovered = sent.result.attempts > 1 && (pause ? held : dials);
    const bool as_judged = pause ? dials : held && !(*again)->compliance_hold;
    if (sent.recovered || !as_judged || tries == kMostTries) co_return sent;
    round.campaign = std::move(**again);
  }
}

Task<StepOutcome> ThrottleController::Finish(Round& round, const SentWrite& sent, std::optional<Event> event) {
  AuditEntry audit = AuditOf(*pending_, Origin(), OutcomeOf(sent), &sent.result, context_.now());
  pending_.reset();
  pending_hold_.reset();
  const StepOutcome saved = co_await Save(round, std::move(audit), std::move(event));
  if (saved != StepOutcome::kDone) co_return saved;
  co_return sent.done() ? StepOutcome::kDone : StepOutcome::kFailed;
}

Task<std::optional<std::int64_t>> ThrottleController::VolumeNow(const Round& round) {
  const Duration window = std::max(round.policy->settings.window, kShortestInterval);
  Result<std::optional<CampaignMetrics>> figures = co_await context_.figures.Metrics(round.campaign.id, window);
  if (!figures || !*figures) co_return std::nullopt;
  co_return (*figures)->dialed;
}

Task<StepOutcome> ThrottleController::Pause(Round& round, const ThrottleVerdict& verdict, std::int64_t attempts,
                                            Instant asked) {
  ThrottleHold hold;
  hold.since = context_.now();
  // Times on the wire have whole seconds.
  hold.resume_at = {(hold.since + round.policy->resume_after).micros / 1'000'000 * 1'000'000};
  hold.reason = round.policy->pause_reason;
  hold.trigger = verdict.trigger;
  hold.answer_rate = verdict.answer_rate;
  hold.abandon_rate = verdict.abandon_rate;
  hold.volume_before = attempts;
  StepOutcome kept = StepOutcome::kDone;
  const std::optional<SentWrite> sent = co_await Send(round, true, hold, kept);
  if (!sent) co_return kept;
  if (!sent->is_known()) {
    state_ = "pausing";
    reason_ = "whether the campaign is paused is not known yet: " + sent->result.message;
    co_return StepOutcome::kFailed;  // the next step looks
  }
  std::optional<Event> event;
  if (sent->done()) {
    hold_ = hold;
    const Duration latency = context_.now() - asked;
    const std::optional<std::int64_t> volume_after = co_await VolumeNow(round);
    event = MakeEvent("campaign.paused", PausedData(round.campaign, name_, hold, latency, volume_after));
    state_ = "holding";
    reason_ = fmt::format("paused by {} until {}", hold.trigger, FormatUtc(hold.resume_at));
    context_.metrics.Count("cxctl_throttle_pauses_total", {{"policy", name_}, {"trigger", hold.trigger}});
    context_.log.Warning("campaign paused", {{"policy", name_}, {"trigger", hold.trigger}, {"reason", reason_}});
  } else {
    state_ = "watching";
    reason_ = "the campaign could not be paused: " + sent->result.message;
    context_.log.Error("campaign not paused", {{"policy", name_}, {"error", sent->result.message}});
  }
  const StepOutcome outcome = co_await Finish(round, *sent, std::move(event));
  co_return outcome;
}

// --- What is told ----------------------------------------------------------------------------------------------------

std::string ThrottleController::StatusJson() const {
  Arena arena;
  ObjectBuilder status(arena);
  status.Set("policy", MakeString(arena, name_)).Set("state", MakeString(arena, state_));
  status.Set("reason", MakeString(arena, reason_));
  if (stepped_at_) status.Set("steppedAt", MakeString(arena, FormatUtc(*stepped_at_)));
  if (verdict_) {
    status.Set("answerRate", verdict_->answer_rate).Set("enoughAttempts", verdict_->enough);
    if (verdict_->abandon_rate) status.Set("abandonRate", *verdict_->abandon_rate);
  }
  if (hold_) {
    ObjectBuilder held(arena);
    held.Set("since", MakeString(arena, FormatUtc(hold_->since)));
    held.Set("until", MakeString(arena, FormatUtc(hold_->resume_at)));
    held.Set("reason", MakeString(arena, hold_->reason)).Set("trigger", MakeString(arena, hold_->trigger));
    if (!hold_->blocked.empty()) held.Set("blocked", MakeString(arena, hold_->blocked));
    status.Set("hold", held.Build());
  }
  return ToJson(status.Build());
}

}  // namespace cxctl
