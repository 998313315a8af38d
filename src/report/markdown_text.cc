#include "report/markdown_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace cxctl {

namespace {

constexpr std::string_view kWordJoiner = "\u2060";
constexpr std::string_view kMarkup = "\\`*_[]<>#|~&@!$^";
// Before a name or number: people, issues, merge requests, labels, milestones, snippets, epics.
constexpr std::string_view kReferenceSigns = "@#!~%$&^";

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Characters at the beginning that would make a list, a heading, a table or a quick action of what follows.
std::size_t MarkerSize(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  const char next = digits < text.size() ? text[digits] : ' ';
  if (digits > 0) return next == '.' || next == ')' ? digits + 1 : 0;
  return next == '-' || next == '+' || next == '=' || next == '/' || next == ':' ? 1 : 0;
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
  while (text.starts_with(' ')) text.remove_prefix(1);
  const std::size_t marker = MarkerSize(text);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kMarkup.find(text[i]) != std::string_view::npos || i + 1 == marker) out += '\\';
    out += text[i];
    const std::string_view rest = text.substr(i + 1);
    const bool is_reference = kReferenceSigns.find(text[i]) != std::string_view::npos && !rest.starts_with(' ');
    const bool is_address =
        (text[i] == ':' && rest.starts_with("//")) || (out.ends_with("www") && rest.starts_with('.'));
    if (is_reference || is_address) out += kWordJoiner;
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
