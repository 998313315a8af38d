#include "pacing/adaptive_pacer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "pacing/decision.h"
#include "value/json.h"

namespace cxctl {
namespace {

constexpr double kPatience = 2;  // seconds: the legal definition of an abandoned call
constexpr double kLowestPrice = 0.005, kHighestPrice = 0.6;
constexpr double kPriceTime = 600;                                     // seconds in which the price may change e-fold
constexpr double kForecastHalfLife = 900, kJudgedHalfLife = 3 * 3600;  // seconds
// Forecasts count as right until so many abandons were seen.
constexpr double kTrustedAbandons = 4;
// Plans leave a reserve (2.4 deviations under the limit where 1.64 would do), so that bad luck seldom leads to a stop:
// a stop costs more than the reserve.
constexpr double kPlannedConfidence = 2.4, kMostOfLimit = 0.9;
constexpr double kBudgetSeconds = 1800;
// Abandons of the last minutes that chance may explain; from 1 to 4 deviations over the limit less and less is spent.
constexpr double kChanceAbandons = 2, kSmallExcess = 1, kLargeExcess = 4;

double Decay(double seconds, double half_life) {
  return std::exp2(-seconds / half_life);
}

}  // namespace

PacingDecision AdaptivePacer::Step(const DialSample& sample) {
  Observe(sample);
  PacingDecision decision = JudgeAnswers(settings_, sample);
  decision.availability_average =
      std::accumulate(available_.begin(), available_.end(), 0.0) / static_cast<double>(available_.size());
  const AbandonCounts day = record_.Sum(sample.at, AbandonRecord::kLong);
  if (sample.abandoned && day.answered > 0) {
    decision.abandon_rate = day.abandoned / day.answered;
    decision.abandon_bound = AbandonBound(day);
  }
  last_forecast_ = 0;
  if (decision.availability_average <= 0) {
    decision.target = settings_.idle;
    decision.reason = "no agent available";
    return decision;
  }
  const double floor = ProgressiveRate(sample);
  if (sample.progressive && !(day.abandoned > settings_.abandon_max * day.answered)) {
    decision.target = settings_.max;
    decision.reason = "the campaign itself dials one call for each free agent";
    return decision;
  }
  const double spend = Spend(sample);
  if (spend <= 0) {
    decision.target = ClampRate(settings_, floor);
    decision.reason = WhyNotMore(sample, day);
    return decision;
  }
  MovePrice(spend);
  decision.target = PredictiveRate(sample, floor);
  decision.reason = fmt::format("{} agents free, {:.0f} % of calls answered, {:.0f} s a call", sample.available,
                                flow_.answer_share() * 100, flow_.talk_seconds() + flow_.wrap_seconds());
  return decision;
}

std::string AdaptivePacer::WhyNotMore(const DialSample& sample, const AbandonCounts& day) const {
  if (!sample.abandoned) return "no abandon figures: one call for each free agent";
  if (AbandonsAllowed(day.answered, settings_.abandon_max, kPlannedConfidence) <= 0) {
    return "too few answers to know the abandon rate: one call for each free agent";
  }
  return fmt::format("abandon rate may be over {:g} %: one call for each free agent", settings_.abandon_max * 100);
}

/// Takes the sample into all averages.
void AdaptivePacer::Observe(const DialSample& sample) {
  const double interval = std::max(1.0, std::chrono::duration<double>(sample.interval).count());
  elapsed_ = last_ ? std::max(0.0, std::chrono::duration<double>(sample.at - *last_).count()) : interval;
  last_ = sample.at;
  const double share = std::min(1.0, elapsed_ / interval);
  flow_.Add(sample, share, elapsed_);
  available_.push_back(std::max<std::int64_t>(0, sample.available));
  while (available_.size() > static_cast<std::size_t>(std::max(1, settings_.availability_window))) {
    available_.pop_front();
  }
  const double decay = Decay(elapsed_, kJudgedHalfLife);
  judged_forecast_ *= decay;
  judged_abandoned_ *= decay;
  if (!sample.abandoned) return;
  const double abandoned = static_cast<double>(*sample.abandoned) * share;
  record_.Add(sample.at, {static_cast<double>(sample.answered) * share, abandoned});
  judged_forecast_ += last_forecast_;
  judged_abandoned_ += abandoned;
}

double AdaptivePacer::ProgressiveRate(const DialSample& sample) const {
  const double interval = std::max(1.0, std::chrono::duration<double>(settings_.interval).count());
  return std::max(0.0, static_cast<double>(sample.available) - flow_.in_flight()) * 60 / interval;
}

/// The share of the next answers that may be abandoned; 0 for none.
double AdaptivePacer::Spend(const DialSample& sample) const {
  if (!sample.abandoned) return 0;
  const double limit = settings_.abandon_max;
  const AbandonCounts day = record_.Sum(sample.at, AbandonRecord::kLong);
  if (AbandonsAllowed(day.answered, limit) < day.abandoned) return 0;
  const double agents = static_cast<double>(sample.available + sample.busy + sample.wrapup);
  const double soon = std::max(1.0, kBudgetSeconds * agents / (flow_.talk_seconds() + flow_.wrap_seconds()));
  const double allowed = AbandonsAllowed(day.answered + soon, limit, kPlannedConfidence) - day.abandoned;
  const AbandonCounts recent = record_.Sum(sample.at, AbandonRecord::kShort);
  const double deviation = std::sqrt(limit * (1 - limit) * std::max(recent.answered, 1.0));
  const double excess = (recent.abandoned - limit * recent.answered) / deviation;
  const double calm = recent.abandoned <= kChanceAbandons
                          ? 1
                          : std::clamp((kLargeExcess - excess) / (kLargeExcess - kSmallExcess), 0.0, 1.0);
  return calm * std::clamp(allowed / soon, 0.0, kMostOfLimit * limit);
}

void AdaptivePacer::MovePrice(double target_share) {
  const double quality = (judged_abandoned_ + kTrustedAbandons) / (judged_forecast_ + kTrustedAbandons);
  const double expected = quality * forecast_abandoned_ / std::max(forecast_answered_, 1e-9);
  const double error = forecast_answered_ > 0 ? std::clamp((target_share - expected) / target_share, -1.0, 1.0) : 0;
  price_ = std::clamp(price_ * std::exp(error * elapsed_ / kPriceTime), kLowestPrice, kHighestPrice);
}

std::int64_t AdaptivePacer::PredictiveRate(const DialSample& sample, double floor) {
  const LossModel model({.free = static_cast<int>(sample.available),
                         .busy = static_cast<int>(sample.busy),
                         .wrapup = static_cast<int>(sample.wrapup),
                         .talk = flow_.talk_seconds(),
                         .wrap = flow_.wrap_seconds(),
                         .pending = flow_.pending_answers(),
                         .lag = FlowEstimates::kAnswerLag,
                         .horizon = std::chrono::duration<double>(settings_.interval).count(),
                         .patience = kPatience});
  const double answers = flow_.answer_share() / 60;  // a second, for each call a minute
  const auto forecast = [&](std::int64_t rate) { return model.Forecast(static_cast<double>(rate) * answers); };
  const auto worth = [&](std::int64_t rate) {
    const LossForecast less = forecast(rate - 1), more = forecast(rate);
    return more.abandoned - less.abandoned <= price_ * (more.answered - less.answered);
  };
  std::int64_t low = ClampRate(settings_, floor);
  std::int64_t high = std::min(settings_.max, static_cast<std::int64_t>(model.highest() / answers));
  while (low < high) {
    const std::int64_t middle = low + (high - low + 1) / 2;
    if (worth(middle)) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  const LossForecast chosen = forecast(low);
  const double decay = Decay(elapsed_, kForecastHalfLife);
  forecast_answered_ = forecast_answered_ * decay + chosen.answered;
  forecast_abandoned_ = forecast_abandoned_ * decay + chosen.abandoned;
  last_forecast_ = chosen.abandoned;
  return low;
}

std::string AdaptivePacer::Save() const {
  Arena arena;
  ObjectBuilder saved(arena);
  saved.Set("algorithm", "adaptive");
  ArrayBuilder available(arena), slots(arena), numbers(arena);
  for (const std::int64_t agents : available_) available.Add(Value::Int(agents));
  for (const AbandonRecord::Slot& slot : record_.slots()) {
    ArrayBuilder row(arena);
    row.Add(Value::Int(slot.start)).Add(Value::Double(slot.counts.answered)).Add(Value::Double(slot.counts.abandoned));
    slots.Add(row.Build());
  }
  for (const double number :
       {price_, forecast_answered_, forecast_abandoned_, judged_forecast_, judged_abandoned_, last_forecast_}) {
    numbers.Add(Value::Double(number));
  }
  if (last_) saved.Set("last", last_->micros);
  saved.Set("available", available.Build()).Set("abandons", slots.Build()).Set("forecasts", numbers.Build());
  flow_.Save(saved, arena);
  return ToJson(saved.Build());
}

namespace {

std::optional<std::vector<double>> ReadNumbers(const Value* list, std::size_t size) {
  if (!list || list->items().size() != size) return std::nullopt;
  std::vector<double> numbers;
  for (const Value& number : list->items()) {
    if (!number.is_number() || !(number.as_double() >= 0)) return std::nullopt;
    numbers.push_back(number.as_double());
  }
  return numbers;
}

std::optional<std::vector<AbandonRecord::Slot>> ReadSlots(const Value* list) {
  if (!list || !list->is_array()) return std::nullopt;
  std::vector<AbandonRecord::Slot> slots;
  for (const Value& row : list->items()) {
    const auto numbers = ReadNumbers(&row, 3);
    if (!numbers || !row.items()[0].is_int()) return std::nullopt;
    const AbandonRecord::Slot slot{row.items()[0].as_int(), {(*numbers)[1], (*numbers)[2]}};
    if (!slots.empty() && slots.back().start >= slot.start) return std::nullopt;
    slots.push_back(slot);
  }
  return slots;
}

}  // namespace

Result<void> AdaptivePacer::Load(std::string_view json) {
  Arena arena;
  const auto saved = ParseJson(arena, json);
  if (!saved || !saved->is_object())
    return Fail(ErrorCode::kInvalid, "What a pacing controller remembers is no JSON object.");
  if (saved->GetString("algorithm") != "adaptive") return {};
  auto slots = ReadSlots(saved->Find("abandons"));
  const auto numbers = ReadNumbers(saved->Find("forecasts"), 6);
  const Value* agents = saved->Find("available");
  const Value* last = saved->Find("last");
  FlowEstimates flow;
  if (!slots || !numbers || !agents || !agents->is_array() || (last && !last->is_int()) || !flow.Load(*saved)) {
    return Fail(ErrorCode::kInvalid, "What a pacing controller remembers is not as it was written.");
  }
  record_.set_slots(std::move(*slots));
  flow_ = flow;
  price_ = std::clamp((*numbers)[0], kLowestPrice, kHighestPrice);
  forecast_answered_ = (*numbers)[1];
  forecast_abandoned_ = (*numbers)[2];
  judged_forecast_ = (*numbers)[3];
  judged_abandoned_ = (*numbers)[4];
  last_forecast_ = (*numbers)[5];
  last_ = last ? std::optional(Instant{last->as_int()}) : std::nullopt;
  available_.clear();
  for (const Value& count : agents->items()) available_.push_back(count.as_int());
  return {};
}

}  // namespace cxctl
