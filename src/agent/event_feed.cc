#include "agent/event_feed.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "env/ids.h"
#include "value/json.h"
#include "webhook/event.h"

namespace cxctl {

namespace {

constexpr Duration kLookEvery = std::chrono::seconds(1), kHeartbeat = std::chrono::seconds(15);
/// Ids are made before their events are committed: one that is older than those that were seen may still come.
constexpr Duration kLate = std::chrono::seconds(10);

class Zeros final : public Random {
 public:
  std::uint64_t Next() override { return 0; }
};

/// The first id of that time.
std::string FirstId(Instant time) {
  Zeros zeros;
  return MakeUlid(time, zeros);
}

bool IsId(std::string_view text) {
  return text.size() == 26 && text.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") == std::string_view::npos;
}

std::string Written(const AgentRecord& record) {
  Arena arena;
  const auto body = ParseJson(arena, record.body);
  const std::string type(body ? body->GetString("type") : "");
  const std::string line = body ? ToJson(*body) : "{}";
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", record.id, EscapeControls(type), line);
}

}  // namespace

struct EventFeed::Reader {
  AnswerStream stream;
  std::string from;            ///< Events behind this id are looked at.
  std::set<std::string> sent;  ///< Those of them that were sent.
};

void EventFeed::AddRoutes(ApiRouter& router) {
  ApiRoute route;
  route.method = "GET";
  route.path = "/v1/events";
  route.roles = {"read"};
  route.handler = ApiStreamHandler(
      [this](ApiCall call, Responder responder) { return Open(std::move(call), std::move(responder)); });
  router.Add(route);
  // The dashboard's own, for who needs no token on loopback.
  route.path = "/dashboard/events";
  route.access = ApiRoute::Access::kRoleUnlessLoopback;
  router.Add(std::move(route));
}

Task<std::optional<ApiError>> EventFeed::Open(ApiCall call, Responder responder) {
  std::string after;
  const std::size_t asked = call.request.url.find("?after=");
  if (const std::string* last = call.request.header("Last-Event-ID")) after = *last;
  if (after.empty() && asked != std::string::npos) after = PercentDecode(call.request.url.substr(asked + 7));
  if (!after.empty() && !IsId(after)) {
    co_return ApiError{400, "INVALID_REQUEST", "Last-Event-ID is not the id of an event.", "Last-Event-ID", {}, {}};
  }
  if (after.empty()) after = FirstId(parts_.loop.clock().Now());
  HttpResponse head{200,
                    {{"Content-Type", "text/event-stream"},
                     {"Cache-Control", "no-store"},
                     {"X-Request-Id", call.request_id},
                     {"X-Accel-Buffering", "no"}},
                    ": events of the agent\n\n"};
  AnswerStream stream = responder.Stream(std::move(head));
  parts_.loop.SpawnBackground(Serve(std::move(stream), std::move(after)));
  co_return std::nullopt;
}

Task<void> EventFeed::Serve(AnswerStream stream, std::string after) {
  parts_.metrics.Set("cxctl_event_streams", ++readers_, {});
  Reader reader{std::move(stream), std::move(after), {}};
  Duration silent_since = parts_.loop.clock().Monotonic();
  while (!stopping_ && !reader.stream.is_closed()) {
    const auto sent = SendNew(reader);
    if (!sent) parts_.log.Warning("cannot look for events", {{"reason", sent.error().message}});
    const Duration now = parts_.loop.clock().Monotonic();
    if (sent && *sent) silent_since = now;
    if (now - silent_since >= kHeartbeat) {
      reader.stream.Write(": still here\n\n");
      silent_since = now;
    }
    co_await parts_.loop.Sleep(kLookEvery);
  }
  parts_.metrics.Set("cxctl_event_streams", --readers_, {});
}

/// Whether there was something.
Result<bool> EventFeed::SendNew(Reader& reader) {
  AgentQuery query;
  query.collection = kEventCollection;
  query.after = reader.from;
  bool any = false;
  while (true) {
    TRY_ASSIGN(const std::vector<AgentRecord> records, parts_.store.List(parts_.tenant, query));
    for (const AgentRecord& record : records) {
      if (!reader.sent.insert(record.id).second) continue;
      any = true;
      if (!reader.stream.Write(Written(record))) return any;
    }
    if (records.size() < query.limit) break;
    query.after = records.back().id;
  }
  reader.from = std::max(reader.from, FirstId(parts_.loop.clock().Now() - kLate));
  reader.sent.erase(reader.sent.begin(), reader.sent.lower_bound(reader.from));
  return any;
}

}  // namespace cxctl
