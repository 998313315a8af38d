#include "base/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cxctl {

std::string Grouped(std::int64_t number) {
  std::string text = fmt::format("{}", number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t i = text.size(); i > first + 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string GroupedRounded(double number) {
  constexpr double kMost = 9.2e18;
  return Grouped(std::isnan(number) ? 0 : std::llround(std::clamp(number, -kMost, kMost)));
}

}  // namespace cxctl
