#include "calendar/calling_hours.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "base/strings.h"
#include "time/permitted_time.h"

namespace cxctl {

namespace {

constexpr std::size_t kShownOffences = 3;
constexpr std::size_t kShownDays = 3;
/// A weekday's days that differ from the others are closed one by one, unless there are so many of them.
constexpr std::size_t kMostExceptions = 20;

/// Stretches of a local day, in minutes from its midnight.
using MinuteSpans = std::vector<std::pair<int, int>>;

/// The time of a window on its days, within the ranges.
IntervalSet TimeOf(const WeeklyWindow& window, const IntervalSet& ranges) {
  std::vector<Interval> open;
  DayWindows days(window.zone);
  for (const Interval& range : ranges.intervals()) {
    const int first = DayNumberOf(window.zone.LocalAt(range.start).date) - 2;
    const int last = DayNumberOf(window.zone.LocalAt(range.end).date) + 1;
    for (int day = first; day <= last; ++day) {
      if (window.on_weekday[static_cast<std::size_t>(WeekdayOf(DateOfDayNumber(day)))])
        days.Append(day, window.start_minute, window.end_minute, open);
    }
  }
  return Intersection(IntervalSet(std::move(open)), ranges);
}

std::string SpanText(const std::pair<int, int>& span) {
  return fmt::format("{}-{}", FormatTimeOfDay(span.first % 1440),
                     FormatTimeOfDay(span.second > 1440 ? span.second - 1440 : span.second));
}

MinuteSpans Common(const MinuteSpans& a, const MinuteSpans& b) {
  MinuteSpans common;
  for (const auto& left : a) {
    for (const auto& right : b) {
      const int start = std::max(left.first, right.first), end = std::min(left.second, right.second);
      if (start < end) common.emplace_back(start, end);
    }
  }
  return common;
}

/// Finds the smallest change of one window after which none of its time is forbidden.
class Remedy {
 public:
  Remedy(const WeeklyWindow& window, const IntervalSet& closed, const IntervalSet& forbidden, bool may_drop_days)
      : window_(window), closed_(closed), forbidden_(forbidden), may_drop_days_(may_drop_days) {}

  std::string Find(const IntervalSet& ranges) {
    ReadDays(ranges);
    for (std::size_t weekday = 0; weekday < 7; ++weekday) Settle(weekday);
    if (!may_drop_days_) MakeDaily();
    return Text();
  }

 private:
  struct Day {
    Date date;
    MinuteSpans legal;  ///< Of the window.
    bool offends = false;
  };

  void ReadDays(const IntervalSet& ranges) {
    constexpr int kLongest = 800;  // two years tell what there is to tell
    int left = kLongest;
    for (const Interval& range : ranges.intervals()) {
      const int first = DayNumberOf(window_.zone.LocalAt(range.start).date) - 1;
      const int last = DayNumberOf(window_.zone.LocalAt(range.end).date);
      for (int day = first; day <= last && left-- > 0; ++day) ReadDay(DateOfDayNumber(day), range);
    }
  }

  void ReadDay(Date date, Interval range) {
    const auto weekday = static_cast<std::size_t>(WeekdayOf(date));
    if (!window_.on_weekday[weekday]) return;
    const IntervalSet stretch = WindowOfDay(window_.zone, date, window_.start_minute, window_.end_minute);
    if (stretch.empty()) return;
    const Interval hull{stretch.intervals().front().start, stretch.intervals().back().end};
    const IntervalSet illegal = Slice(forbidden_, hull);
    Day day{date, {}, false};
    const IntervalSet legal = Difference(stretch, illegal);
    for (const Interval& each : legal.intervals()) {
      const int start = MinuteOf(date, each.start), end = MinuteOf(date, each.end);
      if (start < end) day.legal.emplace_back(start, end);
    }
    const IntervalSet calls = Intersection(Difference(stretch, Slice(closed_, hull)), IntervalSet({range}));
    if (calls.empty()) return;  // whatever becomes of the window, nobody is called on that day
    day.offends = !Intersection(calls, illegal).empty();
    // What blackouts close already is no matter.
    if (!day.offends) day.legal = {{window_.start_minute, window_.end_minute}};
    by_weekday_.at(weekday).push_back(std::move(day));
  }

  int MinuteOf(Date date, Instant instant) const {
    const Zone::Local local = window_.zone.LocalAt(instant);
    return (DayNumberOf(local.date) - DayNumberOf(date)) * 1440 + local.second_of_day / 60;
  }

  /// What the window becomes on a weekday, and the days that are exceptions.
  void Settle(std::size_t weekday) {
    const std::vector<Day>& days = by_weekday_.at(weekday);
    if (days.empty()) return;
    std::map<MinuteSpans, std::size_t> counts;
    for (const Day& day : days) ++counts[day.legal];
    const auto most = std::ranges::max_element(counts, {}, [](const auto& each) { return each.second; });
    MinuteSpans usual = most->first;
    const auto fits = [&](const Day& day) { return !day.offends || Common(usual, day.legal) == usual; };
    const auto exceptions = static_cast<std::size_t>(std::ranges::count_if(days, std::not_fn(fits)));
    if (exceptions > kMostExceptions) {
      for (const Day& day : days) {
        if (day.offends && !day.legal.empty()) usual = Common(usual, day.legal);
      }
    }
    for (const Day& day : days) {
      if (!fits(day)) exceptions_.push_back(day);
    }
    becomes_.at(weekday) = usual;
  }

  /// A window that is the same on all days can only be made smaller on all of them.
  void MakeDaily() {
    MinuteSpans common = {{window_.start_minute, window_.end_minute}};
    std::vector<std::size_t> closed;
    for (std::size_t weekday = 0; weekday < 7; ++weekday) {
      if (by_weekday_.at(weekday).empty()) continue;
      if (becomes_.at(weekday).empty()) {
        closed.push_back(weekday);
      } else {
        common = Common(common, becomes_.at(weekday));
      }
    }
    for (std::size_t weekday = 0; weekday < 7; ++weekday) becomes_.at(weekday) = common;
    for (const std::size_t weekday : closed) closed_weekdays_[weekday] = true;
  }

  std::string Text() const {
    std::vector<std::string> steps;
    if (const std::string text = WindowText(); !text.empty()) steps.push_back(text);
    if (std::ranges::any_of(closed_weekdays_, std::identity()))
      steps.push_back(fmt::format("close {} with blackouts", WeekdaysText(closed_weekdays_)));
    if (const std::string text = ExceptionsText(); !text.empty()) steps.push_back(text);
    return JoinAnd(steps);
  }

  /// The window's own change: "" if it may stay.
  std::string WindowText() const {
    std::map<MinuteSpans, std::array<bool, 7>> by_spans;
    std::array<bool, 7> dropped{};
    for (std::size_t weekday = 0; weekday < 7; ++weekday) {
      if (by_weekday_.at(weekday).empty()) continue;
      if (becomes_.at(weekday).empty()) {
        dropped[weekday] = true;
      } else {
        by_spans[becomes_.at(weekday)][weekday] = true;
      }
    }
    const MinuteSpans whole = {{window_.start_minute, window_.end_minute}};
    if (by_spans.empty()) return "remove the window";
    std::vector<std::string> steps;
    if (std::ranges::any_of(dropped, std::identity()))
      steps.push_back(fmt::format("take {} out of its days", WeekdaysText(dropped)));
    if (by_spans.size() > 1 || by_spans.begin()->first.size() > 1) {
      steps.push_back(fmt::format("make it {}", SplitText(by_spans)));
    } else if (by_spans.begin()->first != whole) {
      steps.push_back(TrimText(by_spans.begin()->first.front()));
    }
    return JoinAnd(steps);
  }

  std::string TrimText(const std::pair<int, int>& span) const {
    const std::string start = FormatTimeOfDay(span.first % 1440);
    const std::string end = FormatTimeOfDay(span.second > 1440 ? span.second - 1440 : span.second);
    if (span.first == window_.start_minute) return fmt::format("end the window at {}", end);
    if (span.second == window_.end_minute) return fmt::format("start the window at {}", start);
    return fmt::format("make the window {}-{}", start, end);
  }

  std::string SplitText(const std::map<MinuteSpans, std::array<bool, 7>>& by_spans) const {
    std::vector<std::pair<std::size_t, std::string>> parts;  // by the first weekday
    for (const auto& [spans, weekdays] : by_spans) {
      std::vector<std::string> texts;
      for (const auto& span : spans) texts.push_back(SpanText(span));
      const auto first = static_cast<std::size_t>(std::ranges::find(weekdays, true) - weekdays.begin());
      const std::string days = may_drop_days_ ? WeekdaysText(weekdays) + " " : "";
      parts.emplace_back(first, days + JoinAnd(texts));
    }
    std::ranges::sort(parts);
    std::vector<std::string> texts;
    for (auto& [first, text] : parts) texts.push_back(std::move(text));
    return Join(texts, ", ");
  }

  std::string ExceptionsText() const {
    if (exceptions_.empty()) return "";
    std::vector<Day> days = exceptions_;
    std::ranges::sort(days, {}, &Day::date);
    std::vector<std::string> dates;
    for (std::size_t i = 0; i < std::min(days.size(), kShownDays); ++i) dates.push_back(ExceptionText(days[i]));
    if (days.size() > kShownDays) dates.push_back(Count(days.size() - kShownDays, "more day"));
    return fmt::format("add blackouts for {}", JoinAnd(dates));
  }

  /// A day, or the parts of it that have to be closed.
  std::string ExceptionText(const Day& day) const {
    const auto weekday = static_cast<std::size_t>(WeekdayOf(day.date));
    std::string text = FormatDate(day.date);
    if (day.legal.empty()) return text;
    for (const auto& [start, end] : becomes_.at(weekday)) {
      int from = start;
      for (const auto& [legal_start, legal_end] : day.legal) {
        if (legal_end <= from || legal_start >= end) continue;
        if (from < legal_start) text += " " + SpanText({from, legal_start});
        from = legal_end;
      }
      if (from < end) text += " " + SpanText({from, end});
    }
    return text;
  }

  const WeeklyWindow& window_;
  const IntervalSet& closed_;
  const IntervalSet& forbidden_;
  bool may_drop_days_;
  std::array<std::vector<Day>, 7> by_weekday_;
  std::array<MinuteSpans, 7> becomes_;
  std::array<bool, 7> closed_weekdays_{};
  std::vector<Day> exceptions_;
};

}  // namespace

IntervalSet Slice(const IntervalSet& set, Interval range) {
  const auto& all = set.intervals();
  auto next = std::ranges::upper_bound(all, range.start, {}, &Interval::end);
  std::vector<Interval> inside;
  for (; next != all.end() && next->start < range.end; ++next)
    inside.push_back({std::max(next->start, range.start), std::min(next->end, range.end)});
  return IntervalSet(std::move(inside));
}

ForbiddenHours::ForbiddenHours(const RulePack& pack, std::span<const Zone> called_zones, Interval range)
    : pack_(&pack) {
  for (const HoursRule& rule : pack.hours) {
    for (const Zone& zone : called_zones) {
      parts_.push_back({{&rule, zone}, ForbiddenTime(rule, zone, range)});
      all_ = all_.empty() ? parts_.back().forbidden : Union(all_, parts_.back().forbidden);
    }
  }
}

std::optional<ForbiddenHours::Cause> ForbiddenHours::CauseAt(Instant instant) const {
  const auto found = std::ranges::find_if(parts_, [&](const Part& part) { return part.forbidden.Contains(instant); });
  return found == parts_.end() ? std::nullopt : std::optional(found->cause);
}

std::optional<CallingHoursOffence> FindOffence(std::span<const WeeklyWindow> windows, const IntervalSet& closed,
                                               const IntervalSet& ranges, const ForbiddenHours& forbidden,
                                               bool may_drop_days) {
  for (std::size_t index = 0; index < windows.size(); ++index) {
    const IntervalSet calls = Difference(TimeOf(windows[index], ranges), closed);
    const IntervalSet illegal = Intersection(calls, forbidden.all());
    if (illegal.empty()) continue;
    CallingHoursOffence offence;
    offence.window = index;
    offence.count = illegal.intervals().size();
    for (std::size_t i = 0; i < std::min(offence.count, kShownOffences); ++i) {
      const Interval& stretch = illegal.intervals()[i];
      offence.first.push_back({stretch, forbidden.CauseAt(stretch.start)->zone});
    }
    const Instant first = offence.first.front().interval.start;
    offence.cause = *forbidden.CauseAt(first);
    offence.hours = HoursText(*offence.cause.rule, offence.cause.zone.LocalAt(first).date);
    offence.remedy = Remedy(windows[index], closed, forbidden.all(), may_drop_days).Find(ranges);
    return offence;
  }
  return std::nullopt;
}

}  // namespace cxctl
