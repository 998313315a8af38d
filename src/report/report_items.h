#pragma once

#include "report/build_report.h"

namespace cxctl {

/// A change as reports show it. `order`: from 1, as apply makes them.
ReportItem ItemOf(const ReportBasics& basics, const Change& change, std::size_t order);
/// `change`: what would bring the tenant back, null where there is none.
ReportItem ItemOf(const ReportBasics& basics, const DriftItem& drift, const Change* change);
void AddOutcome(const ChangeOutcome& outcome, ReportItem& item);

}  // namespace cxctl
