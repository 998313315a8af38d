#include "author/fold_calendar.h"

#include <algorithm>

#include "author/live_time.h"
#include "calendar/compile.h"
#include "plan/content.h"

namespace cxctl {

namespace {

constexpr int kMinutesPerDay = 1440;

/// What the windows say of every day.
std::vector<DayStretch> Daily(const LiveTime& calling) {
  std::vector<DayStretch> daily;
  for (const DailyWindow& window : calling.windows) {
    const int end = window.end_minute > window.start_minute ? window.end_minute : window.end_minute + kMinutesPerDay;
    daily.emplace_back(window.start_minute, end);
  }
  return daily;
}

/// Of weekdays that lie in the range only in part, or never without a blackout, too: nobody else follows the calendar.
Week WholeWeek(const LiveTime& calling) {
  Week week = ReadWeek(calling, {}, true);
  const Week loose = ReadWeek(calling, {}, false);
  for (std::size_t weekday = 0; weekday < week.size(); ++weekday) {
    if (!week.at(weekday)) week.at(weekday) = loose.at(weekday) ? *loose.at(weekday) : Daily(calling);
  }
  return week;
}

}  // namespace

bool CompilesTo(Arena& arena, const Value& calendar, const Value& schedule) {
  const auto calling = ReadLiveTime(schedule);
  const auto read = CallingCalendar::Read(calendar);
  if (!calling || !read) return false;
  const CompiledCalendar compiled = CompileCalendar(*read, calling->range);
  ArrayBuilder windows(arena), blackouts(arena);
  for (const DailyWindow& window : compiled.windows) windows.Add(WindowValue(arena, window));
  for (const Blackout& blackout : compiled.blackouts) blackouts.Add(BlackoutValue(arena, blackout));
  ObjectBuilder wanted(arena);
  for (const char* member : {"startTime", "endTime"}) wanted.Set(member, *schedule.Find(member));
  wanted.Set("regulatoryWindows", windows.Build()).Set("blackoutPeriods", blackouts.Build());
  return CompareContent(ObjectKind::kSchedule, schedule, CanonicalContent(arena, ObjectKind::kSchedule, wanted.Build()))
      .empty();
}

std::optional<Value> FoldCalendar(Arena& arena, const Value& schedule) {
  const auto calling = ReadLiveTime(schedule);
  if (!calling || calling->windows.empty()) return std::nullopt;
  const Zone& zone = calling->windows.front().zone;
  if (!std::ranges::all_of(calling->windows, [&](const DailyWindow& each) { return each.zone == zone; }))
    return std::nullopt;
  const IntervalSet open = calling->Open();
  ArrayBuilder blackouts(arena);
  for (const Blackout& each : calling->blackouts) {
    if (!each.reason.starts_with(kClosed)) AddBlackout(arena, *calling, open, each, zone, blackouts);
  }
  const Value windows = WeekValue(arena, WholeWeek(*calling));
  if (windows.items().empty()) return std::nullopt;
  ObjectBuilder spec(arena);
  spec.Set("timeZone", zone.name()).Set("windows", windows);
  if (blackouts.size() > 0) spec.Set("blackouts", blackouts.Build());
  const Value calendar = spec.Build();
  return CompilesTo(arena, calendar, schedule) ? std::optional(calendar) : std::nullopt;
}

Value WrittenBlackouts(Arena& arena, const Value& schedule, const Zone& zone) {
  const auto calling = ReadLiveTime(schedule);
  const Value* list = schedule.Find("blackoutPeriods");
  if (!calling) return list && list->is_array() ? *list : Value::Array({});
  ArrayBuilder items(arena);
  for (const Blackout& each : calling->blackouts) items.Add(StretchValue(arena, *calling, each, zone));
  return items.Build();
}

}  // namespace cxctl
