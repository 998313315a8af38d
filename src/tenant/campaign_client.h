#pragma once

#include <string>

#include "tenant/campaign_control.h"
#include "tenant/dialect.h"
#include "tenant/rest_client.h"
#include "tenant/token_source.h"

namespace cxctl {

/// The CampaignControl of a TenantClient: its parts, and memory of its own that each answer gives back, so that it may
/// run for months. Scopes are asked for when an operation first needs them.
class CampaignClient final : public CampaignControl {
 public:
  /// All references must outlive it.
  CampaignClient(const Dialect& dialect, TokenSource& tokens, RestClient& rest);

  Task<Result<std::optional<LiveCampaign>>> Campaign(std::string id) override;
  Task<Result<std::vector<std::string>>> Schedules(std::string campaign_id) override;
  Task<ActionResult> SetDialRate(std::string id, std::string etag, std::int64_t rate) override;
  Task<ActionResult> Pause(std::string id, std::string etag, std::string reason, Instant resume_time) override;
  Task<ActionResult> Resume(std::string id, std::string etag) override;

 private:
  /// `payload`: a JSON object of the members that change.
  Task<ActionResult> Write(WriteOperation operation, std::string id, std::string etag, std::string payload);

  const Dialect& dialect_;
  TokenSource& tokens_;
  RestClient& rest_;
};

}  // namespace cxctl
