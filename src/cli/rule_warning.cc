#include "cli/rule_warning.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "base/strings.h"
#include "rules/rules.h"

namespace cxctl {

void WarnOfBrokenRules(Context& context, const Result<ManifestSet>& manifests, Instant now) {
  if (!manifests) return;
  Diagnostics diagnostics = manifests->diagnostics;
  CheckRules(*manifests, {now, std::nullopt, nullptr}, diagnostics);
  if (manifests->tenant) ApplyRulePolicy(*manifests, now, diagnostics);
  std::set<std::string> rules;
  for (const Diagnostic& each : diagnostics) {
    if (each.severity == Severity::kError) rules.insert(each.rule);
  }
  if (rules.empty()) return;
  context.system.console.Err(
      fmt::format("warning: what is live breaks {}: change or waive it before the next plan; see: cxctl validate\n",
                  Join(std::vector<std::string>(rules.begin(), rules.end()), ", ")));
}

}  // namespace cxctl
