#include "calendar/called_party.h"

#include <chrono>

namespace cxctl {

namespace {

IntervalSet PermittedThere(const CallingCalendar& calendar, const Zone& zone, Interval range) {
  const CallingCalendar there = calendar.In(zone);
  IntervalSet permitted = there.WrittenTime(range);
  for (const RulePack* pack : there.jurisdictions()) {
    if (permitted.empty()) break;
    permitted = Difference(permitted, there.ForbiddenBy(*pack, range));
  }
  return permitted;
}

}  // namespace

IntervalSet PermittedForParty(const CallingCalendar& calendar, std::span<const Zone> zones, Interval range) {
  IntervalSet permitted = calendar.Permitted(range);
  const std::span<const Zone> where = zones.empty() ? std::span<const Zone>(&calendar.zone(), 1) : zones;
  for (const Zone& zone : where) {
    if (permitted.empty()) break;
    permitted = Intersection(permitted, PermittedThere(calendar, zone, range));
  }
  return permitted;
}

bool IsPermittedForParty(const CallingCalendar& calendar, std::span<const Zone> zones, Instant instant) {
  return !PermittedForParty(calendar, zones, {instant, instant + Duration(1)}).empty();
}

std::optional<Instant> NextPermittedForParty(const CallingCalendar& calendar, std::span<const Zone> zones,
                                             Instant from) {
  // Mostly the next days tell.
  for (const std::chrono::days ahead : {std::chrono::days(3), std::chrono::days(30), std::chrono::days(366)}) {
    const IntervalSet permitted = PermittedForParty(calendar, zones, {from, from + ahead});
    if (!permitted.empty()) return permitted.intervals().front().start;
  }
  return std::nullopt;
}

}  // namespace cxctl
