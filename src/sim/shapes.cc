#include "sim/shapes.h"

namespace cxctl::sim {
namespace {

constexpr std::string_view kPauseReasons[] = {"COMPLIANCE_HOLD", "CARRIER_THROTTLE", "AGENT_CAPACITY", "SCHEDULED"};
constexpr std::string_view kDialingModes[] = {"PREDICTIVE", "PROGRESSIVE", "PREVIEW"};
constexpr std::string_view kCallCodeTypes[] = {"SUCCESS", "FAILURE", "NEUTRAL"};
constexpr std::string_view kMetricNames[] = {"campaignId", "totalCallsDialed", "totalCallsAnswered",
                                             "totalCallsAbandoned", "answerRate"};
constexpr std::string_view kDispositionOnly[] = {"disposition"};
constexpr std::string_view kIntervals[] = {"hour", "day"};
constexpr std::string_view kSmsOnly[] = {"sms"};
constexpr std::string_view kQueuedOnly[] = {"queued"};
constexpr std::string_view kCustomOnly[] = {"custom"};

constexpr std::string_view kPhoneText = "an E.164 number, such as +14155550100";
constexpr std::string_view kCodeText = "2 to 16 of A-Z, 0-9 and _";

// Campaigns

constexpr MemberRule kId = {.name = "id", .required = true, .min_length = 1};
constexpr MemberRule kPauseReason = {.name = "pauseReason", .kind = Kind::kChoice, .choices = kPauseReasons};
constexpr MemberRule kComplianceHold = {.name = "complianceHold", .kind = Kind::kBool};
constexpr MemberRule kResumeTime = {.name = "scheduledResumeTime", .kind = Kind::kDateTime};
constexpr MemberRule kMaxAgents = {.name = "maxAgents", .kind = Kind::kInt, .min = 0};
constexpr MemberRule kDialingMode = {.name = "dialingMode", .kind = Kind::kChoice, .choices = kDialingModes};
constexpr MemberRule kDialRate = {.name = "dialRate", .kind = Kind::kInt, .min = 0};

constexpr MemberRule Required(MemberRule rule) {
  rule.required = true;
  return rule;
}
constexpr MemberRule Nullable(MemberRule rule) {
  rule.nullable = true;
  return rule;
}

constexpr MemberRule kCampaignRules[] = {
    {.name = "id", .required = true, .pattern = IsUuid, .pattern_text = "a UUID"},
    {.name = "name", .required = true},
    {.name = "state", .kind = Kind::kChoice, .required = true, .choices = kCampaignStates},
    Nullable(kPauseReason),
    kComplianceHold,
    Nullable(kResumeTime),
    Required(kMaxAgents),
    Required(kDialingMode),
    Required(kDialRate),
};
constexpr MemberRule kTransitionRules[] = {
    {.name = "state", .required = true},
    kPauseReason,
    kComplianceHold,
    kResumeTime,
    kMaxAgents,
    kDialingMode,
    kDialRate,
};
constexpr MemberRule kCampaignPatchRules[] = {
    kPauseReason, kComplianceHold, kResumeTime, Required(kMaxAgents), Required(kDialingMode), Required(kDialRate),
};

// Schedules

constexpr MemberRule kBlackoutRules[] = {
    {.name = "startTime", .kind = Kind::kDateTime, .required = true},
    {.name = "endTime", .kind = Kind::kDateTime, .required = true},
    {.name = "reason", .required = true},
};
constexpr ObjectShape kBlackout = {kBlackoutRules};
constexpr MemberRule kDialerSettingsRules[] = {
    {.name = "maxConcurrentCalls", .kind = Kind::kInt, .required = true, .min = 1},
    {.name = "callRate", .kind = Kind::kNumber, .required = true, .min = 0, .max = 30},
    {.name = "capacityThreshold", .kind = Kind::kNumber, .required = true, .min = 0, .max = 1, .above_min = true},
};
constexpr ObjectShape kDialerSettings = {kDialerSettingsRules};
constexpr MemberRule kWindowRules[] = {
    {.name = "startTime", .kind = Kind::kTimeOfDay, .required = true},
    {.name = "endTime", .kind = Kind::kTimeOfDay, .required = true},
    {.name = "timeZone", .kind = Kind::kZone, .required = true},
    {.name = "enabled", .kind = Kind::kBool, .required = true},
};
constexpr ObjectShape kWindow = {kWindowRules};
constexpr MemberRule kOptimizationRules[] = {
    {.name = "useHistoricalAnswerRates", .kind = Kind::kBool},
    {.name = "peakHourBoost", .kind = Kind::kNumber, .min = 1},
};
constexpr ObjectShape kOptimization = {kOptimizationRules};
constexpr MemberRule kScheduleName = {.name = "name", .required = true, .min_length = 1, .max_length = 128};
constexpr MemberRule kDescription = {.name = "description"};
constexpr MemberRule kStartTime = {.name = "startTime", .kind = Kind::kDateTime, .required = true};
constexpr MemberRule kEndTime = {.name = "endTime", .kind = Kind::kDateTime, .required = true};
constexpr MemberRule kTimeZone = {.name = "timeZone", .kind = Kind::kZone, .required = true};
constexpr MemberRule kBlackouts = {.name = "blackoutPeriods", .kind = Kind::kObjects, .shape = &kBlackout};
constexpr MemberRule kDialer = {
    .name = "dialerSettings", .kind = Kind::kObject, .required = true, .shape = &kDialerSettings};
constexpr MemberRule kWindows = {
    .name = "regulatoryWindows", .kind = Kind::kObjects, .required = true, .shape = &kWindow};
constexpr MemberRule kOptimizations = {.name = "optimizationSettings", .kind = Kind::kObject, .shape = &kOptimization};

constexpr MemberRule kSchedulePayloadRules[] = {
    kScheduleName, kDescription, kStartTime, kEndTime, kTimeZone, kBlackouts, kDialer, kWindows, kOptimizations,
};
constexpr MemberRule kScheduleRules[] = {
    kId,
    {.name = "campaignId", .required = true},
    kScheduleName,
    kDescription,
    kStartTime,
    kEndTime,
    kTimeZone,
    kBlackouts,
    kDialer,
    kWindows,
    kOptimizations,
    {.name = "createdAt", .kind = Kind::kDateTime},
    {.name = "updatedAt", .kind = Kind::kDateTime},
    {.name = "updatedBy"},
};

// Call codes

constexpr MemberRule kCodeName = {.name = "name", .required = true};
constexpr MemberRule kCode = {.name = "code", .required = true, .pattern = IsCallCode, .pattern_text = kCodeText};
constexpr MemberRule kCodeType = {.name = "type", .kind = Kind::kChoice, .required = true, .choices = kCallCodeTypes};
constexpr MemberRule kParent = {.name = "parentCallCodeId", .nullable = true};
constexpr MemberRule kCategory = {.name = "category", .required = true};
constexpr MemberRule kIsActive = {.name = "isActive", .kind = Kind::kBool};

constexpr MemberRule kCallCodePayloadRules[] = {kCodeName, kCode, kCodeType, kParent, kCategory, kIsActive};
constexpr MemberRule kCallCodeRules[] = {kId, kCodeName, kCode, kCodeType, kParent, kCategory, kIsActive};

// Callbacks, messages

constexpr MemberRule kCustomAttributes = {.name = "customAttributes", .kind = Kind::kTextMap};
constexpr MemberRule kQueueId = {.name = "queueId", .required = true};
constexpr MemberRule kTo = {.name = "to", .required = true, .pattern = IsE164, .pattern_text = kPhoneText};
constexpr MemberRule kFrom = {.name = "from", .required = true, .pattern = IsE164, .pattern_text = kPhoneText};

constexpr MemberRule kCallbackPayloadRules[] = {
    {.name = "to", .required = true},
    {.name = "from", .required = true},
    {.name = "scheduleDate", .required = true},
    kQueueId,
    kCustomAttributes,
};
constexpr MemberRule kCallbackPatchRules[] = {
    {.name = "scheduleDate", .required = true},
    {.name = "state", .required = true},
    {.name = "id", .required = true},
    {.name = "to", .required = true},
    {.name = "from", .required = true},
    kQueueId,
    kCustomAttributes,
};
constexpr MemberRule kCallbackRules[] = {
    kId,
    {.name = "state", .kind = Kind::kChoice, .required = true, .choices = kCallbackStates},
    kTo,
    kFrom,
    {.name = "scheduleDate", .kind = Kind::kDateTime, .required = true},
    kQueueId,
    kCustomAttributes,
};
constexpr MemberRule kMessagePayloadRules[] = {
    {.name = "to", .required = true},
    {.name = "from", .required = true},
    {.name = "type", .kind = Kind::kChoice, .required = true, .choices = kSmsOnly},
    {.name = "body", .required = true, .max_length = 1600},
};
constexpr MemberRule kMessageRules[] = {
    kId,
    {.name = "state", .kind = Kind::kChoice, .required = true, .choices = kQueuedOnly},
    kTo,
    kFrom,
    {.name = "type", .kind = Kind::kChoice, .required = true, .choices = kSmsOnly},
    {.name = "body", .required = true, .max_length = 1600},
};

// Contacts, queues, agents

constexpr MemberRule kFieldRules[] = {{.name = "name", .required = true}, {.name = "value", .required = true}};
constexpr ObjectShape kField = {kFieldRules};
constexpr MemberRule kFields = {.name = "fields", .kind = Kind::kObjects, .required = true, .shape = &kField};
constexpr MemberRule kContactUpdateRules[] = {kFields};
constexpr MemberRule kContactRules[] = {kId, kFields};
constexpr MemberRule kQueueRules[] = {
    kId,
    {.name = "name"},
    {.name = "active", .kind = Kind::kInt, .min = 0},
    {.name = "waiting", .kind = Kind::kInt, .min = 0},
    {.name = "longestWaitSeconds", .kind = Kind::kInt, .min = 0},
};
constexpr MemberRule kAgentRules[] = {
    kId,
    {.name = "name"},
    {.name = "state", .kind = Kind::kChoice, .required = true, .choices = kAgentStates},
};

// Analytics, exports

constexpr MemberRule kMetricsRules[] = {
    kId,
    {.name = "callsPerMinute", .kind = Kind::kNumber, .min = 0},
    {.name = "answerRate", .kind = Kind::kNumber, .min = 0, .max = 1},
    {.name = "abandonRate", .kind = Kind::kNumber, .min = 0, .max = 1},
};
constexpr MemberRule kMetricsQueryRules[] = {
    {.name = "select", .kind = Kind::kTexts, .required = true, .min_length = 1, .choices = kMetricNames},
    {.name = "where", .required = true},
    {.name = "interval", .required = true},
    {.name = "pageSize", .kind = Kind::kInt, .min = 1, .max = 500},
    {.name = "page", .kind = Kind::kInt, .min = 1, .max = 1000000000},
};
constexpr MemberRule kHistoryQueryRules[] = {
    {.name = "filter", .required = true},
    {.name = "groupBy", .kind = Kind::kTexts, .required = true, .min_length = 1, .choices = kDispositionOnly},
    {.name = "interval", .kind = Kind::kChoice, .required = true, .choices = kIntervals},
    {.name = "from", .kind = Kind::kDateTime, .required = true},
    {.name = "to", .kind = Kind::kDateTime, .required = true},
};
constexpr MemberRule kExportPayloadRules[] = {
    {.name = "name", .required = true},
    {.name = "type", .kind = Kind::kChoice, .required = true, .choices = kCustomOnly},
    {.name = "columns", .kind = Kind::kTexts, .required = true, .min_length = 1},
    {.name = "filter", .required = true},
};
constexpr MemberRule kExportRules[] = {
    kId,
    {.name = "createdAt", .kind = Kind::kDateTime, .required = true},
    {.name = "polls", .kind = Kind::kInt, .required = true, .min = 0},
    {.name = "rows", .kind = Kind::kInt, .required = true, .min = 0},
    {.name = "content", .required = true},
};
constexpr MemberRule kCapacityRules[] = {
    {.name = "maxConcurrentCalls", .kind = Kind::kInt, .required = true, .min = 0},
};

}  // namespace

const ObjectShape kCampaign = {kCampaignRules};
const ObjectShape kCampaignTransition = {kTransitionRules};
const ObjectShape kCampaignPatch = {kCampaignPatchRules};
const ObjectShape kSchedulePayload = {kSchedulePayloadRules};
const ObjectShape kSchedule = {kScheduleRules};
const ObjectShape kCallCodePayload = {kCallCodePayloadRules};
const ObjectShape kCallCode = {kCallCodeRules};
const ObjectShape kCallbackPayload = {kCallbackPayloadRules};
const ObjectShape kCallbackPatch = {kCallbackPatchRules};
const ObjectShape kCallback = {kCallbackRules};
const ObjectShape kMessagePayload = {kMessagePayloadRules};
const ObjectShape kMessage = {kMessageRules};
const ObjectShape kContactUpdate = {kContactUpdateRules};
const ObjectShape kContact = {kContactRules};
const ObjectShape kQueue = {kQueueRules};
const ObjectShape kAgent = {kAgentRules};
const ObjectShape kMetrics = {kMetricsRules};
const ObjectShape kMetricsQuery = {kMetricsQueryRules};
const ObjectShape kHistoryQuery = {kHistoryQueryRules};
const ObjectShape kExportPayload = {kExportPayloadRules};
const ObjectShape kExport = {kExportRules};
const ObjectShape kCapacity = {kCapacityRules};

}  // namespace cxctl::sim
