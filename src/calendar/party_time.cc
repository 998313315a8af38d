#include "calendar/party_time.h"

#include <chrono>

namespace cxctl {

namespace {

/// The calendar as it is read in another zone, where the people are that it is about.
IntervalSet PermittedIn(const Value& calendar, const std::string& zone, Interval range) {
  Arena scratch;
  const Value here = ObjectBuilder(scratch, calendar).Set("timeZone", zone).Remove("calledZones").Build();
  const auto read = CallingCalendar::Read(here);
  if (!read) return {};
  IntervalSet permitted = read->WrittenTime(range);
  for (const RulePack* pack : read->jurisdictions()) permitted = Difference(permitted, read->ForbiddenBy(*pack, range));
  return permitted;
}

}  // namespace

IntervalSet PermittedForParty(const Value& calendar, std::span<const std::string> zones, Interval range) {
  IntervalSet permitted = CalendarPermitted(calendar, range);
  for (const std::string& zone : zones) {
    if (permitted.empty()) break;
    permitted = Intersection(permitted, PermittedIn(calendar, zone, range));
  }
  return permitted;
}

std::optional<Instant> NextPermittedForParty(const Value& calendar, std::span<const std::string> zones, Instant from) {
  // Mostly the next days tell.
  for (const std::chrono::days ahead : {std::chrono::days(8), std::chrono::days(60), std::chrono::days(366)}) {
    const IntervalSet permitted = PermittedForParty(calendar, zones, {from, from + ahead});
    if (!permitted.empty()) return permitted.intervals().front().start;
  }
  return std::nullopt;
}

}  // namespace cxctl
