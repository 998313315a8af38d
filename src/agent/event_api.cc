#include "agent/event_api.h"

#include <algorithm>
#include <utility>

#include "env/ids.h"
#include "value/json.h"

namespace cxctl {

namespace {

/// As in Sink.spec.events: words of lower-case letters, digits and underscores with dots between them.
bool IsEventType(std::string_view type) {
  if (type.empty() || type.size() > 64 || type.front() == '.' || type.back() == '.') return false;
  return type.find("..") == std::string_view::npos && std::ranges::all_of(type, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
         });
}

std::unexpected<ApiError> Invalid(std::string message, std::string field) {
  return std::unexpected(ApiError{400, "INVALID_REQUEST", std::move(message), std::move(field), {}, {}});
}

std::expected<Event, ApiError> ReadEvent(const EventApi& api, const std::string& body) {
  Arena arena;
  const auto read = ParseJson(arena, body);
  if (!read) return Invalid("The body is not JSON: " + read.error().message, "");
  if (!read->is_object()) return Invalid("The body must be an object with type and data.", "");
  for (const Member& member : read->members()) {
    if (member.key == "type" || member.key == "data") continue;
    return Invalid("There is no such member; an event has type and data.", std::string(member.key));
  }
  const std::string type(read->GetString("type"));
  if (!IsEventType(type)) return Invalid("The type must be words with dots between them: plan.applied.", "type");
  const Value* data = read->Find("data");
  if (!data || !data->is_object()) return Invalid("The data must be an object.", "data");
  const Instant now = api.clock.Now();
  return Event{MakeUlid(now, api.random), type, now, ToJson(*data)};
}

Task<ApiAnswer> TakeEvent(EventApi api, ApiCall call) {
  const std::expected<Event, ApiError> event = ReadEvent(api, call.request.body);
  if (!event) co_return std::unexpected(event.error());
  AgentBatch batch;
  batch.writes = WritesOf(*event, api.policies()->sinks, nullptr);
  const Result<AgentCommit> commit = co_await api.commits.Submit(std::move(batch));
  if (!commit) {
    co_return std::unexpected(
        ApiError{503, "UNAVAILABLE", "The event could not be stored: try again.", "", {{"Retry-After", "5"}}, {}});
  }
  co_return JsonAnswer(202, R"({"id":")" + event->id + R"("})");
}

}  // namespace

void AddEventRoutes(ApiRouter& router, EventApi api) {
  ApiRoute route;
  route.method = "POST";
  route.path = "/v1/events";
  route.roles = {"policies"};
  route.json_body = true;
  route.handler = ApiHandler([api](ApiCall call) { return TakeEvent(api, std::move(call)); });
  router.Add(std::move(route));
}

}  // namespace cxctl
