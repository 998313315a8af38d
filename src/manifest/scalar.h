#pragma once

#include <string_view>

#include "value/value.h"

namespace cxctl {

/// Whether a plain scalar reads as a number with a leading zero (`012`, `-007`, `00.5`): people mean a string, YAML 1.1
/// an octal number, YAML 1.2 a decimal one.
bool HasLeadingZero(std::string_view plain);

/// Types a plain scalar by the YAML 1.2 core schema (YAML 1.2.2, section 10.3.2): null, true/false, integers (decimal,
/// 0o, 0x), floats, else a string. Integers beyond 64 bits become floats. The text must stand in an arena.
Value ResolvePlainScalar(std::string_view plain);

}  // namespace cxctl
