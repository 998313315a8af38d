#pragma once

#include <string>

#include "report/report.h"

namespace cxctl {

/// Workflow commands of GitHub Actions, a line a finding: `::error file=…,line=…,col=…,endColumn=…,title=…::message`.
/// Nothing without findings. Nothing in a finding can end its command or begin another.
std::string DrawAnnotations(const Report& report);

}  // namespace cxctl
