#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace cxctl {

std::string_view RiskSign(Risk risk) {
  switch (risk) {
    case Risk::kIncreases:
      return "▲";
    case Risk::kMixed:
      return "◆";
    case Risk::kReduces:
      return "▼";
    case Risk::kNeutral:
      return "○";
  }
  return "";
}

std::string_view LevelName(FindingLevel level) {
  return level == FindingLevel::kError ? "error" : "warning";
}

std::vector<std::string> FactsOf(const Report& report) {
  std::vector<std::string> facts;
  if (!report.id.empty()) {
    facts.push_back(fmt::format("{} {} of {}", report.id_name, report.id, FormatUtc(report.time)));
  } else {
    facts.push_back(FormatUtc(report.time));
  }
  if (!report.base_url.empty()) facts.push_back(report.base_url);
  if (!report.git_commit.empty()) {
    facts.push_back(fmt::format("commit {}{}", report.git_commit.substr(0, 12),
                                report.git_dirty ? ", with changes that are not committed" : ""));
  }
  facts.push_back(fmt::format("cxctl {}", report.tool_version));
  return facts;
}

std::vector<std::string> TraitsOf(const ReportItem& item) {
  std::vector<std::string> traits;
  if (!item.outcome.empty()) traits.push_back(item.outcome);
  traits.push_back(item.verb);
  if (item.risk && item.is_difference) traits.emplace_back(RiskName(*item.risk));
  if (!item.reason.empty() && item.reason != "declared") traits.push_back(item.reason);
  return traits;
}

std::string FindingsTitle(const Report& report) {
  const bool refused = std::ranges::any_of(report.findings, &ReportFinding::is_guard);
  return fmt::format("{}{}", refused ? "apply refuses this plan: " : "", FindingsText(report));
}

std::string ItemsTitle(const Report& report) {
  const auto differences = static_cast<std::size_t>(std::ranges::count(report.items, true, &ReportItem::is_difference));
  const std::string_view noun = report.kind == ReportKind::kDrift ? "difference" : "change";
  std::string title = Count(differences, noun);
  const std::size_t rest = report.items.size() - differences;
  if (rest > 0)
    title += report.kind == ReportKind::kDrift ? fmt::format(", {} pending", rest)
                                               : fmt::format(", {} adopted or released", rest);
  return differences > 1 ? title + ", the most important first" : title;
}

std::string FromTo(double before, double after) {
  const std::string from = NumberText(before), to = NumberText(after);
  return from == to ? to : fmt::format("{} → {}", from, to);
}

std::string More(double calls) {
  return calls > 0 ? "+" + NumberText(calls) : "0";
}

std::string Fewer(double calls) {
  return calls > 0 ? "−" + NumberText(calls) : "0";
}

std::string Shown(std::string_view text) {
  return MaskPhoneNumbers(EscapeControls(text));
}

std::string WeekText(const Interval& week) {
  return fmt::format("{} to {} UTC", LocalText(week.start, Zone::Utc()), LocalText(week.end, Zone::Utc()));
}

}  // namespace cxctl
