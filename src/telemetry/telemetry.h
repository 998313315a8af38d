#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cxctl {

/// Named facts of a log line or a metric. Never a secret or a whole phone number.
using Facts = std::vector<std::pair<std::string_view, std::string>>;

/// Where the agent writes what it does: one line an entry, control characters escaped.
class Log {
 public:
  virtual ~Log() = default;
  virtual void Info(std::string_view message, const Facts& facts = {}) = 0;
  virtual void Warning(std::string_view message, const Facts& facts = {}) = 0;
  virtual void Error(std::string_view message, const Facts& facts = {}) = 0;
};

/// Figures for /metrics. Names are OpenMetrics names with their unit, labels few and of few values. Each is registered
/// by its first use; its help text stands in agent/metric_catalog.cc. Not for sharing between threads.
class Metrics {
 public:
  virtual ~Metrics() = default;
  virtual void Count(std::string_view name, const Facts& labels = {}, double by = 1) = 0;
  virtual void Set(std::string_view name, double value, const Facts& labels = {}) = 0;
  /// One observation of a duration in seconds.
  virtual void Observe(std::string_view name, double seconds, const Facts& labels = {}) = 0;
  /// Forgets a gauge's value for these labels: what it spoke of is gone.
  virtual void Forget(std::string_view name, const Facts& labels) = 0;
};

}  // namespace cxctl
