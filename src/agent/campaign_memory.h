#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tenant/campaign_control.h"

namespace cxctl {

/// Passes everything on and remembers each campaign as it was read last, so that a status page costs the tenant
/// nothing.
class CampaignMemory final : public CampaignControl {
 public:
  explicit CampaignMemory(CampaignControl& campaigns) : campaigns_(campaigns) {}

  /// As read last, by id, with the dial rates that were set since.
  std::vector<LiveCampaign> Known() const {
    std::vector<LiveCampaign> known;
    for (const auto& [id, campaign] : known_) known.push_back(campaign);
    return known;
  }

  Task<Result<std::optional<LiveCampaign>>> Campaign(std::string id) override {
    std::string key = id;
    Result<std::optional<LiveCampaign>> campaign = co_await campaigns_.Campaign(std::move(id));
    if (campaign && *campaign) known_[key] = **campaign;
    if (campaign && !*campaign) known_.erase(key);
    co_return campaign;
  }
  Task<Result<std::vector<std::string>>> Schedules(std::string campaign_id) override {
    return campaigns_.Schedules(std::move(campaign_id));
  }
  Task<ActionResult> SetDialRate(std::string id, std::string etag, std::int64_t rate) override {
    std::string key = id;
    ActionResult result = co_await campaigns_.SetDialRate(std::move(id), std::move(etag), rate);
    if (result.done() && known_.contains(key)) known_[key].dial_rate = rate;
    co_return result;
  }
  Task<ActionResult> Pause(std::string id, std::string etag, std::string reason, Instant resume_time) override {
    return campaigns_.Pause(std::move(id), std::move(etag), std::move(reason), resume_time);
  }
  Task<ActionResult> Resume(std::string id, std::string etag) override {
    return campaigns_.Resume(std::move(id), std::move(etag));
  }

 private:
  CampaignControl& campaigns_;
  std::map<std::string, LiveCampaign> known_;
};

}  // namespace cxctl
