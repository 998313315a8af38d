#include "study/simulation.h"

#include <gtest/gtest.h>

namespace cxctl {
namespace {

constexpr Instant kStart{1'800'000'000'000'000 - 1'800'000'000'000'000 % 86'400'000'000};

SimulatedCampaign Campaign() {
  SimulatedCampaign campaign;
  campaign.name = "east";
  campaign.dial_rate = 30;
  campaign.max_agents = 20;
  campaign.permitted = IntervalSet({{kStart + std::chrono::hours(9), kStart + std::chrono::hours(17)}});
  return campaign;
}

SimulationInput Input(SimulatedCampaign campaign) {
  SimulationInput input;
  input.range = {kStart, kStart + std::chrono::hours(24)};
  input.campaigns.push_back(std::move(campaign));
  return input;
}

TEST(SimulationTest, DialsAtItsRateInPermittedTimeAlone) {
  const SimulationFigures figures = Simulate(Input(Campaign()));
  const CampaignFigures& east = figures.campaigns.front();
  EXPECT_NEAR(static_cast<double>(east.counts.dialed), 30 * 60 * 8, 30);
  EXPECT_EQ(east.dialing, std::chrono::hours(8));
  for (std::size_t hour = 0; hour < 24; ++hour) EXPECT_EQ(east.hours[hour].dialed > 0, hour >= 9 && hour < 17) << hour;
  EXPECT_NEAR(east.counts.answer_rate(), 0.3, 0.1);
  EXPECT_GT(figures.occupancy, 0.1);
  EXPECT_LE(figures.occupancy, 1);
}

TEST(SimulationTest, IsTheSameForTheSameSeedAndAnotherForAnother) {
  SimulationInput input = Input(Campaign());
  const auto first = Simulate(input), again = Simulate(input);
  EXPECT_EQ(first.all.answered, again.all.answered);
  EXPECT_EQ(first.all.abandoned, again.all.abandoned);
  EXPECT_EQ(first.occupancy, again.occupancy);
  input.seed = 2;
  EXPECT_NE(Simulate(input).all.answered, first.all.answered);
}

TEST(SimulationTest, SchedulesDialAtTheirOwnRateAndItsFractions) {
  SimulatedCampaign campaign = Campaign();
  campaign.schedules.push_back({campaign.permitted, 2.5, 1});
  EXPECT_NEAR(static_cast<double>(Simulate(Input(campaign)).all.dialed), 2.5 * 60 * 8, 5);
}

TEST(SimulationTest, ThePacerSpendsAgentsWithoutPassingItsLimit) {
  SimulatedCampaign campaign = Campaign();
  campaign.pacing.emplace();
  campaign.pacing->algorithm = PacingSettings::Algorithm::kAdaptive;
  campaign.pacing->max = 500;
  const SimulationFigures figures = Simulate(Input(campaign));
  EXPECT_LE(figures.all.abandon_rate(), 0.03);
  EXPECT_GT(figures.occupancy, 0.5);
}

TEST(SimulationTest, AThrottlePausesAndResumes) {
  SimulatedCampaign campaign = Campaign();
  campaign.throttle.emplace();
  campaign.throttle->min_answer_rate = 0.9;
  campaign.throttle->min_attempts = 10;
  campaign.rhythm.resume_after = std::chrono::minutes(30);
  const SimulationFigures figures = Simulate(Input(campaign));
  const CampaignFigures& east = figures.campaigns.front();
  EXPECT_GE(east.pauses.size(), 10u);
  EXPECT_EQ(east.pauses.front().trigger, "answerRate");
  EXPECT_GE(east.pauses.front().end - east.pauses.front().start, std::chrono::minutes(30));
  EXPECT_EQ(east.paused + east.dialing, std::chrono::hours(8));
  EXPECT_LT(east.counts.dialed, 30 * 60);
}

}  // namespace
}  // namespace cxctl
