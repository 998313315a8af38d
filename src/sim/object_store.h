#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "value/value.h"

namespace cxctl::sim {

/// What rules and lists look an object up by; "" where a kind has no such thing.
struct ObjectKeys {
  std::string scope;   ///< The campaign of a schedule, the category of a call code, the queue of a callback.
  std::string parent;  ///< The parent of a call code.
  std::string name;    ///< Unique among those of one scope and parent.
  std::string state;
};

/// An object at rest: text, because lists are made of texts and a hundred thousand objects should stay small.
struct StoredObject {
  std::string id;
  std::string etag;  ///< With its quotes.
  std::string json;  ///< The API's members but `etag`, on one line.
  ObjectKeys keys;

  /// The content as a value in the arena.
  Value Read(Arena& arena) const;
  /// The JSON with the ETag as the member `etag`.
  std::string JsonWithEtag() const;
};

/// The objects of one kind, by id. Lists come in the order of ids, so a cursor (the last id seen) stays good whatever
/// is added or removed meanwhile.
class ObjectStore {
 public:
  ObjectStore() = default;
  ObjectStore(ObjectStore&&) = default;
  ObjectStore& operator=(ObjectStore&&) = default;

  const StoredObject* Find(std::string_view id) const;
  /// By name; nothing for an empty name.
  const StoredObject* FindNamed(const ObjectKeys& keys) const;
  bool HasChildren(std::string_view id) const;
  /// Adds the object, or replaces the one with its id.
  const StoredObject& Put(StoredObject object);
  void Remove(std::string_view id);

  struct Query {
    std::optional<std::string> scope;                            ///< Only those of this scope.
    std::function<bool(const StoredObject&)> matches = nullptr;  ///< And only those; null: all.
    std::string after = {};                                      ///< Only ids behind this one; "": from the start.
    std::size_t limit = SIZE_MAX;
  };
  struct Page {
    std::vector<const StoredObject*> items;
    bool more = false;  ///< There are matching objects behind the last item.
  };
  Page List(const Query& query) const;

  using Objects = std::map<std::string, StoredObject, std::less<>>;
  const Objects& objects() const { return objects_; }

 private:
  void Index(const StoredObject& object);
  void Unindex(const StoredObject& object);

  Objects objects_;
  std::unordered_map<std::string, std::set<std::string_view>> by_scope_;  ///< ids, as views of the keys of objects_
  std::unordered_map<std::string, std::string_view> by_name_;
  std::unordered_map<std::string, int> children_;
};

}  // namespace cxctl::sim
