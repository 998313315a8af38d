#pragma once

#include <optional>

#include "sim/call.h"
#include "sim/object_store.h"
#include "value/value.h"

namespace cxctl::sim {

/// The call code with parentCallCodeId and isActive, null and true where they are absent.
Value NormalizedCallCode(Arena& arena, const Value& call_code);

/// Why a code with these keys cannot stand where it wants to: no such parent, more than three levels, another
/// category than its parent's (422 each). Nothing if it can.
std::optional<Refusal> CallCodeRuleBroken(const ObjectStore& call_codes, const ObjectKeys& keys);

/// A filter such as `code=SALE,category=X`: conditions that must all hold. A backslash takes the next character as it
/// is.
struct CallCodeFilter {
  std::vector<std::string> codes, categories;
};
/// 400 for what is no filter.
Checked<CallCodeFilter> ParseCallCodeFilter(std::string_view text);

}  // namespace cxctl::sim
