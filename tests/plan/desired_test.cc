#include "plan/desired.h"

#include "plan/plan_fixture.h"

namespace cxctl {
namespace {

class DesiredTest : public PlanTest {
 protected:
  DesiredState Build(const Selection& selection = {}, bool has_agent = false) {
    ManifestLoader loader(files_);
    sets_.push_back(std::make_unique<ManifestSet>(*loader.LoadWithoutTenant({"."})));
    for (const Diagnostic& each : sets_.back()->diagnostics) ADD_FAILURE() << RenderDiagnostic(each, sources(), false);
    return BuildDesired(arena_, *sets_.back(), selection, has_agent);
  }
  /// `address content`, one a line.
  std::string Objects(const Selection& selection = {}) {
    std::string text;
    for (const DesiredObject& object : Build(selection).objects)
      text += object.address + " " + ToJson(object.content) + "\n";
    return text;
  }
  std::string Addresses(const Selection& selection) {
    std::string text;
    for (const DesiredObject& object : Build(selection).objects) text += (text.empty() ? "" : " ") + object.address;
    return text;
  }
  static Selection Target(const char* glob) { return {{glob}, {}}; }
};

TEST_F(DesiredTest, ACampaignHasWhatIsWrittenAndSent) {
  WriteCampaign(
      "state: PAUSED, pauseReason: SCHEDULED, maxAgents: 25, carrierLimit: {maxAgents: 30}, exclusiveSchedules: true");
  EXPECT_EQ(Objects(), "Campaign/east {\"state\":\"PAUSED\",\"pauseReason\":\"SCHEDULED\",\"maxAgents\":25}\n");
}

TEST_F(DesiredTest, AScheduleIsNamedAfterItsDocumentUnlessItSaysOtherwise) {
  WriteCampaign("state: PAUSED");
  WriteSchedule(
      "a",
      {{"plannedVolume", "{perDay: 5000}"},
       {"blackoutPeriods",
        R"([{startTime: "2026-11-28T12:00:00-05:00", endTime: "2026-11-28T14:00:00-05:00", reason: drill, allowMidWindow: true}])"}});
  EXPECT_EQ(
      Objects(),
      "Campaign/east {\"state\":\"PAUSED\"}\n"
      "CampaignSchedule/a "
      "{\"name\":\"a\",\"startTime\":\"2026-11-01T00:00:00Z\",\"endTime\":\"2026-12-31T00:00:00Z\",\"timeZone\":"
      "\"UTC\","
      "\"regulatoryWindows\":[{\"startTime\":\"09:00\",\"endTime\":\"17:00\",\"timeZone\":\"UTC\",\"enabled\":true}],"
      "\"blackoutPeriods\":[{\"startTime\":\"2026-11-28T17:00:00Z\",\"endTime\":\"2026-11-28T19:00:00Z\",\"reason\":"
      "\"drill\"}],"
      "\"dialerSettings\":{\"maxConcurrentCalls\":50,\"callRate\":15,\"capacityThreshold\":0.85}}\n");
  WriteSchedule("a", {{"name", "Q4 collections"}});
  const DesiredState state = Build();
  EXPECT_EQ(state.objects[1].identity, "Q4 collections");
  EXPECT_EQ(state.objects[1].content.GetString("name"), "Q4 collections");
}

TEST_F(DesiredTest, AHierarchyIsItsCodesParentsFirst) {
  Write("codes.yaml", R"(kind: CallCodeHierarchy
metadata: {name: out, previousNames: [old], lifecycle: {preventDestroy: true}}
spec:
  category: CAT
  removal: delete
  codes:
    - {code: INT, name: Interested, type: SUCCESS, children: [{code: HOT, name: Hot, type: SUCCESS, children: [{code: NOW, name: Now, type: SUCCESS}]}]}
    - {code: CB, name: Callback, type: NEUTRAL, isActive: false}
)");
  std::string text;
  for (const DesiredObject& object : Build().objects) {
    EXPECT_TRUE(object.prevent_destroy);
    EXPECT_EQ(object.removal, "delete");
    EXPECT_EQ(object.scope, "CAT");
    text += fmt::format("{} [{}] under '{}' was {} at {}\n", object.address, object.identity, object.parent,
                        Join(object.previous_addresses, ","), object.source.line);
  }
  EXPECT_EQ(text,
            "CallCode/out/INT [INT] under '' was CallCode/old/INT at 8\n"
            "CallCode/out/INT/HOT [INT/HOT] under 'CallCode/out/INT' was CallCode/old/INT/HOT at 8\n"
            "CallCode/out/INT/HOT/NOW [INT/HOT/NOW] under 'CallCode/out/INT/HOT' was CallCode/old/INT/HOT/NOW at 8\n"
            "CallCode/out/CB [CB] under '' was CallCode/old/CB at 9\n");
  EXPECT_EQ(ToJson(Build().objects[0].content),
            R"({"code":"INT","name":"Interested","type":"SUCCESS","category":"CAT","isActive":true})");
  EXPECT_EQ(ToJson(Build().objects[3].content),
            R"({"code":"CB","name":"Callback","type":"NEUTRAL","category":"CAT","isActive":false})");
}

TEST_F(DesiredTest, IgnoredMembersAreLeftOut) {
  WriteCampaign("state: PAUSED, maxAgents: 25, dialRate: 3",
                "name: east, lifecycle: {ignoreChanges: [/maxAgents, /state, /nothing]}");
  WriteSchedule("a", {}, ", lifecycle: {ignoreChanges: [/dialerSettings/callRate, /regulatoryWindows]}");
  Write("codes.yaml",
        "kind: CallCodeHierarchy\nmetadata: {name: out, lifecycle: {ignoreChanges: [/codes/0/isActive, "
        "/codes/0/children/0/name, /codes/1/type]}}\n"
        "spec: {category: CAT, codes: [{code: A1, name: a, type: NEUTRAL, children: [{code: B1, name: b, type: "
        "NEUTRAL}]}, {code: C1, name: c, type: NEUTRAL}]}\n");
  EXPECT_EQ(Objects(),
            "Campaign/east {\"dialRate\":3}\n"
            "CampaignSchedule/a "
            "{\"name\":\"a\",\"startTime\":\"2026-11-01T00:00:00Z\",\"endTime\":\"2026-12-31T00:00:00Z\",\"timeZone\":"
            "\"UTC\","
            "\"dialerSettings\":{\"maxConcurrentCalls\":50,\"capacityThreshold\":0.85}}\n"
            "CallCode/out/A1 {\"code\":\"A1\",\"name\":\"a\",\"type\":\"NEUTRAL\",\"category\":\"CAT\"}\n"
            "CallCode/out/A1/B1 {\"code\":\"B1\",\"type\":\"NEUTRAL\",\"category\":\"CAT\",\"isActive\":true}\n"
            "CallCode/out/C1 {\"code\":\"C1\",\"name\":\"c\",\"category\":\"CAT\",\"isActive\":true}\n");
}

TEST_F(DesiredTest, ValuesKeepTheirPlaces) {
  Write("east.yaml", "kind: Campaign\nmetadata: {name: east}\nspec:\n  name: East\n  maxAgents: 25\n");
  const Position at = Build().objects[0].content.Find("maxAgents")->position();
  EXPECT_EQ(sources().name(at.file), "east.yaml");
  EXPECT_EQ(at.line, 6u);
  EXPECT_EQ(at.column, 14u);
}

TEST_F(DesiredTest, PoliciesAndSinksAreHeld) {
  WriteCampaign("state: PAUSED");
  Write("policies.yaml",
        "kind: PacingPolicy\nmetadata: {name: p, labels: {team: x}}\nspec: {campaign: east, dialRate: {min: 10, max: "
        "100}}\n---\n"
        "kind: Sink\nmetadata: {name: s}\nspec: {url: https://example.com/x, events: [plan.applied]}\n");
  const DesiredState state = Build();
  ASSERT_EQ(state.held.size(), 2u);
  EXPECT_EQ(state.held[0].address + " " + state.held[0].by, "Sink/s no agent");
  EXPECT_EQ(state.held[1].address + " " + state.held[1].by, "PacingPolicy/p no agent");
  const DesiredState labelled = Build({{}, {{"team", "x"}}});
  ASSERT_EQ(labelled.held.size(), 1u);
  EXPECT_EQ(labelled.held[0].address, "PacingPolicy/p");
  EXPECT_EQ(Build(Target("Sink/*")).held.size(), 1u);
}

TEST_F(DesiredTest, ASelectionTakesDependenciesAlong) {
  WriteCampaign("state: PAUSED", "name: east, labels: {team: a}");
  Write("west.yaml", "kind: Campaign\nmetadata: {name: west, labels: {team: b}}\nspec: {name: West}\n");
  WriteSchedule("s1", {}, ", labels: {team: b, tier: '1'}");
  WriteSchedule("s2");
  Write("codes.yaml",
        "kind: CallCodeHierarchy\nmetadata: {name: out}\n"
        "spec: {category: CAT, codes: [{code: A1, name: a, type: NEUTRAL, children: [{code: B1, name: b, type: "
        "NEUTRAL}, {code: B2, name: b, type: NEUTRAL}]}]}\n");
  struct {
    Selection selection;
    const char* addresses;
  } rows[] = {
      {Target("Campaign/east"), "Campaign/east"},
      {Target("CampaignSchedule/s1"), "Campaign/east CampaignSchedule/s1"},
      {Target("*/s*"), "Campaign/east CampaignSchedule/s1 CampaignSchedule/s2"},
      {Target("CallCode/out/A1/B2"), "CallCode/out/A1 CallCode/out/A1/B2"},
      {Target("CallCode/*"), ""},
      {Target("CallCode/**"), "CallCode/out/A1 CallCode/out/A1/B1 CallCode/out/A1/B2"},
      {Target("CallCodeHierarchy/out"), "CallCode/out/A1 CallCode/out/A1/B1 CallCode/out/A1/B2"},
      {Target("Campaign/nothing"), ""},
      {{{"Campaign/west", "CampaignSchedule/s2"}, {}}, "Campaign/east Campaign/west CampaignSchedule/s2"},
      {{{}, {{"team", "a"}}}, "Campaign/east"},
      {{{}, {{"team", "b"}}}, "Campaign/east Campaign/west CampaignSchedule/s1"},
      {{{}, {{"team", "b"}, {"tier", "1"}}}, "Campaign/east CampaignSchedule/s1"},
      {{{}, {{"team", ""}}}, ""},
      {{{"CampaignSchedule/*"}, {{"team", "a"}}}, ""},
  };
  for (const auto& row : rows) EXPECT_EQ(Addresses(row.selection), row.addresses) << Join(row.selection.targets, " ");
}

}  // namespace
}  // namespace cxctl
