#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cxctl {

/// The life cycle of a campaign as one API has it, declared once by its dialect.
struct CampaignStates {
  /// What one request may do: (from, to).
  std::vector<std::pair<std::string, std::string>> steps;
  /// JSON Pointers of members that the platform does not let anybody change while the campaign is ACTIVE.
  std::vector<std::string> fixed_while_active;

  bool IsStep(std::string_view from, std::string_view to) const;
  bool IsFixed(std::string_view path) const;
};

/// The states to go through from `from` to `to`, `to` included; empty where they are the same, nothing where there is
/// no way. The shortest way, the first in the order of `steps` among equals; never through ACTIVE, because on the way
/// nobody may be called who is called neither before nor after. Pure.
std::optional<std::vector<std::string>> WayBetween(const CampaignStates& states, std::string_view from,
                                                   std::string_view to);

}  // namespace cxctl
