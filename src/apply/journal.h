#pragma once

#include <optional>
#include <string>

#include "async/loop.h"
#include "base/result.h"
#include "store/state_store.h"

namespace cxctl {

/// Writes intents and outcomes to the state store, those of one turn of the loop in one transaction. The coroutines
/// that wait for it go on once their entry is durable.
class Journal {
 public:
  Journal(Loop& loop, StateStore& store, std::string tenant, std::string run)
      : loop_(loop), store_(store), tenant_(std::move(tenant)), run_(std::move(run)), flushed_(loop) {}

  /// Durable when it returns without an error: only then may the write be sent.
  Task<Result<void>> Begin(Intent intent);
  Task<Result<void>> Finish(Completion completion);

  /// The first failure of the store. After it nothing more is written.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  Task<Result<void>> Flushed();
  Task<void> Flush();

  Loop& loop_;
  StateStore& store_;
  std::string tenant_, run_;
  StoreBatch batch_;
  std::size_t generation_ = 0;  ///< of the batch that is being filled
  std::size_t durable_ = 0;     ///< batches before this one are durable
  bool flushing_ = false;
  Signal flushed_;
  std::optional<Error> failure_;
};

}  // namespace cxctl
