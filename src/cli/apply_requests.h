#pragma once

#include "cli/command.h"
#include "cli/session.h"

namespace cxctl {

/// Prints the requests that an apply of the plan would send, in order, as text or JSON: for --dry-run. Ids and keys
/// that are only known later are said to be. Returns the exit code.
int PrintRequests(Context& context, Session& session, const Plan& plan);

}  // namespace cxctl
