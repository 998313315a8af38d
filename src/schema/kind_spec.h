#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "value/value.h"

namespace cxctl {

/// A rule for the text of a string, known by name: `regex` is for the JSON Schema and for people, `matches` decides.
struct TextPattern {
  std::string_view description;  ///< "a name of lower-case letters, digits and hyphens"
  std::string_view regex;
  bool (*matches)(std::string_view text);
};

enum class ShapeKind {
  kText,  ///< a string, perhaps with a pattern, length limits or a set of words
  kInteger,
  kNumber,
  kBoolean,
  kList,
  kObject,  ///< known members only
  kMap,     ///< any member names, values of one shape
  kAny,
};

struct Field;

/// What a value may look like. The validator, the JSON Schema and `explain` read nothing but this.
struct Shape {
  ShapeKind kind = ShapeKind::kAny;
  std::optional<double> minimum, maximum, exclusive_minimum;
  std::size_t min_length = 0;  ///< characters of a text, items of a list
  std::size_t max_length = SIZE_MAX;
  const TextPattern* pattern = nullptr;
  std::string_view pattern_rule =
      "CX102";                          ///< Another rule reports the pattern (CX401): the validator leaves it to it.
  std::vector<std::string_view> words;  ///< the set of allowed texts
  std::vector<Field> fields;            ///< kObject
  const Shape* item = nullptr;          ///< kList, kMap; kList of itself for trees
  /// At least one of these members must be there.
  std::vector<std::string_view> any_of;
  /// Exactly one of these sets of members must be there, whole, and nothing of the others.
  std::vector<std::vector<std::string_view>> one_of;
  /// The second member may not stand beside the first.
  std::vector<std::pair<std::string_view, std::string_view>> exclusive;
  std::string_view definition;  ///< Name of a recursive shape in the JSON Schema's $defs.
};

struct Field {
  std::string_view name;
  Shape shape;
  std::string_view doc;  ///< One or two sentences.
  bool required = false;
  bool secret = false;            ///< Must be a secret reference (CX107); shown as `(secret)`.
  std::string_view reference;     ///< The text is the metadata.name of a document of this kind (CX104).
  std::string_view default_text;  ///< As a person would write it; "" for none.
};

/// A kind of document: the only description there is of it.
struct KindSpec {
  std::string_view name;
  std::string_view summary;  ///< One sentence.
  std::string_view doc;      ///< A paragraph.
  std::string_view example;  ///< A whole YAML document that validates.
  Shape spec;
};

/// Every kind, in the order in which people meet them.
std::span<const KindSpec> AllKinds();
/// Null for an unknown name.
const KindSpec* FindKind(std::string_view name);
/// The shape of `metadata`, which all kinds share.
const Shape& MetadataShape();
/// The shape of a whole document of the kind: apiVersion, kind, metadata, spec.
const Shape& DocumentShape(const KindSpec& kind);

/// The field that a dotted path names below a kind (`spec.dialerSettings.callRate`, or without `spec.`; list items are
/// passed through), or null. `nearest` gets the names at the level where it failed.
const Field* FindField(const KindSpec& kind, std::string_view dotted_path, std::vector<std::string_view>* names_there);

/// The member's field in an object shape, or null.
const Field* FindMember(const Shape& shape, std::string_view name);

}  // namespace cxctl
