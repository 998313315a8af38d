#include <fmt/format.h>

#include "rules/finding.h"
#include "rules/rule_groups.h"

namespace cxctl {

namespace {

constexpr Duration kShortestPacingInterval = std::chrono::seconds(15);

/// Two policies of one kind for one campaign, at the later one's reference to it.
void CheckOnlyOne(const RuleInput& input, std::string_view kind, std::string_view rule, Diagnostics& diagnostics) {
  const auto first = FirstByCampaign(input.set, kind);
  for (const Document* policy : input.set.OfKind(kind)) {
    const Value& campaign = *policy->spec().Find("campaign");
    const Document* other = first.at(campaign.as_string());
    if (other == policy || other->address == policy->address) continue;
    Report(diagnostics, rule, *policy, campaign.position(),
           fmt::format("campaign {} has {} already ({})", campaign.as_string(), other->address,
                       PlaceText(input.set, other->name_position())),
           fmt::format("keep one {} for each campaign", kind));
  }
}

void CheckPacing(const Document& policy, Diagnostics& diagnostics) {
  const Value& least = *policy.spec().Find("dialRate", "min");
  const Value& most = *policy.spec().Find("dialRate", "max");
  if (IsOver(least, most)) {
    Report(diagnostics, "CX601", policy, least.position(),
           fmt::format("dialRate.min {} is over dialRate.max {}", NumberText(least), NumberText(most)),
           "lower min, or raise max");
  }
  const Value* interval = policy.spec().Find("interval");
  const auto duration = interval ? ParseDuration(interval->as_string()) : std::nullopt;
  if (!duration || *duration >= kShortestPacingInterval) return;
  Report(diagnostics, "CX601", policy, interval->position(),
         fmt::format("interval {} is under the minimum of {}", interval->as_string(),
                     FormatDuration(kShortestPacingInterval)),
         "raise it to 15s or longer");
}

void CheckThrottle(const Document& throttle, const Document& pacing, Diagnostics& diagnostics) {
  const Value* least = throttle.spec().Find("minAnswerRate");
  const Value* target = pacing.spec().Find("answerRate", "target");
  if (!least || !target || !IsOver(*least, *target)) return;
  ReportWarning(diagnostics, "CX602", throttle, least->position(),
                fmt::format("minAnswerRate {} is over answerRate.target {} of {}", NumberText(*least),
                            NumberText(*target), pacing.address),
                "lower it: a campaign that dials on its target would be paused");
}

}  // namespace

void CheckAgentPolicies(const RuleInput& input, Diagnostics& diagnostics) {
  for (const Document* pacing : input.set.OfKind("PacingPolicy")) CheckPacing(*pacing, diagnostics);
  CheckOnlyOne(input, "PacingPolicy", "CX601", diagnostics);
  CheckOnlyOne(input, "ThrottlePolicy", "CX602", diagnostics);
  const auto pacing = FirstByCampaign(input.set, "PacingPolicy");
  for (const Document* throttle : input.set.OfKind("ThrottlePolicy")) {
    const auto policy = pacing.find(throttle->spec().GetString("campaign"));
    if (policy != pacing.end()) CheckThrottle(*throttle, *policy->second, diagnostics);
  }
}

}  // namespace cxctl
