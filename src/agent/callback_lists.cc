#include "agent/callback_lists.h"

#include <optional>

namespace cxctl {

struct CallbackLists::Reading {
  explicit Reading(Loop& loop) : done(loop) {}
  Signal done;
  std::optional<Result<List>> result;
};

Task<Result<CallbackLists::List>> CallbackLists::Get(std::string queue_id) {
  // What is being read may have been begun before the creation that is asked about.
  if (const auto earlier = under_way_.find(queue_id); earlier != under_way_.end()) {
    const std::shared_ptr<Reading> reading = earlier->second;
    while (!reading->result) co_await reading->done.Wait();
  }
  std::shared_ptr<Reading>& current = under_way_[queue_id];
  if (current == nullptr) {
    current = std::make_shared<Reading>(loop_);
    loop_.SpawnBackground(Read(current, queue_id));
  }
  const std::shared_ptr<Reading> mine = current;
  while (!mine->result) co_await mine->done.Wait();
  co_return *mine->result;
}

Task<void> CallbackLists::Read(std::shared_ptr<Reading> reading, std::string queue_id) {
  Task<Result<std::vector<LiveCallback>>> listed = tenant_.ListCallbacks(queue_id, "");
  Result<std::vector<LiveCallback>> callbacks = co_await std::move(listed);
  if (callbacks) {
    reading->result.emplace(std::make_shared<const std::vector<LiveCallback>>(std::move(*callbacks)));
  } else {
    reading->result.emplace(std::unexpected(callbacks.error()));
  }
  under_way_.erase(queue_id);
  reading->done.NotifyAll();
}

}  // namespace cxctl
