#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "value/value.h"

namespace cxctl {

/// A member that an object of a data file may have.
struct MemberSpec {
  std::string_view name;
  Type type;  ///< kDouble: any number.
  bool required = false;
};

/// Whether the value is an object with all required members, no others than these, each of its type and no text empty.
/// Else kInvalid, with a message that begins with `where`: `rule pack us-fl, hours[0]: startTime is
/// missing`. A typing error in a data file must not loosen a law.
Result<void> CheckMembers(std::string_view where, const Value& value, const std::vector<MemberSpec>& members);

}  // namespace cxctl
