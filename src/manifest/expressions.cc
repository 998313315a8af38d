#include "manifest/expressions.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/strings.h"
#include "manifest/excerpt.h"
#include "value/json.h"

namespace cxctl {

namespace {

/// A piece of a string: literal text, or the inside of `${…}`.
struct Piece {
  bool expression = false;
  std::string_view text;   ///< literal: as meant (escapes resolved); expression: between the braces
  std::size_t offset = 0;  ///< of the piece in the string
  bool closed = true;
};

std::vector<Piece> Cut(std::string_view text) {
  std::vector<Piece> pieces;
  std::size_t literal = 0;
  for (std::size_t i = 0; i + 1 < text.size();) {
    if (text.substr(i).starts_with("$${")) {
      if (i > literal) pieces.push_back({false, text.substr(literal, i - literal), literal, true});
      pieces.push_back({false, text.substr(i + 1, 2), i, true});
      i += 3;
      literal = i;
    } else if (text[i] == '$' && text[i + 1] == '{') {
      if (i > literal) pieces.push_back({false, text.substr(literal, i - literal), literal, true});
      const std::size_t end = text.find('}', i);
      const bool closed = end != std::string_view::npos;
      pieces.push_back({true, text.substr(i + 2, closed ? end - i - 2 : std::string_view::npos), i, closed});
      i = closed ? end + 1 : text.size();
      literal = i;
    } else {
      ++i;
    }
  }
  if (literal < text.size()) pieces.push_back({false, text.substr(literal), literal, true});
  return pieces;
}

constexpr std::string_view kValues = "values.";
/// A document with more is not worth more: finding the place of each costs time.
constexpr std::size_t kMostFindings = 50;

bool IsSecretReference(std::string_view expression) {
  return (expression.starts_with("env:") && expression.size() > 4) ||
         (expression.starts_with("file:") && expression.size() > 5);
}

/// As a literal of a secret field, in which texts are kept as written until ResolveSecret.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) escaped += '$';
    escaped += text[i];
  }
  return escaped;
}

std::string ScalarText(const Value& value) {
  return value.is_string() ? std::string(value.as_string()) : ToJson(value);
}

class Expander {
 public:
  Expander(Arena& arena, const ExpressionContext& context, Diagnostics& diagnostics)
      : arena_(arena), context_(context), diagnostics_(diagnostics) {}

  /// Nothing when the value stays as it is: most do, and are then shared with the original.
  std::optional<Value> Expand(const Value& value, const Shape* shape, bool secret) {
    switch (value.type()) {
      case Type::kString:
        if (value.as_string().find("${") == std::string_view::npos) return std::nullopt;
        return ExpandText(value, secret);
      case Type::kArray:
        return ExpandItems(value, shape ? shape->item : nullptr, secret);
      case Type::kObject:
        return ExpandMembers(value, shape, secret);
      default:
        return std::nullopt;
    }
  }

 private:
  std::optional<Value> ExpandItems(const Value& value, const Shape* item_shape, bool secret) {
    std::vector<Value> items;
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      const auto expanded = Expand(value.items()[i], item_shape, secret);
      if (expanded && items.empty()) items.assign(value.items().begin(), value.items().end());
      if (expanded) items[i] = *expanded;
    }
    if (items.empty()) return std::nullopt;
    return Value::Array(arena_.CopyItems(std::span<const Value>(items))).At(value);
  }

  std::optional<Value> ExpandMembers(const Value& value, const Shape* shape, bool secret) {
    std::vector<Member> members;
    for (std::size_t i = 0; i < value.members().size(); ++i) {
      const Member& member = value.members()[i];
      const Field* field = shape && shape->kind == ShapeKind::kObject ? FindMember(*shape, member.key) : nullptr;
      const Shape* inner = field ? &field->shape : shape && shape->kind == ShapeKind::kMap ? shape->item : nullptr;
      const auto expanded = Expand(member.value, inner, secret || (field && field->secret));
      if (expanded && members.empty()) members.assign(value.members().begin(), value.members().end());
      if (expanded) members[i].value = *expanded;
    }
    if (members.empty()) return std::nullopt;
    return Value::Object(arena_.CopyItems(std::span<const Member>(members))).At(value);
  }

  Value ExpandText(const Value& value, bool secret) {
    const std::vector<Piece> pieces = Cut(value.as_string());
    const std::size_t failures_before = failures_;
    std::string text;
    for (const Piece& piece : pieces) {
      if (!piece.expression) {
        text += secret ? Escaped(piece.text) : std::string(piece.text);
      } else if (!piece.closed) {
        Report(value, piece, "an expression without its closing brace",
               "close it with }, or write $${ for a literal ${");
      } else if (piece.text.starts_with(kValues)) {
        const Value* found = FindValue(value, piece);
        if (found && pieces.size() == 1) return Whole(*found, value, secret);
        if (found) AppendText(value, piece, *found, secret, text);
      } else if (IsSecretReference(piece.text)) {
        if (!secret) {
          Report(value, piece, fmt::format("a secret reference ${{{}}} where none is allowed", Excerpt(piece.text)),
                 "secrets are only read in fields marked secret; use ${values.NAME} here");
        }
        text += fmt::format("${{{}}}", piece.text);
      } else {
        Report(value, piece, fmt::format("unknown expression ${{{}}}", Excerpt(piece.text)),
               "use ${values.NAME}, in secret fields ${env:NAME} or ${file:path}; $${ is a literal ${");
      }
    }
    // What it would have been is not known: null keeps others from taking a part of it for the whole.
    if (failures_ != failures_before) return Value::Null().At(value);
    return MakeString(arena_, text).At(value);
  }

  const Value* FindValue(const Value& value, const Piece& piece) {
    const Value* found = context_.values ? context_.values->Find(piece.text.substr(kValues.size())) : nullptr;
    if (!found) ReportUnset(value, piece);
    return found;
  }

  Value Whole(const Value& found, const Value& at, bool secret) {
    if (secret && found.is_string()) return MakeString(arena_, Escaped(found.as_string())).At(at);
    return found.At(at);
  }

  void AppendText(const Value& value, const Piece& piece, const Value& found, bool secret, std::string& text) {
    if (found.is_array() || found.is_object()) {
      Report(value, piece,
             fmt::format("{} is a {} and cannot stand inside a text", Excerpt(piece.text), TypeName(found.type())),
             "use it as the whole value");
      return;
    }
    text += secret ? Escaped(ScalarText(found)) : ScalarText(found);
  }

  void ReportUnset(const Value& value, const Piece& piece) {
    std::vector<std::string_view> names;
    if (context_.values) {
      for (const Member& member : context_.values->members()) names.push_back(member.key);
    }
    const std::string_view near = NearestWord(piece.text.substr(kValues.size()), names);
    Report(value, piece, fmt::format("{} is not set", Excerpt(piece.text)),
           near.empty() ? "set it in the Tenant's spec.values" : fmt::format("did you mean values.{}?", near));
  }

  /// Where the expression stands in the source: at the same place of the scalar, which may take several lines.
  Position PlaceOf(const Value& value, const Piece& piece) const {
    const Position start = value.position();
    if (!context_.sources || !start.known()) return start;
    const std::string_view whole = value.as_string();
    const std::string_view raw = whole.substr(piece.offset, piece.text.size() + 2 + (piece.closed ? 1 : 0));
    // The n-th occurrence of the text in the scalar is the n-th one in the source from the scalar on.
    int left = 1;
    for (std::size_t i = whole.find(raw); i < piece.offset; i = whole.find(raw, i + 1)) ++left;
    const std::size_t most_lines = static_cast<std::size_t>(std::ranges::count(whole, '\n')) * 2 + 100;
    for (std::uint32_t k = 0; k < most_lines; ++k) {
      const std::string_view line = context_.sources->line(start.file, start.line + k);
      const std::size_t from = k == 0 ? OffsetOfColumn(line, start.column) : 0;
      for (std::size_t at = line.find(raw, from); at != std::string_view::npos; at = line.find(raw, at + 1)) {
        if (--left > 0) continue;
        return {start.file, start.line + k, static_cast<std::uint32_t>(CountCodePoints(line.substr(0, at)) + 1),
                static_cast<std::uint32_t>(CountCodePoints(raw))};
      }
    }
    return start;
  }

  static std::size_t OffsetOfColumn(std::string_view line, std::uint32_t column) {
    std::size_t offset = 0;
    for (std::uint32_t i = 1; i < column && offset < line.size(); ++i) offset += CodePointSize(line.substr(offset));
    return offset;
  }

  void Report(const Value& value, const Piece& piece, std::string message, std::string help) {
    ++failures_;
    if (context_.failed) context_.failed->push_back(value.position());
    if (failures_ > kMostFindings) return;
    diagnostics_.push_back(
        {"CX105", Severity::kError, std::move(message), std::move(help), context_.address, PlaceOf(value, piece)});
  }

  Arena& arena_;
  const ExpressionContext& context_;
  Diagnostics& diagnostics_;
  std::size_t failures_ = 0;
};

Result<std::string> ReadReference(std::string_view expression, const std::string& folder, Environment& environment,
                                  FileReader& files) {
  const std::size_t colon = expression.find(':');
  const std::string name(expression.substr(colon + 1));
  if (expression.starts_with("env:")) {
    auto value = environment.Get(name);
    if (!value)
      return Fail(
          ErrorCode::kNotFound,
          fmt::format("the environment variable {} is not set: set it to the secret that the Tenant document refers to",
                      EscapeControls(name)));
    return *std::move(value);
  }
  const std::string path = name.starts_with('/') || folder.empty() ? name : folder + "/" + name;
  constexpr std::size_t kLongestSecret = 64 * 1024;
  TRY_ASSIGN(std::string text, files.Read(path, kLongestSecret));
  if (text.ends_with('\n')) {
    text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
  }
  return text;
}

}  // namespace

Value ExpandExpressions(Arena& arena, const Value& value, const Shape& shape, const ExpressionContext& context,
                        Diagnostics& diagnostics) {
  return Expander(arena, context, diagnostics).Expand(value, &shape, false).value_or(value);
}

bool HasSecretReference(std::string_view text) {
  return std::ranges::any_of(Cut(text),
                             [](const Piece& piece) { return piece.expression && IsSecretReference(piece.text); });
}

std::vector<std::string_view> NamedValues(std::string_view text) {
  std::vector<std::string_view> names;
  if (text.find("${") == std::string_view::npos) return names;
  for (const Piece& piece : Cut(text)) {
    if (piece.expression && piece.closed && piece.text.starts_with(kValues)) {
      names.push_back(piece.text.substr(kValues.size()));
    }
  }
  return names;
}

Result<std::string> ResolveSecret(std::string_view text, const std::string& folder, Environment& environment,
                                  FileReader& files) {
  std::string resolved;
  for (const Piece& piece : Cut(text)) {
    if (!piece.expression) {
      resolved += piece.text;
      continue;
    }
    if (!piece.closed || !IsSecretReference(piece.text)) {
      return Fail(ErrorCode::kInvalid,
                  "a secret field holds an expression that is no ${env:NAME} and no ${file:path}: "
                  "correct it in the manifest");
    }
    TRY_ASSIGN(std::string secret, ReadReference(piece.text, folder, environment, files));
    resolved += secret;
  }
  return resolved;
}

}  // namespace cxctl
