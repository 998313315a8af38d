#pragma once

#include <expected>
#include <optional>
#include <string>

#include "agent/callback_book.h"
#include "agent/callback_lists.h"

namespace cxctl {

/// What is done on the tenant for a callback. Each operation is tried once; what came of it stands in the record
/// afterwards (its state, when to try again, why not) and in what it returns, and the caller saves both. The caller has
/// made durable before that it is about to try: the key is in the record, and `maybe_sent`.
class CallbackOperations {
 public:
  CallbackOperations(IntakeContext& context, CallbackBook& book)
      : context_(context), book_(book), lists_(context.loop, context.tenant) {}

  /// Creates it, within `deadline`. With `look_up` the queue's callbacks are looked through first, and one to the same
  /// number at the same time that is nobody else's is taken for it: tenants may ignore idempotency keys. If they cannot
  /// be read nothing is sent.
  Task<CallbackProgress> Create(CallbackRecord& record, bool look_up, Duration deadline);
  /// For a creation that is not to be repeated: takes it over if it is there, else makes the record `otherwise`.
  Task<CallbackProgress> FindOrEnd(CallbackRecord& record, CallbackState otherwise, std::string why);
  /// Cancels it, guarded by its ETag.
  Task<CallbackProgress> Cancel(CallbackRecord& record);
  Task<CallbackProgress> UpdateContact(CallbackRecord& record);
  Task<CallbackProgress> SendMessage(CallbackRecord& record);
  /// Asks what became of it. Fails as the tenant did: then the record is as it was.
  Task<Result<CallbackProgress>> Settle(CallbackRecord& record);
  /// What the tenant says of it now.
  CallbackProgress Learn(CallbackRecord& record, const std::optional<LiveCallback>& live);

  /// Makes it final: its steps that are open are left out.
  CallbackProgress End(CallbackRecord& record, CallbackState state, std::string why);
  /// Whether the step may be tried any more; if not it is closed.
  bool MayTry(CallbackRecord& record, CallbackStep& step) const;

 private:
  using Found = std::expected<std::optional<LiveCallback>, std::string>;
  using Live = Result<std::optional<LiveCallback>>;
  Task<Live> Ask(const CallbackRecord& record);
  Task<Found> LookUp(const CallbackRecord& record, Duration at_most);
  void TakeOver(CallbackRecord& record, std::string id, CallbackProgress& progress);
  CallbackProgress OnCreated(CallbackRecord& record, const ActionResult& result);
  CallbackProgress OnStep(CallbackRecord& record, CallbackStep& step, const ActionResult& result, AuditEntry entry);
  Instant Later(const CallbackRecord& record, int tries, std::optional<Duration> asked) const;
  void Count(const CallbackRecord& record, std::string_view outcome) const;

  IntakeContext& context_;
  CallbackBook& book_;
  CallbackLists lists_;
};

}  // namespace cxctl
