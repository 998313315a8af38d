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
    MetricSpec{"cxctl_pacing_adjustments_total", kCounter, "", "Dial rates that were set, by policy."},
    MetricSpec{"cxctl_pacing_answer_ratio", kGauge, "ratio",
               "Answered of dialled calls, as the tenant said last, by policy."},
    MetricSpec{"cxctl_pacing_available_agents", kGauge, "", "Available agents, averaged over the policy's window."},
    MetricSpec{"cxctl_pacing_dial_rate_calls_per_minute", kGauge, "calls_per_minute",
               "Live dial rate of the campaign, by policy."},
    MetricSpec{"cxctl_pacing_missed_metrics_total", kCounter, "",
               "Steps without figures: nothing was decided, by policy."},
    MetricSpec{"cxctl_pacing_target_calls_per_minute", kGauge, "calls_per_minute",
               "What the policy wants the dial rate to be."},
    MetricSpec{"cxctl_policies", kGauge, "", "Policies and sinks that are deployed."},
    MetricSpec{"cxctl_policies_unreadable", kGauge, "", "Deployed policies and sinks that cannot be read."},
    MetricSpec{"cxctl_process_start_time_seconds", kGauge, "seconds", "When the process started, in Unix time."},
    MetricSpec{"cxctl_reconcile_applies_total", kCounter, "",
               "Times that the tenant was brought back to the manifests."},
    MetricSpec{"cxctl_reconcile_drifted_objects", kGauge, "", "Objects that differ from the manifests."},
    MetricSpec{"cxctl_reconcile_failures_total", kCounter, "", "Runs of drift or apply that could not do their work."},
    MetricSpec{"cxctl_throttle_answer_ratio", kGauge, "ratio", "Answered of attempted calls in the policy's window."},
    MetricSpec{"cxctl_throttle_holding", kGauge, "", "1 while the policy holds its campaign paused."},
    MetricSpec{"cxctl_throttle_missed_metrics_total", kCounter, "",
               "Steps without figures: nothing was decided, by policy."},
    MetricSpec{"cxctl_throttle_pauses_total", kCounter, "", "Campaigns paused, by policy and trigger."},
    MetricSpec{"cxctl_throttle_resumes_total", kCounter, "", "Campaigns resumed, by policy."},
    MetricSpec{"cxctl_webhook_deliveries_total", kCounter, "", "Tries to deliver an event, by sink and result."},
    MetricSpec{"cxctl_webhook_delivery_duration_seconds", kHistogram, "seconds", "Time that a sink took to answer."},
    MetricSpec{"cxctl_webhook_outbox_deliveries", kGauge, "", "Deliveries in the outbox, by sink and state."},
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
