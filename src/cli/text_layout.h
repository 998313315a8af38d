#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cxctl {

/// The text in lines of at most `width` code points, broken at spaces, each with `indent` spaces before it and ending
/// with a newline. Line breaks in the text stay; a word that is too long has a line of its own.
std::string Wrapped(std::string_view text, std::size_t indent = 0, std::size_t width = 100);

/// Each line as far as a terminal with so many columns has room for it, with `…` at the end of a longer one; 0: the
/// text as it is. REQUIRES: no escape sequences.
std::string ShortenedLines(std::string_view text, std::size_t columns);

/// The text for a terminal with so many columns: lines that are longer are wrapped at spaces, further lines `hang`
/// columns further in than the first. Colours (SGR sequences) take no room. 0: the text as it is.
std::string FittedLines(std::string_view text, std::size_t columns, std::size_t hang = 0);

}  // namespace cxctl
