#include "tenant/campaign_states.h"

#include <gmock/gmock.h>

#include "tenant/dialect_v2.h"

namespace cxctl {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

TEST(CampaignStates, InV2EveryPairButThoseOfSuspendedIsOneStep) {
  const CampaignStates& states = CampaignStatesV2();
  for (const char* from : {"ACTIVE", "PAUSED", "INACTIVE"}) {
    for (const char* to : {"ACTIVE", "PAUSED", "INACTIVE"}) {
      const auto way = WayBetween(states, from, to);
      ASSERT_TRUE(way) << from << " to " << to;
      EXPECT_EQ(way->size(), std::string_view(from) == to ? 0u : 1u) << from << " to " << to;
    }
    EXPECT_FALSE(WayBetween(states, "SUSPENDED", from)) << from;
    EXPECT_FALSE(WayBetween(states, from, "SUSPENDED")) << from;
  }
}

TEST(CampaignStates, TheShortestWayIsTaken) {
  const CampaignStates states{
      {{"INACTIVE", "DRAFT"}, {"DRAFT", "PAUSED"}, {"INACTIVE", "PAUSED"}, {"PAUSED", "ACTIVE"}}, {}};
  EXPECT_THAT(WayBetween(states, "INACTIVE", "ACTIVE"), Optional(ElementsAre("PAUSED", "ACTIVE")));
  EXPECT_THAT(WayBetween(states, "DRAFT", "ACTIVE"), Optional(ElementsAre("PAUSED", "ACTIVE")));
  EXPECT_THAT(WayBetween(states, "PAUSED", "PAUSED"), Optional(IsEmpty()));
  EXPECT_FALSE(WayBetween(states, "ACTIVE", "PAUSED"));
}

TEST(CampaignStates, NoWayGoesThroughActive) {
  CampaignStates states{{{"INACTIVE", "ACTIVE"}, {"ACTIVE", "PAUSED"}}, {}};
  EXPECT_FALSE(WayBetween(states, "INACTIVE", "PAUSED")) << "it would dial on the way";
  EXPECT_THAT(WayBetween(states, "INACTIVE", "ACTIVE"), Optional(ElementsAre("ACTIVE")));
  states.steps.emplace_back("INACTIVE", "STOPPED");
  states.steps.emplace_back("STOPPED", "PAUSED");
  EXPECT_THAT(WayBetween(states, "INACTIVE", "PAUSED"), Optional(ElementsAre("STOPPED", "PAUSED")));
}

TEST(CampaignStates, AFixedMemberIsFixedWithAllThatIsInIt) {
  const CampaignStates states{{}, {"/dialer", "/mode"}};
  EXPECT_TRUE(states.IsFixed("/mode"));
  EXPECT_TRUE(states.IsFixed("/dialer/rate"));
  EXPECT_FALSE(states.IsFixed("/dialerRate"));
  EXPECT_FALSE(states.IsFixed("/state"));
}

}  // namespace
}  // namespace cxctl
