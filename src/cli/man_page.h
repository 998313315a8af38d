#pragma once

#include <string>
#include <string_view>

#include "cli/arguments.h"

// Man pages, from the same table as --help. In man(7) macros, ASCII alone, without a date: the same table gives the
// same bytes.

namespace cxctl {

/// cxctl(1): all commands, exit codes, environment, files.
std::string ManPage(std::string_view version);
/// cxctl-plan(1) and the like.
std::string ManPage(const CommandSpec& command, std::string_view version);

}  // namespace cxctl
