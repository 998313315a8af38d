#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/agent_store.h"
#include "time/instant.h"

namespace cxctl {

/// An event on its way to one sink: a record of the collection "delivery" (webhook/event.h), id "EVENT/SINK", state
/// "pending/SINK" or "dead/SINK": so each sink's work is found, and counted, without walking through that of others.
/// One that arrived is no record any more.
struct Delivery {
  std::string sink;   ///< Name.
  std::string event;  ///< The event's id, which is the webhook-id of every try.
  std::string type;
  std::string body;  ///< What is sent, byte for byte.
  Instant created;
  int tries = 0;
  std::optional<Instant> first_try;
  int last_status = 0;     ///< What the sink answered to the last try; 0 for no answer.
  std::string last_error;  ///< Why the last try failed, without the sink's path and secrets.
};

std::string PendingState(std::string_view sink);
std::string DeadState(std::string_view sink);
/// "wfo" of "pending/wfo".
std::string_view SinkOfState(std::string_view state);

/// The record (its version is 0) of a delivery that is to be tried at `due`.
AgentRecord PendingRecord(const Delivery& delivery, Instant due);
/// The record of one that is given up; it may be forgotten at `until`.
AgentRecord DeadRecord(const Delivery& delivery, Instant until);
/// kIntegrity if the body is not one that those wrote.
Result<Delivery> ReadDelivery(const AgentRecord& record);

/// When a delivery is tried next after `tries` failed ones: 5 s after the first, three times as long after each
/// further one, 4 h at most, a quarter more or less by `fraction` (in [0, 1)), and no sooner than the sink asked for.
/// The last try is 24 h after the first; nothing once that was made.
std::optional<Instant> NextTry(int tries, Instant first_try, Instant now, double fraction,
                               std::optional<Duration> retry_after);

}  // namespace cxctl
