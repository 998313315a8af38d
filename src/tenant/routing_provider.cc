#include "tenant/routing_provider.h"

namespace cxctl {

namespace {

constexpr const char* kNoAgent = "Policies are deployed to an agent, and spec.agent of the Tenant document names none.";

}  // namespace

// What a tenant's or agent's task needs is moved into it; nothing here outlives the call.

Task<Result<std::vector<LiveObject>>> RoutingProvider::List(ObjectKind kind, std::string scope) {
  Provider* home = Home(kind);
  if (!home) co_return Fail(ErrorCode::kUnavailable, kNoAgent);
  auto listed = co_await home->List(kind, std::move(scope));
  co_return listed;
}

Task<Result<std::optional<LiveObject>>> RoutingProvider::Get(ObjectKind kind, std::string scope, std::string id) {
  Provider* home = Home(kind);
  if (!home) co_return Fail(ErrorCode::kUnavailable, kNoAgent);
  auto found = co_await home->Get(kind, std::move(scope), std::move(id));
  co_return found;
}

Task<Result<std::optional<LiveObject>>> RoutingProvider::FindByIdentity(ObjectKind kind, std::string scope,
                                                                        std::string name, std::string parent_id) {
  Provider* home = Home(kind);
  if (!home) co_return Fail(ErrorCode::kUnavailable, kNoAgent);
  auto found = co_await home->FindByIdentity(kind, std::move(scope), std::move(name), std::move(parent_id));
  co_return found;
}

Task<Result<std::vector<LiveObject>>> RoutingProvider::Policies() {
  if (!agent_) co_return Fail(ErrorCode::kUnavailable, kNoAgent);
  auto listed = co_await agent_->Policies();
  co_return listed;
}

EncodedWrite RoutingProvider::Encode(const WriteRequest& request) const {
  const Provider* home = Home(request.kind);
  return home ? home->Encode(request) : EncodedWrite();
}

Task<WriteResult> RoutingProvider::Write(WriteRequest request) {
  Provider* home = Home(request.kind);
  if (!home) {
    WriteResult refused;
    refused.status = WriteStatus::kRejected;
    refused.message = kNoAgent;
    co_return refused;
  }
  WriteResult written = co_await home->Write(std::move(request));
  co_return written;
}

Task<Result<void>> RoutingProvider::WaitToRepeat(ObjectKind kind, WriteResult lost, int attempts) {
  Provider* home = Home(kind);
  if (!home) co_return Fail(ErrorCode::kUnavailable, kNoAgent);
  Result<void> waited = co_await home->WaitToRepeat(kind, std::move(lost), attempts);
  co_return waited;
}

std::vector<std::string> RoutingProvider::ReadScopes(ObjectKind kind) const {
  const Provider* home = Home(kind);
  return home ? home->ReadScopes(kind) : std::vector<std::string>();
}

std::vector<std::string> RoutingProvider::WriteScopes(ObjectKind kind) const {
  const Provider* home = Home(kind);
  return home ? home->WriteScopes(kind) : std::vector<std::string>();
}

}  // namespace cxctl
