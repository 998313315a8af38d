#include "manifest/yaml_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/strings.h"
#include "manifest/yaml_reader.h"

namespace cxctl {

namespace {

/// Decodes one code point; length 0 for bytes that are not well-formed UTF-8 (RFC 3629).
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;
};

CodePoint Decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return {};
  char32_t value = first & (0x7F >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3F);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {};
  return {value, length};
}

bool IsForbidden(char32_t c) {
  if (c < 0x20) return c != '\t' && c != '\n' && c != '\r';
  if (c < 0x7F) return false;
  return c <= 0x9F || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0xFEFF || c == 0xFFFE || c == 0xFFFF;
}

/// Bytes from `i` on that are printable ASCII, eight at a time: most of a manifest is.
std::size_t SkipPrintable(std::string_view text, std::size_t i) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    const std::uint64_t del = word ^ (kOnes * 0x7F);
    const std::uint64_t special = (word | ((word - kOnes * 0x20) & ~word) | ((del - kOnes) & ~del)) & kHighs;
    // A borrow can mark bytes behind a special one, never before it: the first mark is right.
    if (special != 0) return i + static_cast<std::size_t>(std::countr_zero(special)) / 8;
  }
  while (i < text.size() && text[i] >= 0x20 && text[i] < 0x7F) ++i;
  return i;
}

static_assert(std::endian::native == std::endian::little, "SkipPrintable finds the first byte in the lowest bits");

bool IsMarker(std::string_view text, std::size_t at, std::string_view marker) {
  const std::string_view line = text.substr(at, 4);
  return line.starts_with(marker) && (line.size() == 3 || std::string_view(" \t\r\n").find(line[3]) != line.npos);
}

class TextChecker {
 public:
  TextChecker(std::uint32_t file, std::string_view text, Diagnostics& diagnostics)
      : file_(file), text_(text), diagnostics_(diagnostics) {}

  bool Check() {
    std::size_t i = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    if (!StartLine(i)) return false;
    while ((i = SkipPrintable(text_, i)) < text_.size()) {
      const char c = text_[i];
      if (c == '\n' || (c == '\r' && text_.substr(i + 1, 1) != "\n")) {
        ++line_;
        if (!StartLine(++i)) return false;
      } else if (c == '\t' || c == '\r') {
        ++i;
      } else if (const std::size_t length = CheckCodePoint(i); length != 0) {
        i += length;
      } else {
        return false;
      }
    }
    return EndDocument(text_.size());
  }

 private:
  /// Bytes of the character, 0 for one that may not be there.
  std::size_t CheckCodePoint(std::size_t i) {
    const CodePoint c = Decode(text_.substr(i));
    if (c.length == 0) {
      Report(TextIndex(text_).PositionOf(file_, i),
             fmt::format("byte 0x{:02X} is not valid UTF-8", static_cast<unsigned char>(text_[i])),
             "save the file as UTF-8");
    } else if (IsForbidden(c.value)) {
      Report(TextIndex(text_).PositionOf(file_, i),
             fmt::format("control character U+{:04X} in the file", static_cast<std::uint32_t>(c.value)),
             "remove it; it cannot be seen and can deceive a reader");
      return 0;
    }
    return c.length;
  }

  bool StartLine(std::size_t start) {
    if (start >= text_.size()) return true;
    const char first = text_[start];
    if (first == '-' && IsMarker(text_, start, "---")) {
      if (!EndDocument(start)) return false;
      document_start_ = start;
      document_line_ = line_;
    } else if (first == '.' && IsMarker(text_, start, "...")) {
      if (!EndDocument(start)) return false;
      document_start_ = start + 3;
      document_line_ = line_ + 1;
    } else if (first == '%' && text_.substr(start).starts_with("%TAG")) {
      Report({file_, line_, 1, 4}, "%TAG directives are not allowed", "remove it; manifests have no tags");
      return false;
    }
    return true;
  }

  bool EndDocument(std::size_t end) {
    const std::size_t size = end - document_start_;
    if (size <= kMaxDocumentBytes) return true;
    Report({file_, document_line_, 1, 1},
           fmt::format("a document of {} bytes is over the limit of {} (1 MiB)", size, kMaxDocumentBytes),
           "split it into several documents with ---");
    return false;
  }

  void Report(const Position& position, std::string message, std::string help) {
    diagnostics_.push_back({"CX101", Severity::kError, std::move(message), std::move(help), "", position});
  }

  std::uint32_t file_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  std::size_t document_start_ = 0;
  std::uint32_t document_line_ = 1;
  std::uint32_t line_ = 1;
};

}  // namespace

bool CheckYamlText(std::uint32_t file, std::string_view text, Diagnostics& diagnostics) {
  if (text.size() > kMaxFileBytes) {
    ReportFileSize(file, text.size(), diagnostics);
    return false;
  }
  return TextChecker(file, text, diagnostics).Check();
}

void ReportFileSize(std::uint32_t file, std::uint64_t size, Diagnostics& diagnostics) {
  diagnostics.push_back({"CX101",
                         Severity::kError,
                         fmt::format("a file of {} bytes is over the limit of {} (64 MiB)", size, kMaxFileBytes),
                         "split it into several files",
                         "",
                         {file, 1, 1, 1}});
}

namespace {

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

void TextIndex::Build() {
  if (!line_starts_.empty()) return;
  line_starts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    // A lone carriage return breaks a line, too; the second half of a CR LF does not.
    if (text_[i] == '\n' || (text_[i] == '\r' && (i + 1 == text_.size() || text_[i + 1] != '\n'))) {
      line_starts_.push_back(i + 1);
    }
  }
}

std::size_t TextIndex::Offset(std::uint32_t line, std::uint32_t column) {
  Build();
  if (line == 0 || line > line_starts_.size()) return text_.size();
  // Most questions go forward: one line may be the whole file, so it is not walked again from its start.
  if (line != last_.line || column < last_.column) {
    last_ = {line, 1, line_starts_[line - 1]};
    if (last_.offset == 0 && text_.starts_with("\xEF\xBB\xBF")) last_.offset = 3;
  }
  for (; last_.column < column && last_.offset < text_.size(); ++last_.column) {
    ++last_.offset;
    while (last_.offset < text_.size() && IsContinuation(text_[last_.offset])) ++last_.offset;
  }
  return last_.offset;
}

Position TextIndex::PositionOf(std::uint32_t file, std::size_t offset) {
  Build();
  const auto after = std::ranges::upper_bound(line_starts_, offset);
  const std::size_t line = static_cast<std::size_t>(after - line_starts_.begin());
  std::size_t start = line_starts_[line - 1];
  if (start == 0 && offset >= 3 && text_.starts_with("\xEF\xBB\xBF")) start = 3;
  const std::size_t column = CountCodePoints(text_.substr(start, offset - start)) + 1;
  return {file, static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(column), 1};
}

}  // namespace cxctl
