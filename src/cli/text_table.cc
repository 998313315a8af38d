#include "cli/text_table.h"

#include <algorithm>

#include "base/strings.h"
#include "report/markdown_text.h"

namespace cxctl {

std::string TextTable::Draw(std::size_t indent) const {
  std::vector<std::size_t> widths(head_.size());
  const auto measure = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths[i] = std::max(widths[i], CountCodePoints(EscapeControls(cells[i])));
    }
  };
  measure(head_);
  for (const auto& row : rows_) measure(row);
  std::string out;
  const auto draw = [&](const std::vector<std::string>& cells) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string text = EscapeControls(cells[i]);
      const std::string space(widths[i] - CountCodePoints(text), ' ');
      line += (i == 0 ? "" : "  ") + (i < left_ ? text + space : space + text);
    }
    out += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  };
  draw(head_);
  for (const auto& row : rows_) draw(row);
  return out;
}

std::string TextTable::DrawMarkdown() const {
  std::string out, rule;
  const auto draw = [&](const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) out += "| " + MarkdownText(EscapeControls(cell)) + " ";
    out += "|\n";
  };
  draw(head_);
  for (std::size_t i = 0; i < head_.size(); ++i) rule += i < left_ ? "|---" : "|---:";
  out += rule + "|\n";
  for (const auto& row : rows_) draw(row);
  return out;
}

}  // namespace cxctl
