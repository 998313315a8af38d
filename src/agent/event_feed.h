#pragma once

#include <optional>
#include <set>
#include <string>

#include "agent/api_router.h"
#include "async/loop.h"
#include "store/agent_store.h"
#include "telemetry/telemetry.h"

namespace cxctl {

/// `GET /v1/events`: everything that happens, as server-sent events (WHATWG HTML section 9.2), whatever process it
/// happened in: `id` is the event's, `event` its type, `data` its body. Begins with what happens from now on, or behind
/// the event that `Last-Event-ID` (or `?after=`) names. A comment every 15 seconds keeps the connection alive.
class EventFeed {
 public:
  struct Parts {
    Loop& loop;
    AgentStore& store;
    std::string tenant;
    Log& log;
    Metrics& metrics;
  };
  explicit EventFeed(Parts parts) : parts_(std::move(parts)) {}
  void AddRoutes(ApiRouter& router);
  /// Ends all streams.
  void Stop() { stopping_ = true; }

 private:
  struct Reader;
  Task<std::optional<ApiError>> Open(ApiCall call, Responder responder);
  Task<void> Serve(AnswerStream stream, std::string after);
  Result<bool> SendNew(Reader& reader);

  const Parts parts_;
  bool stopping_ = false;
  int readers_ = 0;
};

}  // namespace cxctl
