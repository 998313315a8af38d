#include "tenant/campaign_client.h"

#include <fmt/format.h>

#include <utility>

#include "base/digest.h"
#include "tenant/paging.h"
#include "value/json.h"

namespace cxctl {

namespace {

LiveCampaign ToCampaign(const LiveObject& object) {
  LiveCampaign campaign;
  campaign.id = object.id;
  campaign.etag = object.etag;
  campaign.name = object.content.GetString("name");
  campaign.state = object.content.GetString("state");
  campaign.dialing_mode = object.content.GetString("dialingMode");
  campaign.pause_reason = object.content.GetString("pauseReason");
  if (const Value* hold = object.content.Find("complianceHold")) campaign.compliance_hold = hold->as_bool();
  if (const auto time = ParseDateTime(object.content.GetString("scheduledResumeTime"))) {
    campaign.resume_time = time->instant;
  }
  if (const Value* rate = object.content.Find("dialRate")) campaign.dial_rate = rate->as_int();
  return campaign;
}

ActionResult::Status StatusOf(const RestOutcome& outcome) {
  using Status = ActionResult::Status;
  if (outcome.complete) return Status::kDone;
  // After a lost answer these may be the echo of our own write: the caller looks at the campaign for all of them.
  if (outcome.answered && outcome.status == 412) return Status::kPrecondition;
  if (outcome.answered && outcome.status == 409) return Status::kConflict;
  if (outcome.answered && outcome.status == 404) return Status::kGone;
  if (outcome.maybe_written) return Status::kAmbiguous;
  return outcome.answered ? Status::kRejected : Status::kUnavailable;
}

}  // namespace

CampaignClient::CampaignClient(const Dialect& dialect, TokenSource& tokens, RestClient& rest)
    : dialect_(dialect), tokens_(tokens), rest_(rest) {}

Task<Result<std::optional<LiveCampaign>>> CampaignClient::Campaign(std::string id) {
  Arena arena;
  RestCall call;
  CO_TRY_ASSIGN(call.request, dialect_.GetRequest(ObjectKind::kCampaign, "", id));
  tokens_.RequireScopes({call.request.scope});
  std::optional<LiveCampaign> campaign;
  call.accept = [&](const HttpResponse& response) -> Result<void> {
    TRY_ASSIGN(const LiveObject object, dialect_.ReadObject(arena, ObjectKind::kCampaign, "", id, response));
    campaign = ToCampaign(object);
    return {};
  };
  const RestOutcome outcome = co_await rest_.Perform(std::move(call));
  if (outcome.complete) co_return campaign;
  if (outcome.answered && outcome.status == 404) co_return std::optional<LiveCampaign>();
  co_return Fail(outcome.code, outcome.message);
}

Task<Result<std::vector<std::string>>> CampaignClient::Schedules(std::string campaign_id) {
  Arena arena;
  ListCollector collector;
  do {
    RestCall call;
    CO_TRY_ASSIGN(call.request, dialect_.ListRequest(ObjectKind::kSchedule, campaign_id, collector.next()));
    tokens_.RequireScopes({call.request.scope});
    Page page;
    call.accept = [&](const HttpResponse& response) -> Result<void> {
      TRY_ASSIGN(page, dialect_.ReadPage(arena, ObjectKind::kSchedule, campaign_id, response));
      return {};
    };
    const RestOutcome outcome = co_await rest_.Perform(std::move(call));
    if (!outcome.complete) co_return Fail(outcome.code, outcome.message);
    CO_TRY(collector.Add(std::move(page)));
  } while (!collector.next().empty());
  std::vector<std::string> schedules;
  for (const LiveObject& object : collector.Take()) schedules.push_back(ToJson(object.content));
  co_return schedules;
}

Task<ActionResult> CampaignClient::SetDialRate(std::string id, std::string etag, std::int64_t rate) {
  std::string payload = fmt::format(R"({{"dialRate":{}}})", rate);
  ActionResult result = co_await Write(WriteOperation::kUpdate, std::move(id), std::move(etag), std::move(payload));
  co_return result;
}

Task<ActionResult> CampaignClient::Pause(std::string id, std::string etag, std::string reason, Instant resume_time) {
  Arena arena;
  ObjectBuilder body(arena);
  body.Set("state", "PAUSED").Set("pauseReason", MakeString(arena, reason));
  body.Set("scheduledResumeTime", MakeString(arena, FormatUtc(resume_time)));
  std::string payload = ToJson(body.Build());
  ActionResult result = co_await Write(WriteOperation::kTransition, std::move(id), std::move(etag), std::move(payload));
  co_return result;
}

Task<ActionResult> CampaignClient::Resume(std::string id, std::string etag) {
  std::string payload = R"({"state":"ACTIVE"})";
  ActionResult result = co_await Write(WriteOperation::kTransition, std::move(id), std::move(etag), std::move(payload));
  co_return result;
}

Task<ActionResult> CampaignClient::Write(WriteOperation operation, std::string id, std::string etag,
                                         std::string payload) {
  Arena arena;
  ActionResult result;
  WriteRequest request;
  request.kind = ObjectKind::kCampaign;
  request.operation = operation;
  request.id = std::move(id);
  request.etag = std::move(etag);
  Result<Value> body = ParseJson(arena, payload);
  Result<ApiRequest> encoded = std::unexpected(Error{});
  if (body) {
    request.payload = *body;
    encoded = dialect_.EncodeWrite(request);
  }
  if (!encoded) {
    result.status = ActionResult::Status::kRejected;
    result.message = body ? encoded.error().message : body.error().message;
    co_return result;
  }
  RestCall call;
  call.request = std::move(*encoded);
  tokens_.RequireScopes({call.request.scope});
  const std::string what = call.request.method + ' ' + call.request.path;
  result.payload_sha256 = Sha256Hex(call.request.body);
  call.accept = [&](const HttpResponse& response) -> Result<void> {
    TRY_ASSIGN(const std::optional<LiveObject> object, dialect_.ReadWritten(arena, request, response));
    if (object) result.etag = object->etag;
    return {};
  };
  const RestOutcome outcome = co_await rest_.Perform(std::move(call));
  result.status = StatusOf(outcome);
  result.id = request.id;
  result.error_code = outcome.error.code;
  result.message = outcome.complete
                       ? fmt::format("{} answered {} (request id {}).", what, outcome.status, outcome.request_id)
                       : outcome.message;
  result.request_id = outcome.request_id;
  result.attempts = outcome.attempts;
  result.latency = outcome.latency;
  result.retry_after = outcome.retry_after;
  co_return result;
}

}  // namespace cxctl
