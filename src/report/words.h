#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"

// Words that the formats share.

namespace cxctl {

/// A sign that tells the class without a colour: ▲ more calls, ▼ fewer, ◆ both, ○ neither.
std::string_view RiskSign(Risk risk);
/// "error", "warning"
std::string_view LevelName(FindingLevel level);
/// `plan 01J… of 2026-11-20T21:15:13Z`, `commit 1a2b3c4d5e6f, with changes that are not committed`, `cxctl 0.1.0`
std::vector<std::string> FactsOf(const Report& report);
/// `update`, `increases`, `declared`
std::vector<std::string> TraitsOf(const ReportItem& item);
/// `apply refuses this plan: 2 errors`, `1 error, 3 warnings`
std::string FindingsTitle(const Report& report);
/// `5 changes, the most important first`
std::string ItemsTitle(const Report& report);
/// `1,200 → 900`, `900` where they are the same
std::string FromTo(double before, double after);
std::string More(double calls);   ///< `+300`, `0`
std::string Fewer(double calls);  ///< `−300`, `0`
/// A text as reports hold it: controls escaped, phone numbers masked.
std::string Shown(std::string_view text);
/// `Fri 20 Nov 2026 12:00 to Fri 27 Nov 2026 12:00 UTC`
std::string WeekText(const Interval& week);

}  // namespace cxctl
