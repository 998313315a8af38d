#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "calendar/schedule_timing.h"
#include "manifest/manifests.h"
#include "phone/phone_numbers.h"
#include "rules/calendars.h"
#include "time/instant.h"

namespace cxctl {

/// A valid CampaignSchedule and what several rules want to know of it.
struct ScheduleFacts {
  const Document* document = nullptr;
  const Document* campaign = nullptr;  ///< The valid Campaign document that it refers to, or null.
  std::optional<DateTime> start, end;
  /// That of its calendar, compiled, if it refers to one. Nothing where a time or zone cannot be read, and for one that
  /// repeats another's address: rules about permitted time leave these out.
  std::optional<ScheduleTiming> timing;
};

/// What the groups of rules read.
struct RuleInput {
  const ManifestSet& set;
  Instant now;
  std::optional<std::int64_t> capacity;
  const PhoneNumbers* phone_numbers = nullptr;  ///< Null: numbers are judged by their form alone.
  std::vector<ScheduleFacts> schedules;         ///< In path order.
  Calendars& calendars;
};

// Each appends its findings.
void CheckZones(const RuleInput& input, Diagnostics& diagnostics);          ///< CX202
void CheckSchedules(const RuleInput& input, Diagnostics& diagnostics);      ///< CX201, CX204, CX205, CX207, CX209
void CheckCallingHours(const RuleInput& input, Diagnostics& diagnostics);   ///< CX206
void CheckOverlaps(const RuleInput& input, Diagnostics& diagnostics);       ///< CX208
void CheckConcurrency(const RuleInput& input, Diagnostics& diagnostics);    ///< CX203
void CheckCampaigns(const RuleInput& input, Diagnostics& diagnostics);      ///< CX301 to CX303, CX305, CX306
void CheckCallCodes(const RuleInput& input, Diagnostics& diagnostics);      ///< CX401 to CX405
void CheckCallbacks(const RuleInput& input, Diagnostics& diagnostics);      ///< CX501, CX502, CX504, CX505
void CheckAgentPolicies(const RuleInput& input, Diagnostics& diagnostics);  ///< CX601, CX602
void CheckSinks(const RuleInput& input, Diagnostics& diagnostics);          ///< CX701

/// The valid documents of the kind by the campaign that they work on; the first one in path order for each.
std::map<std::string_view, const Document*> FirstByCampaign(const ManifestSet& set, std::string_view kind);

}  // namespace cxctl
