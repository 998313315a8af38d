#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "async/loop.h"

namespace cxctl {

/// What a task returned, or nothing if it takes longer than `at_most`: then it goes on in the background and its result
/// is dropped, so everything that it uses must live as long as the loop runs.
template <class T>
Task<std::optional<T>> Within(Loop& loop, Task<T> task, Duration at_most) {
  struct Shared {
    explicit Shared(Loop& its_loop) : done(its_loop) {}
    Signal done;
    std::optional<T> result;
  };
  auto shared = std::make_shared<Shared>(loop);
  const auto run = [](std::shared_ptr<Shared> into, Task<T> what) -> Task<void> {
    into->result.emplace(co_await std::move(what));
    into->done.NotifyAll();
  };
  const Duration end = loop.clock().Monotonic() + at_most;
  loop.SpawnBackground(run(shared, std::move(task)));
  while (!shared->result) {
    Task<bool> waited = shared->done.WaitFor(end - loop.clock().Monotonic());
    const bool notified = co_await std::move(waited);
    if (!notified) break;
  }
  co_return std::move(shared->result);
}

}  // namespace cxctl
