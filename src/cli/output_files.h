#pragma once

#include <string_view>

#include "cli/command.h"

namespace cxctl {

/// What --format takes of results that can take every form, and the flags that write them to files beside it.
inline constexpr std::string_view kResultFormats[] = {"text",  "json",  "markdown", "html",
                                                      "sarif", "junit", "github",   "gitlab"};

/// Whether the files that -o, --events, --html and the like name can be written: each once, and none that the command
/// reads (kUsage); in folders that are there and may be written to (kIo, naming the first that is not). Makes nothing.
Result<void> CheckOutputFiles(Context& context);

}  // namespace cxctl
