#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "manifest/manifests.h"
#include "study/simulation.h"
#include "time/instant.h"

namespace cxctl {

/// The campaigns of a set that are simulated, and those that are not, and why.
struct CampaignChoice {
  struct Left {
    std::string address;
    std::string reason;
  };
  std::vector<const Document*> campaigns;  ///< In path order.
  std::vector<Left> left;
};

/// Those that `is_wanted` and that would dial: ACTIVE ones, those whose state is not managed, and those PAUSED until a
/// scheduledResumeTime; with `assume_active` all of them. REQUIRES: the set has no errors.
CampaignChoice ChooseCampaigns(const ManifestSet& set, const std::function<bool(const Document&)>& is_wanted,
                               bool assume_active);

/// The days that are simulated, by the first campaign's clock: from `start`, else the day with most permitted time of
/// the first seven that any of the campaigns may dial on, as the manifests have it (the clock on the wall has no say).
/// Nothing where none of them ever may.
std::optional<Interval> ChooseDays(const ManifestSet& set, const CampaignChoice& choice, std::optional<Date> start,
                                   int days, bool assume_active);

/// The campaigns with their schedules and policies, as far as the range needs them.
std::vector<SimulatedCampaign> ReadSimulatedCampaigns(const ManifestSet& set, const CampaignChoice& choice,
                                                      Interval range, bool assume_active);

/// What the maxAgents of the campaigns that may dial in the range come to; 20 where none says.
int AgentsOf(const ManifestSet& set, const CampaignChoice& choice, Interval range, bool assume_active);

}  // namespace cxctl
