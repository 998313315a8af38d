#include "sim/router.h"

#include "base/strings.h"

namespace cxctl::sim {
namespace {

constexpr Route kRoutes[] = {
    {"GET", "/api/v2/dialer/capacity", "dialer:read", BodyKind::kNone, false, GetDialerCapacity},
    {"GET", "/api/v2/outbound/campaigns", "outbound:campaign:read", BodyKind::kNone, false, ListCampaigns},
    {"GET", "/api/v2/outbound/campaigns/{campaignId}", "outbound:campaign:read", BodyKind::kNone, false, GetCampaign},
    {"PUT", "/api/v2/outbound/campaigns/{campaignId}", "outbound:campaign:write", BodyKind::kJson, false,
     TransitionCampaign},
    {"PATCH", "/api/v2/outbound/campaigns/{campaignId}", "outbound:campaign:write", BodyKind::kPatch, false,
     PatchCampaign},
    {"GET", "/api/v2/campaigns/{campaignId}/schedules", "campaigns:read", BodyKind::kNone, false, ListSchedules},
    {"POST", "/api/v2/campaigns/{campaignId}/schedules", "campaigns:write", BodyKind::kJson, true, CreateSchedule},
    {"GET", "/api/v2/campaigns/{campaignId}/schedules/{scheduleId}", "campaigns:read", BodyKind::kNone, false,
     GetSchedule},
    {"PATCH", "/api/v2/campaigns/{campaignId}/schedules/{scheduleId}", "campaigns:write", BodyKind::kPatch, false,
     PatchSchedule},
    {"DELETE", "/api/v2/campaigns/{campaignId}/schedules/{scheduleId}", "campaigns:write", BodyKind::kNone, false,
     DeleteSchedule},
    {"GET", "/api/v2/callcodes", "callcodes:read", BodyKind::kNone, false, ListCallCodes},
    {"POST", "/api/v2/callcodes", "callcodes:write", BodyKind::kJson, true, CreateCallCode},
    {"GET", "/api/v2/callcodes/{callCodeId}", "callcodes:read", BodyKind::kNone, false, GetCallCode},
    {"PATCH", "/api/v2/callcodes/{callCodeId}", "callcodes:write", BodyKind::kPatch, false, PatchCallCode},
    {"DELETE", "/api/v2/callcodes/{callCodeId}", "callcodes:write", BodyKind::kNone, false, DeleteCallCode},
    {"GET", "/api/v2/conversations/callbacks", "conversation:read", BodyKind::kNone, false, ListCallbacks},
    {"POST", "/api/v2/conversations/callbacks", "conversation:write", BodyKind::kJson, true, CreateCallback},
    {"GET", "/api/v2/conversations/callbacks/{callbackId}", "conversation:read", BodyKind::kNone, false, GetCallback},
    {"PATCH", "/api/v2/conversations/callbacks/{callbackId}", "conversation:write", BodyKind::kPatch, false,
     PatchCallback},
    {"POST", "/api/v2/conversations/messages", "message:write", BodyKind::kJson, true, SendMessage},
    {"GET", "/api/v2/crm/contacts/{contactId}", "contact:read", BodyKind::kNone, false, GetContact},
    {"PUT", "/api/v2/crm/contacts/{contactId}", "crm:write", BodyKind::kJson, false, UpdateContact},
    {"GET", "/api/v2/queues/{queueId}/stats", "queue:read", BodyKind::kNone, false, GetQueueStats},
    {"GET", "/api/v2/agents", "agent:read", BodyKind::kNone, false, ListAgents},
    {"POST", "/api/analytics/outbound/details/query", "analytics:read", BodyKind::kJson, false, QueryOutboundMetrics},
    {"POST", "/api/v2/analytics/campaigns/details/query", "analytics:read", BodyKind::kJson, false,
     QueryCampaignHistory},
    {"POST", "/api/v2/interaction/exports", "interaction:read", BodyKind::kJson, true, CreateExport},
    {"GET", "/api/v2/interaction/exports/{exportId}", "interaction:read", BodyKind::kNone, false, GetExport},
    {"GET", "/api/v2/interaction/exports/{exportId}/content", "interaction:read", BodyKind::kNone, false,
     GetExportContent},
};

/// Whether the path is of the template; then `arguments` are its parameters.
bool Matches(std::string_view path_template, const std::vector<std::string_view>& path,
             std::vector<std::string>& arguments) {
  const std::vector<std::string_view> parts = Split(path_template, '/');
  if (parts.size() != path.size()) return false;
  arguments.clear();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].starts_with('{')) {
      arguments.push_back(PercentDecode(path[i]));
      if (arguments.back().empty()) return false;
    } else if (parts[i] != path[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::span<const Route> Routes() {
  return kRoutes;
}

std::set<std::string> AllScopes() {
  std::set<std::string> scopes;
  for (const Route& route : kRoutes) scopes.emplace(route.scope);
  return scopes;
}

Checked<const Route*> FindRoute(std::string_view method, std::string_view path, std::vector<std::string>& arguments) {
  const std::vector<std::string_view> parts = Split(path, '/');
  std::string allowed;
  for (const Route& route : kRoutes) {
    if (!Matches(route.path, parts, arguments)) continue;
    if (route.method == method) return &route;
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  if (allowed.empty()) return Refuse(404, "NOT_FOUND", "There is nothing at this path.");
  auto refusal = Refuse(405, "METHOD_NOT_ALLOWED", "This path does not take this method.");
  refusal.error().headers.push_back({"Allow", allowed});
  return refusal;
}

}  // namespace cxctl::sim
