#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/api.h"
#include "agent/callback_book.h"
#include "agent/callback_operations.h"
#include "agent/intake_acceptance.h"
#include "agent/intake_context.h"
#include "agent/intake_request.h"
#include "agent/intake_rules.h"
#include "agent/queue_stats.h"

namespace cxctl {

/// The callback intake: takes requests, judges them by the policy of their queue, makes them durable, and creates
/// callbacks on the tenant. A request that was answered 201 or 202 is in the store before it is answered; the rest is
/// CallbackWorker's, in this process or another.
///
/// Checks in this order, and the first that fails is the answer: the body (400 INVALID_REQUEST), the queue's policy
/// (404 UNKNOWN_QUEUE), the number (400 INVALID_PHONE_NUMBER), the form of the time (400 INVALID_SCHEDULE_TIME),
/// whether the request was answered before, the time itself (400 INVALID_SCHEDULE_TIME, 400 OUTSIDE_CALLING_HOURS),
/// capacity (429 QUEUE_CAPACITY_EXCEEDED). With an Idempotency-Key whether it was answered before comes right behind
/// the body. Only accepted requests are remembered: one that was refused may be sent again when things have changed.
///
/// 503 STORE_UNAVAILABLE with Retry-After says that nothing was accepted. A callback that the tenant refused for good
/// is 502 CALLBACK_REFUSED.
class Intake {
 public:
  Intake(IntakeContext& context, CallbackBook& book)
      : context_(context),
        book_(book),
        operations_(context, book),
        acceptance_(context, book, operations_),
        stats_(context.loop, context.provider) {}

  /// POST /api/callbacks/schedule
  Task<ApiAnswer> Schedule(ApiCall call);
  /// GET /api/callbacks/{id}: `{"id", "status", "callbackId"?, "scheduledTime"}`. Of one that is scheduled the tenant
  /// is asked, for 2 s at most, what became of it.
  Task<ApiAnswer> Get(ApiCall call);
  /// DELETE /api/callbacks/{id}: as Get with 200 once it is cancelled, for good and on the tenant; with 202 if that
  /// takes longer than 5 s and goes on; 409 NOT_CANCELLABLE for one that is over or being dialled.
  Task<ApiAnswer> Cancel(ApiCall call);

 private:
  struct Flight;
  struct Landing;

  std::expected<void, ApiError> Identify(CallbackDraft& draft) const;
  Task<ApiAnswer> Once(CallbackDraft& draft);
  Task<ApiAnswer> Proceed(CallbackDraft& draft);
  Task<std::optional<ApiAnswer>> Repeat(CallbackDraft& draft, const AgentRecord& key);
  Task<std::expected<void, ApiError>> JudgeQueue(CallbackDraft& draft);
  Task<Result<std::int64_t>> MoveThreshold(const DeployedCallbacks& policy, std::int64_t active);
  CallbackProgress AskToCancel(CallbackRecord& record);
  ApiAnswer CancelAnswer(const CallbackRecord& record) const;

  IntakeContext& context_;
  CallbackBook& book_;
  CallbackOperations operations_;
  CallbackAcceptance acceptance_;
  QueueStats stats_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;  ///< Requests that are being answered, by key.
};

}  // namespace cxctl
