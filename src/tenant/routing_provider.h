#pragma once

#include "tenant/provider.h"

namespace cxctl {

/// A tenant and its agent as one: sends each kind to where it lives, so that planner and executor need not care.
class RoutingProvider final : public Provider {
 public:
  /// Until SetAgent everything about policies fails, saying that there is no agent. Both outlive the router.
  explicit RoutingProvider(Provider& tenant) : tenant_(tenant) {}
  void SetAgent(Provider& agent) { agent_ = &agent; }

  Task<Result<std::vector<LiveObject>>> List(ObjectKind kind, std::string scope) override;
  Task<Result<std::optional<LiveObject>>> Get(ObjectKind kind, std::string scope, std::string id) override;
  Task<Result<std::optional<LiveObject>>> FindByIdentity(ObjectKind kind, std::string scope, std::string name,
                                                         std::string parent_id) override;
  Task<Result<std::vector<LiveObject>>> Policies() override;
  Task<Result<std::int64_t>> Capacity() override { return tenant_.Capacity(); }
  Task<Result<std::optional<QueueFigures>>> Queue(std::string id) override { return tenant_.Queue(std::move(id)); }
  EncodedWrite Encode(const WriteRequest& request) const override;
  Task<WriteResult> Write(WriteRequest request) override;
  Task<Result<void>> WaitToRepeat(ObjectKind kind, WriteResult lost, int attempts) override;
  /// The tenant's: an agent's token has its roles for good.
  void RequireScopes(const std::vector<std::string>& scopes) override { tenant_.RequireScopes(scopes); }
  std::vector<std::string> ReadScopes(ObjectKind kind) const override;
  std::vector<std::string> WriteScopes(ObjectKind kind) const override;
  std::vector<std::string> QueueScopes() const override { return tenant_.QueueScopes(); }

 private:
  /// Null: the agent is not there.
  Provider* Home(ObjectKind kind) const { return LivesInAgent(kind) ? agent_ : &tenant_; }

  Provider& tenant_;
  Provider* agent_ = nullptr;
};

}  // namespace cxctl
