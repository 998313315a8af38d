#include "webhook/dead_letters.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "webhook/event.h"

namespace cxctl {

std::string DeliveryId(const Delivery& delivery) {
  return fmt::format("{}/{}", delivery.event, delivery.sink);
}

Result<std::vector<Delivery>> DeadLettersOf(AgentStore& store, const std::string& tenant, const std::string& sink) {
  std::vector<Delivery> letters;
  TRY_ASSIGN(const auto counts, store.Count(tenant, kDeliveryCollection));
  for (const auto& [state, count] : counts) {
    if (state != DeadState(SinkOfState(state)) || (!sink.empty() && SinkOfState(state) != sink)) continue;
    AgentQuery query;
    query.collection = kDeliveryCollection;
    query.state = state;
    query.limit = static_cast<std::size_t>(count);
    TRY_ASSIGN(const std::vector<AgentRecord> records, store.List(tenant, query));
    for (const AgentRecord& record : records) {
      TRY_ASSIGN(Delivery letter, ReadDelivery(record));
      letters.push_back(std::move(letter));
    }
  }
  std::ranges::stable_sort(letters, {}, [](const Delivery& letter) { return letter.event; });
  return letters;
}

Result<AgentBatch> ReplayOf(AgentStore& store, const std::string& tenant, const std::string& id, Instant now) {
  TRY_ASSIGN(const std::optional<AgentRecord> record, store.Get(tenant, kDeliveryCollection, id));
  if (!record || record->state != DeadState(SinkOfState(record->state)))
    return Fail(ErrorCode::kNotFound, fmt::format("there is no dead letter {}: list those that there are", id));
  TRY_ASSIGN(Delivery delivery, ReadDelivery(*record));
  delivery.tries = 0;
  delivery.first_try.reset();
  AgentWrite write;
  write.condition = AgentWrite::Condition::kVersion;
  write.record = PendingRecord(delivery, now);
  write.record.version = record->version;
  AgentBatch batch;
  batch.writes = {write, SinkIsOn(delivery.sink)};
  return batch;
}

AgentWrite SinkIsOn(const std::string& sink) {
  AgentWrite write;
  write.kind = AgentWrite::Kind::kDelete;
  write.record.collection = kSinkStateCollection;
  write.record.id = sink;
  return write;
}

}  // namespace cxctl
