#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "value/value.h"

namespace cxctl {

/// A segment of a pointer as an index of a list, if it is one.
std::optional<std::size_t> IndexOf(const std::string& segment);

/// The value with what stands at the path replaced, added, inserted or (without `wanted`) removed: what an edit of its
/// text has to say. `-` is the place behind the last item. REQUIRES: `wanted` for an empty path.
Value EditedValue(Arena& arena, const Value& value, std::span<const std::string> path, const Value* wanted,
                  bool insert);

/// Pairs of indices of equal items of two lists, in order: a longest common subsequence; of lists that are too long for
/// that only what both begin and end with.
std::vector<std::pair<std::size_t, std::size_t>> EqualItems(std::span<const Value> a, std::span<const Value> b);

/// Pairs of indices of items of which one may be what became of the other, in order: mappings that have members in
/// common, the most of them. Of lists that are too long for that: one by one from the first on.
std::vector<std::pair<std::size_t, std::size_t>> LikelyItems(std::span<const Value> a, std::span<const Value> b);

}  // namespace cxctl
