#include "webhook/event.h"

#include <fmt/format.h>

#include <algorithm>

#include "value/json.h"
#include "webhook/delivery_record.h"

namespace cxctl {

namespace {

constexpr Duration kEventsAreKept = std::chrono::hours(7 * 24);

AgentWrite EventRecord(const Event& event) {
  AgentWrite write;
  write.record.collection = kEventCollection;
  write.record.id = event.id;
  write.record.state = event.type;
  write.record.due = event.time + kEventsAreKept;
  write.record.body = EventBody(event);
  return write;
}

AgentWrite DeliveryTo(const SinkSettings& sink, const Event& event) {
  Delivery delivery;
  delivery.sink = sink.name;
  delivery.event = event.id;
  delivery.type = event.type;
  delivery.body = EventBody(event);
  delivery.created = event.time;
  AgentWrite write;
  write.record = PendingRecord(delivery, event.time);
  return write;
}

}  // namespace

std::string EventBody(const Event& event) {
  return fmt::format(R"({{"type":{},"timestamp":"{}","data":{}}})", ToJson(Value::String(event.type)),
                     FormatUtc(event.time, true), event.data);
}

std::vector<AgentWrite> WritesOf(const Event& event, const std::vector<SinkSettings>& sinks,
                                 const std::vector<std::string>* only) {
  std::vector<AgentWrite> writes = {EventRecord(event)};
  for (const SinkSettings& sink : sinks) {
    const bool wants = std::ranges::find(sink.events, event.type) != sink.events.end();
    const bool may = only == nullptr || std::ranges::find(*only, sink.name) != only->end();
    if (wants && may) writes.push_back(DeliveryTo(sink, event));
  }
  return writes;
}

}  // namespace cxctl
