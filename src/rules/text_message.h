#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cxctl {

/// `{{localTime}}` in a text. What begins with `{{` and is never closed is one, too: people see it as it is written.
struct Placeholder {
  std::string_view name;   ///< What stands between the braces.
  std::size_t offset = 0;  ///< Of the first brace, in bytes.
  std::size_t size = 0;    ///< With the braces, in bytes.
  bool closed = true;
};

/// In the order of the text.
std::vector<Placeholder> FindPlaceholders(std::string_view text);

/// What placeholders there are, and the longest text that each becomes.
struct PlaceholderInfo {
  std::string_view name;
  std::string_view longest;
};
/// Null for an unknown name.
const PlaceholderInfo* FindPlaceholderInfo(std::string_view name);
/// The known name that was most likely meant, or "".
std::string_view NearestPlaceholder(std::string_view name);

/// The text with known placeholders at their longest; the others stay.
std::string WithLongestPlaceholders(std::string_view text);

/// How much of a text message a text takes (3GPP TS 23.038).
struct MessageLength {
  /// In the GSM 7-bit default alphabet, whose extension table takes two for a character; in UCS-2 (characters beyond
  /// the basic plane take two) if one character of the text is not in that alphabet.
  std::size_t characters = 0;
  std::string_view outside;  ///< The first character that is not in the alphabet, "" if all are.
};
MessageLength MeasureMessage(std::string_view utf8);

/// REQUIRES: one whole character of valid UTF-8.
char32_t DecodeCharacter(std::string_view character);

/// What a single message takes: 140 bytes.
inline constexpr std::size_t kGsm7Message = 160;
inline constexpr std::size_t kUcs2Message = 70;
/// Longer ones are refused, however they are encoded.
inline constexpr std::size_t kLongestMessage = 1600;

/// Whether a word stands in the text that people know as the way to end messages: STOP, UNSUBSCRIBE, OPT OUT and the
/// like, in any case, as whole words. Names of placeholders do not count.
bool HasOptOutWord(std::string_view text);

}  // namespace cxctl
