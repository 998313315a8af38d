#include "sim/object_store.h"

#include "sim/call.h"
#include "value/json.h"

namespace cxctl::sim {
namespace {

std::string NameKey(const ObjectKeys& keys) {
  std::string key = keys.scope;
  key += '\0';
  key += keys.parent;
  key += '\0';
  key += keys.name;
  return key;
}

}  // namespace

Value StoredObject::Read(Arena& arena) const {
  // It was written by ToJson, so it can be read.
  return ParseJson(arena, json).value_or(Value());
}

std::string StoredObject::JsonWithEtag() const {
  std::string text = json;
  text.pop_back();
  text += ",\"etag\":" + JsonString(etag) + "}";
  return text;
}

const StoredObject* ObjectStore::Find(std::string_view id) const {
  const auto it = objects_.find(id);
  return it == objects_.end() ? nullptr : &it->second;
}

const StoredObject* ObjectStore::FindNamed(const ObjectKeys& keys) const {
  if (keys.name.empty()) return nullptr;
  const auto it = by_name_.find(NameKey(keys));
  return it == by_name_.end() ? nullptr : Find(it->second);
}

bool ObjectStore::HasChildren(std::string_view id) const {
  return children_.contains(std::string(id));
}

const StoredObject& ObjectStore::Put(StoredObject object) {
  const auto [it, added] = objects_.try_emplace(object.id);
  if (!added) Unindex(it->second);
  it->second = std::move(object);
  Index(it->second);
  return it->second;
}

void ObjectStore::Remove(std::string_view id) {
  const auto it = objects_.find(id);
  if (it == objects_.end()) return;
  Unindex(it->second);
  objects_.erase(it);
}

void ObjectStore::Index(const StoredObject& object) {
  const std::string_view id = objects_.find(object.id)->first;
  by_scope_[object.keys.scope].insert(id);
  if (!object.keys.name.empty()) by_name_[NameKey(object.keys)] = id;
  if (!object.keys.parent.empty()) ++children_[object.keys.parent];
}

void ObjectStore::Unindex(const StoredObject& object) {
  const auto scope = by_scope_.find(object.keys.scope);
  scope->second.erase(object.id);
  if (scope->second.empty()) by_scope_.erase(scope);
  if (const auto name = by_name_.find(NameKey(object.keys)); name != by_name_.end() && name->second == object.id) {
    by_name_.erase(name);
  }
  if (const auto parent = children_.find(object.keys.parent); parent != children_.end() && --parent->second == 0) {
    children_.erase(parent);
  }
}

ObjectStore::Page ObjectStore::List(const Query& query) const {
  Page page;
  // Takes one object; false once the page is full and something is behind it.
  const auto take = [&](const StoredObject& object) {
    if (query.matches && !query.matches(object)) return true;
    if (page.items.size() == query.limit) {
      page.more = true;
      return false;
    }
    page.items.push_back(&object);
    return true;
  };
  if (!query.scope) {
    for (auto it = objects_.upper_bound(query.after); it != objects_.end() && take(it->second);) ++it;
    return page;
  }
  const auto scope = by_scope_.find(*query.scope);
  if (scope == by_scope_.end()) return page;
  const std::set<std::string_view>& ids = scope->second;
  for (auto it = ids.upper_bound(query.after); it != ids.end() && take(*Find(*it));) ++it;
  return page;
}

}  // namespace cxctl::sim
