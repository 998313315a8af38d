#pragma once

#include <coroutine>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <vector>

#include "async/task.h"
#include "env/env.h"

namespace cxctl {

/// What the loop waits with while every coroutine waits: the HTTP transport's sockets, or a simulated clock.
class Waiter {
 public:
  virtual ~Waiter() = default;
  /// Returns when something happened that may let a coroutine go on (it then called Loop::Post), or after `at_most`.
  virtual void Wait(Duration at_most) = 0;
  /// Ends a Wait that is under way, else the next one, at once. From any thread. One that waits for nothing real, such
  /// as a simulated clock, has nothing to do.
  virtual void Wake() {}
};

class Signal;

/// Runs coroutines in one thread: ready ones in the order in which they became ready, then timers, then the Waiter.
/// The same clock, waiter and coroutines give the same interleaving.
///
/// Everything here is for the loop's own thread, but for PostFromThread.
class Loop {
 public:
  Loop(Clock& clock, Waiter& waiter) : clock_(clock), waiter_(waiter) {}
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  /// Destroys the spawned coroutines that have not returned, and with each what it awaits.
  ~Loop();

  Clock& clock() { return clock_; }

  /// Starts a coroutine that the loop owns from now on. It first runs inside Run.
  void Spawn(Task<void> task);
  /// The same for one that serves others (it renews a lease, say): Run does not wait for its end.
  void SpawnBackground(Task<void> task);
  /// Makes a suspended coroutine ready.
  void Post(std::coroutine_handle<> handle) { ready_.push_back(handle); }
  /// Has the loop call `action` in its thread, in the order of the calls, and wakes it for that. From any thread. What
  /// comes while Run is not under way waits for the next Run; what is never run is destroyed with the loop.
  void PostFromThread(std::function<void()> action);
  /// Runs until every spawned coroutine returned, those in the background apart.
  void Run();
  /// Runs the coroutine to its end, and with it everything that was spawned meanwhile.
  template <class T>
  T RunUntilDone(Task<T> task) {
    std::optional<T> result;
    Spawn(Store(std::move(task), result));
    Run();
    return std::move(*result);
  }

  struct SleepAwaiter {
    Loop& loop;
    Duration until;
    bool await_ready() const { return loop.clock_.Monotonic() >= until; }
    void await_suspend(std::coroutine_handle<> handle) { loop.timers_.emplace(until, Timer{handle, nullptr}); }
    void await_resume() const {}
  };
  /// `co_await loop.Sleep(d)`
  SleepAwaiter Sleep(Duration duration) { return SleepAwaiter{*this, clock_.Monotonic() + duration}; }

 private:
  friend class Signal;
  struct TimedWait;
  struct Timer {
    std::coroutine_handle<> handle;
    TimedWait* wait;  ///< Of a coroutine that a Signal may wake before; else null.
  };

  template <class T>
  static Task<void> Store(Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }
  struct Root;
  static Root Start(Loop& loop, Task<void> task);
  void TakePosted();
  void FireTimers(Duration now);

  Clock& clock_;
  Waiter& waiter_;
  std::deque<std::coroutine_handle<>> ready_;
  std::multimap<Duration, Timer> timers_;
  std::unordered_set<void*> roots_;       ///< The spawned coroutines that have not returned.
  std::unordered_set<void*> background_;  ///< Those that Run does not wait for.
  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;  ///< Guarded by posted_mutex_.
};

/// Coroutines wait here until Notify wakes all of them.
class Signal {
 public:
  explicit Signal(Loop& loop) : loop_(loop) {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  ~Signal();
  struct Awaiter {
    Signal& signal;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> handle) { signal.waiting_.push_back(handle); }
    void await_resume() const {}
  };
  /// `co_await signal.Wait()`: until the next NotifyAll. Check the condition again afterwards.
  Awaiter Wait() { return Awaiter{*this}; }
  /// The same, for so long at most. False: the time is over. A coroutine that is destroyed meanwhile is forgotten.
  Task<bool> WaitFor(Duration at_most);
  void NotifyAll();

 private:
  friend struct Loop::TimedWait;
  Loop& loop_;
  std::vector<std::coroutine_handle<>> waiting_;
  std::vector<Loop::TimedWait*> timed_;
};

/// At most `permits` coroutines hold a permit at a time; the others wait in order.
class Semaphore {
 public:
  Semaphore(Loop& loop, std::size_t permits) : loop_(loop), free_(permits) {}
  struct Awaiter {
    Semaphore& semaphore;
    bool await_ready() {
      if (semaphore.free_ == 0) return false;
      --semaphore.free_;
      return true;
    }
    void await_suspend(std::coroutine_handle<> handle) { semaphore.waiting_.push_back(handle); }
    void await_resume() const {}
  };
  /// `co_await semaphore.Acquire()`; Release hands the permit to the next in line.
  Awaiter Acquire() { return Awaiter{*this}; }
  void Release();

 private:
  Loop& loop_;
  std::size_t free_;
  std::deque<std::coroutine_handle<>> waiting_;
};

/// Runs the tasks side by side and returns when all of them returned.
Task<void> WhenAll(Loop& loop, std::vector<Task<void>> tasks);

}  // namespace cxctl
