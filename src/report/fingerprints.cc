#include "report/fingerprints.h"

#include <fmt/format.h>

#include "base/digest.h"

namespace cxctl {

std::string Fingerprints::Of(const ReportFinding& finding) {
  const std::string what =
      fmt::format("{}\n{}\n{}\n{}", finding.rule, finding.address, finding.place.file, finding.message);
  return Sha256Hex(fmt::format("{}\n{}", what, seen_[what]++));
}

}  // namespace cxctl
