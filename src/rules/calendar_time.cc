#include "rules/calendar_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "time/permitted_time.h"

namespace cxctl {

namespace {

constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// The local days that a range touches. Two days more at the start: yesterday's window may reach into today, and a
/// clock that was put back by a day shows yesterday again.
struct DaySpan {
  int first = 0, last = 0;

  DaySpan(const Zone& zone, Interval range)
      : first(DayNumberOf(zone.LocalAt(range.start).date) - 2), last(DayNumberOf(zone.LocalAt(range.end).date) + 1) {}
};

void AddWindow(const Zone& zone, const Value& window, const DaySpan& span, std::vector<Interval>& open) {
  const auto start = ParseTimeOfDay(window.GetString("startTime"), false);
  const auto end = ParseTimeOfDay(window.GetString("endTime"), true);
  const Value* days = window.Find("days");
  if (!start || !end || !days) return;
  const int behind = *end > *start ? *end : *end + 1440;
  const auto opens_on = [&](int weekday) {
    return std::ranges::any_of(
        days->items(), [&](const Value& day) { return day.as_string() == kDays[static_cast<std::size_t>(weekday)]; });
  };
  for (int day = span.first; day <= span.last; ++day) {
    const Date date = DateOfDayNumber(day);
    if (!opens_on(WeekdayOf(date))) continue;
    const IntervalSet stretch = WindowOfDay(zone, date, *start, behind);
    open.insert(open.end(), stretch.intervals().begin(), stretch.intervals().end());
  }
}

void AddDay(const Zone& zone, std::string_view text, std::vector<Interval>& closed) {
  if (const auto date = ParseDate(text)) closed.push_back({zone.StartOfDay(*date), zone.StartOfDay(AddDays(*date, 1))});
}

void AddBlackout(const Zone& zone, const Value& blackout, const DaySpan& span, std::vector<Interval>& closed) {
  AddDay(zone, blackout.GetString("date"), closed);
  if (const std::string_view annual = blackout.GetString("annual"); !annual.empty()) {
    for (int year = DateOfDayNumber(span.first).year; year <= DateOfDayNumber(span.last).year; ++year) {
      AddDay(zone, fmt::format("{:04}-{}", year, annual), closed);
    }
  }
  const auto start = ParseDateTime(blackout.GetString("startTime"));
  const auto end = ParseDateTime(blackout.GetString("endTime"));
  if (start && end) closed.push_back({start->instant, end->instant});
}

}  // namespace

IntervalSet CalendarPermitted(const Value& calendar, Interval range) {
  const auto zone = Zone::Load(calendar.GetString("timeZone"));
  const Value* windows = calendar.Find("windows");
  if (!zone || !windows || range.empty()) return {};
  const DaySpan span(*zone, range);
  std::vector<Interval> open, closed;
  for (const Value& window : windows->items()) AddWindow(*zone, window, span, open);
  if (const Value* blackouts = calendar.Find("blackouts")) {
    for (const Value& blackout : blackouts->items()) AddBlackout(*zone, blackout, span, closed);
  }
  return Difference(Intersection(IntervalSet(std::move(open)), IntervalSet({range})), IntervalSet(std::move(closed)));
}

}  // namespace cxctl
