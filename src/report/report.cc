#include "report/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace cxctl {

std::string_view ReportKindName(ReportKind kind) {
  switch (kind) {
    case ReportKind::kPlan:
      return "plan";
    case ReportKind::kApply:
      return "apply";
    case ReportKind::kValidate:
      return "validate";
    case ReportKind::kDiff:
      return "diff";
    case ReportKind::kDrift:
      return "drift";
  }
  return "";
}

std::string ReportPlace::Text() const {
  return known() ? fmt::format("{}:{}:{}", file, line, column) : "";
}

std::size_t Report::CountOf(FindingLevel level) const {
  return static_cast<std::size_t>(std::ranges::count(findings, level, &ReportFinding::level));
}

std::string FindingsText(const Report& report) {
  const std::size_t errors = report.CountOf(FindingLevel::kError), warnings = report.CountOf(FindingLevel::kWarning);
  std::vector<std::string> parts;
  if (errors > 0) parts.push_back(Count(errors, "error"));
  if (warnings > 0) parts.push_back(Count(warnings, "warning"));
  return Join(parts, ", ");
}

std::string_view RiskMeaning(Risk risk) {
  switch (risk) {
    case Risk::kIncreases:
      return "more calls, or at more times";
    case Risk::kMixed:
      return "more in one way, fewer in another";
    case Risk::kReduces:
      return "fewer calls, or at fewer times";
    case Risk::kNeutral:
      return "no effect on calls";
  }
  return "";
}

}  // namespace cxctl
