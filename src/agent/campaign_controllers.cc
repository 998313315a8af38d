#include "agent/campaign_controllers.h"

#include <utility>
#include <vector>

#include "agent/pacing_controller.h"
#include "agent/throttle_controller.h"
#include "value/json.h"

namespace cxctl {

namespace {

ControllerStep StepOf(StepOutcome outcome, Duration next) {
  ControllerStep step;
  step.next = next;
  step.missed_metric = outcome == StepOutcome::kMissed;
  // Why stands in the log and in the controller's state.
  if (outcome == StepOutcome::kFailed) step.error = Error{ErrorCode::kUnavailable, "a write did not come through."};
  return step;
}

/// A controller of one policy as the runner knows it. `Work` is PacingController or ThrottleController.
template <class Work>
class PolicyController final : public Controller {
 public:
  /// `interval` of the policy as it is deployed now.
  PolicyController(ControllerContext& context, std::string name, std::string policy, std::function<Duration()> interval)
      : context_(context), name_(std::move(name)), interval_(std::move(interval)), work_(context, std::move(policy)) {}

  std::string name() const override { return name_; }

  Task<ControllerStep> Step(Tenure& tenure) override {
    const Duration begun = context_.loop.clock().Monotonic();
    AgentLease lease = tenure.lease();
    const StepOutcome outcome = co_await work_.Step(std::move(lease));
    // The interval is from one step to the next, whatever the step took.
    const Duration taken = context_.loop.clock().Monotonic() - begun;
    co_return StepOf(outcome, std::max(Duration(0), interval_() - taken));
  }

  Value Describe(Arena& arena) override {
    const auto status = ParseJson(arena, work_.StatusJson());
    return status ? *status : Value();
  }

 private:
  ControllerContext& context_;
  const std::string name_;
  const std::function<Duration()> interval_;
  Work work_;
};

/// Names of the controllers that a map of policies asks for, and how to make one.
template <class Work, class Deployed>
void AddKind(ControllerRunner& runner, ControllerContext& context, const std::string& prefix,
             std::map<std::string, Deployed> Policies::*policies, Duration (*interval)(const Deployed&)) {
  runner.AddSource(
      [&context, prefix, policies] {
        std::vector<std::string> names;
        const auto deployed = context.policies();
        for (const auto& [name, policy] : (*deployed).*policies) names.push_back(prefix + name);
        return names;
      },
      [&context, prefix, policies, interval](const std::string& name) -> std::unique_ptr<Controller> {
        const std::string policy = name.substr(prefix.size());
        const auto interval_now = [&context, policies, interval, policy] {
          const auto deployed = context.policies();
          const auto found = ((*deployed).*policies).find(policy);
          return found == ((*deployed).*policies).end() ? Duration(std::chrono::seconds(15)) : interval(found->second);
        };
        return std::make_unique<PolicyController<Work>>(context, name, policy, interval_now);
      });
}

}  // namespace

void AddCampaignControllers(ControllerRunner& runner, ControllerContext& context) {
  AddKind<PacingController, DeployedPacing>(runner, context, "pacing/", &Policies::pacing,
                                            [](const DeployedPacing& policy) { return policy.settings.interval; });
  AddKind<ThrottleController, DeployedThrottle>(runner, context, "throttle/", &Policies::throttle,
                                                [](const DeployedThrottle& policy) { return policy.interval; });
}

}  // namespace cxctl
