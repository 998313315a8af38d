#include "webhook/delivery.h"

#include <algorithm>
#include <utility>

#include "webhook/delivery_try.h"

namespace cxctl {

namespace {

constexpr Duration kLookEvery = std::chrono::seconds(1);
constexpr Duration kTidyEvery = std::chrono::minutes(1);
constexpr Duration kStorePause = std::chrono::seconds(5);
constexpr std::size_t kPage = 1000;

}  // namespace

Task<void> Deliveries::Run() {
  while (!stopping_) {
    LookForWork();
    co_await world_.loop.Sleep(kLookEvery);
  }
  const auto is_busy = [this] {
    return waking_ || tidying_ ||
           std::ranges::any_of(under_way_, [](const auto& each) { return !each.second.empty(); });
  };
  while (is_busy()) co_await world_.loop.Sleep(std::chrono::milliseconds(50));
}

void Deliveries::Stop() {
  stopping_ = true;
}

// Many events at once wake it once.
void Deliveries::Wake() {
  if (std::exchange(waking_, true)) return;
  world_.loop.SpawnBackground(WakeSoon());
}

Task<void> Deliveries::WakeSoon() {
  waking_ = false;
  LookForWork();
  co_return;
}

void Deliveries::LookForWork() {
  const Duration monotonic = world_.loop.clock().Monotonic();
  if (stopping_ || monotonic < paused_until_ || !world_.may_deliver()) return;
  if (next_tidying_ <= monotonic && !std::exchange(tidying_, true)) {
    next_tidying_ = monotonic + kTidyEvery;
    world_.loop.SpawnBackground(TidyUp());
  }
  const auto next = world_.store.NextDue(world_.tenant, kDeliveryCollection);
  if (!next) return StoreFailed(next.error());
  if (!*next || Now() < **next) return;
  for (const SinkSettings& sink : world_.sinks()) LookForWorkOf(sink);
}

void Deliveries::LookForWorkOf(const SinkSettings& sink) {
  std::set<std::string>& busy = under_way_[sink.name];
  const auto held = held_until_.find(sink.name);
  if (busy.size() >= kTriesAtATime || (held != held_until_.end() && Now() < held->second)) return;
  const auto due = Due(sink.name, kTriesAtATime + busy.size());
  if (!due) return StoreFailed(due.error());
  for (const AgentRecord& record : *due) {
    if (busy.size() >= kTriesAtATime) return;
    if (!busy.insert(record.id).second) continue;
    world_.loop.SpawnBackground(Serve(sink, record));
  }
}

Result<std::vector<AgentRecord>> Deliveries::Due(const std::string& sink, std::size_t limit) {
  AgentQuery query;
  query.collection = kDeliveryCollection;
  query.state = PendingState(sink);
  query.due_by = Now();
  query.limit = limit;
  return world_.store.List(world_.tenant, query);
}

/// What was delivered may not be noted down: going on at once would deliver it over and over.
void Deliveries::StoreFailed(const Error& error) {
  paused_until_ = world_.loop.clock().Monotonic() + kStorePause;
  world_.log.Error("webhook deliveries wait: the store failed", {{"reason", error.message}});
}

Task<void> Deliveries::Serve(SinkSettings sink, AgentRecord record) {
  co_await TryOnce(sink, record);
  under_way_[sink.name].erase(record.id);
  Wake();
}

/// The due deliveries of one sink, served by several coroutines.
struct Deliveries::Pass {
  SinkSettings sink;
  std::vector<AgentRecord> records;
  Duration until;
  DeliveryReport& report;
  std::size_t next = 0;
};

Task<void> Deliveries::ServeSome(Pass& pass) {
  while (pass.next < pass.records.size() && world_.loop.clock().Monotonic() < pass.until) {
    const AgentRecord& record = pass.records[pass.next++];
    const Ending ending = co_await TryOnce(pass.sink, record);
    switch (ending) {
      case Ending::kDelivered:
        ++pass.report.delivered;
        break;
      case Ending::kFailed:
        ++pass.report.failed;
        break;
      case Ending::kDead:
        ++pass.report.dead;
        break;
      case Ending::kUnknown:
        ++pass.report.unknown;
        break;
    }
  }
}

Task<Result<DeliveryReport>> Deliveries::DeliverOnce(Duration at_most) {
  DeliveryReport report;
  const Duration until = world_.loop.clock().Monotonic() + at_most;
  std::vector<std::unique_ptr<Pass>> passes;
  std::vector<Task<void>> tasks;
  for (const SinkSettings& sink : world_.sinks()) {
    CO_TRY_ASSIGN(std::vector<AgentRecord> records, Due(sink.name, kPage));
    passes.push_back(std::make_unique<Pass>(Pass{sink, std::move(records), until, report}));
    for (std::size_t n = 0; n < kTriesAtATime; ++n) tasks.push_back(ServeSome(*passes.back()));
  }
  co_await WhenAll(world_.loop, std::move(tasks));
  co_return report;
}

}  // namespace cxctl
