#include "chart/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/numbers.h"

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

std::string WithDecimals(double value, int decimals) {
  return decimals == 0 ? GroupedRounded(value) : fmt::format("{:.{}f}", value, decimals);
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
  return WithDecimals(value, chart.decimals) + chart.unit;
}

std::string AxisText(const Chart& chart, double value, double step) {
  return WithDecimals(value, step < 1 ? std::max(1, chart.decimals) : 0) + chart.unit;
}

}  // namespace cxctl
