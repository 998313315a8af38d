#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "rules/finding.h"
#include "rules/rule_groups.h"

namespace cxctl {

namespace {

constexpr std::chrono::days kUnusedHorizon(366);

/// `2026-11-24T01:00:00Z (20:00-21:00 in America/New_York)`
std::string StretchText(const Interval& stretch, const Zone& zone) {
  const auto clock = [&](Instant instant) { return FormatTimeOfDay(zone.LocalAt(instant).second_of_day / 60); };
  const std::string end = clock(stretch.end) == "00:00" ? "24:00" : clock(stretch.end);
  return fmt::format("{} ({}-{} in {})", FormatUtc(stretch.start), clock(stretch.start), end, zone.name());
}

std::string OffenceText(const CallingHoursOffence& offence, const RulePack& pack, const std::string& window) {
  std::vector<std::string> first;
  for (const auto& [stretch, zone] : offence.first) first.push_back(StretchText(stretch, zone));
  const std::size_t more = offence.count - offence.first.size();
  const bool uncertain = offence.cause.rule->confidence == Confidence::kUncertain;
  return fmt::format(
      "{} has calling time that jurisdiction {} forbids: {} allows {} that day, local time of the called "
      "person ({}{}); first at {}{}",
      window, pack.name, pack.title, offence.hours, offence.cause.rule->law,
      uncertain ? "; the stricter reading of uncertain sources" : "", Join(first, ", "),
      more == 0 ? "" : fmt::format(" and {}", Count(more, "more time")));
}

std::string WindowText(const Value& window) {
  const Value* days = window.Find("days");
  std::array<bool, 7> on_weekday{};
  if (days) {
    for (const Value& day : days->items()) {
      if (const auto weekday = ParseWeekday(day.as_string())) on_weekday[static_cast<std::size_t>(*weekday)] = true;
    }
  }
  const std::string weekdays = days ? WeekdaysText(on_weekday) + " " : "";
  return fmt::format("window {}{}-{}", weekdays, window.GetString("startTime"), window.GetString("endTime"));
}

class CallingHoursCheck {
 public:
  CallingHoursCheck(const RuleInput& input, Diagnostics& diagnostics) : input_(input), diagnostics_(diagnostics) {}

  void Run() {
    for (const Document* document : input_.set.OfKind("CallingCalendar")) {
      const CallingCalendar* calendar = Known(document->name);
      if (calendar && !calendar->clip() && input_.set.Find("CallingCalendar", document->name) == document)
        CheckCalendar(*document, *calendar);
    }
    for (const ScheduleFacts& schedule : input_.schedules) {
      if (!schedule.timing || schedule.timing->range.empty() || !schedule.campaign) continue;
      const CallingCalendar* calendar = Known(schedule.campaign->spec().GetString("calendar"));
      if (calendar) CheckSchedule(schedule, *calendar);
    }
  }

 private:
  /// The calendar, if the law says something of it.
  const CallingCalendar* Known(std::string_view name) {
    const CallingCalendar* calendar = name.empty() ? nullptr : input_.calendars.Find(name);
    return calendar && !calendar->jurisdictions().empty() ? calendar : nullptr;
  }

  /// When the calendar is used: in the ranges of its schedules; from now on where something without a range uses it, or
  /// nothing does.
  IntervalSet RangesOf(std::string_view name) const {
    std::vector<Interval> ranges;
    for (const ScheduleFacts& schedule : input_.schedules) {
      if (schedule.document->spec().GetString("calendar") == name && schedule.start && schedule.end)
        ranges.push_back(Shortened({schedule.start->instant, schedule.end->instant}));
    }
    const auto uses = [&](const Document* document) { return document->spec().GetString("calendar") == name; };
    const bool open_ended = std::ranges::any_of(input_.set.OfKind("Campaign"), uses) ||
                            std::ranges::any_of(input_.set.OfKind("CallbackPolicy"), uses);
    if (ranges.empty() || open_ended) ranges.push_back({input_.now, input_.now + kUnusedHorizon});
    return IntervalSet(std::move(ranges));
  }

  /// Nobody writes a law for longer.
  static Interval Shortened(Interval range) {
    return {range.start, std::min(range.end, range.start + kLongestCompiled)};
  }

  static Interval HullOf(const IntervalSet& ranges) {
    return {ranges.intervals().front().start, ranges.intervals().back().end};
  }

  void CheckCalendar(const Document& document, const CallingCalendar& calendar) {
    const std::vector<IntervalSet> ages = ByAge(RangesOf(document.name));
    std::vector<WeeklyWindow> windows;
    for (const CallingCalendar::Window& each : calendar.windows())
      windows.push_back({each.on_weekday, each.start_minute, each.end_minute, calendar.zone()});
    for (const RulePack* pack : calendar.jurisdictions()) {
      for (const IntervalSet& ranges : ages) {
        const Interval hull = HullOf(ranges);
        const ForbiddenHours& forbidden = input_.calendars.Forbidden(calendar, *pack, hull);
        const auto offence = FindOffence(windows, calendar.BlackoutTime(hull), ranges, forbidden, true);
        if (!offence) continue;
        const Value& window = document.spec().Find("windows")->items()[calendar.windows()[offence->window].item];
        Report(diagnostics_, "CX206", document, window.position(), OffenceText(*offence, *pack, WindowText(window)),
               fmt::format("{}; or let the calendar take such time away with clip: true", offence->remedy));
        break;
      }
    }
  }

  /// Ranges that lie far apart are looked at one after another: the law is not expanded for all the time between them.
  static std::vector<IntervalSet> ByAge(const IntervalSet& ranges) {
    std::vector<std::vector<Interval>> ages;
    for (const Interval& range : ranges.intervals()) {
      if (ages.empty() || range.end - ages.back().front().start > 2 * kLongestCompiled) ages.emplace_back();
      ages.back().push_back(range);
    }
    std::vector<IntervalSet> sets;
    for (std::vector<Interval>& age : ages) sets.emplace_back(std::move(age));
    return sets;
  }

  void CheckSchedule(const ScheduleFacts& schedule, const CallingCalendar& calendar) {
    const Value& spec = schedule.document->spec();
    ScheduleTiming timing = *schedule.timing;
    timing.range = Shortened(timing.range);
    const Value* own = spec.Find("calendar");
    // Of the campaign's own calendar, CheckCalendar speaks, or its clip has taken the time away.
    if (own && own->as_string() == schedule.campaign->spec().GetString("calendar")) return;
    std::vector<WeeklyWindow> windows;
    for (const DailyWindow& each : timing.windows) {
      if (each.enabled) windows.push_back(Weekly(each));
    }
    std::vector<Interval> blackouts;
    for (const Blackout& each : timing.blackouts) blackouts.push_back(each.interval);
    const IntervalSet closed(std::move(blackouts));
    for (const RulePack* pack : calendar.jurisdictions()) {
      const ForbiddenHours& forbidden = input_.calendars.Forbidden(calendar, *pack, timing.range);
      if (Intersection(Permitted(timing, closed), Slice(forbidden.all(), timing.range)).empty()) continue;
      const auto offence = FindOffence(windows, closed, IntervalSet({timing.range}), forbidden, false);
      if (!offence) continue;
      if (own) {
        Report(diagnostics_, "CX206", *schedule.document, own->position(),
               OffenceText(*offence, *pack, fmt::format("calendar {}", own->as_string())),
               fmt::format("name the calendar of campaign {} here, or add {} to the jurisdictions of this one",
                           schedule.campaign->name, pack->name));
        continue;
      }
      const Value& window = EnabledWindow(*spec.Find("regulatoryWindows"), offence->window);
      Report(diagnostics_, "CX206", *schedule.document, window.position(),
             OffenceText(*offence, *pack, WindowText(window)), offence->remedy);
    }
  }

  static IntervalSet Permitted(const ScheduleTiming& timing, const IntervalSet& closed) {
    return Difference(PermittedTime(timing.windows, {}, timing.range), closed);
  }

  static WeeklyWindow Weekly(const DailyWindow& window) {
    WeeklyWindow weekly;
    weekly.on_weekday.fill(true);
    weekly.start_minute = window.start_minute;
    weekly.end_minute = window.end_minute % 1440;
    if (weekly.end_minute <= weekly.start_minute) weekly.end_minute += 1440;
    weekly.zone = window.zone;
    return weekly;
  }

  static const Value& EnabledWindow(const Value& list, std::size_t index) {
    for (const Value& window : list.items()) {
      if (window.Find("enabled")->as_bool() && index-- == 0) return window;
    }
    return list;
  }

  const RuleInput& input_;
  Diagnostics& diagnostics_;
};

}  // namespace

void CheckCallingHours(const RuleInput& input, Diagnostics& diagnostics) {
  CallingHoursCheck(input, diagnostics).Run();
}

}  // namespace cxctl
