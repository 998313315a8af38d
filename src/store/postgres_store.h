#pragma once

#include <memory>
#include <string>

#include "store/postgres_database.h"
#include "store/state_store.h"

namespace cxctl {

/// The state store in a PostgreSQL database (10 or later), in the schema `cxctl`: for tenants that several machines
/// share. Every call is one transaction, durable (synchronous_commit) when it returns; the rows of the lease and of the
/// audit chain's head are locked by whoever changes them, so that writers take turns. Not for sharing between threads.
///
/// Times of the lease are the callers', corrected by how far their machine's clock is from the server's, so that a
/// lease holds between machines whose clocks disagree.
class PostgresStore final : public StateStore {
 public:
  /// `url`: postgresql://… With kRead a database without our tables reads as an empty store, and none are made.
  static Result<std::unique_ptr<StateStore>> Open(const std::string& url, StoreMode mode);

  explicit PostgresStore(std::unique_ptr<PostgresDatabase> database) : database_(std::move(database)) {}

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

 private:
  // These run within a transaction of the caller.
  Result<std::optional<Lease>> ReadLease(const std::string& tenant, bool lock);
  Result<void> RequireLease(const std::string& tenant, const std::string& run);
  Result<void> PutIntent(const std::string& tenant, const Intent& intent);
  Result<void> CloseIntent(const std::string& tenant, const Completion& completion);
  Result<void> PutApplied(const std::string& tenant, const AppliedObject& object);
  Result<void> Complete(const std::string& tenant, const Completion& completion, AuditHead& head);
  /// A time of the lease as the server's clock has it, and back.
  std::string ServerTime(Instant time) const;
  Instant LocalTime(std::int64_t micros) const;

  std::unique_ptr<PostgresDatabase> database_;
};

}  // namespace cxctl
