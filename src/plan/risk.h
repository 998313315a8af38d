#pragma once

#include "plan/plan.h"

namespace cxctl {

/// What changing `fields` of an object does to the calls that may be placed. Pauses, lower rates, fewer agents,
/// permitted time that is a subset reduce; the reverse increases. Judged on the whole object before and after.
Risk RiskOf(ObjectKind kind, const std::vector<FieldChange>& fields, const Value& before, const Value& after);

/// What a schedule's change does to its permitted time, in words. `before` and `after` are the whole object, null where
/// there is none. Nothing if no time is added or removed, or if it cannot be told.
std::optional<PermittedTimeChange> DescribeTiming(const Value& before, const Value& after, Instant now);

/// Several effects taken together.
Risk Combine(Risk a, Risk b);

/// The members of the object that RiskOf looked at for these fields: if one of them is found changed, the risk has to
/// be judged again.
std::vector<std::string> JudgedMembers(ObjectKind kind, const std::vector<FieldChange>& fields);

}  // namespace cxctl
