#include "calendar/rule_pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <set>

#include "base/strings.h"
#include "calendar/rule_pack_data.h"
#include "time/permitted_time.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::string_view kHolidays = "holidays";

// Reading -------------------------------------------------------------------------------------------------------------

std::unexpected<Error> Invalid(std::string_view pack, std::string_view what) {
  return Fail(ErrorCode::kInvalid, fmt::format("rule pack {}: {}", pack, what));
}

/// The sets of data/holidays.json, read as a whole when the first pack asks for one.
class HolidaySets {
 public:
  static const HolidaySet* Find(std::string_view name) {
    static const HolidaySets all;
    const auto found = all.sets_.find(name);
    return found == all.sets_.end() ? nullptr : &found->second;
  }

 private:
  HolidaySets() {
    Arena arena;
    const auto file = std::ranges::find(RulePackFiles(), kHolidays, &RulePackFile::name);
    if (file == RulePackFiles().end()) return;
    const auto json = ParseJson(arena, file->text);
    if (!json) return;
    for (const Member& member : json->members()) {
      std::vector<const HolidaySet*> base;
      if (const Value* extends = member.value.Find("extends")) {
        for (const Value& other : extends->items()) {
          const auto found = sets_.find(other.as_string());
          if (found == sets_.end()) return;
          base.push_back(&found->second);
        }
      }
      auto set = HolidaySet::Read(member.value, base);
      if (!set) return;
      sets_.emplace(member.key, *std::move(set));
    }
  }
  std::map<std::string, HolidaySet, std::less<>> sets_;
};

std::optional<Confidence> ReadConfidence(std::string_view word) {
  for (const Confidence each : {Confidence::kOfficial, Confidence::kSecondary, Confidence::kUncertain}) {
    if (ConfidenceName(each) == word) return each;
  }
  return std::nullopt;
}

Result<void> ReadProvenance(std::string_view pack, const Value& json, Provenance& into) {
  into.law = json.GetString("law");
  into.source = json.GetString("source");
  into.note = json.GetString("note");
  const auto confidence = ReadConfidence(json.GetString("confidence"));
  if (into.law.empty() || into.source.empty() || !confidence)
    return Invalid(pack, "a rule needs law, source and confidence");
  into.confidence = *confidence;
  for (const auto& [member, date] : {std::pair{"from", &into.from}, std::pair{"to", &into.to}}) {
    const Value* text = json.Find(member);
    if (!text) continue;
    *date = ParseDate(text->as_string());
    if (!*date) return Invalid(pack, fmt::format("{} is no date", member));
  }
  return {};
}

Result<HoursRule::Window> ReadWindow(std::string_view pack, const Value& json) {
  HoursRule::Window window;
  const auto start = ParseTimeOfDay(json.GetString("startTime"), false);
  const auto end = ParseTimeOfDay(json.GetString("endTime"), true);
  if (!start || !end || *end <= *start) return Invalid(pack, "a window needs a startTime before its endTime");
  window.start_minute = *start;
  window.end_minute = *end;
  const Value* days = json.Find("days");
  if (!days) return window;
  for (const Value& day : days->items()) {
    const auto weekday = ParseWeekday(day.as_string());
    if (!weekday) return Invalid(pack, "a day is none of mon to sun");
    window.on_weekday[static_cast<std::size_t>(*weekday)] = true;
  }
  return window;
}

Result<HoursRule> ReadHours(std::string_view pack, const Value& json) {
  HoursRule rule;
  TRY(ReadProvenance(pack, json, rule));
  const Value* windows = json.Find("windows");
  if (!windows) return Invalid(pack, "hours need windows");
  for (const Value& each : windows->items()) {
    TRY_ASSIGN(const HoursRule::Window window, ReadWindow(pack, each));
    rule.windows.push_back(window);
  }
  if (const Value* holidays = json.Find("closedOn")) {
    rule.holidays = HolidaySets::Find(holidays->as_string());
    if (!rule.holidays) return Invalid(pack, "closedOn names no set of holidays");
  }
  if (const Value* eves = json.Find("eves")) {
    TRY_ASSIGN(rule.eves, ReadWindow(pack, *eves));
  }
  return rule;
}

int Milliseconds(const Value& json, std::string_view member) {
  const auto duration = ParseDuration(json.GetString(member));
  return duration ? static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count()) : 0;
}

Result<AbandonmentLimit> ReadAbandonment(std::string_view pack, const Value& json) {
  AbandonmentLimit limit;
  TRY(ReadProvenance(pack, json, limit));
  const Value* share = json.Find("share");
  if (!share || !share->is_number()) return Invalid(pack, "a limit of abandoned calls needs a share");
  limit.share = share->as_double();
  limit.of = json.GetString("of");
  limit.over = json.GetString("over");
  limit.per = json.GetString("per");
  limit.agent_within_ms = Milliseconds(json, "agentWithin");
  limit.ring_at_least_ms = Milliseconds(json, "ringAtLeast");
  return limit;
}

Result<FrequencyLimit> ReadFrequency(std::string_view pack, const Value& json) {
  FrequencyLimit limit;
  TRY(ReadProvenance(pack, json, limit));
  const Value* calls = json.Find("calls");
  if (!calls || !calls->is_int()) return Invalid(pack, "a limit of calls needs their number");
  limit.calls = static_cast<int>(calls->as_int());
  limit.over = json.GetString("over");
  limit.about = json.GetString("about");
  return limit;
}

/// Reads each item of a list member into the vector.
template <class Item>
Result<void> ReadList(std::string_view pack, const Value& json, std::string_view member,
                      Result<Item> (*read)(std::string_view, const Value&), std::vector<Item>& into) {
  const Value* list = json.Find(member);
  if (!list) return {};
  for (const Value& each : list->items()) {
    TRY_ASSIGN(Item item, read(pack, each));
    into.push_back(std::move(item));
  }
  return {};
}

// Texts ---------------------------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 7> kShort = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

std::string SpanText(const HoursRule::Window& window) {
  return fmt::format("{}-{}", FormatTimeOfDay(window.start_minute), FormatTimeOfDay(window.end_minute));
}

std::string JoinAnd(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

// Time ----------------------------------------------------------------------------------------------------------------

bool HoldsOn(const Provenance& rule, Date date) {
  return (!rule.from || *rule.from <= date) && (!rule.to || date < *rule.to);
}

/// The holidays of a span of days, to be asked day by day in rising order.
class HolidayReader {
 public:
  HolidayReader(const HolidaySet* set, Date first, Date last) {
    if (set) holidays_ = set->Between(first, AddDays(last, 1));
  }
  const Holiday* On(Date date) {
    while (next_ < holidays_.size() && holidays_[next_].date < date) ++next_;
    return next_ < holidays_.size() && holidays_[next_].date == date ? &holidays_[next_] : nullptr;
  }
  /// REQUIRES: asked after On of the same day, and only if that is none.
  bool IsEve(Date date) const { return next_ < holidays_.size() && holidays_[next_].date == AddDays(date, 1); }

 private:
  std::vector<Holiday> holidays_;
  std::size_t next_ = 0;
};

/// The minutes of the day in which the rule allows calls. Empty: none.
std::vector<HoursRule::Window> OpenOn(const HoursRule& rule, Date date, HolidayReader& holidays) {
  std::vector<HoursRule::Window> open;
  if (holidays.On(date)) return open;
  const bool eve = rule.eves && holidays.IsEve(date);
  for (HoursRule::Window window : rule.windows) {
    if (!window.on_weekday[static_cast<std::size_t>(WeekdayOf(date))]) continue;
    if (eve) {
      window.start_minute = std::max(window.start_minute, rule.eves->start_minute);
      window.end_minute = std::min(window.end_minute, rule.eves->end_minute);
    }
    if (window.start_minute < window.end_minute) open.push_back(window);
  }
  return open;
}

}  // namespace

std::string_view ConfidenceName(Confidence confidence) {
  switch (confidence) {
    case Confidence::kOfficial:
      return "official";
    case Confidence::kSecondary:
      return "secondary";
    case Confidence::kUncertain:
      return "uncertain";
  }
  return "";
}

std::span<const std::string_view> RulePackNames() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> found;
    for (const RulePackFile& file : RulePackFiles()) {
      if (file.name != kHolidays) found.push_back(file.name);
    }
    return found;
  }();
  return names;
}

Result<RulePack> ReadRulePack(std::string_view name, std::string_view text) {
  Arena arena;
  const auto json = ParseJson(arena, text);
  if (!json || !json->is_object()) return Invalid(name, "the file is no JSON object");
  RulePack pack;
  pack.name = name;
  pack.title = json->GetString("title");
  if (pack.title.empty()) return Invalid(name, "it has no title");
  TRY(ReadList(name, *json, "hours", &ReadHours, pack.hours));
  TRY(ReadList(name, *json, "abandonment", &ReadAbandonment, pack.abandonment));
  TRY(ReadList(name, *json, "frequency", &ReadFrequency, pack.frequency));
  if (const Value* notes = json->Find("notes")) {
    for (const Value& note : notes->items()) pack.notes.emplace_back(note.as_string());
  }
  return pack;
}

const RulePack* FindRulePack(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, RulePack, std::less<>> read;
  const std::lock_guard lock(mutex);
  if (const auto known = read.find(name); known != read.end()) return &known->second;
  if (std::ranges::find(RulePackNames(), name) == RulePackNames().end()) return nullptr;
  const auto file = std::ranges::find(RulePackFiles(), name, &RulePackFile::name);
  auto pack = ReadRulePack(name, file->text);
  // A test reads all of them, so none of ours is wrong.
  return pack ? &read.emplace(name, *std::move(pack)).first->second : nullptr;
}

IntervalSet ForbiddenTime(const HoursRule& rule, const Zone& zone, Interval range) {
  Interval held = range;
  if (rule.from) held.start = std::max(held.start, zone.StartOfDay(*rule.from));
  if (rule.to) held.end = std::min(held.end, zone.StartOfDay(*rule.to));
  if (held.empty()) return {};
  const int first = DayNumberOf(zone.LocalAt(held.start).date) - 2;
  const int last = DayNumberOf(zone.LocalAt(held.end).date) + 1;
  HolidayReader holidays(rule.holidays, DateOfDayNumber(first), DateOfDayNumber(last));
  DayWindows days(zone);
  std::vector<Interval> open;
  for (int day = first; day <= last; ++day) {
    for (const HoursRule::Window& window : OpenOn(rule, DateOfDayNumber(day), holidays))
      days.Append(day, window.start_minute, window.end_minute, open);
  }
  return Difference(IntervalSet({held}), IntervalSet(std::move(open)));
}

IntervalSet ForbiddenTime(const RulePack& pack, const Zone& zone, Interval range) {
  IntervalSet forbidden;
  for (const HoursRule& rule : pack.hours) forbidden = Union(forbidden, ForbiddenTime(rule, zone, range));
  return forbidden;
}

std::string HoursText(const HoursRule& rule, Date date) {
  if (!HoldsOn(rule, date)) return "always";
  HolidayReader holidays(rule.holidays, date, date);
  if (const Holiday* holiday = holidays.On(date)) return fmt::format("none ({})", holiday->name);
  std::vector<std::string> spans;
  for (const HoursRule::Window& window : OpenOn(rule, date, holidays)) spans.push_back(SpanText(window));
  return spans.empty() ? "none" : JoinAnd(spans);
}

std::string HoursText(const HoursRule& rule) {
  std::vector<std::pair<std::string, std::array<bool, 7>>> by_hours;
  for (std::size_t weekday = 0; weekday < 7; ++weekday) {
    std::vector<std::string> spans;
    for (const HoursRule::Window& window : rule.windows) {
      if (window.on_weekday[weekday]) spans.push_back(SpanText(window));
    }
    if (spans.empty()) continue;
    const std::string text = JoinAnd(spans);
    auto found = std::ranges::find(by_hours, text, [](const auto& each) { return each.first; });
    if (found == by_hours.end()) found = by_hours.insert(by_hours.end(), {text, {}});
    found->second[weekday] = true;
  }
  std::vector<std::string> parts;
  for (const auto& [text, weekdays] : by_hours) parts.push_back(fmt::format("{} {}", WeekdaysText(weekdays), text));
  std::string text = parts.empty() ? "never" : Join(parts, ", ");
  if (rule.eves) text += fmt::format(", eves of holidays {}", SpanText(*rule.eves));
  if (rule.holidays) text += fmt::format(", not on {}", rule.holidays->title());
  return text;
}

std::string WeekdaysText(const std::array<bool, 7>& on_weekday) {
  if (std::ranges::all_of(on_weekday, std::identity())) return "every day";
  std::vector<std::string> parts;
  for (std::size_t first = 0; first < 7; ++first) {
    if (!on_weekday[first]) continue;
    std::size_t last = first;
    while (last + 1 < 7 && on_weekday[last + 1]) ++last;
    if (last - first >= 2) {
      parts.push_back(fmt::format("{}-{}", kShort[first], kShort[last]));
    } else {
      for (std::size_t each = first; each <= last; ++each) parts.emplace_back(kShort[each]);
    }
    first = last;
  }
  return JoinAnd(parts);
}

}  // namespace cxctl
