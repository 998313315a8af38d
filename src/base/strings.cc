#include "base/strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace cxctl {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

char32_t LowerAscii(char32_t c) {
  return c >= U'A' && c <= U'Z' ? c - U'A' + U'a' : c;
}

struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;
  bool valid = false;
};

/// The first code point after the table of well-formed byte sequences in RFC 3629, section 4.
CodePoint FirstCodePoint(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.empty()) return {};
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const CodePoint invalid{lead, 1, false};
  if (lead < 0xC2 || lead > 0xF4) return invalid;
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < size) return invalid;
  // The second byte alone decides about overlong forms, surrogates and what lies beyond U+10FFFF.
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return invalid;
  char32_t value = lead & (0xFF >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return invalid;
    value = (value << 6) | (byte(i) & 0x3F);
  }
  return {value, size, true};
}

/// The code points; invalid bytes stand behind the end of Unicode, so that they equal nothing but themselves.
std::u32string Decode(std::string_view text) {
  std::u32string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    const CodePoint first = FirstCodePoint(text);
    decoded.push_back(first.valid ? first.value : 0x110000 + first.value);
    text.remove_prefix(first.size);
  }
  return decoded;
}

/// Optimal string alignment: insertions, deletions, substitutions, and transpositions of neighbours.
std::size_t EditDistance(std::u32string_view a, std::u32string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), current(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, substituted});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, current);
  }
  return last[b.size()];
}

std::u32string Lowered(std::u32string text) {
  for (char32_t& c : text) c = LowerAscii(c);
  return text;
}

bool SteersTerminals(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool IsUnreserved(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
}

/// The value of a hexadecimal digit, or -1.
int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string MaskNumbers(std::string_view text, bool keep_length) {
  constexpr std::size_t kShortest = 8, kLongest = 15, kHead = 4, kTail = 4, kHidden = 3;
  std::string masked;
  masked.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    masked += text[i];
    if (text[i++] != '+') continue;
    std::size_t digits = 0;
    while (i + digits < text.size() && IsDigit(text[i + digits])) ++digits;
    const std::string_view number = text.substr(i, digits);
    if (digits < kShortest || digits > kLongest) {
      masked += number;
    } else {
      const std::size_t head = std::min(kHead, digits - kTail - kHidden);
      masked += number.substr(0, head);
      masked.append(keep_length ? digits - kTail - head : kHidden, '*');
      masked += number.substr(digits - kTail);
    }
    i += digits;
  }
  return masked;
}

}  // namespace

std::string_view NearestWord(std::string_view word, std::span<const std::string_view> candidates) {
  const std::u32string typed = Decode(word);
  const std::u32string typed_lowered = Lowered(typed);
  std::string_view nearest;
  std::size_t best = std::numeric_limits<std::size_t>::max();
  std::size_t best_exact = best;
  for (const std::string_view candidate : candidates) {
    const std::u32string other = Decode(candidate);
    const std::size_t longer = std::max(typed.size(), other.size());
    const std::size_t limit = std::max<std::size_t>(1, longer / 3);
    if (longer - std::min(typed.size(), other.size()) > limit) continue;
    const std::size_t distance = EditDistance(typed_lowered, Lowered(other));
    if (distance > limit || distance >= longer || distance > best) continue;
    const std::size_t exact = EditDistance(typed, other);
    if (distance == best && exact >= best_exact) continue;
    nearest = candidate;
    best = distance;
    best_exact = exact;
  }
  return nearest;
}

bool GlobMatches(std::string_view pattern, std::string_view text) {
  const std::u32string wanted = Decode(pattern);
  const std::u32string given = Decode(text);
  // reached[i]: what was read of the pattern so far matches the first i code points.
  std::vector<char> reached(given.size() + 1, 0);
  reached[0] = 1;
  for (std::size_t p = 0; p < wanted.size(); ++p) {
    const char32_t c = wanted[p];
    if (c == U'*') {
      const bool across = p + 1 < wanted.size() && wanted[p + 1] == U'*';
      while (p + 1 < wanted.size() && wanted[p + 1] == U'*') ++p;
      for (std::size_t i = 1; i <= given.size(); ++i) {
        reached[i] |= static_cast<char>(reached[i - 1] && (across || given[i - 1] != U'/'));
      }
      continue;
    }
    for (std::size_t i = given.size(); i > 0; --i) {
      const bool fits = c == U'?' ? given[i - 1] != U'/' : given[i - 1] == c;
      reached[i] = static_cast<char>(reached[i - 1] && fits);
    }
    reached[0] = 0;
  }
  return reached.back() != 0;
}

std::size_t CodePointSize(std::string_view utf8) {
  return FirstCodePoint(utf8).size;
}

std::size_t CountCodePoints(std::string_view utf8) {
  std::size_t count = 0;
  for (; !utf8.empty(); ++count) utf8.remove_prefix(FirstCodePoint(utf8).size);
  return count;
}

bool IsUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const CodePoint first = FirstCodePoint(bytes);
    if (!first.valid) return false;
    bytes.remove_prefix(first.size);
  }
  return true;
}

std::string EscapeControls(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const CodePoint first = FirstCodePoint(text);
    if (!first.valid) {
      escaped += fmt::format("\\x{:02x}", static_cast<unsigned>(first.value));
    } else if (SteersTerminals(first.value)) {
      escaped += fmt::format("\\u{:04x}", static_cast<unsigned>(first.value));
    } else {
      escaped += text.substr(0, first.size);
    }
    text.remove_prefix(first.size);
  }
  return escaped;
}

std::string MaskPhoneNumbers(std::string_view text) {
  return MaskNumbers(text, false);
}

std::string MaskPhoneNumbersKeepingLength(std::string_view text) {
  return MaskNumbers(text, true);
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  std::size_t start = 0;
  for (std::size_t end; (end = text.find(separator, start)) != std::string_view::npos; start = end + 1) {
    pieces.push_back(text.substr(start, end - start));
  }
  pieces.push_back(text.substr(start));
  return pieces;
}

std::string Join(std::span<const std::string> parts, std::string_view separator) {
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

std::string JoinAnd(std::span<const std::string> parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i)
    text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return LowerAscii(x) == LowerAscii(y); });
}

std::string ToLower(std::string_view ascii) {
  std::string lowered(ascii);
  for (char& c : lowered) c = LowerAscii(c);
  return lowered;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::string Count(std::size_t n, std::string_view singular, std::string_view plural) {
  if (n == 1) return fmt::format("1 {}", singular);
  return plural.empty() ? fmt::format("{} {}s", n, singular) : fmt::format("{} {}", n, plural);
}

std::string PercentEncode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string PercentDecode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      decoded += ' ';
      continue;
    }
    const bool complete = text[i] == '%' && i + 2 < text.size();
    const int high = complete ? HexDigit(text[i + 1]) : -1;
    const int low = complete ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

std::string ToHex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

}  // namespace cxctl
