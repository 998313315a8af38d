#include <fmt/format.h>

#include <algorithm>

#include "calendar/calling_calendar.h"
#include "calendar/schedule_timing.h"
#include "plan/planning.h"
#include "rules/rules.h"

// The guards that are rules (CX304, CX307, CX308): about one campaign, with the severities and waivers of all rules.

namespace cxctl {

namespace {

const FieldChange* FieldOf(const Change& change, std::string_view path) {
  const auto field = std::ranges::find(change.fields, path, &FieldChange::path);
  return field == change.fields.end() ? nullptr : &*field;
}

IntervalSet PermittedWithin(const Value& schedule, Interval horizon) {
  const auto timing = ReadScheduleTiming(schedule);
  if (!timing) return {};  // what cannot be read permits nothing
  const Interval range{std::max(timing->range.start, horizon.start), std::min(timing->range.end, horizon.end)};
  return range.empty() ? IntervalSet() : PermittedTime(timing->windows, timing->blackouts, range);
}

}  // namespace

/// Lists the guard unless the tenant's rules or a waiver make it a warning or nothing.
void Planning::AddRuleGuard(Plan& plan, Guard guard, const Position& position) const {
  Diagnostics judged;
  judged.push_back({guard.rule, Severity::kError, guard.message, "", guard.address, position});
  ApplyRulePolicy(in_.set, in_.now, judged);
  for (Diagnostic& diagnostic : judged) {
    if (diagnostic.rule != guard.rule || diagnostic.address != guard.address) continue;
    if (diagnostic.severity == Severity::kError) {
      plan.guards.push_back(std::move(guard));
    } else {
      plan.diagnostics.push_back(std::move(diagnostic));
    }
    return;
  }
}

/// CX304: there is no way from the live state to the wanted one; SUSPENDED is set and lifted by the platform alone.
void Planning::GuardSuspended(Plan& plan, const Change& change) const {
  const FieldChange* state = FieldOf(change, "/state");
  if (!state || WayBetween(in_.states, state->before.as_string(), state->after.as_string())) return;
  const bool suspended = state->before.as_string() == "SUSPENDED";
  AddRuleGuard(
      plan,
      {"CX304", change.address,
       suspended ? fmt::format("the campaign is SUSPENDED by the platform and cannot be made {}: have the suspension "
                               "lifted first, or remove `state` meanwhile",
                               state->after.as_string())
                 : fmt::format("the tenant's API has no way from {} to {}: choose another state",
                               state->before.as_string(), state->after.as_string()),
       std::nullopt},
      state->source);
}

/// A member that cannot change while the campaign dials is changed by pausing it, if git says that it may be paused.
void Planning::GuardPause(Plan& plan, const Change& change) const {
  const bool resumes = !change.steps.empty() && change.steps.back().activates && !change.activates;
  if (!resumes) return;
  const Document* document =
      in_.set.Find("Campaign", std::string_view(change.address).substr(change.address.find('/') + 1));
  const Value* allowed = document ? document->spec().Find("allowPause") : nullptr;
  if (allowed && allowed->as_bool()) return;
  std::string members;
  for (const FieldChange& field : change.fields) {
    if (in_.states.IsFixed(field.path)) members += (members.empty() ? "" : ", ") + field.path;
  }
  plan.guards.push_back({"allowPause", change.address,
                         fmt::format("{} cannot change while the campaign dials: let it be paused for the edit with "
                                     "spec.allowPause: true, or pause it first",
                                     members),
                         std::nullopt});
}

/// CX308: a compliance hold whose time has not come would be lifted.
void Planning::GuardHold(Plan& plan, const Change& change) const {
  const LiveObject& live = in_.live.campaigns.at(change.address);
  const Value* hold = live.content.Find("complianceHold");
  if (!hold || !hold->as_bool() || live.content.GetString("state") != "PAUSED") return;
  const auto until = ParseDateTime(live.content.GetString("scheduledResumeTime"));
  if (until && until->instant <= in_.now) return;
  const FieldChange* state = FieldOf(change, "/state");
  const FieldChange* lifts = state ? state : FieldOf(change, "/complianceHold");
  if (!lifts) return;
  const std::string message =
      until ? fmt::format("a compliance hold until {} would be lifted: wait for it, or confirm with --release-holds",
                          FormatUtc(until->instant))
            : std::string(
                  "a compliance hold without a scheduledResumeTime would be lifted: confirm with --release-holds");
  AddRuleGuard(plan, {"CX308", change.address, message, until ? std::optional(until->instant) : std::nullopt},
               lifts->source);
}

/// CX307: the campaign would start to dial outside of its permitted time.
void Planning::GuardActivation(Plan& plan, const Change& change) const {
  const Document* document =
      in_.set.Find("Campaign", std::string_view(change.address).substr(change.address.find('/') + 1));
  std::optional<IntervalSet> permitted;
  // Mostly the next days tell; a schedule may begin years from now.
  for (const std::chrono::days ahead : {std::chrono::days(14), std::chrono::days(400), std::chrono::days(366 * 30)}) {
    permitted = PermittedAfter(plan, change, document, {in_.now, in_.now + ahead});
    if (!permitted || !permitted->empty()) break;
  }
  if (!permitted || permitted->Contains(in_.now)) return;
  const auto until = permitted->empty() ? std::nullopt : std::optional(permitted->intervals().front().start);
  const std::string next = until ? fmt::format("its permitted time begins at {}: apply then", FormatUtc(*until))
                                 : std::string("it has none: check its schedules and calendar");
  AddRuleGuard(
      plan,
      {"CX307", change.address,
       fmt::format("the campaign would become ACTIVE at {}, outside its permitted time; {}", FormatUtc(in_.now), next),
       until},
      FieldOf(change, "/state")->source);
}

/// The time at which the campaign may dial once the plan is applied; nothing if it has neither schedule nor calendar.
std::optional<IntervalSet> Planning::PermittedAfter(const Plan& plan, const Change& change, const Document* document,
                                                    Interval horizon) const {
  std::optional<IntervalSet> permitted = ScheduledAfter(plan, change, horizon);
  // A campaign that left git has its live schedules only.
  const Document* calendar =
      document ? in_.set.Find("CallingCalendar", document->spec().GetString("calendar")) : nullptr;
  if (!calendar) return permitted;
  const IntervalSet within = CalendarPermitted(calendar->spec(), horizon);
  return permitted ? Intersection(*permitted, within) : within;
}

/// The union of the campaign's schedules as they are once the plan is applied; nothing if there is none.
std::optional<IntervalSet> Planning::ScheduledAfter(const Plan& plan, const Change& change, Interval horizon) const {
  std::vector<Interval> open;
  bool any = false;
  const auto add = [&](const IntervalSet& permitted) {
    any = true;
    open.insert(open.end(), permitted.intervals().begin(), permitted.intervals().end());
  };
  std::set<std::string_view> settled;  // live ids of schedules that do not stay as they are
  for (const Change& each : plan.changes) {
    if (each.kind != ObjectKind::kSchedule || each.scope != change.live_id || !each.writes || !IsJudged(each)) continue;
    settled.insert(each.live_id);
    if (each.action == Action::kDelete) continue;
    const LiveObject* live = nullptr;
    for (const LiveObject& listed : in_.live.SchedulesOf(change.live_id)) {
      if (listed.id == each.live_id) live = &listed;
    }
    add(PermittedWithin(live ? MergePatch(in_.arena, LiveContent(*live), each.after) : each.after, horizon));
  }
  for (const LiveObject& live : in_.live.SchedulesOf(change.live_id)) {
    if (settled.contains(live.id)) continue;
    add(PermittedWithin(LiveContent(live), horizon));
  }
  return any ? std::optional(IntervalSet(std::move(open))) : std::nullopt;
}

}  // namespace cxctl
