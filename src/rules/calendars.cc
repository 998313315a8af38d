#include "rules/calendars.h"

#include <algorithm>

namespace cxctl {

namespace {

/// From New Year to New Year, so that ranges that are asked for one after another are not each a new expansion.
Interval WholeYears(Interval range) {
  const Zone utc = Zone::Utc();
  const int first = utc.LocalAt(range.start).date.year, last = utc.LocalAt(range.end).date.year;
  return {utc.StartOfDay({first, 1, 1}), utc.StartOfDay({last + 1, 1, 1})};
}

}  // namespace

const CallingCalendar* Calendars::Find(std::string_view name) {
  auto known = read_.find(name);
  if (known == read_.end()) {
    const Document* document = set_.Find("CallingCalendar", name);
    known =
        read_.emplace(name, document && document->valid ? CallingCalendar::Read(document->spec()) : std::nullopt).first;
  }
  return known->second ? &*known->second : nullptr;
}

const CompiledCalendar* Calendars::Compile(std::string_view name, Interval range) {
  const CallingCalendar* calendar = Find(name);
  if (!calendar || range.end - range.start > kLongestCompiled) return nullptr;
  const auto key = std::tuple(calendar, range);
  auto known = compiled_.find(key);
  if (known == compiled_.end()) known = compiled_.emplace(key, CompileCalendar(*calendar, range)).first;
  return &known->second;
}

const ForbiddenHours& Calendars::Forbidden(const CallingCalendar& calendar, const RulePack& pack, Interval range) {
  const auto key = std::tuple(&calendar, &pack);
  const auto known = forbidden_.find(key);
  if (known != forbidden_.end()) {
    const Interval& has = known->second.range;
    if (has.start <= range.start && range.end <= has.end) return known->second.hours;
    const Interval both{std::min(has.start, range.start), std::max(has.end, range.end)};
    // Times that lie far apart are not worth all the time between them.
    if (both.end - both.start <= 2 * kLongestCompiled) range = both;
  }
  range = WholeYears(range);
  const auto made =
      forbidden_.insert_or_assign(key, Expanded{range, ForbiddenHours(pack, calendar.called_zones(), range)});
  return made.first->second.hours;
}

}  // namespace cxctl
