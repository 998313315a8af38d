#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apply/change_check.h"

namespace cxctl {

/// What became of a change. The words complete "the change was …".
enum class Outcome {
  kApplied,     ///< written, and the tenant said so
  kRecovered,   ///< found as wanted: our own write whose answer was lost, or a removal of what was gone
  kAdopted,     ///< nothing to write; it is managed from now on
  kReleased,    ///< nothing to write; it is forgotten
  kFailed,      ///< not written, or (see error) not known to be
  kConflict,    ///< not written: somebody changed the object since the plan
  kSkipped,     ///< not tried: something it needs failed
  kNotStarted,  ///< not tried: the run was stopped
};
std::string_view OutcomeName(Outcome outcome);

struct ChangeOutcome {
  Outcome outcome = Outcome::kNotStarted;
  std::string error;  ///< "" when all is well
  int attempts = 0;
  std::int64_t latency_ms = 0;
  std::vector<FieldConflict> conflicts;

  bool succeeded() const { return outcome <= Outcome::kReleased; }
};

struct ApplyReport {
  std::string run;
  std::vector<ChangeOutcome> outcomes;  ///< one a change, in the plan's order
  bool interrupted = false;
  std::string lease_loss;     ///< "" unless the lease was lost
  std::string store_failure;  ///< "" unless the state store failed
  bool complete() const;
};

}  // namespace cxctl
