#include "schema/validator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "base/strings.h"

namespace cxctl {

namespace {

constexpr std::size_t kMostFindings = 100;  ///< a document; more help nobody

std::string Quoted(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::size_t end = 0;
  for (std::size_t i = 0; i < kLongest && end < text.size(); ++i) end += CodePointSize(text.substr(end));
  std::string shown = MaskPhoneNumbers(EscapeControls(text.substr(0, end)));
  if (end < text.size()) shown += "…";
  return fmt::format("\"{}\"", shown);
}

std::string Shown(double limit) {
  return fmt::format("{}", limit);
}

std::string_view WantedName(ShapeKind kind) {
  switch (kind) {
    case ShapeKind::kText:
      return "a string";
    case ShapeKind::kInteger:
      return "an integer";
    case ShapeKind::kNumber:
      return "a number";
    case ShapeKind::kBoolean:
      return "true or false";
    case ShapeKind::kList:
      return "a list";
    case ShapeKind::kObject:
    case ShapeKind::kMap:
      return "a mapping";
    case ShapeKind::kAny:
      return "anything";
  }
  return "";
}

class Validator {
 public:
  Validator(const std::string& address, Diagnostics& diagnostics, ShapeFaults* faults)
      : address_(address), diagnostics_(diagnostics), faults_(faults) {}

  void Check(const Shape& shape, const Value& value, std::string_view name) {
    if (findings_ >= kMostFindings) return;
    switch (shape.kind) {
      case ShapeKind::kText:
        if (Expect(value.is_string(), shape, value, name)) CheckText(shape, value, name);
        break;
      case ShapeKind::kInteger:
        // 15.0 is an integer to JSON Schema as it is to JSON.
        if (Expect(value.is_int() || (value.is_number() && value.as_double() == std::floor(value.as_double()) &&
                                      std::isfinite(value.as_double())),
                   shape, value, name)) {
          CheckRange(shape, value, name);
        }
        break;
      case ShapeKind::kNumber:
        if (Expect(value.is_number() && std::isfinite(value.as_double()), shape, value, name))
          CheckRange(shape, value, name);
        break;
      case ShapeKind::kBoolean:
        Expect(value.is_bool(), shape, value, name);
        break;
      case ShapeKind::kList:
        if (Expect(value.is_array(), shape, value, name)) CheckList(shape, value, name);
        break;
      case ShapeKind::kObject:
        if (Expect(value.is_object(), shape, value, name)) CheckObject(shape, value, name);
        break;
      case ShapeKind::kMap:
        if (Expect(value.is_object(), shape, value, name)) {
          for (const Member& member : value.members()) Check(*shape.item, member.value, member.key);
        }
        break;
      case ShapeKind::kAny:
        break;
    }
  }

 private:
  bool Expect(bool fits, const Shape& shape, const Value& value, std::string_view name) {
    if (fits) return true;
    std::string help;
    if (shape.kind == ShapeKind::kText && (value.is_number() || value.is_bool())) help = "quote it to make it a string";
    if (shape.kind != ShapeKind::kText && value.is_string()) help = "write it without quotes";
    if (value.is_string() &&
        (shape.kind == ShapeKind::kList || shape.kind == ShapeKind::kObject || shape.kind == ShapeKind::kMap)) {
      help.clear();
    }
    ReportValue(value, fmt::format("{} must be {}, not {}", Name(name), WantedName(shape.kind), Found(shape, value)),
                help);
    return false;
  }

  std::string Found(const Shape& shape, const Value& value) const {
    if (value.is_null()) return "nothing (null)";
    if (value.is_array() || value.is_object()) return "a " + std::string(TypeName(value.type()));
    if (secret_) return "a " + std::string(TypeName(value.type()) == "integer" ? "number" : TypeName(value.type()));
    if (value.is_string()) return "the string " + Quoted(value.as_string());
    if (value.is_bool()) return value.as_bool() ? "true" : "false";
    // A long number where a text belongs is a telephone number without its quotes.
    constexpr double kLongNumber = 1e7;
    if (shape.kind == ShapeKind::kText && std::abs(value.as_double()) >= kLongNumber) return "a number";
    return "the number " + NumberText(value);
  }

  static std::string NumberText(const Value& value) {
    return value.is_int() ? std::to_string(value.as_int()) : Shown(value.as_double());
  }

  std::string Cited(std::string_view text) const { return secret_ ? "(secret)" : Quoted(text); }

  void CheckText(const Shape& shape, const Value& value, std::string_view name) {
    const std::string_view text = value.as_string();
    if (!shape.words.empty() && std::ranges::find(shape.words, text) == shape.words.end()) {
      ReportWord(shape, value, name);
      return;
    }
    if (shape.pattern && shape.pattern_rule == "CX102" && !shape.pattern->matches(text)) {
      constexpr std::size_t kReadable = 60;
      const bool readable = shape.pattern->regex.size() <= kReadable;
      ReportValue(value, fmt::format("{} {} is not {}", Name(name), Cited(text), shape.pattern->description),
                  readable ? fmt::format("it must match {}", shape.pattern->regex) : "write it as in the example");
      return;
    }
    const std::size_t length = shape.min_length > 0 || shape.max_length != SIZE_MAX ? CountCodePoints(text) : 0;
    if (length < shape.min_length) {
      ReportValue(value, fmt::format("{} must not be empty", Name(name)), "fill it in, or leave it out");
    } else if (shape.max_length != SIZE_MAX && length > shape.max_length) {
      ReportValue(value,
                  fmt::format("{} has {} characters, over the limit of {}", Name(name), length, shape.max_length),
                  "shorten it");
    }
  }

  void ReportWord(const Shape& shape, const Value& value, std::string_view name) {
    std::vector<std::string> words(shape.words.begin(), shape.words.end());
    const std::string_view near = NearestWord(value.as_string(), shape.words);
    std::string help = fmt::format("one of: {}", Join(words, ", "));
    if (!near.empty()) help = fmt::format("did you mean {}? {}", near, help);
    ReportValue(value, fmt::format("{} {} is not allowed", Name(name), Cited(value.as_string())), std::move(help));
  }

  void CheckRange(const Shape& shape, const Value& value, std::string_view name) {
    const double number = value.as_double();
    const std::optional<double> maximum = MaximumOf(shape);
    if (!(shape.minimum && number < *shape.minimum) &&
        !(shape.exclusive_minimum && number <= *shape.exclusive_minimum) && !(maximum && number > *maximum)) {
      return;
    }
    const std::string shown = NumberText(value);
    if (shape.minimum && number < *shape.minimum) {
      ReportValue(value, fmt::format("{} {} is under the minimum of {}", Name(name), shown, Shown(*shape.minimum)),
                  "raise it");
    } else if (shape.exclusive_minimum && number <= *shape.exclusive_minimum) {
      ReportValue(value, fmt::format("{} {} must be over {}", Name(name), shown, Shown(*shape.exclusive_minimum)),
                  "raise it");
    } else {
      ReportValue(value, fmt::format("{} {} is over the maximum of {}", Name(name), shown, Shown(*maximum)),
                  "lower it");
    }
  }

  void CheckList(const Shape& shape, const Value& value, std::string_view name) {
    if (value.items().size() < shape.min_length) {
      ReportValue(value,
                  fmt::format("{} must have at least {}", Name(name), Count(shape.min_length, "entry", "entries")),
                  "add one, or leave the list out");
    }
    for (const Value& item : value.items()) Check(*shape.item, item, name);
  }

  void CheckObject(const Shape& shape, const Value& value, std::string_view name) {
    for (const Member& member : value.members()) {
      if (findings_ >= kMostFindings) return;
      if (const Field* field = FindMember(shape, member.key)) {
        const bool outer = std::exchange(secret_, secret_ || field->secret);
        Check(field->shape, member.value, member.key);
        secret_ = outer;
      } else {
        ReportUnknown(shape, member, name);
      }
    }
    for (const Field& field : shape.fields) {
      if (field.required && !value.Find(field.name)) {
        Report(StartOf(value), fmt::format("{} is missing{}", field.name, In(name)),
               fmt::format("add `{}:`: {}", field.name, field.doc));
      }
    }
    CheckCombinations(shape, value, name);
  }

  void ReportUnknown(const Shape& shape, const Member& member, std::string_view name) {
    std::vector<std::string_view> known;
    std::vector<std::string> shown;
    for (const Field& field : shape.fields) {
      known.push_back(field.name);
      shown.emplace_back(field.name);
    }
    const std::string_view near = NearestWord(member.key, known);
    std::string help =
        near.empty() ? fmt::format("known members: {}", Join(shown, ", ")) : fmt::format("did you mean {}?", near);
    if (faults_) faults_->keys.push_back(member.key_position);
    Report(member.key_position, fmt::format("unknown member {}{}", Quoted(member.key), In(name)), std::move(help));
  }

  void CheckCombinations(const Shape& shape, const Value& value, std::string_view name) {
    const auto has = [&](std::string_view member) { return value.Find(member) != nullptr; };
    if (!shape.any_of.empty() && std::ranges::none_of(shape.any_of, has)) {
      std::vector<std::string> names(shape.any_of.begin(), shape.any_of.end());
      Report(StartOf(value), fmt::format("{} is missing{}", Join(names, " or "), In(name)), "add one of them");
    }
    for (const auto& [first, second] : shape.exclusive) {
      if (!has(first) || !has(second)) continue;
      const auto member = std::ranges::find(value.members(), second, &Member::key);
      if (faults_) faults_->keys.push_back(member->key_position);
      Report(member->key_position, fmt::format("{} may not stand beside {}", second, first), "remove one of them");
    }
    if (shape.one_of.empty()) return;
    std::vector<std::string> names;
    int whole = 0;
    int touched = 0;
    for (const auto& set : shape.one_of) {
      whole += std::ranges::all_of(set, has) ? 1 : 0;
      touched += std::ranges::any_of(set, has) ? 1 : 0;
      names.push_back(Join(std::vector<std::string>(set.begin(), set.end()), " and "));
    }
    if (whole != 1 || touched != 1) {
      Report(StartOf(value), fmt::format("an entry{} takes exactly one of: {}", In(name), Join(names, "; ")),
             "write one of them, whole, and nothing of the others");
    }
  }

  static std::string Name(std::string_view name) { return name.empty() ? "the document" : std::string(name); }
  static std::string In(std::string_view name) { return name.empty() ? "" : fmt::format(" in {}", name); }

  /// Something is missing in the whole of it: its first character stands for that.
  static Position StartOf(const Value& mapping) {
    Position start = mapping.position();
    start.width = 1;
    return start;
  }

  void ReportValue(const Value& value, std::string message, std::string help) {
    if (faults_) faults_->values.push_back(value.position());
    Report(value.position(), std::move(message), std::move(help));
  }

  void Report(const Position& position, std::string message, std::string help) {
    if (++findings_ > kMostFindings) return;
    diagnostics_.push_back({"CX102", Severity::kError, std::move(message), std::move(help), address_, position});
  }

  const std::string& address_;
  Diagnostics& diagnostics_;
  ShapeFaults* faults_;
  std::size_t findings_ = 0;
  bool secret_ = false;  ///< What is checked may be a secret written out: it is not shown.
};

}  // namespace

std::optional<double> MaximumOf(const Shape& shape) {
  constexpr double kLargestExact = 9007199254740991.0;  // 2^53 - 1: RFC 8259, section 6
  if (shape.maximum || shape.kind != ShapeKind::kInteger) return shape.maximum;
  return kLargestExact;
}

bool ValidateShape(const Shape& shape, const Value& value, const std::string& address, Diagnostics& diagnostics,
                   ShapeFaults* faults) {
  const std::size_t before = diagnostics.size();
  Validator(address, diagnostics, faults).Check(shape, value, "");
  return diagnostics.size() == before;
}

namespace {

/// Takes the faults out. Places are looked up in order: a hostile document has as many faults as values.
class FaultRemover {
 public:
  FaultRemover(Arena& arena, const ShapeFaults& faults)
      : arena_(arena), keys_(Sorted(faults.keys)), values_(Sorted(faults.values)) {}

  Value Rest(const Value& value) const {
    if (value.is_object()) {
      ObjectBuilder rest(arena_);
      for (const Member& member : value.members()) {
        if (Contains(keys_, member.key_position) || Contains(values_, member.value.position())) continue;
        rest.Append({member.key, member.key_position, Rest(member.value)});
      }
      return rest.Build().At(value);
    }
    if (!value.is_array()) return value;
    ArrayBuilder rest(arena_);
    for (const Value& item : value.items()) {
      if (!Contains(values_, item.position())) rest.Add(Rest(item));
    }
    return rest.Build().At(value);
  }

 private:
  using Place = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;

  static Place PlaceOf(const Position& position) { return {position.file, position.line, position.column}; }

  static std::vector<Place> Sorted(const std::vector<Position>& positions) {
    std::vector<Place> places;
    places.reserve(positions.size());
    for (const Position& position : positions) places.push_back(PlaceOf(position));
    std::ranges::sort(places);
    return places;
  }

  static bool Contains(const std::vector<Place>& places, const Position& position) {
    return std::ranges::binary_search(places, PlaceOf(position));
  }

  Arena& arena_;
  const std::vector<Place> keys_, values_;
};

}  // namespace

Value WithoutFaults(Arena& arena, const Value& value, const ShapeFaults& faults) {
  return FaultRemover(arena, faults).Rest(value);
}

}  // namespace cxctl
