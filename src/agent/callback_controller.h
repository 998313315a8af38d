#pragma once

#include <optional>
#include <string>

#include "agent/callback_worker.h"
#include "agent/controller.h"

namespace cxctl {

/// The callback worker as the runner knows it. Its lease: "callbacks".
class CallbackController final : public Controller {
 public:
  explicit CallbackController(CallbackWorker& worker) : worker_(worker) {}

  std::string name() const override { return "callbacks"; }
  Task<ControllerStep> Step(Tenure& tenure) override {
    AgentLease lease = tenure.lease();
    std::function<bool()> may_begin = [&tenure] { return tenure.is_held(); };
    Task<CallbackWorker::Report> stepping = worker_.Step(std::move(lease), std::move(may_begin));
    CallbackWorker::Report report = co_await std::move(stepping);
    ControllerStep step;
    step.next = report.next;
    step.error = std::move(report.error);
    co_return step;
  }

 private:
  CallbackWorker& worker_;
};

}  // namespace cxctl
