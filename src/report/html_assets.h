#pragma once

#include <string>
#include <string_view>

namespace cxctl {

/// The page's style sheet.
std::string HtmlStyle();
/// The page's script: filter, folding, printing.
std::string_view HtmlScript();

}  // namespace cxctl
