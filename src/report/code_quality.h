#pragma once

#include <string>

#include "report/report.h"

namespace cxctl {

/// GitLab's code-quality report: a JSON array with an issue for each finding. GitLab wants a path for each: findings
/// without one stand at the Tenant document.
std::string DrawCodeQuality(const Report& report);

}  // namespace cxctl
