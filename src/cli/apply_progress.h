#pragma once

#include <cstdio>
#include <string>

#include "apply/executor.h"
#include "cli/command.h"
#include "cli/progress_line.h"
#include "tenant/tenant_client.h"

namespace cxctl {

/// Shows what apply does as it happens: a progress line on a terminal, and `--events`.
class ApplyProgress : public ApplyObserver {
 public:
  ApplyProgress(Context& context, const TenantClient& client, std::string run);
  ~ApplyProgress() override;

  /// Opens the target of --events, if there is one. kIo naming it.
  Result<void> Open();

  void OnStart(const Change& change) override;
  void OnOutcome(const Change& change, const ChangeOutcome& outcome, std::size_t done, std::size_t total) override;
  /// Clears the progress line.
  void End() { line_.End(); }

 private:
  void WriteEvent(const std::string& line);

  Context& context_;
  const TenantClient& client_;
  std::string run_;
  ProgressLine line_;
  bool events_to_console_ = false;
  std::FILE* events_ = nullptr;
};

}  // namespace cxctl
