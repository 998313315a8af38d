#pragma once

#include "cli/command.h"

namespace cxctl {

/// `cxctl agent token create|list|revoke`.
int RunAgentToken(Context& context);

}  // namespace cxctl
