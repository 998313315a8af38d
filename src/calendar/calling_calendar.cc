#include "calendar/calling_calendar.h"

#include <fmt/format.h>

#include "time/permitted_time.h"

namespace cxctl {

namespace {

constexpr int kMinutesPerDay = 1440;

IntervalSet Within(std::vector<Interval> intervals, Interval range) {
  return Intersection(IntervalSet(std::move(intervals)), IntervalSet({range}));
}

}  // namespace

std::optional<CallingCalendar> CallingCalendar::Read(const Value& spec) {
  const auto zone = Zone::Load(spec.GetString("timeZone"));
  if (!zone) return std::nullopt;
  CallingCalendar calendar(*zone);
  if (const Value* windows = spec.Find("windows")) calendar.ReadWindows(*windows);
  if (const Value* blackouts = spec.Find("blackouts")) calendar.ReadBlackouts(*blackouts);
  if (const Value* names = spec.Find("jurisdictions")) {
    for (const Value& name : names->items()) {
      if (const RulePack* pack = FindRulePack(name.as_string())) calendar.jurisdictions_.push_back(pack);
    }
  }
  if (const Value* zones = spec.Find("calledZones")) {
    for (const Value& name : zones->items()) {
      if (const auto called = Zone::Load(name.as_string())) calendar.called_zones_.push_back(*called);
    }
  }
  if (calendar.called_zones_.empty()) calendar.called_zones_.push_back(*zone);
  if (const Value* clip = spec.Find("clip")) calendar.clip_ = clip->as_bool();
  return calendar;
}

CallingCalendar CallingCalendar::In(const Zone& zone) const {
  CallingCalendar there = *this;
  there.zone_ = zone;
  there.called_zones_ = {zone};
  return there;
}

void CallingCalendar::ReadWindows(const Value& list) {
  windows_position_ = blackouts_position_ = list.position();
  for (std::size_t index = 0; index < list.items().size(); ++index) {
    const Value& item = list.items()[index];
    const auto start = ParseTimeOfDay(item.GetString("startTime"), false);
    const auto end = ParseTimeOfDay(item.GetString("endTime"), true);
    const Value* days = item.Find("days");
    if (!start || !end || !days) continue;
    Window window;
    window.start_minute = *start;
    window.end_minute = *end > *start ? *end : *end + kMinutesPerDay;
    window.item = index;
    for (const Value& day : days->items()) {
      if (const auto weekday = ParseWeekday(day.as_string()))
        window.on_weekday[static_cast<std::size_t>(*weekday)] = true;
    }
    windows_.push_back(window);
  }
}

void CallingCalendar::ReadBlackouts(const Value& list) {
  blackouts_position_ = list.position();
  for (const Value& item : list.items()) {
    WrittenBlackout blackout;
    blackout.date = ParseDate(item.GetString("date"));
    blackout.annual = item.GetString("annual");
    const auto start = ParseDateTime(item.GetString("startTime"));
    const auto end = ParseDateTime(item.GetString("endTime"));
    if (start && end) blackout.stretch = Interval{start->instant, end->instant};
    blackout.reason = item.Find("reason") ? item.GetString("reason") : "blackout";
    blackout.position = item.position();
    blackouts_.push_back(std::move(blackout));
  }
}

IntervalSet CallingCalendar::WindowTime(Interval range) const {
  if (range.empty()) return {};
  // Yesterday's window may reach into today, and a clock that was put back by a day shows yesterday again.
  const int first = DayNumberOf(zone_.LocalAt(range.start).date) - 2;
  const int last = DayNumberOf(zone_.LocalAt(range.end).date) + 1;
  DayWindows days(zone_);
  std::vector<Interval> open;
  for (int day = first; day <= last; ++day) {
    const auto weekday = static_cast<std::size_t>(WeekdayOf(DateOfDayNumber(day)));
    for (const Window& window : windows_) {
      if (window.on_weekday[weekday]) days.Append(day, window.start_minute, window.end_minute, open);
    }
  }
  return Within(std::move(open), range);
}

void CallingCalendar::AddClosed(const WrittenBlackout& blackout, Interval range, std::vector<Interval>& closed) const {
  const auto add_day = [&](Date date) {
    const Interval day{zone_.StartOfDay(date), zone_.StartOfDay(AddDays(date, 1))};
    if (day.start < range.end && range.start < day.end) closed.push_back(day);
  };
  if (blackout.date) add_day(*blackout.date);
  if (!blackout.annual.empty()) {
    const int last = zone_.LocalAt(range.end).date.year;
    for (int year = zone_.LocalAt(range.start).date.year; year <= last; ++year) {
      // 02-29 exists in leap years only.
      if (const auto date = ParseDate(fmt::format("{:04}-{}", year, blackout.annual))) add_day(*date);
    }
  }
  if (blackout.stretch) closed.push_back(*blackout.stretch);
}

IntervalSet CallingCalendar::ClosedBy(const WrittenBlackout& blackout, Interval range) const {
  std::vector<Interval> closed;
  AddClosed(blackout, range, closed);
  return Within(std::move(closed), range);
}

IntervalSet CallingCalendar::BlackoutTime(Interval range) const {
  if (range.empty()) return {};
  std::vector<Interval> closed;
  for (const WrittenBlackout& blackout : blackouts_) AddClosed(blackout, range, closed);
  return Within(std::move(closed), range);
}

IntervalSet CallingCalendar::ForbiddenBy(const RulePack& pack, Interval range) const {
  IntervalSet forbidden;
  for (const Zone& zone : called_zones_) forbidden = Union(forbidden, ForbiddenTime(pack, zone, range));
  return forbidden;
}

IntervalSet CallingCalendar::WrittenTime(Interval range) const {
  return Difference(WindowTime(range), BlackoutTime(range));
}

IntervalSet CallingCalendar::Permitted(Interval range) const {
  if (range.empty()) return {};
  IntervalSet permitted = WrittenTime(range);
  if (!clip_) return permitted;
  for (const RulePack* pack : jurisdictions_) permitted = Difference(permitted, ForbiddenBy(*pack, range));
  return permitted;
}

IntervalSet CalendarPermitted(const Value& calendar, Interval range) {
  const auto read = CallingCalendar::Read(calendar);
  return read ? read->Permitted(range) : IntervalSet();
}

}  // namespace cxctl
