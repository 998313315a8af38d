#pragma once

#include <string>
#include <string_view>

#include "value/value.h"

namespace cxctl {

/// Canonical block-style YAML of a value, members in their own order, with a newline at the end. Strings that another
/// reader could take for something else are quoted; control characters are escaped.
std::string ToYaml(const Value& value);

/// Whether the text may stand without quotes in block style: no reader of YAML 1.1 or 1.2 takes it for anything else.
/// Dates and times are not among them.
bool IsPlainSafe(std::string_view text);

}  // namespace cxctl
