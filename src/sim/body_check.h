#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "sim/call.h"
#include "value/value.h"

namespace cxctl::sim {

enum class Kind {
  kText,  ///< min_length, max_length in code points; `pattern` where there is one
  kBool,
  kInt,        ///< min, max
  kNumber,     ///< min, max, above_min
  kDateTime,   ///< RFC 3339 with an offset
  kTimeOfDay,  ///< HH:mm, 00:00 to 23:59
  kZone,       ///< an IANA zone
  kChoice,     ///< one of `choices`
  kObject,     ///< of `shape`
  kObjects,    ///< a list of objects of `shape`
  kTexts,      ///< a list of strings; one of `choices` each where there are any
  kTextMap,    ///< an object whose members are all strings
};

struct ObjectShape;

/// What a member may be: a row of a table that reads like the API's schema.
struct MemberRule {
  std::string_view name;
  Kind kind = Kind::kText;
  bool required = false;
  bool nullable = false;
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool above_min = false;  ///< `min` itself is too small.
  std::size_t min_length = 0;
  std::size_t max_length = std::numeric_limits<std::size_t>::max();
  bool (*pattern)(std::string_view) = nullptr;
  std::string_view pattern_text = {};  ///< For messages: "an E.164 number".
  std::span<const std::string_view> choices = {};
  const ObjectShape* shape = nullptr;
};

struct ObjectShape {
  std::span<const MemberRule> members;
};

enum class CheckMode {
  kWhole,  ///< A complete object: required members must be there, unknown ones must not.
  kPatch,  ///< A merge patch: anything may be absent, and null removes what is not required.
  kOpen,   ///< As kWhole, but unknown members are let through.
};

/// Everything that is wrong with the value, in the order of its members; empty if nothing is.
std::vector<Detail> CheckObject(const Value& value, const ObjectShape& shape, CheckMode mode);

bool IsE164(std::string_view text);
bool IsCallCode(std::string_view text);
bool IsUuid(std::string_view text);

}  // namespace cxctl::sim
