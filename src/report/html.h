#pragma once

#include <string>

#include "report/report.h"

namespace cxctl {

/// One HTML file that needs nothing else and fetches nothing: a Content-Security-Policy allows its own style sheet and
/// script by their hashes and nothing more. Summary, risk and blast radius come first, then findings, then each change
/// with its diff, the week before and after of a schedule, and the places of its values. It can be filtered and folded
/// with a keyboard alone, reads light or dark as the reader's system is, fits a phone, and prints whole. Without
/// scripts everything is still there.
std::string DrawHtml(const Report& report);

}  // namespace cxctl
