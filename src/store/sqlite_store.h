#pragma once

#include <memory>
#include <string>

#include "store/sqlite_database.h"
#include "store/state_store.h"

namespace cxctl {

/// The state store in one SQLite file: write-ahead log, synchronous FULL, so that what a call has answered survives a
/// loss of power. Several processes may have it open; writers take turns. Not for sharing between threads.
class SqliteStore final : public StateStore {
 public:
  /// See StoreMode for what happens to a file that is missing.
  static Result<std::unique_ptr<StateStore>> Open(const std::string& path, StoreMode mode);

  /// One in memory that holds nothing and forgets everything: for reading a store that does not exist.
  static Result<std::unique_ptr<StateStore>> OpenEmpty(const std::string& name);

  explicit SqliteStore(std::unique_ptr<SqliteDatabase> database) : database_(std::move(database)) {}

  Result<std::vector<AppliedObject>> Applied(const std::string& tenant) override;
  Result<std::vector<Intent>> OpenIntents(const std::string& tenant) override;
  Result<void> Commit(const std::string& tenant, const std::string& run, const StoreBatch& batch) override;
  Result<void> AppendAudit(const AuditEntry& entry) override;
  Result<std::optional<Lease>> Acquire(const Lease& wanted, Instant now,
                                       const std::function<bool(const Lease&)>& is_gone) override;
  Result<void> Renew(const std::string& tenant, const std::string& run, Instant expires) override;
  Result<void> Release(const std::string& tenant, const std::string& run) override;
  Result<std::optional<Lease>> Holder(const std::string& tenant) override;
  Result<void> ReadAudit(std::int64_t from_seq, const std::function<bool(std::string_view line)>& visit) override;
  Result<AuditHead> Head() override;
  Result<void> PutSignedHead(const std::string& line) override;
  Result<std::vector<std::string>> SignedHeads() override;
  Result<void> CheckStructure() override;

 private:
  // These run within a transaction of the caller.
  Result<void> RequireLease(const std::string& tenant, const std::string& run);
  Result<void> PutIntent(const std::string& tenant, const Intent& intent);
  Result<void> CloseIntent(const std::string& tenant, const Completion& completion);
  Result<void> PutApplied(const std::string& tenant, const AppliedObject& object);
  Result<void> Complete(const std::string& tenant, const Completion& completion, AuditHead& head);
  Result<void> PutLease(const Lease& lease);

  std::unique_ptr<SqliteDatabase> database_;
};

}  // namespace cxctl
