#pragma once

#include <string>
#include <string_view>

#include "picture/picture.h"

namespace cxctl {

/// A week before and after a change, as a fragment of an HTML page: for each day a bar before and a bar after, with
/// what `after` says is added and removed below them. It needs ComparisonStyle() in the page's style sheet, no inline
/// style and no script. Each day can be read out, with its exact times. REQUIRES: both of the same span and zone.
std::string DrawComparison(const Picture& before, const Picture& after);

/// What the bars mean, once for all comparisons of a page. For eyes: the rest is told in words.
std::string_view ComparisonLegend();

/// Uses the page's colours --text, --quiet, --track, --permitted, --blackout, --hatch, --added and --removed.
std::string_view ComparisonStyle();

}  // namespace cxctl
