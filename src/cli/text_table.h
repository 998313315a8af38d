#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cxctl {

/// A table of texts: for terminals with columns in line, or as Markdown. Cells may hold anything: they are escaped as
/// they are drawn.
class TextTable {
 public:
  /// The first `left` columns are words, the others figures, which stand to the right.
  TextTable(std::vector<std::string> head, std::size_t left) : head_(std::move(head)), left_(left) {}
  /// REQUIRES: as many cells as the head has.
  void Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  /// Each line with `indent` spaces before it. `width`: as TableText has it. The first column is cut like an address.
  std::string Draw(std::size_t indent = 0, std::size_t width = 0) const;
  std::string DrawMarkdown() const;

 private:
  std::vector<std::string> head_;
  std::size_t left_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace cxctl
