#pragma once

#include "cli/command.h"

namespace cxctl {

/// Whether the files that -o, --events, --html and the like name can be written: each once, and none that the command
/// reads (kUsage); in folders that are there and may be written to (kIo, naming the first that is not). Makes nothing.
Result<void> CheckOutputFiles(Context& context);

}  // namespace cxctl
