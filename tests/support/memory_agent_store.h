#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/agent_store.h"

namespace cxctl {

/// An AgentStore that forgets, for tests of what stands above it. Audit entries are kept in a list. The contract tests
/// run against it, too, so that it stays true to the real ones.
class MemoryAgentStore final : public AgentStore {
 public:
  /// Called before each commit; an error fails it.
  std::function<Result<void>()> before_commit = [] { return Result<void>(); };
  std::vector<AuditEntry> audit;
  std::size_t commits = 0;

  Result<std::vector<AgentCommit>> Commit(const std::string& tenant, const std::vector<AgentBatch>& batches) override {
    if (const auto ready = before_commit(); !ready) return std::unexpected(ready.error());
    ++commits;
    std::vector<AgentCommit> results;
    for (const AgentBatch& batch : batches) results.push_back(CommitOne(tenant, batch));
    return results;
  }

  Result<std::optional<AgentRecord>> Get(const std::string& tenant, const std::string& collection,
                                         const std::string& id) override {
    const auto found = records_.find({tenant, collection, id});
    if (found == records_.end()) return std::optional<AgentRecord>();
    return std::optional(found->second);
  }

  Result<std::vector<AgentRecord>> List(const std::string& tenant, const AgentQuery& query) override {
    std::vector<AgentRecord> found;
    for (const auto& [key, record] : records_) {
      if (key.tenant != tenant || key.collection != query.collection) continue;
      if (query.state && record.state != *query.state) continue;
      if (query.due_by && (!record.due || *query.due_by < *record.due)) continue;
      if (!query.due_by && !query.after.empty() && record.id <= query.after) continue;
      found.push_back(record);
    }
    if (query.due_by) {
      std::ranges::stable_sort(found, {}, [](const AgentRecord& record) { return record.due->micros; });
    }
    if (found.size() > query.limit) found.resize(query.limit);
    return found;
  }

  Result<std::map<std::string, std::int64_t>> Count(const std::string& tenant, const std::string& collection) override {
    std::map<std::string, std::int64_t> counts;
    for (const auto& [key, record] : records_) {
      if (key.tenant == tenant && key.collection == collection) ++counts[record.state];
    }
    return counts;
  }

  Result<std::optional<Instant>> NextDue(const std::string& tenant, const std::string& collection) override {
    std::optional<Instant> next;
    for (const auto& [key, record] : records_) {
      if (key.tenant != tenant || key.collection != collection || !record.due) continue;
      if (!next || *record.due < *next) next = record.due;
    }
    return next;
  }

  Result<std::optional<AgentLease>> Acquire(const std::string& tenant, const std::string& name,
                                            const std::string& owner, Instant now, Duration ttl) override {
    AgentLease& lease = leases_[{tenant, name}];
    if (lease.owner != owner) {
      if (!lease.owner.empty() && now < lease.expires) return std::optional<AgentLease>();
      lease = {name, owner, lease.epoch + 1, now};
    }
    lease.expires = now + ttl;
    return std::optional(lease);
  }

  Result<void> Release(const std::string& tenant, const std::string& name, const std::string& owner) override {
    AgentLease& lease = leases_[{tenant, name}];
    if (lease.owner == owner) lease.owner.clear();
    return {};
  }

 private:
  struct Key {
    std::string tenant, collection, id;
    auto operator<=>(const Key&) const = default;
  };

  bool Holds(const std::string& tenant, const AgentWrite& write) const {
    const auto found = records_.find({tenant, write.record.collection, write.record.id});
    switch (write.condition) {
      case AgentWrite::Condition::kAbsent:
        return found == records_.end();
      case AgentWrite::Condition::kVersion:
        return found != records_.end() && found->second.version == write.record.version;
      case AgentWrite::Condition::kNone:
        break;
    }
    return true;
  }

  AgentCommit CommitOne(const std::string& tenant, const AgentBatch& batch) {
    AgentCommit result;
    if (batch.lease) {
      const auto lease = leases_.find({tenant, batch.lease->name});
      if (lease == leases_.end() || lease->second.owner != batch.lease->owner ||
          lease->second.epoch != batch.lease->epoch) {
        result.status = AgentCommit::Status::kLeaseLost;
        return result;
      }
    }
    const auto before = records_;
    for (std::size_t i = 0; i < batch.writes.size(); ++i) {
      const AgentWrite& write = batch.writes[i];
      if (!Holds(tenant, write)) {
        records_ = before;
        return {AgentCommit::Status::kCondition, i, {}};
      }
      result.versions.push_back(Apply(tenant, write));
    }
    audit.insert(audit.end(), batch.audit.begin(), batch.audit.end());
    return result;
  }

  std::int64_t Apply(const std::string& tenant, const AgentWrite& write) {
    const Key key{tenant, write.record.collection, write.record.id};
    if (write.kind == AgentWrite::Kind::kDelete) {
      records_.erase(key);
      return 0;
    }
    AgentRecord& stored = records_[key];
    const std::int64_t version = stored.version + 1;
    stored = write.record;
    stored.version = version;
    return version;
  }

  std::map<Key, AgentRecord> records_;
  std::map<std::pair<std::string, std::string>, AgentLease> leases_;
};

}  // namespace cxctl
