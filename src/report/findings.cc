#include "report/findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "picture/markup.h"
#include "rules/rules.h"

namespace cxctl {

namespace {

constexpr std::pair<std::string_view, std::string_view> kTitles[] = {
    {"preventDestroy", "an object that is protected would be deleted or deactivated"},
    {"allowDelete", "more objects would be deleted than allowed"},
    {"largeChange", "a large part of a kind's objects would be changed"},
    {"emptySet", "an empty set of manifests would remove what was applied"},
    {"applyWindow", "apply may not run at this time"},
    {"drifted", "changed on the tenant, outside of git"},
    {"conflicting", "changed on the tenant and in git, in different ways"},
    {"missing", "deleted on the tenant, outside of git"},
    {"unmanaged", "on the tenant, in no manifest"},
    {"failed", "a change failed"},
    {"conflict", "a change was not made: somebody changed the object since the plan"},
    {"skipped", "a change was not made: something that it needs failed"},
    {"notStarted", "a change was not made: the run was stopped"},
    {"cannot", "the command could not do its work"},
};

std::string TitleOf(std::string_view rule) {
  if (const RuleInfo* info = FindRule(rule)) return std::string(info->summary);
  const auto found = std::ranges::find(kTitles, rule, &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(kTitles) ? std::string(rule) : std::string(found->second);
}

/// `   | ^^^` and ` 7 | text`: a margin of digits, then a bar.
bool IsExcerptLine(std::string_view line) {
  const std::size_t bar = line.find_first_not_of(" 0123456789");
  return bar != std::string_view::npos && line[bar] == '|' && Trim(line) != "|";
}

/// The source line and the caret of a diagnostic's text form.
std::string ExcerptOf(const Diagnostic& diagnostic, const SourceMap& sources) {
  if (!diagnostic.position.known()) return "";
  const std::string text = RenderDiagnostic(diagnostic, sources, false);
  std::string excerpt;
  bool inside = false;
  for (const std::string_view line : Split(text, '\n')) {
    if (inside && IsExcerptLine(line)) excerpt += std::string(line) + "\n";
    if (Trim(line).starts_with("--> ")) inside = true;
  }
  return excerpt;
}

/// The first members that differ, and how many more do. Each side is cut by itself: what is live comes last, and must
/// not be what a long message loses.
std::string MembersText(const ReportItem& item) {
  if (item.fields.empty()) return "";
  constexpr std::size_t kLongestSide = 100;
  std::vector<std::string> members;
  for (const ReportField& field : item.fields) {
    if (members.size() == 3) {
      members.push_back(Count(item.fields.size() - 3, "further member"));
      break;
    }
    std::string text = field.path;
    for (std::size_t i = 0; i < field.values.size() && i < item.columns.size(); ++i)
      text += fmt::format("{} {} {}", i == 0 ? ":" : ",", item.columns[i], Shortened(field.values[i], kLongestSide));
    members.push_back(std::move(text));
  }
  return Join(members, "; ");
}

ReportFinding FindingAt(const ReportItem& item, FindingLevel level, std::string_view rule) {
  ReportFinding finding;
  finding.level = level;
  finding.rule = std::string(rule);
  finding.title = TitleOf(rule);
  finding.address = item.address;
  finding.place = item.place;
  // On the very line, where one is known: the object's own is its first.
  const auto written = std::ranges::find_if(item.fields, &ReportPlace::known, &ReportField::place);
  if (written != item.fields.end()) finding.place = written->place;
  finding.is_item = true;
  finding.importance = item.importance;
  return finding;
}

}  // namespace

ReportPlace PlaceOf(const ReportBasics& basics, const Position& position) {
  if (!position.known()) return {};
  return {EscapeControls(basics.locate(basics.sources.name(position.file))), position.line, position.column,
          position.column + position.width};
}

std::string_view OutcomeWords(Outcome outcome) {
  return outcome == Outcome::kNotStarted ? "not started" : OutcomeName(outcome);
}

void AddDiagnostics(const ReportBasics& basics, const Diagnostics& diagnostics, Report& report) {
  for (const Diagnostic& each : diagnostics) {
    ReportFinding finding;
    finding.level = each.severity == Severity::kError ? FindingLevel::kError : FindingLevel::kWarning;
    finding.rule = each.rule;
    finding.title = TitleOf(each.rule);
    finding.message = Shown(each.message);
    finding.help = Shown(each.help);
    finding.address = Shown(each.address);
    finding.place = PlaceOf(basics, each.position);
    finding.excerpt = ExcerptOf(each, basics.sources);
    report.findings.push_back(std::move(finding));
  }
}

void AddGuards(const ReportBasics& basics, const Plan& plan, Report& report) {
  for (const Guard& guard : plan.guards) {
    ReportFinding finding;
    finding.rule = guard.rule;
    finding.title = TitleOf(guard.rule);
    finding.message = Shown(guard.message);
    finding.help = "apply refuses this plan";
    finding.address = Shown(guard.address);
    finding.is_guard = true;
    if (const Change* change = plan.Find(guard.address)) finding.place = PlaceOf(basics, change->source);
    report.findings.push_back(std::move(finding));
  }
}

ReportFinding FindingOf(const ReportItem& item, const ChangeOutcome& outcome) {
  ReportFinding finding = FindingAt(item, FindingLevel::kError, OutcomeName(outcome.outcome));
  finding.message =
      fmt::format("{} was not made: {}", item.verb,
                  outcome.error.empty() ? std::string(OutcomeWords(outcome.outcome)) : Shown(outcome.error));
  if (!outcome.conflicts.empty()) finding.help = "plan again, and have the new plan reviewed";
  return finding;
}

ReportFinding FindingOf(const ReportItem& item, const DriftItem& drift) {
  const bool is_unmanaged = drift.status == DriftStatus::kUnmanaged;
  ReportFinding finding =
      FindingAt(item, is_unmanaged ? FindingLevel::kWarning : FindingLevel::kError, DriftStatusName(drift.status));
  finding.message = finding.title;
  if (!item.notes.empty()) finding.message += fmt::format(", {}", item.notes.front());
  if (!item.fields.empty() && drift.status != DriftStatus::kMissing)
    finding.message += fmt::format(": {}", MembersText(item));
  finding.help = is_unmanaged                                ? "declare it, or remove it from the tenant"
                 : drift.status == DriftStatus::kConflicting ? "decide which of the two holds, and say so in git"
                                                             : "apply puts it back; to keep it, say so in git";
  return finding;
}

ReportFinding FailureFinding(const std::string& message) {
  ReportFinding finding;
  finding.rule = "cannot";
  finding.title = TitleOf(finding.rule);
  // A refusal lists its reasons, each on a line.
  std::vector<std::string> lines;
  for (const std::string_view line : Split(message, '\n')) lines.push_back(Shown(Trim(line)));
  finding.message = lines.front();
  for (std::size_t i = 1; i < lines.size(); ++i) finding.message += (i == 1 ? " " : "; ") + lines[i];
  return finding;
}

}  // namespace cxctl
