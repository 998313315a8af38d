#pragma once

#include <string>
#include <vector>

#include "author/tree_editor.h"
#include "base/diagnostic.h"
#include "chart/chart.h"
#include "manifest/manifests.h"
#include "study/tuning.h"
#include "time/interval_set.h"

namespace cxctl {

struct OptimizedSchedule {
  const Document* document = nullptr;
  Zone zone = Zone::Utc();
  bool is_live = false;  ///< Else its history is that of the whole campaign.
  AnswerRates rates;
  Tuning tuning;
  std::vector<std::string> refusals;  ///< One for each tuned value: why it cannot be written; "" if it can.
};

struct OptimizeReport {
  Interval range;
  std::vector<OptimizedSchedule> schedules;
  std::vector<FileChange> files;
  bool is_written = false;
  Diagnostics diagnostics;  ///< Warnings about the manifests as they are.
};

/// Answer rate by hour, with its interval.
Chart ChartOfRates(const OptimizedSchedule& schedule);
/// A table, a chart and the proposals of each schedule, then the diff of the manifests.
/// `columns`: of the charts; `width`: of the terminal that all must fit into, 0: no limit.
std::string RenderOptimize(const OptimizeReport& report, std::size_t columns, std::size_t width, bool color);
/// What came of it, for standard error.
std::string OptimizeSummary(const OptimizeReport& report);
Value OptimizeJson(Arena& arena, const OptimizeReport& report, const SourceMap& sources);

}  // namespace cxctl
