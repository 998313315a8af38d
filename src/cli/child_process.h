#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace cxctl {

/// A program that runs beside this one. Destroyed while it runs, it is asked to stop (SIGTERM) and waited for.
class ChildProcess {
 public:
  virtual ~ChildProcess() = default;
  /// Its exit code, 128 and the signal's number where a signal ended it; nothing while it runs. Does not wait.
  virtual std::optional<int> Poll() = 0;
  /// Sends SIGTERM.
  virtual void Stop() = 0;
  /// What it wrote to its standard streams. REQUIRES: it ended.
  virtual std::string Output() = 0;
  virtual std::string Errors() = 0;
};

/// Starts a program, found in PATH, without a shell, with this process's environment and no standard input. kIo, naming
/// it, if that fails.
Result<std::unique_ptr<ChildProcess>> StartProcess(const std::vector<std::string>& command);

}  // namespace cxctl
