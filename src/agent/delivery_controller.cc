#include "agent/delivery_controller.h"

#include <map>
#include <utility>

namespace cxctl {

namespace {

/// One pass of `--once`.
constexpr Duration kLongestPass = std::chrono::seconds(60);

Task<void> Deliver(Deliveries& deliveries, bool& ended, Signal& changed) {
  co_await deliveries.Run();
  ended = true;
  changed.NotifyAll();
}

}  // namespace

DeliveryController::DeliveryController(DeliveryWorld world) : world_(std::move(world)) {
  world_.may_deliver = [this] { return tenure_ != nullptr && tenure_->is_held(); };
}

Task<ControllerStep> DeliveryController::Step(Tenure& tenure) {
  tenure_ = &tenure;
  Deliveries deliveries(world_);
  const Result<DeliveryReport> report = co_await deliveries.DeliverOnce(kLongestPass);
  tenure_ = nullptr;
  ControllerStep step;
  if (!report) step.error = report.error();
  co_return step;
}

Task<void> DeliveryController::Run(Tenure& tenure) {
  constexpr Duration kLook = std::chrono::seconds(1);
  tenure_ = &tenure;
  Deliveries deliveries(world_);
  bool ended = false;
  Signal changed(world_.loop);
  world_.loop.Spawn(Deliver(deliveries, ended, changed));
  while (tenure.is_held() && !ended) {
    co_await tenure.Sleep(kLook);
    deliveries.Wake();
  }
  deliveries.Stop();
  while (!ended) co_await changed.Wait();
  tenure_ = nullptr;
}

Value DeliveryController::Describe(Arena& arena) {
  ArrayBuilder sinks(arena);
  const auto counts = world_.store.Count(world_.tenant, kDeliveryCollection);
  for (const SinkSettings& sink : world_.sinks()) {
    const auto count = [&](const std::string& state) -> std::int64_t {
      const auto found = counts ? counts->find(state) : std::map<std::string, std::int64_t>::const_iterator();
      return counts && found != counts->end() ? found->second : 0;
    };
    ObjectBuilder entry(arena);
    entry.Set("name", MakeString(arena, sink.name));
    entry.Set("pending", count(PendingState(sink.name))).Set("dead", count(DeadState(sink.name)));
    const auto off = world_.store.Get(world_.tenant, kSinkStateCollection, sink.name);
    entry.Set("state", off && *off && (*off)->state == "off" ? "off" : "on");
    sinks.Add(entry.Build());
  }
  ObjectBuilder status(arena);
  status.Set("sinks", sinks.Build());
  return status.Build();
}

}  // namespace cxctl
