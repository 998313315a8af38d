#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/api.h"
#include "agent/callback_book.h"
#include "agent/callback_operations.h"
#include "agent/intake_context.h"
#include "agent/intake_request.h"
#include "agent/intake_rules.h"
#include "tenant/provider.h"

namespace cxctl {

/// A request on its way through the checks.
struct CallbackDraft {
  CallbackRequest request;
  Instant arrived;
  std::string request_id;
  std::string key_id;       ///< In kCallbackKeyCollection.
  std::string fingerprint;  ///< Of the body; "" if any body is the same request.
  bool has_key = false;
  std::shared_ptr<const Policies> policies;
  const DeployedCallbacks* policy = nullptr;
  JudgedNumber number;
  Instant time;
  std::optional<AgentRecord> old_key;  ///< A forgotten one, to be written over.
  std::optional<QueueFigures> figures;
};

/// What a first request is answered with when it is known what became of it: 201, 202, or 502 for one that was refused
/// for good. `depth`: calls that wait in the queue, where the tenant says.
CallbackRecord::Answer FirstAnswerOf(const CallbackRecord& record, std::optional<std::int64_t> depth,
                                     const std::string& request_id);

/// Makes a request that passed all checks durable, and answers it: within 5 s, for as many requests at once as the
/// tenant can be waited for; the others are answered 202 at once.
class CallbackAcceptance {
 public:
  CallbackAcceptance(IntakeContext& context, CallbackBook& book, CallbackOperations& operations)
      : context_(context), book_(book), operations_(operations) {}

  /// Nothing: another process accepted the same request first, so nothing was written.
  Task<std::optional<ApiAnswer>> Accept(CallbackDraft& draft);
  /// 503 STORE_UNAVAILABLE with Retry-After, logged.
  ApiAnswer StoreFailed(const Error& error) const;

 private:
  CallbackRecord MakeRecord(const CallbackDraft& draft) const;
  AgentWrite KeyWrite(const CallbackDraft& draft, const CallbackRecord& record) const;
  Task<ApiAnswer> AnswerFirst(CallbackRecord record, const CallbackDraft& draft, std::optional<std::int64_t> depth);
  Task<void> TryToCreate(CallbackRecord& record, const CallbackDraft& draft, CallbackProgress& progress);

  IntakeContext& context_;
  CallbackBook& book_;
  CallbackOperations& operations_;
  int waiting_ = 0;  ///< Requests that wait for the tenant.
};

}  // namespace cxctl
