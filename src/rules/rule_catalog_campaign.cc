#include <array>

#include "rules/rule_catalog.h"

namespace cxctl {

std::span<const RuleInfo> CampaignRules() {
  static constexpr std::array<RuleInfo, 8> kRules = {{
      {.id = "CX301",
       .subject = "campaign",
       .summary = "complianceHold is true without scheduledResumeTime.",
       .story =
           "A compliance hold keeps a campaign from dialing until a time. Without that time nothing says when the hold "
           "may be lifted, and a hold without an end is forgotten or lifted by guess.\n\n"
           "To mend it: add scheduledResumeTime.",
       .wrong = "state: PAUSED\npauseReason: COMPLIANCE_HOLD\ncomplianceHold: true",
       .right = "state: PAUSED\npauseReason: COMPLIANCE_HOLD\ncomplianceHold: true\n"
                "scheduledResumeTime: 2026-12-01T14:00:00Z",
       .source = "the tenant's API: complianceHold and scheduledResumeTime of a campaign"},
      {.id = "CX302",
       .subject = "campaign",
       .summary = "maxAgents is over carrierLimit.maxAgents.",
       .story =
           "carrierLimit says what the carrier's contract allows; it is checked and not sent. With more agents than "
           "that the campaign asks for lines that it does not have.\n\n"
           "To mend it: lower maxAgents, or correct carrierLimit when the contract has changed.",
       .wrong = "maxAgents: 40\ncarrierLimit: {maxAgents: 30}",
       .right = "maxAgents: 30\ncarrierLimit: {maxAgents: 30}",
       .source = "the contract with the carrier, as carrierLimit has it"},
      {.id = "CX303",
       .subject = "campaign",
       .summary = "pauseReason, complianceHold: true or scheduledResumeTime stands without state: PAUSED.",
       .story =
           "The tenant takes these members only while a campaign is paused, and answers 409 otherwise. A hold on a "
           "campaign that is ACTIVE holds nothing. Reported at each member.\n\n"
           "To mend it: set state: PAUSED, or remove the member.",
       .wrong = "state: ACTIVE\ncomplianceHold: true",
       .right = "state: PAUSED\ncomplianceHold: true\nscheduledResumeTime: 2026-12-01T14:00:00Z",
       .source = "the tenant's API: pause members while not PAUSED are 409"},
      {.id = "CX304",
       .guard = true,
       .subject = "campaign",
       .summary = "A SUSPENDED campaign is asked to change its state.",
       .story =
           "SUSPENDED is the platform's own state: it has stopped the campaign, for billing or for abuse, and lets "
           "nobody but itself end that. A guard: the plan lists it, and apply refuses as a whole before its first "
           "write (exit 5).\n\n"
           "To mend it: settle it with the platform's support; or take `state` out of the manifest meanwhile.",
       .wrong = "state: ACTIVE             # the platform has SUSPENDED it",
       .right = "maxAgents: 25             # no state, until the platform lifts the suspension",
       .source = "the tenant's API: transitions of a campaign's state"},
      {.id = "CX305",
       .severity = Severity::kWarning,
       .subject = "campaign",
       .summary = "The campaign is ACTIVE with no schedule and no calendar.",
       .story =
           "Nothing in the manifests says when such a campaign may dial: whatever is on the tenant decides. A schedule "
           "or a calendar makes the hours visible and lets them be checked.\n\n"
           "To mend it: declare a CampaignSchedule for it, or name its calendar.",
       .wrong = "name: Collections East\nstate: ACTIVE",
       .right = "name: Collections East\nstate: ACTIVE\ncalendar: us-weekdays",
       .source = "47 CFR 64.1200(c)(1): calling hours have to be kept whoever sets them"},
      {.id = "CX306",
       .subject = "campaign",
       .summary = "dialRate is outside the range of the campaign's PacingPolicy.",
       .story =
           "While a PacingPolicy works on a campaign, dialRate moves between the policy's min and max. A rate outside "
           "in git would be set once and moved at the next step of the controller: the two contradict each other.\n\n"
           "To mend it: set a dialRate in the range, leave it out, or change the policy's range.",
       .wrong = "dialRate: 120   # PacingPolicy: dialRate: {min: 10, max: 100}",
       .right = "dialRate: 42    # PacingPolicy: dialRate: {min: 10, max: 100}",
       .source = "the manifest format: dialRate within min..max is the controller's"},
      {.id = "CX307",
       .guard = true,
       .subject = "campaign",
       .summary = "The campaign would become ACTIVE outside of its permitted time.",
       .story =
           "Activated in the night, a campaign may dial in the night. Permitted is the union over its wanted "
           "schedules, "
           "those that are live and stay among them, within its calendar if it has one; judged when it has a calendar "
           "or at least one schedule. A guard: the plan lists it with the time from which it is fine, and apply "
           "refuses as a whole before its first write (exit 5).\n\n"
           "To mend it: apply again at the time that is named, or correct the schedules.",
       .wrong = "state: ACTIVE             # applied at 22:30, its schedule ends at 20:00",
       .right = "state: ACTIVE             # applied from 09:00 on, when its schedule begins",
       .source = "47 CFR 64.1200(c)(1); 16 CFR 310.4(c)"},
      {.id = "CX308",
       .guard = true,
       .subject = "campaign",
       .summary = "A live compliance hold would be lifted before its scheduledResumeTime.",
       .story =
           "Somebody put the campaign on hold until a time that has not come. Leaving PAUSED, or complianceHold: "
           "false, "
           "would lift the hold earlier. A guard: the plan lists it, and apply refuses as a whole before its first "
           "write (exit 5).\n\n"
           "To mend it: wait until the time, or give apply --release-holds when compliance has agreed.",
       .wrong = "state: ACTIVE             # live: PAUSED, complianceHold until tomorrow",
       .right = "state: PAUSED\ncomplianceHold: true\nscheduledResumeTime: 2026-12-01T14:00:00Z",
       .source = "the tenant's API: complianceHold and scheduledResumeTime of a campaign"},
  }};
  return kRules;
}

}  // namespace cxctl
