#include <gmock/gmock.h>

#include "apply/manifests.h"

namespace cxctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The simulated tenant takes each of these steps; the plans are made for an API that needs them.
class StepsTest : public ApplyTest {
 protected:
  StepsTest() {
    world_.states = {{{"ACTIVE", "PAUSED"}, {"PAUSED", "ACTIVE"}, {"PAUSED", "INACTIVE"}, {"INACTIVE", "PAUSED"}},
                     {"/dialingMode"}};
    WriteCampaign(world_, "east", kEast, "dialingMode: PREDICTIVE");
    Establish();
  }
  std::vector<std::string> WritesSent() const {
    std::vector<std::string> lines;
    for (const Sent& each : world_.Writes()) lines.push_back(each.method + " " + each.body);
    return lines;
  }
};

TEST_F(StepsTest, AnEditThatNeedsAPauseIsThreeWrites) {
  WriteCampaign(world_, "east", kEast, "dialingMode: PREVIEW, allowPause: true");
  const auto run = ApplyOnce(world_);
  EXPECT_TRUE(run->report.complete()) << run->Trouble();
  EXPECT_THAT(WritesSent(), ElementsAre(R"(PUT {"state":"PAUSED"})", R"(PATCH {"dialingMode":"PREVIEW"})",
                                        R"(PUT {"state":"ACTIVE"})"));
  EXPECT_THAT(NewRecords(), ElementsAre("Campaign/east update applied", "Campaign/east update applied",
                                        "Campaign/east update applied"));
  EXPECT_EQ(world_.Find("campaigns", "East").GetString("state"), "ACTIVE");
  ExpectInStep();
}

TEST_F(StepsTest, AStepThatFailsSaysWhereTheCampaignIsLeft) {
  WriteCampaign(world_, "east", kEast, "dialingMode: PREVIEW, allowPause: true");
  world_.rules.push_back({"PATCH", kEast, {.kind = Fault::Kind::kErrorBefore, .status = 400}});
  const auto run = ApplyOnce(world_);
  const ChangeOutcome& outcome = run->Of("Campaign/east");
  EXPECT_EQ(outcome.outcome, Outcome::kFailed);
  EXPECT_THAT(outcome.error, HasSubstr("step 2 of 3: "));
  EXPECT_THAT(outcome.error, HasSubstr("; the campaign is left PAUSED"));
  EXPECT_EQ(world_.Find("campaigns", "East").GetString("state"), "PAUSED");
  EXPECT_TRUE(ApplyOnce(world_)->report.complete());
  ExpectInStep();
}

TEST_F(StepsTest, AForeignEditBetweenTheStepsIsAConflict) {
  WriteCampaign(world_, "east", kEast, "dialingMode: PREVIEW, allowPause: true");
  world_.on_send = [&](const HttpRequest& request) {
    if (request.method != "PATCH") return;
    world_.Edit(fmt::format(R"({{"kind":"campaign","id":"{}","set":{{"dialingMode":"PROGRESSIVE"}}}})", kEast));
    world_.on_send = nullptr;
  };
  const auto run = ApplyOnce(world_);
  EXPECT_EQ(run->Of("Campaign/east").outcome, Outcome::kConflict);
  EXPECT_EQ(world_.Find("campaigns", "East").GetString("dialingMode"), "PROGRESSIVE");
}

TEST_F(StepsTest, KilledAtAnyStepItIsFinishedByTheNextRun) {
  WriteCampaign(world_, "east", kEast, "dialingMode: PREVIEW, state: ACTIVE, allowPause: true");
  for (int step = 1; step < 40; ++step) {
    SCOPED_TRACE(step);
    world_.Edit(
        fmt::format(R"({{"kind":"campaign","id":"{}","set":{{"dialingMode":"PREDICTIVE","state":"ACTIVE"}}}})", kEast));
    world_.steps = 0;
    world_.crash_at = step;
    const bool killed = ApplyOnce(world_)->was_killed;
    world_.crash_at = 0;
    ASSERT_TRUE(ApplyOnce(world_)->report.complete());
    EXPECT_EQ(world_.Find("campaigns", "East").GetString("dialingMode"), "PREVIEW");
    EXPECT_EQ(world_.Find("campaigns", "East").GetString("state"), "ACTIVE");
    ExpectInStep();
    if (!killed) return;
  }
  FAIL() << "it was never left alone";
}

}  // namespace
}  // namespace cxctl
