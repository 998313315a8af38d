#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace cxctl {

/// A lazy coroutine: starts when it is awaited, resumes its awaiter when it returns. Owned by one place, awaited once.
/// All coroutines of a program part run in one thread, driven by a Loop.
///
/// Style for GCC 12: pass arguments as named variables (`co_await f(std::move(x))`), never a braced aggregate built
/// inside the awaited call, and never co_await inside a conditional expression.
template <class T>
class [[nodiscard]] Task;

namespace internal {

struct TaskPromiseBase {
  std::coroutine_handle<> awaiter = std::noop_coroutine();

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) noexcept {
      return done.promise().awaiter;
    }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  // Errors travel as Result values. An exception that leaves a coroutine (memory) is a bug: stop.
  [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
};

/// Runs the task until it suspends or returns. Whether it suspended, so that the awaiter has to suspend as well.
///
/// Not by symmetric transfer: GCC makes it a tail call only when it optimises, so that elsewhere a loop around a task
/// that never suspends would need more stack with each turn.
template <class Promise>
bool StartTask(std::coroutine_handle<Promise> task, std::coroutine_handle<> awaiter) {
  task.resume();
  if (task.done()) return false;
  task.promise().awaiter = awaiter;
  return true;
}

}  // namespace internal

template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type : internal::TaskPromiseBase {
    std::optional<T> value;
    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    template <class U>
    void return_value(U&& v) {
      value.emplace(std::forward<U>(v));
    }
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> awaiter) { return internal::StartTask(handle_, awaiter); }
  T await_resume() { return std::move(*handle_.promise().value); }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

template <>
class [[nodiscard]] Task<void> {
 public:
  struct promise_type : internal::TaskPromiseBase {
    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    void return_void() {}
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> awaiter) { return internal::StartTask(handle_, awaiter); }
  void await_resume() {}

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace cxctl
