#include "inspect/render.h"

#include "inspect_fixture.h"
#include "value/json.h"

namespace cxctl {
namespace {

class RenderTest : public InspectTest {
 protected:
  static std::string Render(const ManifestSet& set, const std::string& target, bool with_origins = true) {
    Arena arena;
    Origins origins(set);
    std::string text;
    for (const RenderedDocument& each : RenderManifests(arena, set, {{target}, {}}))
      text += RenderedYaml(each, origins, with_origins);
    return text;
  }
};

TEST_F(RenderTest, EveryOriginIsTold) {
  const ManifestSet set =
      Load({{"m/tenant.yaml", Tenant(", values: {rate: 12, agents: 3},\n  patches: [{target: {name: east}, "
                                     "merge: {spec: {maxAgents: \"${values.agents}\", dialRate: 7}}}]")},
            {"m/c.yaml", Document("Campaign", "name: east", "name: &n East, maxAgents: 10,\n  state: ACTIVE")},
            {"m/p.yaml", Document("PacingPolicy", "name: p",
                                  "campaign: east, interval: 30s, dialRate: {min: 1, max: \"${values.rate}\"}")}});
  EXPECT_EQ(Render(set, "PacingPolicy/p"), R"(apiVersion: cxctl/v1         # m/c.yaml:1:13
kind: Campaign               # m/c.yaml:2:7
metadata:
  name: east                 # m/c.yaml:3:18
  lifecycle:
    preventDestroy: false    # default
spec:
  name: East                 # m/c.yaml:4:17
  state: ACTIVE              # m/c.yaml:5:10
  maxAgents: 3               # m/tenant.yaml:5:62 (patch 1; values.agents m/tenant.yaml:4:122)
  dialRate: 7                # m/tenant.yaml:5:92 (patch 1)
  exclusiveSchedules: false  # default
  allowPause: false          # default
apiVersion: cxctl/v1       # m/p.yaml:1:13
kind: PacingPolicy         # m/p.yaml:2:7
metadata:
  name: p                  # m/p.yaml:3:18
  lifecycle:
    preventDestroy: false  # default
spec:
  campaign: east           # m/p.yaml:4:18
  interval: 30s            # m/p.yaml:4:34
  utilization: 0.85        # default
  availabilityWindow: 6    # default
  dialRate:
    min: 1                 # m/p.yaml:4:55
    max: 12                # m/p.yaml:4:63 (values.rate m/tenant.yaml:4:110)
    idle: 0                # default
  algorithm: availability  # default
)");
}

TEST_F(RenderTest, CalendarsAreCompiledAndRenderingAgainIsTheSame) {
  const std::string tenant = Tenant();
  const ManifestSet set =
      Load({{"m/tenant.yaml", tenant},
            {"m/c.yaml", Document("Campaign", "name: east", "name: East")},
            {"m/k.yaml", Document("CallingCalendar", "name: k",
                                  "timeZone: UTC, windows: [{days: [mon], startTime: \"09:00\", endTime: \"17:00\"}], "
                                  "blackouts: [{date: 2040-01-09, reason: \"$${x}\"}]")},
            {"m/s.yaml", Document("CampaignSchedule", "name: s",
                                  "campaign: east, startTime: 2040-01-02T00:00:00Z, endTime: 2040-01-10T00:00:00Z, "
                                  "timeZone: UTC, calendar: k, dialerSettings: {maxConcurrentCalls: 1, callRate: 1, "
                                  "capacityThreshold: 0.5}")}});
  const std::string once = Render(set, "CampaignSchedule/s", false);
  EXPECT_NE(once.find("reason: $${x}"), std::string::npos) << once;
  EXPECT_NE(once.find("reason: \"closed: tue\""), std::string::npos) << once;
  EXPECT_EQ(once.find("calendar: k"), std::string::npos) << once;
  Arena arena;
  std::map<std::string, std::string> files{{"m/tenant.yaml", tenant}};
  Origins origins(set);
  for (const RenderedDocument& each : RenderManifests(arena, set, {{"CampaignSchedule/s"}, {}}))
    files["m/" + each.document->name + each.document->kind->name.data() + ".yaml"] = RenderedYaml(each, origins, false);
  EXPECT_EQ(Render(Load(files), "CampaignSchedule/s", false), once);
}

TEST_F(RenderTest, LiteralSecretsAreNotShown) {
  const ManifestSet set =
      Load({{"m/tenant.yaml", Tenant()},
            {"m/s.yaml",
             Document("Sink", "name: s", "url: \"http://127.0.0.1:9\", events: [plan.applied], secret: canary")}});
  const std::string text = Render(set, "Sink/s");
  EXPECT_EQ(text.find("canary"), std::string::npos) << text;
  EXPECT_NE(text.find("secret: (secret)"), std::string::npos) << text;
}

}  // namespace
}  // namespace cxctl
