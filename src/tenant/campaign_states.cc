#include "tenant/campaign_states.h"

#include <algorithm>
#include <deque>
#include <map>

namespace cxctl {

bool CampaignStates::IsStep(std::string_view from, std::string_view to) const {
  return std::ranges::any_of(steps, [&](const auto& step) { return step.first == from && step.second == to; });
}

bool CampaignStates::IsFixed(std::string_view path) const {
  return std::ranges::any_of(fixed_while_active, [&](const std::string& fixed) {
    return path == fixed || (path.starts_with(fixed) && path[fixed.size()] == '/');
  });
}

std::optional<std::vector<std::string>> WayBetween(const CampaignStates& states, std::string_view from,
                                                   std::string_view to) {
  if (from == to) return std::vector<std::string>();
  std::map<std::string, std::string, std::less<>> came_from;
  std::deque<std::string> reached{std::string(from)};
  came_from.emplace(from, "");
  while (!reached.empty() && !came_from.contains(to)) {
    const std::string at = std::move(reached.front());
    reached.pop_front();
    for (const auto& [first, second] : states.steps) {
      if (first != at || (second == "ACTIVE" && second != to) || came_from.contains(second)) continue;
      came_from.emplace(second, at);
      reached.push_back(second);
    }
  }
  if (!came_from.contains(to)) return std::nullopt;
  std::vector<std::string> way;
  for (std::string at(to); at != from; at = came_from.find(at)->second) way.push_back(at);
  std::ranges::reverse(way);
  return way;
}

}  // namespace cxctl
