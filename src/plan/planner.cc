#include "plan/planner.h"

#include <fmt/format.h>

#include <algorithm>

#include "plan/order.h"
#include "plan/planning.h"
#include "plan/risk.h"
#include "value/json.h"
#include "value/pointer.h"

namespace cxctl {

namespace {

/// Requests that apply makes, and how long the tenant's budget makes them take.
void Estimate(Plan& plan, const TenantSettings& tenant) {
  std::int64_t requests = 0;
  for (const Change& change : plan.changes) {
    if (!change.writes) continue;
    ++requests;
    if (change.action != Action::kCreate && change.etag.empty()) ++requests;
    // Each further step is read before it is written.
    if (!change.steps.empty()) requests += 2 * (static_cast<std::int64_t>(change.steps.size()) - 1);
    if (change.activates) ++requests;
  }
  if (requests > 0) ++requests;  // a token that may write
  plan.estimated_requests = requests;
  plan.estimated_seconds = static_cast<double>(requests) / (tenant.requests_per_second * tenant.share);
}

}  // namespace

Planning::Planning(const PlanInputs& inputs) : in_(inputs) {
  for (const AppliedObject& object : inputs.applied) applied_.emplace(object.address, &object);
  const auto declare = [&](const DesiredState& state) {
    for (const DesiredObject& object : state.objects) {
      addresses_.insert(object.address);
      declared_.emplace(object.kind == ObjectKind::kSchedule ? object.campaign : object.scope, object.identity);
    }
  };
  // What the selection leaves out is declared all the same.
  if (inputs.options.selection.everything()) {
    declare(inputs.desired);
  } else {
    declare(BuildDesired(inputs.arena, inputs.set, {}, true));
  }
  for (const Document& document : inputs.set.documents) {
    // A schedule that waits for its calendar is declared, though nothing is planned for it.
    addresses_.insert(document.address);
    if (!document.valid || document.kind->name != "CampaignSchedule") continue;
    const Value* name = document.spec().Find("name");
    declared_.emplace(std::string(document.spec().GetString("campaign")),
                      std::string(name ? name->as_string() : document.name));
  }
  ReserveForLeftOut();
}

/// Documents that the selection leaves out, or that wait for their calendar, keep what was applied for them, under
/// earlier names too.
void Planning::ReserveForLeftOut() {
  std::set<std::string_view> planned;
  for (const DesiredObject& object : in_.desired.objects) planned.insert(object.document->address);
  for (const Document& document : in_.set.documents) {
    if (!document.valid || planned.contains(document.address)) continue;
    const Value* codes = document.spec().Find("codes");
    if (codes && codes->items().empty())
      continue;  // a hierarchy without codes is planned, it has nothing to show for it
    std::vector<std::string> names{document.name};
    if (const Value* previous = document.metadata().Find("previousNames")) {
      for (const Value& name : previous->items()) names.emplace_back(name.as_string());
    }
    const std::string_view kind =
        document.kind->name == "CallCodeHierarchy" ? "CallCode" : std::string_view(document.kind->name);
    for (const std::string& name : names) reserved_.insert(fmt::format("{}/{}", kind, name));
  }
  for (const AppliedObject& object : in_.applied) {
    if (IsReserved(object.address)) claimed_.emplace(object.scope, object.live_id);
  }
}

bool Planning::IsReserved(const std::string& address) const {
  if (reserved_.empty()) return false;
  const std::size_t name = address.find('/') + 1;
  return reserved_.contains(address.substr(0, address.find('/', name)));
}

const AppliedObject* Planning::FindApplied(const std::string& address) const {
  const auto found = applied_.find(address);
  return found == applied_.end() ? nullptr : found->second;
}

Planning::Known Planning::FindKnown(const DesiredObject& object) {
  if (const AppliedObject* own = FindApplied(object.address)) {
    consumed_.insert(own->address);
    return {own, false};
  }
  for (const std::string& previous : object.previous_addresses) {
    const AppliedObject* earlier = FindApplied(previous);
    if (!earlier || addresses_.contains(previous)) continue;
    consumed_.insert(previous);
    return {earlier, true};
  }
  return {};
}

Lifecycle Planning::RememberedLifecycle(const AppliedObject& object) const {
  Lifecycle lifecycle;
  const auto json = ParseJson(in_.arena, object.lifecycle);
  if (!json) return lifecycle;
  if (const Value* prevent = json->Find("preventDestroy")) lifecycle.prevent_destroy = prevent->as_bool();
  lifecycle.removal = std::string(json->GetString("removal"));
  return lifecycle;
}

Value Planning::LiveContent(const LiveObject& live) const {
  return CanonicalContent(in_.arena, live.kind, live.content);
}

Change Planning::Start(const DesiredObject& object, const LiveObject& live) const {
  Change change;
  change.address = object.address;
  change.kind = object.kind;
  change.live_id = live.id;
  change.etag = live.etag;
  change.scope = live.scope;
  change.identity = object.identity;
  change.source = object.source;
  change.prevent_destroy = object.prevent_destroy;
  change.removal = std::string(object.removal);
  change.updated_by = live.updated_by;
  change.updated_at = live.updated_at;
  if (object.kind == ObjectKind::kCampaign) change.campaign = live.id;
  if (object.kind == ObjectKind::kSchedule) change.campaign = live.scope;
  return change;
}

Reason Planning::ReasonFor(const Change& change, const AppliedObject* known) const {
  if (!known) return Reason::kDeclared;
  const auto last = ParseJson(in_.arena, known->content);
  if (!last) return Reason::kDeclared;
  const auto agrees = [&](const FieldChange& field) {
    if (std::ranges::find(change.controlled_paths, field.path) != change.controlled_paths.end()) return true;
    const Value* value = ResolvePointer(*last, field.path);
    return value && SameMeaning(change.kind, field.path, *value, field.after, *last, change.after);
  };
  return std::ranges::all_of(change.fields, agrees) ? Reason::kDrifted : Reason::kDeclared;
}

/// Whether the store knows what it needs to when the document leaves git.
bool Planning::IsRemembered(const DesiredObject& object, const AppliedObject& known) const {
  // As the engine writes it, so that most need no parsing.
  const std::string removal = object.removal.empty() ? "" : fmt::format(R"(,"removal":"{}")", object.removal);
  if (known.lifecycle == fmt::format(R"({{"preventDestroy":{}{}}})", object.prevent_destroy, removal)) return true;
  const Lifecycle remembered = RememberedLifecycle(known);
  return remembered.prevent_destroy == object.prevent_destroy && remembered.removal == object.removal;
}

void Planning::AddExisting(const DesiredObject& object, const LiveObject& live, const Value& desired, Known known,
                           bool renamed, std::vector<std::string> controlled) {
  // A code's members have one form only: nothing is copied for the thousands that are in step.
  const bool canonical = object.kind == ObjectKind::kCallCode;
  std::vector<FieldChange> fields = CompareContent(object.kind, canonical ? live.content : LiveContent(live), desired);
  const bool managed = known.object && !known.moved && known.object->live_id == live.id;
  if (fields.empty() && (in_.options.stateless || (managed && IsRemembered(object, *known.object)))) {
    ++unchanged;
    return;
  }
  Change change = Start(object, live);
  const Value before = LiveContent(live);
  change.fields = std::move(fields);
  change.controlled_paths = std::move(controlled);
  change.before = RestrictTo(in_.arena, before, desired);
  change.after = desired;
  if (known.moved) change.previous_addresses.push_back(known.object->address);
  if (change.fields.empty()) {
    change.action = known.moved ? Action::kRename : Action::kAdopt;
    change.reason = known.moved ? Reason::kRenamed : Reason::kDeclared;
    changes.push_back(std::move(change));
    return;
  }
  change.action = renamed || known.moved ? Action::kRename : Action::kUpdate;
  change.reason = ReasonFor(change, known.object);
  if (change.action == Action::kRename && change.reason != Reason::kDrifted) change.reason = Reason::kRenamed;
  // Judged on the whole object: a window is only harmless together with the blackouts that git does not manage.
  const Value whole_after = MergePatch(in_.arena, before, desired);
  change.risk = RiskOf(object.kind, change.fields, before, whole_after);
  change.writes = true;
  change.operation = WriteOperation::kUpdate;
  change.payload = PatchOf(in_.arena, change.fields, desired);
  if (object.kind == ObjectKind::kCampaign) AddCampaignWrite(change, live);
  changes.push_back(std::move(change));
}

bool Planning::MayRemove(const std::string& address) const {
  return in_.options.selection.labels.empty() && in_.options.selection.MatchesAddress(address);
}

std::string Planning::FreeAddress(const std::string& base, const std::string& qualifier) {
  std::string address = base;
  if (addresses_.contains(address)) address = fmt::format("{}@{}", base, qualifier);
  for (int i = 2; addresses_.contains(address); ++i) address = fmt::format("{}@{}#{}", base, qualifier, i);
  addresses_.insert(address);
  return address;
}

void Planning::PlanReleases() {
  for (const AppliedObject& object : in_.applied) {
    if (object.kind != "Campaign" || consumed_.contains(object.address) || addresses_.contains(object.address))
      continue;
    if (IsReserved(object.address) || !MayRemove(object.address)) continue;
    Change change;
    change.address = object.address;
    change.action = Action::kRelease;
    change.reason = Reason::kRemoved;
    change.kind = ObjectKind::kCampaign;
    change.live_id = object.live_id;
    change.identity = object.identity;
    change.campaign = object.live_id;
    changes.push_back(std::move(change));
  }
}

namespace {

/// What a written schedule was and what it becomes, as a whole.
void DescribeSchedule(const PlanInputs& inputs, Change& change) {
  if (change.kind != ObjectKind::kSchedule || !change.writes) return;
  const std::vector<LiveObject>& listed = inputs.live.SchedulesOf(change.scope);
  const auto live = std::ranges::find(listed, change.live_id, &LiveObject::id);
  const Value before =
      live == listed.end() ? Value::Null() : CanonicalContent(inputs.arena, ObjectKind::kSchedule, live->content);
  const Value after = change.action == Action::kDelete ? Value::Null() : MergePatch(inputs.arena, before, change.after);
  change.permitted_time = DescribeTiming(before, after, inputs.now);
}

/// Everything that follows once it is known what changes.
Result<Plan> Assemble(Planning& planning, const PlanInputs& inputs) {
  Plan plan;
  plan.tenant_name = inputs.tenant.name;
  plan.base_url = inputs.tenant.base_url;
  plan.documents = inputs.set.documents.size() + (inputs.set.tenant ? 1 : 0);
  plan.unchanged = planning.unchanged;
  plan.held = inputs.desired.held;
  plan.held.insert(plan.held.end(), planning.held.begin(), planning.held.end());
  std::ranges::sort(plan.held, {}, &Held::address);
  plan.violations = std::move(planning.violations);
  std::ranges::sort(plan.violations, {}, &Violation::address);
  plan.unmanaged = std::move(planning.unmanaged);
  std::ranges::sort(plan.unmanaged, {}, &Unmanaged::address);
  plan.live_objects = inputs.live.campaigns.size() + inputs.live.other_campaigns.size() + inputs.live.policies.size();
  for (const auto& [campaign, listed] : inputs.live.schedules) plan.live_objects += listed.size();
  for (const auto& [category, listed] : inputs.live.codes) plan.live_objects += listed.size();
  TRY_ASSIGN(plan.changes, OrderChanges(std::move(planning.changes)));
  for (Change& change : plan.changes) DescribeSchedule(inputs, change);
  planning.JudgeGuards(plan);
  Estimate(plan, inputs.tenant);
  return plan;
}

}  // namespace

Result<Plan> BuildPlan(const PlanInputs& inputs) {
  Planning planning(inputs);
  planning.PlanCampaigns();
  planning.PlanSchedules();
  planning.PlanCodes();
  planning.PlanPolicies();
  planning.PlanCallbacks();
  planning.PlanReleases();
  return Assemble(planning, inputs);
}

Result<Plan> BuildRollback(const PlanInputs& inputs, const std::vector<RecordedWrite>& writes) {
  Planning planning(inputs);
  planning.PlanRollback(writes);
  TRY_ASSIGN(Plan plan, Assemble(planning, inputs));
  plan.irreversible = std::move(planning.irreversible);
  return plan;
}

}  // namespace cxctl
