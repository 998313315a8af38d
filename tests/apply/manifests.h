#pragma once

#include <string>

#include "apply/world.h"

// Small manifests, and a tenant that fits them.

namespace cxctl {

inline constexpr const char* kEast = "a1000000-0000-4000-8000-000000000001";
inline constexpr const char* kWest = "a1000000-0000-4000-8000-000000000002";
inline constexpr const char* kNorth = "a1000000-0000-4000-8000-000000000003";

inline constexpr std::string_view kThreeCampaigns = R"({
  "capacity": {"maxConcurrentCalls": 200},
  "campaigns": [
    {"id": "a1000000-0000-4000-8000-000000000001", "name": "East", "state": "ACTIVE", "maxAgents": 25, "dialingMode": "PREDICTIVE", "dialRate": 40},
    {"id": "a1000000-0000-4000-8000-000000000002", "name": "West", "state": "PAUSED", "pauseReason": "SCHEDULED", "maxAgents": 20, "dialingMode": "PREDICTIVE", "dialRate": 30},
    {"id": "a1000000-0000-4000-8000-000000000003", "name": "North", "state": "INACTIVE", "maxAgents": 10, "dialingMode": "PREVIEW", "dialRate": 8}
  ]})";

inline void WriteCampaign(World& world, const std::string& name, const std::string& id, const std::string& members) {
  world.Write("m/campaign-" + name + ".yaml",
              fmt::format("apiVersion: cxctl/v1\nkind: Campaign\nmetadata: {{name: {}}}\nspec: {{id: {}, {}}}\n", name,
                          id, members));
}

struct ScheduleText {
  std::string campaign = "east";
  std::string live_name;    ///< "": as the document
  std::string metadata;     ///< more of it
  std::string description;  ///< "": not managed
  std::string from = "09:00", to = "17:00";
  std::string call_rate = "15";
  std::string concurrent = "50";
  std::string blackouts;  ///< "": not managed
};

inline void WriteSchedule(World& world, const std::string& name, const ScheduleText& text = {}) {
  std::string spec = fmt::format(
      "  campaign: {}\n  startTime: 2026-12-01T00:00:00Z\n  endTime: 2026-12-31T00:00:00Z\n  timeZone: UTC\n"
      "  regulatoryWindows:\n    - {{startTime: \"{}\", endTime: \"{}\", timeZone: UTC, enabled: true}}\n"
      "  dialerSettings: {{maxConcurrentCalls: {}, callRate: {}, capacityThreshold: 0.85}}\n",
      text.campaign, text.from, text.to, text.concurrent, text.call_rate);
  if (!text.live_name.empty()) spec += fmt::format("  name: {}\n", text.live_name);
  if (!text.description.empty()) spec += fmt::format("  description: {}\n", text.description);
  if (!text.blackouts.empty()) spec += fmt::format("  blackoutPeriods: {}\n", text.blackouts);
  world.Write("m/schedule-" + name + ".yaml",
              fmt::format("apiVersion: cxctl/v1\nkind: CampaignSchedule\nmetadata: {{name: {}{}}}\nspec:\n{}", name,
                          text.metadata.empty() ? "" : ", " + text.metadata, spec));
}

inline void WriteCodes(World& world, const std::string& name, const std::string& category, const std::string& members,
                       const std::string& codes) {
  world.Write("m/codes-" + name + ".yaml", fmt::format("apiVersion: cxctl/v1\nkind: CallCodeHierarchy\nmetadata: "
                                                       "{{name: {}}}\nspec:\n  category: {}\n  {}\n  codes: {}\n",
                                                       name, category, members, codes));
}

inline const std::string kNewYear =
    "[{startTime: \"2026-12-24T00:00:00Z\", endTime: \"2026-12-26T00:00:00Z\", reason: Christmas}]";

/// What the mixed plan starts from.
inline void WriteFirstTree(World& world) {
  WriteCampaign(world, "east", kEast, "state: ACTIVE, maxAgents: 25, dialRate: 40");
  WriteCampaign(world, "west", kWest, "state: PAUSED, dialRate: 30");
  WriteCampaign(world, "north", kNorth, "maxAgents: 10");
  WriteSchedule(world, "east-a");
  WriteSchedule(world, "east-b", {.from = "10:00", .to = "12:00"});
  WriteSchedule(world, "east-c", {.from = "13:00", .to = "14:00"});
  WriteSchedule(world, "west-a", {.campaign = "west", .description = "Afternoons"});
  WriteSchedule(world, "west-b", {.campaign = "west", .live_name = "West B"});
  WriteSchedule(world, "north-a", {.campaign = "north"});
  WriteCodes(world, "sales", "SALES", "removal: delete",
             "[{code: AA, name: A, type: SUCCESS, children: [{code: A1, name: A one, type: SUCCESS}, {code: A2, name: "
             "A two, type: SUCCESS, children: "
             "[{code: A2X, name: A two x, type: FAILURE}]}]}, {code: BB, name: B, type: NEUTRAL}]");
  WriteCodes(world, "care", "CARE", "removal: deactivate",
             "[{code: CC, name: C, type: SUCCESS, children: [{code: C1, name: C one, type: SUCCESS}, {code: C2, name: "
             "C two, type: SUCCESS}]}]");
}

/// Twenty changes of every sort on top of it.
inline void WriteSecondTree(World& world) {
  WriteCampaign(world, "east", kEast, "state: PAUSED, pauseReason: SCHEDULED, maxAgents: 25, dialRate: 40");
  WriteCampaign(world, "west", kWest, "state: ACTIVE, dialRate: 30");
  WriteCampaign(world, "north", kNorth, "maxAgents: 12");
  WriteSchedule(world, "east-a", {.call_rate = "10"});
  WriteSchedule(world, "east-b", {.from = "09:00", .to = "13:00"});
  world.Remove("m/schedule-east-c.yaml");
  WriteSchedule(world, "east-d", {.from = "15:00", .to = "16:00"});
  WriteSchedule(world, "west-a", {.campaign = "west", .description = "Every afternoon"});
  world.Remove("m/schedule-west-b.yaml");
  WriteSchedule(world, "west-mornings",
                {.campaign = "west", .live_name = "West mornings", .metadata = "previousNames: [west-b]"});
  WriteSchedule(world, "west-c", {.campaign = "west", .from = "07:00", .to = "08:00"});
  WriteSchedule(world, "north-a", {.campaign = "north", .blackouts = kNewYear});
  WriteCodes(world, "sales", "SALES", "removal: delete",
             "[{code: AA, name: All of A, type: SUCCESS, children: [{code: A1, name: A one, type: SUCCESS, children: "
             "[{code: A1N, name: New, type: "
             "SUCCESS}]}, {code: A2, name: A two, type: NEUTRAL}]}, {code: DD, name: D, type: NEUTRAL, children: "
             "[{code: D1, name: D one, type: SUCCESS, "
             "children: [{code: D1X, name: D one x, type: SUCCESS}]}]}]");
  WriteCodes(world, "care", "CARE", "removal: deactivate",
             "[{code: CC, name: C, type: SUCCESS, children: [{code: C1, name: C one, type: FAILURE}]}]");
}

class ApplyTest : public testing::Test {
 protected:
  ApplyTest() { world_.Load(kThreeCampaigns); }
  /// The manifests so far are applied, and what was sent for it is forgotten.
  void Establish() {
    const auto run = ApplyOnce(world_);
    ASSERT_FALSE(run->error) << run->error->message;
    for (const ChangeOutcome& outcome : run->report.outcomes) ASSERT_TRUE(outcome.succeeded()) << outcome.error;
    world_.sent.clear();
    records_ = world_.Audit().size();
  }
  void ExpectInStep() { EXPECT_THAT(PlanLines(world_), testing::IsEmpty()); }
  /// The records since Establish.
  std::vector<std::string> NewRecords() { return world_.AuditLines(records_); }
  std::string ScheduleEdit(const std::string& name, const std::string& set) {
    return fmt::format(R"({{"kind":"schedule","id":"{}","set":{}}})", world_.IdOf("schedules", name), set);
  }

  World world_;
  std::size_t records_ = 0;
};

}  // namespace cxctl
