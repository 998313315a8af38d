#include "edit/layout.h"

#include <algorithm>

#include "base/strings.h"
#include "edit/scalar_text.h"

namespace cxctl {

namespace {

bool IsScalar(const Value& value) {
  return !value.is_array() && !value.is_object();
}

bool HoldsScalars(const Value& list) {
  return list.is_array() && std::ranges::all_of(list.items(), IsScalar);
}

/// Scalars, and mappings and lists of scalars.
bool IsFlat(const Value& value) {
  if (value.is_array()) return HoldsScalars(value);
  return std::ranges::all_of(value.members(),
                             [](const Member& member) { return IsScalar(member.value) || HoldsScalars(member.value); });
}

bool IsEmpty(const Value& value) {
  return value.items().empty() && value.members().empty();
}

std::string KeyText(std::string_view key, Place place) {
  return ScalarText(Value::String(key), ScalarStyle::kPlain, place);
}

std::string LiteralText(std::string_view text, std::size_t indent) {
  std::string lines = "|";
  for (std::string_view line : Split(text.substr(0, text.size() - 1), '\n')) {
    lines += '\n';
    if (!line.empty()) lines += std::string(indent, ' ') + std::string(line);
  }
  return lines;
}

/// Lines of a collection that is not empty, the first without its indentation.
std::string BlockLines(const Value& value, std::size_t indent, bool deep) {
  std::string lines;
  const auto start = [&] {
    if (!lines.empty()) lines += '\n' + std::string(indent, ' ');
  };
  for (const Member& member : value.members()) {
    start();
    lines += MemberText(member.key, member.value, indent, deep);
  }
  for (const Value& item : value.items()) {
    start();
    lines += ItemText(item, indent);
  }
  return lines;
}

}  // namespace

std::string FlowText(const Value& value) {
  std::string text;
  if (value.is_array()) {
    for (const Value& item : value.items()) text += (text.empty() ? "" : ", ") + FlowText(item);
    return '[' + text + ']';
  }
  if (value.is_object()) {
    for (const Member& member : value.members())
      text += (text.empty() ? "" : ", ") + KeyText(member.key, Place::kFlow) + ": " + FlowText(member.value);
    return '{' + text + '}';
  }
  return ScalarText(value, ScalarStyle::kPlain, Place::kFlow);
}

std::string TextBehindKey(const Value& value, std::size_t indent, std::size_t column, bool deep) {
  if (value.is_string() && MayBeLiteral(value.as_string())) return ' ' + LiteralText(value.as_string(), indent + 2);
  if (IsScalar(value)) return ' ' + ScalarText(value, ScalarStyle::kPlain, Place::kBlock);
  if (IsEmpty(value) || ((deep || value.is_array()) && IsFlat(value))) {
    const std::string flow = FlowText(value);
    if (IsEmpty(value) || column + 1 + CountCodePoints(flow) <= kLineWidth) return ' ' + flow;
  }
  return '\n' + std::string(indent + 2, ' ') + BlockLines(value, indent + 2, true);
}

std::string MemberText(std::string_view key, const Value& value, std::size_t indent, bool deep) {
  // Readers want the colon of a plain key within 1,024 characters.
  constexpr std::size_t kLongestSimpleKey = 1000;
  std::string text = KeyText(key, Place::kBlock);
  if (text.size() > kLongestSimpleKey) text = "? " + text + '\n' + std::string(indent, ' ');
  text += ':';
  return text + TextBehindKey(value, indent, indent + CountCodePoints(text), deep);
}

std::string ItemText(const Value& value, std::size_t indent) {
  if (IsScalar(value) || IsEmpty(value)) return '-' + TextBehindKey(value, indent, indent + 1, true);
  if (IsFlat(value)) {
    const std::string flow = FlowText(value);
    if (indent + 2 + CountCodePoints(flow) <= kLineWidth) return "- " + flow;
  }
  return "- " + BlockLines(value, indent + 2, true);
}

std::string DocumentText(const Value& document) {
  return BlockLines(document, 0, false) + '\n';
}

}  // namespace cxctl
