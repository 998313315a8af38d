#include "agent/campaign_write.h"

#include <chrono>

namespace cxctl {

AuditEntry AuditOf(const CampaignWrite& write, const WriteOrigin& origin, std::string_view outcome,
                   const ActionResult* result, Instant now) {
  AuditEntry entry;
  entry.time = now;
  entry.run = origin.run;
  entry.actor = origin.actor;
  entry.tenant = origin.tenant;
  entry.address = write.address;
  entry.action = "update";
  entry.live_id = write.campaign_id;
  entry.before = write.before;
  entry.after = write.after;
  entry.etag_before = write.etag;
  entry.outcome = outcome;
  if (!result) return entry;
  entry.etag_after = result->etag;
  entry.request_id = result->request_id;
  entry.attempts = result->attempts;
  entry.latency_ms = std::chrono::duration_cast<std::chrono::milliseconds>(result->latency).count();
  entry.payload_sha256 = result->payload_sha256;
  if (outcome == "failed" || outcome == "conflict") entry.reason = result->message;
  return entry;
}

std::string_view OutcomeOf(const SentWrite& sent) {
  if (sent.recovered) return "recovered";
  switch (sent.result.status) {
    case ActionResult::Status::kDone:
      return "applied";
    case ActionResult::Status::kPrecondition:
    case ActionResult::Status::kConflict:
    case ActionResult::Status::kGone:
      return "conflict";
    case ActionResult::Status::kRejected:
    case ActionResult::Status::kUnavailable:
    case ActionResult::Status::kAmbiguous:
      break;
  }
  return "failed";
}

Value ToValue(Arena& arena, const CampaignWrite& write) {
  const auto text = [&](const std::string& value) { return MakeString(arena, value); };
  ObjectBuilder object(arena);
  object.Set("campaignId", text(write.campaign_id)).Set("address", text(write.address));
  object.Set("before", text(write.before)).Set("after", text(write.after)).Set("etag", text(write.etag));
  object.Set("started", write.started.micros);
  return object.Build();
}

std::optional<CampaignWrite> ReadCampaignWrite(const Value* value) {
  if (!value || !value->is_object()) return std::nullopt;
  CampaignWrite write;
  write.campaign_id = value->GetString("campaignId");
  write.address = value->GetString("address");
  write.before = value->GetString("before");
  write.after = value->GetString("after");
  write.etag = value->GetString("etag");
  if (const Value* started = value->Find("started")) write.started = {started->as_int()};
  return write;
}

}  // namespace cxctl
