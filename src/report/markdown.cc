#include "report/markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/strings.h"
#include "picture/markup.h"
#include "report/markdown_text.h"
#include "report/words.h"

namespace cxctl {

namespace {

constexpr std::size_t kMostCampaigns = 20;
constexpr std::size_t kReserve = 1'024;  // for headings and the sentences that count what is left out

/// As many of the lines as fit, and a line that counts the others.
std::string Fitting(const std::vector<std::string>& lines, std::size_t budget, std::string_view noun) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (out.size() + lines[i].size() > budget)
      return out + fmt::format("- … and {} more\n", Count(lines.size() - i, noun));
    out += lines[i];
  }
  return out;
}

class MarkdownReport {
 public:
  MarkdownReport(const Report& report, std::size_t limit) : report_(report), limit_(limit) {}

  std::string Draw() {
    DrawHead();
    DrawRisks();
    DrawReach();
    DrawFindings();
    DrawNotes();
    DrawItems();
    return std::move(out_);
  }

 private:
  std::size_t Left() const { return limit_ - std::min(limit_, out_.size() + kReserve); }

  void DrawHead() {
    std::string tenant = report_.tenant;
    std::erase_if(tenant, [](char c) { return !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-'; });
    const std::string kind(ReportKindName(report_.kind));
    out_ += fmt::format("<!-- cxctl {}{}{} -->\n", kind, tenant.empty() ? "" : " ", tenant.substr(0, 63));
    out_ += fmt::format("## cxctl {}{}\n\n", kind,
                        report_.tenant.empty() ? "" : ": " + MarkdownText(Shortened(report_.tenant, 100)));
    out_ += fmt::format("**{}**{}\n\n", MarkdownText(report_.summary),
                        report_.estimate.empty() ? "" : " " + MarkdownText(report_.estimate));
    std::vector<std::string> facts = FactsOf(report_);
    for (std::string& fact : facts) fact = MarkdownText(Shortened(fact, 200));
    if (!facts.empty()) out_ += Join(facts, " · ") + "\n\n";
  }

  void DrawRisks() {
    if (std::ranges::all_of(report_.risks, [](std::size_t each) { return each == 0; })) return;
    out_ += "| Risk | Changes | Meaning |\n|:--|--:|:--|\n";
    for (const Risk risk : kRisksByWeight) {
      if (const std::size_t count = report_.risks[static_cast<std::size_t>(risk)]; count > 0)
        out_ += fmt::format("| {} {} | {} | {} |\n", RiskSign(risk), RiskName(risk), count, RiskMeaning(risk));
    }
    out_ += "\n";
  }

  void DrawReach() {
    if (!report_.reach || report_.reach->campaigns.empty()) return;
    const BlastRadius& reach = *report_.reach;
    out_ += fmt::format("**Blast radius:** {}.\n\n", MarkdownText(RadiusText(reach)));
    if (report_.kind == ReportKind::kDrift) out_ += "That is the live tenant, held against the manifests.\n\n";
    out_ += "| Campaign | Calls an hour, at most | More | Fewer | Calls in seven days, at most | Calls at one time |\n";
    out_ += "|:--|--:|--:|--:|--:|--:|\n";
    std::size_t shown = 0;
    for (const CampaignReach& each : reach.campaigns) {
      if (shown++ == kMostCampaigns) break;
      out_ += fmt::format("| {} | {} | {} | {} | {} | {} |\n", MarkdownCodeCell(Shortened(each.campaign, 100)),
                          FromTo(each.peak_before, each.peak_after), More(each.more), Fewer(each.less),
                          FromTo(each.week_before, each.week_after), FromTo(each.lines_before, each.lines_after));
    }
    if (reach.campaigns.size() > kMostCampaigns)
      out_ += fmt::format("\n… and {} more.\n", Count(reach.campaigns.size() - kMostCampaigns, "campaign"));
    out_ += fmt::format("\n<details><summary>How this is computed</summary>\n\n{}\n\n</details>\n\n",
                        MarkdownText(RadiusExplanation()));
  }

  static std::string FindingLine(const ReportFinding& finding) {
    std::string line = fmt::format("- **{}** {}{}: {}", finding.is_guard ? "guard" : LevelName(finding.level),
                                   MarkdownCode(finding.rule),
                                   finding.address.empty() ? "" : " " + MarkdownCode(Shortened(finding.address, 200)),
                                   MarkdownText(Shortened(finding.message, 500)));
    if (finding.place.known()) line += fmt::format(" ({})", MarkdownCode(Shortened(finding.place.Text(), 300)));
    if (!finding.help.empty()) line += fmt::format(" — {}", MarkdownText(Shortened(finding.help, 300)));
    return line + "\n";
  }

  void DrawFindings() {
    if (report_.findings.empty()) return;
    std::vector<std::string> lines;
    for (const ReportFinding& each : report_.findings) lines.push_back(FindingLine(each));
    out_ += fmt::format("### {}\n\n", FindingsTitle(report_));
    out_ += Fitting(lines, report_.items.empty() ? Left() : Left() / 4, "finding") + "\n";
  }

  void DrawNotes() {
    if (report_.notes.empty()) return;
    std::vector<std::string> lines;
    for (const std::string& note : report_.notes)
      lines.push_back(fmt::format("- {}\n", MarkdownText(Shortened(note, 300))));
    out_ += Fitting(lines, Left() / 8, "note") + "\n";
  }

  /// `▲ CampaignSchedule/x update, increases, declared (schedules.yaml:4:1)`
  template <class Code>
  static std::string ItemLine(const ReportItem& item, Code code, bool with_place = true) {
    const std::string sign = item.risk && item.is_difference ? std::string(RiskSign(*item.risk)) + " " : "";
    std::string line = fmt::format("{}{} {}", sign, code(Shortened(item.address, 200)), Join(TraitsOf(item), ", "));
    if (with_place && item.place.known()) line += fmt::format(" ({})", code(Shortened(item.place.Text(), 300)));
    return line;
  }

  /// A line for each. Places are left out where not all lines would fit with them.
  std::vector<std::string> PlainItems(std::size_t budget) const {
    std::vector<std::string> lines;
    for (const bool with_place : {true, false}) {
      lines.clear();
      std::size_t size = 0;
      for (const ReportItem& each : report_.items) {
        lines.push_back(fmt::format("- {}\n", ItemLine(each, MarkdownCode, with_place)));
        size += lines.back().size();
      }
      if (size <= budget) break;
    }
    return lines;
  }

  std::string FoldedItem(const ReportItem& item) const {
    const auto code = [](const std::string& text) { return fmt::format("<code>{}</code>", EscapeMarkup(text)); };
    std::string out = fmt::format("<details><summary>{}</summary>\n\n", ItemLine(item, code));
    for (const std::string& note : item.notes) out += MarkdownText(Shortened(note, 1'000)) + "\n\n";
    if (!item.diff.empty()) out += DiffBlock(item) + "\n";
    if (item.columns.size() == 3 && !item.fields.empty()) out += FieldTable(item) + "\n";
    return out + "</details>\n";
  }

  std::string DiffBlock(const ReportItem& item) const {
    std::string lines;
    std::size_t shown = 0;
    for (const DiffLine& each : item.diff) {
      std::string line = each.mark == '@' ? each.text : each.mark + each.text;
      if (lines.size() + line.size() > limit_ / 16) break;
      lines += line + "\n";
      ++shown;
    }
    std::string block = MarkdownFence("diff", lines);
    if (shown < item.diff.size()) block += fmt::format("\n… and {} more.\n", Count(item.diff.size() - shown, "line"));
    return block;
  }

  std::string FieldTable(const ReportItem& item) const {
    std::string table = fmt::format("| Member | {} |\n|:--|:--|:--|:--|\n", Join(item.columns, " | "));
    for (const ReportField& field : item.fields) {
      std::string row = fmt::format("| {} |", MarkdownCodeCell(Shortened(field.path, 200)));
      for (const std::string& value : field.values) row += fmt::format(" {} |", MarkdownCodeCell(value));
      if (table.size() + row.size() > limit_ / 16) return table + "\n… and more members.\n";
      table += row + "\n";
    }
    return table;
  }

  void DrawItems() {
    if (report_.items.empty()) return;
    out_ += fmt::format("### {}\n\n", ItemsTitle(report_));
    const std::size_t budget = Left();
    const std::vector<std::string> plain = PlainItems(budget * 4 / 5);
    std::size_t used = 0, listed = 0;
    // A line is worth more than a diff, but the most important changes fold out in any case.
    for (; listed < plain.size(); ++listed) {
      if (used + plain[listed].size() > budget * 4 / 5) break;
      used += plain[listed].size();
    }
    std::size_t folded = 0;
    std::string body;
    for (; folded < listed && report_.items[folded].is_difference; ++folded) {
      const std::string item = FoldedItem(report_.items[folded]);
      if (used - plain[folded].size() + item.size() > budget) break;
      used += item.size() - plain[folded].size();
      body += item;
    }
    out_ += body + (folded > 0 && folded < listed ? "\n" : "");
    for (std::size_t i = folded; i < listed; ++i) out_ += plain[i];
    DrawRest(listed);
  }

  /// Counts what has no line.
  void DrawRest(std::size_t from) {
    if (from == report_.items.size()) return;
    std::map<std::string, std::size_t> counts;
    for (std::size_t i = from; i < report_.items.size(); ++i) {
      const ReportItem& item = report_.items[i];
      ++counts[fmt::format("{} {}", item.verb, item.risk ? RiskName(*item.risk) : "")];
    }
    std::vector<std::string> parts;
    for (const auto& [what, count] : counts) parts.push_back(fmt::format("{} {}", count, Trim(what)));
    out_ += fmt::format("\n… and {} more, which do not fit in here: {}. The HTML report has them all.\n",
                        report_.items.size() - from, Join(parts, ", "));
  }

  const Report& report_;
  std::size_t limit_;
  std::string out_;
};

}  // namespace

std::string DrawMarkdown(const Report& report, std::size_t limit) {
  return MarkdownReport(report, limit).Draw();
}

}  // namespace cxctl
