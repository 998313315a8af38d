#pragma once

#include "chart/chart.h"

namespace cxctl {

/// The axis: from 0 to `top` in equal `step`s.
struct ChartScale {
  double top = 1, step = 1;
};

/// The least round axis that holds all bars and intervals: steps of 1, 2 or 5 times a power of ten, six at most.
ChartScale ScaleOf(const Chart& chart);

/// A value with the chart's decimals and unit: `34.2 %`, `1,234 calls`.
std::string ValueText(const Chart& chart, double value);
/// A value of the axis, as exact as its step asks for.
std::string AxisText(const Chart& chart, double value, double step);

}  // namespace cxctl
