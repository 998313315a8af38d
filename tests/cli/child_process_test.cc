#include "cli/child_process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <thread>

namespace cxctl {
namespace {

int WaitFor(ChildProcess& process) {
  while (true) {
    if (const auto exit = process.Poll()) return *exit;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TEST(ChildProcessTest, GivesItsExitCodeAndWhatItWrote) {
  const auto process = StartProcess({"sh", "-c", "echo out; echo err >&2; exit 3"});
  ASSERT_TRUE(process);
  EXPECT_EQ(WaitFor(**process), 3);
  EXPECT_EQ((*process)->Output(), "out\n");
  EXPECT_EQ((*process)->Errors(), "err\n");
}

TEST(ChildProcessTest, TakesMoreThanAPipeHolds) {
  const auto process = StartProcess({"sh", "-c", "yes | head -c 1000000"});
  ASSERT_TRUE(process);
  EXPECT_EQ(WaitFor(**process), 0);
  EXPECT_EQ((*process)->Output().size(), 1'000'000u);
}

TEST(ChildProcessTest, TellsTheSignalThatEndedIt) {
  const auto process = StartProcess({"sh", "-c", "kill -KILL $$"});
  ASSERT_TRUE(process);
  EXPECT_EQ(WaitFor(**process), 128 + SIGKILL);
}

TEST(ChildProcessTest, IsStoppedWhenNobodyWantsItAnyMore) {
  const auto begin = std::chrono::steady_clock::now();
  {
    const auto process = StartProcess({"sleep", "600"});
    ASSERT_TRUE(process);
    EXPECT_FALSE((*process)->Poll());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

TEST(ChildProcessTest, NamesAProgramThatIsNotThere) {
  const auto process = StartProcess({"/nonexistent/cxctl", "drift"});
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().message, "cannot start /nonexistent/cxctl: No such file or directory");
}

}  // namespace
}  // namespace cxctl
