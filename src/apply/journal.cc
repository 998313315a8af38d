#include "apply/journal.h"

namespace cxctl {

namespace {

/// Lets everything else that is ready go first.
struct Yield {
  Loop& loop;
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> handle) { loop.Post(handle); }
  void await_resume() const {}
};

}  // namespace

Task<Result<void>> Journal::Begin(Intent intent) {
  batch_.intents.push_back(std::move(intent));
  Result<void> result = co_await Flushed();
  co_return result;
}

Task<Result<void>> Journal::Finish(Completion completion) {
  batch_.completions.push_back(std::move(completion));
  Result<void> result = co_await Flushed();
  co_return result;
}

Task<Result<void>> Journal::Flushed() {
  const std::size_t mine = generation_;
  if (!flushing_) {
    flushing_ = true;
    loop_.Spawn(Flush());
  }
  while (durable_ <= mine && !failure_) co_await flushed_.Wait();
  if (durable_ <= mine) co_return std::unexpected(*failure_);
  co_return Result<void>();
}

Task<void> Journal::Flush() {
  co_await Yield{loop_};
  const StoreBatch batch = std::exchange(batch_, {});
  ++generation_;
  flushing_ = false;
  if (!failure_) {
    const Result<void> committed = store_.Commit(tenant_, run_, batch);
    if (committed) {
      durable_ = generation_;
    } else {
      failure_ = committed.error();
    }
  }
  flushed_.NotifyAll();
}

}  // namespace cxctl
