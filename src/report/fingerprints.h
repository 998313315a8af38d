#pragma once

#include <map>
#include <string>

#include "report/report.h"

namespace cxctl {

/// Names findings so that the same one has the same name in the next report, though its line moved: by rule, address,
/// file and message. Repeats within a report are told apart by their number.
class Fingerprints {
 public:
  /// 64 hexadecimal digits, each only once.
  std::string Of(const ReportFinding& finding);

 private:
  std::map<std::string, int> seen_;
};

}  // namespace cxctl
