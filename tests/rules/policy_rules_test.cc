#include "rules_fixture.h"

namespace cxctl {
namespace {

class PolicyRules : public RulesTest {
 protected:
  void SetUp() override { WriteCampaign("east"); }
  void WritePacing(const std::string& name, const std::string& members) {
    Write("pacing-" + name + ".yaml",
          fmt::format("apiVersion: cxctl/v1\nkind: PacingPolicy\nmetadata: {{name: {}}}\nspec:\n  campaign: east\n{}",
                      name, members));
  }
  void WriteThrottle(const std::string& name, const std::string& members) {
    Write("throttle-" + name + ".yaml",
          fmt::format("apiVersion: cxctl/v1\nkind: ThrottlePolicy\nmetadata: {{name: {}}}\nspec:\n  campaign: east\n"
                      "  window: 60s\n  pause: {{}}\n{}",
                      name, members));
  }
};

TEST_F(PolicyRules, PacingRangeAndInterval) {
  WritePacing("a", "  interval: 14999ms\n  dialRate: {min: 11, max: 10}\n");
  EXPECT_EQ(Report(), R"(error[CX601]: interval 14999ms is under the minimum of 15s
 --> pacing-a.yaml:6:13
  |
6 |   interval: 14999ms
  |             ^^^^^^^
  = help: raise it to 15s or longer; see: cxctl explain CX601
error[CX601]: dialRate.min 11 is over dialRate.max 10
 --> pacing-a.yaml:7:19
  |
7 |   dialRate: {min: 11, max: 10}
  |                   ^^
  = help: lower min, or raise max; see: cxctl explain CX601
)");
  WritePacing("a", "  interval: 15s\n  dialRate: {min: 10, max: 10}\n");
  EXPECT_EQ(Report(), "");
}

TEST_F(PolicyRules, TwoPacingPoliciesForOneCampaign) {
  WritePacing("a", "  dialRate: {min: 10, max: 100}\n");
  WritePacing("b", "  dialRate: {min: 10, max: 100}\n");
  EXPECT_EQ(Report(), R"(error[CX601]: campaign east has PacingPolicy/a already (pacing-a.yaml:3)
 --> pacing-b.yaml:5:13
  |
5 |   campaign: east
  |             ^^^^
  = help: keep one PacingPolicy for each campaign; see: cxctl explain CX601
)");
}

TEST_F(PolicyRules, TwoThrottlePoliciesForOneCampaign) {
  WriteThrottle("a", "  minAnswerRate: 0.3\n");
  WriteThrottle("b", "  maxAbandonRate: 0.03\n");
  EXPECT_EQ(Report(), R"(error[CX602]: campaign east has ThrottlePolicy/a already (throttle-a.yaml:3)
 --> throttle-b.yaml:5:13
  |
5 |   campaign: east
  |             ^^^^
  = help: keep one ThrottlePolicy for each campaign; see: cxctl explain CX602
)");
}

TEST_F(PolicyRules, ThrottlesACampaignThatIsOnItsTarget) {
  WritePacing("a", "  dialRate: {min: 10, max: 100}\n  answerRate: {target: 0.75}\n");
  WriteThrottle("a", "  minAnswerRate: 0.8\n");
  EXPECT_EQ(Report(), R"(warning[CX602]: minAnswerRate 0.8 is over answerRate.target 0.75 of PacingPolicy/a
 --> throttle-a.yaml:8:18
  |
8 |   minAnswerRate: 0.8
  |                  ^^^
  = help: lower it: a campaign that dials on its target would be paused; see: cxctl explain CX602
)");
  WriteThrottle("a", "  minAnswerRate: 0.75\n");
  EXPECT_EQ(Report(), "");
}

}  // namespace
}  // namespace cxctl
