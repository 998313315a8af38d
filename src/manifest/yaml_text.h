#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace cxctl {

/// Checks what must hold of the bytes before a parser sees them: size of each document, UTF-8, no control characters,
/// no %TAG lines. Appends a CX101 for the first offence and returns whether there was none. A document that is too
/// large is reported at its first line.
bool CheckYamlText(std::uint32_t file, std::string_view text, Diagnostics& diagnostics);

/// The CX101 for a file over kMaxFileBytes.
void ReportFileSize(std::uint32_t file, std::uint64_t size, Diagnostics& diagnostics);

/// Finds bytes by line and column (both from 1, columns in code points). The line table is made at the first use, and
/// the last answer is kept: asking for places in their order costs one walk in all.
class TextIndex {
 public:
  explicit TextIndex(std::string_view text) : text_(text) {}
  /// Offset of the byte at a place; the end of the text if there is no such place.
  std::size_t Offset(std::uint32_t line, std::uint32_t column);
  /// The reverse.
  Position PositionOf(std::uint32_t file, std::size_t offset);

 private:
  void Build();
  std::string_view text_;
  struct Place {
    std::uint32_t line = 0, column = 0;
    std::size_t offset = 0;
  };
  std::vector<std::size_t> line_starts_;
  Place last_;
};

}  // namespace cxctl
