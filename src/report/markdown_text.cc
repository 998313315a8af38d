#include "report/markdown_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace cxctl {

namespace {

constexpr std::string_view kWordJoiner = "\u2060";
constexpr std::string_view kReferenceSigns = "@#!~%$&^";

bool IsPunctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

std::size_t LongestRun(std::string_view text, char of) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == of ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

}  // namespace

std::string MarkdownText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (IsPunctuation(c)) out += '\\';
    out += c;
    if (kReferenceSigns.find(c) != std::string_view::npos) out += kWordJoiner;
  }
  return out;
}

std::string MarkdownCode(std::string_view text) {
  if (text.empty()) return "";
  const std::string fence(LongestRun(text, '`') + 1, '`');
  // One space on each side is taken away again; without them a backtick at an end would join the fence.
  const bool pad = text.front() == '`' || text.back() == '`' || (text.front() == ' ' && text.back() == ' ');
  const std::string_view space = pad ? " " : "";
  return fmt::format("{0}{1}{2}{1}{0}", fence, space, text);
}

std::string MarkdownCodeCell(std::string_view text) {
  std::string cell;
  for (const char c : MarkdownCode(text)) {
    if (c == '|') cell += '\\';
    cell += c;
  }
  return cell;
}

std::string MarkdownFence(std::string_view language, std::string_view lines) {
  const std::string fence(std::max<std::size_t>(3, LongestRun(lines, '`') + 1), '`');
  return fmt::format("{0}{1}\n{2}{0}\n", fence, language, lines);
}

}  // namespace cxctl
