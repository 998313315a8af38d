#include "agent/queue_stats.h"

namespace cxctl {

namespace {

constexpr Duration kFresh = std::chrono::seconds(2);

}  // namespace

struct QueueStats::Queue {
  explicit Queue(Loop& loop) : arrived(loop) {}
  Signal arrived;
  bool asking = false, asked = false;
  Duration asked_at{0};  ///< Monotonic, and below.
  Duration arrived_at{0};
  std::optional<QueueFigures> figures;
};

Task<std::optional<QueueFigures>> QueueStats::Get(std::string queue_id) {
  std::shared_ptr<Queue>& known = queues_[queue_id];
  if (known == nullptr) known = std::make_shared<Queue>(loop_);
  const std::shared_ptr<Queue> queue = known;
  const Duration now = loop_.clock().Monotonic();
  if (queue->asked && now < queue->arrived_at + kFresh) co_return queue->figures;
  if (!queue->asking) {
    queue->asking = true;
    queue->asked_at = now;
    loop_.SpawnBackground(Ask(queue, queue_id));
  }
  while (queue->asking) {
    Task<bool> waited = queue->arrived.WaitFor(queue->asked_at + kFresh - loop_.clock().Monotonic());
    const bool notified = co_await std::move(waited);
    if (!notified) co_return std::nullopt;
  }
  co_return queue->figures;
}

Task<void> QueueStats::Ask(std::shared_ptr<Queue> queue, std::string id) {
  Task<Result<std::optional<QueueFigures>>> asked = tenant_.Queue(std::move(id));
  const Result<std::optional<QueueFigures>> answer = co_await std::move(asked);
  queue->figures = answer ? *answer : std::nullopt;
  queue->asked = true;
  queue->asking = false;
  queue->arrived_at = loop_.clock().Monotonic();
  queue->arrived.NotifyAll();
}

}  // namespace cxctl
