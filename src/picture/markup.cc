#include "picture/markup.h"

#include "base/strings.h"

namespace cxctl {

std::string EscapeMarkup(std::string_view text) {
  std::string escaped;
  for (const char c : EscapeControls(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

namespace {

std::string_view LastCodePoints(std::string_view text, std::size_t count) {
  for (std::size_t size = CountCodePoints(text); size > count; --size) text.remove_prefix(CodePointSize(text));
  return text;
}

}  // namespace

std::string Shortened(std::string_view text, std::size_t most) {
  if (CountCodePoints(text) <= most) return std::string(text);
  std::string kept;
  for (std::size_t i = 0; i + 1 < most; ++i) {
    const std::size_t size = CodePointSize(text);
    kept += text.substr(0, size);
    text.remove_prefix(size);
  }
  return kept + "…";
}

std::string ShortenedInMiddle(std::string_view text, std::size_t most) {
  const std::size_t size = CountCodePoints(text);
  if (size <= most || most < 3) return Shortened(text, most);
  const std::size_t end = (most - 1) / 2;
  return Shortened(text, most - end) + std::string(LastCodePoints(text, end));
}

std::string ShortenedAtFront(std::string_view text, std::size_t most) {
  if (CountCodePoints(text) <= most || most == 0) return Shortened(text, most);
  return "…" + std::string(LastCodePoints(text, most - 1));
}

}  // namespace cxctl
