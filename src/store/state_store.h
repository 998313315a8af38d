#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.h"
#include "base/result.h"
#include "time/instant.h"

namespace cxctl {

/// What was last applied to (or adopted as) an object. `content` and `lifecycle` are JSON texts.
struct AppliedObject {
  std::string address;  ///< "CampaignSchedule/collections-q4"
  std::string kind;     ///< "CampaignSchedule", "CallCode", "Campaign", …
  std::string live_id;
  std::string scope;      ///< What the identity is unique in: a schedule's campaign id, a code's category, else "".
  std::string identity;   ///< Live name of a schedule, "A/B/C" of a code, live name of a campaign.
  std::string content;    ///< The managed members in the API's form.
  std::string lifecycle;  ///< {"preventDestroy":true,"removal":"delete"}: remembered for when it leaves git.
  std::string run;
  Instant applied_at;
};

/// A write that is about to be sent. Durable before the first byte goes out; open until its completion is durable.
struct Intent {
  std::string id;  ///< Made by the caller, unique.
  std::string run;
  std::string address;
  std::string kind;
  std::string action;  ///< "create", "update", …
  std::string scope, identity;
  std::string live_id;          ///< "" for a create
  std::string idempotency_key;  ///< "" unless it is a create
  std::string etag_before;
  std::string before = "null", after = "null", content = "null", lifecycle = "null";  ///< JSON texts
  std::string payload_sha256;
  Instant started;
};

/// What became of an intent, or a record that needs none (an adoption, a refusal).
struct Completion {
  std::string intent_id;   ///< "" for none. Closed by this.
  bool keep_open = false;  ///< The outcome is not known: the audit record is written, the intent stays open.
  std::optional<AuditEntry> audit;
  std::vector<AppliedObject> put;   ///< Replaces what is stored under the address.
  std::vector<std::string> remove;  ///< Addresses to forget.
};

/// One durable transaction.
struct StoreBatch {
  std::vector<Intent> intents;
  std::vector<Completion> completions;
};

/// The right to write to a tenant. One holder at a time.
struct Lease {
  std::string tenant;
  std::string run;
  std::string holder;  ///< who@where, for people
  std::string host;
  std::int64_t pid = 0;
  std::string process_start;  ///< Tells a process from a later one with the same pid.
  Instant since;
  Instant expires;
};

/// What cxctl remembers between runs: journal of intents, last applied content, lease, audit chain. One store may serve
/// several tenants; everything but the audit chain is kept apart by tenant name. One test suite runs against every
/// implementation (tests/store/state_store_contract_test.cc).
///
/// Errors: kIo when the store fails (naming the store and the cause), kIntegrity when its content does not make sense,
/// kRefused where said. A failed call has changed nothing.
class StateStore {
 public:
  virtual ~StateStore() = default;

  virtual Result<std::vector<AppliedObject>> Applied(const std::string& tenant) = 0;
  /// Intents without a completion, oldest first.
  virtual Result<std::vector<Intent>> OpenIntents(const std::string& tenant) = 0;

  /// Makes the batch durable in one transaction, before it returns. Fails with kRefused, changing nothing, when `run`
  /// does not hold the tenant's lease (any more).
  virtual Result<void> Commit(const std::string& tenant, const std::string& run, const StoreBatch& batch) = 0;
  /// Appends a record that needs no lease: the refusal of a run that never got one.
  virtual Result<void> AppendAudit(const AuditEntry& entry) = 0;

  /// Takes the lease if nobody holds it, if it expired before `now`, or if `is_gone(holder)` says that its process is
  /// no more. Returns nothing when it is taken, else the holder that is in the way.
  virtual Result<std::optional<Lease>> Acquire(const Lease& wanted, Instant now,
                                               const std::function<bool(const Lease&)>& is_gone) = 0;
  /// kRefused if the run does not hold the lease (any more).
  virtual Result<void> Renew(const std::string& tenant, const std::string& run, Instant expires) = 0;
  /// Gives the lease back; nothing happens if the run does not hold it.
  virtual Result<void> Release(const std::string& tenant, const std::string& run) = 0;
  virtual Result<std::optional<Lease>> Holder(const std::string& tenant) = 0;

  /// Calls `visit` with each record's line, in order, from record `from_seq` on, until it returns false.
  virtual Result<void> ReadAudit(std::int64_t from_seq, const std::function<bool(std::string_view line)>& visit) = 0;
  struct AuditHead {
    std::int64_t count = 0;
    std::string hash{kAuditGenesis};
  };
  /// Kept apart from the records, so that a cut tail is seen.
  virtual Result<AuditHead> Head() = 0;

  /// Keeps a signed head of the chain (audit/sign.h), after those that are there.
  virtual Result<void> PutSignedHead(const std::string& line) = 0;
  /// All of them, oldest first.
  virtual Result<std::vector<std::string>> SignedHeads() = 0;

  /// Looks for damage in the store's own structure, as far as the store has one of its own to look at. kIntegrity if
  /// there is any.
  virtual Result<void> CheckStructure() { return {}; }
};

enum class StoreMode {
  kRead,   ///< For previews: a store that does not exist yet reads as an empty one, and none is made.
  kWrite,  ///< Made if it does not exist: file mode 0600, folder 0700.
};

/// Opens `sqlite:PATH` or `postgresql://…`. kUsage for a URL that is none of ours (naming the schemes that are).
Result<std::unique_ptr<StateStore>> OpenStateStore(const std::string& url, StoreMode mode);

}  // namespace cxctl
