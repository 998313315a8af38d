#include "cli/text_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/strings.h"
#include "picture/markup.h"

namespace cxctl {

namespace {

std::string WrappedLine(std::string_view line, std::size_t indent, std::size_t width) {
  const std::string margin(indent, ' ');
  std::string out;
  std::size_t column = 0;
  for (std::string_view word : Split(line, ' ')) {
    if (word.empty()) continue;
    const std::size_t size = CountCodePoints(word);
    if (column > 0 && column + 1 + size > width) {
      out += '\n';
      column = 0;
    }
    out += column == 0 ? margin : " ";
    column += (column == 0 ? indent : 1) + size;
    out += word;
  }
  return out + "\n";
}

/// How wide each column is.
std::vector<std::size_t> WidthsOf(const std::vector<std::vector<Cell>>& rows) {
  std::vector<std::size_t> widths;
  for (const std::vector<Cell>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], CountCodePoints(row[i].text));
  }
  return widths;
}

/// Takes from the widest column until all fit, and leaves each something to be seen of.
void FitInto(std::vector<std::size_t>& widths, std::size_t columns) {
  constexpr std::size_t kLeast = 6;
  const std::size_t gaps = widths.empty() ? 0 : 2 * (widths.size() - 1);
  std::size_t total = std::accumulate(widths.begin(), widths.end(), gaps);
  while (total > columns) {
    const auto widest = std::ranges::max_element(widths);
    if (widest == widths.end() || *widest <= kLeast) return;
    --*widest;
    --total;
  }
}

}  // namespace

std::string ShortenedLines(std::string_view text, std::size_t columns) {
  if (columns == 0) return std::string(text);
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::string out;
  for (std::string_view line : Split(text, '\n')) out += Shortened(line, columns - 1) + "\n";
  return out;
}

std::string TableText(const std::vector<std::vector<Cell>>& rows, std::size_t columns, bool color) {
  std::vector<std::size_t> widths = WidthsOf(rows);
  if (columns > 0) FitInto(widths, columns - 1);
  std::string out;
  for (const std::vector<Cell>& row : rows) {
    std::string line;
    std::size_t owed = 0;  // spaces, which no line ends with
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string text = columns > 0 ? Shortened(row[i].text, widths[i]) : row[i].text;
      if (!text.empty()) {
        line.append(owed, ' ');
        owed = 0;
        line += color && !row[i].color.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", row[i].color, text) : text;
      }
      owed += widths[i] - std::min(widths[i], CountCodePoints(text)) + 2;
    }
    out += line + "\n";
  }
  return out;
}

std::string Wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::string out;
  for (std::string_view line : Split(text, '\n')) out += WrappedLine(line, indent, width);
  return out;
}

}  // namespace cxctl
