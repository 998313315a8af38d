#include "telemetry/metric_registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/strings.h"
#include "telemetry/metric_catalog.h"

namespace cxctl {

namespace {

std::string EscapeLabel(std::string_view text) {
  std::string escaped;
  for (const char c : MaskPhoneNumbers(text)) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

/// `a="1",b="2"`, sorted by name.
std::string WriteLabels(Facts labels) {
  std::ranges::sort(labels);
  std::string text;
  for (const auto& [name, value] : labels) {
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, EscapeLabel(value));
  }
  return text;
}

std::string Number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

std::string Sample(std::string_view name, std::string_view labels, std::string_view value) {
  return labels.empty() ? fmt::format("{} {}\n", name, value) : fmt::format("{}{{{}}} {}\n", name, labels, value);
}

std::string WithBound(const std::string& labels, const std::string& bound) {
  return fmt::format("{}{}le=\"{}\"", labels, labels.empty() ? "" : ",", bound);
}

/// OpenMetrics writes bounds as floating-point numbers.
std::string Bound(double bound) {
  std::string text = fmt::format("{}", bound);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

}  // namespace

MetricRegistry::Series& MetricRegistry::Find(std::string_view name, Kind kind, const Facts& labels) {
  const auto family = families_.try_emplace(std::string(name), Family{kind, {}}).first;
  const std::string key = WriteLabels(labels);
  auto& series = family->second.series;
  if (const auto found = series.find(key); found != series.end()) return found->second;
  if (series.size() < kMostSeries) return series[key];
  Facts others = labels;
  for (auto& [label, value] : others) value = "other";
  return series[WriteLabels(others)];
}

void MetricRegistry::Count(std::string_view name, const Facts& labels, double by) {
  Find(name, Kind::kCounter, labels).value += std::max(by, 0.0);
}

void MetricRegistry::Set(std::string_view name, double value, const Facts& labels) {
  Find(name, Kind::kGauge, labels).value = value;
}

void MetricRegistry::Observe(std::string_view name, double seconds, const Facts& labels) {
  Series& series = Find(name, Kind::kHistogram, labels);
  series.value += seconds;
  ++series.count;
  const auto bucket = std::ranges::lower_bound(kBuckets, seconds);
  if (bucket != kBuckets.end()) ++series.buckets[static_cast<std::size_t>(bucket - kBuckets.begin())];
}

void MetricRegistry::Forget(std::string_view name, const Facts& labels) {
  const auto family = families_.find(name);
  if (family != families_.end()) family->second.series.erase(WriteLabels(labels));
}

std::string MetricRegistry::Text(Format format) const {
  const bool open = format == Format::kOpenMetrics;
  std::string text;
  for (const auto& [name, family] : families_) {
    if (family.series.empty()) continue;
    // A counter's samples carry the suffix that its family does not have in OpenMetrics.
    std::string_view family_name = name;
    if (open && family.kind == Kind::kCounter && name.ends_with("_total")) family_name.remove_suffix(6);
    const MetricSpec* spec = FindMetric(name);
    const std::string_view type = family.kind == Kind::kCounter ? "counter"
                                  : family.kind == Kind::kGauge ? "gauge"
                                                                : "histogram";
    if (spec != nullptr) text += fmt::format("# HELP {} {}\n", family_name, spec->help);
    text += fmt::format("# TYPE {} {}\n", family_name, type);
    if (open && spec != nullptr && !spec->unit.empty()) text += fmt::format("# UNIT {} {}\n", family_name, spec->unit);
    for (const auto& [labels, series] : family.series) {
      if (family.kind != Kind::kHistogram) {
        text += Sample(name, labels, Number(series.value));
        continue;
      }
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i < kBuckets.size(); ++i) {
        sum += series.buckets[i];
        text += Sample(name + "_bucket", WithBound(labels, Bound(kBuckets[i])), std::to_string(sum));
      }
      text += Sample(name + "_bucket", WithBound(labels, "+Inf"), std::to_string(series.count));
      text += Sample(name + "_count", labels, std::to_string(series.count));
      text += Sample(name + "_sum", labels, Number(series.value));
    }
  }
  return open ? text + "# EOF\n" : text;
}

std::string_view MetricRegistry::ContentType(Format format) {
  return format == Format::kOpenMetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                        : "text/plain; version=0.0.4; charset=utf-8";
}

}  // namespace cxctl
