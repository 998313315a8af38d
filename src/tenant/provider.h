#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.h"
#include "base/result.h"
#include "time/instant.h"
#include "value/value.h"

namespace cxctl {

/// The kinds of objects that are read and written one by one. Policies and sinks live in the agent, all others on the
/// tenant.
enum class ObjectKind {
  kCampaign,
  kSchedule,
  kCallCode,
  kCallback,
  kPacingPolicy,
  kThrottlePolicy,
  kCallbackPolicy,
  kSink,
};
inline constexpr ObjectKind kObjectKinds[] = {
    ObjectKind::kCampaign,     ObjectKind::kSchedule,       ObjectKind::kCallCode,       ObjectKind::kCallback,
    ObjectKind::kPacingPolicy, ObjectKind::kThrottlePolicy, ObjectKind::kCallbackPolicy, ObjectKind::kSink};

/// "Campaign", "CampaignSchedule", "CallCode", "Callback", "Sink", …: the first word of addresses.
std::string_view KindName(ObjectKind kind);
/// Nothing for a name that no kind has.
std::optional<ObjectKind> KindNamed(std::string_view name);
/// Whether objects of the kind are deployed to the agent.
bool LivesInAgent(ObjectKind kind);
/// "tenant" or "agent": where objects of the kind live.
std::string_view ProviderName(ObjectKind kind);

/// Stands where a secret is: in what is shown, compared and remembered. What the agent is sent has the secret.
inline constexpr std::string_view kSecretText = "(secret)";

/// An object as it is live. `content` has the API's members, `id`, `etag`, `createdAt`, `updatedAt`, `updatedBy` taken
/// out; unknown members are still in it (comparison leaves them out).
struct LiveObject {
  ObjectKind kind = ObjectKind::kCampaign;
  std::string id;     ///< Of a policy or sink: its name.
  std::string scope;  ///< The campaign id of a schedule, the category of a call code, the queue of a callback, else "".
  std::string etag;   ///< With its quotes, as in the header. "" where the list did not give it: read before writing.
  Value content;
  std::string updated_by, updated_at;  ///< "" where the tenant does not say.
};

/// How full a queue is.
struct QueueFigures {
  std::int64_t active = 0;   ///< Calls under way.
  std::int64_t waiting = 0;  ///< 0 where the tenant does not say.
};

enum class WriteOperation {
  kCreate,      ///< needs scope, payload, idempotency_key; of a policy or sink id and payload
  kUpdate,      ///< partial update (of a policy or sink: all of it): needs id, payload, etag
  kTransition,  ///< a campaign's change of state, carrying other members with it: needs id, payload, etag
  kDelete,      ///< needs id, etag
};

struct WriteRequest {
  ObjectKind kind = ObjectKind::kCampaign;
  WriteOperation operation = WriteOperation::kUpdate;
  std::string scope;
  std::string id;
  Value payload;
  std::string etag;
  std::string idempotency_key;
};

/// How a request looks on the wire: for previews (`--dry-run`) and for the hash of the bytes sent.
struct EncodedWrite {
  std::string method;
  std::string path;  ///< from the base URL on
  std::string body;  ///< "" for a delete
};

enum class WriteStatus {
  kDone,  ///< Complete, well-formed 2xx that speaks of this object: `object` is what is live now (not for a delete).
  kPreconditionFailed,  ///< 412: not written; somebody changed the object (or it was our own lost write).
  kConflict,            ///< 409: not written; the state forbids it, it was changed concurrently, or it exists already.
  kGone,                ///< 404: not written; the object (or what it lives in) is not there.
  kRejected,            ///< Not written, and it will not be: another 4xx, or a refusal of ours.
  kUnavailable,         ///< Certainly not written: not sent, or a 429 to the end.
  kAmbiguous,           ///< It may have been written: look the object up before anything else.
};

struct WriteResult {
  WriteStatus status = WriteStatus::kAmbiguous;
  std::optional<LiveObject> object;
  std::string error_code;  ///< The tenant's `code`, "" where it gave none.
  std::string message;     ///< One sentence: method, path, status, the tenant's message, request id. Controls escaped.
  std::string request_id;  ///< The tenant's X-Request-Id, else the one that was sent.
  int attempts = 0;        ///< Requests sent for it.
  Duration latency{0};     ///< Of the last one.
  std::optional<Duration> retry_after;  ///< What the last answer asked for.
};

/// Where objects live: a tenant, and its agent. The engine knows no other way to it. An implementation speaks one
/// dialect of an API, stays within the tenant's rate and concurrency limits, authenticates, retries what may be
/// retried, and never repeats a create whose answer it lost (that is kAmbiguous: the engine looks it up first).
/// Updates, transitions and deletes are guarded by their ETag and may be repeated after a lost answer: a
/// kPreconditionFailed may then be the echo of our own write.
///
/// Values of answers are built in the arena given to the constructor.
class Provider {
 public:
  virtual ~Provider() = default;

  /// All campaigns; all schedules of the campaign `scope`; all call codes of the category `scope`, or of all categories
  /// where it is empty; all callbacks of the queue `scope` that are still scheduled. Every page, each object once. An
  /// empty answer may be an empty list or a 404.
  virtual Task<Result<std::vector<LiveObject>>> List(ObjectKind kind, std::string scope) = 0;
  /// One object with its ETag, or nothing if it is not there.
  virtual Task<Result<std::optional<LiveObject>>> Get(ObjectKind kind, std::string scope, std::string id) = 0;
  /// Looks an object up by what makes it unique, to find out what became of a create: a schedule by its live name in a
  /// campaign, a call code by its code and parent (`parent_id` "" for a root) in a category, a policy or sink by its
  /// name.
  virtual Task<Result<std::optional<LiveObject>>> FindByIdentity(ObjectKind kind, std::string scope, std::string name,
                                                                 std::string parent_id) = 0;
  /// All policies and sinks that are deployed. Where there is no agent that is a failure.
  virtual Task<Result<std::vector<LiveObject>>> Policies() {
    co_return Fail(ErrorCode::kUnavailable, "policies are deployed to an agent, and spec.agent names none");
  }
  /// The dialer's maxConcurrentCalls.
  virtual Task<Result<std::int64_t>> Capacity() = 0;
  /// A queue's figures as they are now, or nothing if there is no such queue.
  virtual Task<Result<std::optional<QueueFigures>>> Queue(std::string id) = 0;

  virtual EncodedWrite Encode(const WriteRequest& request) const = 0;
  virtual Task<WriteResult> Write(WriteRequest request) = 0;
  /// Waits as long as the retry policy says before a create is sent again whose answer was lost (`lost` is the last
  /// one). `attempts`: requests sent for it so far. Fails with a clause saying why when there are to be no more.
  virtual Task<Result<void>> WaitToRepeat(ObjectKind kind, WriteResult lost, int attempts) {
    static_cast<void>(kind);
    static_cast<void>(lost);
    if (attempts >= 4)
      co_return Fail(ErrorCode::kUnavailable, "gave up after " + std::to_string(attempts) + " attempts");
    co_return Result<void>();
  }

  /// From now on the token must carry these scopes as well (apply: writes of the kinds that the plan changes).
  virtual void RequireScopes(const std::vector<std::string>& scopes) = 0;
  /// Scopes that reading, or writing, a kind needs.
  virtual std::vector<std::string> ReadScopes(ObjectKind kind) const = 0;
  virtual std::vector<std::string> WriteScopes(ObjectKind kind) const = 0;
  /// Scopes that reading queues needs.
  virtual std::vector<std::string> QueueScopes() const = 0;
};

}  // namespace cxctl
