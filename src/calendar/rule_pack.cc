#include "calendar/rule_pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>

#include "base/strings.h"
#include "calendar/json_members.h"
#include "calendar/rule_pack_data.h"
#include "time/permitted_time.h"
#include "value/json.h"

namespace cxctl {

namespace {

constexpr std::string_view kHolidays = "holidays";

// Reading -------------------------------------------------------------------------------------------------------------

std::unexpected<Error> Invalid(std::string_view where, std::string_view what) {
  return Fail(ErrorCode::kInvalid, fmt::format("{}: {}", where, what));
}

/// Our sets of holidays, read as a whole when the first pack asks for one.
const Result<HolidaySets>& OurHolidays() {
  static const Result<HolidaySets> sets = [] {
    const auto file = std::ranges::find(RulePackFiles(), kHolidays, &RulePackFile::name);
    return ReadHolidaySets(file == RulePackFiles().end() ? std::string_view() : file->text);
  }();
  return sets;
}

std::optional<Confidence> ReadConfidence(std::string_view word) {
  for (const Confidence each : {Confidence::kOfficial, Confidence::kSecondary, Confidence::kUncertain}) {
    if (ConfidenceName(each) == word) return each;
  }
  return std::nullopt;
}

/// CheckMembers of a rule: its own, and those that ReadProvenance reads.
Result<void> CheckRuleMembers(std::string_view where, const Value& json, std::vector<MemberSpec> members) {
  members.insert(members.end(), {{"law", Type::kString, true},
                                 {"source", Type::kString, true},
                                 {"confidence", Type::kString, true},
                                 {"from", Type::kString},
                                 {"to", Type::kString},
                                 {"note", Type::kString}});
  return CheckMembers(where, json, members);
}

/// REQUIRES: members of the right types, law, source and confidence among them.
Result<void> ReadProvenance(std::string_view where, const Value& json, Provenance& into) {
  into.law = json.GetString("law");
  into.source = json.GetString("source");
  into.note = json.GetString("note");
  const auto confidence = ReadConfidence(json.GetString("confidence"));
  if (!confidence) return Invalid(where, "confidence must be official, secondary or uncertain");
  into.confidence = *confidence;
  for (const auto& [member, date] : {std::pair{"from", &into.from}, std::pair{"to", &into.to}}) {
    const Value* text = json.Find(member);
    if (!text) continue;
    *date = ParseDate(text->as_string());
    if (!*date) return Invalid(where, fmt::format("{} must be a day, such as 2024-01-31", member));
  }
  if (into.from && into.to && *into.to <= *into.from) return Invalid(where, "to must be after from");
  return {};
}

/// REQUIRES: startTime and endTime are texts.
Result<void> ReadTimes(std::string_view where, const Value& json, HoursRule::Window& into) {
  const auto start = ParseTimeOfDay(json.GetString("startTime"), false);
  const auto end = ParseTimeOfDay(json.GetString("endTime"), true);
  if (!start || !end) return Invalid(where, "startTime and endTime must be times of day, such as 09:00");
  if (*end <= *start) return Invalid(where, "endTime must be after startTime");
  into.start_minute = *start;
  into.end_minute = *end;
  return {};
}

Result<HoursRule::Window> ReadWindow(const std::string& where, const Value& json) {
  TRY(CheckMembers(
      where, json,
      {{"days", Type::kArray, true}, {"startTime", Type::kString, true}, {"endTime", Type::kString, true}}));
  HoursRule::Window window;
  TRY(ReadTimes(where, json, window));
  for (const Value& day : json.Find("days")->items()) {
    const auto weekday = ParseWeekday(day.as_string());
    if (!weekday) return Invalid(where, "days must be mon to sun");
    window.on_weekday[static_cast<std::size_t>(*weekday)] = true;
  }
  if (json.Find("days")->items().empty()) return Invalid(where, "days must not be empty");
  return window;
}

/// Reads each item of a list member, if there is one, into the vector.
template <class Item>
Result<void> ReadList(const std::string& where, const Value& json, std::string_view member,
                      Result<Item> (*read)(const std::string&, const Value&), std::vector<Item>& into) {
  const Value* list = json.Find(member);
  if (!list) return {};
  for (const Value& each : list->items()) {
    TRY_ASSIGN(Item item, read(fmt::format("{}, {}[{}]", where, member, into.size()), each));
    into.push_back(std::move(item));
  }
  return {};
}

Result<HoursRule> ReadHours(const std::string& where, const Value& json) {
  TRY(CheckRuleMembers(where, json,
                       {{"windows", Type::kArray, true}, {"closedOn", Type::kString}, {"eves", Type::kObject}}));
  HoursRule rule;
  TRY(ReadProvenance(where, json, rule));
  TRY(ReadList(where, json, "windows", &ReadWindow, rule.windows));
  if (const Value* closed_on = json.Find("closedOn")) {
    const Result<HolidaySets>& sets = OurHolidays();
    if (!sets) return std::unexpected(sets.error());
    const auto found = sets->find(closed_on->as_string());
    if (found == sets->end()) return Invalid(where, "closedOn names no set of holidays.json");
    rule.holidays = &found->second;
  }
  if (const Value* eves = json.Find("eves")) {
    const std::string there = where + ", eves";
    TRY(CheckMembers(there, *eves, {{"startTime", Type::kString, true}, {"endTime", Type::kString, true}}));
    HoursRule::Window hours;
    TRY(ReadTimes(there, *eves, hours));
    rule.eves = hours;
    if (!rule.holidays) return Invalid(where, "eves need closedOn");
  }
  return rule;
}

/// The duration in whole milliseconds; 0 if there is no such member.
Result<int> ReadMilliseconds(std::string_view where, const Value& json, std::string_view member) {
  if (!json.Find(member)) return 0;
  const auto duration = ParseDuration(json.GetString(member));
  if (!duration || duration->count() <= 0 || *duration > std::chrono::hours(1))
    return Invalid(where, fmt::format("{} must be a duration, such as 2s", member));
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count());
}

Result<AbandonmentLimit> ReadAbandonment(const std::string& where, const Value& json) {
  TRY(CheckRuleMembers(where, json,
                       {{"share", Type::kDouble, true},
                        {"of", Type::kString, true},
                        {"over", Type::kString, true},
                        {"per", Type::kString, true},
                        {"agentWithin", Type::kString, true},
                        {"ringAtLeast", Type::kString}}));
  AbandonmentLimit limit;
  TRY(ReadProvenance(where, json, limit));
  limit.share = json.Find("share")->as_double();
  if (!(limit.share > 0 && limit.share < 1)) return Invalid(where, "share must be between 0 and 1, such as 0.03");
  limit.of = json.GetString("of");
  limit.over = json.GetString("over");
  limit.per = json.GetString("per");
  TRY_ASSIGN(limit.agent_within_ms, ReadMilliseconds(where, json, "agentWithin"));
  TRY_ASSIGN(limit.ring_at_least_ms, ReadMilliseconds(where, json, "ringAtLeast"));
  return limit;
}

Result<FrequencyLimit> ReadFrequency(const std::string& where, const Value& json) {
  TRY(CheckRuleMembers(where, json,
                       {{"calls", Type::kInt, true}, {"over", Type::kString, true}, {"about", Type::kString, true}}));
  FrequencyLimit limit;
  TRY(ReadProvenance(where, json, limit));
  const std::int64_t calls = json.Find("calls")->as_int();
  if (calls < 1 || calls > 1000) return Invalid(where, "calls must be 1 to 1000");
  limit.calls = static_cast<int>(calls);
  limit.over = json.GetString("over");
  limit.about = json.GetString("about");
  return limit;
}

Result<std::string> ReadNote(const std::string& where, const Value& json) {
  if (json.as_string().empty()) return Invalid(where, "a note must be a text");
  return std::string(json.as_string());
}

// Texts ---------------------------------------------------------------------------------------------------------------

std::string SpanText(const HoursRule::Window& window) {
  return fmt::format("{}-{}", FormatTimeOfDay(window.start_minute), FormatTimeOfDay(window.end_minute));
}

// Time ----------------------------------------------------------------------------------------------------------------

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

bool HoldsOn(const Provenance& rule, Date date) {
  return (!rule.from || *rule.from <= date) && (!rule.to || date < *rule.to);
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
  const std::string where = fmt::format("rule pack {}", name);
  Arena arena;
  const auto json = ParseJson(arena, text);
  if (!json) return Invalid(where, json.error().message);
  TRY(CheckMembers(where, *json,
                   {{"title", Type::kString, true},
                    {"hours", Type::kArray, true},
                    {"abandonment", Type::kArray},
                    {"frequency", Type::kArray},
                    {"notes", Type::kArray}}));
  RulePack pack;
  pack.name = name;
  pack.title = json->GetString("title");
  TRY(ReadList(where, *json, "hours", &ReadHours, pack.hours));
  TRY(ReadList(where, *json, "abandonment", &ReadAbandonment, pack.abandonment));
  TRY(ReadList(where, *json, "frequency", &ReadFrequency, pack.frequency));
  TRY(ReadList(where, *json, "notes", &ReadNote, pack.notes));
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
  const auto name = [](std::size_t weekday) { return ShortWeekdayName(static_cast<int>(weekday)); };
  for (std::size_t first = 0; first < 7; ++first) {
    if (!on_weekday[first]) continue;
    std::size_t last = first;
    while (last + 1 < 7 && on_weekday[last + 1]) ++last;
    if (last - first >= 2) {
      parts.push_back(fmt::format("{}-{}", name(first), name(last)));
    } else {
      for (std::size_t each = first; each <= last; ++each) parts.emplace_back(name(each));
    }
    first = last;
  }
  return JoinAnd(parts);
}

}  // namespace cxctl
