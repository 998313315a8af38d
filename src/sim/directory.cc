// Contacts, queues and agents.

#include <map>

#include <fmt/format.h>

#include "sim/operations.h"
#include "sim/shapes.h"

namespace cxctl::sim {
namespace {

/// The contact's fields with those of the update put over them; new ones come last, in the update's order.
Value MergedFields(Arena& arena, const Value& contact, const Value& update) {
  std::vector<Value> fields;
  std::map<std::string_view, std::size_t> places;
  for (const Value* source : {&contact, &update}) {
    for (const Value& field : source->Find("fields")->items()) {
      const auto [it, added] = places.try_emplace(field.GetString("name"), fields.size());
      if (added) {
        fields.push_back(field);
      } else {
        fields[it->second] = field;
      }
    }
  }
  ArrayBuilder merged(arena);
  for (const Value& field : fields) merged.Add(field);
  return merged.Build();
}

std::int64_t Number(const Value& object, std::string_view name) {
  const Value* number = object.Find(name);
  return number ? static_cast<std::int64_t>(number->as_double()) : 0;
}

}  // namespace

Answer GetContact(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* contact, FindObject(tenant.state.contacts, call.arguments[0], "contact"));
  return JsonResponse(200, contact->json);
}

Answer UpdateContact(Tenant& tenant, Call& call) {
  TRY(CheckBody(call, kContactUpdate, false));
  TRY_ASSIGN(const StoredObject* contact, FindObject(tenant.state.contacts, call.arguments[0], "contact"));
  const Value before = contact->Read(call.arena);
  ObjectBuilder after(call.arena, before);
  after.Set("fields", MergedFields(call.arena, before, call.body));
  return JsonResponse(200, tenant.state.Put(tenant.state.contacts, after.Build(), {}).json);
}

Answer GetQueueStats(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const StoredObject* stored, FindObject(tenant.state.queues, call.arguments[0], "queue"));
  const Value queue = stored->Read(call.arena);
  return JsonResponse(200, fmt::format("{{\"queueId\":{},\"active\":{},\"waiting\":{},\"longestWaitSeconds\":{}}}",
                                       JsonString(stored->id), Number(queue, "active"), Number(queue, "waiting"),
                                       Number(queue, "longestWaitSeconds")));
}

Answer ListAgents(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const std::optional<std::string> state, call.ChoiceParameter("state", kAgentStates));
  const std::string filters = state.value_or("");
  TRY_ASSIGN(const PageRequest page, ReadPage(call, filters));
  ObjectStore::Query query;
  if (state) query.matches = [&](const StoredObject& agent) { return agent.keys.state == *state; };
  if (tenant.options.agents_in_envelope) {
    query.after = page.after;
    query.limit = page.size;
    return ListResponse(call, filters, tenant.state.agents.List(query), false);
  }
  // A bare array has no place for a cursor, so it is always the whole list.
  std::string body = "[";
  for (const StoredObject* agent : tenant.state.agents.List(query).items) {
    if (body.size() > 1) body += ',';
    body += agent->json;
  }
  return JsonResponse(200, body + "]");
}

}  // namespace cxctl::sim
