#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "plan/plan_document.h"
#include "plan/planner.h"
#include "support/memory_files.h"
#include "value/json.h"

namespace cxctl {

/// Manifests, a live tenant and a state store, all in memory. It is noon (UTC) of Friday, 20 November 2026.
class PlanTest : public ::testing::Test {
 protected:
  static constexpr const char* kEast = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";

  /// Replaces the file. `text` without apiVersion.
  void Write(const std::string& file, const std::string& text) {
    std::string full;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
      const std::string line = text.substr(at, end - at);
      if (line.starts_with("kind:")) full += "apiVersion: cxctl/v1\n";
      full += line;
      at = end;
    }
    files_.files[file] = full;
  }
  void Remove(const std::string& file) { files_.files.erase(file); }

  void WriteCampaign(const std::string& spec, const std::string& metadata = "name: east") {
    Write("east.yaml", fmt::format("kind: Campaign\nmetadata: {{{}}}\nspec: {{id: {}, {}}}\n", metadata, kEast, spec));
  }

  /// The members of a schedule's spec, as flow YAML or JSON, each replaced by what `members` says; "" leaves it out.
  static std::string ScheduleMembers(const std::map<std::string, std::string>& members) {
    std::map<std::string, std::string> all = {
        {"startTime", R"("2026-11-01T00:00:00Z")"},
        {"endTime", R"("2026-12-31T00:00:00Z")"},
        {"timeZone", R"("UTC")"},
        {"regulatoryWindows", R"([{"startTime": "09:00", "endTime": "17:00", "timeZone": "UTC", "enabled": true}])"},
        {"dialerSettings", R"({"maxConcurrentCalls": 50, "callRate": 15, "capacityThreshold": 0.85})"}};
    for (const auto& [key, value] : members) all[key] = value;
    std::string text;
    for (const auto& [key, value] : all) {
      if (!value.empty()) text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", key, value);
    }
    return text;
  }
  void WriteSchedule(const std::string& name, std::map<std::string, std::string> members = {},
                     const std::string& metadata = "") {
    if (!members.contains("campaign")) members["campaign"] = "east";
    Write(name + ".yaml", fmt::format("kind: CampaignSchedule\nmetadata: {{name: {}{}}}\nspec: {{{}}}\n", name,
                                      metadata, ScheduleMembers(members)));
  }
  static std::string Window(const char* start, const char* end, const char* zone = "UTC") {
    return fmt::format(R"([{{"startTime": "{}", "endTime": "{}", "timeZone": "{}", "enabled": true}}])", start, end,
                       zone);
  }

  void LiveCampaign(const std::string& members, const std::string& address = "Campaign/east",
                    const std::string& id = kEast) {
    live_.campaigns[address] =
        Object(ObjectKind::kCampaign, id, "",
               Merge(R"({"name": "East", "maxAgents": 30, "dialingMode": "PREDICTIVE", "dialRate": 40})",
                     "{" + members + "}"));
    live_.schedules[id];
  }
  void LiveSchedule(const std::string& id, const std::string& name,
                    const std::map<std::string, std::string>& members = {}, const std::string& campaign = kEast) {
    live_.schedules[campaign].push_back(
        Object(ObjectKind::kSchedule, id, campaign,
               *ParseJson(arena_, fmt::format(R"({{"name": "{}", {}}})", name, ScheduleMembers(members)))));
  }
  /// `parent`: id, "" for a root.
  void LiveCode(const std::string& code, const std::string& parent = "", const std::string& members = "",
                const std::string& category = "CAT") {
    const std::string parent_id = parent.empty() ? "null" : fmt::format("\"{}\"", parent);
    const std::string base = fmt::format(
        R"({{"code": "{0}", "name": "{0}", "type": "NEUTRAL", "category": "{1}", "parentCallCodeId": {2}, "isActive": true}})",
        code, category, parent_id);
    live_.codes[category].push_back(
        Object(ObjectKind::kCallCode, "id-" + code, category, Merge(base, "{" + members + "}")));
  }

  LiveObject Object(ObjectKind kind, const std::string& id, const std::string& scope, Value content) {
    return {kind, id, scope, "\"" + id + "-1\"", content, "alice", "2026-11-19T08:00:00Z"};
  }
  Value Merge(const std::string& base, const std::string& patch) {
    return MergePatch(arena_, *ParseJson(arena_, base), *ParseJson(arena_, patch));
  }
  Value Json(const std::string& text) {
    const auto value = ParseJson(arena_, text);
    EXPECT_TRUE(value) << text;
    return value ? *value : Value();
  }

  /// What the store would remember of that.
  void Applied(const std::string& address, const std::string& live_id, const std::string& content,
               const std::string& scope = "", const std::string& identity = "",
               const std::string& lifecycle = R"({"preventDestroy":false})") {
    AppliedObject object;
    object.address = address;
    object.kind = address.substr(0, address.find('/'));
    object.live_id = live_id;
    object.scope = scope;
    object.identity = identity;
    object.content = content;
    object.lifecycle = lifecycle;
    applied_.push_back(object);
  }

  /// As if everything in the plan had been applied, as far as the store is concerned.
  void RememberAll(const Plan& plan) {
    for (const Change& change : plan.changes) {
      for (const std::string& previous : change.previous_addresses)
        std::erase_if(applied_, [&](const auto& each) { return each.address == previous; });
      std::erase_if(applied_, [&](const auto& each) { return each.address == change.address; });
      if (change.action == Action::kDelete || change.action == Action::kRelease || change.action == Action::kDeactivate)
        continue;
      const std::string removal = change.removal.empty() ? "" : fmt::format(R"(,"removal":"{}")", change.removal);
      Applied(change.address, change.live_id, ToCanonicalJson(change.after), change.scope, change.identity,
              fmt::format(R"({{"preventDestroy":{}{}}})", change.prevent_destroy, removal));
    }
  }

  Plan MakePlan() {
    ManifestLoader loader(files_);
    const auto tenants = loader.FindTenants({"."});
    auto loaded = tenants && !tenants->empty() ? loader.Load(tenants->front()) : loader.LoadWithoutTenant({"."});
    if (!loaded) {
      ADD_FAILURE() << loaded.error().message;
      return {};
    }
    sets_.push_back(std::make_unique<ManifestSet>(std::move(*loaded)));
    const ManifestSet& set = *sets_.back();
    for (const Diagnostic& each : set.diagnostics)
      ADD_FAILURE() << RenderDiagnostic(each, set.workspace->sources, false);
    settings_ = set.tenant ? ReadTenantSettings(set) : TenantSettings{};
    if (!set.tenant) settings_.name = "demo", settings_.base_url = "http://127.0.0.1:8080";
    if (has_agent_) settings_.agent_url = "https://agent.example.com";
    const DesiredState desired = BuildDesired(arena_, set, options_.selection, has_agent_);
    for (const Document* document : set.OfKind("CallCodeHierarchy"))
      live_.codes[std::string(document->spec().GetString("category"))];
    auto plan = BuildPlan({arena_, set, settings_, desired, live_, applied_, options_, now_, states_, phone_numbers_,
                           secret_fingerprints_});
    if (!plan) {
      ADD_FAILURE() << plan.error().message;
      return {};
    }
    return *std::move(plan);
  }

  const SourceMap& sources() const { return sets_.back()->workspace->sources; }

  /// `update Campaign/east reduces declared PATCH {"maxAgents":25} needs Campaign/x`, one a line.
  static std::string Text(const Plan& plan) {
    std::string text;
    for (const Change& change : plan.changes) {
      text += fmt::format("{} {} {} {}", ActionName(change.action), change.address, RiskName(change.risk),
                          ReasonName(change.reason));
      if (change.writes) {
        constexpr const char* kMethods[] = {"POST", "PATCH", "PUT", "DELETE"};
        text += fmt::format(" {}", kMethods[static_cast<std::size_t>(change.operation)]);
        if (change.operation != WriteOperation::kDelete) text += " " + ToJson(change.payload);
      }
      if (!change.parent.empty()) text += " under " + change.parent;
      if (!change.depends_on.empty()) text += " needs " + Join(change.depends_on, ", ");
      text += "\n";
    }
    return text;
  }
  std::string PlanText() { return Text(MakePlan()); }

  static std::string GuardText(const Plan& plan) {
    std::string text;
    for (const Guard& guard : plan.guards) {
      text += fmt::format("{} {}: {} [{}]\n", guard.rule, guard.address, guard.message,
                          guard.until ? FormatUtc(*guard.until) : "");
    }
    return text;
  }
  std::string Guards() { return GuardText(MakePlan()); }

  MemoryFiles files_{{{"README.md", "The folder is there, whatever is in it."}}};
  Arena arena_;
  LiveState live_;
  std::vector<AppliedObject> applied_;
  PlanOptions options_;
  CampaignStates states_ = CampaignStatesV2();
  bool has_agent_ = false;
  const PhoneNumbers* phone_numbers_ = nullptr;
  std::map<std::string, std::string> secret_fingerprints_;
  TenantSettings settings_;
  Instant now_ = ParseDateTime("2026-11-20T12:00:00Z")->instant;
  std::vector<std::unique_ptr<ManifestSet>> sets_;
};

}  // namespace cxctl
