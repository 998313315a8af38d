#pragma once

#include <string>
#include <string_view>

#include "base/strings.h"

namespace cxctl {

/// The beginning of a text from a manifest, as messages cite it: control characters escaped, 64 characters at the most.
inline std::string Excerpt(std::string_view text) {
  constexpr int kLongest = 64;
  std::size_t end = 0;
  for (int i = 0; i < kLongest && end < text.size(); ++i) end += CodePointSize(text.substr(end));
  return EscapeControls(text.substr(0, end)) + (end < text.size() ? "…" : "");
}

}  // namespace cxctl
