#include "audit/record_scanner.h"

#include <array>
#include <charconv>

#include "base/strings.h"
#include "value/json.h"

namespace cxctl {
namespace {

constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxDigits = 15;  // any integer of that length is exact in every JSON reader

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// What may stand in a string as it is: printable ASCII but the quote and the backslash.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

class Scanner {
 public:
  explicit Scanner(std::string_view line) : line_(line) {}

  std::optional<RecordParts> Record() {
    if (!Object(1) || next_ != line_.size()) return std::nullopt;
    if (has_non_ascii_ && !IsUtf8(line_)) return std::nullopt;
    if (parts_.seq < 1 || parts_.prev.empty() || parts_.hash.empty()) return std::nullopt;
    return parts_;
  }

 private:
  char Peek() const { return next_ < line_.size() ? line_[next_] : '\0'; }

  bool Take(char c) {
    if (Peek() != c) return false;
    ++next_;
    return true;
  }

  bool Literal(std::string_view word) {
    if (!line_.substr(next_).starts_with(word)) return false;
    next_ += word.size();
    return true;
  }

  void SkipPlain() {
    while (next_ < line_.size() && kPlain[static_cast<unsigned char>(line_[next_])]) ++next_;
  }

  /// Without its quotes. Only plain text: the order of others is not that of their bytes.
  bool Key(std::string_view& key) {
    if (!Take('"')) return false;
    const std::size_t start = next_;
    SkipPlain();
    key = line_.substr(start, next_ - start);
    return Take('"');
  }

  bool String() {
    if (!Take('"')) return false;
    for (;;) {
      SkipPlain();
      const char c = Peek();
      if (c == '"') break;
      if (static_cast<unsigned char>(c) >= 0x80) {
        has_non_ascii_ = true;
        ++next_;
        continue;
      }
      if (c != '\\' || next_ + 1 >= line_.size()) return false;
      // `\/` is no canonical form of the slash; `\u` is for the parser.
      if (std::string_view("\"\\bfnrt").find(line_[next_ + 1]) == std::string_view::npos) return false;
      next_ += 2;
    }
    ++next_;
    return true;
  }

  bool Number() {
    const std::size_t start = next_;
    Take('-');
    const std::size_t digits = next_;
    while (IsDigit(Peek())) ++next_;
    const std::size_t count = next_ - digits;
    if (count == 0 || count > kMaxDigits) return false;
    if (Peek() == '.') return Fraction(start);
    if (Peek() == 'e' || Peek() == 'E') return false;
    return line_[digits] != '0' || (count == 1 && digits == start);  // neither `01` nor `-0`
  }

  bool Fraction(std::size_t start) {
    ++next_;
    while (IsDigit(Peek())) ++next_;
    if (!IsDigit(line_[next_ - 1]) || Peek() == 'e' || Peek() == 'E') return false;
    const std::string_view token = line_.substr(start, next_ - start);
    double number = 0;
    const auto read = std::from_chars(token.data(), token.data() + token.size(), number);
    return read.ec == std::errc() && ToCanonicalJson(Value::Double(number)) == token;
  }

  bool AnyValue(int depth) {
    switch (Peek()) {
      case '"':
        return String();
      case '{':
        return Object(depth + 1);
      case '[':
        return Array(depth + 1);
      case 't':
        return Literal("true");
      case 'f':
        return Literal("false");
      case 'n':
        return Literal("null");
      default:
        return Number();
    }
  }

  bool Array(int depth) {
    if (depth > kMaxDepth || !Take('[')) return false;
    if (Take(']')) return true;
    do {
      if (!AnyValue(depth)) return false;
    } while (Take(','));
    return Take(']');
  }

  bool Object(int depth) {
    if (depth > kMaxDepth || !Take('{')) return false;
    if (Take('}')) return true;
    std::optional<std::string_view> last;
    do {
      // Where the member begins, with the comma before it, which the first does not have.
      const std::size_t member = next_ - 1;
      std::string_view key;
      if (!Key(key) || !Take(':') || (last && key <= *last)) return false;
      const std::size_t start = next_;
      if (!AnyValue(depth)) return false;
      if (depth == 1 && !Keep(key, line_.substr(start, next_ - start), member)) return false;
      last = key;
    } while (Take(','));
    return Take('}');
  }

  /// False if a part that the chain is made of is none.
  bool Keep(std::string_view key, std::string_view text, std::size_t member) {
    if (key == "seq") return std::from_chars(text.data(), text.data() + text.size(), parts_.seq).ptr == text.end();
    if (key == "prev") return Hash(text, parts_.prev);
    if (key != "hash") return true;
    parts_.hash_start = member;
    parts_.hash_end = next_;
    return line_[member] == ',' && Hash(text, parts_.hash);
  }

  static bool Hash(std::string_view text, std::string_view& hash) {
    constexpr std::size_t kQuotedHash = 66;
    if (text.size() != kQuotedHash || !text.starts_with('"')) return false;
    hash = text.substr(1, kQuotedHash - 2);
    return hash.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  }

  std::string_view line_;
  std::size_t next_ = 0;
  bool has_non_ascii_ = false;
  RecordParts parts_;
};

}  // namespace

std::optional<RecordParts> ScanRecord(std::string_view line) {
  return Scanner(line).Record();
}

}  // namespace cxctl
