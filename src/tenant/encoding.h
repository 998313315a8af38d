#pragma once

#include <string>
#include <string_view>

namespace cxctl {

/// application/x-www-form-urlencoded (RFC 6749 appendix B): a space is `+`, letters, digits and `-._*` stay, every
/// other byte is percent-encoded.
std::string FormEncode(std::string_view text);

/// Base 64 with padding (RFC 4648 section 4).
std::string Base64(std::string_view bytes);

/// Whether the text can be one segment of a path: not empty, and not a dot segment, which clients and servers remove.
bool IsPathSegment(std::string_view text);

/// `key=value` of a list filter: in the value a comma or backslash gets a backslash. Not yet percent-encoded.
std::string FilterTerm(std::string_view key, std::string_view value);

/// An entity tag in the form of the header, with its quotes, from a header or from a list item that may leave the
/// quotes out. "" for what is no strong tag (RFC 9110 section 8.8.3): weak, empty, or with characters that no tag has.
std::string NormalizeEtag(std::string_view text);

}  // namespace cxctl
