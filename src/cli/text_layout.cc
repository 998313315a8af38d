#include "cli/text_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "picture/markup.h"

namespace cxctl {

namespace {

/// Code points that are seen: none of SGR sequences.
std::size_t VisibleSize(std::string_view text) {
  std::size_t hidden = 0;
  for (std::size_t at = text.find('\x1b'); at != std::string_view::npos; at = text.find('\x1b', at + 1)) {
    const std::size_t end = text.find('m', at);
    if (end == std::string_view::npos) break;
    hidden += end + 1 - at;
  }
  return CountCodePoints(text) - hidden;
}

/// Spaces between two words of a line stay as many as they are.
std::string WrappedLine(std::string_view line, std::size_t indent, std::size_t width, std::size_t hang = 0) {
  std::string out;
  std::size_t column = 0, gap = 0;
  for (std::string_view word : Split(line, ' ')) {
    ++gap;
    if (word.empty()) continue;
    const std::size_t size = VisibleSize(word);
    if (column > 0 && column + gap + size > width) {
      out += '\n';
      column = 0;
    }
    const std::size_t space = column > 0 ? gap : indent + (out.empty() ? 0 : hang);
    out.append(space, ' ');
    column += space + size;
    gap = 0;
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

std::string FittedLines(std::string_view text, std::size_t columns, std::size_t hang) {
  if (columns == 0) return std::string(text);
  const bool ends = text.ends_with('\n');
  if (ends) text.remove_suffix(1);
  std::string out;
  for (std::string_view line : Split(text, '\n')) {
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    out += VisibleSize(line) >= columns ? WrappedLine(line, indent, columns - 1, hang) : fmt::format("{}\n", line);
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
