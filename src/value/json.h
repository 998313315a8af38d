#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "value/value.h"

namespace cxctl {

/// Reads one JSON document (RFC 8259, with simdjson) into the arena. Refused, with kInvalid and the byte offset where
/// known: anything that is not JSON, invalid UTF-8, more than 64 levels, a member twice in one object,
/// a number beyond 64 bits that canonical JSON would write as an integer. Integers within signed 64 bits are kInt, all
/// other numbers kDouble.
Result<Value> ParseJson(Arena& arena, std::string_view text);

/// On one line, members in their own order.
std::string ToJson(const Value& value);
/// Indented by two spaces, members in their own order, without a newline at the end.
std::string ToPrettyJson(const Value& value);
/// RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16 code units, ECMAScript numbers, no spaces.
std::string ToCanonicalJson(const Value& value);

}  // namespace cxctl
