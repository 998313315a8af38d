#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/agent_store.h"
#include "time/instant.h"
#include "webhook/delivery_record.h"

namespace cxctl {

/// The id of a delivery's record: "EVENT/SINK".
std::string DeliveryId(const Delivery& delivery);

/// The deliveries that were given up, oldest first; of one sink, or of all for "".
Result<std::vector<Delivery>> DeadLettersOf(AgentStore& store, const std::string& tenant, const std::string& sink);

/// What makes a dead letter pending again, as if it had not been tried, and its sink on. kNotFound if there is none of
/// that id.
Result<AgentBatch> ReplayOf(AgentStore& store, const std::string& tenant, const std::string& id, Instant now);

/// What switches a sink on again that answered 410.
AgentWrite SinkIsOn(const std::string& sink);

}  // namespace cxctl
