#include "inspect/compare_versions.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect_fixture.h"

namespace cxctl {
namespace {

class CompareVersionsTest : public InspectTest {
 protected:
  /// A line a change: action, address, and the paths of its fields.
  static std::string Compare(const std::map<std::string, std::string>& before,
                             const std::map<std::string, std::string>& after) {
    Arena arena;
    const ManifestSet first = Load(before), second = Load(after);
    const auto found = CompareVersions(arena, {first, {}}, {second, {}}, {}, Instant{}, nullptr);
    if (!found) return found.error().message;
    std::string text;
    for (const Change& change : found->plan.changes) {
      text += fmt::format("{} {}", ActionName(change.action), change.address);
      for (const FieldChange& field : change.fields) text += " " + field.path;
      text += "\n";
    }
    return text + Join(found->unplanned, " ");
  }

  static std::string Campaign(const std::string& metadata, const std::string& spec) {
    return Document("Campaign", metadata, spec);
  }
  static std::string Schedule(const std::string& metadata, const std::string& spec) {
    return Document("CampaignSchedule", metadata,
                    "startTime: 2040-01-02T00:00:00Z, endTime: 2040-01-10T00:00:00Z, timeZone: UTC, regulatoryWindows: "
                    "[{startTime: \"09:00\", endTime: \"17:00\", timeZone: UTC, enabled: true}], " +
                        spec);
  }
  static std::string Settings(int rate) {
    return fmt::format("dialerSettings: {{maxConcurrentCalls: 1, callRate: {}, capacityThreshold: 0.5}}", rate);
  }
};

TEST_F(CompareVersionsTest, NothingBetweenEqualVersions) {
  const std::map<std::string, std::string> files = {
      {"m/c.yaml", Campaign("name: east", "name: East, state: ACTIVE, maxAgents: 3")},
      {"m/s.yaml", Schedule("name: s", "campaign: east, " + Settings(1))},
      {"m/p.yaml", Document("PacingPolicy", "name: p", "campaign: east, dialRate: {min: 1, max: 9}, sinks: [w]")},
      {"m/w.yaml",
       Document("Sink", "name: w", "url: \"https://w.example.com\", events: [plan.applied], secret: \"${env:X}\"")},
      {"m/h.yaml", Document("CallCodeHierarchy", "name: h",
                            "category: C, codes: [{code: A1, name: A, type: SUCCESS, children: [{code: B1, name: B, "
                            "type: SUCCESS}]}]")}};
  EXPECT_EQ(Compare(files, files), "");
}

TEST_F(CompareVersionsTest, EveryKindOfChange) {
  EXPECT_EQ(
      Compare({{"m/c.yaml", Campaign("name: east", "name: East, maxAgents: 3")},
               {"m/d.yaml", Campaign("name: old", "name: Old, maxAgents: 3")},
               {"m/s.yaml", Schedule("name: s", "campaign: east, " + Settings(1))},
               {"m/p.yaml", Document("PacingPolicy", "name: p", "campaign: east, dialRate: {min: 1, max: 9}")},
               {"m/h.yaml", Document("CallCodeHierarchy", "name: h",
                                     "category: C, removal: delete, codes: [{code: A1, name: A, type: SUCCESS}]")}},
              {{"m/c.yaml", Campaign("name: east", "name: East, maxAgents: 4")},
               {"m/e.yaml", Campaign("name: west", "name: West, maxAgents: 2")},
               {"m/s.yaml", Schedule("name: t, previousNames: [s]", "campaign: east, " + Settings(2))},
               {"m/p.yaml", Document("PacingPolicy", "name: p", "campaign: east, dialRate: {min: 1, max: 8}")},
               {"m/h.yaml", Document("CallCodeHierarchy", "name: h",
                                     "category: C, removal: delete, codes: [{code: B1, name: B, type: SUCCESS}]")}}),
      "update PacingPolicy/p /spec/dialRate/max\n"
      "delete CallCode/h/A1\n"
      "create CallCode/h/B1\n"
      "update Campaign/east /maxAgents\n"
      "release Campaign/old\n"
      "create Campaign/west\n"
      "rename CampaignSchedule/t /name /dialerSettings/callRate\n");
}

TEST_F(CompareVersionsTest, ACampaignThatStandsForAnotherOneSaysSo) {
  EXPECT_EQ(Compare({{"m/c.yaml", Campaign("name: east", "id: one, maxAgents: 3")}},
                    {{"m/c.yaml", Campaign("name: east", "id: two, maxAgents: 3")}}),
            "update Campaign/east /id\n");
}

TEST_F(CompareVersionsTest, WhatNoPlanShowsIsNamed) {
  EXPECT_EQ(Compare({{"m/c.yaml", Campaign("name: east", "name: East")}},
                    {{"m/c.yaml", Campaign("name: east, labels: {team: x}", "name: East")}}),
            "Campaign/east");
}

}  // namespace
}  // namespace cxctl
