#include "sim/tenant_state.h"

#include <fmt/format.h>

#include "env/ids.h"
#include "value/json.h"

namespace cxctl::sim {

std::string TenantState::NewId() {
  return MakeUuid(random);
}

std::string TenantState::NextEtag() {
  return fmt::format("\"{:016x}\"", Mix(++revision));
}

const StoredObject& TenantState::Put(ObjectStore& store, const Value& content, ObjectKeys keys) {
  Arena arena;
  const std::string id(content.GetString("id"));
  const StoredObject* old = store.Find(id);
  if (old && old->Read(arena) == content) return *old;
  return store.Put({id, NextEtag(), ToJson(content), std::move(keys)});
}

ObjectKeys CampaignKeys(const Value& content) {
  ObjectKeys keys;
  keys.state = content.GetString("state");
  return keys;
}

ObjectKeys ScheduleKeys(std::string_view campaign_id, const Value& content) {
  ObjectKeys keys;
  keys.scope = campaign_id;
  keys.name = content.GetString("name");
  return keys;
}

ObjectKeys CallCodeKeys(const Value& content) {
  ObjectKeys keys;
  keys.scope = content.GetString("category");
  keys.parent = content.GetString("parentCallCodeId");
  keys.name = content.GetString("code");
  return keys;
}

ObjectKeys CallbackKeys(const Value& content) {
  ObjectKeys keys;
  keys.scope = content.GetString("queueId");
  keys.state = content.GetString("state");
  return keys;
}

ObjectKeys StateKeys(const Value& content) {
  ObjectKeys keys;
  keys.state = content.GetString("state");
  return keys;
}

}  // namespace cxctl::sim
