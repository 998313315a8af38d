#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "value/value.h"

namespace cxctl {

/// Canonical block-style YAML of a value, members in their own order, with a newline at the end. Strings that another
/// reader could take for something else are quoted; control characters are escaped.
std::string ToYaml(const Value& value);

/// The same with a comment behind each line that a scalar, or an empty list or mapping, begins on: what `note` says of
/// it, `pointer` being its JSON Pointer. Where that is "" there is none. What `note` says must be one line.
std::string ToAnnotatedYaml(const Value& value,
                            const std::function<std::string(std::string_view pointer, const Value& value)>& note);

/// Whether the text may stand without quotes in block style: no reader of YAML 1.1 or 1.2 takes it for anything else.
/// Dates and times are not among them.
bool IsPlainSafe(std::string_view text);

}  // namespace cxctl
