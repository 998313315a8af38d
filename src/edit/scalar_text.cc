#include "edit/scalar_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "time/instant.h"
#include "value/yaml_writer.h"

namespace cxctl {

namespace {

bool IsVisible(std::string_view text) {
  return EscapeControls(text) == text;
}

/// REQUIRES: well-formed UTF-8.
std::uint32_t CodePointOf(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() == 1) return first;
  std::uint32_t code = first & (0x3Fu >> (bytes.size() - 1));
  for (char c : bytes.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3Fu);
  return code;
}

std::string Escape(std::string_view code_point) {
  if (code_point == "\n") return "\\n";
  if (code_point == "\t") return "\\t";
  if (code_point == "\r") return "\\r";
  const std::uint32_t code = CodePointOf(code_point);
  return code > 0xFFFF ? fmt::format("\\U{:08X}", code) : fmt::format("\\u{:04X}", code);
}

std::string SingleQuoted(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + '\'';
}

}  // namespace

bool MayBePlain(std::string_view text, Place place) {
  if (!IsPlainSafe(text) && !ParseDate(text) && !ParseDateTime(text)) return false;
  if (text.find('\xEF') != std::string_view::npos) return false;  // may be a byte order mark
  return place == Place::kBlock || text.find_first_of(",[]{}?") == std::string_view::npos;
}

std::string DoubleQuoted(std::string_view text) {
  std::string quoted = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view next = text.substr(at, CodePointSize(text.substr(at)));
    if (next == "\"" || next == "\\") quoted += '\\';
    const bool hidden = !IsVisible(next) || next == "\xEF\xBB\xBF";
    quoted += hidden ? Escape(next) : std::string(next);
    at += next.size();
  }
  return quoted + '"';
}

std::string ScalarText(const Value& scalar, ScalarStyle style, Place place) {
  if (!scalar.is_string()) return std::string(Trim(ToYaml(scalar)));
  const std::string_view text = scalar.as_string();
  if (style == ScalarStyle::kSingleQuoted && IsVisible(text)) return SingleQuoted(text);
  if (style == ScalarStyle::kDoubleQuoted || !MayBePlain(text, place)) return DoubleQuoted(text);
  return std::string(text);
}

bool MayBeLiteral(std::string_view text) {
  if (text.size() < 2 || !text.ends_with('\n') || text.ends_with("\n\n")) return false;
  if (text.front() == ' ' || text.front() == '\n' || text.find("\xEF\xBB\xBF") != std::string_view::npos) return false;
  return std::ranges::all_of(Split(text.substr(0, text.size() - 1), '\n'), [](std::string_view line) {
    return IsVisible(line) && !line.ends_with(' ') && !line.starts_with(' ');
  });
}

}  // namespace cxctl
