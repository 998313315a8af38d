#pragma once

#include <string>
#include <string_view>

#include "manifest/manifests.h"

namespace cxctl {

/// Appends a finding of the rule with the rule's own severity. `help` without the reference to `cxctl explain`, which
/// ApplyRulePolicy adds.
void Report(Diagnostics& diagnostics, std::string_view rule, const Document& document, const Position& position,
            std::string message, std::string help);

/// The same for the part of a rule that is a warning while the rest is an error.
void ReportWarning(Diagnostics& diagnostics, std::string_view rule, const Document& document, const Position& position,
                   std::string message, std::string help);

/// A number as it is shown in messages: `250`, `0.85`.
std::string NumberText(const Value& number);

/// Whether the first number is greater, exactly; also for integers that are written as 15.0.
bool IsOver(const Value& number, const Value& limit);

/// `campaigns/q4.yaml:14`
std::string PlaceText(const ManifestSet& set, const Position& position);

}  // namespace cxctl
