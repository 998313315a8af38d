#pragma once

#include <string>

#include "report/report.h"

namespace cxctl {

/// JUnit's XML, as Ant and Jenkins read it: one suite. A change, an item of drift and a finding are test cases. An
/// error, drift and a change that was not made fail, a warning and what was not tried are skipped, and everything else
/// passes. Risk classes and blast radius are properties of the suite, and its output. Times are 0: nothing is measured.
std::string DrawJunit(const Report& report);

}  // namespace cxctl
