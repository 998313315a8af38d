#include "picture/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/strings.h"
#include "calendar/holidays.h"

namespace cxctl {

namespace {

constexpr int kSecondsPerDay = 86'400;
constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};

/// The instant in the range at which the offset changes.
std::optional<ClockChange> FindClockChange(const Zone& zone, Interval range) {
  const int before = zone.OffsetSecondsAt(range.start);
  const int after = zone.OffsetSecondsAt(range.end - Duration(1));
  if (before == after) return std::nullopt;
  std::int64_t low = range.start.micros;
  std::int64_t high = range.end.micros - 1;
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    (zone.OffsetSecondsAt({middle}) == before ? low : high) = middle;
  }
  return ClockChange{{high}, before, after};
}

std::string ClockOf(int second_of_day) {
  const std::string text = FormatTimeOfDay(second_of_day / 60);
  return second_of_day % 60 == 0 ? text : fmt::format("{}:{:02}", text, second_of_day % 60);
}

}  // namespace

Duration Picture::Total(CallingKind kind) const {
  Duration total{0};
  for (const PictureDay& day : days) total += day.Total(kind);
  return total;
}

const PictureDay* Picture::Today() const {
  const auto today = std::ranges::find_if(
      days, [&](const PictureDay& day) { return day.interval.start <= now && now < day.interval.end; });
  return today == days.end() ? nullptr : &*today;
}

PictureSpan PictureSpan::WeekOf(Date day) {
  return {AddDays(day, -WeekdayOf(day)), 7, false};
}

PictureSpan PictureSpan::MonthOf(int year, int month) {
  const Date first{year, month, 1};
  const Date next = month == 12 ? Date{year + 1, 1, 1} : Date{year, month + 1, 1};
  return {first, DayNumberOf(next) - DayNumberOf(first), true};
}

Interval PictureSpan::RangeIn(const Zone& zone) const {
  return {zone.StartOfDay(first), zone.StartOfDay(AddDays(first, days))};
}

Picture MakePicture(PictureInput input) {
  Picture picture;
  picture.address = std::move(input.address);
  picture.is_month = input.span.is_month;
  picture.zone = std::move(input.zone);
  picture.now = input.now;
  picture.status = input.status;
  picture.change = std::move(input.change);
  picture.findings = std::move(input.findings);
  for (PictureFinding& each : picture.findings) each.message = MaskPhoneNumbers(each.message);
  for (CallingStretch& each : input.explained) each.cause.reason = MaskPhoneNumbers(each.cause.reason);
  for (int i = 0; i < input.span.days; ++i) {
    PictureDay day;
    day.date = AddDays(input.span.first, i);
    day.interval = {picture.zone.StartOfDay(day.date), picture.zone.StartOfDay(AddDays(day.date, 1))};
    day.stretches = Slice(input.explained, day.interval);
    if (!day.interval.empty()) day.clock_change = FindClockChange(picture.zone, day.interval);
    if (picture.change) {
      day.added = Intersection(picture.change->added, IntervalSet({day.interval}));
      day.removed = Intersection(picture.change->removed, IntervalSet({day.interval}));
    }
    picture.days.push_back(std::move(day));
  }
  return picture;
}

std::vector<ClockSpan> ClockSpans(const Picture& picture, const PictureDay& day, Interval interval) {
  std::vector<Interval> pieces = {interval};
  if (const auto& change = day.clock_change; change && interval.start < change->at && change->at < interval.end)
    pieces = {{interval.start, change->at}, {change->at, interval.end}};
  std::vector<ClockSpan> spans;
  for (const Interval& piece : pieces) {
    if (piece.empty()) continue;
    const int start = picture.zone.LocalAt(piece.start).second_of_day;
    const auto length = std::chrono::ceil<std::chrono::seconds>(piece.end - piece.start).count();
    spans.push_back({start, static_cast<int>(std::min<std::int64_t>(start + length, kSecondsPerDay))});
  }
  return spans;
}

int SecondOf(const Picture& picture, const ClockChange& change) {
  return (picture.zone.LocalAt(change.at - Duration(1)).second_of_day + 1) % kSecondsPerDay;
}

std::vector<PictureLaw> LawsOf(const Picture& picture) {
  std::vector<PictureLaw> laws;
  for (const PictureDay& day : picture.days) {
    for (const auto& [interval, cause] : day.stretches) {
      if (cause.kind != CallingKind::kLaw) continue;
      const std::string name = LawName(cause);
      auto law = std::ranges::find(laws, name, &PictureLaw::name);
      if (law == laws.end()) law = laws.insert(laws.end(), {name, cause.source, {}});
      if (std::ranges::find(law->reasons, cause.reason) == law->reasons.end()) law->reasons.push_back(cause.reason);
    }
  }
  return laws;
}

std::string LengthText(Duration length) {
  const std::int64_t seconds = length.count() / 1'000'000;
  const std::int64_t hours = seconds / 3600, minutes = seconds / 60 % 60, rest = seconds % 60;
  std::string text;
  if (hours > 0 || seconds == 0) text = fmt::format("{} h", hours);
  if (minutes > 0) text += fmt::format("{}{} min", text.empty() ? "" : " ", minutes);
  if (rest > 0) text += fmt::format("{}{} s", text.empty() ? "" : " ", rest);
  return text;
}

std::string DistanceText(Duration distance) {
  const std::int64_t minutes = distance.count() / 60'000'000;
  if (minutes < 1) return "in less than a minute";
  const std::int64_t days = minutes / 1440, hours = minutes / 60 % 24;
  if (days == 0) return "in " + LengthText(std::chrono::minutes(minutes));
  std::string text = "in " + Count(static_cast<std::size_t>(days), "day");
  if (hours > 0 && days < 14) text += fmt::format(" {} h", hours);
  return text;
}

std::string ClockText(const Picture& picture, const PictureDay& day, Instant instant) {
  if (instant == day.interval.end) return "24:00";
  const int second = picture.zone.LocalAt(instant).second_of_day;
  const bool is_repeated = picture.zone.Lookup(day.date, second / 60).kind == CivilLookup::kRepeated;
  return ClockOf(second) + (is_repeated ? " " + picture.zone.AbbreviationAt(instant) : "");
}

std::string SpanText(const Picture& picture, const PictureDay& day, Interval interval) {
  return fmt::format("{}-{}", ClockText(picture, day, interval.start), ClockText(picture, day, interval.end));
}

std::string MomentText(const Zone& zone, Instant instant) {
  const Zone::Local local = zone.LocalAt(instant);
  return fmt::format("{} {} {}", FormatDate(local.date), ClockOf(local.second_of_day), zone.AbbreviationAt(instant));
}

std::string FindingText(const PictureFinding& finding) {
  return fmt::format("Breaks {} ({}): {}", finding.rule, finding.address, finding.message);
}

std::string NowText(const Picture& picture) {
  return MomentText(picture.zone, {picture.now.micros - picture.now.micros % 60'000'000});
}

std::string LocalTimeText(const Zone& zone, Instant instant) {
  const int offset = zone.OffsetSecondsAt(instant);
  // RFC 3339 has no seconds in offsets, and no zone has had any for a hundred years.
  std::string text = FormatUtc(instant + std::chrono::seconds(offset / 60 * 60));
  text.pop_back();
  const int minutes = std::abs(offset) / 60;
  return text + fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string ClockChangeText(const Picture& picture, const ClockChange& change) {
  const Instant before = change.at - Duration(1);
  const int seconds = change.to_offset_seconds - change.from_offset_seconds;
  return fmt::format("clocks go {} {} at {} {}", seconds > 0 ? "forward" : "back",
                     LengthText(std::chrono::seconds(std::abs(seconds))), ClockOf(SecondOf(picture, change)),
                     picture.zone.AbbreviationAt(before));
}

std::string SpanTitle(const Picture& picture) {
  const Date first = picture.days.front().date, last = picture.days.back().date;
  if (picture.is_month) return fmt::format("{} {}", LongMonth(first.month), first.year);
  return fmt::format("Week from {} {} to {} {}", ShortWeekday(first), FormatDate(first), ShortWeekday(last),
                     FormatDate(last));
}

std::string StatusText(const Picture& picture) {
  const OpenStatus& status = picture.status;
  const std::string_view now = status.is_open ? "Permitted now" : "Not permitted now";
  const std::string_view next = status.is_open ? "forbidden" : "permitted";
  if (!status.until) return fmt::format("{}, and never {} in the next 30 years.", now, next);
  return fmt::format("{}; next {} {}, {}.", now, next, MomentText(picture.zone, *status.until),
                     DistanceText(*status.until - picture.now));
}

std::string LawName(const CallingCause& cause) {
  return cause.law.empty() ? cause.jurisdiction : fmt::format("{}, {}", cause.jurisdiction, cause.law);
}

std::string ChangeText(const Picture& picture) {
  const PictureChange& change = *picture.change;
  const IntervalSet all = Union(change.added, change.removed);
  if (all.empty()) return "permits the same time as before.";
  std::string text = fmt::format("adds {} and removes {}", LengthText(change.added.TotalLength()),
                                 LengthText(change.removed.TotalLength()));
  Duration added{0}, removed{0};
  for (const PictureDay& day : picture.days) {
    added += day.added.TotalLength();
    removed += day.removed.TotalLength();
  }
  const std::string_view here = picture.is_month ? "this month" : "this week";
  if (added + removed > Duration(0))
    return text + fmt::format("; {} and {} of it in {}.", LengthText(added), LengthText(removed), here);
  return text + fmt::format("; nothing of it in {}, the first on {}.", here,
                            FormatDate(picture.zone.LocalAt(all.intervals().front().start).date));
}

std::string_view LongWeekday(Date date) {
  return WeekdayName(WeekdayOf(date));
}
std::string_view ShortWeekday(Date date) {
  return LongWeekday(date).substr(0, 3);
}
std::string_view LongMonth(int month) {
  return kMonths.at(static_cast<std::size_t>(month - 1));
}
std::string_view ShortMonth(int month) {
  return LongMonth(month).substr(0, 3);
}

}  // namespace cxctl
