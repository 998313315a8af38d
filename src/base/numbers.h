#pragma once

#include <cstdint>
#include <string>

namespace cxctl {

/// `1,234`, `-1,234`
std::string Grouped(std::int64_t number);

}  // namespace cxctl
