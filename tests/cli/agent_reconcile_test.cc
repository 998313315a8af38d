#include "cli/agent_reconcile.h"

#include <gmock/gmock.h>

#include <deque>

#include "agent/controller_fixture.h"

namespace cxctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kInStep = R"({"items":[]})";
constexpr const char* kDrift = R"({"items":[{"address":"Campaign/east","status":"drifted","fields":[]}]})";

/// A run that ends at once, or after some polls.
class FakeRun : public ChildProcess {
 public:
  FakeRun(int exit, std::string output, std::string errors)
      : exit_(exit), output_(std::move(output)), errors_(std::move(errors)) {}
  std::optional<int> Poll() override { return ++polls_ < 3 ? std::nullopt : std::optional(exit_); }
  void Stop() override {}
  std::string Output() override { return output_; }
  std::string Errors() override { return errors_; }

 private:
  int exit_;
  std::string output_, errors_;
  int polls_ = 0;
};

class ReconcileTest : public ControllerTest {
 protected:
  struct Answer {
    int exit;
    std::string output, errors = "";
  };
  std::deque<Answer> answers_;
  std::vector<std::string> commands_;

  std::unique_ptr<ReconcileController> Make(ReconcileController::Mode mode) {
    return std::make_unique<ReconcileController>(
        context_, mode, "cxctl", std::vector<std::string>{"-t", "tenant.yaml"},
        [this](const std::vector<std::string>& command) -> Result<std::unique_ptr<ChildProcess>> {
          std::string line;
          for (const std::string& word : command) line += (line.empty() ? "" : " ") + word;
          commands_.push_back(line);
          if (answers_.empty()) return Fail(ErrorCode::kIo, "cannot start cxctl: no such file.");
          Answer answer = std::move(answers_.front());
          answers_.pop_front();
          return std::make_unique<FakeRun>(answer.exit, answer.output, answer.errors);
        });
  }
  StepOutcome Step(ReconcileController& controller) { return loop_.RunUntilDone(controller.Step(Lease("reconcile"))); }
};

TEST_F(ReconcileTest, ReportsDriftOnce) {
  const auto controller = Make(ReconcileController::Mode::kReport);
  answers_ = {{2, kDrift}, {2, kDrift}, {0, kInStep}, {2, kDrift}};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(Step(*controller), StepOutcome::kDone);
  EXPECT_THAT(EventTypes(), ElementsAre("drift.detected", "drift.detected"));
  EXPECT_EQ(Events()[0].second, R"({"items":[{"address":"Campaign/east","status":"drifted"}]})");
  EXPECT_EQ(commands_[0], "cxctl drift --no-events --format json -t tenant.yaml");
}

TEST_F(ReconcileTest, WhatIsOnlyPendingIsNoDrift) {
  const auto controller = Make(ReconcileController::Mode::kReport);
  answers_ = {{0, R"({"items":[{"address":"Campaign/east","status":"pending"}]})"}};
  EXPECT_EQ(Step(*controller), StepOutcome::kDone);
  EXPECT_THAT(EventTypes(), IsEmpty());
}

TEST_F(ReconcileTest, AppliesWhatDiffersAndNothingElse) {
  const auto controller = Make(ReconcileController::Mode::kApply);
  answers_ = {{0, kInStep}};
  EXPECT_EQ(Step(*controller), StepOutcome::kDone);
  answers_ = {{2, kDrift}, {0, "{}"}};
  EXPECT_EQ(Step(*controller), StepOutcome::kDone);
  EXPECT_THAT(commands_, ElementsAre("cxctl drift --no-events --format json -t tenant.yaml",
                                     "cxctl drift --no-events --format json -t tenant.yaml",
                                     "cxctl apply --auto-approve --format json -t tenant.yaml"));
  EXPECT_THAT(controller->StatusJson(), HasSubstr(R"("state":"in step")"));
}

TEST_F(ReconcileTest, DoesNotFightSomebodyWhoKeepsChangingTheSame) {
  const auto controller = Make(ReconcileController::Mode::kApply);
  for (int i = 0; i < 3; ++i) {
    answers_ = {{2, kDrift}, {0, "{}"}};
    EXPECT_EQ(Step(*controller), StepOutcome::kDone);
    clock_.Advance(std::chrono::minutes(5));
  }
  answers_ = {{2, kDrift}};
  EXPECT_EQ(Step(*controller), StepOutcome::kFailed);
  EXPECT_THAT(controller->StatusJson(), HasSubstr("drift was undone 3 times within an hour"));
  clock_.Advance(std::chrono::hours(1));
  answers_ = {{2, kDrift}, {0, "{}"}};
  EXPECT_EQ(Step(*controller), StepOutcome::kDone);
}

TEST_F(ReconcileTest, TellsWhyARunCouldNotDoItsWork) {
  const auto controller = Make(ReconcileController::Mode::kReport);
  answers_ = {{1, R"({"error":{"message":"the tenant is away","exit":1}})"}};
  EXPECT_EQ(Step(*controller), StepOutcome::kFailed);
  EXPECT_THAT(controller->StatusJson(), HasSubstr("the tenant is away"));
  answers_ = {{139, "", "Segmentation fault\n"}};
  EXPECT_EQ(Step(*controller), StepOutcome::kFailed);
  EXPECT_THAT(controller->StatusJson(), HasSubstr("Segmentation fault"));
  answers_.clear();
  EXPECT_EQ(Step(*controller), StepOutcome::kFailed);
  EXPECT_THAT(controller->StatusJson(), HasSubstr("cannot start cxctl"));
}

}  // namespace
}  // namespace cxctl
