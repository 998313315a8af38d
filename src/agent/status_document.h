#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/policies.h"
#include "base/result.h"
#include "store/agent_store.h"
#include "tenant/campaign_control.h"
#include "time/instant.h"

namespace cxctl {

/// What is known of the controller of one policy.
struct ControllerView {
  std::string status;  ///< StatusJson() of the controller in this process; "" where it does not run here.
  std::string record;  ///< Where it does not: the body of its record (kControllerCollection), "" for none.
};

struct QueueView {
  std::optional<std::int64_t> active;     ///< Calls in the queue, as the tenant said last.
  std::optional<std::int64_t> threshold;  ///< As it has adapted; nothing: as the policy says.
};

struct SinkView {
  bool on = true;  ///< Off: it answered 410.
  std::int64_t pending = 0, dead = 0;
  std::optional<Instant> last_success;
  std::string last_error;
};

struct DriftView {
  std::string reconcile = "off";  ///< "off", "report", "apply"
  std::optional<Instant> checked_at;
  std::string last_error;  ///< Why it could not be looked for.
  struct Item {
    std::string address, status;  ///< "Campaign/east", "drifted"
  };
  std::vector<Item> items;
};

/// All that GET /v1/status tells of.
struct StatusInput {
  std::string version, instance;  ///< `instance`: the owner that this process has in its leases.
  Instant started_at, now;
  struct Tenant {
    std::string name, base_url;
    bool reachable = false;
    std::string last_error;  ///< "" for none.
  } tenant;
  std::vector<LiveCampaign> campaigns;             ///< As read last. Those of policies that miss here are UNKNOWN.
  std::shared_ptr<const Policies> policies;        ///< Null: none are deployed.
  std::map<std::string, ControllerView> pacing;    ///< By name of the policy, and the rest as well:
  std::map<std::string, ControllerView> throttle;  ///< those that miss here have not made a step yet.
  std::map<std::string, std::int64_t> callbacks;   ///< How many are in each state (AgentStore::Count).
  std::map<std::string, QueueView> queues;         ///< By queue id.
  std::map<std::string, SinkView> sinks;           ///< By name.
  DriftView drift;
  std::vector<AgentLease> leases;
  std::optional<Instant> points_after;  ///< Points of charts are told from here on only, this one left out.
};

/// What the query `?since=2026-11-24T15:14:00Z` of GET /v1/status asks for: StatusInput::points_after. Nothing where it
/// is not there; kInvalid for anything but an RFC 3339 time. Other members of the query are left alone.
Result<std::optional<Instant>> StatusSince(std::string_view url);

/// The body of GET /v1/status, on one line; schemas/agent-status.v1.schema.json describes it. Pure.
///
/// * `campaigns`: by name; `heldBy` names the ThrottlePolicy whose pause it is.
/// * `pacing`, `throttle`: one item for each deployed policy: what its controller says of itself (StatusJson), with the
///   policy's campaign and `limits`. A controller that another replica runs is told of by its record: state
///   `elsewhere`, with the points and the hold that it kept.
/// * `callbacks.states` has queued, scheduled, completed, cancelled and failed in any case.
/// * `calendars`: the seven local days from today of each calendar that a policy was deployed with; policies with the
///   same week share one item. Times are what the clock shows; `24:00` is the end of the day.
/// * `problems`: deployed documents that cannot be used, and why.
///
/// Phone numbers in messages are masked, of URLs only the host is told. What is not JSON in a ControllerView is told as
/// state `unreadable`; nothing else can fail.
std::string StatusDocument(const StatusInput& input);

}  // namespace cxctl
