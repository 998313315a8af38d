#include "manifest/scalar.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace cxctl {

namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view WithoutSign(std::string_view text) {
  return !text.empty() && (text[0] == '-' || text[0] == '+') ? text.substr(1) : text;
}

/// `digits [. digits] [e sign digits]`, or `. digits …`; sets whether it is an integer.
bool IsDecimal(std::string_view text, bool& integer) {
  std::size_t i = 0;
  std::size_t digits = 0;
  while (i < text.size() && IsDigit(text[i])) ++i, ++digits;
  integer = i == text.size() && digits > 0;
  if (integer) return true;
  if (i < text.size() && text[i] == '.') {
    ++i;
    while (i < text.size() && IsDigit(text[i])) ++i, ++digits;
  }
  if (digits == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    const std::size_t exponent = i;
    while (i < text.size() && IsDigit(text[i])) ++i;
    if (i == exponent) return false;
  }
  return i == text.size();
}

std::optional<Value> Integer(std::string_view digits, int base, bool negative) {
  std::uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
  if (end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (error == std::errc() && magnitude <= kMax) {
    const auto i = static_cast<std::int64_t>(magnitude);
    return Value::Int(negative ? -i : i);
  }
  double d = 0;
  if (base == 10) {
    if (std::from_chars(digits.data(), digits.data() + digits.size(), d).ec != std::errc()) d = HUGE_VAL;
  } else {
    for (char c : digits) d = d * base + (IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return Value::Double(negative ? -d : d);
}

std::optional<Value> Word(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return Value::Null();
  if (text == "true" || text == "True" || text == "TRUE") return Value::Bool(true);
  if (text == "false" || text == "False" || text == "FALSE") return Value::Bool(false);
  const std::string_view bare = WithoutSign(text);
  if (bare == ".inf" || bare == ".Inf" || bare == ".INF") return Value::Double(text[0] == '-' ? -HUGE_VAL : HUGE_VAL);
  if (text == ".nan" || text == ".NaN" || text == ".NAN")
    return Value::Double(std::numeric_limits<double>::quiet_NaN());
  return std::nullopt;
}

}  // namespace

bool HasLeadingZero(std::string_view plain) {
  const std::string_view bare = WithoutSign(plain);
  bool integer = false;
  return bare.size() > 1 && bare[0] == '0' && IsDigit(bare[1]) && IsDecimal(bare, integer);
}

Value ResolvePlainScalar(std::string_view plain) {
  const char first = plain.empty() ? '~' : plain[0];
  // Most plain scalars are words that start with a letter no special value starts with.
  const bool special = IsDigit(first) || first == '-' || first == '+' || first == '.' || first == '~' || first == 'n' ||
                       first == 'N' || first == 't' || first == 'T' || first == 'f' || first == 'F';
  if (!special) return Value::String(plain);
  if (const auto word = Word(plain)) return *word;
  if (plain.starts_with("0x")) {
    if (const auto hex = Integer(plain.substr(2), 16, false)) return *hex;
  } else if (plain.starts_with("0o")) {
    if (const auto octal = Integer(plain.substr(2), 8, false)) return *octal;
  }
  const bool negative = first == '-';
  const std::string_view bare = WithoutSign(plain);
  bool integer = false;
  if (bare.empty() || !IsDecimal(bare, integer)) return Value::String(plain);
  if (integer) return *Integer(bare, 10, negative);
  double d = 0;
  const auto error = std::from_chars(bare.data(), bare.data() + bare.size(), d).ec;
  if (error == std::errc::result_out_of_range) {
    // Too small is zero, too large is infinite: the exponent's sign tells.
    d = bare.find("e-") != std::string_view::npos || bare.find("E-") != std::string_view::npos ? 0 : HUGE_VAL;
  }
  return Value::Double(negative ? -d : d);
}

}  // namespace cxctl
