#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tenant/campaign_control.h"
#include "time/instant.h"
#include "value/value.h"

namespace cxctl {

/// A pause that a ThrottlePolicy made, or is about to make.
struct ThrottleHold {
  Instant since;
  Instant resume_at;    ///< Whole seconds: what the tenant gets as scheduledResumeTime.
  std::string reason;   ///< The tenant's pauseReason.
  std::string trigger;  ///< "answerRate", "abandonRate"
  double answer_rate = 0;
  std::optional<double> abandon_rate;
  std::int64_t volume_before = 0;  ///< Attempts in the window that was judged.
  std::string blocked;             ///< Why it goes on beyond its time.

  /// Whether the campaign is paused by this and nothing else.
  bool Holds(const LiveCampaign& campaign) const;
};

// For the controller's record.
Value ToValue(Arena& arena, const ThrottleHold& hold);
/// Nothing where there is none.
std::optional<ThrottleHold> ReadThrottleHold(const Value* value);

// The data of events, JSON objects.

/// Of `campaign.paused`. `latency`: from asking for the figures to the tenant's answer; nothing where the answer was
/// lost.
std::string PausedData(const LiveCampaign& campaign, const std::string& policy, const ThrottleHold& hold,
                       std::optional<Duration> latency, std::optional<std::int64_t> volume_after);
/// Of `campaign.resumed`.
std::string ResumedData(const LiveCampaign& campaign, const std::string& policy, const ThrottleHold& hold, Instant now);
/// Of `campaign.resume_blocked`.
std::string BlockedData(const LiveCampaign& campaign, const std::string& policy, const ThrottleHold& hold);

}  // namespace cxctl
