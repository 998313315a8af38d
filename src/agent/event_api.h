#pragma once

#include <functional>
#include <memory>

#include "agent/api_router.h"
#include "agent/commits.h"
#include "agent/policies.h"
#include "env/env.h"

namespace cxctl {

/// `POST /v1/events` (role policies): `{"type", "data"}` from who acts beside the agent: apply, drift. The event goes
/// into the outbox of every sink that wants its type, and is answered 202 `{"id"}` once that is durable; 503 if the
/// store fails. 400 INVALID_REQUEST for what is no event, 64 KiB as everywhere.
struct EventApi {
  Commits& commits;
  Random& random;
  Clock& clock;
  std::function<std::shared_ptr<const Policies>()> policies;
};
void AddEventRoutes(ApiRouter& router, EventApi api);

}  // namespace cxctl
