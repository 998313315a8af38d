#include "report/annotations.h"

#include <fmt/format.h>

#include "report/words.h"

namespace cxctl {

namespace {

/// Percent-encodes what would end a message; of a property, its separators, too.
std::string Encoded(std::string_view text, bool is_property) {
  constexpr std::string_view kOfMessages = "%\r\n", kOfProperties = "%\r\n:,";
  std::string out;
  for (const char c : text) {
    if ((is_property ? kOfProperties : kOfMessages).find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string MessageOf(const ReportFinding& finding) {
  std::string message = finding.message;
  if (!finding.address.empty()) message = fmt::format("{}: {}", finding.address, message);
  if (!finding.help.empty()) message += fmt::format("\nhelp: {}", finding.help);
  return message;
}

}  // namespace

std::string DrawAnnotations(const Report& report) {
  std::string out;
  for (const ReportFinding& each : report.findings) {
    std::string properties;
    if (each.place.known()) {
      properties = fmt::format("file={},line={},col={},endColumn={},", Encoded(each.place.file, true), each.place.line,
                               each.place.column, each.place.end_column);
    }
    out += fmt::format("::{} {}title={}::{}\n", LevelName(each.level), properties,
                       Encoded(fmt::format("{}: {}", each.rule, each.title), true), Encoded(MessageOf(each), false));
  }
  return out;
}

}  // namespace cxctl
