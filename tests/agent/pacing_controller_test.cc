#include "agent/pacing_controller.h"

#include <gmock/gmock.h>

#include "agent/controller_fixture.h"

namespace cxctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PacingControllerTest : public ControllerTest {
 protected:
  PacingControllerTest() {
    DeployedPacing policy;
    policy.name = "east";
    policy.version = 1;
    policy.campaign = "collections-east";
    policy.campaign_id = "c-1";
    policy.settings.min = 5;
    policy.settings.max = 100;
    policy.settings.utilization = 0.85;
    policies_.pacing["east"] = policy;
  }

  StepOutcome Step(PacingController& controller) { return loop_.RunUntilDone(controller.Step(Lease("pacing/east"))); }
  StepOutcome Step() { return Step(controller_); }
  /// The next step, an interval later.
  StepOutcome Next() {
    clock_.Advance(std::chrono::seconds(30));
    return Step();
  }

  PacingController controller_{context_, "east"};
};

TEST_F(PacingControllerTest, SetsTheRateThatTheAgentsCanTake) {
  EXPECT_EQ(Step(), StepOutcome::kDone);  // 10 available, times 0.85
  EXPECT_THAT(tenant_.writes, ElementsAre("dialRate 8"));
  EXPECT_EQ(tenant_.campaign.dial_rate, 8);
  ASSERT_THAT(AuditOutcomes(), ElementsAre("applied"));
  EXPECT_EQ(store_.audit[0].before, R"({"dialRate":42})");
  EXPECT_EQ(store_.audit[0].after, R"({"dialRate":8})");
  ASSERT_THAT(EventTypes(), ElementsAre("pacing.adjusted"));
  const std::string data = Events()[0].second;
  EXPECT_THAT(data, HasSubstr(R"("previousRate":42,"newRate":8)"));
  EXPECT_THAT(data, HasSubstr(R"("answerRate":0.6)"));
  EXPECT_THAT(data, HasSubstr(R"("availabilityAverage":10)"));
}

TEST_F(PacingControllerTest, WritesNothingWhereTheRateIsRight) {
  tenant_.campaign.dial_rate = 8;
  EXPECT_EQ(Step(), StepOutcome::kDone);
  EXPECT_THAT(tenant_.writes, IsEmpty());
  EXPECT_THAT(EventTypes(), IsEmpty());
}

TEST_F(PacingControllerTest, AnAnswerRateOffItsTargetAloneIsAnEvent) {
  tenant_.campaign.dial_rate = 8;
  policies_.pacing["east"].settings.answer_target = 0.75;
  policies_.pacing["east"].settings.answer_tolerance = 0.05;
  Step();
  EXPECT_THAT(tenant_.writes, IsEmpty());
  ASSERT_THAT(EventTypes(), ElementsAre("pacing.deviation"));
  EXPECT_THAT(Events()[0].second, HasSubstr(R"("answerRateTarget":0.75,"deviation":-0.15)"));
}

TEST_F(PacingControllerTest, LeavesACampaignAloneThatDoesNotDial) {
  tenant_.campaign.state = "PAUSED";
  EXPECT_EQ(Step(), StepOutcome::kIdle);
  EXPECT_THAT(tenant_.writes, IsEmpty());
  EXPECT_THAT(tenant_.asked_intervals, IsEmpty());
}

TEST_F(PacingControllerTest, AMissedMetricIsAMissedMetric) {
  tenant_.figures = Fail(ErrorCode::kUnavailable, "the tenant is away.");
  EXPECT_EQ(Step(), StepOutcome::kMissed);
  EXPECT_THAT(tenant_.writes, IsEmpty());
  tenant_.figures = std::optional<CampaignMetrics>();
  EXPECT_EQ(Next(), StepOutcome::kMissed);
  tenant_.figures = std::optional(CampaignMetrics{100, 60, 1, 0.6});
  tenant_.agents = Fail(ErrorCode::kUnavailable, "the tenant is away.");
  EXPECT_EQ(Next(), StepOutcome::kMissed);
  EXPECT_THAT(tenant_.writes, IsEmpty());
  EXPECT_EQ(metrics_.values["cxctl_pacing_missed_metrics_total"], 3);
}

TEST_F(PacingControllerTest, DecidesNothingOnFiguresThatTookTwoIntervals) {
  tenant_.figures_latency = std::chrono::seconds(61);
  EXPECT_EQ(Step(), StepOutcome::kMissed);
  EXPECT_THAT(tenant_.writes, IsEmpty());
}

TEST_F(PacingControllerTest, AfterFiveMinutesWithoutFiguresTheRateGoesToItsMinimumAndNeverUp) {
  Step();
  ASSERT_EQ(tenant_.campaign.dial_rate, 8);
  tenant_.figures = Fail(ErrorCode::kUnavailable, "the tenant is away.");
  for (int i = 1; i < 10; ++i) {
    Next();
    EXPECT_EQ(tenant_.campaign.dial_rate, 8) << i;
  }
  EXPECT_EQ(Next(), StepOutcome::kMissed);
  EXPECT_EQ(tenant_.campaign.dial_rate, 5);
  tenant_.EditBySomebody([](LiveCampaign& live) { live.dial_rate = 2; });
  Next();
  EXPECT_EQ(tenant_.campaign.dial_rate, 2);
}

TEST_F(PacingControllerTest, APauseIsNotTimeWithoutFigures) {
  Step();
  tenant_.campaign.state = "PAUSED";
  clock_.Advance(std::chrono::hours(1));
  Step();
  tenant_.campaign.state = "ACTIVE";
  tenant_.figures = Fail(ErrorCode::kUnavailable, "the tenant is away.");
  Next();
  EXPECT_EQ(tenant_.campaign.dial_rate, 8);
}

TEST_F(PacingControllerTest, AnEditBySomebodyOfSomethingElseIsNoConflict) {
  tenant_.faults = {WriteFault::kEditedBefore};
  EXPECT_EQ(Step(), StepOutcome::kDone);
  EXPECT_EQ(tenant_.campaign.dial_rate, 8);
  EXPECT_THAT(AuditOutcomes(), ElementsAre("applied"));
  EXPECT_EQ(store_.audit[0].etag_before, "\"2\"");
}

TEST_F(PacingControllerTest, AWriteThatIsRefusedIsRecordedAndTriedByTheNextStep) {
  tenant_.faults = {WriteFault::kRejected};
  EXPECT_EQ(Step(), StepOutcome::kFailed);
  EXPECT_EQ(Next(), StepOutcome::kDone);
  EXPECT_THAT(AuditOutcomes(), ElementsAre("failed", "applied"));
  EXPECT_THAT(EventTypes(), ElementsAre("pacing.adjusted"));
}

TEST_F(PacingControllerTest, AWriteWithoutAnAnswerIsLookedUpByWhoeverTakesOver) {
  tenant_.faults = {WriteFault::kLostAfter};
  EXPECT_EQ(Step(), StepOutcome::kFailed);
  ASSERT_TRUE(store_.Release("prod-us", "pacing/east", "agent-1"));
  PacingController other(context_, "east");
  EXPECT_EQ(loop_.RunUntilDone(other.Step(Lease("pacing/east", "agent-2"))), StepOutcome::kDone);
  EXPECT_THAT(AuditOutcomes(), ElementsAre("recovered"));
  EXPECT_THAT(EventTypes(), ElementsAre("pacing.adjusted"));
  EXPECT_THAT(tenant_.writes, testing::SizeIs(1));
}

TEST_F(PacingControllerTest, ARestartKeepsTheWindowOfAvailability) {
  Step();
  tenant_.agents = AgentCounts{0, 10, 0, 0};
  Next();
  const std::int64_t rate = tenant_.campaign.dial_rate;
  PacingController restarted(context_, "east");
  clock_.Advance(std::chrono::seconds(30));
  Step(restarted);
  EXPECT_LT(tenant_.campaign.dial_rate, rate + 1);
  // (10 + 0 + 0) / 3 agents, times 0.85: the sample from before the restart still counts, and holds it at its minimum.
  EXPECT_EQ(tenant_.campaign.dial_rate, 5);
  EXPECT_THAT(restarted.StatusJson(), HasSubstr(R"("available":3.3)"));
}

TEST_F(PacingControllerTest, WithoutItsLeaseItWritesNothing) {
  const AgentLease lease = Lease("pacing/east");
  ASSERT_TRUE(store_.Release("prod-us", "pacing/east", "agent-1"));
  Lease("pacing/east", "agent-2");
  EXPECT_EQ(loop_.RunUntilDone(controller_.Step(lease)), StepOutcome::kLeaseLost);
  EXPECT_THAT(tenant_.writes, IsEmpty());
}

}  // namespace
}  // namespace cxctl
