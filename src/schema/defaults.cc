#include "schema/defaults.h"

#include "value/json.h"

namespace cxctl {

namespace {

bool IsScalar(ShapeKind kind) {
  return kind == ShapeKind::kText || kind == ShapeKind::kInteger || kind == ShapeKind::kNumber ||
         kind == ShapeKind::kBoolean;
}

}  // namespace

std::optional<Value> DefaultOf(Arena& arena, const Field& field) {
  if (field.default_text.empty() || !IsScalar(field.shape.kind)) return std::nullopt;
  if (field.shape.kind == ShapeKind::kText) return Value::String(field.default_text);
  const auto parsed = ParseJson(arena, field.default_text);
  return parsed ? *parsed : Value::String(field.default_text);
}

}  // namespace cxctl
