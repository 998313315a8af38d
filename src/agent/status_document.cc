#include "agent/status_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "agent/calendar_week.h"
#include "agent/throttle_hold.h"
#include "base/strings.h"
#include "value/json.h"

namespace cxctl {

namespace {

std::int64_t Seconds(Duration duration) {
  return std::chrono::floor<std::chrono::seconds>(duration).count();
}

/// "wfo.example.com:8443" of "https://user@wfo.example.com:8443/path?token=…"
std::string_view HostOf(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  const std::size_t at = host.rfind('@');
  return at == std::string_view::npos ? host : host.substr(at + 1);
}

/// The URL without what may be secret in it.
std::string PlainUrl(std::string_view url) {
  const std::size_t scheme = url.find("://");
  return scheme == std::string_view::npos ? std::string(HostOf(url))
                                          : fmt::format("{}://{}", url.substr(0, scheme), HostOf(url));
}

class Document {
 public:
  explicit Document(const StatusInput& input)
      : input_(input), policies_(input.policies ? *input.policies : none_), controllers_(MakeControllers()) {}

  std::string Write() {
    ObjectBuilder json(arena_);
    json.Set("agent", AgentValue()).Set("tenant", TenantValue()).Set("campaigns", Campaigns());
    json.Set("pacing", controllers_.pacing).Set("throttle", controllers_.throttle).Set("callbacks", Callbacks());
    json.Set("sinks", Sinks()).Set("drift", DriftValue()).Set("calendars", Calendars()).Set("leases", Leases());
    ArrayBuilder problems(arena_);
    for (const std::string& each : policies_.unreadable) problems.Add(Text(MaskPhoneNumbers(each)));
    return ToJson(json.Set("problems", problems.Build()).Build());
  }

 private:
  struct Controllers {
    Value pacing, throttle;
  };

  Value Text(std::string_view text) { return MakeString(arena_, text); }
  Value Time(Instant instant) { return Text(FormatUtc(instant)); }
  void SetText(ObjectBuilder& json, std::string_view key, std::string_view text) {
    if (!text.empty()) json.Set(key, Text(MaskPhoneNumbers(text)));
  }
  void SetTime(ObjectBuilder& json, std::string_view key, const std::optional<Instant>& time) {
    if (time) json.Set(key, Time(*time));
  }

  Value AgentValue() {
    ObjectBuilder json(arena_);
    json.Set("version", Text(input_.version)).Set("instance", Text(input_.instance));
    return json.Set("startedAt", Time(input_.started_at)).Set("time", Time(input_.now)).Build();
  }

  Value TenantValue() {
    ObjectBuilder json(arena_);
    json.Set("name", Text(input_.tenant.name)).Set("baseUrl", Text(PlainUrl(input_.tenant.base_url)));
    json.Set("reachable", input_.tenant.reachable);
    SetText(json, "lastError", input_.tenant.last_error);
    return json.Build();
  }

  // --- Campaigns -----------------------------------------------------------------------------------------------------

  /// The document's name by the campaign's id, of all that policies tell of.
  std::map<std::string, std::string> CampaignNames() const {
    std::map<std::string, std::string> names;
    for (const auto& [name, policy] : policies_.pacing) names.emplace(policy.campaign_id, policy.campaign);
    for (const auto& [name, policy] : policies_.throttle) names.emplace(policy.campaign_id, policy.campaign);
    return names;
  }

  /// The policy whose pause it is, or "".
  std::string HeldBy(const LiveCampaign& campaign) const {
    for (const auto& [name, policy] : policies_.throttle) {
      if (policy.campaign_id != campaign.id || campaign.state != "PAUSED") continue;
      const auto hold = hold_reasons_.find(name);
      if (hold != hold_reasons_.end() && hold->second == campaign.pause_reason) return "ThrottlePolicy/" + name;
    }
    return "";
  }

  Value CampaignValue(const LiveCampaign& campaign, std::string_view document) {
    ObjectBuilder json(arena_);
    json.Set("id", Text(campaign.id)).Set("name", Text(campaign.name));
    SetText(json, "document", document);
    json.Set("state", Text(campaign.state));
    SetText(json, "pauseReason", campaign.pause_reason);
    json.Set("complianceHold", campaign.compliance_hold);
    SetTime(json, "scheduledResumeTime", campaign.resume_time);
    if (campaign.state != kUnknown) json.Set("dialRate", campaign.dial_rate);
    SetText(json, "heldBy", HeldBy(campaign));
    return json.Build();
  }

  Value Campaigns() {
    std::map<std::string, std::string> documents = CampaignNames();
    std::vector<LiveCampaign> campaigns = input_.campaigns;
    for (const auto& [id, name] : documents) {
      if (std::ranges::find(campaigns, id, &LiveCampaign::id) != campaigns.end()) continue;
      LiveCampaign& unknown = campaigns.emplace_back();
      unknown.id = id;
      unknown.name = name;
      unknown.state = kUnknown;
    }
    std::ranges::sort(campaigns, {}, [](const LiveCampaign& each) { return std::pair(each.name, each.id); });
    ArrayBuilder list(arena_);
    for (const LiveCampaign& each : campaigns) list.Add(CampaignValue(each, documents[each.id]));
    return list.Build();
  }

  // --- Controllers ---------------------------------------------------------------------------------------------------

  Controllers MakeControllers() {
    ArrayBuilder pacing(arena_), throttle(arena_);
    for (const auto& [name, policy] : policies_.pacing)
      pacing.Add(ControllerValue("pacing", name, policy.campaign, policy.campaign_id, input_.pacing, Limits(policy)));
    for (const auto& [name, policy] : policies_.throttle) {
      const Value value =
          ControllerValue("throttle", name, policy.campaign, policy.campaign_id, input_.throttle, Limits(policy));
      if (const Value* hold = value.Find("hold")) hold_reasons_.emplace(name, hold->GetString("reason"));
      throttle.Add(value);
    }
    return {pacing.Build(), throttle.Build()};
  }

  Value Limits(const DeployedPacing& policy) {
    const PacingSettings& settings = policy.settings;
    const bool adaptive = settings.algorithm == PacingSettings::Algorithm::kAdaptive;
    ObjectBuilder json(arena_);
    json.Set("algorithm", adaptive ? "adaptive" : "availability").Set("intervalSeconds", Seconds(settings.interval));
    json.Set("min", settings.min).Set("max", settings.max).Set("idle", settings.idle);
    if (settings.answer_target) {
      json.Set("answerRate", *settings.answer_target).Set("answerTolerance", settings.answer_tolerance);
    }
    if (adaptive) json.Set("abandonRate", settings.abandon_max);
    return json.Build();
  }

  Value Limits(const DeployedThrottle& policy) {
    ObjectBuilder json(arena_);
    json.Set("windowSeconds", Seconds(policy.settings.window)).Set("minAttempts", policy.settings.min_attempts);
    if (policy.settings.min_answer_rate) json.Set("minAnswerRate", *policy.settings.min_answer_rate);
    if (policy.settings.max_abandon_rate) json.Set("maxAbandonRate", *policy.settings.max_abandon_rate);
    return json.Build();
  }

  Value ControllerValue(std::string_view kind, const std::string& name, const std::string& campaign,
                        const std::string& campaign_id, const std::map<std::string, ControllerView>& views,
                        Value limits) {
    ObjectBuilder json(arena_);
    json.Set("policy", Text(name)).Set("campaign", Text(campaign)).Set("campaignId", Text(campaign_id));
    const auto view = views.find(name);
    if (view == views.end() || (view->second.status.empty() && view->second.record.empty())) {
      json.Set("state", "starting").Set("reason", Text(WhereItRuns(kind, name)));
    } else if (!view->second.status.empty()) {
      SetOwnStatus(json, view->second.status);
    } else {
      SetRecorded(json, view->second.record, WhereItRuns(kind, name));
    }
    return json.Set("limits", limits).Build();
  }

  void SetOwnStatus(ObjectBuilder& json, const std::string& status) {
    const auto value = ParseJson(arena_, status);
    if (!value || !value->is_object()) {
      json.Set("state", "unreadable").Set("reason", "its state cannot be read");
      return;
    }
    for (const Member& member : value->members()) {
      // The runner's own: whether it runs is clear from its state, when it stepped from `steppedAt`.
      if (member.key != "running" && member.key != "lastStep") json.Set(member.key, member.value);
    }
    json.Set("reason", Text(MaskPhoneNumbers(value->GetString("reason"))));
    SetText(json, "lastError", value->GetString("lastError"));
    if (const Value* points = value->Find("points")) json.Set("points", NewPoints(*points));
  }

  /// Those that the reader does not have yet.
  Value NewPoints(const Value& points) {
    if (!input_.points_after) return points;
    ArrayBuilder list(arena_);
    for (const Value& point : points.items()) {
      const auto at = ParseDateTime(point.GetString("at"));
      if (at && at->instant > *input_.points_after) list.Add(point);
    }
    return list.Build();
  }

  /// Of a controller that another replica runs.
  void SetRecorded(ObjectBuilder& json, const std::string& record, std::string_view where) {
    const auto value = ParseJson(arena_, record);
    if (!value || !value->is_object()) {
      json.Set("state", "unreadable").Set("reason", "its record in the store cannot be read");
      return;
    }
    json.Set("state", "elsewhere").Set("reason", Text(where));
    if (const Value* last = value->Find("lastFigures")) json.Set("lastFigures", Time({last->as_int()}));
    if (const Value* points = value->Find("points")) json.Set("points", NewPoints(*points));
    if (const auto hold = ReadThrottleHold(value->Find("hold"))) {
      ObjectBuilder held(arena_);
      held.Set("since", Time(hold->since)).Set("until", Time(hold->resume_at));
      held.Set("reason", Text(hold->reason)).Set("trigger", Text(hold->trigger));
      SetText(held, "blocked", hold->blocked);
      json.Set("hold", held.Build());
    }
  }

  std::string WhereItRuns(std::string_view kind, const std::string& name) const {
    const std::string lease = fmt::format("{}/{}", kind, name);
    for (const AgentLease& each : input_.leases) {
      if (each.name != lease || each.expires < input_.now) continue;
      return each.owner == input_.instance ? "its first step is under way" : fmt::format("{} runs it", each.owner);
    }
    return "no agent has taken it yet";
  }

  // --- The rest ------------------------------------------------------------------------------------------------------

  Value Callbacks() {
    ObjectBuilder states(arena_);
    for (const char* state : {"queued", "scheduled", "completed", "cancelled", "failed"}) states.Set(state, 0);
    for (const auto& [state, count] : input_.callbacks) states.Set(arena_.Copy(state), count);
    ArrayBuilder queues(arena_);
    for (const auto& [name, policy] : policies_.callbacks) {
      const auto view = input_.queues.find(policy.queue_id);
      const QueueView figures = view == input_.queues.end() ? QueueView{} : view->second;
      ObjectBuilder queue(arena_);
      queue.Set("queueId", Text(policy.queue_id)).Set("policy", Text(name));
      if (figures.active) queue.Set("active", *figures.active);
      if (figures.threshold) {
        queue.Set("threshold", *figures.threshold);
      } else if (policy.capacity) {
        queue.Set("threshold", policy.capacity->threshold);
      }
      queues.Add(queue.Build());
    }
    return ObjectBuilder(arena_).Set("states", states.Build()).Set("queues", queues.Build()).Build();
  }

  Value Sinks() {
    ArrayBuilder list(arena_);
    for (const SinkSettings& sink : policies_.sinks) {
      const auto found = input_.sinks.find(sink.name);
      const SinkView view = found == input_.sinks.end() ? SinkView{} : found->second;
      ObjectBuilder json(arena_);
      json.Set("name", Text(sink.name)).Set("host", Text(HostOf(sink.url))).Set("state", view.on ? "on" : "off");
      json.Set("pending", view.pending).Set("dead", view.dead);
      SetTime(json, "lastSuccess", view.last_success);
      SetText(json, "lastError", view.last_error);
      list.Add(json.Build());
    }
    return list.Build();
  }

  Value DriftValue() {
    ObjectBuilder json(arena_);
    json.Set("reconcile", Text(input_.drift.reconcile));
    SetTime(json, "checkedAt", input_.drift.checked_at);
    SetText(json, "lastError", input_.drift.last_error);
    ArrayBuilder items(arena_);
    for (const DriftView::Item& item : input_.drift.items) {
      items.Add(ObjectBuilder(arena_).Set("address", Text(item.address)).Set("status", Text(item.status)).Build());
    }
    return json.Set("items", items.Build()).Build();
  }

  Value Calendars() {
    std::vector<std::pair<Value, std::vector<std::string>>> weeks;
    const auto add = [&](std::string policy, const CallingCalendar* calendar) {
      if (!calendar) return;
      const Value week = CalendarWeek(arena_, *calendar, input_.now);
      const auto same = std::ranges::find(weeks, week, [](const auto& each) { return each.first; });
      auto& users = same == weeks.end() ? weeks.emplace_back(week, std::vector<std::string>()).second : same->second;
      users.push_back(std::move(policy));
    };
    for (const auto& [name, policy] : policies_.throttle) add("ThrottlePolicy/" + name, policy.calendar.get());
    for (const auto& [name, policy] : policies_.callbacks) add("CallbackPolicy/" + name, policy.calendar.get());
    ArrayBuilder list(arena_);
    for (const auto& [week, users] : weeks) list.Add(WithUsers(week, users));
    return list.Build();
  }

  Value WithUsers(const Value& week, const std::vector<std::string>& users) {
    ArrayBuilder policies(arena_);
    for (const std::string& each : users) policies.Add(Text(each));
    ObjectBuilder json(arena_);
    json.Set("policies", policies.Build());
    for (const Member& member : week.members()) json.Append(member);
    return json.Build();
  }

  Value Leases() {
    ArrayBuilder list(arena_);
    for (const AgentLease& lease : input_.leases) {
      ObjectBuilder json(arena_);
      json.Set("name", Text(lease.name)).Set("owner", Text(lease.owner));
      list.Add(json.Set("here", lease.owner == input_.instance).Build());
    }
    return list.Build();
  }

  static constexpr const char* kUnknown = "UNKNOWN";

  Arena arena_;
  const StatusInput& input_;
  const Policies none_;
  const Policies& policies_;
  std::map<std::string, std::string> hold_reasons_;  ///< Of the throttle policies that hold their campaign.
  const Controllers controllers_;
};

}  // namespace

Result<std::optional<Instant>> StatusSince(std::string_view url) {
  const std::size_t query = url.find('?');
  if (query == std::string_view::npos) return std::nullopt;
  for (const std::string_view each : Split(url.substr(query + 1), '&')) {
    if (!each.starts_with("since=")) continue;
    const auto since = ParseDateTime(PercentDecode(each.substr(6)));
    if (!since) return Fail(ErrorCode::kInvalid, "since is no RFC 3339 time: 2026-11-24T15:14:00Z");
    return since->instant;
  }
  return std::nullopt;
}

std::string StatusDocument(const StatusInput& input) {
  return Document(input).Write();
}

}  // namespace cxctl
