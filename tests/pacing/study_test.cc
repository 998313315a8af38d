// The short form of ci/pacing-study: what a thousand days show must not be lost on a few.

#include <gtest/gtest.h>

#include "pacing/simulated_day.h"

namespace cxctl {
namespace {

struct Summary {
  double occupancy = 0, worst = 0;
};

Summary Days(int days, int agents, DayPolicy policy) {
  Summary summary;
  for (int day = 1; day <= days; ++day) {
    const DayFigures figures = SimulatedDay(static_cast<std::uint64_t>(day), agents, policy).Run();
    summary.occupancy += figures.occupancy / days;
    summary.worst = std::max(summary.worst, figures.abandon_rate());
  }
  return summary;
}

TEST(StudyTest, AdaptiveHoldsTheLimitEachDayAndBeatsTheOthersWhereThereIsSomethingToGain) {
  struct Row {
    int agents, days;
    double over_progressive;  ///< How much more of their time agents work than in a PROGRESSIVE campaign.
  };
  for (const Row& row : {Row{5, 6, -0.25}, Row{20, 3, 0.03}, Row{50, 1, 0.08}}) {
    const Summary adaptive = Days(row.days, row.agents, DayPolicy::kAdaptive);
    EXPECT_LE(adaptive.worst, 0.03) << row.agents;
    EXPECT_GT(adaptive.occupancy, Days(row.days, row.agents, DayPolicy::kAvailability).occupancy + 0.1) << row.agents;
    EXPECT_GT(adaptive.occupancy, Days(row.days, row.agents, DayPolicy::kProgressiveFormula).occupancy) << row.agents;
    EXPECT_GT(adaptive.occupancy,
              Days(row.days, row.agents, DayPolicy::kProgressiveMode).occupancy + row.over_progressive)
        << row.agents;
  }
}

TEST(StudyTest, InAProgressiveCampaignAdaptiveStaysProgressive) {
  for (const int agents : {5, 20}) {
    const Summary progressive = Days(4, agents, DayPolicy::kProgressiveMode);
    const Summary adaptive = Days(4, agents, DayPolicy::kAdaptiveInProgressiveMode);
    EXPECT_NEAR(adaptive.occupancy, progressive.occupancy, 0.02) << agents;
    EXPECT_LE(adaptive.worst, 0.01) << agents;
  }
}

TEST(StudyTest, TheDialerAgreesWithTheTextbook) {
  // AHT/(AHT + d/p) for progressive dialling; the table of Erlang's formula.
  const DayFigures day = SimulatedDay(1, 20, DayPolicy::kProgressiveMode).Run();
  EXPECT_NEAR(day.occupancy, ProgressiveOccupancy(day), 0.03);
  EXPECT_NEAR(ErlangOccupancy(5, 0.03), 0.364, 0.001);
  EXPECT_NEAR(ErlangOccupancy(100, 0.03), 0.881, 0.001);
  EXPECT_NEAR(ErlangOccupancy(20, 0.01), 0.596, 0.001);
}

}  // namespace
}  // namespace cxctl
