#include "calendar/schedule_timing.h"

namespace cxctl {

namespace {

std::optional<Interval> ReadRange(const Value& object) {
  const auto start = ParseDateTime(object.GetString("startTime"));
  const auto end = ParseDateTime(object.GetString("endTime"));
  if (!start || !end) return std::nullopt;
  return Interval{start->instant, end->instant};
}

std::optional<DailyWindow> ReadWindow(const Value& window) {
  const auto start = ParseTimeOfDay(window.GetString("startTime"), false);
  const auto end = ParseTimeOfDay(window.GetString("endTime"), true);
  const auto zone = Zone::Load(window.GetString("timeZone"));
  if (!start || !end || !zone) return std::nullopt;
  const Value* enabled = window.Find("enabled");
  return DailyWindow{*start, *end, *zone, !enabled || enabled->as_bool()};
}

}  // namespace

std::optional<ScheduleTiming> ReadScheduleTiming(const Value& schedule) {
  const auto range = ReadRange(schedule);
  const Value* windows = schedule.Find("regulatoryWindows");
  if (!range || !windows || schedule.Find("calendar")) return std::nullopt;
  ScheduleTiming timing{*range, {}, {}};
  for (const Value& each : windows->items()) {
    auto window = ReadWindow(each);
    if (!window) return std::nullopt;
    timing.windows.push_back(std::move(*window));
  }
  const Value* blackouts = schedule.Find("blackoutPeriods");
  if (!blackouts) return timing;
  for (const Value& each : blackouts->items()) {
    const auto interval = ReadRange(each);
    if (!interval) return std::nullopt;
    timing.blackouts.push_back({*interval, std::string(each.GetString("reason"))});
  }
  return timing;
}

}  // namespace cxctl
