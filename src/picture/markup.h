#pragma once

#include <string>
#include <string_view>

namespace cxctl {

/// The text as content of an element or as a quoted attribute of XML and HTML. Manifests are written by many hands:
/// nothing in them can end an attribute, open an element or hold a character that XML does not allow (controls are
/// shown as \u00XX).
std::string EscapeMarkup(std::string_view text);

/// The text cut to so many code points, with an ellipsis where something is missing.
std::string Shortened(std::string_view text, std::size_t most);
/// The same with the ellipsis in the middle, for addresses, and at the front, for files and lines.
std::string ShortenedInMiddle(std::string_view text, std::size_t most);
std::string ShortenedAtFront(std::string_view text, std::size_t most);

}  // namespace cxctl
