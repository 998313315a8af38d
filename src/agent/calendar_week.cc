#include "agent/calendar_week.h"

#include <fmt/format.h>

#include "picture/picture.h"

namespace cxctl {

namespace {

/// `09:00`, `24:00`; seconds only where there are some.
Value ClockValue(Arena& arena, int second) {
  std::string text = FormatTimeOfDay(second / 60);
  if (second % 60 != 0) text += fmt::format(":{:02}", second % 60);
  return MakeString(arena, text);
}

Value DayValue(Arena& arena, const Picture& picture, const PictureDay& day) {
  ArrayBuilder open(arena), closed(arena);
  for (const CallingStretch& stretch : day.stretches) {
    if (stretch.cause.kind == CallingKind::kClosed) continue;
    for (const ClockSpan& span : ClockSpans(picture, day, stretch.interval)) {
      const Value from = ClockValue(arena, span.start);
      const Value to = ClockValue(arena, span.end);
      if (stretch.cause.kind == CallingKind::kPermitted) {
        open.Add(ArrayBuilder(arena).Add(from).Add(to).Build());
      } else {
        closed.Add(ObjectBuilder(arena)
                       .Set("from", from)
                       .Set("to", to)
                       .Set("kind", CallingKindName(stretch.cause.kind))
                       .Set("reason", MakeString(arena, stretch.cause.reason))
                       .Build());
      }
    }
  }
  ObjectBuilder json(arena);
  json.Set("day", MakeString(arena, FormatDate(day.date))).Set("open", open.Build()).Set("closed", closed.Build());
  if (day.clock_change) json.Set("clockChange", MakeString(arena, ClockChangeText(picture, *day.clock_change)));
  return json.Build();
}

/// Whether calls are permitted at the instant, and the first instant of the range at which that changes.
void SetNow(Arena& arena, ObjectBuilder& json, const IntervalSet& permitted, const Interval& range, Instant now) {
  const bool is_open = permitted.Contains(now);
  std::optional<Instant> changes;
  for (const Interval& each : permitted.intervals()) {
    const Instant edge = is_open ? each.end : each.start;
    if (now < edge && edge < range.end) {
      changes = edge;
      break;
    }
  }
  json.Set("permittedNow", is_open);
  if (changes) json.Set("changesAt", MakeString(arena, FormatUtc(*changes)));
}

}  // namespace

Value CalendarWeek(Arena& arena, const CallingCalendar& calendar, Instant now) {
  PictureInput input;
  input.span.first = calendar.zone().LocalAt(now).date;
  input.zone = calendar.zone();
  input.now = now;
  const Interval range = input.span.RangeIn(input.zone);
  input.explained = ExplainCalendar(calendar, range);
  ObjectBuilder json(arena);
  json.Set("timeZone", MakeString(arena, calendar.zone().name()));
  SetNow(arena, json, TimeOf(input.explained, CallingKind::kPermitted), range, now);
  const Picture picture = MakePicture(std::move(input));
  ArrayBuilder week(arena);
  for (const PictureDay& day : picture.days) week.Add(DayValue(arena, picture, day));
  return json.Set("week", week.Build()).Build();
}

}  // namespace cxctl
