#pragma once

#include <fmt/format.h>

#include <string>

#include "edit/scalar_text.h"
#include "value/value.h"

// YAML as people write it: random documents in random styles, with comments and blank lines.

namespace cxctl {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}
  std::uint64_t Next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  std::size_t Below(std::size_t limit) { return static_cast<std::size_t>((Next() >> 11) % limit); }
  bool OneIn(std::size_t n) { return Below(n) == 0; }

 private:
  std::uint64_t state_;
};

class RandomYaml {
 public:
  RandomYaml(Arena& arena, std::uint64_t seed) : arena_(arena), dice_(seed) {}

  Dice& dice() { return dice_; }

  std::string Key() {
    constexpr const char* kKeys[] = {"name", "spec", "maxAgents", "dialRate", "a",  "b",
                                     "c",    "d e",  "é",         "on",       "12", "x.y"};
    return kKeys[dice_.Below(std::size(kKeys))];
  }

  Value Scalar() {
    constexpr const char* kTexts[] = {"collections-east",
                                      "09:00",
                                      "2026-11-26",
                                      "it's",
                                      "say \"hi\"",
                                      "yes",
                                      "null",
                                      "12",
                                      "a: b",
                                      "a #b",
                                      "",
                                      " padded ",
                                      "two\nlines\n",
                                      "[x]",
                                      "naïve ☎",
                                      "${values.x}",
                                      "2026-10-01T00:00:00-04:00",
                                      "tab\there",
                                      "- dash",
                                      "012",
                                      "~",
                                      "&a",
                                      "*b",
                                      "#c",
                                      "three\n\nlines\nhere\n",
                                      "C:\\dir",
                                      "https://example.com/a?b=c#d",
                                      "mon"};
    switch (dice_.Below(6)) {
      case 0:
        return Value::Int(static_cast<std::int64_t>(dice_.Below(2000)) - 1000);
      case 1:
        return Value::Double(static_cast<double>(dice_.Below(1000)) / 16 + 0.01);
      case 2:
        return dice_.OneIn(3) ? Value::Null() : Value::Bool(dice_.OneIn(2));
      default:
        return Value::String(kTexts[dice_.Below(std::size(kTexts))]);
    }
  }

  Value Any(int depth) {
    const std::size_t kind = depth <= 0 ? 9 : dice_.Below(10);
    if (kind < 3) return Mapping(depth - 1, dice_.Below(4));
    if (kind < 6) {
      ArrayBuilder items(arena_);
      for (std::size_t i = dice_.Below(4); i-- > 0;) items.Add(Any(depth - 1));
      return items.Build();
    }
    return Scalar();
  }

  Value Mapping(int depth, std::size_t members) {
    ObjectBuilder object(arena_);
    while (members-- > 0) object.Set(Key(), Any(depth));
    return object.Build();
  }

  /// A document in one of the many ways to write it.
  std::string Write(const Value& root) {
    std::string text = dice_.OneIn(3) ? "# yaml-language-server: $schema=x\n\n" : "";
    step_ = 1 + dice_.Below(4);
    dashes_in_ = dice_.OneIn(2) ? step_ : 0;
    WriteMembers(root, 0, text);
    if (dice_.OneIn(4)) text += "# the end\n";
    if (dice_.OneIn(8)) text.pop_back();
    return text;
  }

 private:
  void Noise(std::size_t indent, std::string& text) {
    if (dice_.OneIn(8)) text += "\n";
    if (dice_.OneIn(6)) text += std::string(indent, ' ') + "# about what follows: {x}\n";
  }
  std::string Trailing() { return dice_.OneIn(5) ? std::string(1 + dice_.Below(4), ' ') + "# note\n" : "\n"; }

  std::string Inline(const Value& value, Place place) {
    if (value.is_object()) {
      std::string text = "{";
      for (const Member& member : value.members()) {
        if (text.size() > 1) text += dice_.OneIn(3) ? " , " : ", ";
        text += ScalarText(Value::String(member.key), ScalarStyle::kPlain, Place::kFlow) + ": " +
                Inline(member.value, Place::kFlow);
      }
      return text + (dice_.OneIn(4) && text.size() > 1 ? " }" : "}");
    }
    if (value.is_array()) {
      std::string text = "[";
      for (const Value& item : value.items()) text += (text.size() > 1 ? ", " : "") + Inline(item, Place::kFlow);
      return text + (dice_.OneIn(6) && text.size() > 1 ? ",]" : "]");
    }
    if (value.is_null() && place == Place::kBlock && dice_.OneIn(2)) return "";
    const ScalarStyle styles[] = {ScalarStyle::kPlain, ScalarStyle::kPlain, ScalarStyle::kSingleQuoted,
                                  ScalarStyle::kDoubleQuoted};
    return ScalarText(value, styles[dice_.Below(4)], place);
  }

  void WriteBehind(const Value& value, std::size_t indent, std::string& text, bool dash) {
    const bool empty = value.members().empty() && value.items().empty();
    const bool collection = value.is_object() || value.is_array();
    if (value.is_string() && MayBeLiteral(value.as_string()) && dice_.OneIn(2)) {
      text += dice_.OneIn(4) ? " |  # text\n" : " |\n";
      std::string_view rest = value.as_string();
      while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        text += line.empty() ? "\n" : std::string(indent + step_, ' ') + std::string(line) + "\n";
        rest.remove_prefix(line.size() + 1);
      }
      return;
    }
    if (!collection || empty || dice_.OneIn(3)) {
      const std::string written = Inline(value, Place::kBlock);
      text += (written.empty() ? "" : std::string(dice_.OneIn(6) ? 2 : 1, ' ') + written) + Trailing();
      return;
    }
    if (value.is_array()) {
      text += dash ? "\n" : Trailing();
      WriteItems(value, indent + (dash ? step_ : dashes_in_), text);
    } else if (dash && dice_.OneIn(2)) {
      text += std::string(1, ' ');
      WriteMembers(value, indent + 2, text, true);
    } else {
      text += Trailing();
      WriteMembers(value, indent + step_, text);
    }
  }

  void WriteMembers(const Value& value, std::size_t indent, std::string& text, bool on_line = false) {
    for (const Member& member : value.members()) {
      if (!on_line) {
        Noise(indent, text);
        text += std::string(indent, ' ');
      }
      on_line = false;
      text += ScalarText(Value::String(member.key), dice_.OneIn(6) ? ScalarStyle::kDoubleQuoted : ScalarStyle::kPlain,
                         Place::kBlock) +
              ":";
      WriteBehind(member.value, indent, text, false);
    }
  }

  void WriteItems(const Value& value, std::size_t indent, std::string& text) {
    for (const Value& item : value.items()) {
      Noise(indent, text);
      text += std::string(indent, ' ') + "-";
      WriteBehind(item, indent, text, true);
    }
  }

  Arena& arena_;
  Dice dice_;
  std::size_t step_ = 2, dashes_in_ = 2;
};

}  // namespace cxctl
