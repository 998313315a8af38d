#include "pacing/availability_pacer.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "pacing/decision.h"
#include "value/json.h"

namespace cxctl {

std::size_t AvailabilityPacer::window() const {
  return static_cast<std::size_t>(std::max(1, settings_.availability_window));
}

PacingDecision AvailabilityPacer::Step(const DialSample& sample) {
  available_.push_back(std::max<std::int64_t>(0, sample.available));
  while (available_.size() > window()) available_.pop_front();
  PacingDecision decision = JudgeAnswers(settings_, sample);
  const double sum = std::accumulate(available_.begin(), available_.end(), 0.0);
  decision.availability_average = sum / static_cast<double>(available_.size());
  if (decision.availability_average <= 0) {
    decision.target = settings_.idle;
    decision.reason = "no agent available";
    return decision;
  }
  decision.target = ClampRate(settings_, decision.availability_average * settings_.utilization);
  decision.reason = fmt::format("{:.1f} agents available", decision.availability_average);
  return decision;
}

std::string AvailabilityPacer::Save() const {
  Arena arena;
  ArrayBuilder samples(arena);
  for (const std::int64_t available : available_) samples.Add(Value::Int(available));
  return ToJson(ObjectBuilder(arena).Set("algorithm", "availability").Set("available", samples.Build()).Build());
}

Result<void> AvailabilityPacer::Load(std::string_view json) {
  Arena arena;
  const auto saved = ParseJson(arena, json);
  if (!saved || !saved->is_object())
    return Fail(ErrorCode::kInvalid, "What a pacing controller remembers is no JSON object.");
  if (saved->GetString("algorithm") != "availability") return {};
  const Value* samples = saved->Find("available");
  const auto is_count = [](const Value& value) { return value.is_int() && value.as_int() >= 0; };
  if (!samples || !samples->is_array() || !std::ranges::all_of(samples->items(), is_count)) {
    return Fail(ErrorCode::kInvalid, "What a pacing controller remembers has no list of available agents.");
  }
  available_.clear();
  for (const Value& sample : samples->items()) available_.push_back(sample.as_int());
  while (available_.size() > window()) available_.pop_front();
  return {};
}

}  // namespace cxctl
