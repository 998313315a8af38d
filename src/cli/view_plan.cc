#include "cli/view_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "cli/text_layout.h"
#include "drift/drift_words.h"
#include "plan/change_diff.h"
#include "report/build_report.h"
#include "value/json.h"
#include "value/text_diff.h"
#include "value/yaml_writer.h"

namespace cxctl {

namespace {

constexpr std::size_t kHang = 4;
constexpr std::string_view kRed = "31", kGreen = "32", kYellow = "33", kCyan = "36", kBold = "1";

std::string Paint(bool color, std::string_view code, std::string_view text) {
  return color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

std::string_view ColorOf(Action action) {
  switch (action) {
    case Action::kCreate:
    case Action::kAdopt:
      return kGreen;
    case Action::kDelete:
    case Action::kDeactivate:
      return kRed;
    default:
      return kYellow;
  }
}

std::string PaintedRisk(bool color, Risk risk) {
  if (risk == Risk::kNeutral) return std::string(RiskName(risk));
  return Paint(color, risk == Risk::kIncreases ? kRed : risk == Risk::kReduces ? kGreen : kYellow, RiskName(risk));
}

char MarkOf(Action action) {
  switch (action) {
    case Action::kCreate:
      return '+';
    case Action::kDelete:
      return '-';
    case Action::kAdopt:
    case Action::kRelease:
      return '=';
    default:
      return '~';
  }
}

std::string Place(const Position& position, const SourceMap& sources) {
  return position.known()
             ? fmt::format("{}:{}:{}", EscapeControls(sources.name(position.file)), position.line, position.column)
             : "";
}

std::string RenderPermittedTime(const PermittedTimeChange& change) {
  std::string out = "    calling time:";
  if (!change.adds.empty()) out += fmt::format(" adds {}", change.adds);
  if (!change.removes.empty()) out += fmt::format("{} removes {}", change.adds.empty() ? "" : ";", change.removes);
  const auto zone = Zone::Load(change.zone).value_or(Zone::Utc());
  if (!change.next_permitted) return out + "\n    none is left from now on\n";
  return out + fmt::format("\n    permitted next {}, forbidden again {} ({})\n",
                           LocalText(*change.next_permitted, zone), LocalText(*change.next_forbidden, zone),
                           zone.name());
}

std::string RenderChange(const Change& change, const SourceMap& sources, bool color, std::size_t columns) {
  std::string out = fmt::format("{} {} {}  risk: {}  why: {}",
                                Paint(color, ColorOf(change.action), std::string(1, MarkOf(change.action))),
                                Paint(color, kBold, EscapeControls(change.address)),
                                Paint(color, ColorOf(change.action), ActionName(change.action)),
                                PaintedRisk(color, change.risk), ReasonName(change.reason));
  if (const std::string place = Place(change.source, sources); !place.empty()) out += fmt::format(" ({})", place);
  out += "\n";
  if (change.steps.size() > 1) out += fmt::format("    in {} steps: {}\n", change.steps.size(), PathOf(change));
  if (change.permitted_time) out += RenderPermittedTime(*change.permitted_time);
  out = FittedLines(out, columns, kHang);
  if (change.action != Action::kAdopt && change.action != Action::kRelease)
    out += RenderDiffLines(DiffOfChange(change), color);
  return out;
}

std::string RenderViolation(const Violation& violation, const SourceMap& sources, bool color) {
  std::string out =
      fmt::format("{} {} to {} at {}: {}", Paint(color, kYellow, "violates"), EscapeControls(violation.address),
                  violation.to, FormatUtc(violation.time), EscapeControls(violation.message));
  if (violation.next) out += fmt::format("; next permitted {}", FormatUtc(*violation.next));
  if (const std::string place = Place(violation.source, sources); !place.empty()) out += fmt::format(" ({})", place);
  return out + "\n";
}

constexpr std::size_t kStatusWidth = 12;  ///< Of the first word of a line, with its space.

std::string_view Shown(Outcome outcome) {
  return outcome == Outcome::kNotStarted ? "not started" : OutcomeName(outcome);
}

}  // namespace

std::string RenderValueDiff(const Value& before, const Value& after, bool color) {
  const auto text = [](const Value& value) { return value.is_null() ? std::string() : ToYaml(value); };
  return RenderDiffLines(UnifiedDiff(text(before), text(after)), color);
}

std::string RenderDiffLines(const std::vector<DiffLine>& lines, bool color) {
  std::string out;
  for (const DiffLine& line : lines) {
    const std::string shown = MaskPhoneNumbers(EscapeControls(line.text));
    switch (line.mark) {
      case '+':
        out += "    " + Paint(color, kGreen, "+" + shown) + "\n";
        break;
      case '-':
        out += "    " + Paint(color, kRed, "-" + shown) + "\n";
        break;
      case '@':
        out += "    " + Paint(color, kCyan, shown) + "\n";
        break;
      default:
        out += fmt::format("    {}{}\n", line.mark, shown);
    }
  }
  return out;
}

std::string RenderSummary(const Plan& plan) {
  return PlanSummaryText(plan);
}

namespace {

/// What is held, violations, guards, and the summary.
std::string RenderBesides(const Plan& plan, const SourceMap& sources, bool color) {
  std::string out;
  for (const Held& held : plan.held) {
    std::string what = fmt::format("{} held", EscapeControls(held.address));
    if (held.by == "no agent") {
      what += ": no agent configured";
    } else {
      what += fmt::format(" by {}", held.by);
    }
    if (held.until) what += fmt::format(" until {}", EscapeControls(*held.until));
    if (!held.fields.empty()) what += fmt::format(" ({})", Join(held.fields, ", "));
    out += Paint(color, kCyan, what) + "\n";
  }
  if (!plan.held.empty()) out += "\n";
  for (const Violation& violation : plan.violations) out += RenderViolation(violation, sources, color);
  if (!plan.violations.empty()) out += "\n";
  for (const Guard& guard : plan.guards) {
    out += fmt::format("{} {}{}\n", Paint(color, kRed, fmt::format("guard[{}]:", guard.rule)),
                       guard.address.empty() ? "" : guard.address + ": ", guard.message);
  }
  if (!plan.guards.empty()) out += "apply refuses this plan.\n\n";
  out += Paint(color, kBold, RenderSummary(plan)) + "\n";
  if (plan.HasDifferences() && plan.estimated_requests > 0) {
    const std::string time =
        plan.estimated_seconds < 0.05 ? "less than 0.1 s" : fmt::format("{:.1f} s", plan.estimated_seconds);
    out += fmt::format("About {}, {} at the tenant's rate.\n",
                       Count(static_cast<std::size_t>(plan.estimated_requests), "request"), time);
  }
  return out;
}

}  // namespace

std::string RenderPlan(const Plan& plan, const SourceMap& sources, bool color, std::size_t columns) {
  std::string out;
  for (const Change& change : plan.changes)
    out += RenderChange(change, sources, color, columns) + (change.is_difference() ? "\n" : "");
  if (!out.empty() && !out.ends_with("\n\n")) out += "\n";
  return out + FittedLines(RenderBesides(plan, sources, color), columns, kHang);
}

std::string RenderReport(const std::vector<Change>& changes, const ApplyReport& report, bool color,
                         std::size_t columns) {
  std::string out;
  std::map<Outcome, std::size_t> counts;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const ChangeOutcome& outcome = report.outcomes[i];
    ++counts[outcome.outcome];
    const std::string_view paint = outcome.succeeded() ? kGreen : kRed;
    const std::string head =
        fmt::format("{} {} ({})\n", Paint(color, paint, fmt::format("{:<11}", Shown(outcome.outcome))),
                    EscapeControls(changes[i].address), ActionName(changes[i].action));
    out += FittedLines(head, columns, kStatusWidth);
    std::string more;
    if (!outcome.error.empty())
      more += fmt::format("            {}\n", MaskPhoneNumbers(EscapeControls(outcome.error)));
    for (const FieldConflict& conflict : outcome.conflicts) {
      more += fmt::format("            {}: planned from {}, found {}, wanted {}\n", conflict.path,
                          EscapeControls(ToJson(conflict.planned)), EscapeControls(ToJson(conflict.found)),
                          EscapeControls(ToJson(conflict.wanted)));
    }
    if (!more.empty()) out += FittedLines(more, columns);
  }
  std::string summary;
  for (const auto& [outcome, count] : counts)
    summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ", count, Shown(outcome));
  if (!changes.empty()) out += "\n";
  const std::string end = fmt::format("Apply {}: {}.", report.complete() ? "complete" : "incomplete", summary);
  return out + FittedLines(fmt::format("{} Run {}.\n", Paint(color, kBold, end), report.run), columns);
}

namespace {

/// One line; a line a side for lists of mappings.
std::string DriftFieldText(const DriftField& field, const std::string& time_zone) {
  std::vector<std::string> words = WordsOf(field, time_zone);
  for (std::string& each : words) each = EscapeControls(each);
  const std::string path = EscapeControls(field.path);
  if (!IsListOfObjects(field))
    return MaskPhoneNumbers(
        fmt::format("            {}: last applied {}, manifest {}, live {}\n", path, words[0], words[1], words[2]));
  return MaskPhoneNumbers(
      fmt::format("            {}:\n              last applied  {}\n              manifest      {}\n              live "
                  "         {}\n",
                  path, words[0], words[1], words[2]));
}

}  // namespace

namespace {

std::string RenderDriftItem(const DriftItem& item, const SourceMap& sources, bool color, std::size_t columns) {
  const std::string_view paint = item.status == DriftStatus::kPending ? kCyan : kRed;
  std::string head = fmt::format("{} {}", Paint(color, paint, fmt::format("{:<11}", DriftStatusName(item.status))),
                                 Paint(color, kBold, EscapeControls(item.address)));
  if (!item.updated_by.empty() || !item.updated_at.empty()) {
    head += fmt::format("  changed{}{}",
                        item.updated_by.empty() ? "" : " by " + MaskPhoneNumbers(EscapeControls(item.updated_by)),
                        item.updated_at.empty() ? "" : " at " + EscapeControls(item.updated_at));
  }
  if (const std::string place = Place(item.source, sources); !place.empty()) head += fmt::format("  ({})", place);
  std::string out = FittedLines(head + "\n", columns, kStatusWidth);
  if (item.status == DriftStatus::kMissing || item.status == DriftStatus::kUnmanaged) return out;
  std::string members;
  if (const std::string time = CallingTimeText(item); !time.empty())
    members += MaskPhoneNumbers(fmt::format("            Calling time: {}\n", EscapeControls(time)));
  for (const DriftField& field : item.fields) members += DriftFieldText(field, item.time_zone);
  return members.empty() ? out : out + FittedLines(members, columns, 2);
}

}  // namespace

std::string RenderDrift(const DriftReport& report, const SourceMap& sources, bool color, std::size_t columns) {
  std::string out, end;
  for (const DriftItem& item : report.items) out += RenderDriftItem(item, sources, color, columns);
  if (report.items.empty())
    end += report.known > 0 ? "No new drift.\n" : "No drift. The tenant is as it was applied.\n";
  if (report.known > 0) {
    end += fmt::format("{}{} known to the baseline.\n", report.items.empty() ? "" : "\n",
                       Count(report.known, "item is", "items are"));
  }
  const bool spaced = !report.items.empty() && report.known == 0;
  end += fmt::format("{}Coverage: {} of {} objects in the scopes read are managed.\n", spaced ? "\n" : "",
                     report.managed, report.seen);
  return out + FittedLines(end, columns);
}

}  // namespace cxctl
