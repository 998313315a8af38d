#include "report/code_quality.h"

#include <fmt/format.h>

#include "report/fingerprints.h"
#include "value/json.h"

namespace cxctl {

namespace {

std::string_view SeverityOf(const ReportFinding& finding) {
  if (finding.is_guard) return "blocker";
  return finding.level == FindingLevel::kError ? "major" : "minor";
}

}  // namespace

std::string DrawCodeQuality(const Report& report) {
  Arena arena;
  Fingerprints fingerprints;
  ArrayBuilder issues(arena);
  for (const ReportFinding& each : report.findings) {
    const ReportPlace& place = each.place.known() ? each.place : report.home;
    const std::int64_t line = place.known() ? place.line : 1;
    const Value location = ObjectBuilder(arena)
                               .Set("path", place.known() ? place.file : ".")
                               .Set("lines", ObjectBuilder(arena).Set("begin", line).Build())
                               .Build();
    const std::string address = each.address.empty() ? "" : each.address + ": ";
    issues.Add(ObjectBuilder(arena)
                   .Set("description", fmt::format("{}{}", address, each.message))
                   .Set("check_name", each.rule)
                   .Set("fingerprint", fingerprints.Of(each))
                   .Set("severity", SeverityOf(each))
                   .Set("location", location)
                   .Build());
  }
  return ToPrettyJson(issues.Build()) + "\n";
}

}  // namespace cxctl
