#pragma once

#include <optional>

#include "schema/kind_spec.h"
#include "value/value.h"

namespace cxctl {

/// What a scalar member means that is left out, written nowhere; nothing where it has no default. Defaults of lists and
/// mappings are told in words, and are none here.
std::optional<Value> DefaultOf(Arena& arena, const Field& field);

}  // namespace cxctl
