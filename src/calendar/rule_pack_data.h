#pragma once

#include <span>
#include <string_view>

namespace cxctl {

/// A data file of src/calendar/data, as it stood there when the program was built.
struct RulePackFile {
  std::string_view name;  ///< Without `.json`.
  std::string_view text;
};

/// By name, `holidays` among them. The build makes the definition.
std::span<const RulePackFile> RulePackFiles();

}  // namespace cxctl
