#pragma once

#include <deque>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "schema/kind_spec.h"
#include "schema/patterns.h"

namespace cxctl::shapes {

// The vocabulary in which the kinds are described (kinds_*.cc). Item shapes are kept for the life of the program.

const Shape* Keep(Shape shape);

inline Shape Text() {
  return {.kind = ShapeKind::kText};
}
inline Shape Text(const TextPattern& pattern) {
  return {.kind = ShapeKind::kText, .pattern = &pattern};
}
inline Shape NonEmptyText(std::size_t longest = SIZE_MAX) {
  return {.kind = ShapeKind::kText, .min_length = 1, .max_length = longest};
}
inline Shape Words(std::initializer_list<std::string_view> words) {
  return {.kind = ShapeKind::kText, .words = words};
}
inline Shape Integer(double minimum) {
  return {.kind = ShapeKind::kInteger, .minimum = minimum};
}
inline Shape Number(double minimum) {
  return {.kind = ShapeKind::kNumber, .minimum = minimum};
}
inline Shape NumberOver(double limit) {
  return {.kind = ShapeKind::kNumber, .exclusive_minimum = limit};
}
/// 0 < x <= 1
inline Shape Share() {
  return {.kind = ShapeKind::kNumber, .maximum = 1, .exclusive_minimum = 0};
}
/// 0 <= x <= 1
inline Shape Fraction() {
  return {.kind = ShapeKind::kNumber, .minimum = 0, .maximum = 1};
}
inline Shape Boolean() {
  return {.kind = ShapeKind::kBoolean};
}
inline Shape Any() {
  return {};
}
inline Shape ListOf(Shape item, std::size_t least = 0) {
  return {.kind = ShapeKind::kList, .min_length = least, .item = Keep(std::move(item))};
}
inline Shape MapOf(Shape item) {
  return {.kind = ShapeKind::kMap, .item = Keep(std::move(item))};
}
inline Shape Object(std::vector<Field> fields) {
  return {.kind = ShapeKind::kObject, .fields = std::move(fields)};
}

inline Field Required(std::string_view name, Shape shape, std::string_view doc) {
  return {.name = name, .shape = std::move(shape), .doc = doc, .required = true};
}
inline Field Optional(std::string_view name, Shape shape, std::string_view doc, std::string_view default_text = "") {
  return {.name = name, .shape = std::move(shape), .doc = doc, .default_text = default_text};
}
inline Field Secret(Field field) {
  field.secret = true;
  return field;
}
inline Field Reference(Field field, std::string_view kind) {
  field.reference = kind;
  return field;
}

/// Days, times and zone of a weekly window.
Shape Weekdays();

/// The kinds, one function each (kinds_tenant.cc, kinds_objects.cc, kinds_policies.cc).
KindSpec TenantKind();
KindSpec CallingCalendarKind();
KindSpec CampaignScheduleKind();
KindSpec CallCodeHierarchyKind();
KindSpec CampaignKind();
KindSpec PacingPolicyKind();
KindSpec ThrottlePolicyKind();
KindSpec CallbackPolicyKind();
KindSpec SinkKind();

}  // namespace cxctl::shapes
