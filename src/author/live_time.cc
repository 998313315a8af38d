#include "author/live_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "calendar/holidays.h"

namespace cxctl {

namespace {

constexpr int kMinutesPerDay = 1440;
constexpr std::int64_t kMicrosPerMinute = 60'000'000;
constexpr std::chrono::days kLongestFolded(36'525);

const Value& ListOf(const Value& schedule, std::string_view name) {
  static const Value kNone = Value::Array({});
  const Value* list = schedule.Find(name);
  return list && list->is_array() ? *list : kNone;
}

IntervalSet TimeOf(const std::vector<Blackout>& blackouts, const std::function<bool(const Blackout&)>& wanted) {
  std::vector<Interval> time;
  for (const Blackout& each : blackouts) {
    if (wanted(each)) time.push_back(each.interval);
  }
  return IntervalSet(std::move(time));
}

int EndOf(const DailyWindow& window) {
  return window.end_minute > window.start_minute ? window.end_minute : window.end_minute + kMinutesPerDay;
}

class WeekReader {
 public:
  WeekReader(const LiveTime& calling, const std::set<std::string, std::less<>>& recurring)
      : calling_(calling), zone_(calling.windows.front().zone) {
    const auto is_closed = [](const Blackout& each) { return each.reason.starts_with(kClosed); };
    closed_ = TimeOf(calling.blackouts, is_closed);
    other_ = TimeOf(calling.blackouts,
                    [&](const Blackout& each) { return !is_closed(each) && !recurring.contains(each.reason); });
  }

  Week Read(bool strictly) {
    Week week;
    const int first = DayNumberOf(zone_.LocalAt(calling_.range.start).date);
    const int last = DayNumberOf(zone_.LocalAt(calling_.range.end).date);
    for (int day = first; day <= last; ++day) {
      auto& known = week.at(static_cast<std::size_t>(WeekdayOf(DateOfDayNumber(day))));
      if (!known && IsTelling(day, strictly)) known = StretchesOf(day);
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
      days.Append(day, window.start_minute, EndOf(window), open);
    }
    return IntervalSet(std::move(open));
  }

  /// Whether nothing but its windows decides on the day: no change of the clock, no blackout of another sort, and
  /// with `strictly` all of it within the range.
  bool IsTelling(int day, bool strictly) const {
    const Interval span = Spanning(day);
    if (span.end - span.start != std::chrono::days(2)) return false;
    const IntervalSet open = OpenOf(day);
    if (!Intersection(open, other_).empty()) return false;
    return !strictly || Difference(open, IntervalSet({calling_.range})).empty();
  }

  std::vector<DayStretch> StretchesOf(int day) const {
    const Instant midnight = zone_.StartOfDay(DateOfDayNumber(day));
    std::vector<DayStretch> stretches;
    const IntervalSet open = Difference(OpenOf(day), closed_);
    for (const Interval& each : open.intervals()) {
      const auto minutes = [&](Instant at) { return static_cast<int>((at - midnight).count() / kMicrosPerMinute); };
      stretches.emplace_back(minutes(each.start), minutes(each.end));
    }
    return stretches;
  }

  const LiveTime& calling_;
  Zone zone_;
  IntervalSet closed_, other_;
};

bool StartsInside(const LiveTime& calling, const Blackout& blackout) {
  return IsPermitted(calling.windows, {}, blackout.interval.start) &&
         IsPermitted(calling.windows, {}, {blackout.interval.start.micros - 1});
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

}  // namespace

std::optional<LiveTime> ReadLiveTime(const Value& schedule) {
  const auto start = ParseDateTime(schedule.GetString("startTime"));
  const auto end = ParseDateTime(schedule.GetString("endTime"));
  if (!start || !end || !(start->instant < end->instant) || end->instant - start->instant > kLongestFolded)
    return std::nullopt;
  LiveTime calling{{start->instant, end->instant}, {}, {}};
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

std::set<ClosedTime> ClosedTimeOf(const std::vector<Blackout>& blackouts, const IntervalSet& open) {
  std::map<std::string, std::vector<Interval>> by_reason;
  for (const Blackout& each : blackouts) by_reason[each.reason].push_back(each.interval);
  std::set<ClosedTime> closed;
  for (auto& [reason, time] : by_reason) {
    const IntervalSet within = Intersection(IntervalSet(std::move(time)), open);
    for (const Interval& each : within.intervals()) closed.insert({reason, each});
  }
  return closed;
}

Week ReadWeek(const LiveTime& calling, const std::set<std::string, std::less<>>& recurring, bool strictly) {
  return WeekReader(calling, recurring).Read(strictly);
}

Value WeekValue(Arena& arena, const Week& week) {
  std::map<DayStretch, std::vector<int>> days_of;
  for (int weekday = 0; weekday < 7; ++weekday) {
    const auto& known = week.at(static_cast<std::size_t>(weekday));
    for (std::size_t i = 0; known && i < known->size(); ++i) days_of[(*known)[i]].push_back(weekday);
  }
  std::vector<std::pair<std::vector<int>, DayStretch>> ordered;
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

Value StretchValue(Arena& arena, const LiveTime& calling, const Blackout& blackout, const Zone& zone) {
  ObjectBuilder item(arena);
  item.Set("startTime", FormatLocal(zone, blackout.interval.start));
  item.Set("endTime", FormatLocal(zone, blackout.interval.end));
  item.Set("reason", blackout.reason);
  if (StartsInside(calling, blackout)) item.Set("allowMidWindow", true);
  return item.Build();
}

void AddBlackout(Arena& arena, const LiveTime& calling, const IntervalSet& open, const Blackout& blackout,
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

std::string FormatLocal(const Zone& zone, Instant instant) {
  const int offset = zone.OffsetSecondsAt(instant);
  std::string text = FormatUtc(instant + std::chrono::seconds(offset));
  if (offset % 60 != 0 || zone == Zone::Utc()) return FormatUtc(instant);
  text.pop_back();
  const int minutes = std::abs(offset) / 60;
  return fmt::format("{}{}{:02}:{:02}", text, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace cxctl
