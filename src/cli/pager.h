#pragma once

#include <string_view>

#include "cli/command.h"

namespace cxctl {

/// Prints a result that is text for people: on a terminal that is too small for it through a pager ($CXCTL_PAGER, else
/// $PAGER, else `less -FRX`), otherwise as Console::Out does. No pager with --no-pager, with --timeout (nobody reads
/// against the clock), on a dumb terminal, or where the variable is empty or `cat`.
void PrintLongText(Context& context, std::string_view text);

}  // namespace cxctl
