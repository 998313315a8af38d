#pragma once

#include <string>

#include "calendar/rule_pack.h"
#include "value/value.h"

namespace cxctl {

// What `rules --jurisdiction` and `rules --jurisdictions` print: rule packs, for people and for programs. Dates of
// holidays are those of the year of `today` and the next; `today` also tells which rules hold.

/// Everything that a pack says, with law, source and confidence of each rule.
std::string JurisdictionText(const RulePack& pack, Date today);
/// schemas/jurisdiction.schema.json
Value JurisdictionJson(Arena& arena, const RulePack& pack, Date today);

/// All packs, a line each; for a terminal with so many columns, 0: no limit.
std::string JurisdictionsText(std::size_t width);
/// schemas/jurisdictions.schema.json
Value JurisdictionsJson(Arena& arena);

/// Why there is no such pack, with the name that was probably meant: "there is no rule pack us-flo: did you mean
/// us-fl?"
std::string UnknownJurisdictionText(std::string_view name);

}  // namespace cxctl
