#include "agent/commits.h"

#include <utility>

namespace cxctl {

namespace {

// Enough to share an fsync, few enough that the first does not wait long for the last.
constexpr std::size_t kMostBatches = 256;

}  // namespace

Commits::Commits(Loop& loop, AgentStore& store, std::string tenant)
    : loop_(loop), store_(store), tenant_(std::move(tenant)) {}

Task<Result<AgentCommit>> Commits::Submit(AgentBatch batch) {
  Waiting mine{std::move(batch), Signal(loop_), std::nullopt};
  waiting_.push_back(&mine);
  if (!flushing_) {
    flushing_ = true;
    loop_.SpawnBackground(Flush());
  }
  while (!mine.result) co_await mine.committed.Wait();
  co_return std::move(*mine.result);
}

// Runs behind everything that is ready now: all that has something to write has submitted it by then.
Task<void> Commits::Flush() {
  while (!waiting_.empty()) {
    std::vector<Waiting*> group;
    std::vector<AgentBatch> batches;
    while (!waiting_.empty() && group.size() < kMostBatches) {
      group.push_back(waiting_.front());
      batches.push_back(std::move(waiting_.front()->batch));
      waiting_.pop_front();
    }
    auto commits = store_.Commit(tenant_, batches);
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (commits) {
        group[i]->result.emplace(std::move((*commits)[i]));
      } else {
        group[i]->result.emplace(std::unexpected(commits.error()));
      }
      group[i]->committed.NotifyAll();
    }
  }
  flushing_ = false;
  co_return;
}

}  // namespace cxctl
