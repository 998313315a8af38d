#include "sim/tenant_state.h"

namespace cxctl::sim {

// The numbers are of the ranges that are set aside for fiction: 555-0100 to 555-0199.
std::string_view DefaultDataText() {
  return R"({
  "capacity": {"maxConcurrentCalls": 200},
  "campaigns": [
    {"id": "a1b2c3d4-e5f6-7890-abcd-ef1234567890", "name": "Collections East", "state": "ACTIVE",
     "maxAgents": 25, "dialingMode": "PREDICTIVE", "dialRate": 42},
    {"id": "a2b2c3d4-e5f6-7890-abcd-ef1234567891", "name": "Collections West", "state": "PAUSED",
     "pauseReason": "SCHEDULED", "complianceHold": false, "scheduledResumeTime": "2030-01-07T17:00:00Z",
     "maxAgents": 20, "dialingMode": "PREDICTIVE", "dialRate": 30},
    {"id": "a3b2c3d4-e5f6-7890-abcd-ef1234567892", "name": "Fiber Upgrade Sales", "state": "ACTIVE",
     "maxAgents": 40, "dialingMode": "PROGRESSIVE", "dialRate": 60},
    {"id": "a4b2c3d4-e5f6-7890-abcd-ef1234567893", "name": "Insurance Renewals", "state": "INACTIVE",
     "maxAgents": 10, "dialingMode": "PREVIEW", "dialRate": 8},
    {"id": "a5b2c3d4-e5f6-7890-abcd-ef1234567894", "name": "Win-back Florida", "state": "PAUSED",
     "pauseReason": "COMPLIANCE_HOLD", "complianceHold": true, "scheduledResumeTime": "2030-02-01T14:00:00Z",
     "maxAgents": 15, "dialingMode": "PROGRESSIVE", "dialRate": 20},
    {"id": "a6b2c3d4-e5f6-7890-abcd-ef1234567895", "name": "Legacy Loyalty Offers", "state": "SUSPENDED",
     "maxAgents": 5, "dialingMode": "PREVIEW", "dialRate": 0}
  ],
  "schedules": [
    {"id": "b1b2c3d4-e5f6-7890-abcd-ef1234567890", "campaignId": "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
     "name": "Weekday evenings", "description": "Collections after work",
     "startTime": "2026-01-01T05:00:00Z", "endTime": "2031-01-01T05:00:00Z", "timeZone": "America/New_York",
     "dialerSettings": {"maxConcurrentCalls": 50, "callRate": 15, "capacityThreshold": 0.85},
     "regulatoryWindows": [
       {"startTime": "16:00", "endTime": "20:00", "timeZone": "America/New_York", "enabled": true}],
     "blackoutPeriods": [
       {"startTime": "2026-11-26T05:00:00Z", "endTime": "2026-11-27T05:00:00Z", "reason": "Thanksgiving"}],
     "createdAt": "2025-12-01T15:00:00Z", "updatedAt": "2025-12-01T15:00:00Z", "updatedBy": "admin@example.com"},
    {"id": "b2b2c3d4-e5f6-7890-abcd-ef1234567891", "campaignId": "a3b2c3d4-e5f6-7890-abcd-ef1234567892",
     "name": "Business hours",
     "startTime": "2026-01-01T06:00:00Z", "endTime": "2031-01-01T06:00:00Z", "timeZone": "America/Chicago",
     "dialerSettings": {"maxConcurrentCalls": 80, "callRate": 20, "capacityThreshold": 0.9},
     "regulatoryWindows": [
       {"startTime": "09:00", "endTime": "17:00", "timeZone": "America/Chicago", "enabled": true}],
     "optimizationSettings": {"useHistoricalAnswerRates": true, "peakHourBoost": 1.25},
     "createdAt": "2025-12-02T15:00:00Z", "updatedAt": "2025-12-02T15:00:00Z", "updatedBy": "admin@example.com"}
  ],
  "callCodes": [
    {"id": "c1000000-0000-4000-8000-000000000001", "code": "SALE", "name": "Sale", "type": "SUCCESS",
     "category": "OUTBOUND"},
    {"id": "c1000000-0000-4000-8000-000000000002", "code": "SALE_NEW", "name": "New contract", "type": "SUCCESS",
     "category": "OUTBOUND", "parentCallCodeId": "c1000000-0000-4000-8000-000000000001"},
    {"id": "c1000000-0000-4000-8000-000000000003", "code": "SALE_UP", "name": "Upgrade", "type": "SUCCESS",
     "category": "OUTBOUND", "parentCallCodeId": "c1000000-0000-4000-8000-000000000001"},
    {"id": "c1000000-0000-4000-8000-000000000004", "code": "FIBER", "name": "Upgrade to fiber", "type": "SUCCESS",
     "category": "OUTBOUND", "parentCallCodeId": "c1000000-0000-4000-8000-000000000003"},
    {"id": "c1000000-0000-4000-8000-000000000005", "code": "PTP", "name": "Promise to pay", "type": "SUCCESS",
     "category": "OUTBOUND"},
    {"id": "c1000000-0000-4000-8000-000000000006", "code": "CB", "name": "Callback requested", "type": "NEUTRAL",
     "category": "OUTBOUND"},
    {"id": "c1000000-0000-4000-8000-000000000007", "code": "NO", "name": "Not interested", "type": "FAILURE",
     "category": "OUTBOUND"},
    {"id": "c1000000-0000-4000-8000-000000000008", "code": "NO_PRICE", "name": "Too expensive", "type": "FAILURE",
     "category": "OUTBOUND", "parentCallCodeId": "c1000000-0000-4000-8000-000000000007"},
    {"id": "c1000000-0000-4000-8000-000000000009", "code": "DNC", "name": "Do not call", "type": "FAILURE",
     "category": "OUTBOUND"},
    {"id": "c1000000-0000-4000-8000-00000000000a", "code": "FAX", "name": "Fax machine", "type": "NEUTRAL",
     "category": "OUTBOUND", "isActive": false}
  ],
  "queues": [
    {"id": "d1b2c3d4-e5f6-7890-abcd-ef1234567890", "name": "Support callbacks", "active": 4, "waiting": 2,
     "longestWaitSeconds": 35}
  ],
  "agents": [
    {"id": "agent-01", "name": "Ada", "state": "available"}, {"id": "agent-02", "name": "Ben", "state": "available"},
    {"id": "agent-03", "name": "Cleo", "state": "available"}, {"id": "agent-04", "name": "Dan", "state": "busy"},
    {"id": "agent-05", "name": "Eve", "state": "busy"}, {"id": "agent-06", "name": "Finn", "state": "wrapup"},
    {"id": "agent-07", "name": "Gus", "state": "offline"}, {"id": "agent-08", "name": "Hana", "state": "available"},
    {"id": "agent-09", "name": "Ivo", "state": "available"}, {"id": "agent-10", "name": "Jill", "state": "available"},
    {"id": "agent-11", "name": "Kurt", "state": "available"}, {"id": "agent-12", "name": "Lena", "state": "available"},
    {"id": "agent-13", "name": "Moe", "state": "available"}, {"id": "agent-14", "name": "Nora", "state": "available"},
    {"id": "agent-15", "name": "Otto", "state": "available"}, {"id": "agent-16", "name": "Pia", "state": "available"},
    {"id": "agent-17", "name": "Quin", "state": "available"}, {"id": "agent-18", "name": "Rosa", "state": "available"},
    {"id": "agent-19", "name": "Sven", "state": "available"}, {"id": "agent-20", "name": "Tess", "state": "available"},
    {"id": "agent-21", "name": "Uma", "state": "available"}, {"id": "agent-22", "name": "Vito", "state": "available"},
    {"id": "agent-23", "name": "Wanda", "state": "available"}, {"id": "agent-24", "name": "Xenia", "state": "available"},
    {"id": "agent-25", "name": "Yuri", "state": "available"}, {"id": "agent-26", "name": "Zoe", "state": "available"},
    {"id": "agent-27", "name": "Amir", "state": "available"}, {"id": "agent-28", "name": "Bea", "state": "available"},
    {"id": "agent-29", "name": "Carl", "state": "available"}, {"id": "agent-30", "name": "Dora", "state": "available"},
    {"id": "agent-31", "name": "Emil", "state": "available"}, {"id": "agent-32", "name": "Fay", "state": "available"},
    {"id": "agent-33", "name": "Gina", "state": "available"}, {"id": "agent-34", "name": "Hugo", "state": "available"},
    {"id": "agent-35", "name": "Ida", "state": "available"}, {"id": "agent-36", "name": "Jack", "state": "available"},
    {"id": "agent-37", "name": "Kim", "state": "available"}, {"id": "agent-38", "name": "Leo", "state": "available"},
    {"id": "agent-39", "name": "Mia", "state": "available"}, {"id": "agent-40", "name": "Ned", "state": "available"},
    {"id": "agent-41", "name": "Olga", "state": "available"}, {"id": "agent-42", "name": "Paul", "state": "available"},
    {"id": "agent-43", "name": "Rita", "state": "available"}, {"id": "agent-44", "name": "Sam", "state": "available"},
    {"id": "agent-45", "name": "Tina", "state": "available"}, {"id": "agent-46", "name": "Udo", "state": "available"},
    {"id": "agent-47", "name": "Vera", "state": "available"}, {"id": "agent-48", "name": "Walt", "state": "available"},
    {"id": "agent-49", "name": "Ann", "state": "available"}, {"id": "agent-50", "name": "Bob", "state": "available"},
    {"id": "agent-51", "name": "Cora", "state": "available"}, {"id": "agent-52", "name": "Dirk", "state": "available"},
    {"id": "agent-53", "name": "Elsa", "state": "available"}, {"id": "agent-54", "name": "Fred", "state": "available"},
    {"id": "agent-55", "name": "Greta", "state": "available"}, {"id": "agent-56", "name": "Hans", "state": "available"},
    {"id": "agent-57", "name": "Iris", "state": "available"}, {"id": "agent-58", "name": "Jan", "state": "available"},
    {"id": "agent-59", "name": "Kay", "state": "available"}, {"id": "agent-60", "name": "Lou", "state": "available"},
    {"id": "agent-61", "name": "Max", "state": "available"}, {"id": "agent-62", "name": "Nina", "state": "available"},
    {"id": "agent-63", "name": "Ole", "state": "available"}, {"id": "agent-64", "name": "Petra", "state": "available"}
  ],
  "contacts": [
    {"id": "contact-01", "fields": [{"name": "FirstName", "value": "Ines"}, {"name": "Segment", "value": "Gold"}]},
    {"id": "contact-02", "fields": [{"name": "FirstName", "value": "Jon"}]},
    {"id": "contact-03", "fields": []}
  ],
  "callbacks": [
    {"id": "e1b2c3d4-e5f6-7890-abcd-ef1234567890", "state": "scheduled", "to": "+12125550123",
     "from": "+18005550199", "scheduleDate": "2030-01-08T15:00:00Z",
     "queueId": "d1b2c3d4-e5f6-7890-abcd-ef1234567890"}
  ]
})";
}

}  // namespace cxctl::sim
