#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/agent_database.h"
#include "store/agent_store.h"

namespace cxctl {

/// AgentStore in the tables `agent_record` and `agent_lease` of a database.
class SqlAgentStore final : public AgentStore {
 public:
  explicit SqlAgentStore(std::unique_ptr<AgentDatabase> database) : database_(std::move(database)) {}

  Result<std::vector<AgentCommit>> Commit(const std::string& tenant, const std::vector<AgentBatch>& batches) override;
  Result<std::optional<AgentRecord>> Get(const std::string& tenant, const std::string& collection,
                                         const std::string& id) override;
  Result<std::vector<AgentRecord>> List(const std::string& tenant, const AgentQuery& query) override;
  Result<std::map<std::string, std::int64_t>> Count(const std::string& tenant, const std::string& collection) override;
  Result<std::optional<Instant>> NextDue(const std::string& tenant, const std::string& collection) override;
  Result<std::optional<AgentLease>> Acquire(const std::string& tenant, const std::string& name,
                                            const std::string& owner, Instant now, Duration ttl) override;
  Result<void> Release(const std::string& tenant, const std::string& name, const std::string& owner) override;

 private:
  // These run within a transaction of the caller.
  Result<AgentCommit> CommitOne(const std::string& tenant, const AgentBatch& batch);
  Result<bool> IsHeld(const std::string& tenant, const AgentLease& lease);
  Result<void> AppendAll(const std::vector<AuditEntry>& entries);
  /// The version that the record now has (0 for a delete), or nothing if the condition does not hold.
  Result<std::optional<std::int64_t>> Apply(const std::string& tenant, const AgentWrite& write);
  Result<std::optional<std::int64_t>> Put(const std::string& tenant, const AgentWrite& write);
  Result<std::optional<std::int64_t>> Delete(const std::string& tenant, const AgentWrite& write);

  std::unique_ptr<AgentDatabase> database_;
};

}  // namespace cxctl
