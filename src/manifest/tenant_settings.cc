#include "manifest/tenant_settings.h"

#include <algorithm>
#include <filesystem>

#include "manifest/expressions.h"

namespace cxctl {

namespace {

void ReadText(const Value* parent, std::string_view name, std::string& out) {
  const Value* value = parent ? parent->Find(name) : nullptr;
  if (value) out = std::string(value->as_string());
}

void ReadDuration(const Value* parent, std::string_view name, Duration& out) {
  const Value* value = parent ? parent->Find(name) : nullptr;
  if (value) out = ParseDuration(value->as_string()).value_or(out);
}

void ReadNumber(const Value* parent, std::string_view name, double& out) {
  const Value* value = parent ? parent->Find(name) : nullptr;
  if (value) out = value->as_double();
}

void ReadInteger(const Value* parent, std::string_view name, int& out) {
  const Value* value = parent ? parent->Find(name) : nullptr;
  if (value) out = static_cast<int>(value->as_int());
}

std::string Below(const std::string& folder, std::string_view path) {
  const std::filesystem::path file = std::string(path);
  return file.is_absolute() ? file.string() : (std::filesystem::path(folder) / file).lexically_normal().string();
}

int DayNumber(std::string_view day) {
  constexpr std::string_view kDays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return static_cast<int>(std::ranges::find(kDays, day) - std::begin(kDays));
}

void ReadConnection(const Value& spec, TenantSettings& settings) {
  ReadText(&spec, "baseUrl", settings.base_url);
  while (settings.base_url.ends_with('/')) settings.base_url.pop_back();
  ReadText(&spec, "dialect", settings.dialect);
  const Value* auth = spec.Find("auth");
  ReadText(auth, "tokenPath", settings.token_path);
  settings.basic_auth = auth->GetString("style") == "basic";
  ReadText(auth, "clientId", settings.client_id);
  ReadText(auth, "clientSecret", settings.client_secret);
  if (const Value* scopes = auth->Find("scopes")) {
    for (const Value& scope : scopes->items()) settings.scopes.emplace_back(scope.as_string());
  }
  const Value* insecure = spec.Find("allowInsecure");
  settings.allow_insecure = insecure && insecure->as_bool();
  std::string ca_file;
  ReadText(spec.Find("tls"), "caFile", ca_file);
  if (!ca_file.empty()) settings.ca_file = Below(settings.folder, ca_file);
}

void ReadLimits(const Value& spec, TenantSettings& settings) {
  const Value* rate = spec.Find("rateLimit");
  ReadNumber(rate, "requestsPerSecond", settings.requests_per_second);
  settings.burst = std::clamp(settings.requests_per_second, 1.0, settings.burst);
  ReadNumber(rate, "burst", settings.burst);
  ReadNumber(rate, "share", settings.share);
  ReadInteger(rate, "maxConcurrency", settings.max_concurrency);
  const Value* timeouts = spec.Find("timeouts");
  ReadDuration(timeouts, "connect", settings.connect_timeout);
  ReadDuration(timeouts, "request", settings.request_timeout);
  const Value* retry = spec.Find("retry");
  ReadInteger(retry, "maxAttempts", settings.max_attempts);
  settings.fibonacci = retry && retry->GetString("backoff") == "fibonacci";
  ReadDuration(retry, "baseDelay", settings.base_delay);
  ReadDuration(retry, "maxDelay", settings.max_delay);
}

std::vector<ApplyWindow> ReadApplyWindows(const Value* windows) {
  std::vector<ApplyWindow> read;
  if (!windows) return read;
  for (const Value& window : windows->items()) {
    ApplyWindow each;
    for (const Value& day : window.Find("days")->items()) each.days.push_back(DayNumber(day.as_string()));
    each.start_minute = ParseTimeOfDay(window.GetString("startTime"), false).value_or(0);
    each.end_minute = ParseTimeOfDay(window.GetString("endTime"), true).value_or(0);
    // An unknown zone is an error of the document (CX202): such a window never opens.
    const auto zone = Zone::Load(window.GetString("timeZone"));
    if (!zone) each.days.clear();
    if (zone) each.zone = *zone;
    read.push_back(std::move(each));
  }
  return read;
}

/// The window's stretch that starts on the local day: shorter where it falls into the spring gap, longer in the autumn
/// overlap.
std::pair<Instant, Instant> StretchOn(const ApplyWindow& window, Date date) {
  const int end = window.end_minute > window.start_minute ? window.end_minute : window.end_minute + 1440;
  const CivilLookup opens = window.zone.Lookup(date, window.start_minute);
  const CivilLookup closes = window.zone.Lookup(date, end);
  return {opens.kind == CivilLookup::kSkipped ? opens.transition : opens.pre,
          closes.kind == CivilLookup::kSkipped ? closes.transition : closes.post};
}

bool StartsOn(const ApplyWindow& window, Date date) {
  return std::ranges::find(window.days, WeekdayOf(date)) != window.days.end();
}

}  // namespace

std::string LocateState(const std::string& url, const std::string& folder) {
  return url.starts_with("sqlite:") ? "sqlite:" + Below(folder, url.substr(7)) : url;
}

TenantSettings ReadTenantSettings(const ManifestSet& set) {
  const Value& spec = set.tenant->spec();
  TenantSettings settings;
  settings.name = set.tenant->name;
  settings.folder = std::filesystem::path(set.tenant_file).parent_path().string();
  ReadConnection(spec, settings);
  ReadLimits(spec, settings);
  settings.apply_windows = ReadApplyWindows(spec.Find("applyWindows"));
  ReadText(spec.Find("agent"), "url", settings.agent_url);
  while (settings.agent_url.ends_with('/')) settings.agent_url.pop_back();
  ReadText(spec.Find("agent"), "token", settings.agent_token);
  ReadText(spec.Find("agent"), "webhookSecret", settings.webhook_secret);
  ReadText(spec.Find("audit"), "key", settings.audit_key);
  std::string state_url = "sqlite:.cxctl/state.db";
  ReadText(spec.Find("state"), "url", state_url);
  settings.state_url = HasSecretReference(state_url) ? state_url : LocateState(state_url, settings.folder);
  if (const Value* capacity = spec.Find("capacity")) settings.capacity = capacity->Find("maxConcurrentCalls")->as_int();
  return settings;
}

bool InApplyWindow(const std::vector<ApplyWindow>& windows, Instant now) {
  if (windows.empty()) return true;
  return std::ranges::any_of(windows, [&](const ApplyWindow& window) {
    const Date today = window.zone.LocalAt(now).date;
    return std::ranges::any_of(std::initializer_list<int>{-1, 0}, [&](int days) {
      const Date date = AddDays(today, days);
      if (!StartsOn(window, date)) return false;
      const auto [start, end] = StretchOn(window, date);
      return start <= now && now < end;
    });
  });
}

std::optional<Instant> NextApplyWindow(const std::vector<ApplyWindow>& windows, Instant now) {
  std::optional<Instant> next;
  for (const ApplyWindow& window : windows) {
    const Date today = window.zone.LocalAt(now).date;
    for (int days = 0; days <= 8; ++days) {
      const Date date = AddDays(today, days);
      if (!StartsOn(window, date)) continue;
      const auto [start, end] = StretchOn(window, date);
      if (start >= now && start < end && (!next || start < *next)) next = start;
    }
  }
  return next;
}

IntervalSet ApplyWindowTime(const std::vector<ApplyWindow>& windows, Interval range) {
  if (windows.empty()) return IntervalSet({range});
  std::vector<Interval> open;
  for (const ApplyWindow& window : windows) {
    const int first = DayNumberOf(window.zone.LocalAt(range.start).date) - 1;
    const int last = DayNumberOf(window.zone.LocalAt(range.end).date);
    for (int day = first; day <= last; ++day) {
      const Date date = DateOfDayNumber(day);
      if (!StartsOn(window, date)) continue;
      const auto [start, end] = StretchOn(window, date);
      open.push_back({start, end});
    }
  }
  return Intersection(IntervalSet(std::move(open)), IntervalSet({range}));
}

}  // namespace cxctl
