#pragma once

#include <memory>
#include <string>
#include <utility>

#include "agent/status_document.h"
#include "value/json.h"

// An agent that does a bit of everything, on the Tuesday before Thanksgiving.

namespace cxctl {

inline Instant At(const char* time) {
  return ParseDateTime(time)->instant;
}

inline std::shared_ptr<const CallingCalendar> CalendarOf(const char* spec) {
  static Arena arena;
  return std::make_shared<const CallingCalendar>(*CallingCalendar::Read(*ParseJson(arena, spec)));
}

inline std::shared_ptr<const CallingCalendar> FloridaCalendar() {
  return CalendarOf(R"({
    "timeZone": "America/New_York",
    "windows": [{"days": ["mon", "tue", "wed", "thu", "fri"], "startTime": "09:00", "endTime": "21:00"},
                {"days": ["sat"], "startTime": "10:00", "endTime": "17:00"}],
    "blackouts": [{"date": "2026-11-26", "reason": "Thanksgiving"},
                  {"startTime": "2026-11-25T17:00:00Z", "endTime": "2026-11-25T18:30:00Z", "reason": "Drill of the carrier"}],
    "jurisdictions": ["us-fl"], "clip": true})");
}

inline DeployedPacing PacingOf(std::string name, std::string campaign, std::string id) {
  DeployedPacing policy;
  policy.name = std::move(name);
  policy.version = 1;
  policy.campaign = std::move(campaign);
  policy.campaign_id = std::move(id);
  policy.settings.min = 10;
  policy.settings.max = 100;
  policy.settings.answer_target = 0.3;
  policy.settings.answer_tolerance = 0.05;
  return policy;
}

inline DeployedThrottle ThrottleOf(std::string name, std::string campaign, std::string id) {
  DeployedThrottle policy;
  policy.name = std::move(name);
  policy.version = 1;
  policy.campaign = std::move(campaign);
  policy.campaign_id = std::move(id);
  policy.settings.min_answer_rate = 0.15;
  policy.settings.max_abandon_rate = 0.03;
  return policy;
}

inline std::shared_ptr<const Policies> BusyPolicies() {
  auto policies = std::make_shared<Policies>();
  policies->pacing["east-pace"] = PacingOf("east-pace", "east", "c-east");
  policies->pacing["east-pace"].settings.algorithm = PacingSettings::Algorithm::kAdaptive;
  policies->pacing["west-pace"] = PacingOf("west-pace", "west", "c-west");
  policies->pacing["north-pace"] = PacingOf("north-pace", "north", "c-north");
  policies->throttle["east-guard"] = ThrottleOf("east-guard", "east", "c-east");
  policies->throttle["east-guard"].calendar = FloridaCalendar();
  policies->throttle["west-guard"] = ThrottleOf("west-guard", "west", "c-west");
  policies->throttle["west-guard"].calendar = CalendarOf(
      R"({"timeZone": "America/Los_Angeles", "windows": [{"days": ["mon", "tue", "wed"], "startTime": "08:00", "endTime": "24:00"}]})");
  DeployedCallbacks callbacks;
  callbacks.name = "support";
  callbacks.queue_id = "q-support";
  callbacks.calendar = FloridaCalendar();
  DeployedCallbacks::Capacity capacity;
  capacity.threshold = 40;
  callbacks.capacity = capacity;
  policies->callbacks["support"] = callbacks;
  callbacks.name = "sales";
  callbacks.queue_id = "q-sales";
  callbacks.calendar = nullptr;
  callbacks.capacity.reset();
  policies->callbacks["sales"] = callbacks;
  policies->sinks.push_back(
      {"wfo", "https://user:canary-1@wfo.example.com:8443/hooks/canary-2?token=canary-3", {}, "canary-4"});
  policies->sinks.push_back({"billing", "https://billing.example.com/events", {}, ""});
  policies->unreadable.push_back("Sink/crm: its secret was sealed with another key; apply again");
  return policies;
}

inline LiveCampaign CampaignOf(std::string id, std::string name, std::string state, std::int64_t rate) {
  LiveCampaign campaign;
  campaign.id = std::move(id);
  campaign.name = std::move(name);
  campaign.state = std::move(state);
  campaign.dial_rate = rate;
  return campaign;
}

inline StatusInput BusyStatus() {
  StatusInput input;
  input.version = "0.1.0";
  input.instance = "agent-a";
  input.started_at = At("2026-11-24T09:00:00Z");
  input.now = At("2026-11-24T15:15:00Z");
  input.tenant = {"prod", "https://api.example.com/v2?key=canary-5", true, ""};
  input.policies = BusyPolicies();
  input.campaigns = {CampaignOf("c-east", "Collections East", "ACTIVE", 44),
                     CampaignOf("c-west", "Collections West", "PAUSED", 30),
                     CampaignOf("c-north", "Surveys North", "SUSPENDED", 0)};
  input.campaigns[1].pause_reason = "CARRIER_THROTTLE";
  input.campaigns[1].resume_time = At("2026-11-24T15:20:00Z");
  input.campaigns[2].compliance_hold = true;
  input.pacing["east-pace"].status = R"({"running": true,
    "lastStep": "2026-11-24T15:14:30.001Z", "policy": "east-pace", "state": "pacing", "reason": "6.2 agents available",
    "steppedAt": "2026-11-24T15:14:30Z", "lastFigures": "2026-11-24T15:14:30Z", "points": [
    {"at": "2026-11-24T15:13:30Z", "dialRate": 40, "target": 42, "available": 6, "answerRate": 0.28, "abandonRate": 0.012},
    {"at": "2026-11-24T15:14:00Z", "dialRate": 42, "target": 44, "available": 6.2, "answerRate": 0.31, "abandonRate": 0.02},
    {"at": "2026-11-24T15:14:30Z", "dialRate": 44, "target": 44, "available": 6.2, "answerRate": 0.3}]})";
  input.pacing["west-pace"].record = R"({"pacer": {}, "lastFigures": 1795533270000000, "points": [
    {"at": "2026-11-24T15:14:30Z", "dialRate": 30, "target": 30, "available": 4, "answerRate": 0.11}]})";
  input.throttle["east-guard"].status = R"({"policy": "east-guard", "state": "watching", "reason": "within its limits",
    "steppedAt": "2026-11-24T15:14:45Z", "answerRate": 0.3, "enoughAttempts": true, "abandonRate": 0.011})";
  input.throttle["west-guard"].record = R"({"hold": {"since": 1795532700000000, "resumeAt": 1795533600000000,
    "reason": "CARRIER_THROTTLE", "trigger": "answerRate", "answerRate": 0.11, "volumeBefore": 180}})";
  input.callbacks = {{"queued", 2}, {"scheduled", 128}, {"completed", 1840}, {"failed", 3}};
  input.queues["q-support"] = {31, 36};
  input.sinks["wfo"] = {true, 2, 0, At("2026-11-24T15:14:31Z"), ""};
  input.sinks["billing"] = {false, 0, 3, std::nullopt, "410 for the callback of +14155551234: switched off"};
  input.drift.reconcile = "report";
  input.drift.checked_at = At("2026-11-24T15:10:00Z");
  input.drift.items = {{"Campaign/east", "drifted"}, {"CampaignSchedule/east-weekdays", "missing"}};
  const Instant expires = At("2026-11-24T15:15:15Z");
  input.leases = {{"pacing/east-pace", "agent-a", 3, expires},
                  {"pacing/west-pace", "agent-b", 1, expires},
                  {"throttle/east-guard", "agent-a", 3, expires},
                  {"throttle/west-guard", "agent-b", 1, expires}};
  return input;
}

}  // namespace cxctl
