// Callbacks and text messages.

#include <fmt/format.h>

#include "sim/operations.h"
#include "sim/shapes.h"
#include "time/instant.h"

namespace cxctl::sim {
namespace {

/// 400 INVALID_PHONE_NUMBER unless both numbers are E.164. The message never repeats a number.
Checked<void> CheckNumbers(const Value& body) {
  std::vector<Detail> faults;
  for (std::string_view name : {"to", "from"}) {
    if (!IsE164(body.GetString(name))) faults.push_back({std::string(name), "must be an E.164 number"});
  }
  if (faults.empty()) return {};
  return Refuse(400, "INVALID_PHONE_NUMBER", "A phone number is not in E.164 form.", std::move(faults));
}

/// 400 INVALID_SCHEDULE_DATE unless the date is an RFC 3339 time to come.
Checked<void> CheckScheduleDate(const Value& body, Instant now) {
  const auto date = ParseDateTime(body.GetString("scheduleDate"));
  if (date && date->instant > now) return {};
  std::string fault = date ? "is in the past" : "must be an RFC 3339 time with an offset";
  return Refuse(400, "INVALID_SCHEDULE_DATE", "The callback cannot be scheduled for this time.",
                {{"scheduleDate", std::move(fault)}});
}

/// 409 for anything but moving and cancelling a callback that is still scheduled.
Checked<void> CheckCallbackChange(const StoredObject& callback, const Value& patch) {
  for (const Member& member : patch.members()) {
    const bool cancels = member.key == "state" && member.value.as_string() == "cancelled";
    if (member.key == "scheduleDate" || cancels) continue;
    return Refuse(409, "CHANGE_NOT_ALLOWED", "A callback can only be moved or cancelled.",
                  {{std::string(member.key), "cannot be changed so"}});
  }
  if (callback.keys.state == "scheduled" || patch.members().empty()) return {};
  return Refuse(409, "CALLBACK_NOT_SCHEDULED", fmt::format("The callback is {} already.", callback.keys.state));
}

}  // namespace

Answer ListCallbacks(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const std::optional<std::string> queue, call.Parameter("queueId"));
  TRY_ASSIGN(const std::optional<std::string> state, call.ChoiceParameter("state", kCallbackStates));
  const std::string filters = queue.value_or("") + "\n" + state.value_or("");
  TRY_ASSIGN(const PageRequest page, ReadPage(call, filters));
  ObjectStore::Query query{.scope = queue, .after = page.after, .limit = page.size};
  if (state) query.matches = [&](const StoredObject& callback) { return callback.keys.state == *state; };
  return ListResponse(call, filters, tenant.state.callbacks.List(query), tenant.options.etag_in_lists);
}

Answer CreateCallback(Tenant& tenant, Call& call) {
  TRY(CheckBody(call, kCallbackPayload, false));
  TRY(CheckNumbers(call.body));
  TRY(CheckScheduleDate(call.body, tenant.clock.Now()));
  TRY(FindObject(tenant.state.queues, std::string(call.body.GetString("queueId")), "queue"));
  ObjectBuilder builder(call.arena);
  builder.Set("id", tenant.state.NewId()).Set("state", "scheduled");
  for (const Member& member : call.body.members()) builder.Append(member);
  const Value callback = builder.Build();
  return ObjectResponse(201, tenant.state.Put(tenant.state.callbacks, callback, CallbackKeys(callback)));
}

Answer GetCallback(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* callback, FindObject(tenant.state.callbacks, call.arguments[0], "callback"));
  return ObjectResponse(200, *callback);
}

Answer PatchCallback(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* callback, FindObject(tenant.state.callbacks, call.arguments[0], "callback"));
  TRY(RequireIfMatch(call));
  TRY(CheckBody(call, kCallbackPatch, true));
  TRY(CheckIfMatch(call, *callback));
  TRY(CheckCallbackChange(*callback, call.body));
  if (call.body.Find("scheduleDate")) TRY(CheckScheduleDate(call.body, tenant.clock.Now()));
  const Value after = MergePatch(call.arena, callback->Read(call.arena), call.body);
  return ObjectResponse(200, tenant.state.Put(tenant.state.callbacks, after, CallbackKeys(after)));
}

Answer SendMessage(Tenant& tenant, Call& call) {
  TRY(CheckBody(call, kMessagePayload, false));
  TRY(CheckNumbers(call.body));
  const std::string id = tenant.state.NewId();
  ObjectBuilder message(call.arena);
  message.Set("id", id).Set("state", "queued");
  for (const Member& member : call.body.members()) message.Append(member);
  tenant.state.Put(tenant.state.messages, message.Build(), {});
  return JsonResponse(201, fmt::format("{{\"id\":{},\"state\":\"queued\"}}", JsonString(id)));
}

}  // namespace cxctl::sim
