#include "author/new_calendars.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "author/fold_calendar.h"
#include "value/json.h"

namespace cxctl {

namespace {

/// Schedules that one calendar may say.
struct CalendarGroup {
  Value spec;
  std::vector<NewSchedule*> schedules;
  std::vector<Value> contents;  ///< One for each calling time among them.
};

/// Schedules whose calling time is the same to the letter: what a calendar says of one it says of all.
struct SameTime {
  Value content;
  std::vector<NewSchedule*> schedules;
};

/// Whether a calendar says it better than windows do.
bool IsWorthACalendar(const Value& spec) {
  const auto some_days = [](const Value& window) { return window.Find("days")->items().size() < 7; };
  const Value* blackouts = spec.Find("blackouts");
  return std::ranges::any_of(spec.Find("windows")->items(), some_days) ||
         (blackouts && std::ranges::any_of(blackouts->items(), [](const Value& each) { return each.Find("date"); }));
}

std::string CalendarName(const Value& spec) {
  const std::string_view zone = spec.GetString("timeZone");
  const auto& windows = spec.Find("windows")->items();
  std::string days = "hours";
  if (windows.size() == 1 && windows[0].Find("days")->items().size() == 7) days = "daily";
  if (windows.size() == 1 && ToJson(*windows[0].Find("days")) == R"(["mon","tue","wed","thu","fri"])")
    days = "weekdays";
  return fmt::format("{}-{}", zone.substr(zone.rfind('/') + 1), days);
}

/// In the order of the first of each.
std::vector<SameTime> ByCallingTime(std::vector<NewSchedule>& fresh) {
  std::vector<SameTime> times;
  std::map<std::string, std::size_t> known;
  for (NewSchedule& schedule : fresh) {
    std::string key;
    for (const char* member : {"startTime", "endTime", "regulatoryWindows", "blackoutPeriods"}) {
      const Value* value = schedule.content.Find(member);
      key += (value ? ToJson(*value) : "") + '\n';
    }
    const auto [at, is_new] = known.emplace(std::move(key), times.size());
    if (is_new) times.push_back({schedule.content, {}});
    times[at->second].schedules.push_back(&schedule);
  }
  return times;
}

/// A calendar that is there and says the same, without a law that says more.
bool UseExisting(Arena& arena, const ManifestSet& set, const SameTime& time) {
  for (const Document* calendar : set.OfKind("CallingCalendar")) {
    const Value* packs = calendar->spec().Find("jurisdictions");
    if ((packs && !packs->items().empty()) || !CompilesTo(arena, calendar->spec(), time.content)) continue;
    for (NewSchedule* each : time.schedules) each->calendar = calendar->name;
    return true;
  }
  return false;
}

/// The windows of the first, the blackouts of both.
Value Merged(Arena& arena, const Value& a, const Value& b) {
  std::vector<Value> all;
  for (const Value* spec : {&a, &b}) {
    const Value* blackouts = spec->Find("blackouts");
    if (!blackouts) continue;
    for (const Value& each : blackouts->items()) {
      if (std::ranges::find(all, each) == all.end()) all.push_back(each);
    }
  }
  if (all.empty()) return a;
  const Value list = Value::Array(arena.CopyItems(std::span<const Value>(all)));
  return ObjectBuilder(arena, a).Set("blackouts", list).Build();
}

void Group(Arena& arena, const SameTime& time, std::vector<CalendarGroup>& groups) {
  const auto folded = FoldCalendar(arena, time.content);
  if (!folded) return;
  for (CalendarGroup& group : groups) {
    if (group.spec.GetString("timeZone") != folded->GetString("timeZone")) continue;
    const Value both = Merged(arena, group.spec, *folded);
    const auto says = [&](const Value& content) { return CompilesTo(arena, both, content); };
    if (!says(time.content) || (both != group.spec && !std::ranges::all_of(group.contents, says))) continue;
    group.spec = both;
    group.contents.push_back(time.content);
    group.schedules.insert(group.schedules.end(), time.schedules.begin(), time.schedules.end());
    return;
  }
  groups.push_back({*folded, time.schedules, {time.content}});
}

}  // namespace

std::vector<NewCalendar> CalendarsFor(Arena& arena, const ManifestSet& set, std::vector<NewSchedule>& fresh) {
  std::vector<CalendarGroup> groups;
  for (const SameTime& time : ByCallingTime(fresh)) {
    if (!UseExisting(arena, set, time)) Group(arena, time, groups);
  }
  std::vector<NewCalendar> calendars;
  for (CalendarGroup& group : groups) {
    const bool shared = group.schedules.size() > 1;
    if (!shared && !IsWorthACalendar(group.spec)) continue;
    const std::string name = shared ? CalendarName(group.spec) : group.schedules.front()->name;
    calendars.push_back({name, group.spec, std::move(group.schedules)});
  }
  return calendars;
}

}  // namespace cxctl
