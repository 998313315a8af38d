#include "calendar/compile.h"

#include <fmt/format.h>

#include <array>

namespace cxctl {

namespace {

constexpr int kMinutesPerDay = 1440;

std::vector<DailyWindow> DailyWindows(const CallingCalendar& calendar) {
  std::vector<DailyWindow> daily;
  for (const CallingCalendar::Window& window : calendar.windows())
    daily.push_back({window.start_minute, window.end_minute % kMinutesPerDay, calendar.zone(), true});
  return CanonicalWindows(std::move(daily));
}

class Compilation {
 public:
  Compilation(const CallingCalendar& calendar, Interval range) : calendar_(calendar), range_(range) {}

  CompiledCalendar Compile() {
    windows_ = DailyWindows(calendar_);
    const IntervalSet blackouts = calendar_.BlackoutTime(range_);
    std::vector<std::pair<const RulePack*, IntervalSet>> forbidden;
    IntervalSet permitted = Difference(calendar_.WindowTime(range_), blackouts);
    if (calendar_.clip()) {
      for (const RulePack* pack : calendar_.jurisdictions()) {
        forbidden.emplace_back(pack, calendar_.ForbiddenBy(*pack, range_));
        permitted = Difference(permitted, forbidden.back().second);
      }
    }
    rest_ = Difference(PermittedTime(windows_, {}, range_), permitted);
    AddWritten(blackouts);
    for (const auto& [pack, time] : forbidden) Take(time, pack->name);
    AddClosedDays();
    return {std::move(windows_), CanonicalBlackouts(std::move(blackouts_))};
  }

 private:
  /// What is left of the closed time and lies in the set is closed for that reason.
  void Take(const IntervalSet& closed, const std::string& reason) {
    const IntervalSet taken = Intersection(rest_, closed);
    for (const Interval& each : taken.intervals()) blackouts_.push_back({each, reason});
    rest_ = Difference(rest_, taken);
  }

  void AddWritten(const IntervalSet& blackouts) {
    // Few stretches lie in any blackout, so that it is these that are walked through for each.
    const IntervalSet others = Difference(rest_, blackouts);
    rest_ = Difference(rest_, others);
    for (const CallingCalendar::WrittenBlackout& blackout : calendar_.blackouts())
      Take(calendar_.ClosedBy(blackout, range_), blackout.reason);
    rest_ = others;
  }

  /// What nothing but the windows' days closes, by the day on which the daily window began.
  void AddClosedDays() {
    if (rest_.empty()) return;
    std::array<std::vector<Interval>, 7> by_weekday;
    const Zone& zone = calendar_.zone();
    const int first = DayNumberOf(zone.LocalAt(range_.start).date) - 2;
    const int last = DayNumberOf(zone.LocalAt(range_.end).date) + 1;
    DayWindows days(zone);
    for (int day = first; day <= last; ++day) {
      std::vector<Interval>& stretches = by_weekday.at(static_cast<std::size_t>(WeekdayOf(DateOfDayNumber(day))));
      for (const DailyWindow& window : windows_) {
        const int end =
            window.end_minute > window.start_minute ? window.end_minute : window.end_minute + kMinutesPerDay;
        days.Append(day, window.start_minute, end, stretches);
      }
    }
    for (int weekday = 0; weekday < 7; ++weekday)
      Take(IntervalSet(std::move(by_weekday.at(static_cast<std::size_t>(weekday)))),
           fmt::format("closed: {}", WeekdayWord(weekday)));
  }

  const CallingCalendar& calendar_;
  Interval range_;
  std::vector<DailyWindow> windows_;
  IntervalSet rest_;
  std::vector<Blackout> blackouts_;
};

}  // namespace

CompiledCalendar CompileCalendar(const CallingCalendar& calendar, Interval range) {
  return Compilation(calendar, range).Compile();
}

}  // namespace cxctl
