#pragma once

#include "base/result.h"

namespace cxctl {

/// What the process returns. Scripts rely on these.
enum ExitCode : int {
  kSuccess = 0,
  kCouldNot = 1,       ///< network, authentication, store, internal
  kDifferences = 2,    ///< plan --detailed-exitcode, drift
  kInvalid = 3,        ///< the manifests are invalid
  kIncomplete = 4,     ///< some changes failed, conflicted or were skipped
  kRefused = 5,        ///< a guard said no
  kIntegrity = 6,      ///< an audit chain or saved plan does not verify
  kUsage = 64,         ///< the command line is wrong
  kInterrupted = 130,  ///< a signal
};

ExitCode ExitCodeOf(ErrorCode code);

}  // namespace cxctl
