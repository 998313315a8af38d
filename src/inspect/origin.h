#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "manifest/manifests.h"

// Where the values of manifests come from.

namespace cxctl {

enum class OriginKind {
  kLiteral,   ///< Written in the document itself, by way of an anchor perhaps.
  kValues,    ///< `${values.NAME}`, in whole or in part; the tenant's document has the value.
  kPatch,     ///< A patch of the tenant's document.
  kCalendar,  ///< Compiled from a CallingCalendar.
  kDefault,   ///< Written nowhere.
};
/// "literal", "values", "patch", "calendar", "default"
std::string_view OriginName(OriginKind kind);

/// A value of the tenant's `values` that went into another one.
struct NamedValue {
  std::string name;
  Position position;
};

struct Origin {
  OriginKind kind = OriginKind::kDefault;
  Position position;                 ///< Of the very scalar; unknown for a default.
  std::optional<std::size_t> patch;  ///< Which of spec.patches, from 1, where it stands in one.
  std::vector<NamedValue> values;
  std::string calendar;  ///< Name of the CallingCalendar; "" for the other kinds.
};

/// Tells the origins of the values of a set, which must outlive it. Files are read again when they are first asked for.
class Origins {
 public:
  explicit Origins(const ManifestSet& set) : set_(set) {}

  /// `value` stands in the document, or was made of it, and has the position at which it was written.
  Origin Of(const Document& document, const Value& value);
  /// `manifests/base/east.yaml:12:17 (patch 2)`, `default`: what is not literal says so. Fit to be shown.
  std::string Text(const Origin& origin) const;

 private:
  struct Written {
    Value value;          ///< As it is in the file.
    std::string pointer;  ///< In its document.
    Value root;
  };
  using Places = std::map<std::pair<std::uint32_t, std::uint32_t>, Written>;  ///< By line and column.

  const Written* Find(const Position& position);
  static void AddPlaces(const Value& root, const Value& value, const std::string& pointer, Places& places);
  void AddNamed(std::string_view name, Origin& origin) const;

  const ManifestSet& set_;
  Arena arena_;
  std::map<std::uint32_t, Places> files_;
};

}  // namespace cxctl
