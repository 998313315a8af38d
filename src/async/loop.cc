#include "async/loop.h"

#include <algorithm>

namespace cxctl {

/// The outermost coroutine of a spawned task: starts suspended, destroys itself at its end.
struct Loop::Root {
  struct promise_type {
    promise_type(Loop& owner, Task<void>&) : loop(owner) {}
    ~promise_type() {
      void* const address = std::coroutine_handle<promise_type>::from_promise(*this).address();
      loop.roots_.erase(address);
      loop.background_.erase(address);
    }
    Loop& loop;
    Root get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
  };
  std::coroutine_handle<promise_type> handle;
};

Loop::Root Loop::Start(Loop&, Task<void> task) {
  co_await std::move(task);
}

Loop::~Loop() {
  // Destroying one can only remove it from roots_; what it posts meanwhile is never resumed.
  while (!roots_.empty()) std::coroutine_handle<>::from_address(*roots_.begin()).destroy();
  while (!background_.empty()) std::coroutine_handle<>::from_address(*background_.begin()).destroy();
}

void Loop::Spawn(Task<void> task) {
  const std::coroutine_handle<> root = Start(*this, std::move(task)).handle;
  roots_.insert(root.address());
  ready_.push_back(root);
}

void Loop::SpawnBackground(Task<void> task) {
  const std::coroutine_handle<> root = Start(*this, std::move(task)).handle;
  background_.insert(root.address());
  ready_.push_back(root);
}

void Loop::Run() {
  constexpr Duration kLongest = std::chrono::minutes(1);
  constexpr int kTurn = 1000;
  while (!roots_.empty()) {
    for (int resumed = 0; resumed < kTurn && !ready_.empty(); ++resumed) {
      std::coroutine_handle<> next = ready_.front();
      ready_.pop_front();
      next.resume();
    }
    if (roots_.empty()) break;
    const Duration now = clock_.Monotonic();
    while (!timers_.empty() && timers_.begin()->first <= now) {
      ready_.push_back(timers_.begin()->second);
      timers_.erase(timers_.begin());
    }
    // Timers and sockets are looked at in every turn, so that coroutines that are always ready cannot starve the
    // others.
    Duration wait = kLongest;
    if (!ready_.empty()) {
      wait = Duration::zero();
    } else if (!timers_.empty()) {
      wait = std::min(wait, timers_.begin()->first - now);
    }
    waiter_.Wait(wait);
  }
}

void Signal::NotifyAll() {
  for (std::coroutine_handle<> handle : std::exchange(waiting_, {})) loop_.Post(handle);
}

void Semaphore::Release() {
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  loop_.Post(waiting_.front());
  waiting_.pop_front();
}

namespace {

Task<void> CountDown(Task<void> task, std::size_t& left, Signal& done) {
  co_await std::move(task);
  if (--left == 0) done.NotifyAll();
}

}  // namespace

Task<void> WhenAll(Loop& loop, std::vector<Task<void>> tasks) {
  std::size_t left = tasks.size();
  Signal done(loop);
  for (Task<void>& task : tasks) loop.Spawn(CountDown(std::move(task), left, done));
  while (left > 0) co_await done.Wait();
}

}  // namespace cxctl
