#include "author/adjust_calendar.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "author/aligned_items.h"
#include "author/fold_calendar.h"
#include "author/live_time.h"
#include "calendar/compile.h"
#include "calendar/holidays.h"

namespace cxctl {

namespace {

constexpr int kMinutesPerDay = 1440;

/// From the first to the last local day that the interval touches.
Interval WholeDays(const Interval& interval, const Zone& zone) {
  const Date last = zone.LocalAt({interval.end.micros - 1}).date;
  return {zone.StartOfDay(zone.LocalAt(interval.start).date), zone.StartOfDay(AddDays(last, 1))};
}

const Value& ListOf(const Value& calendar, std::string_view name) {
  static const Value kNone = Value::Array({});
  const Value* list = calendar.Find(name);
  return list && list->is_array() ? *list : kNone;
}

bool Equals(const Value& a, const Value& b) {
  return a == b;
}

/// The same windows with another start or end of the day.
Value WithHours(Arena& arena, const Value& calendar, const std::vector<DailyWindow>& before,
                const std::vector<DailyWindow>& after) {
  if (before.size() != after.size()) return calendar;
  ArrayBuilder windows(arena);
  for (const Value& item : ListOf(calendar, "windows").items()) {
    Value changed = item;
    const auto start = ParseTimeOfDay(item.GetString("startTime"), false);
    const auto end = ParseTimeOfDay(item.GetString("endTime"), true);
    for (std::size_t i = 0; i < before.size() && start && end; ++i) {
      if (*start != before[i].start_minute || *end % kMinutesPerDay != before[i].end_minute) continue;
      ObjectBuilder with(arena, item);
      if (before[i].start_minute != after[i].start_minute)
        with.Set("startTime", FormatTimeOfDay(after[i].start_minute));
      if (before[i].end_minute != after[i].end_minute)
        with.Set("endTime", FormatTimeOfDay(after[i].end_minute == 0 ? kMinutesPerDay : after[i].end_minute));
      changed = with.Build();
      break;
    }
    windows.Add(changed);
  }
  return ObjectBuilder(arena, calendar).Set("windows", windows.Build()).Build();
}

/// When the windows are open on a weekday.
std::vector<DayStretch> HoursOf(const std::vector<CallingCalendar::Window>& windows, std::size_t weekday) {
  std::vector<Interval> minutes;
  for (const CallingCalendar::Window& window : windows) {
    if (window.on_weekday.at(weekday)) minutes.push_back({{window.start_minute}, {window.end_minute}});
  }
  std::vector<DayStretch> hours;
  const IntervalSet merged(std::move(minutes));
  for (const Interval& each : merged.intervals())
    hours.emplace_back(static_cast<int>(each.start.micros), static_cast<int>(each.end.micros));
  return hours;
}

/// Takes the hours of some weekdays into a calendar's windows. Windows of other weekdays stay as they are written.
class WeekEdit {
 public:
  explicit WeekEdit(const CallingCalendar& calendar) : windows_(calendar.windows()) {}

  void Take(std::size_t weekday, const std::vector<DayStretch>& wanted) {
    if (HoursOf(windows_, weekday) == wanted) return;
    std::vector<DayStretch> missing = wanted;
    for (CallingCalendar::Window& window : windows_) {
      bool& on = window.on_weekday.at(weekday);
      on = on && std::erase(missing, DayStretch(window.start_minute, window.end_minute)) > 0;
    }
    for (const DayStretch& stretch : missing) {
      const auto same = std::ranges::find_if(windows_, [&](const CallingCalendar::Window& window) {
        return DayStretch(window.start_minute, window.end_minute) == stretch;
      });
      if (same != windows_.end()) {
        same->on_weekday.at(weekday) = true;
      } else {
        if (!fresh_.at(weekday)) fresh_.at(weekday).emplace();
        fresh_.at(weekday)->push_back(stretch);
      }
    }
  }

  Value Windows(Arena& arena, const CallingCalendar& calendar, const Value& written) const {
    ArrayBuilder windows(arena);
    for (std::size_t i = 0; i < windows_.size(); ++i) {
      const Value& item = written.items()[windows_[i].item];
      if (windows_[i].on_weekday == calendar.windows()[i].on_weekday) {
        windows.Add(item);
      } else if (std::ranges::find(windows_[i].on_weekday, true) != windows_[i].on_weekday.end()) {
        windows.Add(ObjectBuilder(arena, item).Set("days", DaysOf(arena, windows_[i])).Build());
      }
    }
    const Value fresh = WeekValue(arena, fresh_);
    for (const Value& item : fresh.items()) windows.Add(item);
    return AlignedItems(arena, windows.Build(), written, Equals);
  }

 private:
  static Value DaysOf(Arena& arena, const CallingCalendar::Window& window) {
    ArrayBuilder days(arena);
    for (int weekday = 0; weekday < 7; ++weekday) {
      if (window.on_weekday.at(static_cast<std::size_t>(weekday))) days.Add(WeekdayWord(weekday));
    }
    return days.Build();
  }

  std::vector<CallingCalendar::Window> windows_;
  Week fresh_;
};

/// With the hours that the schedule's own days tell of each weekday.
Value WithWeek(Arena& arena, const Value& calendar, const CallingCalendar& read, const LiveTime& live) {
  const auto in_zone = [&](const DailyWindow& window) { return window.zone == read.zone(); };
  if (live.windows.empty() || !std::ranges::all_of(live.windows, in_zone)) return calendar;
  std::set<std::string, std::less<>> packs;
  for (const RulePack* pack : read.jurisdictions()) packs.insert(pack->name);
  const Week told = ReadWeek(live, packs, true);
  WeekEdit edit(read);
  for (std::size_t weekday = 0; weekday < told.size(); ++weekday) {
    if (told.at(weekday)) edit.Take(weekday, *told.at(weekday));
  }
  const Value windows = edit.Windows(arena, read, ListOf(calendar, "windows"));
  return windows.items().empty() ? calendar : ObjectBuilder(arena, calendar).Set("windows", windows).Build();
}

/// Where exactly that time is closed for another reason now: the reason, and it is no longer fresh.
std::optional<std::string> TakeOtherReason(const IntervalSet& closes, std::vector<Blackout>& fresh) {
  if (closes.empty()) return std::nullopt;
  std::optional<std::string> reason;
  for (const Interval& each : closes.intervals()) {
    const auto found = std::ranges::find(fresh, each, &Blackout::interval);
    if (found == fresh.end() || (reason && *reason != found->reason)) return std::nullopt;
    reason = found->reason;
  }
  std::erase_if(fresh, [&](const Blackout& each) {
    return each.reason == *reason && std::ranges::find(closes.intervals(), each.interval) != closes.intervals().end();
  });
  return reason;
}

/// Takes what the schedule has closed into a calendar's blackouts.
class BlackoutEdit {
 public:
  /// `closed_days`: closures for the reason of a compiled one become blackouts, too.
  BlackoutEdit(Arena& arena, const CallingCalendar& calendar, const LiveTime& live, bool closed_days)
      : arena_(arena), calendar_(calendar), live_(live), open_(live.Open()) {
    const std::set<ClosedTime> wanted = ClosedTimeOf(live.blackouts, open_);
    const std::set<ClosedTime> compiled = ClosedTimeOf(CompileCalendar(calendar, live.range).blackouts, open_);
    for (const ClosedTime& each : compiled) {
      if (!wanted.contains(each)) gone_.push_back({each.interval, each.reason});
    }
    for (const ClosedTime& each : wanted) {
      if (!compiled.contains(each) && (closed_days || !each.reason.starts_with(kClosed)))
        fresh_.push_back({each.interval, each.reason});
    }
  }

  Value Blackouts(const Value& written) {
    ArrayBuilder items(arena_);
    for (std::size_t i = 0; i < written.items().size(); ++i) {
      const auto& blackout = calendar_.blackouts()[i];
      const IntervalSet closes = Intersection(calendar_.ClosedBy(blackout, live_.range), open_);
      if (const auto reason = TakeOtherReason(closes, fresh_)) {
        items.Add(ObjectBuilder(arena_, written.items()[i]).Set("reason", *reason).Build());
      } else if (!IsGone(blackout.reason, closes)) {
        items.Add(written.items()[i]);
      }
    }
    AddFresh(items);
    return AlignedItems(arena_, items.Build(), written, Equals);
  }

 private:
  bool IsGone(const std::string& reason, const IntervalSet& closes) const {
    return std::ranges::any_of(gone_, [&](const Blackout& each) {
      return each.reason == reason && !Intersection(closes, IntervalSet({each.interval})).empty();
    });
  }

  void AddFresh(ArrayBuilder& items) const {
    const Interval days = WholeDays(live_.range, calendar_.zone());
    std::set<ClosedTime> added;
    for (const Blackout& each : fresh_) {
      Blackout blackout = AsWritten(each);
      blackout.interval = {std::max(blackout.interval.start, days.start), std::min(blackout.interval.end, days.end)};
      if (added.insert({blackout.reason, blackout.interval}).second)
        AddBlackout(arena_, live_, open_, blackout, calendar_.zone(), items);
    }
  }

  /// As it was written on the tenant, not what of it falls into the windows.
  Blackout AsWritten(const Blackout& closed) const {
    const auto whole = std::ranges::find_if(live_.blackouts, [&](const Blackout& blackout) {
      return blackout.reason == closed.reason && blackout.interval.start <= closed.interval.start &&
             closed.interval.end <= blackout.interval.end;
    });
    return whole == live_.blackouts.end() ? closed : *whole;
  }

  Arena& arena_;
  const CallingCalendar& calendar_;
  const LiveTime& live_;
  IntervalSet open_;
  std::vector<Blackout> gone_, fresh_;
};

Value WithBlackouts(Arena& arena, const Value& calendar, const LiveTime& live, bool closed_days) {
  const auto read = CallingCalendar::Read(calendar);
  if (!read) return calendar;
  const Value blackouts = BlackoutEdit(arena, *read, live, closed_days).Blackouts(ListOf(calendar, "blackouts"));
  ObjectBuilder changed(arena, calendar);
  if (!blackouts.items().empty() || calendar.Find("blackouts")) changed.Set("blackouts", blackouts);
  return changed.Build();
}

/// Whether the hours are the same on weekdays that the range never has.
bool KeepsOtherWeekdays(const CallingCalendar& before, const Value& after, const Interval& range) {
  const auto read = CallingCalendar::Read(after);
  if (!read) return false;
  std::array<bool, 7> has{};
  const Interval days = WholeDays(range, before.zone());
  const int first = DayNumberOf(before.zone().LocalAt(days.start).date);
  const int last = DayNumberOf(before.zone().LocalAt({days.end.micros - 1}).date);
  for (int day = first; day <= std::min(last, first + 6); ++day)
    has.at(static_cast<std::size_t>(WeekdayOf(DateOfDayNumber(day)))) = true;
  for (std::size_t weekday = 0; weekday < has.size(); ++weekday) {
    if (!has.at(weekday) && HoursOf(before.windows(), weekday) != HoursOf(read->windows(), weekday)) return false;
  }
  return true;
}

/// What comes again each year, on 29 February too, comes in so many days.
constexpr std::chrono::days kYearsAround(366 * 9);

Interval HullOf(const IntervalSet& ranges) {
  return {ranges.intervals().front().start, ranges.intervals().back().end};
}

Interval Around(const Interval& interval) {
  return {interval.start - kYearsAround, interval.end + kYearsAround};
}

/// The interval, extended by what the calendar's blackouts name.
Interval WithDates(Interval interval, const CallingCalendar& calendar) {
  const auto extend = [&](const Interval& other) {
    interval = {std::min(interval.start, other.start), std::max(interval.end, other.end)};
  };
  const Zone& zone = calendar.zone();
  for (const CallingCalendar::WrittenBlackout& blackout : calendar.blackouts()) {
    if (blackout.date) extend({zone.StartOfDay(*blackout.date), zone.StartOfDay(AddDays(*blackout.date, 1))});
    if (blackout.stretch) extend(*blackout.stretch);
  }
  return interval;
}

IntervalSet DaysOf(const IntervalSet& ranges, const Zone& zone) {
  std::vector<Interval> days;
  for (const Interval& each : ranges.intervals()) days.push_back(WholeDays(each, zone));
  return IntervalSet(std::move(days));
}

}  // namespace

std::optional<Value> AdjustCalendar(Arena& arena, const Value& calendar, const Value& schedule) {
  if (CompilesTo(arena, calendar, schedule)) return calendar;
  const auto live = ReadLiveTime(schedule);
  const auto read = CallingCalendar::Read(calendar);
  if (!live || !read) return std::nullopt;
  const CompiledCalendar compiled = CompileCalendar(*read, live->range);
  const Value hours = WithHours(arena, calendar, compiled.windows, live->windows);
  const Value week = WithWeek(arena, calendar, *read, *live);
  // Some days without calls are blackouts only where no week says the same.
  for (const bool closed_days : {false, true}) {
    for (const Value& windows : {hours, week}) {
      const Value adjusted = WithBlackouts(arena, windows, *live, closed_days);
      if (CompilesTo(arena, adjusted, schedule) && KeepsOtherWeekdays(*read, adjusted, live->range) &&
          CloseTheSameOutside(calendar, adjusted, IntervalSet({live->range})))
        return adjusted;
    }
  }
  return std::nullopt;
}

bool CloseTheSameOutside(const Value& before, const Value& after, const IntervalSet& ranges) {
  const auto was = CallingCalendar::Read(before), is = CallingCalendar::Read(after);
  if (!was || !is || ranges.empty()) return before == after;
  const IntervalSet days = DaysOf(ranges, was->zone());
  const Interval span = Around(WithDates(WithDates(HullOf(days), *was), *is));
  return Difference(was->BlackoutTime(span), days) == Difference(is->BlackoutTime(span), days);
}

bool PermitsNoMore(const Value& before, const Value& after, const IntervalSet& ranges) {
  const auto was = CallingCalendar::Read(before), is = CallingCalendar::Read(after);
  if (!was || !is || ranges.empty()) return before == after;
  const Interval span = Around(HullOf(ranges));
  return is->WrittenTime(span).IsSubsetOf(was->WrittenTime(span));
}

}  // namespace cxctl
