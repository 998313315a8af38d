#include "rules/finding.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "rules/rules.h"

namespace cxctl {

namespace {

Diagnostic MakeFinding(std::string_view rule, Severity severity, const Document& document, const Position& position,
                       std::string message, std::string help) {
  return {std::string(rule), severity, std::move(message), std::move(help), document.address, position};
}

}  // namespace

void Report(Diagnostics& diagnostics, std::string_view rule, const Document& document, const Position& position,
            std::string message, std::string help) {
  const RuleInfo* info = FindRule(rule);
  const Severity severity = info ? info->severity : Severity::kError;
  diagnostics.push_back(MakeFinding(rule, severity, document, position, std::move(message), std::move(help)));
}

void ReportWarning(Diagnostics& diagnostics, std::string_view rule, const Document& document, const Position& position,
                   std::string message, std::string help) {
  diagnostics.push_back(MakeFinding(rule, Severity::kWarning, document, position, std::move(message), std::move(help)));
}

std::string NumberText(const Value& number) {
  return number.is_int() ? fmt::format("{}", number.as_int()) : fmt::format("{}", number.as_double());
}

bool IsOver(const Value& number, const Value& limit) {
  if (number.is_int() && limit.is_int()) return number.as_int() > limit.as_int();
  return number.as_double() > limit.as_double();
}

std::string PlaceText(const ManifestSet& set, const Position& position) {
  return fmt::format("{}:{}", EscapeControls(set.workspace->sources.name(position.file)), position.line);
}

}  // namespace cxctl
