#pragma once

#include <string>

#include "report/build_report.h"
#include "report/words.h"

namespace cxctl {

ReportPlace PlaceOf(const ReportBasics& basics, const Position& position);
/// "applied", "not started"
std::string_view OutcomeWords(Outcome outcome);

void AddDiagnostics(const ReportBasics& basics, const Diagnostics& diagnostics, Report& report);
/// Reasons why apply refuses the plan, each at the place of the change that it is about.
void AddGuards(const ReportBasics& basics, const Plan& plan, Report& report);
/// Of a change that was not made.
ReportFinding FindingOf(const ReportItem& item, const ChangeOutcome& outcome);
/// Of drift.
ReportFinding FindingOf(const ReportItem& item, const DriftItem& drift);
/// That there is no result.
ReportFinding FailureFinding(const std::string& message);

}  // namespace cxctl
