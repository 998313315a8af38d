#include "inspect/set_items.h"

#include <algorithm>
#include <charconv>

#include "plan/content.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

Value ListOf(Arena& arena, std::initializer_list<Value> items) {
  ArrayBuilder list(arena);
  for (const Value& item : items) list.Add(item);
  return list.Build();
}

/// Whether one of them adds nothing to the other.
bool Overlap(Arena& arena, const SetPlace& place, const Value& a, const Value& b, const SetSide& of_a,
             const SetSide& of_b) {
  const Value both = ListOf(arena, {a, b});
  const auto adds_nothing = [&](const Value& alone) {
    return SameMeaning(ObjectKind::kSchedule, place.list, both, ListOf(arena, {alone}), of_a.object, of_b.object);
  };
  return adds_nothing(a) || adds_nothing(b);
}

/// Whether a side that had the item of the other side as well would mean what it does now.
bool AddsNothing(Arena& arena, const SetPlace& place, const Value& item, const SetSide& of_item, const SetSide& to) {
  ArrayBuilder more(arena);
  for (const Value& each : to.Items(place)->items()) more.Add(each);
  more.Add(item);
  return SameMeaning(ObjectKind::kSchedule, place.list, more.Build(), *to.Items(place), of_item.object, to.object);
}

bool BeginOrEndAlike(const Value& a, const Value& b) {
  return a.GetString("startTime") == b.GetString("startTime") || a.GetString("endTime") == b.GetString("endTime");
}

}  // namespace

std::optional<SetPlace> SetPlaceOf(ObjectKind kind, const std::string& path) {
  const auto segments = ParsePointer(path);
  if (kind != ObjectKind::kSchedule || !segments || segments->size() < 2) return std::nullopt;
  if (segments->front() != "regulatoryWindows" && segments->front() != "blackoutPeriods") return std::nullopt;
  const std::string& number = (*segments)[1];
  SetPlace place;
  place.list = "/" + segments->front();
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), place.index);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  place.rest = path.substr(place.list.size() + 1 + number.size());
  return place;
}

const Value* SetSide::Items(const SetPlace& place) const {
  return ResolvePointer(object, place.list);
}

const Value* SetSide::Item(const SetPlace& place) const {
  const Value* list = Items(place);
  return list && place.index < list->items().size() ? &list->items()[place.index] : nullptr;
}

bool SameSetItem(Arena& arena, const SetPlace& place, const Value& a, const Value& b) {
  // Without the ranges of their schedules they are compared as they stand.
  return SameMeaning(ObjectKind::kSchedule, place.list, ListOf(arena, {a}), ListOf(arena, {b}), Value::Null(),
                     Value::Null());
}

bool IsInStep(Arena& arena, const SetPlace& place, const Value& a, const SetSide& of_a, const Value& b,
              const SetSide& of_b) {
  return SameSetItem(arena, place, a, b) ||
         (AddsNothing(arena, place, a, of_a, of_b) && AddsNothing(arena, place, b, of_b, of_a));
}

const Value* FindCounterpart(Arena& arena, const SetPlace& place, const Value& item, const SetSide& from,
                             const SetSide& to) {
  const Value* list = to.Items(place);
  const Value* own = from.Items(place);
  if (!list || !own) return nullptr;
  const auto first = [&](const auto& matches) -> const Value* {
    const auto found = std::ranges::find_if(list->items(), matches);
    return found == list->items().end() ? nullptr : &*found;
  };
  const auto is_same = [&](const Value& each) { return SameSetItem(arena, place, item, each); };
  if (const Value* same = first(is_same)) return same;
  const auto overlaps = [&](const Value& each) { return Overlap(arena, place, item, each, from, to); };
  if (const Value* around = first(overlaps)) return around;
  return first([&](const Value& each) {
    return BeginOrEndAlike(item, each) &&
           std::ranges::none_of(own->items(), [&](const Value& mine) { return SameSetItem(arena, place, mine, each); });
  });
}

}  // namespace cxctl
