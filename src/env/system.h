#pragma once

#include <functional>
#include <memory>

#include "env/env.h"

namespace cxctl {

/// The real implementations. Only main builds them.
std::unique_ptr<Clock> SystemClock();
/// From the kernel's generator.
std::unique_ptr<Random> SystemRandom();
/// `on_left_out` is told each symbolic link that would be a manifest, or a folder, and that ListYaml leaves out because
/// it leads out of the folder or in a circle.
std::unique_ptr<FileSystem> SystemFiles(std::function<void(const std::string& link)> on_left_out = {});
std::unique_ptr<Environment> SystemEnvironment();

}  // namespace cxctl
