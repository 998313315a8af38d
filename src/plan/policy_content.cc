#include "plan/policy_content.h"

#include <algorithm>
#include <array>

#include "schema/defaults.h"
#include "schema/kind_spec.h"
#include "time/instant.h"
#include "time/zone.h"
#include "value/json.h"

namespace cxctl {

namespace {

Value Canonical(Arena& arena, const Shape& shape, std::string_view name, const Value& value);

/// The members in the order of the description, so that two versions differ in what differs.
Value CanonicalObject(Arena& arena, const Shape& shape, const Value& object) {
  ObjectBuilder canonical(arena);
  for (const Field& field : shape.fields) {
    const auto member = std::ranges::find(object.members(), field.name, &Member::key);
    if (member != object.members().end() && !member->value.is_null()) {
      canonical.Append({field.name, member->key_position, Canonical(arena, field.shape, field.name, member->value)});
    } else if (const auto implied = DefaultOf(arena, field)) {
      canonical.Append({field.name, object.position(), implied->At(object)});
    }
  }
  return canonical.Build().At(object);
}

int DayOf(const Value& day) {
  constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return static_cast<int>(std::ranges::find(kDays, day.as_string()) - kDays.begin());
}

/// All lists of policies, sinks and calendars are sets.
Value CanonicalList(Arena& arena, const Shape& shape, std::string_view name, const Value& list) {
  std::vector<Value> items;
  for (const Value& item : list.items()) items.push_back(shape.item ? Canonical(arena, *shape.item, "", item) : item);
  const auto before = [&](const Value& a, const Value& b) {
    return name == "days" ? DayOf(a) < DayOf(b) : ToCanonicalJson(a) < ToCanonicalJson(b);
  };
  std::ranges::stable_sort(items, before);
  const auto repeats = std::ranges::unique(items);
  items.erase(repeats.begin(), repeats.end());
  ArrayBuilder canonical(arena);
  for (const Value& item : items) canonical.Add(item);
  return canonical.Build().At(list);
}

Value Canonical(Arena& arena, const Shape& shape, std::string_view name, const Value& value) {
  if (value.is_object() && shape.kind == ShapeKind::kObject) return CanonicalObject(arena, shape, value);
  if (value.is_array()) return CanonicalList(arena, shape, name, value);
  if (value.is_string() && (name == "startTime" || name == "endTime")) {
    const auto time = ParseDateTime(value.as_string());
    if (time) return MakeString(arena, FormatUtc(time->instant)).At(value);
  }
  return value;
}

Value CanonicalNames(Arena& arena, const Value& names) {
  static const Shape kNames;
  return names.is_array() ? CanonicalList(arena, kNames, "", names) : names;
}

bool IsText(std::string_view path) {
  return path.starts_with("/spec/crm/") || path.starts_with("/spec/sms/") || path.starts_with("/spec/url");
}

Risk Higher(const FieldChange& field, Risk when_higher, Risk when_lower, double absent) {
  const auto number = [&](const Value& value) {
    if (value.is_number()) return value.as_double();
    const auto duration = ParseDuration(value.as_string());
    return duration ? static_cast<double>(duration->count()) : absent;
  };
  const double before = number(field.before);
  const double after = number(field.after);
  if (before == after) return Risk::kNeutral;
  return after > before ? when_higher : when_lower;
}

Risk OfPacing(const FieldChange& field) {
  const std::string_view path = field.path;
  const bool rate = path.starts_with("/spec/dialRate/") || path == "/spec/utilization";
  if (path == "/spec/abandonRate") return Risk::kIncreases;  // taken out: abandons are not held down any more
  if (rate || path == "/spec/abandonRate/max") return Higher(field, Risk::kIncreases, Risk::kReduces, 1e9);
  if (path == "/spec/algorithm" || path == "/campaignId" || path == "/spec/campaign") return Risk::kMixed;
  return Risk::kNeutral;
}

Risk OfThrottle(const FieldChange& field) {
  const std::string_view path = field.path;
  if (path == "/spec/minAnswerRate") return Higher(field, Risk::kReduces, Risk::kIncreases, 0);
  if (path == "/spec/maxAbandonRate") return Higher(field, Risk::kIncreases, Risk::kReduces, 1e9);
  if (path == "/spec/minAttempts" || path == "/spec/interval")
    return Higher(field, Risk::kIncreases, Risk::kReduces, 0);
  if (path == "/spec/pause/resumeAfter") return Higher(field, Risk::kReduces, Risk::kIncreases, 0);
  if (path == "/sinks" || path == "/spec/pause/reason") return Risk::kNeutral;
  return Risk::kMixed;  // window, campaign, calendar
}

Risk OfCallbacks(const FieldChange& field) {
  const std::string_view path = field.path;
  if (path.starts_with("/spec/capacity/")) {
    const bool limit = path.ends_with("/threshold") || path.ends_with("/min") || path.ends_with("/max");
    return limit ? Higher(field, Risk::kIncreases, Risk::kReduces, 1e9) : Risk::kNeutral;
  }
  const bool intake = path == "/spec/queueId" || path == "/spec/allowedRegions" || path == "/spec/defaultRegion" ||
                      path == "/spec/calendar" || path.starts_with("/calendar") || path.starts_with("/spec/leadTime");
  return intake ? Risk::kMixed : Risk::kNeutral;
}

}  // namespace

Value CanonicalSpec(Arena& arena, std::string_view kind, const Value& spec) {
  const KindSpec* known = FindKind(kind);
  return known ? CanonicalObject(arena, known->spec, spec) : spec;
}

Value CanonicalPolicy(Arena& arena, ObjectKind kind, const Value& content) {
  ObjectBuilder canonical(arena);
  const Value* fingerprint = content.Find("secretFingerprint");
  if (const Value* written = content.Find("spec")) {
    ObjectBuilder spec(arena, CanonicalSpec(arena, KindName(kind), *written));
    spec.Remove("sinks");
    const Value* secret = written->Find("secret");
    // An agent tells of a secret by its fingerprint alone.
    if (secret) spec.Set("secret", Value::String(kSecretText).At(*secret));
    if (!secret && fingerprint) spec.Set("secret", Value::String(kSecretText).At(*written));
    canonical.Set("spec", spec.Build().At(*written));
  }
  if (const Value* id = content.Find("campaignId")) canonical.Set("campaignId", *id);
  if (const Value* calendar = content.Find("calendar"))
    canonical.Set("calendar", CanonicalSpec(arena, "CallingCalendar", *calendar));
  if (const Value* sinks = content.Find("sinks")) canonical.Set("sinks", CanonicalNames(arena, *sinks));
  if (fingerprint && kind == ObjectKind::kSink) canonical.Set("secretFingerprint", *fingerprint);
  return canonical.Build().At(content);
}

bool SamePolicyMember(std::string_view path, const Value& a, const Value& b) {
  if (a == b || !a.is_string() || !b.is_string() || IsText(path)) return a == b;
  if (path.ends_with("/timeZone")) return CanonicalZoneName(a.as_string()) == CanonicalZoneName(b.as_string());
  const auto left = ParseDuration(a.as_string());
  const auto right = ParseDuration(b.as_string());
  return left && right && *left == *right;
}

Risk RiskOfPolicyCreate(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kPacingPolicy:    // the rate may rise to its max
    case ObjectKind::kCallbackPolicy:  // callbacks are taken
      return Risk::kIncreases;
    case ObjectKind::kThrottlePolicy:
      return Risk::kReduces;
    default:
      return Risk::kNeutral;
  }
}

Risk RiskOfPolicyRemoval(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kThrottlePolicy:
      return Risk::kIncreases;
    case ObjectKind::kCallbackPolicy:
      return Risk::kReduces;
    default:
      return Risk::kNeutral;  // without pacing the rate stays where it is
  }
}

Risk RiskOfPolicyMember(ObjectKind kind, const FieldChange& field) {
  if (kind == ObjectKind::kPacingPolicy) return OfPacing(field);
  if (kind == ObjectKind::kThrottlePolicy) return OfThrottle(field);
  return kind == ObjectKind::kCallbackPolicy ? OfCallbacks(field) : Risk::kNeutral;
}

}  // namespace cxctl
