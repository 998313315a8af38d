#include "schema/json_schema.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "schema/validator.h"

namespace cxctl {

namespace {

/// A number as people write it: 1, not 1.0.
Value Limit(double d) {
  return d == std::floor(d) ? Value::Int(static_cast<std::int64_t>(d)) : Value::Double(d);
}

class SchemaWriter {
 public:
  explicit SchemaWriter(Arena& arena) : arena_(arena) {}

  Value Document(const KindSpec& kind) {
    ObjectBuilder schema(arena_);
    schema.Set("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.Set("$id", fmt::format("urn:cxctl:schema:{}", kind.name));
    schema.Set("title", kind.name);
    schema.Set("description", kind.doc);
    root_ = &DocumentShape(kind);
    const Value body = Object(*root_);
    for (const Member& member : body.members()) schema.Append(member);
    ObjectBuilder definitions(arena_);
    for (const auto& [name, definition] : definitions_) definitions.Set(name, definition);
    // `$${` is no expression but a literal `${`.
    definitions.Set(
        "expression",
        Expression("A text with an expression: ${values.NAME}, in secret fields ${env:NAME} or ${file:path}.",
                   "(^|[^$])\\$\\{[^}]*\\}"));
    definitions.Set("value", Expression("${values.NAME}: the tenant's value, of whatever type it is.",
                                        "^\\$\\{values\\.[^}]*\\}$"));
    return schema.Set("$defs", definitions.Build()).Build();
  }

 private:
  Value Of(const Shape& shape) {
    switch (shape.kind) {
      case ShapeKind::kText:
        return Text(shape);
      case ShapeKind::kInteger:
        return Number(shape, "integer");
      case ShapeKind::kNumber:
        return Number(shape, "number");
      case ShapeKind::kBoolean:
        return OrValue(ObjectBuilder(arena_).Set("type", "boolean").Build());
      case ShapeKind::kList:
        return List(shape);
      case ShapeKind::kObject:
        return OrValue(shape.definition.empty() ? Object(shape) : Recursive(shape));
      case ShapeKind::kMap:
        return OrValue(
            ObjectBuilder(arena_).Set("type", "object").Set("additionalProperties", Of(*shape.item)).Build());
      case ShapeKind::kAny:
        break;
    }
    return Value::Bool(true);
  }

  Value Expression(std::string_view description, std::string_view pattern) {
    return ObjectBuilder(arena_).Set("description", description).Set("type", "string").Set("pattern", pattern).Build();
  }

  Value Text(const Shape& shape) {
    ObjectBuilder schema(arena_);
    schema.Set("type", "string");
    if (!shape.words.empty()) {
      ArrayBuilder words(arena_);
      for (std::string_view word : shape.words) words.Add(word);
      schema.Set("enum", words.Build());
    }
    if (shape.pattern) schema.Set("pattern", shape.pattern->regex);
    if (shape.min_length > 0) schema.Set("minLength", shape.min_length);
    if (shape.max_length != SIZE_MAX) schema.Set("maxLength", shape.max_length);
    const bool constrained = shape.pattern || !shape.words.empty() || shape.max_length != SIZE_MAX;
    return constrained ? Or(schema.Build(), "expression") : schema.Build();
  }

  Value Number(const Shape& shape, std::string_view type) {
    ObjectBuilder schema(arena_);
    schema.Set("type", type);
    if (shape.minimum) schema.Set("minimum", Limit(*shape.minimum));
    if (shape.exclusive_minimum) schema.Set("exclusiveMinimum", Limit(*shape.exclusive_minimum));
    if (const auto maximum = MaximumOf(shape)) schema.Set("maximum", Limit(*maximum));
    return OrValue(schema.Build());
  }

  Value Or(Value schema, std::string_view definition) {
    const Value other = ObjectBuilder(arena_).Set("$ref", fmt::format("#/$defs/{}", definition)).Build();
    return ObjectBuilder(arena_).Set("anyOf", ArrayBuilder(arena_).Add(schema).Add(other).Build()).Build();
  }

  Value OrValue(Value schema) { return Or(schema, "value"); }

  Value List(const Shape& shape) {
    ObjectBuilder schema(arena_);
    schema.Set("type", "array").Set("items", Of(*shape.item));
    if (shape.min_length > 0) schema.Set("minItems", shape.min_length);
    return OrValue(schema.Build());
  }

  Value Recursive(const Shape& shape) {
    if (!definitions_.contains(shape.definition)) {
      definitions_[shape.definition] = {};
      definitions_[shape.definition] = Object(shape);
    }
    return ObjectBuilder(arena_).Set("$ref", fmt::format("#/$defs/{}", shape.definition)).Build();
  }

  Value Object(const Shape& shape) {
    ObjectBuilder schema(arena_);
    schema.Set("type", "object");
    ObjectBuilder properties(arena_);
    ArrayBuilder required(arena_);
    for (const Field& field : shape.fields) {
      properties.Set(field.name, field.name == "kind" && &shape == root_ ? Kind(field) : Documented(field));
      if (field.required) required.Add(field.name);
    }
    schema.Set("properties", properties.Build());
    schema.Set("additionalProperties", false);
    if (required.size() > 0) schema.Set("required", required.Build());
    Combine(shape, schema);
    return schema.Build();
  }

  /// It is read before expressions are: it must be written out.
  Value Kind(const Field& field) {
    return ObjectBuilder(arena_).Set("description", field.doc).Set("const", field.shape.words.front()).Build();
  }

  Value Documented(const Field& field) {
    const Value schema = Of(field.shape);
    if (!schema.is_object()) return ObjectBuilder(arena_).Set("description", field.doc).Build();
    ObjectBuilder documented(arena_);
    documented.Set("description", field.doc);
    for (const Member& member : schema.members()) documented.Append(member);
    return documented.Build();
  }

  Value RequiredSet(std::span<const std::string_view> names) {
    ArrayBuilder list(arena_);
    for (std::string_view name : names) list.Add(name);
    return ObjectBuilder(arena_).Set("required", list.Build()).Build();
  }

  Value Not(Value schema) { return ObjectBuilder(arena_).Set("not", schema).Build(); }

  void Combine(const Shape& shape, ObjectBuilder& schema) {
    ArrayBuilder all(arena_);
    if (!shape.any_of.empty()) {
      ArrayBuilder any(arena_);
      for (std::string_view name : shape.any_of) any.Add(RequiredSet({&name, 1}));
      all.Add(ObjectBuilder(arena_).Set("anyOf", any.Build()).Build());
    }
    for (const auto& [first, second] : shape.exclusive) {
      const std::string_view both[] = {first, second};
      all.Add(Not(RequiredSet(both)));
    }
    if (!shape.one_of.empty()) all.Add(OneOf(shape));
    if (all.size() > 0) schema.Set("allOf", all.Build());
  }

  /// Each alternative: its own members, and none of those of the other alternatives.
  Value OneOf(const Shape& shape) {
    ArrayBuilder alternatives(arena_);
    for (const auto& own : shape.one_of) {
      ObjectBuilder alternative(arena_, RequiredSet(own));
      ArrayBuilder others(arena_);
      for (const auto& other : shape.one_of) {
        if (&other == &own) continue;
        for (std::string_view name : other) others.Add(Not(RequiredSet({&name, 1})));
      }
      alternatives.Add(alternative.Set("allOf", others.Build()).Build());
    }
    return ObjectBuilder(arena_).Set("oneOf", alternatives.Build()).Build();
  }

  Arena& arena_;
  const Shape* root_ = nullptr;
  std::map<std::string_view, Value> definitions_;
};

}  // namespace

Value KindJsonSchema(Arena& arena, const KindSpec& kind) {
  return SchemaWriter(arena).Document(kind);
}

}  // namespace cxctl
