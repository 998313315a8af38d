#pragma once

#include <string>
#include <string_view>

namespace cxctl {

/// The text as it is, in a paragraph, list item or table cell of GitHub's and GitLab's Markdown: nothing in it is
/// markup, a link, a mention, a reference to an issue, a quick action or HTML. What has no meaning stays as it is.
/// Where only a word joiner (U+2060, which nobody sees) keeps a forge from reading more into it, there is one: `@`
/// before a name, `://`. REQUIRES, here and below: control characters are escaped already.
std::string MarkdownText(std::string_view text);

/// The text as code. In a table cell with `|` escaped as tables need it.
std::string MarkdownCode(std::string_view text);
std::string MarkdownCodeCell(std::string_view text);

/// Lines as a block of code, with a fence that is longer than any in it. `lines` end with a newline.
std::string MarkdownFence(std::string_view language, std::string_view lines);

}  // namespace cxctl
