#pragma once

#include <string>

#include "async/task.h"
#include "base/result.h"

namespace cxctl {

/// Takes what a run has to tell to whoever passes it on to the sinks.
class EventSender {
 public:
  virtual ~EventSender() = default;
  /// `type`: "plan.applied". `data`: a JSON object without secrets and whole phone numbers. Fails if it is not certain
  /// that the event was taken; it is then not sent again.
  virtual Task<Result<void>> SendEvent(std::string type, std::string data) = 0;
};

}  // namespace cxctl
