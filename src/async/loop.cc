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

/// A coroutine that waits for a signal and a timer at a time. Lives in its frame; whichever comes first takes it out of
/// the other's list.
struct Loop::TimedWait {
  TimedWait(Loop& its_loop, Signal& wanted, Duration until) : loop(its_loop), signal(&wanted), end(until) {}
  TimedWait(const TimedWait&) = delete;
  TimedWait& operator=(const TimedWait&) = delete;
  ~TimedWait() {
    if (!waiting) return;
    Leave();
    loop.timers_.erase(timer);
  }
  bool await_ready() const { return loop.clock_.Monotonic() >= end; }
  void await_suspend(std::coroutine_handle<> handle) {
    timer = loop.timers_.emplace(end, Timer{handle, this});
    signal->timed_.push_back(this);
    waiting = true;
  }
  bool await_resume() const { return notified; }
  void Leave() {
    waiting = false;
    if (signal != nullptr) std::erase(signal->timed_, this);
  }
  void OnSignal() {
    waiting = false;
    notified = true;
    loop.Post(timer->second.handle);
    loop.timers_.erase(timer);
  }

  Loop& loop;
  Signal* signal;  ///< Null once it is gone.
  const Duration end;
  std::multimap<Duration, Timer>::iterator timer;
  bool waiting = false, notified = false;
};

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

void Loop::PostFromThread(std::function<void()> action) {
  {
    const std::lock_guard lock(posted_mutex_);
    posted_.push_back(std::move(action));
  }
  waiter_.Wake();
}

void Loop::TakePosted() {
  std::vector<std::function<void()>> posted;
  {
    const std::lock_guard lock(posted_mutex_);
    posted.swap(posted_);
  }
  for (const std::function<void()>& action : posted) action();
}

void Loop::FireTimers(Duration now) {
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const Timer timer = timers_.begin()->second;
    timers_.erase(timers_.begin());
    if (timer.wait != nullptr) timer.wait->Leave();
    ready_.push_back(timer.handle);
  }
}

void Loop::Run() {
  constexpr Duration kLongest = std::chrono::minutes(1);
  constexpr int kTurn = 1000;
  while (!roots_.empty()) {
    TakePosted();
    for (int resumed = 0; resumed < kTurn && !ready_.empty(); ++resumed) {
      std::coroutine_handle<> next = ready_.front();
      ready_.pop_front();
      next.resume();
    }
    if (roots_.empty()) break;
    const Duration now = clock_.Monotonic();
    FireTimers(now);
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

Signal::~Signal() {
  for (Loop::TimedWait* wait : timed_) wait->signal = nullptr;
}

Task<bool> Signal::WaitFor(Duration at_most) {
  Loop::TimedWait wait(loop_, *this, loop_.clock().Monotonic() + at_most);
  co_return co_await wait;
}

void Signal::NotifyAll() {
  for (std::coroutine_handle<> handle : std::exchange(waiting_, {})) loop_.Post(handle);
  for (Loop::TimedWait* wait : std::exchange(timed_, {})) wait->OnSignal();
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
