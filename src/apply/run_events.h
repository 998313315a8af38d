#pragma once

#include <string>
#include <vector>

#include "apply/executor.h"
#include "plan/plan.h"

namespace cxctl {

/// Something that a run has to tell the sinks.
struct RunEvent {
  std::string type;
  std::string data;  ///< A JSON object; no secret, no phone number.
};

/// What an apply tells, for events of a run that wrote nothing at all: none.
///
///   callcodes.mapped  after call codes were written: {"run", "tenant", "total", "succeeded", "averageLatencyMs",
///                     "successRate"}; the average is over those that were sent, the rate of succeeded to total
///   plan.applied      after every apply that wrote: {"run", "tenant", "actor", "commit", "complete", "changes",
///                     "outcomes": {"applied": 3, …}}
std::vector<RunEvent> EventsOf(const std::vector<Change>& changes, const ApplyReport& report,
                               const RunIdentity& identity);

}  // namespace cxctl
