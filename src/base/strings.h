#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cxctl {

/// The candidate nearest to `word` by edit distance (with transpositions), or "" if none is near enough to be a slip
/// of the pen: at most a third of the longer word's length, at least 1. ASCII letters that differ in case alone count
/// as equal unless two candidates are equally near otherwise; then the first of them wins. Words without one code point
/// in common are never near.
std::string_view NearestWord(std::string_view word, std::span<const std::string_view> candidates);

/// Whether `text` matches `pattern`, in which `*` stands for any run of characters but '/', `**` for any run of
/// characters, `?` for one character but '/'. The whole text must match; the time is at most |pattern| * |text|.
bool GlobMatches(std::string_view pattern, std::string_view text);

/// Code points in a UTF-8 text; a byte that is not part of a valid sequence counts as one.
std::size_t CountCodePoints(std::string_view utf8);

/// Bytes of the first code point (1 for a byte that is not part of a valid sequence), 0 for an empty text.
std::size_t CodePointSize(std::string_view utf8);

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool IsUtf8(std::string_view bytes);

/// The text with control characters, DEL, C1, line separators and bidirectional controls as `\u00XX`, so that nothing
/// from outside can steer a terminal or forge a log line. Invalid UTF-8 bytes become `\xXX`. Tab and newline are
/// escaped as well.
std::string EscapeControls(std::string_view text);

/// The text with everything that looks like a phone number masked in the middle: `+14155551234` -> `+1415***1234`.
/// Applies to `+` followed by 8 to 15 digits; at least three digits are hidden.
std::string MaskPhoneNumbers(std::string_view text);
/// The same with one star for each hidden digit, so that the text keeps its length: `+442071838750` -> `+4420****8750`.
std::string MaskPhoneNumbersKeepingLength(std::string_view text);

/// The pieces between the separators: always one more than there are separators. The pieces point into `text`.
std::vector<std::string_view> Split(std::string_view text, char separator);
std::string Join(std::span<const std::string> parts, std::string_view separator);
/// `a, b and c`
std::string JoinAnd(std::span<const std::string> parts);
bool EqualsIgnoringCase(std::string_view a, std::string_view b);
std::string ToLower(std::string_view ascii);
/// Without ASCII white space at both ends.
std::string_view Trim(std::string_view text);
/// `1 change`, `2 changes`; `plural` is for words that take more than an s.
std::string Count(std::size_t n, std::string_view singular, std::string_view plural = "");

/// RFC 3986 percent-encoding of everything but the unreserved characters.
std::string PercentEncode(std::string_view text);
/// The reverse; an incomplete or invalid escape stays as it is.
std::string PercentDecode(std::string_view text, bool plus_is_space = false);

/// Lower-case hexadecimal of bytes.
std::string ToHex(std::span<const std::uint8_t> bytes);

}  // namespace cxctl
