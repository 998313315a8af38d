#include <gmock/gmock.h>

#include "plan/plan_fixture.h"

namespace cxctl {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// An API in which a campaign that is INACTIVE must be PAUSED before it dials, and whose dialing mode is fixed
// meanwhile.
class CampaignStepsTest : public PlanTest {
 protected:
  CampaignStepsTest() {
    states_ = {{{"ACTIVE", "PAUSED"}, {"PAUSED", "ACTIVE"}, {"PAUSED", "INACTIVE"}, {"INACTIVE", "PAUSED"}},
               {"/dialingMode"}};
  }
  /// `PUT {"state":"PAUSED"} | PATCH {...}`; the change itself if it has no steps.
  std::string Steps(const std::string& wanted, const std::string& live) {
    WriteCampaign(wanted);
    LiveCampaign(live);
    plan_ = MakePlan();
    EXPECT_EQ(plan_.changes.size(), 1u);
    if (plan_.changes.size() != 1) return "";
    std::string text;
    const std::vector<Change>& steps = plan_.changes[0].steps;
    for (const Change& step : steps.empty() ? plan_.changes : steps) {
      text += fmt::format("{}{} {}", text.empty() ? "" : " | ",
                          step.operation == WriteOperation::kTransition ? "PUT" : "PATCH", ToJson(step.payload));
    }
    return text;
  }
  Plan plan_;
};

TEST_F(CampaignStepsTest, OneStepIsNoPath) {
  EXPECT_EQ(Steps("state: PAUSED, maxAgents: 5", R"("state": "ACTIVE")"), R"(PUT {"state":"PAUSED","maxAgents":5})");
  EXPECT_THAT(plan_.changes[0].steps, IsEmpty());
}

TEST_F(CampaignStepsTest, StatesOnTheWayAreInserted) {
  EXPECT_EQ(Steps("state: INACTIVE, maxAgents: 5", R"("state": "ACTIVE")"),
            R"(PUT {"state":"PAUSED"} | PUT {"state":"INACTIVE","maxAgents":5})");
  EXPECT_EQ(Steps("state: ACTIVE", R"("state": "INACTIVE")"), R"(PUT {"state":"PAUSED"} | PUT {"state":"ACTIVE"})");
  const std::vector<Change>& steps = plan_.changes[0].steps;
  EXPECT_FALSE(steps[0].activates);
  EXPECT_TRUE(steps[1].activates);
  EXPECT_EQ(steps[0].etag, plan_.changes[0].etag);
  EXPECT_EQ(steps[1].etag, "") << "the first step makes a new one";
  EXPECT_EQ(steps[1].before.GetString("state"), "PAUSED");
  EXPECT_EQ(plan_.changes[0].before.GetString("state"), "INACTIVE");
}

TEST_F(CampaignStepsTest, WhatIsFixedWhileItDialsIsEditedWhereItDoesNot) {
  constexpr const char* kActive = R"("state": "ACTIVE", "dialingMode": "PREDICTIVE")";
  constexpr const char* kPaused = R"("state": "PAUSED", "dialingMode": "PREDICTIVE")";
  EXPECT_EQ(Steps("dialingMode: PREVIEW, maxAgents: 5, allowPause: true", kActive),
            R"(PUT {"state":"PAUSED"} | PATCH {"maxAgents":5,"dialingMode":"PREVIEW"} | PUT {"state":"ACTIVE"})");
  EXPECT_EQ(PathOf(plan_.changes[0]), "ACTIVE, PAUSED, edit, ACTIVE");
  EXPECT_EQ(Steps("dialingMode: PREVIEW, state: PAUSED", kActive),
            R"(PUT {"state":"PAUSED"} | PATCH {"dialingMode":"PREVIEW"})");
  EXPECT_EQ(Steps("dialingMode: PREVIEW, state: ACTIVE", kPaused),
            R"(PATCH {"dialingMode":"PREVIEW"} | PUT {"state":"ACTIVE"})");
  EXPECT_EQ(Steps("dialingMode: PREVIEW", kPaused), R"(PATCH {"dialingMode":"PREVIEW"})");
  EXPECT_EQ(Steps("maxAgents: 5", kActive), R"(PATCH {"maxAgents":5})");
}

TEST_F(CampaignStepsTest, ACampaignIsOnlyPausedForAnEditWhenGitAllowsIt) {
  Steps("dialingMode: PREVIEW", R"("state": "ACTIVE", "dialingMode": "PREDICTIVE")");
  EXPECT_EQ(GuardText(plan_),
            "allowPause Campaign/east: /dialingMode cannot change while the campaign dials: let it be paused for the "
            "edit with spec.allowPause: true, or pause it first []\n");
  Steps("dialingMode: PREVIEW, allowPause: true", R"("state": "ACTIVE", "dialingMode": "PREDICTIVE")");
  EXPECT_EQ(GuardText(plan_), "");
}

TEST_F(CampaignStepsTest, WhereThereIsNoWayThePlanIsRefused) {
  states_.steps = {{"ACTIVE", "PAUSED"}};
  Steps("state: ACTIVE", R"("state": "INACTIVE")");
  EXPECT_THAT(GuardText(plan_), HasSubstr("CX304 Campaign/east: the tenant's API has no way from INACTIVE to ACTIVE"));
}

TEST_F(CampaignStepsTest, TheEstimateCountsTheSteps) {
  Steps("maxAgents: 5", R"("state": "ACTIVE")");
  const std::int64_t one = plan_.estimated_requests;
  Steps("maxAgents: 5, state: INACTIVE", R"("state": "ACTIVE")");
  EXPECT_EQ(plan_.estimated_requests, one + 2);
}

}  // namespace
}  // namespace cxctl
