#include "telemetry/metric_catalog.h"

#include <algorithm>
#include <array>

namespace cxctl {

namespace {

using enum MetricSpec::Type;

constexpr std::array kMetrics = {
    MetricSpec{"cxctl_callback_capacity_threshold", kGauge, "",
               "Active calls from which callbacks are refused, by policy."},
    MetricSpec{"cxctl_callback_creation_seconds", kHistogram, "seconds",
               "Time from a callback's acceptance until it was on the tenant."},
    MetricSpec{"cxctl_callback_requests_total", kCounter, "", "Callback requests answered, by status."},
    MetricSpec{"cxctl_callback_steps_total", kCounter, "",
               "Updates of contacts and confirmations that came to their end, by step and outcome."},
    MetricSpec{"cxctl_callback_store_failures_total", kCounter, "",
               "Callback requests refused because the store failed."},
    MetricSpec{"cxctl_callbacks_total", kCounter, "",
               "What came of callbacks, by policy and outcome; `retried` counts tries that are repeated."},
    MetricSpec{"cxctl_controller_errors_total", kCounter, "", "Steps of a controller that failed, by controller."},
    MetricSpec{"cxctl_controller_held", kGauge, "", "1 for each controller that this process runs."},
    MetricSpec{"cxctl_controller_steps_total", kCounter, "", "Steps that a controller made, by controller."},
    MetricSpec{"cxctl_event_streams", kGauge, "", "Readers of GET /v1/events."},
    MetricSpec{"cxctl_http_request_duration_seconds", kHistogram, "seconds",
               "Time from a request's last byte to its answer, by route and method."},
    MetricSpec{"cxctl_http_requests_total", kCounter, "", "Requests answered, by route, method and status."},
    MetricSpec{"cxctl_policies", kGauge, "", "Policies and sinks that are deployed."},
    MetricSpec{"cxctl_policies_unreadable", kGauge, "", "Deployed policies and sinks that cannot be read."},
    MetricSpec{"cxctl_process_start_time_seconds", kGauge, "seconds", "When the process started, in Unix time."},
};

}  // namespace

std::span<const MetricSpec> AllMetrics() {
  return kMetrics;
}

const MetricSpec* FindMetric(std::string_view name) {
  const auto found = std::ranges::lower_bound(kMetrics, name, {}, &MetricSpec::name);
  return found == kMetrics.end() || found->name != name ? nullptr : &*found;
}

}  // namespace cxctl
