#pragma once

#include <cstddef>
#include <string_view>

namespace cxctl::sim {

/// Where something stands in a text, counted from 1; columns in bytes.
struct TextPosition {
  std::size_t line = 1, column = 1;
  friend bool operator==(const TextPosition&, const TextPosition&) = default;
};

/// Where the value at `path` stands in the JSON text: `faults[1].set.name` is a member of a member of the second item
/// of a list. For a member it is the position of its name. A part of the path that is not there gives the position of
/// the object or list that lacks it. REQUIRES: the text is one that ParseJson takes.
TextPosition LocateJson(std::string_view json, std::string_view path);

}  // namespace cxctl::sim
