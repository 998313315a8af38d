#include "apply/run_events.h"

#include <algorithm>
#include <cmath>

#include "base/strings.h"
#include "value/json.h"

namespace cxctl {

namespace {

/// Whether the tenant or the agent was asked to write.
bool WasSent(const Change& change, const ChangeOutcome& outcome) {
  return change.writes && outcome.attempts > 0;
}

std::string MappedCodes(const std::vector<Change>& changes, const ApplyReport& report, const RunIdentity& identity) {
  std::size_t total = 0, succeeded = 0, sent = 0;
  std::int64_t latency_ms = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i].kind != ObjectKind::kCallCode || !changes[i].writes) continue;
    const ChangeOutcome& outcome = report.outcomes[i];
    ++total;
    if (outcome.succeeded()) ++succeeded;
    if (!WasSent(changes[i], outcome)) continue;
    ++sent;
    latency_ms += outcome.latency_ms;
  }
  if (sent == 0) return "";
  Arena arena;
  const double average = static_cast<double>(latency_ms) / static_cast<double>(sent);
  const double rate = static_cast<double>(succeeded) / static_cast<double>(total);
  return ToJson(ObjectBuilder(arena)
                    .Set("run", identity.run)
                    .Set("tenant", identity.tenant)
                    .Set("total", total)
                    .Set("succeeded", succeeded)
                    .Set("averageLatencyMs", std::round(average * 10) / 10)
                    .Set("successRate", std::round(rate * 10000) / 10000)
                    .Build());
}

std::string Applied(const std::vector<Change>& changes, const ApplyReport& report, const RunIdentity& identity) {
  Arena arena;
  std::map<std::string_view, std::size_t> counts;
  for (const ChangeOutcome& outcome : report.outcomes) ++counts[OutcomeName(outcome.outcome)];
  ObjectBuilder outcomes(arena);
  for (const auto& [name, count] : counts) outcomes.Set(name, count);
  ObjectBuilder data(arena);
  data.Set("run", identity.run).Set("tenant", identity.tenant).Set("actor", MaskPhoneNumbers(identity.actor));
  data.Set("commit", identity.git_commit.empty() ? Value::Null() : MakeString(arena, identity.git_commit));
  return ToJson(
      data.Set("complete", report.complete()).Set("changes", changes.size()).Set("outcomes", outcomes.Build()).Build());
}

}  // namespace

std::vector<RunEvent> EventsOf(const std::vector<Change>& changes, const ApplyReport& report,
                               const RunIdentity& identity) {
  std::vector<RunEvent> events;
  bool wrote = false;
  for (std::size_t i = 0; i < changes.size() && !wrote; ++i) wrote = WasSent(changes[i], report.outcomes[i]);
  if (!wrote) return events;
  if (std::string data = MappedCodes(changes, report, identity); !data.empty())
    events.push_back({"callcodes.mapped", std::move(data)});
  events.push_back({"plan.applied", Applied(changes, report, identity)});
  return events;
}

}  // namespace cxctl
