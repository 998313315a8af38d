#pragma once

#include <string>

#include "apply/executor.h"
#include "base/diagnostic.h"
#include "drift/drift.h"
#include "plan/plan.h"
#include "value/text_diff.h"

namespace cxctl {

// `columns`: of the terminal, at whose width longer lines are wrapped at spaces; lines of diffs stay. 0: no limit.

/// The text form of a plan: each change with its diff, what is held, guards, and the summary line.
std::string RenderPlan(const Plan& plan, const SourceMap& sources, bool color, std::size_t columns);
/// A unified diff of two values as canonical YAML, indented; null stands for nothing at all.
std::string RenderValueDiff(const Value& before, const Value& after, bool color);
/// Lines of a unified diff, indented.
std::string RenderDiffLines(const std::vector<DiffLine>& lines, bool color);
/// `Plan: 3 to create, 2 to update, 0 to delete.` or `No changes. …`
std::string RenderSummary(const Plan& plan);
/// What apply did: each change that was not made, with why, and the counts.
std::string RenderReport(const std::vector<Change>& changes, const ApplyReport& report, bool color,
                         std::size_t columns);
/// The JSON form: the plan document with the outcome of each change.
std::string ApplyReportJson(Arena& arena, const Plan& plan, const ApplyReport& report, const std::string& run,
                            const SourceMap& sources, std::string_view tool_version);
/// The text form of a drift report.
std::string RenderDrift(const DriftReport& report, const SourceMap& sources, bool color, std::size_t columns);

}  // namespace cxctl
