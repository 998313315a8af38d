#include "author/aligned_items.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

#include "time/instant.h"
#include "time/zone.h"

namespace cxctl {

namespace {

/// Whether two texts are one time, time of day or zone.
bool SaysTheSame(const Value& written, const Value& fresh) {
  if (written == fresh) return true;
  if (!written.is_string() || !fresh.is_string()) return false;
  const auto time = ParseDateTime(written.as_string()), other_time = ParseDateTime(fresh.as_string());
  if (time && other_time) return time->instant == other_time->instant;
  const auto clock = ParseTimeOfDay(written.as_string(), true), other_clock = ParseTimeOfDay(fresh.as_string(), true);
  if (clock && other_clock) return *clock % 1440 == *other_clock % 1440;
  return CanonicalZoneName(written.as_string()) == CanonicalZoneName(fresh.as_string());
}

/// How much they have in common, flags aside; that they share a zone says least.
int Likeness(const Value& written, const Value& fresh) {
  int likeness = 0;
  for (const Member& member : fresh.members()) {
    const Value* same = written.Find(member.key);
    if (same && !same->is_bool() && SaysTheSame(*same, member.value)) likeness += member.key == "timeZone" ? 1 : 2;
  }
  return likeness;
}

Value LikeWritten(Arena& arena, const Value& written, const Value& fresh) {
  ObjectBuilder like(arena, fresh);
  for (const Member& member : fresh.members()) {
    const Value* same = written.Find(member.key);
    if (same && SaysTheSame(*same, member.value)) like.Set(member.key, *same);
  }
  // It is not sent: whoever wrote it knows why.
  const Value* allowed = written.Find("allowMidWindow");
  if (allowed && fresh.Find("startTime") && !fresh.Find("allowMidWindow")) like.Set("allowMidWindow", *allowed);
  return like.Build();
}

}  // namespace

Value AlignedItems(Arena& arena, const Value& fresh, const Value& written,
                   const std::function<bool(const Value& written, const Value& fresh)>& means_the_same) {
  const auto& olds = written.items();
  const auto& news = fresh.items();
  std::vector<std::optional<Value>> slots(olds.size());
  std::vector<bool> placed(news.size());
  for (std::size_t i = 0; i < olds.size(); ++i) {
    for (std::size_t j = 0; j < news.size() && !slots[i]; ++j) {
      if (placed[j] || !means_the_same(olds[i], news[j])) continue;
      slots[i] = olds[i];
      placed[j] = true;
    }
  }
  std::vector<std::tuple<int, std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < olds.size(); ++i) {
    for (std::size_t j = 0; j < news.size() && !slots[i]; ++j) {
      const int likeness = placed[j] ? 0 : Likeness(olds[i], news[j]);
      if (likeness > 0) pairs.emplace_back(-likeness, i, j);
    }
  }
  std::ranges::sort(pairs);
  for (const auto& [likeness, i, j] : pairs) {
    if (slots[i] || placed[j]) continue;
    slots[i] = LikeWritten(arena, olds[i], news[j]);
    placed[j] = true;
  }
  ArrayBuilder items(arena);
  for (const auto& slot : slots) {
    if (slot) items.Add(*slot);
  }
  for (std::size_t j = 0; j < news.size(); ++j) {
    if (!placed[j]) items.Add(news[j]);
  }
  return items.Build();
}

}  // namespace cxctl
