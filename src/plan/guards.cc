#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "plan/planning.h"

namespace cxctl {

/// Live managed objects by kind, as far as is known before the plan's own creations and removals are looked at. What
/// the selection leaves out was not read: the store knows of it.
std::map<ObjectKind, std::size_t> Planning::CountManaged() const {
  std::map<ObjectKind, std::size_t> managed;
  std::set<std::string_view> planned;
  for (const DesiredObject& object : in_.desired.objects) {
    ++managed[object.kind];
    if (!in_.options.selection.everything()) planned.insert(object.address);
  }
  if (in_.options.selection.everything()) return managed;
  for (const AppliedObject& object : in_.applied) {
    if (planned.contains(object.address) || !addresses_.contains(object.address)) continue;
    if (const auto kind = KindNamed(object.kind)) ++managed[*kind];
  }
  return managed;
}

namespace {

bool Cancels(const Change& change) {
  return change.kind == ObjectKind::kCallback && change.after.GetString("state") == "cancelled";
}

}  // namespace

void Planning::JudgeGuards(Plan& plan) const {
  std::size_t deletions = 0;
  std::size_t removals = 0;
  std::map<ObjectKind, std::size_t> changed;
  std::map<ObjectKind, std::size_t> managed = CountManaged();
  for (const Change& change : plan.changes) {
    if (!IsJudged(change)) continue;
    if (change.reason == Reason::kRenamed && change.action == Action::kDelete)
      continue;  // it goes on under another name
    const bool removes = change.action == Action::kDelete || change.action == Action::kDeactivate;
    // A callback that is cancelled is as gone as what is deleted.
    if (change.action == Action::kDelete || Cancels(change)) ++deletions;
    if (removes) ++removals;
    if (change.action == Action::kCreate) --managed[change.kind];
    if (removes) ++managed[change.kind];
    if (change.writes && change.action != Action::kCreate) ++changed[change.kind];
    if (removes && change.prevent_destroy) {
      plan.guards.push_back({"preventDestroy", change.address,
                             fmt::format("the plan would {} it, and its lifecycle says preventDestroy: put it back, or "
                                         "remove preventDestroy and apply that first",
                                         ActionName(change.action)),
                             std::nullopt});
    }
    if (change.kind != ObjectKind::kCampaign || !change.writes) continue;
    GuardSuspended(plan, change);
    GuardPause(plan, change);
    if (!in_.options.release_holds) GuardHold(plan, change);
    if (change.activates) GuardActivation(plan, change);
  }
  if (deletions > in_.options.allow_delete) {
    plan.guards.push_back(
        {"allowDelete", "",
         fmt::format("{} deletions{} are over the limit of {}: look at them, then allow them with --allow-delete {}",
                     deletions, std::ranges::any_of(plan.changes, Cancels) ? " (cancelled callbacks among them)" : "",
                     in_.options.allow_delete, deletions),
         std::nullopt});
  }
  for (const auto& [kind, count] : changed) {
    const std::size_t live = managed[kind];
    if (in_.options.allow_large_change || live < 10 || count * 100 <= live * 30) continue;
    plan.guards.push_back({"largeChange", "",
                           fmt::format("{} of {} live managed {} objects would be updated or removed ({} %), over the "
                                       "limit of 30 %: look at them, then allow it with --allow-large-change",
                                       count, live, KindName(kind), count * 100 / live),
                           std::nullopt});
  }
  if (in_.set.documents.empty() && removals > 0 && !in_.options.allow_empty) {
    plan.guards.push_back(
        {"emptySet", "",
         fmt::format("there are no manifests at all, and {} would be removed: if that is meant, say --allow-empty",
                     removals == 1 ? "1 object" : fmt::format("{} objects", removals)),
         std::nullopt});
  }
  if (!InApplyWindow(in_.tenant.apply_windows, in_.now)) {
    const auto next = NextApplyWindow(in_.tenant.apply_windows, in_.now);
    plan.guards.push_back(
        {"applyWindow", "",
         next ? fmt::format("apply may not run now: the next apply window opens at {}", FormatUtc(*next))
              : std::string("apply may not run now, and no apply window opens within eight days"),
         next});
  }
}

}  // namespace cxctl
