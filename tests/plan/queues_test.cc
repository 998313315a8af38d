#include "plan/snapshot.h"
#include "plan_fixture.h"

namespace cxctl {
namespace {

class Queues : public PlanTest {
 protected:
  void SetUp() override {
    WritePolicy("a", "q-1", "labels: {team: sales}");
    WritePolicy("b", "q-2");
    WritePolicy("c", "q-1");
    MakePlan();
  }
  void WritePolicy(const std::string& name, const std::string& queue, const std::string& metadata = "labels: {}") {
    Write("policies/" + name + ".yaml",
          fmt::format("kind: CallbackPolicy\nmetadata: {{name: {}, {}}}\nspec:\n  queueId: {}\n  from: "
                      "\"+18005559876\"\n",
                      name, metadata, queue));
  }
  const ManifestSet& set() const { return *sets_.back(); }
  std::set<std::string> Wanted(const Selection& selection) {
    return ScopeOf(BuildDesired(arena_, set(), selection, false), set(), {}, selection, false).queues;
  }
};

TEST_F(Queues, EachIsReadOnceAndOnlyForSelectedPolicies) {
  EXPECT_EQ(Wanted({}), (std::set<std::string>{"q-1", "q-2"}));
  EXPECT_EQ(Wanted({{"CallbackPolicy/b"}, {}}), (std::set<std::string>{"q-2"}));
  EXPECT_EQ(Wanted({{"Campaign/*"}, {}}), (std::set<std::string>{}));
  EXPECT_EQ(Wanted({{}, {{"team", "sales"}}}), (std::set<std::string>{"q-1"}));
}

TEST_F(Queues, OneThatIsMissingIsReportedAtEachPolicy) {
  EXPECT_TRUE(CheckLiveQueues(set(), live_).empty());
  live_.missing_queues = {"q-1"};
  std::string text;
  for (const Diagnostic& each : CheckLiveQueues(set(), live_)) text += RenderDiagnostic(each, sources(), false);
  EXPECT_EQ(text, R"(error[CX503]: there is no queue q-1 on the tenant
 --> policies/a.yaml:5:12
  |
5 |   queueId: q-1
  |            ^^^
  = help: correct queueId; ids differ between tenants: keep them in spec.values of each Tenant document
error[CX503]: there is no queue q-1 on the tenant
 --> policies/c.yaml:5:12
  |
5 |   queueId: q-1
  |            ^^^
  = help: correct queueId; ids differ between tenants: keep them in spec.values of each Tenant document
)");
}

}  // namespace
}  // namespace cxctl
