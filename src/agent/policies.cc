#include "agent/policies.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "pacing/settings.h"
#include "schema/kind_spec.h"
#include "schema/validator.h"

namespace cxctl {

namespace {

constexpr std::string_view kBodyMembers[] = {"spec", "campaignId", "calendar", "sinks"};

std::optional<Duration> FindDuration(const Value* value) {
  return value == nullptr ? std::nullopt : ParseDuration(value->as_string());
}

Duration DurationOr(const Value* value, Duration fallback) {
  return FindDuration(value).value_or(fallback);
}

std::optional<std::int64_t> FindInt(const Value* value) {
  return value == nullptr ? std::nullopt : std::optional(value->as_int());
}

std::string TextOr(const Value& spec, std::string_view name, std::string_view fallback) {
  const Value* value = spec.Find(name);
  return std::string(value == nullptr ? fallback : value->as_string());
}

Result<void> CheckInterval(const Value& spec, std::string_view name) {
  const auto interval = FindDuration(spec.Find(name));
  if (interval && *interval < std::chrono::seconds(1)) {
    return Fail(ErrorCode::kInvalid, fmt::format("{} must be 1s or longer", name));
  }
  return {};
}

/// The shape that the schema has for the kind's spec; the first fault is told.
Result<void> CheckSpec(const KindSpec& kind, const Value& spec, const std::string& address) {
  Diagnostics diagnostics;
  if (ValidateShape(kind.spec, spec, address, diagnostics)) return {};
  const Diagnostic& first = diagnostics.front();
  const std::string subject =
      first.message.starts_with("the document ") ? "spec" + first.message.substr(12) : first.message;
  return Fail(ErrorCode::kInvalid, first.help.empty() ? subject : fmt::format("{}; {}", subject, first.help));
}

Result<std::shared_ptr<const CallingCalendar>> ReadCalendar(const Value& body) {
  const Value* calendar = body.Find("calendar");
  if (calendar == nullptr) return nullptr;
  if (const auto checked = CheckSpec(*FindKind("CallingCalendar"), *calendar, "calendar"); !checked) {
    return Fail(ErrorCode::kInvalid, fmt::format("calendar is no CallingCalendar's spec: {}", checked.error().message));
  }
  std::optional<CallingCalendar> read = CallingCalendar::Read(*calendar);
  if (!read) {
    return Fail(ErrorCode::kInvalid, "calendar is in a time zone that does not exist: write an IANA name");
  }
  return std::make_shared<const CallingCalendar>(*std::move(read));
}

Result<void> CheckBody(const Value& body) {
  if (!body.is_object()) return Fail(ErrorCode::kInvalid, "spec is missing: the body is a JSON object with it");
  for (const Member& member : body.members()) {
    if (std::ranges::find(kBodyMembers, member.key) == std::end(kBodyMembers)) {
      return Fail(ErrorCode::kInvalid,
                  fmt::format("unknown member \"{}\"; known members: spec, campaignId, calendar, sinks",
                              EscapeControls(member.key)));
    }
  }
  const Value* spec = body.Find("spec");
  if (spec == nullptr || !spec->is_object()) {
    return Fail(ErrorCode::kInvalid, spec == nullptr ? "spec is missing" : "spec must be a mapping");
  }
  const Value* sinks = body.Find("sinks");
  if (sinks != nullptr && (!sinks->is_array() || !std::ranges::all_of(sinks->items(), &Value::is_string))) {
    return Fail(ErrorCode::kInvalid, "sinks must be a list of names of sinks");
  }
  return {};
}

Result<PolicyHead> ReadHead(std::string_view name, std::int64_t version, const Value& body) {
  PolicyHead head{std::string(name), version, std::nullopt};
  const Value* sinks = body.Find("sinks");
  if (sinks == nullptr) sinks = body.Find("spec", "sinks");
  if (sinks == nullptr) return head;
  head.sinks.emplace();
  for (const Value& sink : sinks->items()) head.sinks->emplace_back(sink.as_string());
  return head;
}

Result<std::string> ReadCampaign(const Value& body) {
  const Value* id = body.Find("campaignId");
  if (id == nullptr) return Fail(ErrorCode::kInvalid, "campaignId is missing: the tenant's id of the campaign");
  if (id->as_string().empty()) return Fail(ErrorCode::kInvalid, "campaignId must be a string that is not empty");
  return std::string(id->as_string());
}

Result<DeployedPacing> ReadPacing(PolicyHead head, const Value& body) {
  const Value& spec = *body.Find("spec");
  DeployedPacing policy{std::move(head), "", {}};
  policy.campaign = body.Find("spec")->GetString("campaign");
  TRY_ASSIGN(policy.campaign_id, ReadCampaign(body));
  TRY(CheckInterval(spec, "interval"));
  policy.settings = ReadPacingSettings(spec);
  if (policy.settings.max < policy.settings.min)
    return Fail(ErrorCode::kInvalid, "dialRate.max must not be under dialRate.min");
  return policy;
}

Result<DeployedThrottle> ReadThrottle(PolicyHead head, const Value& body) {
  const Value& spec = *body.Find("spec");
  DeployedThrottle policy;
  static_cast<PolicyHead&>(policy) = std::move(head);
  policy.campaign = body.Find("spec")->GetString("campaign");
  TRY_ASSIGN(policy.campaign_id, ReadCampaign(body));
  TRY(CheckInterval(spec, "interval"));
  TRY(CheckInterval(spec, "window"));
  const ThrottleRhythm rhythm = ReadThrottleRhythm(spec);
  policy.interval = rhythm.interval;
  policy.resume_after = rhythm.resume_after;
  policy.settings = ReadThrottleSettings(spec);
  policy.pause_reason = TextOr(*spec.Find("pause"), "reason", policy.pause_reason);
  TRY_ASSIGN(policy.calendar, ReadCalendar(body));
  return policy;
}

std::optional<DeployedCallbacks::Capacity> ReadCapacity(const Value& spec) {
  const Value* written = spec.Find("capacity");
  // Without a threshold there is nothing to hold the queue against.
  if (written == nullptr || written->Find("threshold") == nullptr) return std::nullopt;
  DeployedCallbacks::Capacity capacity;
  capacity.threshold = FindInt(written->Find("threshold")).value_or(0);
  capacity.min = FindInt(written->Find("min"));
  capacity.max = FindInt(written->Find("max"));
  capacity.window = DurationOr(written->Find("window"), capacity.window);
  capacity.lower_above = FindInt(written->Find("lowerAbove"));
  capacity.raise_below = FindInt(written->Find("raiseBelow"));
  capacity.lower_by = FindInt(written->Find("lowerBy")).value_or(capacity.lower_by);
  capacity.raise_by = FindInt(written->Find("raiseBy")).value_or(capacity.raise_by);
  return capacity;
}

void ReadSteps(const Value& spec, DeployedCallbacks& policy) {
  if (const Value* crm = spec.Find("crm")) {
    const Value* enabled = crm->Find("enabled");
    policy.crm = enabled != nullptr && enabled->as_bool();
    if (const Value* fields = crm->Find("fields")) {
      for (const Member& field : fields->members()) {
        policy.crm_fields.emplace_back(std::string(field.key), std::string(field.value.as_string()));
      }
    }
  }
  if (const Value* sms = spec.Find("sms")) {
    const Value* enabled = sms->Find("enabled");
    policy.sms = enabled != nullptr && enabled->as_bool();
    policy.sms_from = sms->GetString("from");
    policy.sms_body = sms->GetString("body");
  }
}

Result<DeployedCallbacks> ReadCallbacks(PolicyHead head, const Value& body) {
  const Value& spec = *body.Find("spec");
  DeployedCallbacks policy;
  static_cast<PolicyHead&>(policy) = std::move(head);
  policy.queue_id = spec.GetString("queueId");
  policy.from = spec.GetString("from");
  policy.default_region = TextOr(spec, "defaultRegion", policy.default_region);
  if (const Value* regions = spec.Find("allowedRegions")) {
    for (const Value& region : regions->items()) policy.allowed_regions.emplace_back(region.as_string());
  }
  TRY_ASSIGN(policy.calendar, ReadCalendar(body));
  // A policy that is held to a calendar never goes without it.
  if (spec.Find("calendar") != nullptr && policy.calendar == nullptr) {
    return Fail(ErrorCode::kInvalid, "calendar is missing: spec.calendar names one, put its spec beside spec");
  }
  policy.lead_min = FindDuration(spec.Find("leadTime", "min"));
  policy.lead_max = FindDuration(spec.Find("leadTime", "max"));
  if (policy.lead_min && policy.lead_max && *policy.lead_max < *policy.lead_min) {
    return Fail(ErrorCode::kInvalid, "leadTime.max must not be under leadTime.min");
  }
  policy.capacity = ReadCapacity(spec);
  policy.max_retries = static_cast<int>(
      std::min<std::int64_t>(FindInt(spec.Find("retry", "maxRetries")).value_or(policy.max_retries), 1000));
  policy.base_delay = DurationOr(spec.Find("retry", "baseDelay"), policy.base_delay);
  policy.max_delay = DurationOr(spec.Find("retry", "maxDelay"), policy.max_delay);
  ReadSteps(spec, policy);
  if (policy.sms && policy.sms_from.empty()) return Fail(ErrorCode::kInvalid, "sms.from is missing: sms is enabled");
  if (policy.sms && policy.sms_body.empty()) return Fail(ErrorCode::kInvalid, "sms.body is missing: sms is enabled");
  policy.on_violation = TextOr(spec, "onViolation", policy.on_violation);
  return policy;
}

SinkSettings ReadSink(std::string_view name, const Value& spec) {
  SinkSettings sink;
  sink.name = name;
  sink.url = spec.GetString("url");
  for (const Value& event : spec.Find("events")->items()) sink.events.emplace_back(event.as_string());
  sink.secret = spec.GetString("secret");
  const Value* allow = spec.Find("allowPrivate");
  sink.allow_private = allow != nullptr && allow->as_bool();
  return sink;
}

}  // namespace

const DeployedCallbacks* Policies::ForQueue(std::string_view queue_id) const {
  const auto found =
      std::ranges::find_if(callbacks, [&](const auto& each) { return each.second.queue_id == queue_id; });
  return found == callbacks.end() ? nullptr : &found->second;
}

std::string PolicyId(std::string_view kind, std::string_view name) {
  return fmt::format("{}/{}", kind, name);
}

Result<void> ReadPolicy(std::string_view kind, std::string_view name, std::int64_t version, const Value& body,
                        Policies& policies) {
  const KindSpec* spec = IsPolicyKind(kind) ? FindKind(kind) : nullptr;
  if (spec == nullptr) {
    return Fail(ErrorCode::kInvalid,
                fmt::format("kind {} is none that is deployed to the agent", EscapeControls(kind)));
  }
  TRY(CheckBody(body));
  TRY(CheckSpec(*spec, *body.Find("spec"), PolicyId(kind, name)));
  TRY_ASSIGN(PolicyHead head, ReadHead(name, version, body));
  const std::string key(name);
  if (kind == "PacingPolicy") {
    TRY_ASSIGN(auto read, ReadPacing(std::move(head), body));
    policies.pacing[key] = std::move(read);
  } else if (kind == "ThrottlePolicy") {
    TRY_ASSIGN(auto read, ReadThrottle(std::move(head), body));
    policies.throttle[key] = std::move(read);
  } else if (kind == "CallbackPolicy") {
    TRY_ASSIGN(auto read, ReadCallbacks(std::move(head), body));
    policies.callbacks[key] = std::move(read);
  } else {
    std::erase_if(policies.sinks, [&](const SinkSettings& sink) { return sink.name == name; });
    policies.sinks.push_back(ReadSink(name, *body.Find("spec")));
  }
  return {};
}

bool IsPolicyKind(std::string_view kind) {
  return kind == "PacingPolicy" || kind == "ThrottlePolicy" || kind == "CallbackPolicy" || kind == "Sink";
}

}  // namespace cxctl
