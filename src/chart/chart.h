#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

// Bar charts for terminals and as SVG: data in, text out. Pure.

namespace cxctl {

/// One bar, with how sure its value is where that is known.
struct ChartBar {
  double value = 0;                 ///< 0 or more.
  std::optional<double> low, high;  ///< An interval around the value.
  bool is_faint = false;            ///< Of little weight: drawn hollow.
};

/// What stands side by side at one place of the axis.
struct ChartGroup {
  std::string label;                          ///< `09:00`, `Mon 2026-11-23`
  std::vector<std::optional<ChartBar>> bars;  ///< One for each series; nothing: no bar.
  std::string note;                           ///< Behind the bars: `peak`; "" for none.
};

/// One chart. Texts may come from anywhere: they are escaped as they are drawn.
struct Chart {
  std::string title;
  std::string subtitle;
  std::vector<std::string> series;  ///< Names, one at least. With one there is no legend.
  std::vector<ChartGroup> groups;
  std::string unit;      ///< Behind values: ` %`, ` calls`; "" for none.
  int decimals = 0;      ///< Of values.
  std::string interval;  ///< What low and high are: `95 % confidence`; "" where no bar has them.
};

/// For a terminal of so many columns (40 at least are used): a line a bar, with its value, and with its interval where
/// it has one. Series differ by their glyphs, with `color` by colour too.
std::string DrawTextChart(const Chart& chart, std::size_t columns, bool color);

/// One SVG file with the charts below each other: a title and a description that says all values in words, light and
/// dark, series told apart by pattern as well as by colour.
std::string DrawSvgCharts(const std::vector<Chart>& charts);

}  // namespace cxctl
