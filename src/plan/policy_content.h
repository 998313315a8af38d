#pragma once

#include <string_view>

#include "plan/content.h"
#include "plan/plan.h"

namespace cxctl {

/// What is deployed of a policy or sink, in canonical form, so that the same policy is the same value however it was
/// written:
///
///   spec               defaults filled in; without `sinks`; a secret as kSecretText
///   campaignId         of the campaign that it works on
///   calendar           spec of its CallingCalendar, defaults filled in
///   sinks              names
///   secretFingerprint  of a sink's secret; left out where the secret is not known
///
/// Lists that are sets (sinks, events, regions, days, windows, blackouts) are sorted, times are in UTC, unknown members
/// left out. Defaults are sent, too: what an agent does with a policy does not change with the version of the agent.
Value CanonicalPolicy(Arena& arena, ObjectKind kind, const Value& content);

/// The `spec` of a document of that kind as CanonicalPolicy has it.
Value CanonicalSpec(Arena& arena, std::string_view kind, const Value& spec);

/// Whether two values of that member mean the same: durations by length, zones after alias resolution.
bool SamePolicyMember(std::string_view path, const Value& a, const Value& b);

/// What deploying the policy anew, or removing it, does to the calls of its campaign.
Risk RiskOfPolicyCreate(ObjectKind kind);
Risk RiskOfPolicyRemoval(ObjectKind kind);
/// What changing one member does. A PacingPolicy's bounds bound the dial rate; a ThrottlePolicy is a brake: the earlier
/// and longer it pauses, the fewer calls.
Risk RiskOfPolicyMember(ObjectKind kind, const FieldChange& field);

}  // namespace cxctl
