#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "async/loop.h"
#include "tenant/provider.h"

namespace cxctl {

/// How full queues are, for requests that come faster than the tenant may be asked: figures are 2 s old at most, and
/// one request a queue is under way.
class QueueStats {
 public:
  QueueStats(Loop& loop, Provider& tenant) : loop_(loop), tenant_(tenant) {}

  /// Waits for 2 s at most. Nothing: the tenant does not say, or not in time; nor is it asked again within 2 s.
  Task<std::optional<QueueFigures>> Get(std::string queue_id);

 private:
  struct Queue;
  Task<void> Ask(std::shared_ptr<Queue> queue, std::string id);

  Loop& loop_;
  Provider& tenant_;
  std::map<std::string, std::shared_ptr<Queue>> queues_;
};

}  // namespace cxctl
