#pragma once

#include "sim/body_check.h"

namespace cxctl::sim {

// The bodies and objects of schemas/tenant-api.v2.yaml as tables. A patch is checked against the same rows as the
// payload it changes: `required` then means that null cannot remove the member.

extern const ObjectShape kCampaign;            ///< A campaign at rest, with id and name.
extern const ObjectShape kCampaignTransition;  ///< `state` is any text here: the states have their own statuses.
extern const ObjectShape kCampaignPatch;
extern const ObjectShape kSchedulePayload;
extern const ObjectShape kSchedule;
extern const ObjectShape kCallCodePayload;
extern const ObjectShape kCallCode;
extern const ObjectShape kCallbackPayload;  ///< Numbers and the date are any text here: they have their own codes.
extern const ObjectShape kCallbackPatch;    ///< Every member that a callback has: most are refused by a 409.
extern const ObjectShape kCallback;
extern const ObjectShape kMessagePayload;  ///< Numbers are any text here.
extern const ObjectShape kMessage;
extern const ObjectShape kContactUpdate;
extern const ObjectShape kContact;
extern const ObjectShape kQueue;
extern const ObjectShape kAgent;
extern const ObjectShape kMetrics;  ///< What overrides a campaign's simulated figures.
extern const ObjectShape kMetricsQuery;
extern const ObjectShape kHistoryQuery;
extern const ObjectShape kExportPayload;
extern const ObjectShape kExport;
extern const ObjectShape kCapacity;

inline constexpr std::string_view kCampaignStates[] = {"ACTIVE", "PAUSED", "INACTIVE", "SUSPENDED"};
inline constexpr std::string_view kAgentStates[] = {"available", "busy", "wrapup", "offline"};
inline constexpr std::string_view kCallbackStates[] = {"scheduled", "dialing", "completed", "cancelled", "failed"};

}  // namespace cxctl::sim
