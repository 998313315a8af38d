#include "rules/rule_catalog.h"

#include <algorithm>
#include <vector>

namespace cxctl {

std::span<const RuleInfo> AllRules() {
  static const std::vector<RuleInfo> rules = [] {
    std::vector<RuleInfo> all;
    for (const auto part : {ManifestRules(), ScheduleRules(), CampaignRules(), CallCodeRules(), AgentRules()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return rules;
}

const RuleInfo* FindRule(std::string_view id) {
  const auto rules = AllRules();
  const auto found = std::ranges::lower_bound(rules, id, {}, &RuleInfo::id);
  return found == rules.end() || found->id != id ? nullptr : &*found;
}

}  // namespace cxctl
