#pragma once

#include <optional>
#include <string>

#include "tenant/provider.h"
#include "value/value.h"

// Items of lists that are sets: windows and blackouts of schedules. Plan and drift compare such a list as a whole, by
// what it permits; at which index an item stands, and how days are put together, means nothing. Whoever asks for one
// item has to be told the same.

namespace cxctl {

/// `/blackoutPeriods/3/reason`: a place inside of such a list.
struct SetPlace {
  std::string list;  ///< "/blackoutPeriods"
  std::size_t index = 0;
  std::string rest;  ///< "/reason"; "" for the whole item
};
/// Nothing for paths that do not lead into such a list.
std::optional<SetPlace> SetPlaceOf(ObjectKind kind, const std::string& path);

/// One side's object in canonical form.
struct SetSide {
  const Value& object;
  const Value* Items(const SetPlace& place) const;
  /// The item at the index; null if there is none.
  const Value* Item(const SetPlace& place) const;
};

/// The item of `to` that stands for an item of `from`: the same one; else one that contains it or lies in it; else one
/// that begins or ends alike and is in `from` no more. Null if there is none.
const Value* FindCounterpart(Arena& arena, const SetPlace& place, const Value& item, const SetSide& from,
                             const SetSide& to);

/// Whether both items say the same in themselves.
bool SameSetItem(Arena& arena, const SetPlace& place, const Value& a, const Value& b);

/// Whether an item and what stands for it on the other side are no difference, whatever else in the lists is: they say
/// the same, or neither adds anything to the other side's list.
bool IsInStep(Arena& arena, const SetPlace& place, const Value& a, const SetSide& of_a, const Value& b,
              const SetSide& of_b);

}  // namespace cxctl
