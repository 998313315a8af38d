#include "report/schedule_weeks.h"

#include <algorithm>

#include "rules/calling_time.h"

namespace cxctl {

namespace {

constexpr int kLastYear = 2298;  // A week from there on ends in the last year that can be drawn.

/// The first instant from `now` on that is permitted before or after, but not both.
std::optional<Instant> FirstDifference(const IntervalSet& added, const IntervalSet& removed, Instant now) {
  const IntervalSet differences = Union(added, removed);
  for (const Interval& each : differences.intervals()) {
    if (each.end > now) return std::max(each.start, now);
  }
  return std::nullopt;
}

Picture PictureOf(const Change& change, const std::optional<CallingTime>& time, std::string_view why_none,
                  PictureSpan span, const Zone& zone, Instant now) {
  const Interval range = span.RangeIn(zone);
  const CallingCause none{CallingKind::kClosed, std::string(why_none), "", "", ""};
  return MakePicture(
      {change.address, span, zone, now, {}, time ? time->Explain(range) : ExplainAs(none, range), std::nullopt, {}});
}

}  // namespace

std::optional<ReportWeeks> WeeksOf(Arena& arena, const Change& change, Instant now) {
  if (change.kind != ObjectKind::kSchedule || !change.is_difference()) return std::nullopt;
  const auto read = [](const Value& schedule) {
    return schedule.is_null() ? std::nullopt : CallingTime::OfPayload(schedule);
  };
  const Value whole_after = change.after.is_null() ? change.after : MergePatch(arena, change.before, change.after);
  const auto before = read(change.before), after = read(whole_after);
  if ((!before && !change.before.is_null()) || (!after && !whole_after.is_null())) return std::nullopt;
  if (!before && !after) return std::nullopt;
  const Interval ever{ParseDateTime("1970-01-01T00:00:00Z")->instant, ParseDateTime("2299-12-31T00:00:00Z")->instant};
  const IntervalSet was = before ? before->Permitted(ever) : IntervalSet();
  const IntervalSet is = after ? after->Permitted(ever) : IntervalSet();
  const IntervalSet added = Difference(is, was), removed = Difference(was, is);
  const auto first = FirstDifference(added, removed, now);
  const Zone zone = (after ? after : before)->zone();
  if (!first || zone.LocalAt(*first).date.year > kLastYear) return std::nullopt;
  const PictureSpan span = PictureSpan::WeekOf(zone.LocalAt(*first).date);
  ReportWeeks weeks{PictureOf(change, before, "there is no schedule", span, zone, now),
                    PictureOf(change, after, "the schedule is deleted", span, zone, now)};
  for (PictureDay& day : weeks.after.days) {
    day.added = Intersection(added, IntervalSet({day.interval}));
    day.removed = Intersection(removed, IntervalSet({day.interval}));
  }
  return weeks;
}

}  // namespace cxctl
