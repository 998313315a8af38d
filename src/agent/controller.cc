#include "agent/controller.h"

namespace cxctl {

Task<void> Tenure::Sleep(Duration duration) {
  if (!woken_ && is_held()) co_await changed_.WaitFor(duration);
  woken_ = false;
}

void Tenure::Wake() {
  woken_ = true;
  changed_.NotifyAll();
}

void Tenure::End() {
  ended_ = true;
  changed_.NotifyAll();
}

Task<void> Controller::Run(Tenure& tenure) {
  while (tenure.is_held()) {
    const ControllerStep step = co_await Step(tenure);
    Report(step);
    co_await tenure.Sleep(step.next);
  }
}

}  // namespace cxctl
