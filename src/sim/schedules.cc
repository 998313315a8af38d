#include "sim/schedules.h"

#include <fmt/format.h>

#include "sim/operations.h"
#include "sim/shapes.h"
#include "time/instant.h"

namespace cxctl::sim {
namespace {

bool EndsAfterStart(const Value& range) {
  const auto start = ParseDateTime(range.GetString("startTime"));
  const auto end = ParseDateTime(range.GetString("endTime"));
  return !start || !end || end->instant > start->instant;
}

Checked<const StoredObject*> FindSchedule(Tenant& tenant, const Call& call) {
  TRY_ASSIGN(const StoredObject* schedule, FindObject(tenant.state.schedules, call.arguments[1], "schedule"));
  if (schedule->keys.scope == call.arguments[0]) return schedule;
  return Refuse(404, "NOT_FOUND", "There is no schedule with this id on this campaign.");
}

Checked<void> CheckNameIsFree(const Tenant& tenant, const ObjectKeys& keys, std::string_view own_id) {
  const StoredObject* other = tenant.state.schedules.FindNamed(keys);
  if (!other || other->id == own_id) return {};
  return Refuse(409, "DUPLICATE_NAME", "A schedule of that name exists on the campaign.");
}

/// 400 unless the merged schedule is a whole one. It has members beside those of the payload.
Checked<void> CheckWhole(const Value& content) {
  std::vector<Detail> faults = CheckObject(content, kSchedulePayload, CheckMode::kOpen);
  if (faults.empty()) faults = ScheduleFaults(content);
  if (!faults.empty()) return RefuseInvalid(std::move(faults));
  return {};
}

}  // namespace

std::vector<Detail> ScheduleFaults(const Value& schedule) {
  std::vector<Detail> faults;
  if (!EndsAfterStart(schedule)) faults.push_back({"endTime", "must be after startTime"});
  const Value* blackouts = schedule.Find("blackoutPeriods");
  for (std::size_t i = 0; blackouts && i < blackouts->items().size(); ++i) {
    if (EndsAfterStart(blackouts->items()[i])) continue;
    faults.push_back({fmt::format("blackoutPeriods[{}].endTime", i), "must be after startTime"});
  }
  return faults;
}

Answer ListSchedules(Tenant& tenant, Call& call) {
  TRY(FindObject(tenant.state.campaigns, call.arguments[0], "campaign"));
  TRY_ASSIGN(const PageRequest page, ReadPage(call, ""));
  const auto items = tenant.state.schedules.List({.scope = call.arguments[0], .after = page.after, .limit = page.size});
  return ListResponse(call, "", items, tenant.options.etag_in_lists);
}

Answer CreateSchedule(Tenant& tenant, Call& call) {
  TRY(CheckBody(call, kSchedulePayload, false));
  if (auto faults = ScheduleFaults(call.body); !faults.empty()) return RefuseInvalid(std::move(faults));
  TRY(FindObject(tenant.state.campaigns, call.arguments[0], "campaign"));
  ObjectKeys keys = ScheduleKeys(call.arguments[0], call.body);
  TRY(CheckNameIsFree(tenant, keys, ""));
  ObjectBuilder schedule(call.arena);
  schedule.Set("id", tenant.state.NewId());
  for (const Member& member : call.body.members()) schedule.Append(member);
  const std::string now = FormatUtc(tenant.clock.Now());
  schedule.Set("createdAt", now).Set("updatedAt", now).Set("updatedBy", call.client_id);
  return ObjectResponse(201, tenant.state.Put(tenant.state.schedules, schedule.Build(), std::move(keys)));
}

Answer GetSchedule(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* schedule, FindSchedule(tenant, call));
  return ObjectResponse(200, *schedule);
}

Answer PatchSchedule(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* schedule, FindSchedule(tenant, call));
  TRY(RequireIfMatch(call));
  TRY(CheckBody(call, kSchedulePayload, true));
  const Value before = schedule->Read(call.arena);
  const Value merged = MergePatch(call.arena, before, call.body);
  TRY(CheckWhole(merged));
  TRY(CheckIfMatch(call, *schedule));
  ObjectKeys keys = ScheduleKeys(schedule->keys.scope, merged);
  TRY(CheckNameIsFree(tenant, keys, schedule->id));
  if (merged == before) return ObjectResponse(200, *schedule);
  ObjectBuilder changed(call.arena, merged);
  changed.Set("updatedAt", FormatUtc(tenant.clock.Now())).Set("updatedBy", call.client_id);
  return ObjectResponse(200, tenant.state.Put(tenant.state.schedules, changed.Build(), std::move(keys)));
}

Answer DeleteSchedule(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* schedule, FindSchedule(tenant, call));
  TRY(RequireIfMatch(call));
  TRY(CheckIfMatch(call, *schedule));
  tenant.state.schedules.Remove(call.arguments[1]);
  return HttpResponse{204, {}, ""};
}

}  // namespace cxctl::sim
