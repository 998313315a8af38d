#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/commits.h"
#include "agent/policies.h"
#include "async/loop.h"
#include "env/env.h"
#include "phone/phone_numbers.h"
#include "telemetry/telemetry.h"
#include "tenant/contact_center.h"
#include "tenant/provider.h"

namespace cxctl {

/// What the callback intake and its worker work with. Everything outlives them, and what they spawned in the loop.
struct IntakeContext {
  Loop& loop;
  Random& random;
  Commits& commits;
  ContactCenter& tenant;
  Provider& provider;  ///< For the figures of queues.
  const PhoneNumbers& numbers;
  Log& log;
  Metrics& metrics;
  std::function<std::shared_ptr<const Policies>()> policies;
  std::string run;                            ///< Id of this process, for the audit chain.
  std::function<void()> wake_worker = [] {};  ///< There is something for CallbackWorker to do.

  Instant now() const { return loop.clock().Now(); }
};

}  // namespace cxctl
