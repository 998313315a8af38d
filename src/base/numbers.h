#pragma once

#include <cstdint>
#include <string>

namespace cxctl {

/// `1,234`, `-1,234`
std::string Grouped(std::int64_t number);
/// Rounded to an integer; what is out of range is 9.2e18 at most, what is no number 0.
std::string GroupedRounded(double number);

}  // namespace cxctl
