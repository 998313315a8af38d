#pragma once

#include <string>

#include "value/value.h"

namespace cxctl {

/// Canonical block-style YAML of a value, members in their own order, with a newline at the end. Strings that another
/// reader could take for something else are quoted; control characters are escaped.
std::string ToYaml(const Value& value);

}  // namespace cxctl
