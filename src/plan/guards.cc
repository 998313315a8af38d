#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "plan/planning.h"
#include "rules/schedule_timing.h"

namespace cxctl {

namespace {

std::string_view FieldBefore(const Change& change, std::string_view path) {
  const auto field = std::ranges::find(change.fields, path, &FieldChange::path);
  return field == change.fields.end() ? std::string_view() : field->before.as_string();
}

bool Changes(const Change& change, std::string_view path) {
  return std::ranges::find(change.fields, path, &FieldChange::path) != change.fields.end();
}

/// CX304: SUSPENDED is set and lifted by the platform alone.
void GuardSuspended(const Change& change, std::vector<Guard>& guards) {
  if (FieldBefore(change, "/state") != "SUSPENDED") return;
  const auto state = std::ranges::find(change.fields, "/state", &FieldChange::path);
  guards.push_back({"CX304", change.address, fmt::format("the campaign is SUSPENDED by the platform and cannot be made {}: have the suspension lifted first, or remove `state` meanwhile", state->after.as_string()), std::nullopt});
}

/// CX308: a compliance hold whose time has not come would be lifted.
void GuardHold(const Change& change, const LiveObject& live, Instant now, std::vector<Guard>& guards) {
  const Value* hold = live.content.Find("complianceHold");
  if (!hold || !hold->as_bool() || live.content.GetString("state") != "PAUSED") return;
  const auto until = ParseDateTime(live.content.GetString("scheduledResumeTime"));
  if (until && until->instant <= now) return;
  const bool lifts = Changes(change, "/state") || Changes(change, "/complianceHold");
  if (!lifts) return;
  guards.push_back({"CX308", change.address,
                    until ? fmt::format("a compliance hold until {} would be lifted: wait for it, or confirm with --release-holds", FormatUtc(until->instant))
                          : std::string("a compliance hold without a scheduledResumeTime would be lifted: confirm with --release-holds"),
                    until ? std::optional(until->instant) : std::nullopt});
}

}  // namespace

void Planning::JudgeGuards(Plan& plan) const {
  std::size_t deletions = 0;
  std::size_t removals = 0;
  std::map<ObjectKind, std::size_t> changed;
  std::map<ObjectKind, std::size_t> managed;
  for (const DesiredObject& object : in_.desired.objects) ++managed[object.kind];
  for (const Change& change : plan.changes) {
    const bool removes = change.action == Action::kDelete || change.action == Action::kDeactivate;
    if (change.action == Action::kDelete) ++deletions;
    if (removes) ++removals;
    if (change.action == Action::kCreate) --managed[change.kind];
    if (removes) ++managed[change.kind];
    if (change.writes && change.action != Action::kCreate) ++changed[change.kind];
    if (removes && change.prevent_destroy) {
      plan.guards.push_back({"preventDestroy", change.address, fmt::format("the plan would {} it, and its lifecycle says preventDestroy: put it back, or remove preventDestroy and apply that first", ActionName(change.action)), std::nullopt});
    }
    if (change.kind != ObjectKind::kCampaign || !change.writes) continue;
    GuardSuspended(change, plan.guards);
    if (!in_.options.release_holds) GuardHold(change, in_.live.campaigns.at(change.address), in_.now, plan.guards);
  }
  if (deletions > in_.options.allow_delete) {
    plan.guards.push_back({"allowDelete", "", fmt::format("{} deletions are over the limit of {}: look at them, then allow them with --allow-delete {}", deletions, in_.options.allow_delete, deletions), std::nullopt});
  }
  for (const auto& [kind, count] : changed) {
    const std::size_t live = managed[kind];
    if (in_.options.allow_large_change || live < 10 || count * 100 <= live * 30) continue;
    plan.guards.push_back({"largeChange", "", fmt::format("{} of {} live managed {} objects would be updated or removed ({} %), over the limit of 30 %: look at them, then allow it with --allow-large-change", count, live, KindName(kind), count * 100 / live), std::nullopt});
  }
  if (in_.set.documents.empty() && removals > 0 && !in_.options.allow_empty) {
    plan.guards.push_back({"emptySet", "", fmt::format("there are no manifests at all, and {} would be removed: if that is meant, say --allow-empty", removals == 1 ? "1 object" : fmt::format("{} objects", removals)), std::nullopt});
  }
  if (!InApplyWindow(in_.tenant.apply_windows, in_.now)) {
    const auto next = NextApplyWindow(in_.tenant.apply_windows, in_.now);
    plan.guards.push_back({"applyWindow", "", next ? fmt::format("apply may not run now: the next apply window opens at {}", FormatUtc(*next)) : std::string("apply may not run now, and no apply window opens within eight days"), next});
  }
}

}  // namespace cxctl
