// Contacts, queues and agents.

#include <map>

#include <fmt/format.h>

#include "sim/operations.h"
#include "sim/shapes.h"
#include "value/json.h"

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

std::int64_t NumberOr(const Value& object, std::string_view name, std::int64_t otherwise) {
  const Value* number = object.Find(name);
  return number ? static_cast<std::int64_t>(number->as_double()) : otherwise;
}

/// The agents as they are at work, not as they were set last.
std::vector<StoredObject> LiveAgents(const Tenant& tenant, Arena& arena,
                                     const std::vector<const StoredObject*>& agents) {
  std::vector<StoredObject> live;
  for (const StoredObject* agent : agents) {
    live.push_back(*agent);
    const auto state = tenant.dialer.StateOf(agent->id);
    if (!state || *state == agent->keys.state) continue;
    live.back().json = ToJson(ObjectBuilder(arena, agent->Read(arena)).Set("state", *state).Build());
  }
  return live;
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
  // What the data leaves open is the dialer's.
  const LiveDialer& dialer = tenant.dialer;
  const auto wait = std::chrono::duration_cast<std::chrono::seconds>(dialer.longest_wait()).count();
  return JsonResponse(
      200, fmt::format("{{\"queueId\":{},\"active\":{},\"waiting\":{},\"longestWaitSeconds\":{}}}",
                       JsonString(stored->id), NumberOr(queue, "active", dialer.talking()),
                       NumberOr(queue, "waiting", dialer.waiting()), NumberOr(queue, "longestWaitSeconds", wait)));
}

Answer ListAgents(Tenant& tenant, Call& call) {
  TRY_ASSIGN(const std::optional<std::string> state, call.ChoiceParameter("state", kAgentStates));
  const std::string filters = state.value_or("");
  TRY_ASSIGN(const PageRequest page, ReadPage(call, filters));
  ObjectStore::Query query;
  if (state) {
    query.matches = [&](const StoredObject& agent) {
      return tenant.dialer.StateOf(agent.id).value_or(agent.keys.state) == *state;
    };
  }
  if (tenant.options.agents_in_envelope) {
    query.after = page.after;
    query.limit = page.size;
    ObjectStore::Page agents = tenant.state.agents.List(query);
    const std::vector<StoredObject> live = LiveAgents(tenant, call.arena, agents.items);
    for (std::size_t i = 0; i < live.size(); ++i) agents.items[i] = &live[i];
    return ListResponse(call, filters, agents, false);
  }
  // A bare array has no place for a cursor, so it is always the whole list.
  std::string body = "[";
  for (const StoredObject& agent : LiveAgents(tenant, call.arena, tenant.state.agents.List(query).items)) {
    if (body.size() > 1) body += ',';
    body += agent.json;
  }
  return JsonResponse(200, body + "]");
}

}  // namespace cxctl::sim
