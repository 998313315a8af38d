#pragma once

#include <string>

#include "report/report.h"

namespace cxctl {

/// A SARIF 2.1.0 log with one run. Findings are its results, rules their descriptions; risk classes and blast radius
/// stand in the run's properties. Why a command could not do its work is a notification of its invocation.
std::string DrawSarif(const Report& report);

}  // namespace cxctl
