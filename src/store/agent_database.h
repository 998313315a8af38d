#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "store/state_store.h"

namespace cxctl {

/// What the agent's store needs of a database. SqlAgentStore is written once against this, in SQL that SQLite and
/// PostgreSQL both understand: parameters are $1, $2, …, numbered as they first appear; values are texts, and a column
/// takes the number that a text spells; NULL reads as "".
class AgentDatabase {
 public:
  using Row = std::vector<std::string>;

  virtual ~AgentDatabase() = default;

  /// One statement. `sql` must be a literal.
  virtual Result<std::vector<Row>> Query(const char* sql, const std::vector<std::string>& values) = 0;

  /// Begins the one transaction under way. Until it ends no other agent's transaction changes the tenant's records or
  /// leases.
  virtual Result<void> Begin(const std::string& tenant) = 0;
  /// Durable when it returns.
  virtual Result<void> Commit() = 0;
  /// Does nothing without a transaction.
  virtual void Rollback() = 0;

  /// Within a transaction. Nobody else changes the chain until it ends.
  virtual Result<StateStore::AuditHead> LockHead() = 0;
  /// Appends a record to the chain and moves `head`; PutHead then stores it.
  virtual Result<void> Append(const AuditEntry& entry, StateStore::AuditHead& head) = 0;
  virtual Result<void> PutHead(const StateStore::AuditHead& head) = 0;

  /// How far the clock by which leases are kept is ahead of this machine's.
  virtual std::int64_t ClockOffsetMicros() const = 0;
};

}  // namespace cxctl
