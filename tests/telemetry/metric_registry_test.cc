#include "telemetry/metric_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "telemetry/metric_catalog.h"

namespace cxctl {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using enum MetricRegistry::Format;

TEST(MetricRegistryTest, WritesCountersGaugesAndHistograms) {
  MetricRegistry metrics;
  metrics.Count("cxctl_http_requests_total", {{"status", "200"}, {"method", "GET"}}, 1);
  metrics.Count("cxctl_http_requests_total", {{"method", "GET"}, {"status", "200"}}, 2);
  metrics.Set("cxctl_policies", 3, {});
  EXPECT_EQ(metrics.Text(kPrometheus),
            "# HELP cxctl_http_requests_total Requests answered, by route, method and status.\n"
            "# TYPE cxctl_http_requests_total counter\n"
            "cxctl_http_requests_total{method=\"GET\",status=\"200\"} 3\n"
            "# HELP cxctl_policies Policies and sinks that are deployed.\n"
            "# TYPE cxctl_policies gauge\n"
            "cxctl_policies 3\n");
  metrics.Observe("cxctl_http_request_duration_seconds", 0.005, {});
  metrics.Observe("cxctl_http_request_duration_seconds", 99, {});
  const std::string text = metrics.Text(kPrometheus);
  EXPECT_THAT(text, HasSubstr("cxctl_http_request_duration_seconds_bucket{le=\"0.0025\"} 0\n"
                              "cxctl_http_request_duration_seconds_bucket{le=\"0.005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{le=\"10.0\"} 1\ncxctl_http_request_duration_seconds_bucket{le=\"+Inf\"} 2\n"
                              "cxctl_http_request_duration_seconds_count 2\n"
                              "cxctl_http_request_duration_seconds_sum 99.005\n"));
}

TEST(MetricRegistryTest, OpenMetricsNamesFamiliesWithoutTheirSuffixAndTellsUnits) {
  MetricRegistry metrics;
  metrics.Count("cxctl_http_requests_total", {}, 1);
  metrics.Observe("cxctl_http_request_duration_seconds", 1, {});
  const std::string text = metrics.Text(kOpenMetrics);
  EXPECT_THAT(text, HasSubstr("# TYPE cxctl_http_requests counter\ncxctl_http_requests_total 1\n"));
  EXPECT_THAT(text, HasSubstr("# UNIT cxctl_http_request_duration_seconds seconds\n"));
  EXPECT_THAT(text, EndsWith("# EOF\n"));
}

TEST(MetricRegistryTest, EscapesLabelsAndForgetsThem) {
  MetricRegistry metrics;
  metrics.Set("a", 1, {{"name", "x\"\\\n+14155551234"}});
  EXPECT_THAT(metrics.Text(kPrometheus), HasSubstr("a{name=\"x\\\"\\\\\\n+1415***1234\"} 1\n"));
  metrics.Forget("a", {{"name", "x\"\\\n+14155551234"}});
  EXPECT_EQ(metrics.Text(kPrometheus), "");
}

TEST(MetricRegistryTest, LabelsWithoutEndAreCountedTogether) {
  MetricRegistry metrics;
  for (std::size_t i = 0; i < MetricRegistry::kMostSeries + 10; ++i) {
    metrics.Count("a_total", {{"id", std::to_string(i)}}, 1);
  }
  EXPECT_THAT(metrics.Text(kPrometheus), HasSubstr("a_total{id=\"other\"} 10\n"));
}

TEST(MetricCatalogTest, NamesAreThoseOfOpenMetrics) {
  const auto all = AllMetrics();
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &MetricSpec::name));
  for (const MetricSpec& metric : all) {
    const std::string name(metric.name);
    EXPECT_TRUE(std::regex_match(name, std::regex("cxctl_[a-z0-9_]+"))) << name;
    EXPECT_EQ(metric.type == MetricSpec::Type::kCounter, name.ends_with("_total")) << name;
    EXPECT_TRUE(metric.unit.empty() || name.find("_" + std::string(metric.unit)) != std::string::npos) << name;
    EXPECT_THAT(std::string(metric.help), EndsWith("."));
    EXPECT_EQ(FindMetric(metric.name), &metric);
  }
  EXPECT_EQ(FindMetric("cxctl_nothing"), nullptr);
}

}  // namespace
}  // namespace cxctl
