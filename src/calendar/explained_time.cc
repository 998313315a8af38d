#include "calendar/explained_time.h"

#include <fmt/format.h>

#include <algorithm>

#include "calendar/holidays.h"

namespace cxctl {

namespace {

constexpr std::string_view kOutsideWindows = "outside the windows";

CallingCause Closed(std::string_view why) {
  return {CallingKind::kClosed, std::string(why), "", "", ""};
}

/// Adds a stretch behind the last one, or to it.
void Append(ExplainedTime& explained, const Interval& interval, const CallingCause& cause) {
  if (interval.empty()) return;
  if (!explained.empty() && explained.back().cause == cause) {
    explained.back().interval.end = interval.end;
  } else {
    explained.push_back({interval, cause});
  }
}

/// A range that one cause after another is painted on. What is painted stays.
class Canvas {
 public:
  explicit Canvas(Interval range) : rest_({range}) {}

  IntervalSet Take(const IntervalSet& time) {
    IntervalSet taken = Intersection(rest_, time);
    rest_ = Difference(rest_, taken);
    return taken;
  }
  void Add(Interval interval, CallingCause cause) { painted_.push_back({interval, std::move(cause)}); }
  void Paint(const IntervalSet& time, const CallingCause& cause) {
    const IntervalSet taken = Take(time);
    for (const Interval& each : taken.intervals()) Add(each, cause);
  }

  /// What is left is permitted.
  ExplainedTime Finish() {
    for (const Interval& each : rest_.intervals()) Add(each, {});
    std::ranges::sort(painted_, {}, &CallingStretch::interval);
    ExplainedTime explained;
    for (const CallingStretch& each : painted_) Append(explained, each.interval, each.cause);
    return explained;
  }

 private:
  IntervalSet rest_;
  ExplainedTime painted_;
};

/// What the rule says about calls on that day.
std::string LawText(const RulePack& pack, const HoursRule& rule, Date date) {
  const std::string hours = HoursText(rule, date);
  if (hours == "none") return fmt::format("{}: no calls on {}s", pack.title, WeekdayName(WeekdayOf(date)));
  if (hours.starts_with("none ("))
    return fmt::format("{}: no calls on {}", pack.title, hours.substr(6, hours.size() - 7));
  return fmt::format("{}: calls {} only", pack.title, hours);
}

void PaintLaw(Canvas& canvas, const CallingCalendar& calendar, const RulePack& pack, Interval range) {
  for (const HoursRule& rule : pack.hours) {
    for (const Zone& zone : calendar.called_zones()) {
      const IntervalSet taken = canvas.Take(ForbiddenTime(rule, zone, range));
      for (Interval left : taken.intervals()) {
        while (!left.empty()) {
          const Date date = zone.LocalAt(left.start).date;
          const Instant day_ends = std::max(zone.StartOfDay(AddDays(date, 1)), left.start + Duration(1));
          std::string text = LawText(pack, rule, date);
          if (zone != calendar.zone()) text += fmt::format(" in {}", zone.name());
          canvas.Add({left.start, std::min(day_ends, left.end)},
                     {CallingKind::kLaw, std::move(text), pack.name, rule.law, rule.source});
          left.start = day_ends;
        }
      }
    }
  }
}

/// The smaller the more it tells.
int RankOf(const CallingCause& cause) {
  if (cause.kind != CallingKind::kClosed) return static_cast<int>(cause.kind);
  return cause.reason == kOutsideWindows ? 3 : 4;
}

template <class Choose>
ExplainedTime Merged(const ExplainedTime& a, const ExplainedTime& b, Choose choose) {
  ExplainedTime merged;
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() && right != b.end()) {
    const Interval common{std::max(left->interval.start, right->interval.start),
                          std::min(left->interval.end, right->interval.end)};
    Append(merged, common, choose(left->cause, right->cause));
    const bool left_ends = left->interval.end == common.end;
    const bool right_ends = right->interval.end == common.end;
    if (left_ends) ++left;
    if (right_ends) ++right;
  }
  return merged;
}

}  // namespace

std::string_view CallingKindName(CallingKind kind) {
  switch (kind) {
    case CallingKind::kPermitted:
      return "permitted";
    case CallingKind::kBlackout:
      return "blackout";
    case CallingKind::kLaw:
      return "law";
    case CallingKind::kClosed:
      break;
  }
  return "closed";
}

ExplainedTime ExplainCalendar(const CallingCalendar& calendar, Interval range) {
  if (range.empty()) return {};
  Canvas canvas(range);
  canvas.Paint(Difference(IntervalSet({range}), calendar.WindowTime(range)), Closed(kOutsideWindows));
  for (const CallingCalendar::WrittenBlackout& blackout : calendar.blackouts())
    canvas.Paint(calendar.ClosedBy(blackout, range), {CallingKind::kBlackout, blackout.reason, "", "", ""});
  if (calendar.clip()) {
    for (const RulePack* pack : calendar.jurisdictions()) PaintLaw(canvas, calendar, *pack, range);
  }
  return canvas.Finish();
}

ExplainedTime ExplainWindows(std::span<const DailyWindow> windows, std::span<const Blackout> blackouts,
                             Interval range) {
  if (range.empty()) return {};
  Canvas canvas(range);
  canvas.Paint(Difference(IntervalSet({range}), PermittedTime(windows, {}, range)), Closed(kOutsideWindows));
  for (const Blackout& blackout : blackouts) {
    canvas.Paint(IntervalSet({blackout.interval}),
                 {CallingKind::kBlackout, blackout.reason.empty() ? "blackout" : blackout.reason, "", "", ""});
  }
  return canvas.Finish();
}

ExplainedTime ExplainAs(CallingCause cause, Interval range) {
  if (range.empty()) return {};
  return {{range, std::move(cause)}};
}

ExplainedTime Between(Interval valid, Interval range, const ExplainedTime& inside) {
  ExplainedTime explained;
  const Instant start = std::clamp(valid.start, range.start, range.end);
  const Instant end = std::clamp(valid.end, start, range.end);
  Append(explained, {range.start, start}, Closed("before the schedule starts"));
  for (const CallingStretch& each : Slice(inside, {start, end})) Append(explained, each.interval, each.cause);
  Append(explained, {end, range.end}, Closed("after the schedule ends"));
  return explained;
}

ExplainedTime Either(const ExplainedTime& a, const ExplainedTime& b) {
  return Merged(a, b, [](const CallingCause& left, const CallingCause& right) -> const CallingCause& {
    return RankOf(right) < RankOf(left) ? right : left;
  });
}

ExplainedTime Both(const ExplainedTime& a, const ExplainedTime& b) {
  return Merged(a, b, [](const CallingCause& left, const CallingCause& right) -> const CallingCause& {
    return left.kind == CallingKind::kPermitted ? right : left;
  });
}

ExplainedTime Slice(const ExplainedTime& explained, Interval range) {
  ExplainedTime inside;
  for (const CallingStretch& each : explained) {
    const Interval common{std::max(each.interval.start, range.start), std::min(each.interval.end, range.end)};
    Append(inside, common, each.cause);
  }
  return inside;
}

IntervalSet TimeOf(const ExplainedTime& explained, CallingKind kind) {
  std::vector<Interval> intervals;
  for (const CallingStretch& each : explained) {
    if (each.cause.kind == kind) intervals.push_back(each.interval);
  }
  return IntervalSet(std::move(intervals));
}

}  // namespace cxctl
