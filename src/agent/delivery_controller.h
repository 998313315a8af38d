#pragma once

#include <optional>
#include <string>

#include "agent/controller.h"
#include "webhook/delivery.h"

namespace cxctl {

/// Sends what stands in the outbox (webhook/delivery.h), in one process at a time. Its lease: "deliveries".
class DeliveryController final : public Controller {
 public:
  /// `world.may_deliver` is set here.
  explicit DeliveryController(DeliveryWorld world);

  std::string name() const override { return "deliveries"; }
  Task<ControllerStep> Step(Tenure& tenure) override;
  Task<void> Run(Tenure& tenure) override;
  Value Describe(Arena& arena) override;

 private:
  DeliveryWorld world_;
  Tenure* tenure_ = nullptr;  ///< While it runs.
};

}  // namespace cxctl
