#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/telemetry.h"

namespace cxctl {

/// Keeps figures and writes them down for Prometheus. A metric that its catalog does not list is kept like the others,
/// without a help text. For one thread.
///
/// Own, as Debian's prometheus-cpp is a shared library that every command would load at its start, and writes no
/// OpenMetrics.
class MetricRegistry final : public Metrics {
 public:
  /// Upper bounds of the buckets of durations, in seconds.
  static constexpr std::array<double, 12> kBuckets = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                      0.1,   0.25,   0.5,   1,    2.5,   10};
  /// Series that one metric may have; labels that would make more are counted under `other`.
  static constexpr std::size_t kMostSeries = 2000;

  void Count(std::string_view name, const Facts& labels, double by) override;
  void Set(std::string_view name, double value, const Facts& labels) override;
  void Observe(std::string_view name, double seconds, const Facts& labels) override;
  void Forget(std::string_view name, const Facts& labels) override;

  enum class Format {
    kPrometheus,   ///< `text/plain; version=0.0.4`
    kOpenMetrics,  ///< `application/openmetrics-text; version=1.0.0`
  };
  std::string Text(Format format) const;
  static std::string_view ContentType(Format format);

 private:
  enum class Kind { kCounter, kGauge, kHistogram };
  struct Series {
    double value = 0;  ///< The sum of a histogram.
    std::uint64_t count = 0;
    std::array<std::uint64_t, kBuckets.size()> buckets{};
  };
  struct Family {
    Kind kind = Kind::kGauge;
    std::map<std::string, Series> series;  ///< By labels as they are written.
  };
  Series& Find(std::string_view name, Kind kind, const Facts& labels);

  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace cxctl
