#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Tables as lines of text, cut where a terminal has no room for them.

namespace cxctl {

struct Cell {
  std::string text;             ///< Controls escaped.
  std::string_view color = "";  ///< Parameter of an SGR sequence: "31"; "" for none.
};

/// What becomes of a column where the table is wider than the terminal. In the order in which they lose their room:
enum class Fit {
  kSpare,    ///< Cut at its end, and left out before an address is cut.
  kText,     ///< Cut at its end.
  kPlace,    ///< Cut at its front, as the end tells the file and line; left out like kNice.
  kAddress,  ///< Cut in its middle, when all that may go first did.
  kNice,     ///< Whole, or left out where an address would be hard to make out otherwise.
  kWhole,    ///< Never cut: figures, words of a few letters.
};

struct Column {
  Fit fit = Fit::kText;
  bool is_figure = false;  ///< Stands to the right.
};

/// The rows as lines, each column as wide as its longest cell, two spaces apart, no space at an end. The last cell of a
/// row that is shorter than `columns` may reach over the columns that it lacks, and is wrapped where it does not fit.
/// `width`: columns of the terminal that
/// it must fit into, 0 for no limit (pipes and files), where nothing is cut. Where cutting is not enough (figures), the
/// table comes in parts, one below the other, each with the first column. `indent` spaces stand before each line.
std::string TableText(const std::vector<std::vector<Cell>>& rows, const std::vector<Column>& columns, std::size_t width,
                      bool color, std::size_t indent = 0);

}  // namespace cxctl
