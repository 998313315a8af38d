#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/task.h"
#include "base/result.h"
#include "tenant/contact_center.h"
#include "time/instant.h"

namespace cxctl {

/// A campaign as a controller sees it.
struct LiveCampaign {
  std::string id, name;
  std::string state;         ///< "ACTIVE", "PAUSED", "INACTIVE", "SUSPENDED"
  std::string dialing_mode;  ///< "PREDICTIVE", "PROGRESSIVE", "PREVIEW"
  std::string pause_reason;
  bool compliance_hold = false;
  std::optional<Instant> resume_time;  ///< scheduledResumeTime
  std::int64_t dial_rate = 0;          ///< calls a minute
  std::string etag;                    ///< with its quotes
};

/// What controllers do with campaigns. Every write is guarded by the ETag of the campaign that was judged, and repeated
/// as Provider says. Implemented by the same client as Provider.
class CampaignControl {
 public:
  virtual ~CampaignControl() = default;

  /// Nothing if it is not there.
  virtual Task<Result<std::optional<LiveCampaign>>> Campaign(std::string id) = 0;
  /// Its schedules in the API's form, a JSON text each.
  virtual Task<Result<std::vector<std::string>>> Schedules(std::string campaign_id) = 0;

  /// A PATCH of dialRate alone.
  virtual Task<ActionResult> SetDialRate(std::string id, std::string etag, std::int64_t rate) = 0;
  /// A PUT of PAUSED with the reason and scheduledResumeTime.
  virtual Task<ActionResult> Pause(std::string id, std::string etag, std::string reason, Instant resume_time) = 0;
  /// A PUT of ACTIVE.
  virtual Task<ActionResult> Resume(std::string id, std::string etag) = 0;
};

}  // namespace cxctl
