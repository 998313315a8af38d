#pragma once

#include <memory>

#include "env/env.h"

namespace cxctl {

/// The real implementations. Only main builds them.
std::unique_ptr<Clock> SystemClock();
/// From the kernel's generator.
std::unique_ptr<Random> SystemRandom();
std::unique_ptr<FileSystem> SystemFiles();
std::unique_ptr<Environment> SystemEnvironment();

}  // namespace cxctl
