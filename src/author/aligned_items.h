#pragma once

#include <functional>

#include "value/value.h"

namespace cxctl {

/// The items of a list whose order means nothing, as they stand in the written list: those that mean the same where and
/// as they are written; what is new in the place of what is gone, the most alike of them first, with each member as it
/// is written where that means the same, and its `allowMidWindow`; the rest behind.
Value AlignedItems(Arena& arena, const Value& fresh, const Value& written,
                   const std::function<bool(const Value& written, const Value& fresh)>& means_the_same);

}  // namespace cxctl
