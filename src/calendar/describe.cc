#include "calendar/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <vector>

#include "base/strings.h"
#include "calendar/holidays.h"
#include "calendar/rule_pack.h"

namespace cxctl {

namespace {

constexpr int kMinutesPerDay = 1440;
constexpr std::size_t kShown = 3;  ///< Single days, or exceptions, that are named.

/// A stretch of a local day. The end may lie on the next day.
struct Piece {
  Date date;
  int start = 0, end = 0;
};

/// Stretches as days have them: one that goes over midnight stays whole, a longer one is cut into days.
std::vector<Piece> PiecesOf(const IntervalSet& time, const Zone& zone) {
  std::vector<Piece> pieces;
  for (const Interval& each : time.intervals()) {
    const Zone::Local first = zone.LocalAt(each.start), last = zone.LocalAt(each.end);
    const int days = DayNumberOf(last.date) - DayNumberOf(first.date);
    const int start = first.second_of_day / 60, end = last.second_of_day / 60;
    if (days * kMinutesPerDay + end - start < kMinutesPerDay) {
      pieces.push_back({first.date, start, days * kMinutesPerDay + end});
      continue;
    }
    for (int day = 0; day <= days; ++day) {
      const Piece piece{AddDays(first.date, day), day == 0 ? start : 0, day == days ? end : kMinutesPerDay};
      if (piece.start < piece.end) pieces.push_back(piece);
    }
  }
  return pieces;
}

std::string SpanText(int start, int end) {
  return fmt::format("{}-{}", FormatTimeOfDay(start),
                     FormatTimeOfDay(end > kMinutesPerDay ? end - kMinutesPerDay : end));
}

std::string DayList(const std::vector<Date>& dates) {
  std::string text;
  for (std::size_t i = 0; i < std::min(dates.size(), kShown); ++i) text += (i == 0 ? "" : ", ") + DayText(dates[i]);
  return dates.size() > kShown ? fmt::format("{} and {}", text, Count(dates.size() - kShown, "more day")) : text;
}

/// What comes on the same weekdays at the same hours.
struct Weekly {
  std::array<bool, 7> on_weekday{};
  int start = 0, end = 0;
  std::size_t days = 0;       ///< On which it comes.
  std::vector<Date> missing;  ///< Such weekdays in between on which it does not.
};

class Description {
 public:
  Description(const IntervalSet& time, const Zone& zone) : pieces_(PiecesOf(time, zone)) {}

  std::string Text() {
    FindWeekly();
    std::vector<std::string> parts;
    for (const Weekly& each : weekly_) parts.push_back(WeeklyText(each));
    if (!single_.empty()) parts.push_back(SingleText());
    return Join(parts, "; ");
  }

 private:
  void FindWeekly() {
    std::map<std::tuple<int, int, int>, std::vector<Date>> dates;  // by weekday, start, end
    for (const Piece& piece : pieces_) dates[{WeekdayOf(piece.date), piece.start, piece.end}].push_back(piece.date);
    for (const auto& [key, on] : dates) {
      const auto& [weekday, start, end] = key;
      // What comes seldom within its own span is no habit.
      const int weeks = (DayNumberOf(on.back()) - DayNumberOf(on.front())) / 7 + 1;
      if (on.size() < 3 || on.size() * 2 < static_cast<std::size_t>(weeks)) {
        for (const Date date : on) single_.push_back({date, start, end});
      } else {
        AddWeekly(weekday, start, end, on);
      }
    }
    std::ranges::sort(single_, {}, [](const Piece& each) { return std::tuple(each.date, each.start); });
    const auto first_day = [](const Weekly& each) { return std::ranges::find(each.on_weekday, true); };
    std::ranges::stable_sort(weekly_, {}, [&](const Weekly& each) {
      return std::pair(first_day(each) - each.on_weekday.begin(), each.start);
    });
  }

  void AddWeekly(int weekday, int start, int end, const std::vector<Date>& on) {
    auto same =
        std::ranges::find_if(weekly_, [&](const Weekly& each) { return each.start == start && each.end == end; });
    if (same == weekly_.end()) same = weekly_.insert(weekly_.end(), Weekly{{}, start, end, 0, {}});
    same->on_weekday.at(static_cast<std::size_t>(weekday)) = true;
    same->days += on.size();
    auto next = on.begin();
    for (Date date = on.front(); date <= on.back(); date = AddDays(date, 7)) {
      if (next != on.end() && *next == date) {
        ++next;
      } else {
        same->missing.push_back(date);
      }
    }
  }

  static std::string WeeklyText(const Weekly& weekly) {
    const auto weekdays = static_cast<int>(std::ranges::count(weekly.on_weekday, true));
    std::string text =
        fmt::format("{} {}, {} a week", WeekdaysText(weekly.on_weekday), SpanText(weekly.start, weekly.end),
                    HoursText(std::chrono::minutes((weekly.end - weekly.start) * weekdays)));
    std::vector<Date> missing = weekly.missing;
    std::ranges::sort(missing);
    if (!missing.empty()) text += fmt::format(", but not on {}", DayList(missing));
    return text;
  }

  std::string SingleText() const {
    std::string text;
    for (std::size_t i = 0; i < std::min(single_.size(), kShown); ++i) {
      text += fmt::format("{}{} {}", i == 0 ? "" : "; ", DayText(single_[i].date),
                          SpanText(single_[i].start, single_[i].end));
    }
    if (single_.size() > kShown) text += fmt::format("; and {}", Count(single_.size() - kShown, "more time"));
    return text;
  }

  std::vector<Piece> pieces_;
  std::vector<Weekly> weekly_;
  std::vector<Piece> single_;
};

/// The first instant of the set from `from` on, and the first that is not in it.
std::optional<Instant> FirstIn(const IntervalSet& set, Instant from) {
  const auto found = std::ranges::upper_bound(set.intervals(), from, {}, &Interval::end);
  return found == set.intervals().end() ? std::nullopt : std::optional(std::max(found->start, from));
}

}  // namespace

std::string DayText(Date date) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{} {} {} {}", ShortWeekdayName(WeekdayOf(date)), date.day,
                     kMonths.at(static_cast<std::size_t>(date.month - 1)), date.year);
}

std::string LocalText(Instant instant, const Zone& zone) {
  const Zone::Local local = zone.LocalAt(instant);
  return fmt::format("{} {}", DayText(local.date), FormatTimeOfDay(local.second_of_day / 60));
}

std::string HoursText(Duration duration) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(duration).count();
  if (minutes < 60) return fmt::format("{} min", minutes);
  return minutes % 60 == 0 ? fmt::format("{} h", minutes / 60) : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

std::string DescribeTime(const IntervalSet& time, const Zone& zone) {
  return Description(time, zone).Text();
}

PermittedTimeChange DescribeChange(const IntervalSet& before, const IntervalSet& after, const Zone& zone, Instant now) {
  PermittedTimeChange change;
  change.zone = zone.name();
  change.adds = DescribeTime(Difference(after, before), zone);
  change.removes = DescribeTime(Difference(before, after), zone);
  change.next_permitted = FirstIn(after, now);
  if (change.next_permitted) {
    const auto in = std::ranges::upper_bound(after.intervals(), *change.next_permitted, {}, &Interval::end);
    change.next_forbidden = in->end;
  }
  return change;
}

}  // namespace cxctl
