#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.h"
#include "base/result.h"
#include "store/state_store.h"
#include "time/instant.h"

namespace cxctl {

/// One thing that the agent remembers: a policy, a token, a callback request, a delivery, what a controller knows.
struct AgentRecord {
  std::string collection;      ///< "callback"
  std::string id;              ///< Unique in its collection.
  std::string state;           ///< For looking records up: "queued". "" where there is but one.
  std::optional<Instant> due;  ///< When something has to be done about it; nothing: it rests.
  std::string body = "{}";     ///< A JSON text.
  std::int64_t version = 0;    ///< Given by the store: 1 at first, one more with each write.
};

/// What is done to one record, if it is as the writer last saw it.
struct AgentWrite {
  enum class Kind { kPut, kDelete } kind = Kind::kPut;
  enum class Condition {
    kNone,     ///< Whatever is there.
    kAbsent,   ///< There is no such record.
    kVersion,  ///< There is one, of `record.version`.
  } condition = Condition::kNone;
  AgentRecord record;  ///< For a delete its collection and id alone (and the version that is asked for).
};

/// The right to be the one that runs something. `epoch` grows with every change of owner.
struct AgentLease {
  std::string name;   ///< "pacing/collections-east"
  std::string owner;  ///< Id of the agent process.
  std::int64_t epoch = 0;
  Instant expires;
};

/// What is written as a whole or not at all.
struct AgentBatch {
  std::vector<AgentWrite> writes;
  std::vector<AuditEntry> audit;
  std::optional<AgentLease> lease;  ///< Written only while this is held (owner and epoch; not judged by the clock).
};

struct AgentCommit {
  enum class Status {
    kDone,
    kCondition,  ///< A condition did not hold: nothing of the batch was written. `failed_write` says which.
    kLeaseLost,  ///< The lease is somebody else's: nothing of the batch was written.
  } status = Status::kDone;
  std::size_t failed_write = 0;
  std::vector<std::int64_t> versions;  ///< Of the records put, in the order of `writes`; 0 for a delete.
};

/// Which records are listed. Ordered by id; with `due_by` by due, then id.
struct AgentQuery {
  std::string collection;
  std::optional<std::string> state;
  std::optional<Instant> due_by;  ///< Those alone that are due at this instant or before.
  std::string after;              ///< Only ids behind this one; not with `due_by`.
  std::size_t limit = 1000;
};

/// What the agent keeps beside the audit chain, in the same database as StateStore, its tables apart. Everything is
/// kept apart by tenant name. One test suite runs against every implementation
/// (tests/store/agent_store_contract_test.cc).
///
/// Errors as for StateStore. A failed call has changed nothing. Not for sharing between threads; several processes may
/// have one store open.
class AgentStore {
 public:
  virtual ~AgentStore() = default;

  /// Makes the batches durable in one transaction before it returns, in order, each by itself whole or not at all.
  virtual Result<std::vector<AgentCommit>> Commit(const std::string& tenant,
                                                  const std::vector<AgentBatch>& batches) = 0;
  virtual Result<std::optional<AgentRecord>> Get(const std::string& tenant, const std::string& collection,
                                                 const std::string& id) = 0;
  virtual Result<std::vector<AgentRecord>> List(const std::string& tenant, const AgentQuery& query) = 0;
  /// How many records of a collection are in each state.
  virtual Result<std::map<std::string, std::int64_t>> Count(const std::string& tenant,
                                                            const std::string& collection) = 0;
  /// The earliest due of a collection's records, or nothing.
  virtual Result<std::optional<Instant>> NextDue(const std::string& tenant, const std::string& collection) = 0;

  /// Takes the lease if it is free, expired before `now` or the owner's already (then it is renewed, the epoch stays).
  /// Nothing: somebody else holds it.
  virtual Result<std::optional<AgentLease>> Acquire(const std::string& tenant, const std::string& name,
                                                    const std::string& owner, Instant now, Duration ttl) = 0;
  /// Gives the lease back; nothing happens if the owner does not hold it.
  virtual Result<void> Release(const std::string& tenant, const std::string& name, const std::string& owner) = 0;
};

/// Opens the store of that URL (store/state_store.h) for the agent's records; kRead for listings.
Result<std::unique_ptr<AgentStore>> OpenAgentStore(const std::string& url, StoreMode mode);

}  // namespace cxctl
