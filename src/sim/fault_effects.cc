#include "sim/fault_effects.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "sim/control.h"
#include "sim/rate_limiter.h"
#include "sim/router.h"
#include "value/json.h"

namespace cxctl::sim {

namespace {

/// Lists with their items, and what POST /_sim/edit calls the kind.
struct ItemKind {
  std::string_view name, list, item;
};
constexpr ItemKind kItemKinds[] = {
    {"campaign", "/api/v2/outbound/campaigns", "/api/v2/outbound/campaigns/{campaignId}"},
    {"schedule", "/api/v2/campaigns/{campaignId}/schedules", "/api/v2/campaigns/{campaignId}/schedules/{scheduleId}"},
    {"callCode", "/api/v2/callcodes", "/api/v2/callcodes/{callCodeId}"},
    {"callback", "/api/v2/conversations/callbacks", "/api/v2/conversations/callbacks/{callbackId}"},
    {"agent", "/api/v2/agents", ""},
};

constexpr std::string_view kPage =
    "<!DOCTYPE html>\n<html><head><title>Bad Gateway</title></head>"
    "<body><h1>The server is temporarily unable to answer</h1></body></html>\n";

struct Place {
  const ItemKind* kind = nullptr;  ///< Null where there are no items.
  std::vector<std::string> arguments;
};

Place PlaceOf(const Call& call, std::string_view ItemKind::*path) {
  Place place;
  const auto route = FindRoute(call.request.method, call.path, place.arguments);
  if (!route) return place;
  const auto kind = std::ranges::find(kItemKinds, (*route)->path, path);
  if (kind != std::end(kItemKinds)) place.kind = kind;
  return place;
}

/// POST /_sim/edit from within.
Answer Edit(Tenant& tenant, std::string_view kind, std::string_view id, std::string_view member, Value value) {
  const HttpRequest request;
  Call call(request);
  call.body = ObjectBuilder(call.arena).Set("kind", kind).Set("id", id).Set(member, value).Build();
  return EditObject(tenant, call);
}

HttpResponse ErrorAnswer(int status, const std::string& request_id) {
  const std::string_view code = status == 500   ? "INTERNAL_ERROR"
                                : status == 502 ? "BAD_GATEWAY"
                                : status == 504 ? "GATEWAY_TIMEOUT"
                                                : "SERVICE_UNAVAILABLE";
  return RefusalResponse({status, std::string(code), "The tenant cannot answer at the moment.", {}, {}}, request_id);
}

}  // namespace

FaultTarget TargetOf(const Call& call, bool is_token) {
  FaultTarget target{call.request.method, call.path};
  target.sees_operation = !is_token;
  const std::string* authorization = call.request.header("Authorization");
  target.has_token = authorization && ToLower(authorization->substr(0, 7)) == "bearer ";
  const bool is_write = target.method == "PUT" || target.method == "PATCH" || target.method == "DELETE";
  target.writes_item = is_write && PlaceOf(call, &ItemKind::item).kind;
  target.is_next_page = target.method == "GET" && FindHeader(call.query, "nextPage") != nullptr &&
                        PlaceOf(call, &ItemKind::list).kind != nullptr;
  return target;
}

Checked<void> EditBeforeWrite(Tenant& tenant, const Call& call, const Fault& fault) {
  const Place place = PlaceOf(call, &ItemKind::item);
  if (!place.kind) return {};
  Arena arena;
  const std::string note = fmt::format("changed by somebody else at revision {}", tenant.state.revision);
  Value set = ObjectBuilder(arena).Set("note", note).Build();
  if (!fault.set.empty()) {
    auto given = ParseJson(arena, fault.set);
    if (given) set = *given;
  }
  const Answer edited = Edit(tenant, place.kind->name, place.arguments.back(), "set", set);
  if (edited || edited.error().status == 404) return {};
  return Refuse(500, "FAULT_REFUSED",
                fmt::format("The edit of the fault concurrentEdit is refused: {}", edited.error().message),
                edited.error().details);
}

bool DeleteListedItem(Tenant& tenant, const Call& call, const HttpResponse& listed) {
  const Place place = PlaceOf(call, &ItemKind::list);
  Arena arena;
  const auto body = ParseJson(arena, listed.body);
  const Value* items = body ? body->Find("items") : nullptr;
  if (!place.kind || !items) return false;
  return std::ranges::any_of(items->items(), [&](const Value& item) {
    return Edit(tenant, place.kind->name, item.GetString("id"), "delete", Value::Bool(true)).has_value();
  });
}

HttpResponse WithoutFirstItem(const HttpResponse& listed) {
  Arena arena;
  const auto body = ParseJson(arena, listed.body);
  const Value* items = body ? body->Find("items") : nullptr;
  if (!items || items->items().empty()) return listed;
  ArrayBuilder rest(arena);
  for (const Value& item : items->items().subspan(1)) rest.Add(item);
  HttpResponse answer = listed;
  answer.body = ToJson(ObjectBuilder(arena, *body).Set("items", rest.Build()).Build());
  return answer;
}

HttpResponse AnswerBeforeEffect(const Fault& fault, Instant now, const std::string& request_id) {
  if (fault.kind != FaultKind::kRateLimit) {
    return JsonResponse(200, R"({"id":"00000000-0000-4000-8000-000000000000"})");
  }
  const std::string after =
      fault.date ? FormatHttpDate(now + fault.retry_after) : fmt::format("{}", fault.retry_after.count());
  return RefusalResponse({429, "RATE_LIMITED", "Too many requests.", {}, {{"Retry-After", after}}}, request_id);
}

ServerReply Spoil(const Fault& fault, HttpResponse answer, const std::string& request_id) {
  ServerReply reply;
  reply.delay = fault.delay;
  reply.response = std::move(answer);
  switch (fault.kind) {
    case FaultKind::kError:
      reply.response = ErrorAnswer(fault.status, request_id);
      break;
    case FaultKind::kHtml:
      reply.response = {fault.status, {{"Content-Type", "text/html; charset=utf-8"}}, std::string(kPage)};
      break;
    case FaultKind::kDrop:
      reply.drop = true;
      reply.reset = fault.reset;
      break;
    case FaultKind::kCutHead:
      reply.cut_head_at = fault.bytes;
      break;
    case FaultKind::kCutBody:
      // An answer without a body lacks the end of its head.
      if (reply.response.body.empty()) {
        reply.cut_head_at = SIZE_MAX - 1;
      } else {
        reply.truncate_at = std::min(fault.bytes, reply.response.body.size() - 1);
      }
      break;
    default:
      break;
  }
  return reply;
}

}  // namespace cxctl::sim
