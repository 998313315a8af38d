#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace cxctl {

/// Memory that is given back all at once. Values and their texts live in one; they are valid as long as it lives.
/// Not for sharing between threads.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  void* Allocate(std::size_t size, std::size_t alignment);
  /// A copy of the text in the arena.
  std::string_view Copy(std::string_view text);
  /// A copy of trivially destructible items in the arena.
  template <class T>
  std::span<const T> CopyItems(std::span<const T> items) {
    if (items.empty()) return {};
    T* copy = static_cast<T*>(Allocate(items.size_bytes(), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), copy);
    return {copy, items.size()};
  }
  /// Bytes taken from the system so far.
  std::size_t bytes() const { return total_; }
  /// Keeps the other arena's memory alive as long as this one.
  void Absorb(Arena&& other);

 private:
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t total_ = 0;
};

enum class Type : std::uint8_t { kNull, kBool, kInt, kDouble, kString, kArray, kObject };

/// "null", "boolean", "integer", "number", "string", "list", "mapping": the words of messages.
std::string_view TypeName(Type type);

struct Member;

/// An immutable JSON-like value that remembers where it was written. Small and cheap to copy: texts, items and members
/// live in an Arena and are shared. One type serves manifests (from YAML), live objects (from JSON) and documents that
/// we print, so that comparing them needs no conversion.
///
/// Positions take no part in equality.
class Value {
 public:
  Value() = default;  ///< null, written nowhere

  static Value Null() { return {}; }
  static Value Bool(bool b);
  static Value Int(std::int64_t i);
  static Value Double(double d);
  /// REQUIRES: `text` outlives the value (it stands in an arena, or is a literal).
  static Value String(std::string_view text);
  static Value Array(std::span<const Value> items_in_arena);
  static Value Object(std::span<const Member> members_in_arena);

  Type type() const { return type_; }
  bool is_null() const { return type_ == Type::kNull; }
  bool is_bool() const { return type_ == Type::kBool; }
  bool is_int() const { return type_ == Type::kInt; }
  /// An integer or a floating-point number.
  bool is_number() const { return type_ == Type::kInt || type_ == Type::kDouble; }
  bool is_string() const { return type_ == Type::kString; }
  bool is_array() const { return type_ == Type::kArray; }
  bool is_object() const { return type_ == Type::kObject; }

  // The accessors below return the neutral value of their type (false, 0, "", nothing) for a value of another type.
  bool as_bool() const { return is_bool() && int_ != 0; }
  std::int64_t as_int() const;
  double as_double() const;
  std::string_view as_string() const { return is_string() ? std::string_view(text_, size_) : std::string_view(); }
  std::span<const Value> items() const;
  std::span<const Member> members() const;

  /// The member of that name, or null if there is none or this is no object.
  const Value* Find(std::string_view key) const;
  /// As Find, for a chain of names: Find("spec", "auth").
  template <class... Keys>
  const Value* Find(std::string_view key, Keys... more) const {
    const Value* v = Find(key);
    return v ? v->Find(more...) : nullptr;
  }
  /// The string member of that name, or "".
  std::string_view GetString(std::string_view key) const;

  const Position& position() const { return position_; }
  Value WithPosition(const Position& position) const;
  /// With the position of the other value where this has none of its own.
  Value At(const Value& other) const { return WithPosition(other.position()); }

 private:
  Position position_;
  Type type_ = Type::kNull;
  std::uint32_t size_ = 0;
  union {
    std::int64_t int_ = 0;
    double double_;
    const char* text_;
    const Value* items_;
    const Member* members_;
  };
};

struct Member {
  std::string_view key;
  Position key_position;
  Value value;
};

inline std::span<const Value> Value::items() const {
  return is_array() ? std::span<const Value>(items_, size_) : std::span<const Value>();
}

/// Same type and content; objects whatever the order of their members, numbers by value (1 == 1.0).
bool operator==(const Value& a, const Value& b);

/// Builds an object member by member, in the order of the calls.
class ObjectBuilder {
 public:
  explicit ObjectBuilder(Arena& arena) : arena_(arena) {}
  /// Starts from the members of an object.
  ObjectBuilder(Arena& arena, const Value& object);
  /// Adds or replaces a member. `key` is copied into the arena unless it stands there as a literal.
  ObjectBuilder& Set(std::string_view key, Value value);
  ObjectBuilder& Set(std::string_view key, std::string_view text);
  ObjectBuilder& Set(std::string_view key, const char* text) { return Set(key, std::string_view(text)); }
  ObjectBuilder& Set(std::string_view key, const std::string& text) { return Set(key, std::string_view(text)); }
  ObjectBuilder& Set(std::string_view key, bool b) { return Set(key, Value::Bool(b)); }
  ObjectBuilder& Set(std::string_view key, std::int64_t i) { return Set(key, Value::Int(i)); }
  ObjectBuilder& Set(std::string_view key, int i) { return Set(key, Value::Int(i)); }
  ObjectBuilder& Set(std::string_view key, std::size_t i) { return Set(key, Value::Int(static_cast<std::int64_t>(i))); }
  ObjectBuilder& Set(std::string_view key, double d) { return Set(key, Value::Double(d)); }
  /// Appends without looking for a member of the same name. REQUIRES: there is none.
  ObjectBuilder& Append(const Member& member);
  ObjectBuilder& Remove(std::string_view key);
  bool empty() const { return members_.empty(); }
  Value Build();

 private:
  Arena& arena_;
  std::vector<Member> members_;
  Position position_;
};

class ArrayBuilder {
 public:
  explicit ArrayBuilder(Arena& arena) : arena_(arena) {}
  ArrayBuilder& Add(Value value);
  ArrayBuilder& Add(std::string_view text);
  std::size_t size() const { return items_.size(); }
  Value Build();

 private:
  Arena& arena_;
  std::vector<Value> items_;
};

/// A string value whose text is copied into the arena.
Value MakeString(Arena& arena, std::string_view text);

/// A copy that shares nothing with the arena the original lives in.
Value DeepCopy(Arena& arena, const Value& value);

/// RFC 7396 merge patch: members of `patch` replace those of `target`, null removes, objects merge. Each value of the
/// result keeps the position of the document it stems from.
Value MergePatch(Arena& arena, const Value& target, const Value& patch);

}  // namespace cxctl
