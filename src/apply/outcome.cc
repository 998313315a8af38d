#include "apply/outcome.h"

#include <algorithm>

namespace cxctl {

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kApplied:
      return "applied";
    case Outcome::kRecovered:
      return "recovered";
    case Outcome::kAdopted:
      return "adopted";
    case Outcome::kReleased:
      return "released";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kConflict:
      return "conflict";
    case Outcome::kSkipped:
      return "skipped";
    case Outcome::kNotStarted:
      return "notStarted";
  }
  return "";
}

bool ApplyReport::complete() const {
  return std::ranges::all_of(outcomes, &ChangeOutcome::succeeded);
}

}  // namespace cxctl
