#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/agent_store.h"
#include "time/instant.h"

namespace cxctl {

/// Something that happened and that sinks may want to hear of.
struct Event {
  std::string id;    ///< A ULID: sorts by time, the same on every delivery and retry.
  std::string type;  ///< "pacing.adjusted"
  Instant time;
  std::string data = "{}";  ///< A JSON object. No secret, no whole phone number.
};

/// A Sink document, deployed.
struct SinkSettings {
  std::string name;
  std::string url;
  std::vector<std::string> events;
  std::string secret;  ///< In the clear, in memory alone; "" for none: then deliveries carry no signature.
  bool allow_private = false;
};

/// The collections of the outbox (store/agent_store.h).
inline constexpr const char* kDeliveryCollection = "delivery";
inline constexpr const char* kEventCollection = "event";
/// What is known of a sink beyond its document: a record by its name, state "off", if it answered 410.
inline constexpr const char* kSinkStateCollection = "sink-state";
/// Webhooks that came in, by their webhook-id; due when they may be forgotten.
inline constexpr const char* kInboundCollection = "webhook-inbound";

/// The body of every delivery of the event: `{"type", "timestamp", "data"}`.
std::string EventBody(const Event& event);

/// What makes an event durable: one record in `event` (for the dashboard and GET /v1/events; due when it may be
/// forgotten, after 7 days) and, for each sink that wants its type, one in `delivery`, state "pending/SINK" (see
/// webhook/delivery_record.h), due at once. `only`: the
/// names of the sinks that may get it, or null for any. Goes into the same batch as what the event tells of.
std::vector<AgentWrite> WritesOf(const Event& event, const std::vector<SinkSettings>& sinks,
                                 const std::vector<std::string>* only);

}  // namespace cxctl
