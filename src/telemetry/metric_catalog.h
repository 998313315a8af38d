#pragma once

#include <span>
#include <string_view>

namespace cxctl {

/// What a metric is. Names are those of OpenMetrics: the unit at the end, counters end in `_total`, one-and-zero gauges
/// and plain counts have no unit.
struct MetricSpec {
  std::string_view name;
  enum class Type { kCounter, kGauge, kHistogram } type;
  std::string_view unit;  ///< "seconds", "bytes", or ""
  std::string_view help;  ///< One sentence.
};

/// Every metric of the agent, sorted by name.
std::span<const MetricSpec> AllMetrics();
/// Null for one that is not listed.
const MetricSpec* FindMetric(std::string_view name);

}  // namespace cxctl
