#pragma once

#include <string>
#include <string_view>

#include "value/value.h"

namespace cxctl {

// How values are written where a file gains something, and whole documents: two spaces a level, lists indented, small
// flat mappings and lists of scalars in brackets on the line of their key while that fits.

/// Lines are no longer than this if a list or mapping can help it.
inline constexpr std::size_t kLineWidth = 120;

/// On one line: `{a: 1, b: [x, y]}`.
std::string FlowText(const Value& value);

/// A member as the lines of a block mapping at this indentation, the first without it and the last without a line
/// break. `deep`: below a document's root, where small mappings stand in brackets.
std::string MemberText(std::string_view key, const Value& value, std::size_t indent, bool deep);
/// An item as the lines of a block sequence whose dashes stand at this indentation, likewise.
std::string ItemText(const Value& value, std::size_t indent);
/// What follows a member's colon: ` 1`, ` [a, b]`, or a line break and lines at `indent` + 2.
std::string TextBehindKey(const Value& value, std::size_t indent, std::size_t column, bool deep);

/// A whole document: the members of a mapping, with a line break at the end.
std::string DocumentText(const Value& document);

}  // namespace cxctl
