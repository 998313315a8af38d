#include "picture/json_picture.h"

#include <chrono>

namespace cxctl {

namespace {

Value TextOrNull(Arena& arena, std::string_view text) {
  return text.empty() ? Value::Null() : MakeString(arena, text);
}

Value InstantOrNull(Arena& arena, const std::optional<Instant>& instant) {
  return instant ? MakeString(arena, FormatUtc(*instant)) : Value::Null();
}

std::int64_t Seconds(Duration duration) {
  return std::chrono::floor<std::chrono::seconds>(duration).count();
}

class JsonDrawing {
 public:
  JsonDrawing(Arena& arena, const Picture& picture) : arena_(arena), picture_(picture) {}

  Value Draw() {
    ArrayBuilder days(arena_);
    for (const PictureDay& day : picture_.days) days.Add(DayJson(day));
    ObjectBuilder json(arena_);
    json.Set("address", picture_.address)
        .Set("view", picture_.is_month ? "month" : "week")
        .Set("zone", picture_.zone.name())
        .Set("from", FormatDate(picture_.days.front().date))
        .Set("to", FormatDate(picture_.days.back().date))
        .Set("now", FormatUtc(picture_.now))
        .Set("permittedNow", picture_.status.is_open)
        .Set("nextPermitted", InstantOrNull(arena_, picture_.status.NextOpen(picture_.now)))
        .Set("nextForbidden", InstantOrNull(arena_, picture_.status.NextClosed(picture_.now)))
        .Set("days", days.Build())
        .Set("totals", TotalsJson(picture_))
        .Set("change", ChangeJson())
        .Set("findings", FindingsJson());
    return json.Build();
  }

 private:
  ObjectBuilder IntervalJson(const Interval& interval) {
    ObjectBuilder json(arena_);
    json.Set("start", FormatUtc(interval.start))
        .Set("end", FormatUtc(interval.end))
        .Set("localStart", LocalTimeText(picture_.zone, interval.start))
        .Set("localEnd", LocalTimeText(picture_.zone, interval.end));
    return json;
  }

  Value ListJson(const IntervalSet& set) {
    ArrayBuilder list(arena_);
    for (const Interval& each : set.intervals()) list.Add(IntervalJson(each).Build());
    return list.Build();
  }

  Value StretchJson(const CallingStretch& stretch) {
    ObjectBuilder json = IntervalJson(stretch.interval);
    json.Set("kind", CallingKindName(stretch.cause.kind)).Set("reason", TextOrNull(arena_, stretch.cause.reason));
    Value law;
    if (stretch.cause.kind == CallingKind::kLaw) {
      law = ObjectBuilder(arena_)
                .Set("jurisdiction", stretch.cause.jurisdiction)
                .Set("name", stretch.cause.law)
                .Set("source", stretch.cause.source)
                .Build();
    }
    return json.Set("law", law).Build();
  }

  template <class Timed>
  Value TotalsJson(const Timed& timed) {
    ObjectBuilder json(arena_);
    json.Set("permittedSeconds", Seconds(timed.Total(CallingKind::kPermitted)))
        .Set("blackoutSeconds", Seconds(timed.Total(CallingKind::kBlackout)))
        .Set("lawSeconds", Seconds(timed.Total(CallingKind::kLaw)))
        .Set("closedSeconds", Seconds(timed.Total(CallingKind::kClosed)));
    return json.Build();
  }

  Value DayJson(const PictureDay& day) {
    ArrayBuilder intervals(arena_);
    for (const CallingStretch& each : day.stretches) intervals.Add(StretchJson(each));
    Value clock;
    if (day.clock_change) {
      clock = ObjectBuilder(arena_)
                  .Set("at", FormatUtc(day.clock_change->at))
                  .Set("seconds", day.clock_change->to_offset_seconds - day.clock_change->from_offset_seconds)
                  .Build();
    }
    ObjectBuilder json(arena_);
    json.Set("date", FormatDate(day.date))
        .Set("weekday", LongWeekday(day.date))
        .Set("intervals", intervals.Build())
        .Set("totals", TotalsJson(day))
        .Set("clockChange", clock)
        .Set("added", ListJson(day.added))
        .Set("removed", ListJson(day.removed));
    return json.Build();
  }

  Value ChangeJson() {
    if (!picture_.change) return Value::Null();
    const PictureChange& change = *picture_.change;
    ObjectBuilder json(arena_);
    json.Set("plan", change.plan_id)
        .Set("action", change.action)
        .Set("addedSeconds", Seconds(change.added.TotalLength()))
        .Set("removedSeconds", Seconds(change.removed.TotalLength()));
    return json.Build();
  }

  Value FindingsJson() {
    ArrayBuilder list(arena_);
    for (const PictureFinding& each : picture_.findings) {
      ObjectBuilder json(arena_);
      list.Add(json.Set("rule", each.rule).Set("address", each.address).Set("message", each.message).Build());
    }
    return list.Build();
  }

  Arena& arena_;
  const Picture& picture_;
};

}  // namespace

Value PictureJson(Arena& arena, const Picture& picture) {
  return JsonDrawing(arena, picture).Draw();
}

}  // namespace cxctl
