#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "tenant/provider.h"
#include "value/value.h"

namespace cxctl {

// Live objects as the documents that a person would have written for them.

/// A metadata.name from a live name: lower-case letters and digits with hyphens between, at most 63, Latin letters with
/// marks as plain ones; made unique among those taken, and taken itself. `fallback` where nothing is left of the name.
std::string NameFor(std::string_view live_name, std::string_view fallback, std::set<std::string>& taken);

/// A whole document of a kind.
Value MakeDocument(Arena& arena, std::string_view kind, std::string_view name, const Value& spec);

/// By id, with what git can manage: not the state of a SUSPENDED campaign, and of a pause only what belongs to one.
Value CampaignSpec(Arena& arena, const LiveObject& live);
/// `calendar`: that of a CallingCalendar document whose compilation the schedule has; "": windows as the API has them.
/// Times are written in the schedule's zone.
Value ScheduleSpec(Arena& arena, const LiveObject& live, std::string_view campaign, std::string_view calendar);
/// One code, without its children. `isActive` only where it is false.
Value CodeValue(Arena& arena, const LiveObject& live);

/// A live value as it is written: times with the zone's offset (or with `Z` where `before` has one), items of lists of
/// windows and blackouts that mean the same as they stood before. `path` is the member's in the API's form.
Value WrittenValue(Arena& arena, std::string_view path, const Value& live, const Value& live_object,
                   const Value* before);

/// What the document's shape does not take: the first fault in words, or "".
std::string ShapeFault(const Value& document);

}  // namespace cxctl
