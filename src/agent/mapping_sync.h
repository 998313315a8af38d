#pragma once

#include <string>
#include <vector>

#include "agent/api.h"
#include "agent/commits.h"
#include "env/env.h"
#include "webhook/event.h"

namespace cxctl {

/// What POST /webhooks/mapping-sync needs beside the request.
struct MappingSync {
  Commits& commits;
  Random& random;
  std::string secret;  ///< Tenant.spec.agent.webhookSecret: one or several (webhook/signature.h); "" for none.
  std::vector<SinkSettings> sinks;  ///< Those that want `callcodes.mapped` hear of it.
};

/// Takes an inbound webhook `{"event", "mappingId", "metrics"?, "timestamp"?}`; further members are let pass and go no
/// further. In this order: headers and signature over the raw body (401 UNAUTHORIZED), its webhook-id (200 with
/// `"duplicate": true` and the first `processedAt` if it was taken before), its JSON (400 INVALID_REQUEST naming the
/// member), then one batch: the id, kept for 5 days against replays, and the event `callcodes.mapped` with its
/// deliveries, phone numbers masked. Answered 200 `{"received": true, "processedAt": "…"}` once that is durable; 503
/// UNAVAILABLE with Retry-After if the store fails: the sender tries again.
Task<ApiAnswer> ReceiveMapping(const HttpRequest& request, Instant now, MappingSync world);

}  // namespace cxctl
