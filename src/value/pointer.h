#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "value/value.h"

namespace cxctl {

/// One segment escaped for a JSON Pointer (RFC 6901): `~` -> `~0`, `/` -> `~1`.
std::string EscapePointerSegment(std::string_view segment);

/// The segments of a JSON Pointer, unescaped; nothing if the text is not one ("" is the whole document: no segments).
std::optional<std::vector<std::string>> ParsePointer(std::string_view pointer);

/// The value that the pointer names, or null.
const Value* ResolvePointer(const Value& root, std::string_view pointer);

/// Whether `pointer` names `path` itself or something that contains it: "/a" covers "/a" and "/a/b", not "/ab".
bool PointerCovers(std::string_view pointer, std::string_view path);

/// A copy of an object without what the pointer names; unchanged if it names nothing.
Value RemoveAtPointer(Arena& arena, const Value& root, std::string_view pointer);

}  // namespace cxctl
