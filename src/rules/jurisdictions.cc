#include "rules/jurisdictions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "calendar/rule_pack.h"
#include "rules/finding.h"

namespace cxctl {

void CheckJurisdictions(const ManifestSet& set, Diagnostics& diagnostics) {
  for (const Document* calendar : set.OfKind("CallingCalendar")) {
    const Value* listed = calendar->spec().Find("jurisdictions");
    if (!listed) continue;
    for (const Value& name : listed->items()) {
      if (std::ranges::find(RulePackNames(), name.as_string()) != RulePackNames().end()) continue;
      const std::string_view near = NearestWord(name.as_string(), RulePackNames());
      const std::vector<std::string> all(RulePackNames().begin(), RulePackNames().end());
      Report(diagnostics, "CX104", *calendar, name.position(),
             fmt::format("there is no rule pack for jurisdiction {}", EscapeControls(name.as_string())),
             near.empty() ? fmt::format("one of: {}", Join(all, ", ")) : fmt::format("did you mean {}?", near));
    }
  }
}

}  // namespace cxctl
