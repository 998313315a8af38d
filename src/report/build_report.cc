#include "report/build_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "report/findings.h"
#include "report/report_items.h"

namespace cxctl {

namespace {

Report Start(const ReportBasics& basics, ReportKind kind) {
  Report report;
  report.kind = kind;
  report.tool_version = basics.tool_version;
  report.tenant = Shown(basics.tenant);
  report.base_url = Shown(basics.base_url);
  report.time = basics.now;
  report.git_commit = Shown(basics.git_commit);
  report.git_dirty = basics.git_dirty;
  report.home = basics.home;
  return report;
}

/// Counts, sorts and judges what was put in.
Report Finish(Report report) {
  for (const ReportItem& item : report.items) {
    if (item.risk && item.is_difference && !item.failed) ++report.risks[static_cast<std::size_t>(*item.risk)];
  }
  std::ranges::stable_sort(report.items, {}, &ReportItem::importance);
  const auto weight = [](const ReportFinding& each) {
    return std::pair(each.is_guard ? 0 : each.level == FindingLevel::kError ? 1 : 2, each.importance);
  };
  std::ranges::stable_sort(report.findings, {}, weight);
  report.good = report.complete && report.findings.empty();
  return report;
}

void AddHeld(const Plan& plan, Report& report) {
  for (const Held& held : plan.held) {
    std::string text = held.by == "no agent" ? fmt::format("{} held: no agent configured", held.address)
                                             : fmt::format("{} held by {}", held.address, held.by);
    if (held.until) text += fmt::format(" until {}", *held.until);
    if (!held.fields.empty()) text += fmt::format(" ({})", Join(held.fields, ", "));
    report.notes.push_back(Shown(text));
  }
  for (const Irreversible& each : plan.irreversible)
    report.notes.push_back(Shown(fmt::format("{} cannot be undone: {}", each.address, each.reason)));
}

std::string EstimateText(const Plan& plan) {
  if (!plan.HasDifferences() || plan.estimated_requests == 0) return "";
  const std::string time =
      plan.estimated_seconds < 0.05 ? "less than 0.1 s" : fmt::format("{:.1f} s", plan.estimated_seconds);
  return fmt::format("About {}, {} at the tenant's rate.",
                     Count(static_cast<std::size_t>(plan.estimated_requests), "request"), time);
}

std::string OutcomeSummary(const ApplyReport& applied) {
  std::vector<std::string> parts;
  for (int i = 0; i <= static_cast<int>(Outcome::kNotStarted); ++i) {
    const auto outcome = static_cast<Outcome>(i);
    const auto count = std::ranges::count(applied.outcomes, outcome, &ChangeOutcome::outcome);
    if (count > 0) parts.push_back(fmt::format("{} {}", count, OutcomeWords(outcome)));
  }
  if (parts.empty()) return "Apply complete: nothing to do.";
  return fmt::format("Apply {}: {}.", applied.complete() ? "complete" : "incomplete", Join(parts, ", "));
}

/// What stopped a run as a whole.
void AddRunFailure(const ApplyReport& applied, Report& report) {
  const auto add = [&](const std::string& message) {
    report.findings.push_back(FailureFinding(message));
    report.complete = false;
  };
  if (!applied.lease_loss.empty())
    add(fmt::format("the lock on the tenant was lost, and nothing more was started: {}", applied.lease_loss));
  if (!applied.store_failure.empty()) add(applied.store_failure);
  if (applied.interrupted) add("interrupted: what was under way finished, nothing more was started");
}

std::string DriftSummary(const DriftReport& drift) {
  if (drift.items.empty()) return "No drift. The tenant is as it was applied.";
  std::vector<std::string> parts;
  for (const DriftStatus status : {DriftStatus::kConflicting, DriftStatus::kDrifted, DriftStatus::kMissing,
                                   DriftStatus::kUnmanaged, DriftStatus::kPending}) {
    const auto count = std::ranges::count(drift.items, status, &DriftItem::status);
    if (count > 0) parts.push_back(fmt::format("{} {}", count, DriftStatusName(status)));
  }
  return fmt::format("{}: {}.", drift.has_drift() ? "Drift" : "No drift", Join(parts, ", "));
}

}  // namespace

std::string PlanSummaryText(const Plan& plan) {
  const PlanSummary summary = plan.Summary();
  if (!plan.HasDifferences() && plan.is_between_versions) return "No changes. Both versions plan the same.";
  if (!plan.HasDifferences()) {
    if (summary.adopt + summary.release == 0) return "No changes. The tenant matches the manifests.";
    std::string text = "No changes.";
    if (summary.adopt > 0) text += fmt::format(" {} adopted.", Count(summary.adopt, "object"));
    if (summary.release > 0) text += fmt::format(" {} released.", Count(summary.release, "object"));
    return text;
  }
  std::string text =
      fmt::format("Plan: {} to create, {} to update, {} to delete", summary.create, summary.update, summary.remove);
  if (summary.rename > 0) text += fmt::format(", {} to rename", summary.rename);
  if (summary.deactivate > 0) text += fmt::format(", {} to deactivate", summary.deactivate);
  if (summary.adopt > 0) text += fmt::format(", {} to adopt", summary.adopt);
  if (summary.release > 0) text += fmt::format(", {} to release", summary.release);
  return text + ".";
}

Report MakePlanReport(const ReportBasics& basics, const Plan& plan, BlastRadius reach) {
  Report report = Start(basics, plan.is_between_versions ? ReportKind::kDiff : ReportKind::kPlan);
  report.id_name = "plan";
  report.id = plan.id;
  report.time = plan.created_at;
  report.summary = PlanSummaryText(plan);
  report.reach = std::move(reach);
  AddDiagnostics(basics, plan.diagnostics, report);
  AddGuards(basics, plan, report);
  for (const Change& change : plan.changes) report.items.push_back(ItemOf(basics, change, report.items.size() + 1));
  AddHeld(plan, report);
  report.estimate = EstimateText(plan);
  return Finish(std::move(report));
}

Report MakeApplyReport(const ReportBasics& basics, const Plan& plan, const ApplyReport& applied, BlastRadius reach) {
  Report report = Start(basics, ReportKind::kApply);
  report.id_name = "run";
  report.id = applied.run;
  report.summary = OutcomeSummary(applied);
  report.reach = std::move(reach);
  AddRunFailure(applied, report);
  AddDiagnostics(basics, plan.diagnostics, report);
  for (std::size_t i = 0; i < plan.changes.size() && i < applied.outcomes.size(); ++i) {
    ReportItem item = ItemOf(basics, plan.changes[i], i + 1);
    AddOutcome(applied.outcomes[i], item);
    if (!applied.outcomes[i].succeeded()) report.findings.push_back(FindingOf(item, applied.outcomes[i]));
    report.items.push_back(std::move(item));
  }
  AddHeld(plan, report);
  return Finish(std::move(report));
}

Report MakeDriftReport(const ReportBasics& basics, const Plan& plan, const DriftReport& drift, BlastRadius reach) {
  Report report = Start(basics, ReportKind::kDrift);
  report.summary = DriftSummary(drift);
  report.reach = std::move(reach);
  AddDiagnostics(basics, plan.diagnostics, report);
  for (const DriftItem& each : drift.items) {
    ReportItem item = ItemOf(basics, each, plan.Find(each.address));
    if (each.status != DriftStatus::kPending) report.findings.push_back(FindingOf(item, each));
    report.items.push_back(std::move(item));
  }
  report.notes.push_back(
      fmt::format("Coverage: {} of {} objects in the scopes read are managed.", drift.managed, drift.seen));
  return Finish(std::move(report));
}

Report MakeValidateReport(const ReportBasics& basics, const Diagnostics& diagnostics, std::size_t documents) {
  Report report = Start(basics, ReportKind::kValidate);
  AddDiagnostics(basics, diagnostics, report);
  const std::size_t errors = report.CountOf(FindingLevel::kError), warnings = report.CountOf(FindingLevel::kWarning);
  report.summary = fmt::format("{}: {}, {}, {}.", errors > 0 ? "Invalid" : "Valid", Count(documents, "document"),
                               Count(errors, "error"), Count(warnings, "warning"));
  return Finish(std::move(report));
}

Report MakeFailureReport(const ReportBasics& basics, ReportKind kind, const Error& error,
                         const Diagnostics& diagnostics) {
  Report report = Start(basics, kind);
  report.complete = false;
  report.summary = fmt::format("{} could not be done.", kind == ReportKind::kPlan    ? "The plan"
                                                        : kind == ReportKind::kDiff  ? "The diff"
                                                        : kind == ReportKind::kApply ? "The apply"
                                                        : kind == ReportKind::kDrift ? "The look for drift"
                                                                                     : "The validation");
  AddDiagnostics(basics, diagnostics, report);
  // What is wrong in the manifests speaks for itself.
  if (diagnostics.empty()) report.findings.push_back(FailureFinding(error.message));
  return Finish(std::move(report));
}

}  // namespace cxctl
