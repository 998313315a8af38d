#include "plan/content.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/strings.h"
#include "calendar/schedule_timing.h"
#include "plan/policy_content.h"
#include "time/permitted_time.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

constexpr std::array<std::string_view, 9> kScheduleMembers = {
    "name",           "description",         "startTime", "endTime", "timeZone", "regulatoryWindows", "blackoutPeriods",
    "dialerSettings", "optimizationSettings"};
constexpr std::array<std::string_view, 7> kCampaignMembers = {
    "state", "pauseReason", "complianceHold", "scheduledResumeTime", "maxAgents", "dialingMode", "dialRate"};
constexpr std::array<std::string_view, 6> kCodeMembers = {"code",     "name",     "type",
                                                          "category", "isActive", "parentCallCodeId"};
constexpr std::array<std::string_view, 3> kCallbackMembers = {"to", "scheduleDate", "state"};

std::span<const std::string_view> MembersOf(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kSchedule:
      return kScheduleMembers;
    case ObjectKind::kCallCode:
      return kCodeMembers;
    case ObjectKind::kCallback:
      return kCallbackMembers;
    case ObjectKind::kCampaign:
    case ObjectKind::kPacingPolicy:
    case ObjectKind::kThrottlePolicy:
    case ObjectKind::kCallbackPolicy:
    case ObjectKind::kSink:
      break;
  }
  return kCampaignMembers;
}

bool IsTime(std::string_view member) {
  return member == "startTime" || member == "endTime" || member == "scheduledResumeTime" || member == "scheduleDate";
}

Value CanonicalTime(Arena& arena, const Value& value) {
  const auto time = ParseDateTime(value.as_string());
  return time ? MakeString(arena, FormatUtc(time->instant)).At(value) : value;
}

std::optional<std::vector<DailyWindow>> ReadWindows(const Value& list) {
  std::vector<DailyWindow> windows;
  for (const Value& item : list.items()) {
    const auto start = ParseTimeOfDay(item.GetString("startTime"), false);
    const auto end = ParseTimeOfDay(item.GetString("endTime"), true);
    const auto zone = Zone::Load(item.GetString("timeZone"));
    if (!start || !end || !zone) return std::nullopt;
    const Value* enabled = item.Find("enabled");
    windows.push_back({*start, *end % 1440, *zone, !enabled || enabled->as_bool()});
  }
  return windows;
}

std::optional<std::vector<Blackout>> ReadBlackouts(const Value& list) {
  std::vector<Blackout> blackouts;
  for (const Value& item : list.items()) {
    const auto start = ParseDateTime(item.GetString("startTime"));
    const auto end = ParseDateTime(item.GetString("endTime"));
    if (!start || !end) return std::nullopt;
    blackouts.push_back({{start->instant, end->instant}, std::string(item.GetString("reason"))});
  }
  return blackouts;
}

Value CanonicalWindowList(Arena& arena, const Value& list) {
  auto windows = ReadWindows(list);
  if (!windows) return list;  // the tenant holds something that we cannot read: shown and compared as it is
  ArrayBuilder canonical(arena);
  for (const DailyWindow& window : CanonicalWindows(*std::move(windows))) canonical.Add(WindowValue(arena, window));
  return canonical.Build().At(list);
}

Value CanonicalBlackoutList(Arena& arena, const Value& list) {
  auto blackouts = ReadBlackouts(list);
  if (!blackouts) return list;
  ArrayBuilder canonical(arena);
  for (const Blackout& blackout : CanonicalBlackouts(*std::move(blackouts))) {
    canonical.Add(BlackoutValue(arena, blackout));
  }
  return canonical.Build().At(list);
}

Value OnlyMembers(Arena& arena, const Value& object, std::initializer_list<std::string_view> names) {
  if (!object.is_object()) return object;
  ObjectBuilder known(arena);
  for (std::string_view name : names) {
    const auto member = std::ranges::find(object.members(), name, &Member::key);
    if (member != object.members().end()) known.Append(*member);
  }
  return known.Build().At(object);
}

Value CanonicalMember(Arena& arena, std::string_view name, const Value& value) {
  if (IsTime(name) && value.is_string()) return CanonicalTime(arena, value);
  if (name == "regulatoryWindows") return CanonicalWindowList(arena, value);
  if (name == "blackoutPeriods") return CanonicalBlackoutList(arena, value);
  if (name == "dialerSettings")
    return OnlyMembers(arena, value, {"maxConcurrentCalls", "callRate", "capacityThreshold"});
  if (name == "optimizationSettings") return OnlyMembers(arena, value, {"useHistoricalAnswerRates", "peakHourBoost"});
  return value;
}

/// What a member that the tenant leaves out means.
std::optional<Value> Implied(ObjectKind kind, std::string_view member) {
  if (kind == ObjectKind::kCampaign && member == "complianceHold") return Value::Bool(false);
  if (kind == ObjectKind::kCallCode && member == "isActive") return Value::Bool(true);
  if (kind == ObjectKind::kSchedule && (member == "regulatoryWindows" || member == "blackoutPeriods"))
    return Value::Array({});
  return std::nullopt;
}

bool SameTime(const Value& a, const Value& b) {
  const auto left = ParseDateTime(a.as_string());
  const auto right = ParseDateTime(b.as_string());
  return left && right ? left->instant == right->instant : a == b;
}

bool SameZone(const Value& a, const Value& b) {
  return a == b ||
         (a.is_string() && b.is_string() && CanonicalZoneName(a.as_string()) == CanonicalZoneName(b.as_string()));
}

std::optional<Interval> RangeOf(const Value& schedule) {
  const auto start = ParseDateTime(schedule.GetString("startTime"));
  const auto end = ParseDateTime(schedule.GetString("endTime"));
  if (!start || !end || !(start->instant < end->instant)) return std::nullopt;
  return Interval{start->instant, end->instant};
}

/// From the first start to the last end: where only that moved, windows and blackouts are compared as if it had not.
std::optional<Interval> WholeRange(const Value& a, const Value& b) {
  const auto left = RangeOf(a), right = RangeOf(b);
  if (!left || !right) return std::nullopt;
  return Interval{std::min(left->start, right->start), std::max(left->end, right->end)};
}

bool SameWindow(const DailyWindow& a, const DailyWindow& b) {
  return a.start_minute == b.start_minute && a.end_minute == b.end_minute && a.enabled == b.enabled && a.zone == b.zone;
}

bool SameWindows(const Value& a, const Value& b, const Value& object_a, const Value& object_b) {
  if (a == b) return true;
  auto left = ReadWindows(a);
  auto right = ReadWindows(b);
  if (!left || !right) return false;
  if (std::ranges::equal(CanonicalWindows(*left), CanonicalWindows(*right), SameWindow)) return true;
  // Other windows, but the same time: 14:00-22:00 UTC is 09:00-17:00 in New York while winter lasts.
  const auto range = WholeRange(object_a, object_b);
  return range && PermittedTime(*left, {}, *range) == PermittedTime(*right, {}, *range);
}

/// What the blackouts of that reason close while the windows are open.
IntervalSet ClosedFor(const std::string& reason, const std::vector<Blackout>& blackouts, const IntervalSet& open) {
  std::vector<Interval> closed;
  for (const Blackout& blackout : blackouts) {
    if (blackout.reason == reason) closed.push_back(blackout.interval);
  }
  return Intersection(IntervalSet(std::move(closed)), open);
}

/// Whether both close the same calling time for the same reasons: midnight to midnight is 09:00-17:00 where the windows
/// are.
bool CloseTheSame(const std::vector<Blackout>& left, const std::vector<Blackout>& right, const Value& object_a,
                  const Value& object_b) {
  const auto range = WholeRange(object_a, object_b);
  const Value* live_windows = object_a.Find("regulatoryWindows");
  const Value* windows = object_b.Find("regulatoryWindows");
  if (!range || !live_windows || !windows || !SameWindows(*live_windows, *windows, object_a, object_b)) return false;
  std::set<std::string> reasons, live_reasons;
  for (const Blackout& blackout : left) live_reasons.insert(blackout.reason);
  for (const Blackout& blackout : right) reasons.insert(blackout.reason);
  const auto read = ReadWindows(*windows);
  if (!read || reasons != live_reasons) return false;
  const IntervalSet open = PermittedTime(*read, {}, *range);
  return std::ranges::all_of(reasons, [&](const std::string& reason) {
    return ClosedFor(reason, left, open) == ClosedFor(reason, right, open);
  });
}

bool SameBlackouts(const Value& a, const Value& b, const Value& object_a, const Value& object_b) {
  if (a == b) return true;
  auto left = ReadBlackouts(a);
  auto right = ReadBlackouts(b);
  if (!left || !right) return false;
  const auto same = [](const Blackout& x, const Blackout& y) {
    return x.interval == y.interval && x.reason == y.reason;
  };
  if (std::ranges::equal(CanonicalBlackouts(*left), CanonicalBlackouts(*right), same)) return true;
  return CloseTheSame(*left, *right, object_a, object_b);
}

void Compare(ObjectKind kind, const std::string& prefix, const Value& live, const Value& desired,
             const Value& live_object, const Value& desired_object, std::vector<FieldChange>& fields) {
  for (const Member& member : desired.members()) {
    // A code's place in the tree is its identity, not a member that could change.
    if (kind == ObjectKind::kCallCode && member.key == "parentCallCodeId") continue;
    const Value* found = live.Find(member.key);
    const auto implied = !found || found->is_null() ? Implied(kind, member.key) : std::nullopt;
    const Value before = implied ? *implied : found ? *found : Value::Null();
    std::string path = prefix + "/" + EscapePointerSegment(member.key);
    if (member.value.is_object()) {
      Compare(kind, path, before, member.value, live_object, desired_object, fields);
    } else if (!SameMeaning(kind, path, before, member.value, live_object, desired_object)) {
      fields.push_back({std::move(path), before, member.value, member.value.position()});
    }
  }
}

/// What of `live` is not in `desired`: a policy is written whole, and what git leaves out is removed. The secret of a
/// sink may not be known where git is read.
void FindRemoved(const std::string& prefix, const Value& live, const Value& desired, std::vector<FieldChange>& fields) {
  for (const Member& member : live.members()) {
    const std::string path = prefix + "/" + EscapePointerSegment(member.key);
    const Value* wanted = desired.Find(member.key);
    if (wanted && wanted->is_object()) {
      FindRemoved(path, member.value, *wanted, fields);
    } else if (!wanted && path != "/secretFingerprint") {
      fields.push_back({path, member.value, Value::Null(), desired.position()});
    }
  }
}

}  // namespace

Value WindowValue(Arena& arena, const DailyWindow& window) {
  const auto text = [](int minute) { return FormatTimeOfDay(minute % 1440); };
  return ObjectBuilder(arena)
      .Set("startTime", text(window.start_minute))
      .Set("endTime", text(window.end_minute))
      .Set("timeZone", window.zone.name())
      .Set("enabled", window.enabled)
      .Build();
}

Value BlackoutValue(Arena& arena, const Blackout& blackout) {
  return ObjectBuilder(arena)
      .Set("startTime", FormatUtc(blackout.interval.start))
      .Set("endTime", FormatUtc(blackout.interval.end))
      .Set("reason", blackout.reason)
      .Build();
}

Value CanonicalContent(Arena& arena, ObjectKind kind, const Value& content) {
  if (LivesInAgent(kind)) return CanonicalPolicy(arena, kind, content);
  ObjectBuilder canonical(arena);
  for (std::string_view name : MembersOf(kind)) {
    const auto member = std::ranges::find(content.members(), name, &Member::key);
    if (member != content.members().end() && !member->value.is_null()) {
      canonical.Append({name, member->key_position, CanonicalMember(arena, name, member->value)});
    }
  }
  // Whom it is for is shown, and never written.
  if (kind == ObjectKind::kCallback && content.Find("to"))
    canonical.Set("to", MakeString(arena, MaskPhoneNumbers(content.GetString("to"))));
  return canonical.Build().At(content);
}

Value RestrictTo(Arena& arena, const Value& content, const Value& managed) {
  if (!content.is_object() || !managed.is_object()) return content;
  ObjectBuilder restricted(arena);
  for (const Member& member : managed.members()) {
    const auto found = std::ranges::find(content.members(), member.key, &Member::key);
    if (found != content.members().end())
      restricted.Append({found->key, found->key_position, RestrictTo(arena, found->value, member.value)});
  }
  return restricted.Build().At(content);
}

bool SameMeaning(ObjectKind kind, std::string_view path, const Value& a, const Value& b, const Value& object_a,
                 const Value& object_b) {
  if (LivesInAgent(kind)) return SamePolicyMember(path, a, b);
  const std::string_view member = path.substr(path.rfind('/') + 1);
  if (kind != ObjectKind::kCallCode) {
    if (IsTime(member)) return SameTime(a, b);
    if (member == "timeZone") return SameZone(a, b);
    if (member == "regulatoryWindows") return SameWindows(a, b, object_a, object_b);
    if (member == "blackoutPeriods") return SameBlackouts(a, b, object_a, object_b);
  }
  return a == b;
}

std::vector<FieldChange> CompareContent(ObjectKind kind, const Value& live, const Value& desired) {
  std::vector<FieldChange> fields;
  Compare(kind, "", live, desired, live, desired, fields);
  if (LivesInAgent(kind)) FindRemoved("", live, desired, fields);
  return fields;
}

Value PatchOf(Arena& arena, const std::vector<FieldChange>& fields, const Value& after) {
  ObjectBuilder patch(arena);
  for (const Member& member : after.members()) {
    const std::string path = "/" + EscapePointerSegment(member.key);
    std::vector<FieldChange> inner;
    bool whole = false;
    for (const FieldChange& field : fields) {
      if (field.path == path) whole = true;
      if (field.path.starts_with(path + "/")) inner.push_back({field.path.substr(path.size()), {}, {}, {}});
    }
    if (whole) {
      patch.Set(member.key, member.value);
    } else if (!inner.empty()) {
      patch.Set(member.key, PatchOf(arena, inner, member.value));
    }
  }
  return patch.Build();
}

}  // namespace cxctl
