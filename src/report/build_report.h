#pragma once

#include <functional>
#include <string>

#include "apply/outcome.h"
#include "base/result.h"
#include "drift/drift.h"
#include "report/report.h"

namespace cxctl {

/// What all reports of a run have in common.
struct ReportBasics {
  Arena& arena;
  const SourceMap& sources;
  std::string tool_version;
  Instant now;
  std::string tenant, base_url;
  std::string git_commit;
  bool git_dirty = false;
  ReportPlace home;   ///< The Tenant document.
  bool weeks = true;  ///< Pictures of calling time are wanted: they take time.
  /// A file's name as the readers of the report know it: relative to the root of the repository in CI.
  std::function<std::string(const std::string&)> locate = [](const std::string& file) { return file; };
};

/// What a plan would do.
Report MakePlanReport(const ReportBasics& basics, const Plan& plan, BlastRadius reach);
/// What became of it. `plan` has the changes that were to be made; one outcome for each. `reach`: of those that were.
Report MakeApplyReport(const ReportBasics& basics, const Plan& plan, const ApplyReport& applied, BlastRadius reach);
/// What changed outside of git. `plan`: what the drift was found with. `reach`: of live, against the manifests.
Report MakeDriftReport(const ReportBasics& basics, const Plan& plan, const DriftReport& drift, BlastRadius reach);
/// What is wrong with manifests.
Report MakeValidateReport(const ReportBasics& basics, const Diagnostics& diagnostics, std::size_t documents);
/// That a command could not do its work, and why. `diagnostics`: what is wrong in the manifests if it is that.
Report MakeFailureReport(const ReportBasics& basics, ReportKind kind, const Error& error,
                         const Diagnostics& diagnostics);

/// `Plan: 3 to create, 2 to update, 0 to delete.` or `No changes. …`
std::string PlanSummaryText(const Plan& plan);

}  // namespace cxctl
