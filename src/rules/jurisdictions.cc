#include "rules/jurisdictions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "rules/finding.h"

namespace cxctl {

std::span<const std::string_view> JurisdictionNames() {
  // The two federal rules, the states with hours of their own, and other countries.
  static constexpr std::string_view kNames[] = {
      "au",     "ca",    "es",    "fr",    "it",    "uk",    "us-al", "us-ct", "us-fcc", "us-fl",
      "us-ftc", "us-ky", "us-la", "us-ma", "us-md", "us-me", "us-mi", "us-mn", "us-ms",  "us-nm",
      "us-nv",  "us-ok", "us-pa", "us-ri", "us-sd", "us-tx", "us-ut", "us-wa", "us-wy",
  };
  return kNames;
}

void CheckJurisdictions(const ManifestSet& set, Diagnostics& diagnostics) {
  for (const Document* calendar : set.OfKind("CallingCalendar")) {
    const Value* listed = calendar->spec().Find("jurisdictions");
    if (!listed) continue;
    for (const Value& name : listed->items()) {
      if (std::ranges::find(JurisdictionNames(), name.as_string()) != JurisdictionNames().end()) continue;
      const std::string_view near = NearestWord(name.as_string(), JurisdictionNames());
      const std::vector<std::string> all(JurisdictionNames().begin(), JurisdictionNames().end());
      Report(diagnostics, "CX104", *calendar, name.position(),
             fmt::format("there is no rule pack for jurisdiction {}", EscapeControls(name.as_string())),
             near.empty() ? fmt::format("one of: {}", Join(all, ", ")) : fmt::format("did you mean {}?", near));
    }
  }
}

}  // namespace cxctl
