#include "edit/edited_value.h"

#include <algorithm>
#include <charconv>

namespace cxctl {

namespace {

/// How much two items have in common; 0: one is not what became of the other.
std::uint32_t Likeness(const Value& a, const Value& b) {
  if (!a.is_object() || !b.is_object()) return a.is_object() == b.is_object() ? 1 : 0;
  if (a.members().size() == 1 && b.members().size() == 1) return 1;
  return static_cast<std::uint32_t>(std::ranges::count_if(a.members(), [&](const Member& member) {
    const Value* same = b.Find(member.key);
    return same && *same == member.value;
  }));
}

}  // namespace

std::optional<std::size_t> IndexOf(const std::string& segment) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(segment.data(), segment.data() + segment.size(), index);
  if (error != std::errc() || end != segment.data() + segment.size()) return std::nullopt;
  return index;
}

Value EditedValue(Arena& arena, const Value& value, std::span<const std::string> path, const Value* wanted,
                  bool insert) {
  if (path.empty()) return *wanted;
  const bool last = path.size() == 1;
  if (value.is_array()) {
    ArrayBuilder items(arena);
    const std::size_t index = path[0] == "-" ? value.items().size() : IndexOf(path[0]).value_or(SIZE_MAX);
    for (std::size_t i = 0; i <= value.items().size(); ++i) {
      if (i == index && last && insert) items.Add(*wanted);
      if (i == value.items().size()) break;
      if (i != index || (last && insert)) {
        items.Add(value.items()[i]);
      } else if (!last || wanted) {
        items.Add(EditedValue(arena, value.items()[i], path.subspan(1), wanted, insert));
      }
    }
    return items.Build();
  }
  ObjectBuilder members(arena, value);
  if (last && !wanted) return members.Remove(path[0]).Build();
  const Value* inner = value.Find(path[0]);
  return members.Set(path[0], EditedValue(arena, inner ? *inner : Value::Null(), path.subspan(1), wanted, insert))
      .Build();
}

std::vector<std::pair<std::size_t, std::size_t>> EqualItems(std::span<const Value> a, std::span<const Value> b) {
  constexpr std::size_t kMostCells = 4'000'000;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  std::size_t head = 0, tail = 0;
  while (head < std::min(a.size(), b.size()) && a[head] == b[head]) pairs.emplace_back(head, head), ++head;
  while (tail < std::min(a.size(), b.size()) - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  const std::size_t rows = a.size() - head - tail, columns = b.size() - head - tail;
  if ((rows + 1) * (columns + 1) <= kMostCells) {
    std::vector<std::vector<std::uint32_t>> length(rows + 1, std::vector<std::uint32_t>(columns + 1));
    for (std::size_t i = rows; i-- > 0;) {
      for (std::size_t j = columns; j-- > 0;) {
        length[i][j] =
            a[head + i] == b[head + j] ? length[i + 1][j + 1] + 1 : std::max(length[i + 1][j], length[i][j + 1]);
      }
    }
    for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
      if (a[head + i] == b[head + j]) {
        pairs.emplace_back(head + i++, head + j++);
      } else {
        length[i + 1][j] >= length[i][j + 1] ? ++i : ++j;
      }
    }
  }
  for (std::size_t i = tail; i-- > 0;) pairs.emplace_back(a.size() - 1 - i, b.size() - 1 - i);
  return pairs;
}

std::vector<std::pair<std::size_t, std::size_t>> LikelyItems(std::span<const Value> a, std::span<const Value> b) {
  constexpr std::size_t kMostCells = 250'000;
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  if ((a.size() + 1) * (b.size() + 1) > kMostCells) {
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
      if (Likeness(a[i], b[i]) > 0) pairs.emplace_back(i, i);
    }
    return pairs;
  }
  std::vector<std::vector<std::uint32_t>> likeness(a.size(), std::vector<std::uint32_t>(b.size()));
  std::vector<std::vector<std::uint32_t>> best(a.size() + 1, std::vector<std::uint32_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      likeness[i][j] = Likeness(a[i], b[j]);
      best[i][j] = std::max({best[i + 1][j + 1] + likeness[i][j], best[i + 1][j], best[i][j + 1]});
    }
  }
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (likeness[i][j] > 0 && best[i][j] == best[i + 1][j + 1] + likeness[i][j]) {
      pairs.emplace_back(i++, j++);
    } else {
      best[i][j] == best[i + 1][j] ? ++i : ++j;
    }
  }
  return pairs;
}

}  // namespace cxctl
