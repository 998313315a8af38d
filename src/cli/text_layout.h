#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cxctl {

/// The text in lines of at most `width` code points, broken at spaces, each with `indent` spaces before it and ending
/// with a newline. Line breaks in the text stay; a word that is too long has a line of its own.
std::string Wrapped(std::string_view text, std::size_t indent = 0, std::size_t width = 100);

}  // namespace cxctl
