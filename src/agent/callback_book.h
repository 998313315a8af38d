#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/callback_record.h"
#include "agent/intake_context.h"

namespace cxctl {

/// What came of something that was done for a callback, to be written together with its record.
struct CallbackProgress {
  std::vector<AuditEntry> audit;
  std::vector<std::pair<std::string, std::string>> events;  ///< Type, and why ("" for none).
  bool adopts = false;  ///< `callback_id` was found on the tenant: it must not be another record's.
};

/// Keeps the records of callbacks in the store.
class CallbackBook {
 public:
  explicit CallbackBook(IntakeContext& context) : context_(context), changed_(context.loop) {}

  Result<std::optional<CallbackRecord>> Load(const std::string& id);

  enum class Saved {
    kDone,
    kChanged,    ///< Somebody else wrote the record: nothing was written.
    kTaken,      ///< The tenant's callback is another record's: nothing was written.
    kLeaseLost,  ///< Nothing was written.
  };
  /// Writes the record if it is as it was read (`version`), and with it audit records, events and to whom the tenant's
  /// callback belongs. After kDone the record has its new version.
  Task<Result<Saved>> Save(CallbackRecord& record, CallbackProgress progress, std::optional<AgentLease> lease = {});
  /// The same after something was done on the tenant, which must not be forgotten because somebody asked for the
  /// callback's cancellation meanwhile, or was answered: that is taken into the record, which is then written, due at
  /// once. kChanged: it is in another state by now.
  Task<Result<Saved>> SaveDone(CallbackRecord& record, CallbackProgress progress, std::optional<AgentLease> lease = {});
  /// Writes a record that is new, and the records of `more` before it. kChanged: a condition of them did not hold.
  Task<Result<Saved>> Add(CallbackRecord& record, std::vector<AgentWrite> more);
  /// Forgets the record.
  Task<Result<Saved>> Remove(const CallbackRecord& record, std::optional<AgentLease> lease);

  /// Waits until a record was saved by this process, for so long at most.
  Task<bool> WaitForChange(Duration at_most) { return changed_.WaitFor(at_most); }

  /// The beginnings of a record for the audit chain.
  AuditEntry AuditOf(const CallbackRecord& record, std::string action) const;

 private:
  AgentBatch BatchOf(const CallbackRecord& record, CallbackProgress& progress) const;
  void AddEvents(const CallbackRecord& record, const CallbackProgress& progress, AgentBatch& batch) const;

  IntakeContext& context_;
  Signal changed_;
};

}  // namespace cxctl
