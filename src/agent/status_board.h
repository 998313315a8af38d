#pragma once

#include <functional>
#include <map>
#include <string>

#include "value/value.h"

namespace cxctl {

/// What GET /v1/status tells: each part of the agent puts a function here that describes it.
class StatusBoard {
 public:
  /// Describes a part as JSON, built in the arena. No secret, no whole phone number.
  using Describe = std::function<Value(Arena& arena)>;

  /// Under `name`, in place of what was there. What `describe` refers to must outlive the board, or be taken away.
  void Put(std::string name, Describe describe) { parts_[std::move(name)] = std::move(describe); }
  void Remove(const std::string& name) { parts_.erase(name); }

  /// An object with a member for each part, by name.
  Value Build(Arena& arena) const {
    ObjectBuilder all(arena);
    for (const auto& [name, describe] : parts_) all.Set(name, describe(arena));
    return all.Build();
  }

 private:
  std::map<std::string, Describe> parts_;
};

}  // namespace cxctl
