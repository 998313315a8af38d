#include "cli/text_layout.h"

#include <fmt/format.h>

#include <algorithm>

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

}  // namespace

std::string ShortenedLines(std::string_view text, std::size_t columns) {
  if (columns == 0) return std::string(text);
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::string out;
  for (std::string_view line : Split(text, '\n')) out += Shortened(line, columns - 1) + "\n";
  return out;
}

std::string FittedLines(std::string_view text, std::size_t columns) {
  if (columns == 0) return std::string(text);
  const bool ends = text.ends_with('\n');
  if (ends) text.remove_suffix(1);
  std::string out;
  for (std::string_view line : Split(text, '\n')) {
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    const bool is_plain = line.find('\x1b') == std::string_view::npos;
    out += is_plain && CountCodePoints(line) >= columns ? WrappedLine(line, indent, columns - 1)
                                                        : fmt::format("{}\n", line);
  }
  if (!ends) out.pop_back();
  return out;
}

std::string Wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::string out;
  for (std::string_view line : Split(text, '\n')) out += WrappedLine(line, indent, width);
  return out;
}

}  // namespace cxctl
