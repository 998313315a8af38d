#include "tenant/encoding.h"

#include <algorithm>
#include <cstdint>

#include "base/strings.h"

namespace cxctl {

namespace {

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool IsEtagCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7F);
}

}  // namespace

std::string FormEncode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string result;
  result.reserve(text.size());
  for (char c : text) {
    if (IsAlphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '*') {
      result += c;
    } else if (c == ' ') {
      result += '+';
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return result;
}

std::string Base64(std::string_view bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  result.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) result += k <= count ? kAlphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return result;
}

bool IsPathSegment(std::string_view text) {
  return !text.empty() && text != "." && text != "..";
}

std::string FilterTerm(std::string_view key, std::string_view value) {
  std::string result = std::string(key) + '=';
  for (char c : value) {
    if (c == ',' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string NormalizeEtag(std::string_view text) {
  text = Trim(text);
  if (text.starts_with("W/")) return "";
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  if (text.empty() || !std::all_of(text.begin(), text.end(), IsEtagCharacter)) return "";
  return '"' + std::string(text) + '"';
}

}  // namespace cxctl
