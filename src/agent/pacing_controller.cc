#include "agent/pacing_controller.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "env/ids.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::size_t kMostPoints = 240;
/// After so long without figures the rate goes to its minimum (runtime.md, Pacing).
constexpr Duration kBlind = std::chrono::minutes(5);
/// Figures older than so many intervals decide nothing.
constexpr int kStaleIntervals = 2;

std::string RateJson(std::int64_t rate) {
  return fmt::format("{{\"dialRate\":{}}}", rate);
}

std::int64_t RateIn(const std::string& json) {
  Arena arena;
  const auto value = ParseJson(arena, json);
  const Value* rate = value ? value->Find("dialRate") : nullptr;
  return rate ? rate->as_int() : 0;
}

Value PointValue(Arena& arena, const PacingController::Point& point) {
  ObjectBuilder object(arena);
  object.Set("at", MakeString(arena, FormatUtc(point.at)));
  object.Set("dialRate", point.dial_rate).Set("target", point.target);
  object.Set("available", point.available).Set("answerRate", point.answer_rate);
  if (point.abandon_rate) object.Set("abandonRate", *point.abandon_rate);
  return object.Build();
}

PacingController::Point ReadPoint(const Value& value) {
  const auto number = [&](std::string_view name) {
    const Value* member = value.Find(name);
    return member ? member->as_double() : 0;
  };
  PacingController::Point point;
  if (const auto at = ParseDateTime(value.GetString("at"))) point.at = at->instant;
  point.dial_rate = static_cast<std::int64_t>(number("dialRate"));
  point.target = static_cast<std::int64_t>(number("target"));
  point.available = number("available");
  point.answer_rate = number("answerRate");
  if (value.Find("abandonRate")) point.abandon_rate = number("abandonRate");
  return point;
}

}  // namespace

/// What one step works on.
struct PacingController::Round {
  std::shared_ptr<const Policies> policies;
  const DeployedPacing* policy = nullptr;
  AgentLease lease;
  LiveCampaign campaign;
};

PacingController::PacingController(ControllerContext& context, std::string policy)
    : context_(context), name_(std::move(policy)) {}

WriteOrigin PacingController::Origin() const {
  return {context_.run, "agent PacingPolicy/" + name_, context_.commits.tenant()};
}

Result<void> PacingController::LoadRecord(const DeployedPacing& policy, const AgentLease& lease) {
  if (version_ != policy.version || !pacer_) {
    std::unique_ptr<Pacer> pacer = MakePacer(policy.settings);
    // What was seen so far stays true; Load leaves out what no longer fits.
    if (pacer_) static_cast<void>(pacer->Load(pacer_->Save()));
    pacer_ = std::move(pacer);
    version_ = policy.version;
  }
  if (epoch_ == lease.epoch) return {};
  TRY_ASSIGN(const auto record,
             context_.commits.store().Get(context_.commits.tenant(), kControllerCollection, "pacing/" + name_));
  if (record) {
    Arena arena;
    TRY_ASSIGN(const Value body, ParseJson(arena, record->body));
    if (const Value* pacer = body.Find("pacer")) TRY(pacer_->Load(ToJson(*pacer)));
    if (const Value* last = body.Find("lastFigures")) last_figures_ = Instant{last->as_int()};
    pending_ = ReadCampaignWrite(body.Find("pending"));
    pending_data_ = body.GetString("pendingData");
    points_.clear();
    if (const Value* points = body.Find("points")) {
      for (const Value& point : points->items()) points_.push_back(ReadPoint(point));
    }
  }
  epoch_ = lease.epoch;
  return {};
}

AgentWrite PacingController::RecordWrite() const {
  Arena arena;
  ObjectBuilder body(arena);
  if (pacer_) {
    if (const auto pacer = ParseJson(arena, pacer_->Save())) body.Set("pacer", *pacer);
  }
  if (last_figures_) body.Set("lastFigures", last_figures_->micros);
  if (pending_) body.Set("pending", ToValue(arena, *pending_)).Set("pendingData", MakeString(arena, pending_data_));
  ArrayBuilder points(arena);
  for (const Point& point : points_) points.Add(PointValue(arena, point));
  body.Set("points", points.Build());
  AgentWrite write;
  write.record = {kControllerCollection, "pacing/" + name_, "", std::nullopt, ToJson(body.Build()), 0};
  return write;
}

Event PacingController::MakeEvent(std::string type, std::string data) const {
  const Instant now = context_.now();
  return {MakeUlid(now, context_.random), std::move(type), now, std::move(data)};
}

Task<StepOutcome> PacingController::Save(Round& round, std::optional<AuditEntry> audit, std::optional<Event> event) {
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
    context_.log.Error("the state of a pacing policy could not be kept",
                       {{"policy", name_}, {"error", commit.error().message}});
    co_return StepOutcome::kFailed;
  }
  if (commit->status == AgentCommit::Status::kLeaseLost) {
    epoch_ = 0;
    co_return StepOutcome::kLeaseLost;
  }
  co_return StepOutcome::kDone;
}

Task<StepOutcome> PacingController::Step(AgentLease lease) {
  Round round;
  round.policies = context_.policies();
  round.lease = std::move(lease);
  const auto policy = round.policies->pacing.find(name_);
  if (policy == round.policies->pacing.end()) co_return StepOutcome::kIdle;
  round.policy = &policy->second;
  stepped_at_ = context_.now();
  if (const auto loaded = LoadRecord(*round.policy, round.lease); !loaded) {
    state_ = "store failed";
    reason_ = loaded.error().message;
    co_return StepOutcome::kFailed;
  }
  if (!last_figures_) last_figures_ = stepped_at_;
  const StepOutcome outcome = co_await Judge(round);
  co_return outcome;
}

Task<StepOutcome> PacingController::Judge(Round& round) {
  std::string id = round.policy->campaign_id;
  Result<std::optional<LiveCampaign>> campaign = co_await context_.campaigns.Campaign(std::move(id));
  if (!campaign || !*campaign) {
    std::string why = campaign ? "the tenant has no campaign of that id" : campaign.error().message;
    const StepOutcome missed = co_await OnMissed(round, std::move(why));
    co_return missed;
  }
  round.campaign = std::move(**campaign);
  if (pending_) {
    const bool finished = co_await FinishPending(round);
    if (!finished) co_return StepOutcome::kFailed;
  }
  if (round.campaign.state != "ACTIVE") {
    state_ = "waiting";
    reason_ = fmt::format("the campaign is {}", round.campaign.state);
    last_figures_ = context_.now();
    co_return StepOutcome::kIdle;
  }
  const Instant asked = context_.now();
  Result<std::optional<CampaignMetrics>> figures =
      co_await context_.figures.Metrics(round.campaign.id, round.policy->settings.interval);
  Result<AgentCounts> agents = co_await context_.agents.Get();
  if (!figures || !*figures || !agents) {
    std::string why = !figures  ? figures.error().message
                      : !agents ? agents.error().message
                                : "the tenant has no figures of the campaign";
    const StepOutcome missed = co_await OnMissed(round, std::move(why));
    co_return missed;
  }
  if (context_.now() - asked > kStaleIntervals * round.policy->settings.interval) {
    const StepOutcome missed = co_await OnMissed(round, "the figures took too long to arrive");
    co_return missed;
  }
  DialSample sample;
  sample.at = asked;
  sample.interval = round.policy->settings.interval;
  sample.dialed = (*figures)->dialed;
  sample.answered = (*figures)->answered;
  sample.abandoned = (*figures)->abandoned;
  sample.answer_rate = (*figures)->answer_rate;
  sample.available = agents->available;
  sample.busy = agents->busy;
  sample.wrapup = agents->wrapup;
  sample.dial_rate = round.campaign.dial_rate;
  sample.progressive = round.campaign.dialing_mode != "PREDICTIVE";
  last_figures_ = asked;
  const StepOutcome outcome = co_await Decide(round, sample);
  co_return outcome;
}

Task<StepOutcome> PacingController::Decide(Round& round, DialSample sample) {
  const PacingDecision decision = pacer_->Step(sample);
  Point point{sample.at,          sample.dial_rate, decision.target, decision.availability_average,
              sample.answer_rate, std::nullopt};
  if (sample.abandoned && sample.answered > 0) {
    point.abandon_rate = static_cast<double>(*sample.abandoned) / static_cast<double>(sample.answered);
  }
  points_.push_back(point);
  if (points_.size() > kMostPoints) points_.pop_front();
  state_ = "pacing";
  reason_ = decision.reason;
  const Facts labels{{"policy", name_}};
  context_.metrics.Set("cxctl_pacing_dial_rate_calls_per_minute", static_cast<double>(sample.dial_rate), labels);
  context_.metrics.Set("cxctl_pacing_target_calls_per_minute", static_cast<double>(decision.target), labels);
  context_.metrics.Set("cxctl_pacing_available_agents", decision.availability_average, labels);
  context_.metrics.Set("cxctl_pacing_answer_ratio", sample.answer_rate, labels);
  std::string data = EventData(round, sample, decision);
  StepOutcome outcome = StepOutcome::kDone;
  if (decision.target != sample.dial_rate) {
    outcome = co_await Adjust(round, decision.target, std::move(data));
    co_return outcome;
  }
  std::optional<Event> event;
  if (decision.off_target) event = MakeEvent("pacing.deviation", std::move(data));
  outcome = co_await Save(round, std::nullopt, std::move(event));
  co_return outcome;
}

Task<StepOutcome> PacingController::OnMissed(Round& round, std::string why) {
  context_.metrics.Count("cxctl_pacing_missed_metrics_total", {{"policy", name_}});
  context_.log.Warning("no figures for pacing: the rate stays as it is", {{"policy", name_}, {"reason", why}});
  state_ = "no figures";
  reason_ = std::move(why);
  const bool blind = context_.now() - *last_figures_ >= kBlind;
  const std::int64_t least = round.policy->settings.min;
  // Down only: what is not seen is no reason to call more.
  if (blind && round.campaign.state == "ACTIVE" && round.campaign.dial_rate > least) {
    reason_ += "; none for 5 minutes: the rate goes to its minimum";
    std::string data = BlindEventData(round, least);
    static_cast<void>(co_await Adjust(round, least, std::move(data)));
    co_return StepOutcome::kMissed;
  }
  const StepOutcome saved = co_await Save(round, std::nullopt, std::nullopt);
  co_return saved == StepOutcome::kDone ? StepOutcome::kMissed : saved;
}

std::string PacingController::BlindEventData(const Round& round, std::int64_t target) const {
  Arena arena;
  ObjectBuilder data(arena);
  data.Set("campaignId", MakeString(arena, round.campaign.id)).Set("policy", MakeString(arena, name_));
  data.Set("previousRate", round.campaign.dial_rate).Set("newRate", target).Set("target", target);
  data.Set("reason", "no figures for 5 minutes");
  return ToJson(data.Build());
}

std::string PacingController::EventData(const Round& round, const DialSample& sample,
                                        const PacingDecision& decision) const {
  Arena arena;
  ObjectBuilder data(arena);
  data.Set("campaignId", MakeString(arena, round.campaign.id)).Set("policy", MakeString(arena, name_));
  data.Set("previousRate", sample.dial_rate).Set("newRate", decision.target).Set("target", decision.target);
  data.Set("answerRate", sample.answer_rate);
  if (round.policy->settings.answer_target) data.Set("answerRateTarget", *round.policy->settings.answer_target);
  if (decision.deviation) data.Set("deviation", *decision.deviation);
  data.Set("availabilityAverage", decision.availability_average);
  if (decision.abandon_rate) data.Set("abandonRate", *decision.abandon_rate);
  if (decision.abandon_bound) data.Set("abandonRateBound", *decision.abandon_bound);
  data.Set("reason", MakeString(arena, decision.reason));
  return ToJson(data.Build());
}

/// Keeps the write, then sends it; again with the new ETag where somebody changed the campaign and what was judged is
/// still so. Nothing: the store would not have it, or the lease is lost; `kept` says which.
Task<std::optional<SentWrite>> PacingController::SetRate(Round& round, std::int64_t target, StepOutcome& kept) {
  constexpr int kMostTries = 3;
  const std::int64_t from = round.campaign.dial_rate;
  for (int tries = 1;; ++tries) {
    pending_ = CampaignWrite{round.campaign.id,   "Campaign/" + round.policy->campaign,
                             RateJson(from),      RateJson(target),
                             round.campaign.etag, context_.now()};
    kept = co_await Save(round, std::nullopt, std::nullopt);
    if (kept != StepOutcome::kDone) co_return std::nullopt;
    SentWrite sent;
    sent.result = co_await context_.campaigns.SetDialRate(round.campaign.id, round.campaign.etag, target);
    if (sent.result.status != ActionResult::Status::kPrecondition) co_return sent;
    std::string id = round.campaign.id;
    Result<std::optional<LiveCampaign>> again = co_await context_.campaigns.Campaign(std::move(id));
    const bool is_there = again && *again;
    sent.recovered = is_there && sent.result.attempts > 1 && (*again)->dial_rate == target;
    const bool as_judged = is_there && (*again)->state == "ACTIVE" && (*again)->dial_rate == from;
    if (sent.recovered || !as_judged || tries == kMostTries) co_return sent;
    round.campaign = std::move(**again);
  }
}

Task<StepOutcome> PacingController::Adjust(Round& round, std::int64_t target, std::string data) {
  const std::int64_t from = round.campaign.dial_rate;
  pending_data_ = std::move(data);
  StepOutcome kept = StepOutcome::kDone;
  const std::optional<SentWrite> sent = co_await SetRate(round, target, kept);
  if (!sent) co_return kept;
  if (!sent->is_known()) {
    reason_ += "; whether the rate was set is not known yet: " + sent->result.message;
    co_return StepOutcome::kFailed;  // the next step looks
  }
  AuditEntry audit = AuditOf(*pending_, Origin(), OutcomeOf(*sent), &sent->result, context_.now());
  pending_.reset();
  std::optional<Event> event;
  if (sent->done()) {
    event = MakeEvent("pacing.adjusted", pending_data_);
    context_.metrics.Count("cxctl_pacing_adjustments_total", {{"policy", name_}});
    context_.log.Info(
        "dial rate set",
        {{"policy", name_}, {"from", std::to_string(from)}, {"to", std::to_string(target)}, {"reason", reason_}});
  } else {
    context_.log.Warning("dial rate not set", {{"policy", name_}, {"error", sent->result.message}});
    reason_ += "; the rate could not be set: " + sent->result.message;
  }
  const StepOutcome saved = co_await Save(round, std::move(audit), std::move(event));
  if (saved != StepOutcome::kDone) co_return saved;
  co_return sent->done() ? StepOutcome::kDone : StepOutcome::kFailed;
}

/// Says of a write whose answer never came what became of it, by the campaign as it is now.
Task<bool> PacingController::FinishPending(Round& round) {
  const bool done = round.campaign.dial_rate == RateIn(pending_->after);
  const bool untouched = round.campaign.dial_rate == RateIn(pending_->before);
  AuditEntry audit = AuditOf(*pending_, Origin(),
                             done        ? "recovered"
                             : untouched ? "failed"
                                         : "conflict",
                             nullptr, context_.now());
  if (!done) audit.reason = "found not done after its answer was lost";
  if (done) audit.etag_after = round.campaign.etag;
  std::optional<Event> event;
  if (done) event = MakeEvent("pacing.adjusted", pending_data_);
  pending_.reset();
  const StepOutcome saved = co_await Save(round, std::move(audit), std::move(event));
  co_return saved == StepOutcome::kDone;
}

std::string PacingController::StatusJson() const {
  Arena arena;
  ObjectBuilder status(arena);
  status.Set("policy", MakeString(arena, name_)).Set("state", MakeString(arena, state_));
  status.Set("reason", MakeString(arena, reason_));
  if (stepped_at_) status.Set("steppedAt", MakeString(arena, FormatUtc(*stepped_at_)));
  if (last_figures_) status.Set("lastFigures", MakeString(arena, FormatUtc(*last_figures_)));
  ArrayBuilder points(arena);
  for (const Point& point : points_) points.Add(PointValue(arena, point));
  status.Set("points", points.Build());
  return ToJson(status.Build());
}

}  // namespace cxctl
