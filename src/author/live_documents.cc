#include "author/live_documents.h"

#include <fmt/format.h>

#include <algorithm>

#include "author/aligned_items.h"
#include "author/fold_calendar.h"
#include "author/live_time.h"
#include "author/plain_letters.h"
#include "plan/content.h"
#include "schema/validator.h"

namespace cxctl {

namespace {

constexpr std::size_t kLongestName = 63;

bool IsTime(std::string_view member) {
  return member == "startTime" || member == "endTime" || member == "scheduledResumeTime";
}

std::string Slug(std::string_view text) {
  std::string slug;
  for (const char c : PlainLetters(text)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) slug += c;
    if (!plain && !slug.empty() && !slug.ends_with('-')) slug += '-';
  }
  slug.resize(std::min(slug.size(), kLongestName));
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

Value TimeValue(Arena& arena, const Value& value, const Zone& zone) {
  const auto time = ParseDateTime(value.as_string());
  return time ? MakeString(arena, FormatLocal(zone, time->instant)) : value;
}

Zone ZoneOf(const Value& object) {
  return Zone::Load(object.GetString("timeZone")).value_or(Zone::Utc());
}

bool MeansTheSame(const Value& written, const Value& item, std::string_view list) {
  const auto time = [&](std::string_view name) {
    const auto a = ParseDateTime(written.GetString(name)), b = ParseDateTime(item.GetString(name));
    return a && b && a->instant == b->instant;
  };
  if (list == "blackoutPeriods")
    return time("startTime") && time("endTime") && written.GetString("reason") == item.GetString("reason");
  const auto end = [](const Value& window) {
    return ParseTimeOfDay(window.GetString("endTime"), true).value_or(-1) % 1440;
  };
  return written.GetString("startTime") == item.GetString("startTime") && end(written) == end(item) &&
         CanonicalZoneName(written.GetString("timeZone")) == CanonicalZoneName(item.GetString("timeZone")) &&
         written.Find("enabled") && item.Find("enabled") && *written.Find("enabled") == *item.Find("enabled");
}

Value KeepItems(Arena& arena, const Value& fresh, const Value* before, std::string_view list) {
  if (!before || !before->is_array()) return fresh;
  return AlignedItems(arena, fresh, *before,
                      [&](const Value& written, const Value& item) { return MeansTheSame(written, item, list); });
}

}  // namespace

std::string NameFor(std::string_view live_name, std::string_view fallback, std::set<std::string>& taken) {
  std::string base = Slug(live_name);
  if (base.empty()) base = fallback;
  std::string name = base;
  for (int i = 2; taken.contains(name); ++i) {
    const std::string suffix = fmt::format("-{}", i);
    name = base.substr(0, kLongestName - suffix.size());
    while (name.ends_with('-')) name.pop_back();
    name += suffix;
  }
  taken.insert(name);
  return name;
}

Value MakeDocument(Arena& arena, std::string_view kind, std::string_view name, const Value& spec) {
  return ObjectBuilder(arena)
      .Set("apiVersion", "cxctl/v1")
      .Set("kind", kind)
      .Set("metadata", ObjectBuilder(arena).Set("name", name).Build())
      .Set("spec", spec)
      .Build();
}

Value CampaignSpec(Arena& arena, const LiveObject& live) {
  const Value& content = live.content;
  const std::string_view state = content.GetString("state");
  const Value* resume = content.Find("scheduledResumeTime");
  const Value* hold = content.Find("complianceHold");
  ObjectBuilder spec(arena);
  spec.Set("id", live.id);
  const auto copy = [&](const char* member) {
    if (const Value* value = content.Find(member); value && !value->is_null()) spec.Set(member, *value);
  };
  if (state == "ACTIVE" || state == "PAUSED" || state == "INACTIVE") copy("state");
  if (state == "PAUSED") {
    copy("pauseReason");
    if (hold && hold->as_bool() && resume && resume->is_string()) copy("complianceHold");
    if (resume && resume->is_string()) copy("scheduledResumeTime");
  }
  for (const char* member : {"maxAgents", "dialingMode", "dialRate"}) copy(member);
  return spec.Build();
}

Value ScheduleSpec(Arena& arena, const LiveObject& live, std::string_view campaign, std::string_view calendar) {
  const Value content = CanonicalContent(arena, ObjectKind::kSchedule, live.content);
  const Zone zone = ZoneOf(content);
  ObjectBuilder spec(arena);
  spec.Set("campaign", campaign);
  const auto copy = [&](const char* member) {
    const Value* value = content.Find(member);
    if (value) spec.Set(member, IsTime(member) ? TimeValue(arena, *value, zone) : *value);
  };
  for (const char* member : {"name", "description", "startTime", "endTime", "timeZone"}) copy(member);
  if (!calendar.empty()) {
    spec.Set("calendar", calendar);
  } else {
    const Value* windows = content.Find("regulatoryWindows");
    spec.Set("regulatoryWindows", windows ? *windows : Value::Array({}));
    const Value blackouts = WrittenBlackouts(arena, content, zone);
    if (!blackouts.items().empty()) spec.Set("blackoutPeriods", blackouts);
  }
  for (const char* member : {"dialerSettings", "optimizationSettings"}) copy(member);
  return spec.Build();
}

Value CodeValue(Arena& arena, const LiveObject& live) {
  ObjectBuilder code(arena);
  for (const char* member : {"code", "name", "type"}) {
    if (const Value* value = live.content.Find(member)) code.Set(member, *value);
  }
  const Value* active = live.content.Find("isActive");
  if (active && !active->as_bool()) code.Set("isActive", false);
  return code.Build();
}

Value WrittenValue(Arena& arena, std::string_view path, const Value& live, const Value& live_object,
                   const Value* before) {
  const std::string_view member = path.substr(path.rfind('/') + 1);
  if (member == "blackoutPeriods")
    return KeepItems(arena, WrittenBlackouts(arena, live_object, ZoneOf(live_object)), before, member);
  if (member == "regulatoryWindows") return KeepItems(arena, live, before, member);
  if (!IsTime(member) || !live.is_string()) return live;
  const auto written = before ? ParseDateTime(before->as_string()) : std::nullopt;
  const auto time = ParseDateTime(live.as_string());
  if (!time || (written && written->zulu)) return live;
  return TimeValue(arena, live, ZoneOf(live_object));
}

std::string ShapeFault(const Value& document) {
  const KindSpec* kind = FindKind(document.GetString("kind"));
  if (!kind) return "an unknown kind";
  Diagnostics diagnostics;
  if (ValidateShape(DocumentShape(*kind), document, "", diagnostics)) return "";
  return diagnostics.empty() ? "its shape" : diagnostics.front().message;
}

}  // namespace cxctl
