#pragma once

#include "cli/command.h"

namespace cxctl {

/// `cxctl agent token create|list|revoke`.
int RunAgentToken(Context& context);

/// `cxctl agent dead-letters`, `cxctl agent replay`.
int RunAgentLetters(Context& context);

}  // namespace cxctl
