#include "plan/order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "calendar/schedule_timing.h"
#include "plan/plan_fixture.h"

namespace cxctl {
namespace {

Change Made(ObjectKind kind, std::string address, Action action, Risk risk, std::string campaign = "") {
  Change change;
  change.kind = kind;
  change.address = std::move(address);
  change.action = action;
  change.risk = risk;
  change.campaign = std::move(campaign);
  return change;
}
Change Campaign(std::string address, Risk risk, std::string id, bool activates = false) {
  Change change = Made(ObjectKind::kCampaign, std::move(address), Action::kUpdate, risk, std::move(id));
  change.activates = activates;
  return change;
}
Change Schedule(std::string address, Risk risk, std::string id) {
  return Made(ObjectKind::kSchedule, std::move(address), Action::kUpdate, risk, std::move(id));
}
Change Code(std::string address, Action action) {
  return Made(ObjectKind::kCallCode, std::move(address), action, Risk::kNeutral);
}

/// `a; b needs a; c needs a, b`
std::string Ordered(std::vector<Change> changes) {
  const auto ordered = OrderChanges(std::move(changes));
  EXPECT_TRUE(ordered);
  std::string text;
  for (const Change& change : *ordered) {
    text += (text.empty() ? "" : "; ") + change.address +
            (change.depends_on.empty() ? "" : " needs " + Join(change.depends_on, ", "));
  }
  return text;
}

TEST(OrderTest, ReducingFirstThenByAddress) {
  EXPECT_EQ(Ordered({Schedule("C", Risk::kIncreases, "1"), Schedule("D", Risk::kReduces, "2"),
                     Schedule("B", Risk::kReduces, "3"), Schedule("A", Risk::kNeutral, "4")}),
            "B; D; A; C");
}

TEST(OrderTest, ParentsBeforeChildrenAndTheReverseOnRemoval) {
  EXPECT_EQ(Ordered({Code("CallCode/o/A/B", Action::kCreate), Code("CallCode/o/A", Action::kCreate),
                     Code("CallCode/o/A/B/C", Action::kUpdate)}),
            "CallCode/o/A; CallCode/o/A/B needs CallCode/o/A; CallCode/o/A/B/C needs CallCode/o/A/B");
  for (const Action action : {Action::kDelete, Action::kDeactivate}) {
    EXPECT_EQ(Ordered({Code("CallCode/o/A", action), Code("CallCode/o/A/B", action), Code("CallCode/o/AB", action)}),
              "CallCode/o/A/B; CallCode/o/A needs CallCode/o/A/B; CallCode/o/AB");
  }
}

TEST(OrderTest, StagesOfOneCampaign) {
  EXPECT_EQ(Ordered({Schedule("inc", Risk::kIncreases, "1"), Schedule("mix", Risk::kMixed, "1"),
                     Schedule("red", Risk::kReduces, "1"), Schedule("zero", Risk::kNeutral, "1"),
                     Campaign("start", Risk::kIncreases, "1", true)}),
            "red; mix needs red; inc needs mix, red; start needs inc, mix, red; zero needs start");
}

TEST(OrderTest, CampaignsDoNotWaitForEachOther) {
  EXPECT_EQ(Ordered({Schedule("inc", Risk::kIncreases, "1"), Schedule("red", Risk::kReduces, "2")}), "red; inc");
}

TEST(OrderTest, ACampaignBeforeItsSchedulesOfTheSameSort) {
  for (const Risk risk : {Risk::kReduces, Risk::kMixed, Risk::kIncreases, Risk::kNeutral}) {
    EXPECT_EQ(Ordered({Campaign("x", risk, "1"), Schedule("a", risk, "1")}), "x; a needs x") << RiskName(risk);
  }
  EXPECT_EQ(Ordered({Campaign("x", Risk::kReduces, "1"), Schedule("a", Risk::kIncreases, "1")}), "x; a needs x");
  EXPECT_EQ(Ordered({Campaign("x", Risk::kIncreases, "1"), Schedule("a", Risk::kReduces, "1")}), "a; x needs a");
}

TEST(OrderTest, TheRemovalBeforeWhatReplacesIt) {
  Change create = Made(ObjectKind::kSchedule, "a", Action::kCreate, Risk::kReduces, "2");
  create.replaces = "z";
  EXPECT_EQ(Ordered({create, Made(ObjectKind::kSchedule, "z", Action::kDelete, Risk::kReduces, "1")}), "z; a needs z");
}

TEST(OrderTest, ACircleIsABugOfOurs) {
  Change a = Schedule("a", Risk::kNeutral, ""), b = Schedule("b", Risk::kNeutral, "");
  a.replaces = "b", b.replaces = "a";
  const auto ordered = OrderChanges({a, b});
  ASSERT_FALSE(ordered);
  EXPECT_EQ(ordered.error().code, ErrorCode::kInternal);
}

TEST(OrderTest, TheOrderOfTheInputDoesNotMatter) {
  std::vector<Change> changes = {Schedule("a", Risk::kIncreases, "1"),  Schedule("b", Risk::kMixed, "1"),
                                 Schedule("c", Risk::kReduces, "1"),    Campaign("d", Risk::kIncreases, "1", true),
                                 Code("CallCode/o/A", Action::kCreate), Code("CallCode/o/A/B", Action::kCreate),
                                 Schedule("e", Risk::kReduces, "2")};
  const std::string expected = Ordered(changes);
  std::mt19937 random(1);
  for (int i = 0; i < 50; ++i) {
    std::ranges::shuffle(changes, random);
    EXPECT_EQ(Ordered(changes), expected);
  }
}

// --- Never less compliant on the way ---------------------------------------------------------------------------------

/// What a tenant does while it holds these objects: the figures that the order must keep within before and after.
struct Calling {
  IntervalSet time;  ///< When calls may be placed.
  double rate = 0, agents = 0, schedule_rate = 0, concurrency = 0;
};

class CompliantOrderTest : public PlanTest {
 protected:
  int Any(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  std::string OneOf(std::initializer_list<const char*> choices) {
    return *(choices.begin() + Any(static_cast<int>(choices.size())));
  }

  std::map<std::string, std::string> RandomSchedule() {
    const int start = Any(20), end = start + 1 + Any(23 - start);
    const std::string blackout =
        Any(3) == 0
            ? fmt::format(
                  R"([{{"startTime": "2026-11-{:02}T00:00:00Z", "endTime": "2026-11-{:02}T06:00:00Z", "reason": "x"}}])",
                  22 + Any(3), 25 + Any(3))
            : "[]";
    return {{"startTime", fmt::format("\"2026-11-{:02}T00:00:00Z\"", 20 + Any(3))},
            {"endTime", fmt::format("\"2026-11-{:02}T00:00:00Z\"", 26 + Any(3))},
            {"regulatoryWindows", Window(fmt::format("{:02}:00", start).c_str(), fmt::format("{:02}:00", end).c_str())},
            {"blackoutPeriods", blackout},
            {"dialerSettings", fmt::format(R"({{"maxConcurrentCalls": {}, "callRate": {}, "capacityThreshold": 0.8}})",
                                           10 * (1 + Any(3)), 5 * (1 + Any(3)))}};
  }

  /// A campaign with up to five schedules, each there before, after, or both.
  void MakeUp() {
    std::erase_if(files_.files, [](const auto& file) { return file.first.ends_with(".yaml"); });
    live_ = {};
    live_.campaigns.clear();
    WriteCampaign(fmt::format("state: {}, maxAgents: {}, dialRate: {}, exclusiveSchedules: true",
                              OneOf({"ACTIVE", "ACTIVE", "PAUSED", "INACTIVE"}), 10 * (1 + Any(3)), 10 * (1 + Any(3))));
    LiveCampaign(fmt::format(R"("state": "{}", "maxAgents": {}, "dialRate": {})",
                             OneOf({"ACTIVE", "ACTIVE", "PAUSED", "INACTIVE"}), 10 * (1 + Any(3)), 10 * (1 + Any(3))));
    for (int i = 0; i < 5; ++i) {
      const std::string name = fmt::format("s{}", i);
      if (Any(3) != 0) LiveSchedule("id-" + name, name, RandomSchedule());
      if (Any(3) != 0) WriteSchedule(name, RandomSchedule());
    }
  }

  /// The tenant's objects by address, as JSON values.
  std::map<std::string, Value> Before(const Plan& plan) {
    std::map<std::string, Value> objects{{"Campaign/east", live_.campaigns.at("Campaign/east").content}};
    for (const LiveObject& live : live_.SchedulesOf(kEast))
      objects["CampaignSchedule/" + std::string(live.content.GetString("name"))] = live.content;
    (void)plan;
    return objects;
  }
  void Make(const Change& change, std::map<std::string, Value>& objects) {
    if (!change.writes) return;
    if (change.action == Action::kDelete) {
      objects.erase(change.address);
    } else if (change.action == Action::kCreate) {
      objects[change.address] = change.payload;
    } else {
      ASSERT_TRUE(objects.contains(change.address)) << change.address;
      objects[change.address] = MergePatch(arena_, objects[change.address], change.payload);
    }
  }

  static Calling CallingOf(const std::map<std::string, Value>& objects) {
    Calling calling;
    std::vector<Interval> open;
    for (const auto& [address, object] : objects) {
      if (address.starts_with("Campaign/")) continue;
      const IntervalSet permitted = ReadScheduleTiming(object)->Permitted();
      open.insert(open.end(), permitted.intervals().begin(), permitted.intervals().end());
      calling.schedule_rate = std::max(calling.schedule_rate, object.Find("dialerSettings", "callRate")->as_double());
      calling.concurrency =
          std::max(calling.concurrency, object.Find("dialerSettings", "maxConcurrentCalls")->as_double());
    }
    const Value& campaign = objects.at("Campaign/east");
    calling.rate = campaign.Find("dialRate")->as_double();
    calling.agents = campaign.Find("maxAgents")->as_double();
    if (campaign.GetString("state") == "ACTIVE") calling.time = IntervalSet(std::move(open));
    return calling;
  }

  static void Check(const Calling& now, const Calling& before, const Calling& after) {
    EXPECT_TRUE(now.time.IsSubsetOf(Union(before.time, after.time)));
    EXPECT_LE(now.rate, std::max(before.rate, after.rate));
    EXPECT_LE(now.agents, std::max(before.agents, after.agents));
    EXPECT_LE(now.schedule_rate, std::max(before.schedule_rate, after.schedule_rate));
    EXPECT_LE(now.concurrency, std::max(before.concurrency, after.concurrency));
  }

  /// Makes the changes in order; each fails with the given chance, and what needs one that was not made is skipped.
  void Run(const Plan& plan, int failing_in_ten, const Calling& before, const Calling& after) {
    std::map<std::string, Value> objects = Before(plan);
    std::set<std::string> undone;
    for (const Change& change : plan.changes) {
      const bool skipped =
          std::ranges::any_of(change.depends_on, [&](const std::string& address) { return undone.contains(address); });
      if (skipped || Any(10) < failing_in_ten) {
        undone.insert(change.address);
        continue;
      }
      Make(change, objects);
      Check(CallingOf(objects), before, after);
    }
  }

  std::mt19937 random_{20261120};
};

TEST_F(CompliantOrderTest, AtEveryPrefixAndWhicheverChangesFail) {
  std::size_t changes = 0;
  for (int round = 0; round < 250 && !HasFailure(); ++round) {
    MakeUp();
    const Plan plan = MakePlan();
    changes += plan.changes.size();
    std::map<std::string, Value> objects = Before(plan);
    const Calling before = CallingOf(objects);
    for (const Change& change : plan.changes) Make(change, objects);
    const Calling after = CallingOf(objects);
    for (int attempt = 0; attempt < 8; ++attempt) Run(plan, attempt == 0 ? 0 : 3, before, after);
    ASSERT_FALSE(HasFailure()) << "round " << round << "\n" << Text(plan);
  }
  EXPECT_GT(changes, 700u) << "the plans must have something to order";
}

TEST_F(CompliantOrderTest, EveryDependencyComesEarlier) {
  for (int round = 0; round < 60; ++round) {
    MakeUp();
    const Plan plan = MakePlan();
    std::set<std::string> seen;
    for (const Change& change : plan.changes) {
      for (const std::string& address : change.depends_on) EXPECT_TRUE(seen.contains(address)) << Text(plan);
      seen.insert(change.address);
    }
  }
}

TEST_F(CompliantOrderTest, AfterItAllNothingIsLeftToDo) {
  for (int round = 0; round < 60; ++round) {
    MakeUp();
    const Plan plan = MakePlan();
    std::map<std::string, Value> objects = Before(plan);
    for (const Change& change : plan.changes) Make(change, objects);
    live_.campaigns.at("Campaign/east").content = objects.at("Campaign/east");
    live_.schedules[kEast].clear();
    for (const auto& [address, object] : objects) {
      if (!address.starts_with("Campaign/"))
        live_.schedules[kEast].push_back(this->Object(ObjectKind::kSchedule, "id-" + address, kEast, object));
    }
    options_.stateless = true;
    EXPECT_EQ(PlanText(), "");
    options_.stateless = false;
  }
}

}  // namespace
}  // namespace cxctl
