#include "agent/throttle_hold.h"

#include "value/json.h"

namespace cxctl {

namespace {

Instant ReadInstant(const Value& object, std::string_view name) {
  const Value* value = object.Find(name);
  return {value ? value->as_int() : 0};
}

ObjectBuilder DataOf(Arena& arena, const LiveCampaign& campaign, const std::string& policy, const ThrottleHold& hold) {
  ObjectBuilder data(arena);
  data.Set("campaignId", MakeString(arena, campaign.id)).Set("policy", MakeString(arena, policy));
  data.Set("trigger", MakeString(arena, hold.trigger));
  return data;
}

}  // namespace

bool ThrottleHold::Holds(const LiveCampaign& campaign) const {
  return campaign.state == "PAUSED" && campaign.pause_reason == reason && campaign.resume_time &&
         campaign.resume_time->micros / 1'000'000 == resume_at.micros / 1'000'000;
}

Value ToValue(Arena& arena, const ThrottleHold& hold) {
  ObjectBuilder object(arena);
  object.Set("since", hold.since.micros).Set("resumeAt", hold.resume_at.micros);
  object.Set("reason", MakeString(arena, hold.reason)).Set("trigger", MakeString(arena, hold.trigger));
  object.Set("answerRate", hold.answer_rate).Set("volumeBefore", hold.volume_before);
  if (hold.abandon_rate) object.Set("abandonRate", *hold.abandon_rate);
  if (!hold.blocked.empty()) object.Set("blocked", MakeString(arena, hold.blocked));
  return object.Build();
}

std::optional<ThrottleHold> ReadThrottleHold(const Value* value) {
  if (!value || !value->is_object()) return std::nullopt;
  ThrottleHold hold;
  hold.since = ReadInstant(*value, "since");
  hold.resume_at = ReadInstant(*value, "resumeAt");
  hold.reason = value->GetString("reason");
  hold.trigger = value->GetString("trigger");
  if (const Value* rate = value->Find("answerRate")) hold.answer_rate = rate->as_double();
  if (const Value* rate = value->Find("abandonRate")) hold.abandon_rate = rate->as_double();
  if (const Value* volume = value->Find("volumeBefore")) hold.volume_before = volume->as_int();
  hold.blocked = value->GetString("blocked");
  return hold;
}

std::string PausedData(const LiveCampaign& campaign, const std::string& policy, const ThrottleHold& hold,
                       std::optional<Duration> latency, std::optional<std::int64_t> volume_after) {
  Arena arena;
  ObjectBuilder held(arena);
  held.Set("reason", MakeString(arena, hold.reason)).Set("complianceHold", campaign.compliance_hold);
  held.Set("scheduledResumeTime", MakeString(arena, FormatUtc(hold.resume_at)));
  ObjectBuilder data = DataOf(arena, campaign, policy, hold);
  data.Set("answerRate", hold.answer_rate);
  if (hold.abandon_rate) data.Set("abandonRate", *hold.abandon_rate);
  if (latency) data.Set("latencyMs", std::chrono::duration_cast<std::chrono::milliseconds>(*latency).count());
  data.Set("callVolumeBefore", hold.volume_before);
  if (volume_after) data.Set("callVolumeAfter", *volume_after);
  data.Set("hold", held.Build());
  return ToJson(data.Build());
}

std::string ResumedData(const LiveCampaign& campaign, const std::string& policy, const ThrottleHold& hold,
                        Instant now) {
  Arena arena;
  ObjectBuilder data = DataOf(arena, campaign, policy, hold);
  data.Set("pausedAt", MakeString(arena, FormatUtc(hold.since)));
  data.Set("pausedSeconds", std::chrono::duration_cast<std::chrono::seconds>(now - hold.since).count());
  return ToJson(data.Build());
}

std::string BlockedData(const LiveCampaign& campaign, const std::string& policy, const ThrottleHold& hold) {
  Arena arena;
  ObjectBuilder data = DataOf(arena, campaign, policy, hold);
  data.Set("scheduledResumeTime", MakeString(arena, FormatUtc(hold.resume_at)));
  data.Set("reason", MakeString(arena, hold.blocked));
  return ToJson(data.Build());
}

}  // namespace cxctl
