#include "agent/throttle_controller.h"

#include <gmock/gmock.h>

#include "agent/controller_fixture.h"

namespace cxctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The clock starts at 2026-11-20T12:00:00Z, a Friday.
class ThrottleControllerTest : public ControllerTest {
 protected:
  ThrottleControllerTest() {
    DeployedThrottle policy;
    policy.name = "east";
    policy.version = 1;
    policy.campaign = "collections-east";
    policy.campaign_id = "c-1";
    policy.settings.min_answer_rate = 0.35;
    policy.settings.min_attempts = 50;
    policies_.throttle["east"] = policy;
  }

  void FewAnswer() { tenant_.figures = std::optional(CampaignMetrics{100, 20, 1, 0.2}); }
  void ManyAnswer() { tenant_.figures = std::optional(CampaignMetrics{100, 60, 1, 0.6}); }

  StepOutcome Step(ThrottleController& controller) {
    return loop_.RunUntilDone(controller.Step(Lease("throttle/east")));
  }
  StepOutcome Step() { return Step(controller_); }

  ThrottleController controller_{context_, "east"};
};

TEST_F(ThrottleControllerTest, LeavesACampaignAloneThatKeepsItsLimits) {
  EXPECT_EQ(Step(), StepOutcome::kDone);
  EXPECT_THAT(tenant_.writes, IsEmpty());
  EXPECT_THAT(controller_.StatusJson(), HasSubstr(R"("state":"watching")"));
}

TEST_F(ThrottleControllerTest, AsksForFiguresOfTheWindowAndOfHalfAMinuteAtLeast) {
  Step();
  policies_.throttle["east"].settings.window = std::chrono::seconds(10);
  Step();
  EXPECT_THAT(tenant_.asked_intervals, ElementsAre(std::chrono::seconds(60), std::chrono::seconds(30)));
}

TEST_F(ThrottleControllerTest, PausesWhenTooFewAnswer) {
  FewAnswer();
  EXPECT_EQ(Step(), StepOutcome::kDone);
  EXPECT_THAT(tenant_.writes, ElementsAre("pause CARRIER_THROTTLE 2026-11-20T12:15:00Z"));
  EXPECT_EQ(tenant_.campaign.state, "PAUSED");
  EXPECT_THAT(AuditOutcomes(), ElementsAre("applied"));
  EXPECT_EQ(store_.audit[0].address, "Campaign/collections-east");
  EXPECT_EQ(store_.audit[0].actor, "agent ThrottlePolicy/east");
  EXPECT_EQ(store_.audit[0].etag_before, "\"1\"");
  ASSERT_THAT(EventTypes(), ElementsAre("campaign.paused"));
  const std::string data = Events()[0].second;
  EXPECT_THAT(data, HasSubstr(R"("trigger":"answerRate")"));
  EXPECT_THAT(data, HasSubstr(R"("callVolumeBefore":100)"));
  EXPECT_THAT(data, HasSubstr(R"("answerRate":0.2)"));
  EXPECT_THAT(data, HasSubstr(R"("latencyMs":0)"));
  EXPECT_THAT(
      data,
      HasSubstr(
          R"("hold":{"reason":"CARRIER_THROTTLE","complianceHold":false,"scheduledResumeTime":"2026-11-20T12:15:00Z"})"));
}

TEST_F(ThrottleControllerTest, DecidesNothingOnFewAttempts) {
  tenant_.figures = std::optional(CampaignMetrics{49, 0, 0, 0});
  EXPECT_EQ(Step(), StepOutcome::kDone);
  EXPECT_THAT(tenant_.writes, IsEmpty());
  EXPECT_THAT(controller_.StatusJson(), HasSubstr("49 attempts of the 50 that are needed"));
}

TEST_F(ThrottleControllerTest, PausesForAbandonsToo) {
  policies_.throttle["east"].settings.max_abandon_rate = 0.03;
  tenant_.figures = std::optional(CampaignMetrics{100, 60, 3, 0.6});
  Step();
  EXPECT_EQ(tenant_.campaign.state, "PAUSED");
  EXPECT_THAT(Events()[0].second, HasSubstr(R"("trigger":"abandonRate")"));
}

TEST_F(ThrottleControllerTest, AMissedMetricDecidesNothing) {
  tenant_.figures = Fail(ErrorCode::kUnavailable, "the tenant is away.");
  EXPECT_EQ(Step(), StepOutcome::kMissed);
  EXPECT_THAT(tenant_.writes, IsEmpty());
  EXPECT_EQ(metrics_.values["cxctl_throttle_missed_metrics_total"], 1);
}

TEST_F(ThrottleControllerTest, ResumesWhenTheTimeHasCome) {
  FewAnswer();
  Step();
  clock_.Advance(std::chrono::minutes(15) - std::chrono::seconds(1));
  Step();
  EXPECT_EQ(tenant_.campaign.state, "PAUSED");
  clock_.Advance(std::chrono::seconds(1));
  Step();
  EXPECT_EQ(tenant_.campaign.state, "ACTIVE");
  EXPECT_THAT(EventTypes(), ElementsAre("campaign.paused", "campaign.resumed"));
  EXPECT_THAT(AuditOutcomes(), ElementsAre("applied", "applied"));
}

TEST_F(ThrottleControllerTest, CallsFromBeforeThePauseDecideNothingAfterIt) {
  FewAnswer();
  Step();
  clock_.Advance(std::chrono::minutes(15));
  Step();
  ASSERT_EQ(tenant_.campaign.state, "ACTIVE");
  clock_.Advance(std::chrono::seconds(59));
  Step();
  EXPECT_EQ(tenant_.campaign.state, "ACTIVE");
  clock_.Advance(std::chrono::seconds(1));
  Step();
  EXPECT_EQ(tenant_.campaign.state, "PAUSED");
}

TEST_F(ThrottleControllerTest, DoesNotResumeOutsideOfTheSchedulesAndSaysWhyOnce) {
  FewAnswer();
  Step();
  tenant_.schedules = {R"({"startTime":"2026-01-01T00:00:00Z","endTime":"2027-01-01T00:00:00Z","timeZone":"UTC",
    "regulatoryWindows":[{"startTime":"08:00","endTime":"12:10","timeZone":"UTC","enabled":true}]})"};
  clock_.Advance(std::chrono::minutes(15));
  Step();
  clock_.Advance(std::chrono::seconds(15));
  Step();
  EXPECT_EQ(tenant_.campaign.state, "PAUSED");
  EXPECT_THAT(EventTypes(), ElementsAre("campaign.paused", "campaign.resume_blocked"));
  EXPECT_THAT(Events()[1].second, HasSubstr("outside of permitted time, which begins at 2026-11-21T08:00:00Z"));
  clock_.Advance(std::chrono::hours(20));
  Step();
  EXPECT_EQ(tenant_.campaign.state, "ACTIVE");
}

TEST_F(ThrottleControllerTest, DoesNotResumeOutsideOfTheDeployedCalendar) {
  Arena arena;
  const Value spec =
      *ParseJson(arena, R"({"timeZone":"UTC","windows":[{"days":["fri"],"startTime":"09:00","endTime":"12:05"}]})");
  policies_.throttle["east"].calendar = std::make_shared<CallingCalendar>(*CallingCalendar::Read(spec));
  FewAnswer();
  Step();
  clock_.Advance(std::chrono::minutes(15));
  Step();
  EXPECT_EQ(tenant_.campaign.state, "PAUSED");
  EXPECT_THAT(controller_.StatusJson(), HasSubstr("which begins at 2026-11-27T09:00:00Z"));
}

TEST_F(ThrottleControllerTest, DoesNotResumeUnderAComplianceHold) {
  FewAnswer();
  Step();
  tenant_.EditBySomebody([](LiveCampaign& live) { live.compliance_hold = true; });
  clock_.Advance(std::chrono::minutes(15));
  Step();
  EXPECT_EQ(tenant_.campaign.state, "PAUSED");
  EXPECT_THAT(controller_.StatusJson(), HasSubstr("under a compliance hold"));
}

TEST_F(ThrottleControllerTest, APauseThatSomebodyElseTookOverIsTheirs) {
  FewAnswer();
  Step();
  tenant_.EditBySomebody([](LiveCampaign& live) { live.pause_reason = "AGENT_CAPACITY"; });
  clock_.Advance(std::chrono::minutes(20));
  EXPECT_EQ(Step(), StepOutcome::kIdle);
  EXPECT_EQ(tenant_.campaign.state, "PAUSED");
  EXPECT_THAT(tenant_.writes, testing::SizeIs(1));
}

TEST_F(ThrottleControllerTest, ACampaignThatSomebodyResumedIsWatchedAgainAfterAWindow) {
  FewAnswer();
  Step();
  tenant_.EditBySomebody([](LiveCampaign& live) {
    live.state = "ACTIVE";
    live.pause_reason.clear();
    live.resume_time.reset();
  });
  Step();
  EXPECT_EQ(tenant_.campaign.state, "ACTIVE");
  clock_.Advance(std::chrono::seconds(60));
  Step();
  EXPECT_EQ(tenant_.campaign.state, "PAUSED");
}

TEST_F(ThrottleControllerTest, APauseThatMeetsAnotherEditIsMadeWithTheNewETag) {
  tenant_.faults = {WriteFault::kEditedBefore};
  FewAnswer();
  EXPECT_EQ(Step(), StepOutcome::kDone);
  EXPECT_EQ(tenant_.campaign.state, "PAUSED");
  EXPECT_THAT(tenant_.writes, testing::SizeIs(2));
  EXPECT_THAT(AuditOutcomes(), ElementsAre("applied"));
}

TEST_F(ThrottleControllerTest, APauseWithoutAnAnswerIsLookedUp) {
  tenant_.faults = {WriteFault::kLostAfter};
  FewAnswer();
  EXPECT_EQ(Step(), StepOutcome::kFailed);
  EXPECT_THAT(EventTypes(), IsEmpty());
  Step();
  EXPECT_THAT(AuditOutcomes(), ElementsAre("recovered"));
  EXPECT_THAT(EventTypes(), ElementsAre("campaign.paused"));
  EXPECT_THAT(tenant_.writes, testing::SizeIs(1));
}

TEST_F(ThrottleControllerTest, APauseThatNeverArrivedIsMadeAgain) {
  tenant_.faults = {WriteFault::kLostBefore};
  FewAnswer();
  EXPECT_EQ(Step(), StepOutcome::kFailed);
  EXPECT_EQ(Step(), StepOutcome::kDone);
  EXPECT_EQ(tenant_.campaign.state, "PAUSED");
  EXPECT_THAT(AuditOutcomes(), ElementsAre("failed", "applied"));
  EXPECT_THAT(EventTypes(), ElementsAre("campaign.paused"));
}

TEST_F(ThrottleControllerTest, ARestartRemembersThePauseAndWhatWasUnderWay) {
  FewAnswer();
  Step();
  tenant_.faults = {WriteFault::kLostAfter};
  clock_.Advance(std::chrono::minutes(15));
  EXPECT_EQ(Step(), StepOutcome::kFailed);  // resumed, but nobody knows
  ThrottleController restarted(context_, "east");
  EXPECT_EQ(Step(restarted), StepOutcome::kDone);
  EXPECT_THAT(EventTypes(), ElementsAre("campaign.paused", "campaign.resumed"));
  EXPECT_THAT(AuditOutcomes(), ElementsAre("applied", "recovered"));
  EXPECT_THAT(tenant_.writes, testing::SizeIs(2));
}

TEST_F(ThrottleControllerTest, WithoutItsLeaseItWritesNothing) {
  FewAnswer();
  const AgentLease lease = Lease("throttle/east");
  ASSERT_TRUE(store_.Release("prod-us", "throttle/east", "agent-1"));
  Lease("throttle/east", "agent-2");
  EXPECT_EQ(loop_.RunUntilDone(controller_.Step(lease)), StepOutcome::kLeaseLost);
  EXPECT_THAT(tenant_.writes, IsEmpty());
}

TEST_F(ThrottleControllerTest, WithoutTheStoreItWritesNothing) {
  FewAnswer();
  store_.before_commit = [] { return Result<void>(Fail(ErrorCode::kIo, "the disk is full.")); };
  EXPECT_EQ(Step(), StepOutcome::kFailed);
  EXPECT_THAT(tenant_.writes, IsEmpty());
  EXPECT_THAT(controller_.StatusJson(), HasSubstr("the disk is full."));
}

}  // namespace
}  // namespace cxctl
