#include "agent/controller_context.h"

namespace cxctl {

namespace {

constexpr Duration kFresh = std::chrono::seconds(5);

}  // namespace

Task<Result<AgentCounts>> SharedAgents::Get() {
  while (asking_) co_await arrived_.Wait();
  const Duration now = loop_.clock().Monotonic();
  if (counts_ && *counts_ && now - asked_at_ < kFresh) co_return *counts_;
  asking_ = true;
  asked_at_ = now;
  Result<AgentCounts> counts = co_await tenant_.Agents();
  counts_ = counts;
  asking_ = false;
  arrived_.NotifyAll();
  co_return counts;
}

}  // namespace cxctl
