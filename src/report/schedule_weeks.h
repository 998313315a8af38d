#pragma once

#include <optional>

#include "report/report.h"

namespace cxctl {

/// The week, Monday first, by the schedule's clock, in which what the change does to permitted time is first seen from
/// `now` on. Nothing for other objects, and where it changes no time to come.
std::optional<ReportWeeks> WeeksOf(Arena& arena, const Change& change, Instant now);

}  // namespace cxctl
