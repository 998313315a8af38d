#include "cli/agent_status.h"

#include <utility>

#include "agent/callback_record.h"
#include "agent/controller_context.h"
#include "value/json.h"
#include "webhook/delivery_record.h"
#include "webhook/event.h"

namespace cxctl {

namespace {

std::string RecordBody(const AgentStatusParts& parts, const char* collection, const std::string& id) {
  const auto record = parts.store.Get(parts.settings.name, collection, id);
  return record && *record ? (*record)->body : "";
}

/// `controllers`: what the runner says of those that it knows.
ControllerView ViewOf(const AgentStatusParts& parts, const Value& controllers, const std::string& name) {
  const Value* described = controllers.Find(name);
  const Value* running = described ? described->Find("running") : nullptr;
  if (running && running->as_bool()) return {ToJson(*described), ""};
  return {"", RecordBody(parts, kControllerCollection, name)};
}

QueueView ViewOfQueue(const AgentStatusParts& parts, const std::string& queue_id) {
  Arena arena;
  const auto record = ParseJson(arena, RecordBody(parts, kCapacityCollection, queue_id));
  QueueView view;
  const Value* threshold = record ? record->Find("threshold") : nullptr;
  const Value* active = record ? record->Find("active") : nullptr;
  if (threshold) view.threshold = threshold->as_int();
  if (active) view.active = active->as_int();
  return view;
}

void AddSinks(const AgentStatusParts& parts, const Policies& policies, StatusInput& input) {
  const auto counts = parts.store.Count(parts.settings.name, kDeliveryCollection);
  const auto count = [&](const std::string& state) -> std::int64_t {
    if (!counts) return 0;
    const auto found = counts->find(state);
    return found == counts->end() ? 0 : found->second;
  };
  for (const SinkSettings& sink : policies.sinks) {
    SinkView view;
    view.pending = count(PendingState(sink.name));
    view.dead = count(DeadState(sink.name));
    const auto state = parts.store.Get(parts.settings.name, kSinkStateCollection, sink.name);
    view.on = !(state && *state && (*state)->state == "off");
    input.sinks[sink.name] = view;
  }
}

void AddDrift(const AgentStatusParts& parts, const Value& controllers, StatusInput& input) {
  if (!parts.reconcile) return;
  Arena arena;
  const ControllerView view = ViewOf(parts, controllers, "reconcile");
  const auto status = ParseJson(arena, view.status);
  input.drift.reconcile = parts.reconcile->mode() == ReconcileController::Mode::kApply ? "apply" : "report";
  if (!status) return;
  if (const auto at = ParseDateTime(status->GetString("checkedAt"))) input.drift.checked_at = at->instant;
  input.drift.last_error = status->GetString("reason");
  const Value* items = status->Find("items");
  if (!items) return;
  for (const Value& item : items->items()) {
    input.drift.items.push_back({std::string(item.GetString("address")), std::string(item.GetString("status"))});
  }
}

}  // namespace

StatusInput GatherStatus(const AgentStatusParts& parts) {
  Arena arena;
  const Value controllers = parts.agent.controllers().Describe(arena);
  StatusInput input;
  input.version = parts.version;
  input.instance = parts.agent.id();
  input.started_at = parts.agent.started();
  input.now = parts.clock.Now();
  input.tenant = {parts.settings.name, parts.settings.base_url, parts.agent.tenant_trouble().empty(),
                  parts.agent.tenant_trouble()};
  input.campaigns = parts.campaigns.Known();
  input.policies = parts.policies();
  for (const auto& [name, policy] : input.policies->pacing) {
    input.pacing[name] = ViewOf(parts, controllers, "pacing/" + name);
  }
  for (const auto& [name, policy] : input.policies->throttle) {
    input.throttle[name] = ViewOf(parts, controllers, "throttle/" + name);
  }
  for (const auto& [name, policy] : input.policies->callbacks) {
    input.queues[policy.queue_id] = ViewOfQueue(parts, policy.queue_id);
  }
  if (auto counts = parts.store.Count(parts.settings.name, kCallbackCollection)) input.callbacks = *std::move(counts);
  AddSinks(parts, *input.policies, input);
  AddDrift(parts, controllers, input);
  for (const Member& place : controllers.members()) {
    const Value* running = place.value.Find("running");
    const bool here = running && running->as_bool();
    input.leases.push_back({std::string(place.key), here ? parts.agent.id() : "", 0, {}});
  }
  return input;
}

}  // namespace cxctl
