#include "value/pointer.h"

#include <charconv>
#include <span>

namespace cxctl {

std::string EscapePointerSegment(std::string_view segment) {
  std::string escaped;
  escaped.reserve(segment.size());
  for (char c : segment) {
    if (c == '~') {
      escaped += "~0";
    } else if (c == '/') {
      escaped += "~1";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::optional<std::vector<std::string>> ParsePointer(std::string_view pointer) {
  std::vector<std::string> segments;
  if (pointer.empty()) return segments;
  if (pointer.front() != '/') return std::nullopt;
  segments.emplace_back();
  for (std::size_t i = 1; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      segments.emplace_back();
    } else if (pointer[i] != '~') {
      segments.back() += pointer[i];
    } else if (i + 1 < pointer.size() && (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
      segments.back() += pointer[++i] == '0' ? '~' : '/';
    } else {
      return std::nullopt;
    }
  }
  return segments;
}

namespace {

const Value* ItemAt(const Value& array, std::string_view index) {
  std::size_t i = 0;
  const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), i);
  if (error != std::errc() || end != index.data() + index.size() || i >= array.items().size()) return nullptr;
  return &array.items()[i];
}

Value Without(Arena& arena, const Value& value, std::span<const std::string> segments) {
  if (!value.is_object() || !value.Find(segments.front())) return value;
  ObjectBuilder rest(arena, value);
  if (segments.size() == 1) return rest.Remove(segments.front()).Build();
  return rest.Set(segments.front(), Without(arena, *value.Find(segments.front()), segments.subspan(1))).Build();
}

}  // namespace

const Value* ResolvePointer(const Value& root, std::string_view pointer) {
  const auto segments = ParsePointer(pointer);
  if (!segments) return nullptr;
  const Value* value = &root;
  for (const std::string& segment : *segments) {
    value = value->is_array() ? ItemAt(*value, segment) : value->Find(segment);
    if (!value) return nullptr;
  }
  return value;
}

bool PointerCovers(std::string_view pointer, std::string_view path) {
  return path.starts_with(pointer) && (path.size() == pointer.size() || path[pointer.size()] == '/');
}

Value RemoveAtPointer(Arena& arena, const Value& root, std::string_view pointer) {
  const auto segments = ParsePointer(pointer);
  if (!segments || segments->empty()) return root;
  return Without(arena, root, *segments);
}

}  // namespace cxctl
