#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "env/env.h"
#include "telemetry/telemetry.h"

namespace cxctl {

enum class LogFormat {
  kText,  ///< For people: `2026-11-20T21:15:13.123Z info answered method=GET path=/v1/status status=200`
  kJson,  ///< JSON Lines: `{"time","level","message", then the facts}`; a fact never replaces one of these.
};

/// Hands each entry to `write` as one line, its newline included. Control characters are escaped and phone numbers
/// masked, whatever the caller forgot. `clock` and `write` must outlive it; for one thread.
std::unique_ptr<Log> MakeLogWriter(Clock& clock, LogFormat format, std::function<void(std::string_view line)> write);

}  // namespace cxctl
