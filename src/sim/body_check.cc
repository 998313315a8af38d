#include "sim/body_check.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/strings.h"
#include "time/instant.h"
#include "time/zone.h"

namespace cxctl::sim {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::string Choices(std::span<const std::string_view> choices) {
  return fmt::format("must be one of {}", fmt::join(choices, ", "));
}

/// "" if the number is within the rule's range.
std::string RangeFault(double number, const MemberRule& rule) {
  if (rule.above_min && number <= rule.min) return fmt::format("must be greater than {}", rule.min);
  if (number < rule.min) return fmt::format("must be at least {}", rule.min);
  if (number > rule.max) return fmt::format("must be at most {}", rule.max);
  return "";
}

std::string TextFault(const Value& value, const MemberRule& rule) {
  if (!value.is_string()) return "must be a string";
  const std::size_t length = CountCodePoints(value.as_string());
  if (length < rule.min_length) return "must not be empty";
  if (length > rule.max_length) return fmt::format("must have at most {} characters", rule.max_length);
  if (rule.pattern && !rule.pattern(value.as_string())) return fmt::format("must be {}", rule.pattern_text);
  return "";
}

std::string NumberFault(const Value& value, const MemberRule& rule) {
  if (!value.is_number()) return rule.kind == Kind::kInt ? "must be an integer" : "must be a number";
  const double number = value.as_double();
  if (rule.kind == Kind::kInt && (!std::isfinite(number) || std::floor(number) != number)) return "must be an integer";
  return RangeFault(number, rule);
}

std::string ChoiceFault(const Value& value, std::span<const std::string_view> choices) {
  const bool known = value.is_string() && std::ranges::find(choices, value.as_string()) != choices.end();
  return known ? "" : Choices(choices);
}

/// What is wrong with a value that has no parts of its own; "" if nothing is.
std::string ScalarFault(const Value& value, const MemberRule& rule) {
  switch (rule.kind) {
    case Kind::kText:
      return TextFault(value, rule);
    case Kind::kBool:
      return value.is_bool() ? "" : "must be true or false";
    case Kind::kInt:
    case Kind::kNumber:
      return NumberFault(value, rule);
    case Kind::kDateTime:
      return value.is_string() && ParseDateTime(value.as_string()) ? "" : "must be an RFC 3339 time with an offset";
    case Kind::kTimeOfDay:
      return value.is_string() && ParseTimeOfDay(value.as_string(), false) ? ""
                                                                           : "must be a time of day, 00:00 to 23:59";
    case Kind::kZone:
      return value.is_string() && Zone::Load(value.as_string()) ? "" : "must be an IANA time zone";
    case Kind::kChoice:
      return ChoiceFault(value, rule.choices);
    default:
      return "";
  }
}

class Checker {
 public:
  explicit Checker(CheckMode mode) : mode_(mode) {}

  void Object(const Value& value, const ObjectShape& shape, const std::string& prefix, CheckMode mode) {
    for (const Member& member : value.members()) {
      const auto rule = std::ranges::find(shape.members, member.key, &MemberRule::name);
      const std::string field = prefix + std::string(member.key);
      if (rule != shape.members.end()) {
        CheckMember(member.value, *rule, field, mode);
      } else if (mode != CheckMode::kOpen) {
        Add(field, "is not a member that can be written");
      }
    }
    if (mode == CheckMode::kPatch) return;
    for (const MemberRule& rule : shape.members) {
      if (rule.required && !value.Find(rule.name)) Add(prefix + std::string(rule.name), "is required");
    }
  }

  std::vector<Detail> Take() { return std::move(details_); }

 private:
  void Add(const std::string& field, std::string message) { details_.push_back({field, std::move(message)}); }

  void CheckMember(const Value& value, const MemberRule& rule, const std::string& field, CheckMode mode) {
    if (value.is_null() && (rule.nullable || (mode == CheckMode::kPatch && !rule.required))) return;
    switch (rule.kind) {
      case Kind::kObject:
        if (!value.is_object()) return Add(field, "must be an object");
        return Object(value, *rule.shape, field + ".", mode);
      case Kind::kObjects:
        return CheckObjects(value, rule, field);
      case Kind::kTexts:
        return CheckTexts(value, rule, field);
      case Kind::kTextMap:
        return CheckTextMap(value, field);
      default:
        if (std::string fault = ScalarFault(value, rule); !fault.empty()) Add(field, std::move(fault));
    }
  }

  void CheckObjects(const Value& value, const MemberRule& rule, const std::string& field) {
    if (!value.is_array()) return Add(field, "must be a list");
    // A merge patch replaces lists whole, so their items are complete objects even there.
    const CheckMode item_mode = mode_ == CheckMode::kOpen ? CheckMode::kOpen : CheckMode::kWhole;
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      const Value& item = value.items()[i];
      const std::string item_field = fmt::format("{}[{}]", field, i);
      if (item.is_object()) {
        Object(item, *rule.shape, item_field + ".", item_mode);
      } else {
        Add(item_field, "must be an object");
      }
    }
  }

  void CheckTexts(const Value& value, const MemberRule& rule, const std::string& field) {
    if (!value.is_array()) return Add(field, "must be a list");
    if (value.items().size() < rule.min_length) Add(field, "must not be empty");
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      const Value& item = value.items()[i];
      std::string fault = rule.choices.empty() ? std::string(item.is_string() ? "" : "must be a string")
                                               : ChoiceFault(item, rule.choices);
      if (!fault.empty()) Add(fmt::format("{}[{}]", field, i), std::move(fault));
    }
  }

  void CheckTextMap(const Value& value, const std::string& field) {
    if (!value.is_object()) return Add(field, "must be an object");
    for (const Member& member : value.members()) {
      if (!member.value.is_string()) Add(field + "." + std::string(member.key), "must be a string");
    }
  }

  CheckMode mode_;
  std::vector<Detail> details_;
};

}  // namespace

std::vector<Detail> CheckObject(const Value& value, const ObjectShape& shape, CheckMode mode) {
  if (!value.is_object()) return {{"body", "must be a JSON object"}};
  Checker checker(mode);
  checker.Object(value, shape, "", mode);
  return checker.Take();
}

bool IsE164(std::string_view text) {
  return text.size() >= 3 && text.size() <= 16 && text[0] == '+' && text[1] >= '1' && text[1] <= '9' &&
         std::ranges::all_of(text.substr(2), IsDigit);
}

bool IsCallCode(std::string_view text) {
  const auto allowed = [](char c) { return (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_'; };
  return text.size() >= 2 && text.size() <= 16 && std::ranges::all_of(text, allowed);
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool hex = IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

}  // namespace cxctl::sim
