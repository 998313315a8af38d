#include "value/json.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_set>

namespace cxctl {

namespace {

constexpr std::size_t kMaxDepth = 64;

bool HasRepeatedKey(std::span<const Member> members) {
  if (members.size() <= 16) {
    for (std::size_t i = 1; i < members.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (members[i].key == members[j].key) return true;
      }
    }
    return false;
  }
  std::unordered_set<std::string_view> seen;
  return std::ranges::any_of(members, [&](const Member& member) { return !seen.insert(member.key).second; });
}

/// Copies simdjson's tape into the arena. Items of lists under construction stand on one shared stack.
class Reader {
 public:
  explicit Reader(Arena& arena) : arena_(arena) {}

  Result<Value> Read(simdjson::dom::element element) {
    using simdjson::dom::element_type;
    switch (element.type()) {
      case element_type::NULL_VALUE:
        return Value::Null();
      case element_type::BOOL:
        return Value::Bool(element.get_bool().value_unsafe());
      case element_type::INT64:
        return ReadInt(element.get_int64().value_unsafe());
      case element_type::UINT64:
        return ReadDouble(static_cast<double>(element.get_uint64().value_unsafe()));
      case element_type::DOUBLE:
        return ReadDouble(element.get_double().value_unsafe());
      case element_type::STRING:
        return MakeString(arena_, element.get_string().value_unsafe());
      case element_type::ARRAY:
        return ReadArray(element.get_array().value_unsafe());
      case element_type::OBJECT:
        return ReadObject(element.get_object().value_unsafe());
    }
    return Value::Null();
  }

 private:
  /// Canonical JSON writes these without an exponent, as integers that could not be read again.
  static Result<Value> ReadDouble(double number) {
    const bool too_large = number >= 0x1p64 || number <= -0x1p63;
    if (too_large && std::fabs(number) < 1e21) return Fail(ErrorCode::kInvalid, "a number is beyond 64 bits");
    return Value::Double(number);
  }

  static Result<Value> ReadInt(std::int64_t number) {
    TRY(ReadDouble(static_cast<double>(number)));
    return Value::Int(number);
  }

  Result<Value> ReadArray(simdjson::dom::array array) {
    const std::size_t start = items_.size();
    for (simdjson::dom::element item : array) {
      TRY_ASSIGN(Value value, Read(item));
      items_.push_back(value);
    }
    const Value result = Value::Array(arena_.CopyItems(std::span<const Value>(items_).subspan(start)));
    items_.resize(start);
    return result;
  }

  Result<Value> ReadObject(simdjson::dom::object object) {
    const std::size_t start = members_.size();
    for (simdjson::dom::key_value_pair pair : object) {
      TRY_ASSIGN(Value value, Read(pair.value));
      members_.push_back({Key(pair.key), {}, value});
    }
    const auto members = std::span<const Member>(members_).subspan(start);
    if (HasRepeatedKey(members)) return Fail(ErrorCode::kInvalid, "a member stands twice in one object");
    const Value result = Value::Object(arena_.CopyItems(members));
    members_.resize(start);
    return result;
  }

  // Objects of a list repeat the same few keys in the same order: the last use of a slot is mostly the one needed.
  std::string_view Key(std::string_view key) {
    std::string_view& slot =
        keys_[(key.size() * 31 + static_cast<unsigned char>(key.empty() ? 0 : key.back())) % kSlots];
    if (slot != key) slot = arena_.Copy(key);
    return slot;
  }

  static constexpr std::size_t kSlots = 256;
  Arena& arena_;
  std::vector<Value> items_;
  std::vector<Member> members_;
  std::string_view keys_[kSlots];
};

void AppendQuoted(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += kHex[static_cast<unsigned char>(c) >> 4];
          out += kHex[static_cast<unsigned char>(c) & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

/// ECMAScript's Number::toString, which RFC 8785 prescribes: shortest digits, plain notation from 1e-7 up to 1e21.
void AppendDouble(std::string& out, double d) {
  if (!std::isfinite(d)) {
    out += "null";
    return;
  }
  if (d == 0) {
    out += '0';
    return;
  }
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::abs(d), std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  std::string digits(text.substr(0, 1));
  if (e > 2) digits += text.substr(2, e - 2);
  int exponent = 0;
  const std::size_t exponent_at = e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(buffer + exponent_at, end, exponent);
  const int point = exponent + 1;  // digits before the decimal point
  const int count = static_cast<int>(digits.size());
  if (d < 0) out += '-';
  if (count <= point && point <= 21) {
    out += digits;
    out.append(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    out += digits.substr(0, static_cast<std::size_t>(point)) + "." + digits.substr(static_cast<std::size_t>(point));
  } else if (-6 < point && point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else {
    out += digits.substr(0, 1);
    if (count > 1) out += "." + digits.substr(1);
    out += point - 1 < 0 ? "e-" : "e+";
    out += std::to_string(std::abs(point - 1));
  }
}

/// RFC 8785 sorts by UTF-16 code units. That is the order of UTF-8 bytes but for characters beyond the basic plane
/// (lead bytes F0..F4), whose surrogates sort before U+E000..U+FFFF (lead bytes EE, EF).
bool LessInUtf16(std::string_view a, std::string_view b) {
  const auto [x, y] = std::ranges::mismatch(a, b);
  if (x == a.end() || y == b.end()) return x == a.end() && y != b.end();
  const auto rank = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0xF0 ? byte - 0xF0 + 0xEE : byte >= 0xEE ? byte - 0xEE + 0xF3 : byte;
  };
  return rank(*x) < rank(*y);
}

enum class Form { kCompact, kPretty, kCanonical };

class Writer {
 public:
  explicit Writer(Form form) : form_(form) {}

  void Write(const Value& value) {
    switch (value.type()) {
      case Type::kNull:
        out_ += "null";
        break;
      case Type::kBool:
        out_ += value.as_bool() ? "true" : "false";
        break;
      case Type::kInt:
        WriteInt(value.as_int());
        break;
      case Type::kDouble:
        AppendDouble(out_, value.as_double());
        break;
      case Type::kString:
        AppendQuoted(out_, value.as_string());
        break;
      case Type::kArray:
        WriteArray(value);
        break;
      case Type::kObject:
        WriteObject(value);
        break;
    }
  }

  std::string Take() { return std::move(out_); }

 private:
  void WriteInt(std::int64_t i) {
    // Canonical numbers are IEEE doubles; an integer beyond 2^53 is written as the double that a reader would make of
    // it.
    constexpr std::int64_t kExact = std::int64_t{1} << 53;
    if (form_ == Form::kCanonical && (i > kExact || i < -kExact)) {
      AppendDouble(out_, static_cast<double>(i));
    } else {
      out_ += std::to_string(i);
    }
  }

  void WriteArray(const Value& value) {
    if (value.items().empty()) {
      out_ += "[]";
      return;
    }
    char separator = '[';
    ++depth_;
    for (const Value& item : value.items()) {
      out_ += separator;
      separator = ',';
      NewLine();
      Write(item);
    }
    --depth_;
    NewLine();
    out_ += ']';
  }

  void WriteObject(const Value& value) {
    if (value.members().empty()) {
      out_ += "{}";
      return;
    }
    std::vector<const Member*> members;
    members.reserve(value.members().size());
    for (const Member& member : value.members()) members.push_back(&member);
    if (form_ == Form::kCanonical) {
      std::ranges::sort(members, [](const Member* a, const Member* b) { return LessInUtf16(a->key, b->key); });
    }
    char separator = '{';
    ++depth_;
    for (const Member* member : members) {
      out_ += separator;
      separator = ',';
      NewLine();
      AppendQuoted(out_, member->key);
      out_ += form_ == Form::kPretty ? ": " : ":";
      Write(member->value);
    }
    --depth_;
    NewLine();
    out_ += '}';
  }

  void NewLine() {
    if (form_ != Form::kPretty) return;
    out_ += '\n';
    out_.append(depth_ * 2, ' ');
  }

  Form form_;
  std::size_t depth_ = 0;
  std::string out_;
};

std::string WriteAs(Form form, const Value& value) {
  Writer writer(form);
  writer.Write(value);
  return writer.Take();
}

}  // namespace

Result<Value> ParseJson(Arena& arena, std::string_view text) {
  simdjson::dom::parser parser;
  if (auto error = parser.allocate(std::max<std::size_t>(text.size(), 64), kMaxDepth); error) {
    return Fail(ErrorCode::kInvalid, "not enough memory to read the JSON text");
  }
  simdjson::dom::element root;
  if (auto error = parser.parse(text.data(), text.size()).get(root); error) {
    return Fail(ErrorCode::kInvalid, std::string("not valid JSON: ") + simdjson::error_message(error));
  }
  return Reader(arena).Read(root);
}

std::string ToJson(const Value& value) {
  return WriteAs(Form::kCompact, value);
}
std::string ToPrettyJson(const Value& value) {
  return WriteAs(Form::kPretty, value);
}
std::string ToCanonicalJson(const Value& value) {
  return WriteAs(Form::kCanonical, value);
}

}  // namespace cxctl
