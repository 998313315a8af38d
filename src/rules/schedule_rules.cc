#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/finding.h"
#include "rules/rule_groups.h"

namespace cxctl {

namespace {

constexpr double kMostCallsAMinute = 30;  // The tenant's API refuses more.
constexpr int kMinutesPerDay = 1440;

std::string OffsetText(int seconds) {
  const int minutes = std::abs(seconds) / 60;
  return fmt::format("{}{:02}:{:02}", seconds < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void CheckZone(const Document& document, const Value* zone, std::string_view member, Diagnostics& diagnostics) {
  if (!zone || Zone::Load(zone->as_string())) return;
  Report(diagnostics, "CX202", document, zone->position(),
         fmt::format("{} {} is not a zone of the IANA time zone database", member, zone->as_string()),
         "write an IANA name such as America/New_York, in its own upper and lower case");
}

void CheckWindowZones(const Document& document, std::string_view windows, Diagnostics& diagnostics) {
  const Value* list = document.spec().Find(windows);
  if (!list) return;
  for (const Value& window : list->items()) CheckZone(document, window.Find("timeZone"), "timeZone", diagnostics);
}

void CheckOffset(const ScheduleFacts& schedule, std::string_view member, const std::optional<DateTime>& time,
                 Diagnostics& diagnostics) {
  const auto zone = Zone::Load(schedule.document->spec().GetString("timeZone"));
  if (!time || time->zulu || !zone) return;
  const int offset = zone->OffsetSecondsAt(time->instant);
  // Offsets are written in minutes; zones had seconds too until the 1970s.
  if (time->offset_seconds == offset / 60 * 60) return;
  const Value& value = *schedule.document->spec().Find(member);
  ReportWarning(diagnostics, "CX202", *schedule.document, value.position(),
                fmt::format("{} {} is written with offset {}, but {} has {} at that instant", member, value.as_string(),
                            OffsetText(time->offset_seconds), zone->name(), OffsetText(offset)),
                fmt::format("check the hour that is meant and write it with {}, or in UTC with Z", OffsetText(offset)));
}

void CheckOrder(const ScheduleFacts& schedule, Diagnostics& diagnostics) {
  if (!schedule.start || !schedule.end || schedule.start->instant < schedule.end->instant) return;
  const Value& spec = schedule.document->spec();
  Report(diagnostics, "CX201", *schedule.document, spec.Find("endTime")->position(),
         fmt::format("endTime {} is not after startTime {}", spec.GetString("endTime"), spec.GetString("startTime")),
         "set an endTime after startTime");
}

void CheckLength(const ScheduleFacts& schedule, Diagnostics& diagnostics) {
  const Value& spec = schedule.document->spec();
  if (!schedule.start || !schedule.end || !spec.Find("calendar")) return;
  if (schedule.end->instant - schedule.start->instant <= kLongestCompiled) return;
  Report(diagnostics, "CX102", *schedule.document, spec.Find("endTime")->position(),
         fmt::format("endTime {} is more than 100 years after startTime: a calendar cannot be compiled that far",
                     spec.GetString("endTime")),
         "set an earlier endTime");
}

void CheckEnded(const ScheduleFacts& schedule, Instant now, Diagnostics& diagnostics) {
  if (!schedule.end || now < schedule.end->instant) return;
  const Value& end = *schedule.document->spec().Find("endTime");
  Report(diagnostics, "CX209", *schedule.document, end.position(),
         fmt::format("endTime {} has passed: the schedule ended already", end.as_string()),
         "move endTime, or remove the document");
}

void CheckCallRate(const ScheduleFacts& schedule, Diagnostics& diagnostics) {
  const Value& rate = *schedule.document->spec().Find("dialerSettings", "callRate");
  if (rate.as_double() <= kMostCallsAMinute) return;
  Report(diagnostics, "CX207", *schedule.document, rate.position(),
         fmt::format("callRate {} is over the limit of {} calls a minute", NumberText(rate), kMostCallsAMinute),
         fmt::format("lower it to {} or less", kMostCallsAMinute));
}

void CheckAnyPermitted(const ScheduleFacts& schedule, Diagnostics& diagnostics) {
  if (!schedule.timing || schedule.timing->range.empty()) return;
  if (FirstPermitted(schedule.timing->windows, schedule.timing->blackouts, schedule.timing->range)) return;
  const Value& spec = schedule.document->spec();
  Report(diagnostics, "CX205", *schedule.document, schedule.document->name_position(),
         fmt::format("schedule {} permits no call at any time between {} and {}", schedule.document->name,
                     spec.GetString("startTime"), spec.GetString("endTime")),
         "enable or widen a window, shorten a blackout, or move the schedule's start and end");
}

// CX204 ---------------------------------------------------------------------------------------------------------------

/// A calling window by the day on which it starts.
struct DayWindow {
  Zone zone;
  int start = 0, end = 0;  ///< Minutes; the end counts from the same midnight.
  std::array<bool, 7> on_weekday{};
  std::string_view start_text, end_text;
};

struct WrittenBlackout {
  Interval interval;
  const Value* start = nullptr;
  bool allowed = false;
};

std::optional<DayWindow> ReadDayWindow(const Value& window, std::string_view zone_name) {
  const auto start = ParseTimeOfDay(window.GetString("startTime"), false);
  const auto end = ParseTimeOfDay(window.GetString("endTime"), true);
  const auto zone = Zone::Load(zone_name);
  if (!start || !end || !zone) return std::nullopt;
  DayWindow read{
      *zone, *start, *end, {}, window.GetString("startTime"), window.GetString("endTime"),
  };
  if (read.end <= read.start) read.end += kMinutesPerDay;
  return read;
}

/// The windows of a schedule that are enabled.
std::vector<DayWindow> ScheduleWindows(const Value& spec) {
  std::vector<DayWindow> windows;
  const Value* list = spec.Find("regulatoryWindows");
  if (!list) return windows;
  for (const Value& each : list->items()) {
    auto window = ReadDayWindow(each, each.GetString("timeZone"));
    if (!window || !each.Find("enabled")->as_bool()) continue;
    window->on_weekday.fill(true);
    windows.push_back(std::move(*window));
  }
  return windows;
}

std::vector<DayWindow> CalendarWindows(const Value& spec) {
  constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  std::vector<DayWindow> windows;
  for (const Value& each : spec.Find("windows")->items()) {
    auto window = ReadDayWindow(each, spec.GetString("timeZone"));
    if (!window) continue;
    for (const Value& day : each.Find("days")->items()) {
      const auto found = std::ranges::find(kDays, day.as_string());
      if (found != kDays.end()) window->on_weekday[static_cast<std::size_t>(found - kDays.begin())] = true;
    }
    windows.push_back(std::move(*window));
  }
  return windows;
}

/// Those written with startTime and endTime.
std::vector<WrittenBlackout> ReadBlackouts(const Value* list) {
  std::vector<WrittenBlackout> blackouts;
  if (!list) return blackouts;
  for (const Value& each : list->items()) {
    const auto start = ParseDateTime(each.GetString("startTime"));
    const auto end = ParseDateTime(each.GetString("endTime"));
    if (!start || !end || end->instant <= start->instant) continue;
    const Value* allowed = each.Find("allowMidWindow");
    blackouts.push_back({{start->instant, end->instant}, each.Find("startTime"), allowed && allowed->as_bool()});
  }
  return blackouts;
}

/// Whether the instant lies inside the window and not at its start.
bool IsInside(const DayWindow& window, Instant instant) {
  const Date today = window.zone.LocalAt(instant).date;
  for (const int back : {0, 1}) {
    const Date date = AddDays(today, -back);
    if (!window.on_weekday[static_cast<std::size_t>(WeekdayOf(date))]) continue;
    const IntervalSet open = WindowOfDay(window.zone, date, window.start, window.end);
    const auto holds = [&](const Interval& each) { return each.start < instant && instant < each.end; };
    if (std::ranges::any_of(open.intervals(), holds)) return true;
  }
  return false;
}

/// Whether another blackout has stopped the calls before this one begins.
bool IsQuietBefore(const WrittenBlackout& blackout, const std::vector<WrittenBlackout>& all) {
  return std::ranges::any_of(all, [&](const WrittenBlackout& other) {
    return other.interval.start < blackout.interval.start && blackout.interval.start <= other.interval.end;
  });
}

void CheckMidWindow(const Document& document, const std::vector<DayWindow>& windows, const Value* list,
                    std::optional<Interval> range, Diagnostics& diagnostics) {
  const std::vector<WrittenBlackout> blackouts = ReadBlackouts(list);
  for (const WrittenBlackout& blackout : blackouts) {
    const Instant start = blackout.interval.start;
    if (blackout.allowed || (range && (start <= range->start || range->end <= start))) continue;
    const auto cut = std::ranges::find_if(windows, [&](const DayWindow& window) { return IsInside(window, start); });
    if (cut == windows.end() || IsQuietBefore(blackout, blackouts)) continue;
    Report(diagnostics, "CX204", document, blackout.start->position(),
           fmt::format("blackout startTime {} is inside the calling window {}-{} of {}: calls in progress would be cut",
                       blackout.start->as_string(), cut->start_text, cut->end_text, cut->zone.name()),
           "start it when a window starts or outside of the windows, or say allowMidWindow: true");
  }
}

void CheckScheduleBlackouts(const ScheduleFacts& schedule, Diagnostics& diagnostics) {
  const Value* blackouts = schedule.document->spec().Find("blackoutPeriods");
  if (!blackouts || blackouts->items().empty() || !schedule.start || !schedule.end) return;
  CheckMidWindow(*schedule.document, ScheduleWindows(schedule.document->spec()), blackouts,
                 Interval{schedule.start->instant, schedule.end->instant}, diagnostics);
}

}  // namespace

void CheckZones(const RuleInput& input, Diagnostics& diagnostics) {
  for (const ScheduleFacts& schedule : input.schedules) {
    CheckZone(*schedule.document, schedule.document->spec().Find("timeZone"), "timeZone", diagnostics);
    CheckWindowZones(*schedule.document, "regulatoryWindows", diagnostics);
    CheckOffset(schedule, "startTime", schedule.start, diagnostics);
    CheckOffset(schedule, "endTime", schedule.end, diagnostics);
  }
  for (const Document* calendar : input.set.OfKind("CallingCalendar")) {
    CheckZone(*calendar, calendar->spec().Find("timeZone"), "timeZone", diagnostics);
    const Value* called = calendar->spec().Find("calledZones");
    if (!called) continue;
    for (const Value& zone : called->items()) CheckZone(*calendar, &zone, "calledZones", diagnostics);
  }
  if (input.set.tenant && input.set.tenant->valid) CheckWindowZones(*input.set.tenant, "applyWindows", diagnostics);
}

void CheckSchedules(const RuleInput& input, Diagnostics& diagnostics) {
  for (const ScheduleFacts& schedule : input.schedules) {
    CheckOrder(schedule, diagnostics);
    CheckLength(schedule, diagnostics);
    CheckScheduleBlackouts(schedule, diagnostics);
    CheckAnyPermitted(schedule, diagnostics);
    CheckCallRate(schedule, diagnostics);
    CheckEnded(schedule, input.now, diagnostics);
  }
  for (const Document* calendar : input.set.OfKind("CallingCalendar")) {
    const Value* blackouts = calendar->spec().Find("blackouts");
    if (!blackouts) continue;
    CheckMidWindow(*calendar, CalendarWindows(calendar->spec()), blackouts, std::nullopt, diagnostics);
  }
}

}  // namespace cxctl
