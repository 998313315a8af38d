#include "rules_fixture.h"

namespace cxctl {
namespace {

class CapacityRules : public RulesTest {
 protected:
  static std::string Calls(int calls) {
    return fmt::format("{{maxConcurrentCalls: {}, callRate: 15, capacityThreshold: 0.85}}", calls);
  }
  /// Schedules on campaigns of their own, so that they may overlap.
  void WriteOn(const std::string& campaign, const std::string& name, int calls, std::string_view start,
               std::string_view end, const std::string& from = "2026-12-01T00:00:00Z",
               const std::string& until = "2026-12-31T00:00:00Z", const std::string& blackouts = "") {
    WriteScheduleAt(name, start, end,
                    {{"campaign", campaign},
                     {"dialerSettings", Calls(calls)},
                     {"startTime", from},
                     {"endTime", until},
                     {"blackoutPeriods", blackouts}});
  }
};

TEST_F(CapacityRules, OverTheDialersCapacity) {
  WriteCampaign("east");
  SetCapacity(200);
  Write("campaigns/q4.yaml", R"(apiVersion: cxctl/v1
kind: CampaignSchedule
metadata: {name: collections-q4}
spec:
  campaign: east
  startTime: 2026-12-01T00:00:00-05:00
  endTime: 2026-12-31T00:00:00-05:00
  timeZone: America/New_York
  regulatoryWindows:
    - {startTime: "09:00", endTime: "20:00", timeZone: America/New_York, enabled: true}
  dialerSettings:
    callRate: 15
    capacityThreshold: 0.85
    maxConcurrentCalls: 250
)");
  EXPECT_EQ(Report(), R"(error[CX203]: maxConcurrentCalls 250 is over the tenant's dialer capacity of 200
  --> campaigns/q4.yaml:14:25
   |
14 |     maxConcurrentCalls: 250
   |                         ^^^
   = help: lower it, or ask for more capacity; see: cxctl explain CX203
)");
}

TEST_F(CapacityRules, OverTheCarriersLimit) {
  WriteCampaign("east", "state: PAUSED, carrierLimit: {maxConcurrentCalls: 49}");
  WriteSchedule("a", {{"dialerSettings", Calls(50)}});
  EXPECT_EQ(Report(), R"(error[CX203]: maxConcurrentCalls 50 is over carrierLimit.maxConcurrentCalls 49 of Campaign/east
 --> schedules/a.yaml:6:40
  |
6 |   dialerSettings: {maxConcurrentCalls: 50, callRate: 15, capacityThreshold: 0.85}
  |                                        ^^
  = help: lower it, or correct the carrierLimit of the campaign; see: cxctl explain CX203
)");
}

TEST_F(CapacityRules, TheSumIsOverTheCapacity) {
  SetCapacity(200);
  WriteCampaign("east");
  WriteCampaign("west");
  WriteCampaign("south");
  WriteOn("east", "a", 90, "09:00", "17:00");
  WriteOn("south", "b", 40, "15:00", "16:00");
  WriteOn("west", "c", 71, "12:00", "20:00");
  EXPECT_EQ(
      Report(),
      R"(warning[CX203]: maxConcurrentCalls 40 brings the sum over the schedules active at 2026-12-01T15:00:00Z to 201, over the tenant's dialer capacity of 200: a (90), b (40), c (71)
 --> schedules/b.yaml:6:40
  |
6 |   dialerSettings: {maxConcurrentCalls: 40, callRate: 15, capacityThreshold: 0.85}
  |                                        ^^
  = help: lower one of them, move their windows apart, or ask for more capacity; see: cxctl explain CX203
)");
}

TEST_F(CapacityRules, JustAtTheCapacityIsFine) {
  WriteCampaign("east", "state: ACTIVE, calendar: any, carrierLimit: {maxConcurrentCalls: 100}");
  WriteCampaign("west");
  WriteOn("east", "a", 100, "09:00", "17:00");
  WriteOn("west", "b", 100, "09:00", "17:00");
  SetCapacity(200);
  EXPECT_EQ(Findings(), "");
  SetCapacity(199);
  EXPECT_EQ(Findings(), "warning CX203 schedules/b.yaml:6:40\n");
  SetCapacity(99);
  EXPECT_EQ(Findings(),
            "error CX203 schedules/a.yaml:6:40\n"
            "warning CX203 schedules/b.yaml:6:40\n"
            "error CX203 schedules/b.yaml:6:40\n");
}

TEST_F(CapacityRules, WithoutACapacityOnlyTheCarrierCounts) {
  WriteCampaign("east");
  WriteOn("east", "a", 100'000, "09:00", "17:00");
  EXPECT_EQ(Findings(), "");
}

TEST_F(CapacityRules, TheTenantDocumentsCapacityIsTakenWhereNobodyKnowsBetter) {
  WriteTenant("  capacity: {maxConcurrentCalls: 49}\n");
  WriteCampaign("east");
  WriteSchedule("a");
  EXPECT_EQ(Messages(), "CX203: maxConcurrentCalls 50 is over the tenant's dialer capacity of 49\n");
  SetCapacity(50);
  EXPECT_EQ(Messages(), "");
}

struct SumCase {
  const char* what;
  const char* state;  ///< Of the second campaign.
  const char *window_start, *window_end;
  const char *from, *until;
  const char* blackouts;
  bool is_over;
};

TEST_F(CapacityRules, TheSumIsByPermittedTimeOnActiveCampaigns) {
  const SumCase cases[] = {
      {"same hours", "state: ACTIVE", "09:00", "17:00", "2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z", "", true},
      {"one minute", "state: ACTIVE", "16:59", "20:00", "2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z", "", true},
      {"no minute", "state: ACTIVE", "17:00", "09:00", "2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z", "", false},
      {"paused", "state: PAUSED", "09:00", "17:00", "2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z", "", false},
      {"state not managed", "maxAgents: 1", "09:00", "17:00", "2026-12-01T00:00:00Z", "2026-12-31T00:00:00Z", "",
       false},
      {"a day in common", "state: ACTIVE", "09:00", "17:00", "2026-12-30T00:00:00Z", "2027-02-01T00:00:00Z", "", true},
      {"one after the other", "state: ACTIVE", "09:00", "17:00", "2026-12-31T00:00:00Z", "2027-02-01T00:00:00Z", "",
       false},
      {"a night in common", "state: ACTIVE", "09:00", "17:00", "2026-12-30T17:00:00Z", "2027-02-01T00:00:00Z", "",
       false},
      {"blacked out", "state: ACTIVE", "09:00", "17:00", "2026-12-29T00:00:00Z", "2027-02-01T00:00:00Z",
       "[{startTime: 2026-12-29T00:00:00Z, endTime: 2026-12-31T00:00:00Z, reason: holidays}]", false},
      {"nearly blacked out", "state: ACTIVE", "09:00", "17:00", "2026-12-29T00:00:00Z", "2027-02-01T00:00:00Z",
       "[{startTime: 2026-12-29T00:00:00Z, endTime: 2026-12-30T16:00:00Z, reason: holidays}]", true},
  };
  SetCapacity(100);
  WriteCampaign("east");
  WriteOn("east", "a", 60, "09:00", "17:00");
  for (const SumCase& each : cases) {
    WriteCampaign("west", std::string(each.state) + ", calendar: any");
    WriteOn("west", "b", 60, each.window_start, each.window_end, each.from, each.until, each.blackouts);
    const Diagnostics found = Check();
    EXPECT_EQ(found.size(), each.is_over ? 1u : 0u) << each.what;
    for (const Diagnostic& diagnostic : found) {
      EXPECT_EQ(diagnostic.rule, "CX203") << each.what;
      EXPECT_EQ(diagnostic.severity, Severity::kWarning) << each.what;
    }
  }
}

TEST_F(CapacityRules, OfSchedulesThatOpenTogetherTheOneThatBeganLastBringsItOver) {
  SetCapacity(100);
  WriteCampaign("east");
  WriteCampaign("west");
  WriteOn("east", "a", 60, "09:00", "17:00", "2026-12-10T00:00:00Z");
  WriteOn("west", "b", 60, "09:00", "17:00");
  EXPECT_EQ(Messages(),
            "CX203: maxConcurrentCalls 60 brings the sum over the schedules active at 2026-12-10T09:00:00Z to 120, "
            "over the tenant's dialer capacity of 100: b (60), a (60)\n");
}

TEST_F(CapacityRules, EachScheduleThatBringsItOverOnTheFirstDayIsNamedOnce) {
  SetCapacity(100);
  for (const char* name : {"east", "west", "north", "south"}) WriteCampaign(name);
  WriteOn("east", "a", 60, "08:00", "12:00");
  WriteOn("west", "b", 60, "09:00", "11:00");
  WriteOn("north", "c", 60, "14:00", "18:00");
  WriteOn("south", "d", 60, "15:00", "17:00");
  EXPECT_EQ(Findings(),
            "warning CX203 schedules/b.yaml:6:40\n"
            "warning CX203 schedules/d.yaml:6:40\n");
}

TEST_F(CapacityRules, HugeNumbersDoNotOverflow) {
  WriteCampaign("east");
  WriteCampaign("west");
  const std::string huge = "{maxConcurrentCalls: 9000000000000000, callRate: 1, capacityThreshold: 0.85}";
  WriteSchedule("a", {{"dialerSettings", huge}});
  WriteSchedule("b", {{"campaign", "west"}, {"dialerSettings", huge}});
  SetCapacity(9'223'372'036'854'775'807);
  EXPECT_EQ(Findings(), "");
  SetCapacity(0);
  EXPECT_EQ(Findings(),
            "error CX203 schedules/a.yaml:6:40\n"
            "warning CX203 schedules/b.yaml:6:40\n"
            "error CX203 schedules/b.yaml:6:40\n");
}

TEST_F(CapacityRules, IntegersMayBeWrittenWithAPoint) {
  WriteCampaign("east", "state: PAUSED, carrierLimit: {maxConcurrentCalls: 49.0}");
  WriteSchedule("a", {{"dialerSettings", "{maxConcurrentCalls: 50.0, callRate: 1, capacityThreshold: 0.85}"}});
  SetCapacity(50);
  EXPECT_EQ(Messages(), "CX203: maxConcurrentCalls 50 is over carrierLimit.maxConcurrentCalls 49 of Campaign/east\n");
}

TEST_F(CapacityRules, ManySchedulesAreNotAllNamed) {
  SetCapacity(95);
  for (char c = 'a'; c < 'k'; ++c) {
    WriteCampaign(std::string("on-") + c);
    WriteOn(std::string("on-") + c, std::string(1, c), 10, "09:00", "17:00");
  }
  EXPECT_EQ(Messages(),
            "CX203: maxConcurrentCalls 10 brings the sum over the schedules active at 2026-12-01T09:00:00Z to 100, "
            "over the tenant's dialer capacity of 95: a (10), b (10), c (10), d (10), e (10), f (10), g (10), h (10) "
            "and 2 more\n");
}

}  // namespace
}  // namespace cxctl
