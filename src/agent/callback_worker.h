#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agent/callback_book.h"
#include "agent/callback_operations.h"
#include "agent/intake_context.h"

namespace cxctl {

/// Brings accepted callbacks to their end: creates those that the tenant could not take at once, cancels, updates
/// contacts, sends confirmations, learns what became of calls, and forgets what is over. All of it is found in the
/// store, so it goes on where another process stopped, and repeats nothing that could take effect twice: keys stand in
/// the records, and a creation that may have reached the tenant is looked up first.
///
/// One worker runs at a time, under a lease that every write is guarded by. Whoever works on a record has claimed it
/// before by putting its `due` ahead; a request that is being answered claims its record alike.
class CallbackWorker {
 public:
  CallbackWorker(IntakeContext& context, CallbackBook& book)
      : context_(context), book_(book), operations_(context, book), finished_(context.loop) {}

  struct Report {
    Duration next = std::chrono::seconds(1);  ///< Until the next step; it is worth waking earlier (Wake).
    std::size_t handled = 0;                  ///< Operations done.
    std::optional<Error> error;               ///< The store failed: the next step tries again.
    bool lease_lost = false;
  };
  /// Does all that is due, and what becomes due meanwhile, up to 32 callbacks side by side. Begins nothing new once
  /// `may_begin` says no, and then waits for 3 s at most for what is under way; what is not finished by then is found
  /// again from the store.
  Task<Report> Step(
      AgentLease lease, std::function<bool()> may_begin = [] { return true; });
  /// There may be something new: a Step that is under way looks at once.
  void Wake() { finished_.NotifyAll(); }

 private:
  struct Shift;
  Result<void> StartDue(const std::shared_ptr<Shift>& shift);
  Task<void> Handle(std::shared_ptr<Shift> shift, CallbackRecord record);
  /// The one thing that is due for it.
  Task<CallbackProgress> Act(CallbackRecord& record, bool was_sent);
  Task<CallbackProgress> SettleOrWait(CallbackRecord& record);
  /// Puts into the record what it is about to do. False: nothing is to be done on the tenant.
  bool Claim(CallbackRecord& record) const;
  Task<void> ForgetKeys(Shift& shift);
  void Note(Shift& shift, const Result<CallbackBook::Saved>& saved, const CallbackRecord& record);

  IntakeContext& context_;
  CallbackBook& book_;
  CallbackOperations operations_;
  Signal finished_;
  std::set<std::string> handling_;
};

}  // namespace cxctl
