#include "chart/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cxctl {

namespace {

constexpr double kMostSteps = 6;

double HighestOf(const Chart& chart) {
  double highest = 0;
  for (const ChartGroup& group : chart.groups) {
    for (const auto& bar : group.bars) {
      if (bar) highest = std::max({highest, bar->value, bar->high.value_or(0)});
    }
  }
  return highest;
}

}  // namespace

ChartScale ScaleOf(const Chart& chart) {
  const double highest = HighestOf(chart);
  if (!(highest > 0)) return {};
  const double power = std::pow(10, std::floor(std::log10(highest / kMostSteps)));
  for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
    const double step = factor * power;
    const double steps = std::ceil(highest / step - 1e-9);
    if (steps <= kMostSteps) return {steps * step, step};
  }
  return {highest, highest};
}

std::string ValueText(const Chart& chart, double value) {
  return fmt::format("{:.{}f}{}", value, chart.decimals, chart.unit);
}

}  // namespace cxctl
