#include "value/value.h"

#include <algorithm>
#include <cstring>

namespace cxctl {

namespace {

constexpr std::size_t kBlockSize = 64 * 1024;

}  // namespace

void* Arena::Allocate(std::size_t size, std::size_t alignment) {
  std::size_t misalignment = reinterpret_cast<std::uintptr_t>(next_) & (alignment - 1);
  std::size_t padding = misalignment == 0 ? 0 : alignment - misalignment;
  if (next_ == nullptr || padding + size > left_) {
    const std::size_t block = std::max(kBlockSize, size + alignment);
    // Large blocks are not zeroed: nobody reads what was not written.
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(block));
    next_ = blocks_.back().get();
    left_ = block;
    total_ += block;
    misalignment = reinterpret_cast<std::uintptr_t>(next_) & (alignment - 1);
    padding = misalignment == 0 ? 0 : alignment - misalignment;
  }
  std::byte* result = next_ + padding;
  next_ += padding + size;
  left_ -= padding + size;
  return result;
}

std::string_view Arena::Copy(std::string_view text) {
  if (text.empty()) return {};
  char* copy = static_cast<char*>(Allocate(text.size(), 1));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

void Arena::Absorb(Arena&& other) {
  for (auto& block : other.blocks_) blocks_.push_back(std::move(block));
  total_ += other.total_;
  other = Arena();
}

std::string_view TypeName(Type type) {
  switch (type) {
    case Type::kNull:
      return "null";
    case Type::kBool:
      return "boolean";
    case Type::kInt:
      return "integer";
    case Type::kDouble:
      return "number";
    case Type::kString:
      return "string";
    case Type::kArray:
      return "list";
    case Type::kObject:
      return "mapping";
  }
  return "";
}

Value Value::Bool(bool b) {
  Value v;
  v.type_ = Type::kBool;
  v.int_ = b ? 1 : 0;
  return v;
}

Value Value::Int(std::int64_t i) {
  Value v;
  v.type_ = Type::kInt;
  v.int_ = i;
  return v;
}

Value Value::Double(double d) {
  Value v;
  v.type_ = Type::kDouble;
  v.double_ = d;
  return v;
}

Value Value::String(std::string_view text) {
  Value v;
  v.type_ = Type::kString;
  v.text_ = text.data();
  v.size_ = static_cast<std::uint32_t>(text.size());
  return v;
}

Value Value::Array(std::span<const Value> items_in_arena) {
  Value v;
  v.type_ = Type::kArray;
  v.items_ = items_in_arena.data();
  v.size_ = static_cast<std::uint32_t>(items_in_arena.size());
  return v;
}

Value Value::Object(std::span<const Member> members_in_arena) {
  Value v;
  v.type_ = Type::kObject;
  v.members_ = members_in_arena.data();
  v.size_ = static_cast<std::uint32_t>(members_in_arena.size());
  return v;
}

std::int64_t Value::as_int() const {
  if (type_ == Type::kInt) return int_;
  if (type_ == Type::kDouble && double_ >= -9.2e18 && double_ <= 9.2e18) return static_cast<std::int64_t>(double_);
  return 0;
}

double Value::as_double() const {
  if (type_ == Type::kDouble) return double_;
  return type_ == Type::kInt ? static_cast<double>(int_) : 0.0;
}

std::span<const Member> Value::members() const {
  return is_object() ? std::span<const Member>(members_, size_) : std::span<const Member>();
}

const Value* Value::Find(std::string_view key) const {
  for (const Member& member : members()) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::string_view Value::GetString(std::string_view key) const {
  const Value* v = Find(key);
  return v ? v->as_string() : std::string_view();
}

Value Value::WithPosition(const Position& position) const {
  Value v = *this;
  v.position_ = position;
  return v;
}

namespace {

bool SameMembers(const Value& a, const Value& b) {
  const auto left = a.members();
  const auto right = b.members();
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    // Both sides mostly come in the same order: look at the same place first.
    const Value* other = right[i].key == left[i].key ? &right[i].value : b.Find(left[i].key);
    if (!other || !(left[i].value == *other)) return false;
  }
  return true;
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) {
    if (a.is_int() && b.is_int()) return a.as_int() == b.as_int();
    return a.as_double() == b.as_double();
  }
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case Type::kBool:
      return a.as_bool() == b.as_bool();
    case Type::kString:
      return a.as_string() == b.as_string();
    case Type::kArray:
      return std::ranges::equal(a.items(), b.items());
    case Type::kObject:
      return SameMembers(a, b);
    default:
      return true;
  }
}

ObjectBuilder::ObjectBuilder(Arena& arena, const Value& object)
    : arena_(arena), members_(object.members().begin(), object.members().end()), position_(object.position()) {}

ObjectBuilder& ObjectBuilder::Set(std::string_view key, Value value) {
  for (Member& member : members_) {
    if (member.key == key) {
      member.value = value;
      return *this;
    }
  }
  members_.push_back({arena_.Copy(key), {}, value});
  return *this;
}

ObjectBuilder& ObjectBuilder::Set(std::string_view key, std::string_view text) {
  return Set(key, MakeString(arena_, text));
}

ObjectBuilder& ObjectBuilder::Append(const Member& member) {
  members_.push_back(member);
  return *this;
}

ObjectBuilder& ObjectBuilder::Remove(std::string_view key) {
  std::erase_if(members_, [&](const Member& member) { return member.key == key; });
  return *this;
}

Value ObjectBuilder::Build() {
  return Value::Object(arena_.CopyItems(std::span<const Member>(members_))).WithPosition(position_);
}

ArrayBuilder& ArrayBuilder::Add(Value value) {
  items_.push_back(value);
  return *this;
}

ArrayBuilder& ArrayBuilder::Add(std::string_view text) {
  return Add(MakeString(arena_, text));
}

Value ArrayBuilder::Build() {
  return Value::Array(arena_.CopyItems(std::span<const Value>(items_)));
}

Value MakeString(Arena& arena, std::string_view text) {
  return Value::String(arena.Copy(text));
}

Value DeepCopy(Arena& arena, const Value& value) {
  switch (value.type()) {
    case Type::kString:
      return MakeString(arena, value.as_string()).At(value);
    case Type::kArray: {
      ArrayBuilder copy(arena);
      for (const Value& item : value.items()) copy.Add(DeepCopy(arena, item));
      return copy.Build().At(value);
    }
    case Type::kObject: {
      ObjectBuilder copy(arena);
      for (const Member& member : value.members()) {
        copy.Append({arena.Copy(member.key), member.key_position, DeepCopy(arena, member.value)});
      }
      return copy.Build().At(value);
    }
    default:
      return value;
  }
}

Value MergePatch(Arena& arena, const Value& target, const Value& patch) {
  if (!patch.is_object()) return patch;
  static const Value kEmpty = Value::Object({});
  const Value& base = target.is_object() ? target : kEmpty;
  ObjectBuilder merged(arena);
  for (const Member& member : base.members()) {
    const Value* change = patch.Find(member.key);
    if (!change) {
      merged.Append(member);
    } else if (!change->is_null()) {
      merged.Append({member.key, member.key_position, MergePatch(arena, member.value, *change)});
    }
  }
  for (const Member& member : patch.members()) {
    if (member.value.is_null() || base.Find(member.key)) continue;
    merged.Append({member.key, member.key_position, MergePatch(arena, kEmpty, member.value)});
  }
  return merged.Build().WithPosition(base.position().known() ? base.position() : patch.position());
}

}  // namespace cxctl
