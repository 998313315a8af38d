#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/task.h"
#include "base/result.h"
#include "tenant/provider.h"
#include "time/instant.h"

namespace cxctl {

/// A callback as it is asked for.
struct CallbackWish {
  std::string to, from;  ///< E.164
  Instant time;
  std::string queue_id;
  std::map<std::string, std::string> attributes;
  std::string idempotency_key;
};

struct LiveCallback {
  std::string id;
  std::string state;  ///< "scheduled", "dialing", "completed", "cancelled", "failed"
  std::string to, from, queue_id;
  Instant time;
  std::string etag;  ///< "" where the list did not give it
};

/// What came of something that was asked of the tenant. Never holds a phone number.
struct ActionResult {
  enum class Status {
    kDone,
    kRejected,      ///< A final 4xx: no repeat would change it (one about a token or its scopes is kUnavailable).
    kGone,          ///< 404
    kPrecondition,  ///< 412
    kConflict,      ///< 409
    kUnavailable,   ///< Certainly not done: not sent, or a 429.
    kAmbiguous,     ///< It may have been done: repeat with the same key only.
  } status = Status::kAmbiguous;
  std::string id;          ///< Of what was made: the callback's, the message's; "" where the answer has none.
  std::string etag;        ///< Of the object as it is now, where it has one.
  std::string error_code;  ///< The tenant's `code`.
  std::string message;     ///< One sentence: method, path, status, request id.
  std::string request_id;
  std::string payload_sha256;  ///< Of the body that was sent.
  int attempts = 0;
  Duration latency{0};
  std::optional<Duration> retry_after;

  bool done() const { return status == Status::kDone; }
  /// Whether it is worth asking again later.
  bool may_repeat() const { return status == Status::kUnavailable || status == Status::kAmbiguous; }
};

/// Real-time figures of a campaign over the interval that was asked for.
struct CampaignMetrics {
  std::int64_t dialed = 0, answered = 0;
  std::optional<std::int64_t> abandoned;  ///< Newer tenants alone say.
  double answer_rate = 0;                 ///< As the tenant says it; 0 to 1.
};

struct AgentCounts {
  std::int64_t available = 0, busy = 0, wrapup = 0, offline = 0;
};

/// What the agent asks of a tenant beside managing its objects: callbacks, messages, contacts, figures. Implemented by
/// the same client as Provider, under the same token, rate and concurrency limits.
///
/// Actions are tried once a call: when to repeat is their callers' business, who have it in the store (401 with a fresh
/// token apart). Reads are repeated as far as the tenant's retry policy says, within `deadline`.
class ContactCenter {
 public:
  virtual ~ContactCenter() = default;

  /// Gives up after `deadline` (kAmbiguous if it had been sent by then).
  virtual Task<ActionResult> CreateCallback(CallbackWish wish, Duration deadline) = 0;
  /// Moves the callback, or cancels it where there is no time. Guarded by `etag`.
  virtual Task<ActionResult> ChangeCallback(std::string id, std::string etag, std::optional<Instant> time) = 0;
  virtual Task<Result<std::optional<LiveCallback>>> GetCallback(std::string id) = 0;
  /// All of a queue in that state; "" for any.
  virtual Task<Result<std::vector<LiveCallback>>> ListCallbacks(std::string queue_id, std::string state) = 0;
  virtual Task<ActionResult> SendMessage(std::string to, std::string from, std::string text,
                                         std::string idempotency_key) = 0;
  /// Merges the fields into the contact.
  virtual Task<ActionResult> UpdateContact(std::string contact_id,
                                           std::vector<std::pair<std::string, std::string>> fields) = 0;

  /// Figures over the last `interval` (30 s at least), asked for once: a missed metric is a missed metric. Nothing: the
  /// tenant has none of that campaign.
  virtual Task<Result<std::optional<CampaignMetrics>>> Metrics(std::string campaign_id, Duration interval) = 0;
  /// All agents by state, every page; a bare array or the list envelope.
  virtual Task<Result<AgentCounts>> Agents() = 0;
};

}  // namespace cxctl
