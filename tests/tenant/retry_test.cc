#include "tenant/retry.h"

#include <gmock/gmock.h>

#include "tenant/fixture.h"

namespace cxctl {
namespace {

using testing::HasSubstr;

constexpr Classification kTake{NextStep::kTakeAnswer, false, true};
constexpr Classification kRepeatClean{NextStep::kRepeat, false, true};
constexpr Classification kRepeatUnknown{NextStep::kRepeat, true, true};
constexpr Classification kStopClean{NextStep::kGiveUp, false, true};
constexpr Classification kStopUnknown{NextStep::kGiveUp, true, true};
constexpr Classification kToken{NextStep::kNewToken, false, true};

TEST(ClassifyAnswer, Table) {
  struct Row {
    int status;
    Classification read, repeatable, once;
  };
  const Row rows[] = {
      {200, kTake, kTake, kTake},
      {201, kTake, kTake, kTake},
      {204, kTake, kTake, kTake},
      {100, kStopClean, kStopUnknown, kStopUnknown},
      {301, kStopClean, kStopUnknown, kStopUnknown},
      {307, kStopClean, kStopUnknown, kStopUnknown},
      {400, kTake, kTake, kTake},
      {401, kToken, kToken, kToken},
      {403, kTake, kTake, kTake},
      {404, kTake, kTake, kTake},
      {408, kTake, kTake, kTake},
      {409, kTake, kTake, kTake},
      {412, kTake, kTake, kTake},
      {422, kTake, kTake, kTake},
      {425, kTake, kTake, kTake},
      {428, kTake, kTake, kTake},
      {429, kRepeatClean, kRepeatClean, kRepeatClean},
      {500, kRepeatClean, kRepeatUnknown, kStopUnknown},
      {501, kStopClean, kStopUnknown, kStopUnknown},
      {502, kRepeatClean, kRepeatUnknown, kStopUnknown},
      {503, kRepeatClean, kRepeatUnknown, kStopUnknown},
      {504, kRepeatClean, kRepeatUnknown, kStopUnknown},
      {505, kStopClean, kStopUnknown, kStopUnknown},
      {999, kStopClean, kStopUnknown, kStopUnknown},
  };
  for (const Row& row : rows) {
    EXPECT_TRUE(ClassifyAnswer(Safety::kRead, row.status, "") == row.read) << row.status;
    EXPECT_TRUE(ClassifyAnswer(Safety::kRepeatable, row.status, "") == row.repeatable) << row.status;
    EXPECT_TRUE(ClassifyAnswer(Safety::kOnce, row.status, "") == row.once) << row.status;
  }
}

TEST(ClassifyAnswer, AKeyInProgressIsWaitedFor) {
  EXPECT_TRUE(ClassifyAnswer(Safety::kOnce, 409, kInProgress) == kRepeatUnknown);
  EXPECT_TRUE(ClassifyAnswer(Safety::kOnce, 409, "DUPLICATE") == kTake);
  EXPECT_TRUE(ClassifyAnswer(Safety::kRepeatable, 409, kInProgress) == kTake);
}

TEST(ClassifyAnswer, NoStatusRepeatsAWriteWhoseEffectIsUnknownUnlessGuarded) {
  for (int status = 100; status < 1000; ++status) {
    const Classification once = ClassifyAnswer(Safety::kOnce, status, "");
    if (once.step == NextStep::kRepeat) {
      EXPECT_FALSE(once.maybe_written) << status;
    }
    EXPECT_FALSE(ClassifyAnswer(Safety::kRead, status, "").maybe_written) << status;
  }
}

TEST(ClassifyFailure, Table) {
  const TransportError not_sent{false, false, ""}, not_sent_timeout{false, true, ""}, cut{true, false, ""},
      timeout{true, true, ""};
  for (Safety safety : {Safety::kRead, Safety::kRepeatable, Safety::kOnce}) {
    EXPECT_TRUE(ClassifyFailure(safety, not_sent) == (Classification{NextStep::kRepeat, false, false}));
    EXPECT_TRUE(ClassifyFailure(safety, not_sent_timeout) == (Classification{NextStep::kRepeat, false, false}));
  }
  for (const TransportError& error : {cut, timeout}) {
    EXPECT_TRUE(ClassifyFailure(Safety::kRead, error) == (Classification{NextStep::kRepeat, false, false}));
    EXPECT_TRUE(ClassifyFailure(Safety::kRepeatable, error) == (Classification{NextStep::kRepeat, true, false}));
    EXPECT_TRUE(ClassifyFailure(Safety::kOnce, error) == (Classification{NextStep::kGiveUp, true, false}));
  }
}

TEST(ClassifyMalformed, IsALostAnswer) {
  EXPECT_TRUE(ClassifyMalformed(Safety::kRead) == kRepeatClean);
  EXPECT_TRUE(ClassifyMalformed(Safety::kRepeatable) == kRepeatUnknown);
  EXPECT_TRUE(ClassifyMalformed(Safety::kOnce) == kStopUnknown);
}

Duration Ms(std::int64_t ms) {
  return std::chrono::milliseconds(ms);
}

TEST(BackoffDelay, ExponentialWithFullJitter) {
  RetryPolicy policy;
  policy.base_delay = Ms(500);
  policy.max_delay = Ms(60000);
  EXPECT_EQ(BackoffDelay(policy, 1, 0), Ms(0));
  EXPECT_EQ(BackoffDelay(policy, 1, 0.5), Ms(250));
  EXPECT_EQ(BackoffDelay(policy, 2, 0.5), Ms(500));
  EXPECT_EQ(BackoffDelay(policy, 5, 0.5), Ms(4000));
  EXPECT_EQ(BackoffDelay(policy, 8, 0.5), Ms(30000));  // 64 s are cut to 60 s.
  EXPECT_EQ(BackoffDelay(policy, 1000, 0.5), Ms(30000));
}

TEST(BackoffDelay, FibonacciWithHalfJitter) {
  RetryPolicy policy;
  policy.backoff = RetryPolicy::Backoff::kFibonacci;
  policy.base_delay = Ms(1000);
  policy.max_delay = Ms(6000);
  const int whole[] = {1000, 1000, 2000, 3000, 5000, 6000, 6000};
  for (int retry = 1; retry <= 7; ++retry) {
    EXPECT_EQ(BackoffDelay(policy, retry, 0), Ms(whole[retry - 1] / 2)) << retry;
    EXPECT_LE(BackoffDelay(policy, retry, 0.999), Ms(whole[retry - 1])) << retry;
    EXPECT_GT(BackoffDelay(policy, retry, 0.999), Ms(whole[retry - 1] * 99 / 100)) << retry;
  }
  EXPECT_EQ(BackoffDelay(policy, 100000, 0), Ms(3000));
}

TEST(RetryBudget, AFifthAndTen) {
  RetryBudget budget;
  int taken = 0;
  while (budget.TakeRetry()) ++taken;
  EXPECT_EQ(taken, 10);
  for (int i = 0; i < 4; ++i) budget.CountRequest();
  EXPECT_FALSE(budget.TakeRetry());
  budget.CountRequest();
  EXPECT_TRUE(budget.TakeRetry());
  EXPECT_FALSE(budget.TakeRetry());
  EXPECT_EQ(budget.requests(), 5);
  EXPECT_EQ(budget.retries(), 11);
}

class RetrierTest : public testing::Test {
 protected:
  RetryPolicy policy_;
  RetryBudget budget_;
  SeededRandom random_;
  const Instant now_ = ParseDateTime("2026-11-20T12:00:00Z")->instant;
};

TEST_F(RetrierTest, CountsTheFirstAttempt) {
  policy_.max_attempts = 3;
  Retrier retrier(policy_, budget_, random_);
  EXPECT_TRUE(retrier.Next({}, now_));
  EXPECT_TRUE(retrier.Next({}, now_));
  const auto end = retrier.Next({}, now_);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error(), "gave up after 3 attempts");
}

TEST_F(RetrierTest, WaitsAsLongAsTheTenantAsks) {
  Retrier retrier(policy_, budget_, random_);
  EXPECT_EQ(retrier.Next(Ms(7000), now_), Ms(7000));
  EXPECT_EQ(retrier.Next(Ms(60000), now_), Ms(60000));
}

TEST_F(RetrierTest, ALongerWaitThanMaxDelayIsSaidNotDone) {
  Retrier retrier(policy_, budget_, random_);
  const auto end = retrier.Next(Ms(90500), now_);
  ASSERT_FALSE(end);
  EXPECT_THAT(end.error(), HasSubstr("until 2026-11-20T12:01:31Z, longer than retry.maxDelay (1m)"));
}

TEST_F(RetrierTest, ZeroSecondsAreABackoff) {
  policy_.backoff = RetryPolicy::Backoff::kFibonacci;
  Retrier retrier(policy_, budget_, random_);
  EXPECT_GE(retrier.Next(Ms(0), now_).value(), Ms(250));
}

TEST_F(RetrierTest, StopsWhenTheRunsBudgetIsUsedUp) {
  while (budget_.TakeRetry()) continue;
  Retrier retrier(policy_, budget_, random_);
  const auto end = retrier.Next({}, now_);
  ASSERT_FALSE(end);
  EXPECT_THAT(end.error(), HasSubstr("the run's retries (20 % of its requests and 10) are used up"));
}

}  // namespace
}  // namespace cxctl
