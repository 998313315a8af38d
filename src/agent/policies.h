#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "calendar/calling_calendar.h"
#include "pacing/pacing.h"
#include "store/agent_store.h"
#include "value/value.h"
#include "webhook/event.h"

namespace cxctl {

/// What all deployed policies have. `sinks`: who gets the policy's events; nothing: every sink that wants their type.
struct PolicyHead {
  std::string name;
  std::int64_t version = 0;  ///< Of its record: a policy that was put anew has another.
  std::optional<std::vector<std::string>> sinks;
};

struct DeployedPacing : PolicyHead {
  std::string campaign;  ///< Name of its Campaign document.
  std::string campaign_id;
  PacingSettings settings;
};

struct DeployedThrottle : PolicyHead {
  std::string campaign;  ///< Name of its Campaign document.
  std::string campaign_id;
  Duration interval = std::chrono::seconds(15);
  ThrottleSettings settings;
  std::string pause_reason = "CARRIER_THROTTLE";
  Duration resume_after = std::chrono::minutes(15);
  std::shared_ptr<const CallingCalendar> calendar;  ///< Of its campaign; null for none.
};

struct DeployedCallbacks : PolicyHead {
  std::string queue_id, from;
  std::string default_region = "US";
  std::vector<std::string> allowed_regions;  ///< Empty: all.
  std::shared_ptr<const CallingCalendar> calendar;
  std::optional<Duration> lead_min, lead_max;
  struct Capacity {
    std::int64_t threshold = 0;
    std::optional<std::int64_t> min, max;
    Duration window = std::chrono::minutes(5);
    std::optional<std::int64_t> lower_above, raise_below;
    std::int64_t lower_by = 1, raise_by = 1;
  };
  std::optional<Capacity> capacity;  ///< Nothing: not judged.
  int max_retries = 3;
  Duration base_delay = std::chrono::seconds(1), max_delay = std::chrono::seconds(30);
  bool crm = false;
  std::vector<std::pair<std::string, std::string>> crm_fields;
  bool sms = false;
  std::string sms_from, sms_body;
  std::string on_violation = "report";
};

/// All that is deployed to the agent, read once and shared until one of them changes.
struct Policies {
  std::map<std::string, DeployedPacing> pacing;
  std::map<std::string, DeployedThrottle> throttle;
  std::map<std::string, DeployedCallbacks> callbacks;
  std::vector<SinkSettings> sinks;
  std::vector<std::string> unreadable;  ///< "Sink/wfo: its secret was sealed with another key; apply again"

  /// By queue id; null if there is none.
  const DeployedCallbacks* ForQueue(std::string_view queue_id) const;
};

inline constexpr const char* kPolicyCollection = "policy";

/// The id of a policy's record: "PacingPolicy/collections-east".
std::string PolicyId(std::string_view kind, std::string_view name);

/// Whether documents of the kind are deployed to the agent.
bool IsPolicyKind(std::string_view kind);

/// Reads one deployed body (`{"spec", "campaignId"?, "calendar"?, "sinks"?}`) into `policies`. A
/// sink's secret stands in it in the clear. kInvalid, changing nothing, if it cannot be; the message begins with the
/// member, or with `unknown member "NAME"`.
Result<void> ReadPolicy(std::string_view kind, std::string_view name, std::int64_t version, const Value& body,
                        Policies& policies);

}  // namespace cxctl
