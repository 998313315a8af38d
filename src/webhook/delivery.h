#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "async/loop.h"
#include "base/result.h"
#include "env/env.h"
#include "http/http.h"
#include "store/agent_store.h"
#include "telemetry/telemetry.h"
#include "webhook/delivery_record.h"
#include "webhook/event.h"

namespace cxctl {

/// What deliveries need of the world. All of it outlives them.
struct DeliveryWorld {
  Loop& loop;
  AgentStore& store;
  std::string tenant;
  HttpTransport& transport;
  Random& random;
  Metrics& metrics;
  Log& log;
  /// Makes a batch durable (agent/commits.h: together with what others have to write).
  std::function<Task<Result<AgentCommit>>(AgentBatch)> submit;
  /// The sinks as they are deployed now; asked before each turn.
  std::function<std::vector<SinkSettings>()> sinks;
  /// Whether this process is the one that delivers (it holds the lease for that). Two that do for a moment deliver some
  /// twice and harm nothing: what became of a delivery is written by the first.
  std::function<bool()> may_deliver = [] { return true; };
  bool tenant_on_loopback = false;
};

/// What became of the tries of one pass.
struct DeliveryReport {
  int delivered = 0;
  int failed = 0;   ///< To be tried again later.
  int dead = 0;     ///< Given up.
  int unknown = 0;  ///< Tried, but the store did not take what became of it: will be tried again, under the same id.
};

/// Sends what stands in the outbox to the sinks, at least once, each delivery under the event's id on every try, oldest
/// first, a few at a time to each sink. Sinks do not wait for each other. See NextTry for when a failed one is tried
/// again; after 24 h it is a dead letter, kept for 30 days.
///
/// * 2xx: it arrived; its record is deleted. A process that dies in between delivers it once more.
/// * 410: the sink is switched off until its url changes, Replay or SwitchOn; a `sink.disabled` event tells the others.
///   What is there for it, and what comes, becomes dead letters.
/// * 429 and 503 with Retry-After: nothing is sent to that sink until then.
/// * Anything else, redirects (which are not followed) and no answer within 15 s among it: tried again.
///
/// The sink's address is judged as it connects (webhook/address_guard.h). Metrics:
/// `cxctl_webhook_deliveries_total{sink, result="delivered|failed|dead"}`,
/// `cxctl_webhook_delivery_duration_seconds{sink}`, `cxctl_webhook_outbox_deliveries{sink, state="pending|dead"}`.
class Deliveries {
 public:
  explicit Deliveries(DeliveryWorld world) : world_(std::move(world)) {}
  Deliveries(const Deliveries&) = delete;
  Deliveries& operator=(const Deliveries&) = delete;

  /// Delivers until Stop, and then until the tries under way came to their end (15 s at most). Looks for work every
  /// second, and when it is woken.
  Task<void> Run();
  void Stop();
  /// Something was put into the outbox.
  void Wake();

  /// Every delivery that is due now, one try; none is begun after `at_most`. For `--once`, and for `apply` without an
  /// agent. kIo if the store cannot be read. Not beside Run.
  Task<Result<DeliveryReport>> DeliverOnce(Duration at_most);

  /// Dead letters, by id; of one sink, or of all for "".
  Result<std::vector<Delivery>> DeadLetters(const std::string& sink);
  /// Makes a dead letter ("EVENT/SINK") pending again, as if it had not been tried, and its sink on. kNotFound if there
  /// is none of that id.
  Task<Result<void>> Replay(std::string id);
  /// Undoes a 410.
  Task<Result<void>> SwitchOn(std::string sink);

 private:
  enum class Ending { kDelivered, kFailed, kDead, kUnknown };
  struct Try;

  Instant Now() { return world_.loop.clock().Now(); }
  Task<void> WakeSoon();
  void LookForWork();
  void LookForWorkOf(const SinkSettings& sink);
  Result<std::vector<AgentRecord>> Due(const std::string& sink, std::size_t limit);
  void StoreFailed(const Error& error);

  Task<void> Serve(SinkSettings sink, AgentRecord record);
  struct Pass;
  Task<void> ServeSome(Pass& pass);
  Task<Ending> TryOnce(const SinkSettings& sink, const AgentRecord& record);
  Task<HttpOutcome> Post(const SinkSettings& sink, const Delivery& delivery);
  void Judge(Try& attempt, const HttpOutcome& outcome);
  Task<Ending> Settle(Try& attempt);
  Result<AgentBatch> BatchOf(const Try& attempt);
  Result<void> SwitchOff(const Try& attempt, AgentBatch& batch);
  Result<bool> IsOff(const SinkSettings& sink);
  void Tell(const Try& attempt);

  Task<void> TidyUp();
  Task<void> Forget(AgentQuery query);
  Task<void> BuryOrphans(const std::map<std::string, std::int64_t>& counts);
  void ReportOutbox(const std::map<std::string, std::int64_t>& counts);

  DeliveryWorld world_;
  bool stopping_ = false, waking_ = false, tidying_ = false;
  std::map<std::string, std::set<std::string>> under_way_;  ///< Ids, by sink.
  std::map<std::string, Instant> held_until_;               ///< Sinks that asked to wait.
  std::set<std::string> reported_;                          ///< Sinks with gauges.
  Duration paused_until_{};                                 ///< After the store failed; monotonic.
  Duration next_tidying_{};
};

}  // namespace cxctl
