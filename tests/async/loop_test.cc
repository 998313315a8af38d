#include "async/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace cxctl {
namespace {

using std::chrono::milliseconds;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;

class FakeClock : public Clock {
 public:
  Instant Now() override { return Instant{0} + now; }
  Duration Monotonic() override { return now; }
  Duration now{0};
};

/// Lets the time pass for which the loop would wait.
class TimePasses : public Waiter {
 public:
  explicit TimePasses(FakeClock& clock) : clock_(clock) {}
  void Wait(Duration at_most) override {
    waits.push_back(at_most);
    clock_.now += at_most;
  }
  std::vector<Duration> waits;

 private:
  FakeClock& clock_;
};

class LoopTest : public ::testing::Test {
 protected:
  FakeClock clock_;
  TimePasses waiter_{clock_};
  Loop loop_{clock_, waiter_};
  std::vector<std::string> log_;
};

Task<int> Seven() {
  co_return 7;
}

Task<int> Add(int a, int b) {
  const int seven = co_await Seven();
  co_return a + b + seven;
}

Task<void> Note(std::vector<std::string>& log, std::string what) {
  log.push_back(std::move(what));
  co_return;
}

Task<void> SleepAndNote(Loop& loop, Duration duration, std::vector<std::string>& log, std::string what) {
  co_await loop.Sleep(duration);
  log.push_back(std::move(what));
}

TEST_F(LoopTest, RunUntilDoneReturnsTheResult) {
  EXPECT_EQ(loop_.RunUntilDone(Add(1, 2)), 10);
}

Task<std::unique_ptr<int>> MoveOnly() {
  co_return std::make_unique<int>(3);
}

TEST_F(LoopTest, ResultsMayBeMoveOnly) {
  EXPECT_EQ(*loop_.RunUntilDone(MoveOnly()), 3);
}

TEST_F(LoopTest, RunWithoutCoroutinesReturnsAtOnce) {
  loop_.Run();
  EXPECT_TRUE(waiter_.waits.empty());
}

TEST_F(LoopTest, NothingRunsBeforeRun) {
  loop_.Spawn(Note(log_, "a"));
  EXPECT_TRUE(log_.empty());
  loop_.Run();
  EXPECT_THAT(log_, ElementsAre("a"));
}

TEST_F(LoopTest, CoroutinesStartInTheOrderOfSpawn) {
  for (const char* name : {"a", "b", "c"}) loop_.Spawn(Note(log_, name));
  loop_.Run();
  EXPECT_THAT(log_, ElementsAre("a", "b", "c"));
}

TEST_F(LoopTest, RunMayBeCalledAgain) {
  loop_.Spawn(Note(log_, "a"));
  loop_.Run();
  loop_.Spawn(Note(log_, "b"));
  loop_.Run();
  EXPECT_THAT(log_, ElementsAre("a", "b"));
}

TEST_F(LoopTest, SleepersWakeByTimeAndThenByOrder) {
  loop_.Spawn(SleepAndNote(loop_, milliseconds(30), log_, "30"));
  loop_.Spawn(SleepAndNote(loop_, milliseconds(10), log_, "10 first"));
  loop_.Spawn(SleepAndNote(loop_, milliseconds(20), log_, "20"));
  loop_.Spawn(SleepAndNote(loop_, milliseconds(10), log_, "10 second"));
  loop_.Run();
  EXPECT_THAT(log_, ElementsAre("10 first", "10 second", "20", "30"));
  EXPECT_EQ(clock_.now, milliseconds(30));
}

TEST_F(LoopTest, ASleepThatIsOverDoesNotSuspend) {
  loop_.Spawn(SleepAndNote(loop_, milliseconds(0), log_, "none"));
  loop_.Spawn(SleepAndNote(loop_, milliseconds(-5), log_, "negative"));
  loop_.Run();
  EXPECT_THAT(log_, ElementsAre("none", "negative"));
  EXPECT_TRUE(waiter_.waits.empty());
}

TEST_F(LoopTest, ALongSleepIsWaitedForInPieces) {
  loop_.Spawn(SleepAndNote(loop_, std::chrono::minutes(150) + std::chrono::seconds(1), log_, "done"));
  loop_.Run();
  EXPECT_EQ(clock_.now, std::chrono::minutes(150) + std::chrono::seconds(1));
  EXPECT_THAT(waiter_.waits, Each(Le(std::chrono::minutes(1))));
}

Task<void> SpawnAnother(Loop& loop, std::vector<std::string>& log) {
  loop.Spawn(SleepAndNote(loop, milliseconds(5), log, "child"));
  log.push_back("parent");
  co_return;
}

TEST_F(LoopTest, RunWaitsForWhatCoroutinesSpawn) {
  loop_.Spawn(SpawnAnother(loop_, log_));
  loop_.Run();
  EXPECT_THAT(log_, ElementsAre("parent", "child"));
}

Task<int> SumOfSevens(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await Seven();
  co_return sum;
}

TEST_F(LoopTest, AwaitingInALoopNeedsNoMoreStackWithEachTurn) {
  EXPECT_EQ(loop_.RunUntilDone(SumOfSevens(300'000)), 2'100'000);
}

Task<int> SleepAndSum(Loop& loop, int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    co_await loop.Sleep(milliseconds(1));
    sum += co_await Seven();
  }
  co_return sum;
}

TEST_F(LoopTest, NorDoesSuspendingInALoop) {
  EXPECT_EQ(loop_.RunUntilDone(SleepAndSum(loop_, 100'000)), 700'000);
}

/// Two coroutines that make each other ready for ever, until `stop`.
Task<void> PingPong(Signal& mine, Signal& other, const bool& stop) {
  while (!stop) {
    other.NotifyAll();
    if (!stop) co_await mine.Wait();
  }
  other.NotifyAll();
}

Task<void> StopLater(Loop& loop, bool& stop) {
  co_await loop.Sleep(milliseconds(1));
  stop = true;
}

/// A waiter in whose absence of work time passes all the same.
class RealTime : public Waiter {
 public:
  explicit RealTime(FakeClock& clock) : clock_(clock) {}
  void Wait(Duration) override { clock_.now += milliseconds(1); }

 private:
  FakeClock& clock_;
};

TEST(LoopFairnessTest, CoroutinesThatAreAlwaysReadyStarveNeitherTimersNorSockets) {
  FakeClock clock;
  RealTime waiter(clock);
  Loop loop(clock, waiter);
  Signal ping(loop), pong(loop);
  bool stop = false;
  loop.Spawn(PingPong(ping, pong, stop));
  loop.Spawn(PingPong(pong, ping, stop));
  loop.Spawn(StopLater(loop, stop));
  loop.Run();
  EXPECT_TRUE(stop);
}

struct SetOnDestruction {
  explicit SetOnDestruction(bool& flag) : flag_(flag) {}
  ~SetOnDestruction() { flag_ = true; }
  bool& flag_;
};

Task<void> WaitFor(Signal& signal, bool& destroyed) {
  SetOnDestruction guard(destroyed);
  co_await signal.Wait();
}

Task<void> WaitInside(Signal& signal, bool& destroyed) {
  co_await WaitFor(signal, destroyed);
}

/// Leaves a loop in the middle of its Run, as a coroutine that waits for ever would keep it there.
struct NobodyAnswers {};
class ThrowingWaiter : public Waiter {
 public:
  void Wait(Duration) override { throw NobodyAnswers(); }
};

TEST(LoopDestructionTest, CoroutinesThatHaveNotReturnedAreDestroyedWithTheLoop) {
  bool waiting_destroyed = false, unstarted_destroyed = false;
  {
    FakeClock clock;
    ThrowingWaiter waiter;
    Loop loop(clock, waiter);
    Signal signal(loop);
    loop.Spawn(WaitInside(signal, waiting_destroyed));
    EXPECT_THROW(loop.Run(), NobodyAnswers);
    loop.Spawn(WaitInside(signal, unstarted_destroyed));
    EXPECT_FALSE(waiting_destroyed);
  }
  EXPECT_TRUE(waiting_destroyed);
  EXPECT_FALSE(unstarted_destroyed);  // It never began: it had nothing. The sanitizer tells whether its frame leaks.
}

Task<void> WaitAndNote(Signal& signal, std::vector<std::string>& log, std::string what) {
  co_await signal.Wait();
  log.push_back(std::move(what));
}

Task<void> NotifyAndNote(Signal& signal, std::vector<std::string>& log) {
  signal.NotifyAll();
  log.push_back("notified");
  co_return;
}

TEST_F(LoopTest, SignalWakesAllWaitersInOrder) {
  Signal signal(loop_);
  loop_.Spawn(WaitAndNote(signal, log_, "first"));
  loop_.Spawn(WaitAndNote(signal, log_, "second"));
  loop_.Spawn(NotifyAndNote(signal, log_));
  loop_.Run();
  EXPECT_THAT(log_, ElementsAre("notified", "first", "second"));
}

Task<void> WaitTwice(Signal& signal, std::vector<std::string>& log) {
  co_await signal.Wait();
  log.push_back("once");
  co_await signal.Wait();
  log.push_back("twice");
}

Task<void> NotifyAt(Loop& loop, Signal& signal, Duration first, Duration second) {
  co_await loop.Sleep(first);
  signal.NotifyAll();
  co_await loop.Sleep(second);
  signal.NotifyAll();
}

TEST_F(LoopTest, SignalIsNotRemembered) {
  Signal signal(loop_);
  signal.NotifyAll();  // Nobody waits: this wakes nobody, later ones neither.
  loop_.Spawn(WaitTwice(signal, log_));
  loop_.Spawn(NotifyAt(loop_, signal, milliseconds(3), milliseconds(4)));
  loop_.Run();
  EXPECT_THAT(log_, ElementsAre("once", "twice"));
  EXPECT_EQ(clock_.now, milliseconds(7));
}

struct Crowd {
  int inside = 0, most = 0;
  std::vector<int> order;
};

Task<void> Enter(Loop& loop, Semaphore& semaphore, Crowd& crowd, int number, Duration stay) {
  co_await semaphore.Acquire();
  crowd.order.push_back(number);
  crowd.most = std::max(crowd.most, ++crowd.inside);
  co_await loop.Sleep(stay);
  --crowd.inside;
  semaphore.Release();
}

TEST_F(LoopTest, SemaphoreLetsInSoManyInOrder) {
  Semaphore semaphore(loop_, 2);
  Crowd crowd;
  for (int number = 0; number < 7; ++number) {
    loop_.Spawn(Enter(loop_, semaphore, crowd, number, milliseconds(10)));
  }
  loop_.Run();
  EXPECT_EQ(crowd.most, 2);
  EXPECT_THAT(crowd.order, ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_EQ(clock_.now, milliseconds(40));
}

Task<void> ReleaseThenAcquireAgain(Semaphore& semaphore, std::vector<std::string>& log) {
  co_await semaphore.Acquire();
  log.push_back("greedy");
  semaphore.Release();
  co_await semaphore.Acquire();
  log.push_back("greedy again");
  semaphore.Release();
}

Task<void> AcquireOnce(Semaphore& semaphore, std::vector<std::string>& log) {
  co_await semaphore.Acquire();
  log.push_back("patient");
  semaphore.Release();
}

Task<void> HoldUntilBothWait(Loop& loop, Semaphore& semaphore) {
  co_await semaphore.Acquire();
  co_await loop.Sleep(milliseconds(1));
  semaphore.Release();
}

TEST_F(LoopTest, AReleasedPermitGoesToTheNextInLineAndCannotBeSnatched) {
  Semaphore semaphore(loop_, 1);
  loop_.Spawn(HoldUntilBothWait(loop_, semaphore));
  loop_.Spawn(ReleaseThenAcquireAgain(semaphore, log_));
  loop_.Spawn(AcquireOnce(semaphore, log_));
  loop_.Run();
  EXPECT_THAT(log_, ElementsAre("greedy", "patient", "greedy again"));
}

TEST_F(LoopTest, SemaphoreWithoutPermitsOpensByRelease) {
  Semaphore semaphore(loop_, 0);
  loop_.Spawn(AcquireOnce(semaphore, log_));
  semaphore.Release();
  loop_.Run();
  EXPECT_THAT(log_, ElementsAre("patient"));
}

Task<int> WaitForSleepers(Loop& loop, std::vector<std::string>& log, std::vector<int> delays) {
  std::vector<Task<void>> tasks;
  for (int delay : delays) tasks.push_back(SleepAndNote(loop, milliseconds(delay), log, std::to_string(delay)));
  co_await WhenAll(loop, std::move(tasks));
  log.push_back("all");
  co_return static_cast<int>(log.size());
}

TEST_F(LoopTest, WhenAllRunsSideBySideAndEndsWithTheLast) {
  EXPECT_EQ(loop_.RunUntilDone(WaitForSleepers(loop_, log_, {30, 10, 20})), 4);
  EXPECT_THAT(log_, ElementsAre("10", "20", "30", "all"));
  EXPECT_EQ(clock_.now, milliseconds(30));
}

TEST_F(LoopTest, WhenAllOfNothingReturnsAtOnce) {
  EXPECT_EQ(loop_.RunUntilDone(WaitForSleepers(loop_, log_, {})), 1);
  EXPECT_TRUE(waiter_.waits.empty());
}

TEST_F(LoopTest, WhenAllOfTasksThatDoNotSuspend) {
  EXPECT_EQ(loop_.RunUntilDone(WaitForSleepers(loop_, log_, {0, -1, 0})), 4);
  EXPECT_THAT(log_, ElementsAre("0", "-1", "0", "all"));
}

Task<void> Nested(Loop& loop, std::vector<std::string>& log, int depth) {
  std::vector<Task<void>> tasks;
  if (depth > 0) {
    tasks.push_back(Nested(loop, log, depth - 1));
    tasks.push_back(Nested(loop, log, depth - 1));
  }
  tasks.push_back(SleepAndNote(loop, milliseconds(depth), log, std::to_string(depth)));
  co_await WhenAll(loop, std::move(tasks));
}

Task<int> StartNested(Loop& loop, std::vector<std::string>& log) {
  co_await Nested(loop, log, 2);
  co_return static_cast<int>(log.size());
}

TEST_F(LoopTest, WhenAllNests) {
  EXPECT_EQ(loop_.RunUntilDone(StartNested(loop_, log_)), 7);
}

TEST(LoopReplayTest, TheSameCoroutinesInterleaveTheSame) {
  const auto run = [] {
    FakeClock clock;
    TimePasses waiter(clock);
    Loop loop(clock, waiter);
    Semaphore semaphore(loop, 3);
    Crowd crowd;
    for (int number = 0; number < 50; ++number) {
      loop.Spawn(Enter(loop, semaphore, crowd, number, milliseconds(number * 7919 % 13)));
    }
    loop.Run();
    return crowd.order;
  };
  EXPECT_EQ(run(), run());
}

Task<void> AwaitAtMost(Signal& signal, Duration at_most, std::vector<std::string>& log, std::string who) {
  const bool notified = co_await signal.WaitFor(at_most);
  log.push_back(who + (notified ? " notified" : " timed out"));
}

Task<void> NotifyAfter(Loop& loop, Signal& signal, Duration after) {
  co_await loop.Sleep(after);
  signal.NotifyAll();
}

TEST_F(LoopTest, ASignalIsAwaitedForSoLongAtMost) {
  Signal signal(loop_);
  loop_.Spawn(AwaitAtMost(signal, milliseconds(5), log_, "short"));
  loop_.Spawn(AwaitAtMost(signal, milliseconds(50), log_, "long"));
  loop_.Spawn(NotifyAfter(loop_, signal, milliseconds(20)));
  loop_.Run();
  EXPECT_THAT(log_, ElementsAre("short timed out", "long notified"));
  EXPECT_EQ(clock_.now, milliseconds(20));  // What was notified leaves no timer behind.
}

TEST_F(LoopTest, ASignalThatComesWithTheTimerResumesOnce) {
  Signal signal(loop_);
  loop_.Spawn(NotifyAfter(loop_, signal, milliseconds(5)));
  loop_.Spawn(AwaitAtMost(signal, milliseconds(5), log_, "a"));
  loop_.Spawn(NotifyAfter(loop_, signal, milliseconds(5)));
  loop_.Run();
  EXPECT_THAT(log_, ElementsAre("a timed out"));
}

TEST_F(LoopTest, ACoroutineThatIsDestroyedWhileItAwaitsASignalIsForgotten) {
  Signal signal(loop_);
  {
    Loop other(clock_, waiter_);
    Signal never(other);
    other.SpawnBackground(AwaitAtMost(never, std::chrono::hours(1), log_, "background"));
    other.Spawn(Note(log_, "ran"));
    other.Spawn(NotifyAfter(other, signal, milliseconds(1)));
    other.Run();
  }
  signal.NotifyAll();
  EXPECT_THAT(log_, ElementsAre("ran"));
}

/// Waits in real time until somebody wakes it.
class Sleeper : public Waiter {
 public:
  void Wait(Duration at_most) override {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, at_most, [this] { return wake_; });
    wake_ = false;
  }
  void Wake() override {
    const std::lock_guard lock(mutex_);
    wake_ = true;
    woken_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
};

Task<void> UntilAll(std::size_t& done, std::size_t wanted, Signal& changed) {
  while (done < wanted) co_await changed.Wait();
}

TEST(LoopThreadsTest, ActionsOfOtherThreadsRunInTheLoopsThreadInTheirOrder) {
  FakeClock clock;
  Sleeper waiter;
  Loop loop(clock, waiter);
  Signal changed(loop);
  constexpr std::size_t kThreads = 4, kEach = 500;
  std::vector<std::size_t> order[kThreads];  // Only the loop's thread touches it: the sanitizers would tell.
  std::size_t done = 0;
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::size_t i = 0; i < kEach; ++i) {
        loop.PostFromThread([&, thread, i] {
          order[thread].push_back(i);
          ++done;
          changed.NotifyAll();
        });
      }
    });
  }
  loop.Spawn(UntilAll(done, kThreads * kEach, changed));
  loop.Run();
  for (std::thread& thread : threads) thread.join();
  for (const auto& each : order) EXPECT_TRUE(std::ranges::is_sorted(each));
}

TEST(LoopThreadsTest, WhatIsPostedBetweenRunsWaitsForTheNext) {
  FakeClock clock;
  TimePasses waiter(clock);
  Loop loop(clock, waiter);
  std::vector<std::string> log;
  loop.PostFromThread([&] { loop.Spawn(Note(log, "posted")); });
  loop.Spawn(Note(log, "spawned"));
  loop.Run();
  EXPECT_THAT(log, ElementsAre("spawned", "posted"));
}

TEST(TaskTest, ATaskThatIsNeverAwaitedNeverRuns) {
  std::vector<std::string> log;
  {
    Task<void> task = Note(log, "ran");
    Task<void> moved = std::move(task);
    task = Note(log, "other");
  }
  EXPECT_TRUE(log.empty());
}

}  // namespace
}  // namespace cxctl
