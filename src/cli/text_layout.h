#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cxctl {

/// The text in lines of at most `width` code points, broken at spaces, each with `indent` spaces before it and ending
/// with a newline. Line breaks in the text stay; a word that is too long has a line of its own.
std::string Wrapped(std::string_view text, std::size_t indent = 0, std::size_t width = 100);

/// Each line as far as a terminal with so many columns has room for it, with `…` at the end of a longer one; 0: the
/// text as it is. REQUIRES: no escape sequences.
std::string ShortenedLines(std::string_view text, std::size_t columns);

struct Cell {
  std::string text;             ///< Controls escaped.
  std::string_view color = "";  ///< Parameter of an SGR sequence: "31"; "" for none.
};

/// The rows as lines, each column as wide as its longest cell, two spaces apart. `columns`: of the terminal that it
/// must fit into, 0 for no limit (pipes and files): the longest columns' cells are shortened for it.
std::string TableText(const std::vector<std::vector<Cell>>& rows, std::size_t columns, bool color);

}  // namespace cxctl
