#include "cli/text_table.h"

#include "base/strings.h"
#include "picture/table_text.h"
#include "report/markdown_text.h"

namespace cxctl {

std::string TextTable::Draw(std::size_t indent, std::size_t width) const {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < head_.size(); ++i) columns.push_back({i == 0 ? Fit::kAddress : Fit::kWhole, i >= left_});
  std::vector<std::vector<Cell>> rows;
  const auto add = [&](const std::vector<std::string>& cells) {
    rows.emplace_back();
    for (const std::string& cell : cells) rows.back().push_back({EscapeControls(cell)});
  };
  add(head_);
  for (const auto& row : rows_) add(row);
  return TableText(rows, columns, width, false, indent);
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
