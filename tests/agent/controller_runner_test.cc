#include "agent/controller_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent_fixture.h"
#include "telemetry/metric_registry.h"

namespace cxctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// What fake controllers did: who, when (seconds of the simulated clock).
struct Record {
  std::vector<std::pair<std::string, double>> steps;
  int running = 0, most_running = 0;
};

class FakeController final : public Controller {
 public:
  FakeController(std::string name, std::string process, Loop& loop, Record& record)
      : name_(std::move(name)), process_(std::move(process)), loop_(loop), record_(record) {}
  std::string name() const override { return name_; }
  Task<void> Run(Tenure& tenure) override {
    record_.most_running = std::max(record_.most_running, ++record_.running);
    co_await Controller::Run(tenure);
    --record_.running;
  }
  Task<ControllerStep> Step(Tenure& tenure) override {
    record_.steps.emplace_back(process_, std::chrono::duration<double>(loop_.clock().Monotonic()).count());
    if (takes > Duration::zero()) co_await loop_.Sleep(takes);
    held_after = tenure.is_held();
    co_return step;
  }

  ControllerStep step;
  Duration takes{0};
  bool held_after = true;

 private:
  const std::string name_, process_;
  Loop& loop_;
  Record& record_;
};

/// One agent process: a runner over the shared store, which the test may cut off from it.
class Process {
 public:
  Process(const std::string& id, Loop& loop, MemoryAgentStore& store, Record& record)
      : id_(id), store_(store), runner_({loop, *this->store(), "demo", id, log, metrics}) {
    auto made = std::make_unique<FakeController>("pacing", id, loop, record);
    controller = made.get();
    runner_.Add(std::move(made));
  }
  ControllerRunner& runner() { return runner_; }

  RecordingLog log;
  MetricRegistry metrics;
  FakeController* controller = nullptr;
  bool store_fails = false;

 private:
  /// Fails while the test says so.
  class CutStore final : public AgentStore {
   public:
    explicit CutStore(Process& process) : process_(process) {}
    Result<std::vector<AgentCommit>> Commit(const std::string& t, const std::vector<AgentBatch>& b) override {
      return process_.store_.Commit(t, b);
    }
    Result<std::optional<AgentRecord>> Get(const std::string& t, const std::string& c, const std::string& i) override {
      return process_.store_.Get(t, c, i);
    }
    Result<std::vector<AgentRecord>> List(const std::string& t, const AgentQuery& q) override {
      return process_.store_.List(t, q);
    }
    Result<std::map<std::string, std::int64_t>> Count(const std::string& t, const std::string& c) override {
      return process_.store_.Count(t, c);
    }
    Result<std::optional<Instant>> NextDue(const std::string& t, const std::string& c) override {
      return process_.store_.NextDue(t, c);
    }
    Result<std::optional<AgentLease>> Acquire(const std::string& t, const std::string& n, const std::string& o,
                                              Instant now, Duration ttl) override {
      if (process_.store_fails) return Fail(ErrorCode::kIo, "the store is away");
      return process_.store_.Acquire(t, n, o, now, ttl);
    }
    Result<void> Release(const std::string& t, const std::string& n, const std::string& o) override {
      if (process_.store_fails) return Fail(ErrorCode::kIo, "the store is away");
      return process_.store_.Release(t, n, o);
    }

   private:
    Process& process_;
  };
  AgentStore* store() { return &cut_; }

  const std::string id_;
  MemoryAgentStore& store_;
  CutStore cut_{*this};
  ControllerRunner runner_;
};

class ControllerRunnerTest : public ::testing::Test {
 protected:
  Task<void> After(Duration wait, std::function<void()> action) {
    co_await loop_.Sleep(wait);
    action();
  }
  void At(Duration time, std::function<void()> action) { loop_.SpawnBackground(After(time, std::move(action))); }
  std::vector<double> StepsOf(const std::string& process) {
    std::vector<double> times;
    for (const auto& [who, when] : record_.steps) {
      if (who == process) times.push_back(when);
    }
    return times;
  }

  SimulatedClock clock_;
  Loop loop_{clock_, clock_};
  MemoryAgentStore store_;
  Record record_;
};

TEST_F(ControllerRunnerTest, StepsAsTheControllerAsksAndGivesTheLeaseBack) {
  Process one("one", loop_, store_, record_);
  one.controller->step.next = seconds(4);
  loop_.Spawn(one.runner().Run());
  At(seconds(9), [&] { one.runner().Stop(); });
  loop_.Run();
  EXPECT_THAT(StepsOf("one"), ElementsAre(0, 4, 8));
  EXPECT_EQ(clock_.passed, seconds(9));
  EXPECT_TRUE(store_.Acquire("demo", "pacing", "other", clock_.Now(), seconds(1)).value().has_value());
}

TEST_F(ControllerRunnerTest, RunsInOneProcessAtATimeAndMovesWhenThatStops) {
  Process one("one", loop_, store_, record_), two("two", loop_, store_, record_);
  loop_.Spawn(one.runner().Run());
  loop_.Spawn(two.runner().Run());
  At(milliseconds(30'500), [&] { one.runner().Stop(); });
  At(seconds(60), [&] { two.runner().Stop(); });
  loop_.Run();
  EXPECT_EQ(record_.most_running, 1);
  EXPECT_EQ(StepsOf("one").back(), 30);
  EXPECT_LE(StepsOf("two").front(), 30.5 + 3);
  EXPECT_EQ(StepsOf("two").back(), 59.0 + StepsOf("two").front() - std::floor(StepsOf("two").front()));
}

TEST_F(ControllerRunnerTest, AProcessThatLosesTheStoreStopsWithinTheLeaseAndIsTakenOverWithin15Seconds) {
  Process one("one", loop_, store_, record_), two("two", loop_, store_, record_);
  loop_.Spawn(one.runner().Run());
  loop_.Spawn(two.runner().Run());
  At(milliseconds(20'100), [&] { one.store_fails = true; });
  At(seconds(50), [&] {
    one.runner().Stop();
    two.runner().Stop();
  });
  loop_.Run();
  EXPECT_EQ(record_.most_running, 1);
  const double last = StepsOf("one").back(), first = StepsOf("two").front();
  EXPECT_LE(last, 20.1 + 10);
  EXPECT_LT(last, first);
  EXPECT_LE(first, 20.1 + 15);
  EXPECT_THAT(one.log.lines, Contains("the lease is lost; the controller stops here"));
}

TEST_F(ControllerRunnerTest, AStepThatOutlivesItsLeaseSeesIt) {
  Process one("one", loop_, store_, record_), two("two", loop_, store_, record_);
  one.controller->takes = seconds(40);
  loop_.Spawn(one.runner().Run());
  At(milliseconds(1), [&] { loop_.Spawn(two.runner().Run()); });
  At(seconds(2), [&] { one.store_fails = true; });
  At(seconds(60), [&] {
    one.runner().Stop();
    two.runner().Stop();
  });
  loop_.Run();
  EXPECT_FALSE(one.controller->held_after);
  EXPECT_THAT(StepsOf("one"), ElementsAre(0));
  EXPECT_LE(StepsOf("two").front(), 2 + 15);
}

TEST_F(ControllerRunnerTest, AShortFailureOfTheStoreChangesNothing) {
  Process one("one", loop_, store_, record_), two("two", loop_, store_, record_);
  loop_.Spawn(one.runner().Run());
  loop_.Spawn(two.runner().Run());
  At(seconds(10), [&] { one.store_fails = true; });
  At(seconds(15), [&] { one.store_fails = false; });
  At(seconds(40), [&] {
    two.runner().Stop();
    one.runner().Stop();
  });
  loop_.Run();
  EXPECT_THAT(StepsOf("two"), IsEmpty());
  EXPECT_EQ(StepsOf("one").back(), 39);
}

TEST_F(ControllerRunnerTest, WakingEndsAWait) {
  Process one("one", loop_, store_, record_);
  one.controller->step.next = std::chrono::hours(1);
  loop_.Spawn(one.runner().Run());
  At(seconds(5), [&] { one.runner().Wake("pacing"); });
  At(seconds(6), [&] { one.runner().Stop(); });
  loop_.Run();
  EXPECT_THAT(StepsOf("one"), ElementsAre(0, 5));
}

TEST_F(ControllerRunnerTest, ControllersOfASourceComeAndGo) {
  Process one("one", loop_, store_, record_);
  std::vector<std::string> wanted;
  one.runner().AddSource(
      [&] { return wanted; },
      [&](const std::string& name) { return std::make_unique<FakeController>(name, name, loop_, record_); });
  loop_.Spawn(one.runner().Run());
  At(seconds(5), [&] { wanted = {"pacing/a", "pacing/b"}; });
  At(seconds(15), [&] { wanted = {"pacing/b"}; });
  At(seconds(25), [&] { wanted = {"pacing/a", "pacing/b"}; });
  At(milliseconds(30'500), [&] { one.runner().Stop(); });
  loop_.Run();
  const std::vector<double> a = StepsOf("pacing/a");
  EXPECT_THAT(std::vector<double>(a.begin(), a.begin() + 10), ElementsAre(6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  EXPECT_EQ(std::ranges::count_if(a, [](double when) { return when > 16 && when < 26; }), 0);
  EXPECT_EQ(a.back(), 30);
  EXPECT_EQ(StepsOf("pacing/b").size(), 25u);
}

TEST_F(ControllerRunnerTest, OnceMakesOneStepAndTellsWhatWasMissed) {
  Process one("one", loop_, store_, record_);
  one.controller->step.missed_metric = true;
  const auto report = loop_.RunUntilDone(one.runner().RunOnce());
  EXPECT_EQ(report.steps, 1);
  EXPECT_EQ(report.missed_metrics, 1);
  EXPECT_THAT(StepsOf("one"), ElementsAre(0));
  ASSERT_TRUE(store_.Acquire("demo", "pacing", "other", clock_.Now(), seconds(10)).value().has_value());
  EXPECT_EQ(loop_.RunUntilDone(one.runner().RunOnce()).held_elsewhere, 1);
}

TEST_F(ControllerRunnerTest, AControllerThatFailsIsToldOnceAndGoesOn) {
  Process one("one", loop_, store_, record_);
  one.controller->step.error = Error{ErrorCode::kIo, "no disk"};
  loop_.Spawn(one.runner().Run());
  At(milliseconds(3500), [&] { one.controller->step.error.reset(); });
  At(milliseconds(5500), [&] { one.runner().Stop(); });
  loop_.Run();
  EXPECT_THAT(one.log.lines, ElementsAre("controller runs here", "controller failed", "controller works again"));
  EXPECT_EQ(StepsOf("one").size(), 6u);
}

}  // namespace
}  // namespace cxctl
