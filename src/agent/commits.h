#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "async/loop.h"
#include "base/result.h"
#include "store/agent_store.h"

namespace cxctl {

/// Group commit: batches that are submitted while others wait go to the disk together, so that one fsync serves all.
class Commits {
 public:
  Commits(Loop& loop, AgentStore& store, std::string tenant);

  /// Durable when it returns.
  Task<Result<AgentCommit>> Submit(AgentBatch batch);

  AgentStore& store() { return store_; }
  const std::string& tenant() const { return tenant_; }

 private:
  struct Waiting {
    AgentBatch batch;
    Signal committed;
    std::optional<Result<AgentCommit>> result;
  };
  Task<void> Flush();

  Loop& loop_;
  AgentStore& store_;
  const std::string tenant_;
  std::deque<Waiting*> waiting_;
  bool flushing_ = false;
};

}  // namespace cxctl
