#include "author/fold_calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "calendar/compile.h"
#include "calendar/holidays.h"
#include "plan/content.h"
#include "time/permitted_time.h"

namespace cxctl {

namespace {

constexpr int kMinutesPerDay = 1440;
constexpr std::int64_t kMicrosPerMinute = 60'000'000;
constexpr std::string_view kClosed = "closed: ";
constexpr std::chrono::days kLongestFolded(36'525);

/// A schedule's calling time, read.
struct Calling {
  Interval range;
  std::vector<DailyWindow> windows;
  std::vector<Blackout> blackouts;

  IntervalSet Open() const { return PermittedTime(windows, {}, range); }
};

const Value& ListOf(const Value& schedule, std::string_view name) {
  static const Value kNone = Value::Array({});
  const Value* list = schedule.Find(name);
  return list && list->is_array() ? *list : kNone;
}

std::optional<Calling> ReadCalling(const Value& schedule) {
  const auto start = ParseDateTime(schedule.GetString("startTime"));
  const auto end = ParseDateTime(schedule.GetString("endTime"));
  if (!start || !end || !(start->instant < end->instant) || end->instant - start->instant > kLongestFolded)
    return std::nullopt;
  Calling calling{{start->instant, end->instant}, {}, {}};
  for (const Value& item : ListOf(schedule, "regulatoryWindows").items()) {
    const auto from = ParseTimeOfDay(item.GetString("startTime"), false);
    const auto to = ParseTimeOfDay(item.GetString("endTime"), true);
    const auto zone = Zone::Load(item.GetString("timeZone"));
    const Value* enabled = item.Find("enabled");
    if (!from || !to || !zone || (enabled && !enabled->as_bool())) return std::nullopt;
    calling.windows.push_back({*from, *to % kMinutesPerDay, *zone, true});
  }
  for (const Value& item : ListOf(schedule, "blackoutPeriods").items()) {
    const auto from = ParseDateTime(item.GetString("startTime"));
    const auto to = ParseDateTime(item.GetString("endTime"));
    if (!from || !to) return std::nullopt;
    calling.blackouts.push_back({{from->instant, to->instant}, std::string(item.GetString("reason"))});
  }
  return calling;
}

IntervalSet TimeOf(const std::vector<Blackout>& blackouts, bool closed) {
  std::vector<Interval> time;
  for (const Blackout& each : blackouts) {
    if (each.reason.starts_with(kClosed) == closed) time.push_back(each.interval);
  }
  return IntervalSet(std::move(time));
}

using Stretch = std::pair<int, int>;  ///< Minutes since the midnight of the day on which it begins.

/// Reads, from days without blackouts of their own, when each weekday is open.
class WeekReader {
 public:
  explicit WeekReader(const Calling& calling)
      : calling_(calling),
        zone_(calling.windows.front().zone),
        closed_(TimeOf(calling.blackouts, true)),
        other_(TimeOf(calling.blackouts, false)) {}

  std::array<std::vector<Stretch>, 7> Read() {
    std::array<std::vector<Stretch>, 7> week;
    std::array<bool, 7> known{};
    const int first = DayNumberOf(zone_.LocalAt(calling_.range.start).date);
    const int last = DayNumberOf(zone_.LocalAt(calling_.range.end).date);
    for (const bool strict : {true, false}) {
      for (int day = first; day <= last; ++day) {
        const auto weekday = static_cast<std::size_t>(WeekdayOf(DateOfDayNumber(day)));
        if (!known[weekday] && IsTelling(day, strict)) {
          week[weekday] = StretchesOf(day);
          known[weekday] = true;
        }
      }
    }
    for (std::size_t weekday = 0; weekday < 7; ++weekday) {
      if (!known[weekday]) week[weekday] = Daily();
    }
    return week;
  }

 private:
  Interval Spanning(int day) const {
    return {zone_.StartOfDay(DateOfDayNumber(day)), zone_.StartOfDay(DateOfDayNumber(day + 2))};
  }

  IntervalSet OpenOf(int day) const {
    std::vector<Interval> open;
    DayWindows days(zone_);
    for (const DailyWindow& window : calling_.windows) {
      const int end = window.end_minute > window.start_minute ? window.end_minute : window.end_minute + kMinutesPerDay;
      days.Append(day, window.start_minute, end, open);
    }
    return IntervalSet(std::move(open));
  }

  /// Whether nothing but its windows decides on the day: no change of the clock, no blackout of another sort, and
  /// (strictly) all of it within the range.
  bool IsTelling(int day, bool strict) const {
    const Interval span = Spanning(day);
    if (span.end - span.start != std::chrono::days(2)) return false;
    const IntervalSet open = OpenOf(day);
    if (!Intersection(open, other_).empty()) return false;
    return !strict || Difference(open, IntervalSet({calling_.range})).empty();
  }

  std::vector<Stretch> StretchesOf(int day) const {
    const Instant midnight = zone_.StartOfDay(DateOfDayNumber(day));
    std::vector<Stretch> stretches;
    const IntervalSet open = Difference(OpenOf(day), closed_);
    for (const Interval& each : open.intervals()) {
      const auto minutes = [&](Instant at) { return static_cast<int>((at - midnight).count() / kMicrosPerMinute); };
      stretches.emplace_back(minutes(each.start), minutes(each.end));
    }
    return stretches;
  }

  std::vector<Stretch> Daily() const {
    std::vector<Stretch> daily;
    for (const DailyWindow& window : calling_.windows) {
      const int end = window.end_minute > window.start_minute ? window.end_minute : window.end_minute + kMinutesPerDay;
      daily.emplace_back(window.start_minute, end);
    }
    return daily;
  }

  const Calling& calling_;
  Zone zone_;
  IntervalSet closed_, other_;
};

Value WindowsOf(Arena& arena, const std::array<std::vector<Stretch>, 7>& week) {
  std::map<Stretch, std::vector<int>> days_of;
  for (int weekday = 0; weekday < 7; ++weekday) {
    for (const Stretch& stretch : week[static_cast<std::size_t>(weekday)]) days_of[stretch].push_back(weekday);
  }
  std::vector<std::pair<std::vector<int>, Stretch>> ordered;
  for (const auto& [stretch, days] : days_of) ordered.emplace_back(days, stretch);
  std::ranges::sort(ordered);
  ArrayBuilder windows(arena);
  for (const auto& [days, stretch] : ordered) {
    ArrayBuilder names(arena);
    for (int day : days) names.Add(WeekdayWord(day));
    const int end = stretch.second > kMinutesPerDay ? stretch.second - kMinutesPerDay : stretch.second;
    windows.Add(ObjectBuilder(arena)
                    .Set("days", names.Build())
                    .Set("startTime", FormatTimeOfDay(stretch.first))
                    .Set("endTime", FormatTimeOfDay(end))
                    .Build());
  }
  return windows.Build();
}

bool StartsInside(const Calling& calling, const Blackout& blackout) {
  return IsPermitted(calling.windows, {}, blackout.interval.start) &&
         IsPermitted(calling.windows, {}, {blackout.interval.start.micros - 1});
}

Value StretchValue(Arena& arena, const Calling& calling, const Blackout& blackout, const Zone& zone) {
  ObjectBuilder item(arena);
  item.Set("startTime", FormatLocal(zone, blackout.interval.start));
  item.Set("endTime", FormatLocal(zone, blackout.interval.end));
  item.Set("reason", blackout.reason);
  if (StartsInside(calling, blackout)) item.Set("allowMidWindow", true);
  return item.Build();
}

/// The local days whose calling time the blackout closes, if it closes whole days and no more than a few.
std::vector<Date> WholeDays(const IntervalSet& open, const Blackout& blackout, const Zone& zone) {
  constexpr int kMostDays = 3;
  const int first = DayNumberOf(zone.LocalAt(blackout.interval.start).date);
  const int last = DayNumberOf(zone.LocalAt({blackout.interval.end.micros - 1}).date);
  if (last - first >= kMostDays) return {};
  std::vector<Date> days;
  for (int day = first; day <= last; ++day) {
    const Interval whole{zone.StartOfDay(DateOfDayNumber(day)), zone.StartOfDay(DateOfDayNumber(day + 1))};
    const IntervalSet within = Intersection(open, IntervalSet({whole}));
    if (!Difference(within, IntervalSet({blackout.interval})).empty()) return {};
    if (!within.empty()) days.push_back(DateOfDayNumber(day));
  }
  return days;
}

void AddBlackout(Arena& arena, const Calling& calling, const IntervalSet& open, const Blackout& blackout,
                 const Zone& zone, ArrayBuilder& items) {
  const std::vector<Date> days = WholeDays(open, blackout, zone);
  for (const Date& day : days) {
    ObjectBuilder item(arena);
    item.Set("date", FormatDate(day));
    if (!blackout.reason.empty()) item.Set("reason", blackout.reason);
    items.Add(item.Build());
  }
  if (days.empty()) items.Add(StretchValue(arena, calling, blackout, zone));
}

/// A stretch of calling time that is closed, and why.
struct Closed {
  std::string reason;
  Interval interval;
  friend auto operator<=>(const Closed&, const Closed&) = default;
};

std::set<Closed> ClosedTime(const std::vector<Blackout>& blackouts, const IntervalSet& open) {
  std::map<std::string, std::vector<Interval>> by_reason;
  for (const Blackout& each : blackouts) by_reason[each.reason].push_back(each.interval);
  std::set<Closed> closed;
  for (auto& [reason, time] : by_reason) {
    const IntervalSet within = Intersection(IntervalSet(std::move(time)), open);
    for (const Interval& each : within.intervals()) closed.insert({reason, each});
  }
  return closed;
}

Value WithWindows(Arena& arena, const Value& calendar, const std::vector<DailyWindow>& before,
                  const std::vector<DailyWindow>& after) {
  if (before.size() != after.size() || !calendar.Find("windows")) return calendar;
  ArrayBuilder windows(arena);
  for (const Value& item : calendar.Find("windows")->items()) {
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

Value WithBlackouts(Arena& arena, const Value& calendar, const Calling& live) {
  const auto read = CallingCalendar::Read(calendar);
  if (!read) return calendar;
  const IntervalSet open = live.Open();
  const std::set<Closed> wanted = ClosedTime(live.blackouts, open);
  const std::set<Closed> compiled = ClosedTime(CompileCalendar(*read, live.range).blackouts, open);
  std::vector<Blackout> gone, fresh;
  for (const Closed& each : compiled) {
    if (!wanted.contains(each)) gone.push_back({each.interval, each.reason});
  }
  for (const Closed& each : wanted) {
    if (!compiled.contains(each)) fresh.push_back({each.interval, each.reason});
  }
  ArrayBuilder items(arena);
  const Value& written = ListOf(calendar, "blackouts");
  for (std::size_t i = 0; i < written.items().size(); ++i) {
    const auto& blackout = read->blackouts()[i];
    const IntervalSet closes = Intersection(read->ClosedBy(blackout, live.range), open);
    if (const auto reason = TakeOtherReason(closes, fresh)) {
      items.Add(ObjectBuilder(arena, written.items()[i]).Set("reason", *reason).Build());
      continue;
    }
    const bool is_gone = std::ranges::any_of(gone, [&](const Blackout& each) {
      return each.reason == blackout.reason && !Intersection(closes, IntervalSet({each.interval})).empty();
    });
    if (!is_gone) items.Add(written.items()[i]);
  }
  std::set<Closed> added;
  for (const Blackout& each : fresh) {
    // As it was written on the tenant, not what of it falls into the windows.
    const auto whole = std::ranges::find_if(live.blackouts, [&](const Blackout& blackout) {
      return blackout.reason == each.reason && blackout.interval.start <= each.interval.start &&
             each.interval.end <= blackout.interval.end;
    });
    const Blackout& blackout = whole == live.blackouts.end() ? each : *whole;
    if (added.insert({blackout.reason, blackout.interval}).second)
      AddBlackout(arena, live, open, blackout, read->zone(), items);
  }
  ObjectBuilder changed(arena, calendar);
  if (items.size() > 0 || calendar.Find("blackouts")) changed.Set("blackouts", items.Build());
  return changed.Build();
}

}  // namespace

bool CompilesTo(Arena& arena, const Value& calendar, const Value& schedule) {
  const auto calling = ReadCalling(schedule);
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
  const auto calling = ReadCalling(schedule);
  if (!calling || calling->windows.empty()) return std::nullopt;
  const Zone& zone = calling->windows.front().zone;
  if (!std::ranges::all_of(calling->windows, [&](const DailyWindow& each) { return each.zone == zone; }))
    return std::nullopt;
  const IntervalSet open = calling->Open();
  ArrayBuilder blackouts(arena);
  for (const Blackout& each : calling->blackouts) {
    if (!each.reason.starts_with(kClosed)) AddBlackout(arena, *calling, open, each, zone, blackouts);
  }
  const Value windows = WindowsOf(arena, WeekReader(*calling).Read());
  if (windows.items().empty()) return std::nullopt;
  ObjectBuilder spec(arena);
  spec.Set("timeZone", zone.name()).Set("windows", windows);
  if (blackouts.size() > 0) spec.Set("blackouts", blackouts.Build());
  const Value calendar = spec.Build();
  return CompilesTo(arena, calendar, schedule) ? std::optional(calendar) : std::nullopt;
}

std::optional<Value> AdjustCalendar(Arena& arena, const Value& calendar, const Value& schedule) {
  if (CompilesTo(arena, calendar, schedule)) return calendar;
  const auto live = ReadCalling(schedule);
  const auto read = CallingCalendar::Read(calendar);
  if (!live || !read) return std::nullopt;
  const CompiledCalendar compiled = CompileCalendar(*read, live->range);
  const Value with_windows = WithWindows(arena, calendar, compiled.windows, live->windows);
  const Value adjusted = WithBlackouts(arena, with_windows, *live);
  if (CompilesTo(arena, adjusted, schedule)) return adjusted;
  const auto folded = FoldCalendar(arena, schedule);
  if (!folded || Zone::Load(folded->GetString("timeZone")) != read->zone()) return std::nullopt;
  ObjectBuilder whole(arena, calendar);
  whole.Set("windows", *folded->Find("windows")).Remove("blackouts");
  if (const Value* blackouts = folded->Find("blackouts")) whole.Set("blackouts", *blackouts);
  const Value replaced = whole.Build();
  return CompilesTo(arena, replaced, schedule) ? std::optional(replaced) : std::nullopt;
}

std::string FormatLocal(const Zone& zone, Instant instant) {
  const int offset = zone.OffsetSecondsAt(instant);
  std::string text = FormatUtc(instant + std::chrono::seconds(offset));
  if (offset % 60 != 0 || zone == Zone::Utc()) return FormatUtc(instant);
  text.pop_back();
  const int minutes = std::abs(offset) / 60;
  return fmt::format("{}{}{:02}:{:02}", text, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

Value WrittenBlackouts(Arena& arena, const Value& schedule, const Zone& zone) {
  const auto calling = ReadCalling(schedule);
  if (!calling) return ListOf(schedule, "blackoutPeriods");
  ArrayBuilder items(arena);
  for (const Blackout& each : calling->blackouts) items.Add(StretchValue(arena, *calling, each, zone));
  return items.Build();
}

}  // namespace cxctl
