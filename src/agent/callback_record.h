#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/agent_store.h"
#include "time/instant.h"

namespace cxctl {

/// The collections of the intake: requests; which answer an idempotency key had (due when that is forgotten); whose a
/// callback of the tenant is; the adapting threshold of each queue.
inline constexpr const char* kCallbackCollection = "callback";
inline constexpr const char* kCallbackKeyCollection = "callback-key";
inline constexpr const char* kLiveCallbackCollection = "callback-live";
inline constexpr const char* kCapacityCollection = "capacity";

enum class CallbackState {
  kQueued,     ///< Accepted; it is not known to be on the tenant.
  kScheduled,  ///< On the tenant.
  kCancelled,
  kFailed,     ///< It was refused for good, its time passed before it could be created, or the call came to nothing.
  kCompleted,  ///< The tenant says that it was made.
};
/// "queued"
std::string_view StateName(CallbackState state);

/// Something that follows when the callback is created: by itself, with its own retries.
struct CallbackStep {
  enum class State { kNone, kOpen, kDone, kFailed, kSkipped } state = State::kNone;
  std::string key;  ///< Its idempotency key on the tenant, "" where it needs none.
  int tries = 0;
  std::optional<Instant> first_try;
  Instant next;  ///< When it is tried next, while it is open.
};

/// One accepted callback request: all that is needed to bring it to its end, whatever its policy says by then.
struct CallbackRecord {
  std::string id;  ///< A ULID.
  CallbackState state = CallbackState::kQueued;
  std::optional<Instant> due;  ///< When a worker looks at it next.
  std::int64_t version = 0;    ///< In the store; and its state there.
  CallbackState stored_state = CallbackState::kQueued;

  std::string policy, queue_id;
  std::string number, from;  ///< E.164
  Instant time;
  std::string time_text;   ///< As it was asked for.
  std::string contact_id;  ///< "" for none.
  std::map<std::string, std::string> attributes;
  Instant accepted;
  Duration base_delay{1'000'000}, max_delay{30'000'000};  ///< Of the policy's `retry`.

  std::string key;          ///< Of its creation on the tenant.
  bool maybe_sent = false;  ///< The creation may have reached the tenant: it is looked up before it is repeated.
  int tries = 0;            ///< Of the creation, or of its cancellation.
  Instant next;             ///< When that is tried next.
  std::string callback_id;  ///< The tenant's, once it is known.
  bool cancel_asked = false;
  std::string problem;  ///< Why it failed or is still waiting, for people; "" if it does not.

  CallbackStep crm, sms;
  std::vector<std::pair<std::string, std::string>> crm_fields;  ///< Filled in.
  std::string sms_from, sms_text;                               ///< Filled in.

  /// What the first request was answered with; the same again for each repeat.
  struct Answer {
    int status = 0;  ///< 0: none yet.
    std::string body;
  } answer;

  bool is_final() const { return state != CallbackState::kQueued && state != CallbackState::kScheduled; }
};

/// `due`: when a worker has something to do for it, by what it says itself. A final one is kept for 30 days.
Instant NextDue(const CallbackRecord& record);

AgentRecord ToAgentRecord(const CallbackRecord& record);
/// kIntegrity for a body that is not one of ours.
Result<CallbackRecord> ReadCallbackRecord(const AgentRecord& record);

/// `+1415***1234`, and what is not written with a plus alike.
std::string MaskedNumber(std::string_view number);
/// A text of the tenant's that may repeat the record's number, with it masked.
std::string WithoutNumber(const CallbackRecord& record, std::string text);

}  // namespace cxctl
