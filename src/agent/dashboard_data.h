#pragma once

#include <span>
#include <string_view>

namespace cxctl {

/// A file of src/agent/dashboard, as it stood there when the program was built.
struct DashboardText {
  std::string_view name;  ///< "app.js"
  std::string_view text;
};

/// By name. The build makes the definition.
std::span<const DashboardText> DashboardTexts();

}  // namespace cxctl
