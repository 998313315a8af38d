// What becomes of deliveries that nobody tries any more: dead letters, those of sinks that are gone, what may be
// forgotten.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "webhook/dead_letters.h"
#include "webhook/delivery_try.h"

namespace cxctl {

namespace {

constexpr Duration kOrphansAreKept = std::chrono::hours(24);
constexpr std::size_t kPage = 500;
constexpr const char* kOutbox = "cxctl_webhook_outbox_deliveries";

AgentWrite DeleteOf(const AgentRecord& record) {
  AgentWrite write;
  write.kind = AgentWrite::Kind::kDelete;
  write.condition = AgentWrite::Condition::kVersion;
  write.record.collection = record.collection;
  write.record.id = record.id;
  write.record.version = record.version;
  return write;
}

}  // namespace

Result<std::vector<Delivery>> Deliveries::DeadLetters(const std::string& sink) {
  return DeadLettersOf(world_.store, world_.tenant, sink);
}

Task<Result<void>> Deliveries::Replay(std::string id) {
  CO_TRY_ASSIGN(AgentBatch batch, ReplayOf(world_.store, world_.tenant, id, Now()));
  const std::string sink(SinkOfState(batch.writes.front().record.state));
  CO_TRY_ASSIGN(const AgentCommit commit, co_await world_.submit(std::move(batch)));
  if (commit.status != AgentCommit::Status::kDone)
    co_return Fail(ErrorCode::kConflict, fmt::format("dead letter {} was just replayed by somebody else", id));
  held_until_.erase(sink);
  Wake();
  co_return Result<void>();
}

Task<Result<void>> Deliveries::SwitchOn(std::string sink) {
  AgentBatch batch;
  batch.writes = {SinkIsOn(sink)};
  CO_TRY(co_await world_.submit(std::move(batch)));
  co_return Result<void>();
}

Task<void> Deliveries::TidyUp() {
  const auto counts = world_.store.Count(world_.tenant, kDeliveryCollection);
  if (counts) {
    ReportOutbox(*counts);
    co_await BuryOrphans(*counts);
    for (const auto& [state, count] : *counts) {
      AgentQuery dead{kDeliveryCollection, state, Now()};
      if (state == DeadState(SinkOfState(state))) co_await Forget(std::move(dead));
    }
  }
  AgentQuery events{kEventCollection, {}, Now()};
  co_await Forget(std::move(events));
  AgentQuery inbound{kInboundCollection, {}, Now()};
  co_await Forget(std::move(inbound));
  tidying_ = false;
}

Task<void> Deliveries::Forget(AgentQuery query) {
  query.limit = kPage;
  const auto records = world_.store.List(world_.tenant, query);
  if (!records || records->empty()) co_return;
  AgentBatch batch;
  for (const AgentRecord& record : *records) batch.writes.push_back(DeleteOf(record));
  const auto done = co_await world_.submit(std::move(batch));
  if (!done) StoreFailed(done.error());
}

/// A sink that was taken away while something was on its way to it: nobody will try that again.
Task<void> Deliveries::BuryOrphans(const std::map<std::string, std::int64_t>& counts) {
  const std::vector<SinkSettings> sinks = world_.sinks();
  AgentBatch batch;
  for (const auto& [state, count] : counts) {
    const std::string_view sink = SinkOfState(state);
    const bool is_there = std::ranges::find(sinks, sink, &SinkSettings::name) != sinks.end();
    if (is_there || state != PendingState(sink)) continue;
    const AgentQuery query{kDeliveryCollection, state, Now() - kOrphansAreKept, "", kPage};
    for (const AgentRecord& record : world_.store.List(world_.tenant, query).value_or(std::vector<AgentRecord>())) {
      Result<Delivery> delivery = ReadDelivery(record);
      if (!delivery) continue;
      delivery->last_error = "no sink of this name has been deployed for a day";
      AgentWrite write;
      write.condition = AgentWrite::Condition::kVersion;
      write.record = DeadRecord(*delivery, Now() + kDeadLettersAreKept);
      write.record.version = record.version;
      batch.writes.push_back(std::move(write));
    }
  }
  if (batch.writes.empty()) co_return;
  const std::string buried = std::to_string(batch.writes.size());
  const auto done = co_await world_.submit(std::move(batch));
  if (!done) co_return StoreFailed(done.error());
  world_.log.Warning("webhook deliveries to sinks that are gone are given up", {{"deliveries", buried}});
}

void Deliveries::ReportOutbox(const std::map<std::string, std::int64_t>& counts) {
  std::set<std::string> sinks;
  for (const SinkSettings& sink : world_.sinks()) sinks.insert(sink.name);
  for (const auto& [state, count] : counts) sinks.emplace(SinkOfState(state));
  const auto count_of = [&](const std::string& state) {
    const auto found = counts.find(state);
    return found == counts.end() ? 0.0 : static_cast<double>(found->second);
  };
  for (const std::string& sink : sinks) {
    world_.metrics.Set(kOutbox, count_of(PendingState(sink)), {{"sink", sink}, {"state", "pending"}});
    world_.metrics.Set(kOutbox, count_of(DeadState(sink)), {{"sink", sink}, {"state", "dead"}});
  }
  for (const std::string& sink : std::exchange(reported_, sinks)) {
    if (sinks.contains(sink)) continue;
    world_.metrics.Forget(kOutbox, {{"sink", sink}, {"state", "pending"}});
    world_.metrics.Forget(kOutbox, {{"sink", sink}, {"state", "dead"}});
  }
}

}  // namespace cxctl
