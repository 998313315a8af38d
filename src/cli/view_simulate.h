#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chart/chart.h"
#include "study/simulated_manifests.h"
#include "study/simulation.h"

namespace cxctl {

/// One version of the manifests, and what came of it.
struct SimulatedVersion {
  std::string name;  ///< "manifests", the folder of --compare.
  SimulationInput input;
  SimulationFigures figures;
  CampaignChoice choice;
};

struct SimulationReport {
  SimulatedVersion now;
  std::optional<SimulatedVersion> before;  ///< --compare
  Zone zone = Zone::Utc();                 ///< Of the days and hours that are shown.
};

/// `columns`: of the charts; `width`: of the terminal that all must fit into, 0: no limit.
std::string RenderSimulation(const SimulationReport& report, std::size_t columns, std::size_t width, bool color);
std::string SimulationMarkdown(const SimulationReport& report);
Value SimulationJson(Arena& arena, const SimulationReport& report);
/// By campaign: calls, answers and abandons by hour; with --compare the answers of both versions.
std::vector<Chart> ChartsOfSimulation(const SimulationReport& report);

}  // namespace cxctl
