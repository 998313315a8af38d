#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/digest.h"
#include "base/strings.h"
#include "picture/comparison.h"
#include "picture/markup.h"
#include "report/html_assets.h"
#include "report/words.h"

namespace cxctl {

namespace {

constexpr std::size_t kOpenItems = 3;  // unfolded from the start, the most important ones
constexpr std::size_t kOpenRows = 10;  // of findings and campaigns, where changes wait below them

std::string Code(std::string_view text) {
  return fmt::format("<code>{}</code>", EscapeMarkup(text));
}

std::string_view ClassOf(const ReportItem& item) {
  return item.risk ? RiskName(*item.risk) : "neutral";
}

class HtmlReport {
 public:
  explicit HtmlReport(const Report& report) : report_(report) {}

  std::string Draw() {
    DrawHead();
    DrawVerdict();
    DrawContents();
    DrawRisks();
    DrawReach();
    DrawFindings();
    DrawNotes();
    DrawItems();
    out_ += fmt::format("</main>\n<footer>{}</footer>\n<script>{}</script>\n</body>\n</html>\n",
                        EscapeMarkup(Join(FactsOf(report_), " · ")), HtmlScript());
    return std::move(out_);
  }

 private:
  void DrawHead() {
    const std::string style = HtmlStyle();
    const std::string title =
        fmt::format("cxctl {}{}", ReportKindName(report_.kind), report_.tenant.empty() ? "" : ": " + report_.tenant);
    out_ += fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; script-src "
        "'sha256-{}'; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"referrer\" content=\"no-referrer\">\n"
        "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
        Sha256Base64(style), Sha256Base64(HtmlScript()), EscapeMarkup(title), style);
    out_ += fmt::format(
        "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header><h1>{}</h1></header>\n<main id=\"main\" "
        "tabindex=\"-1\">\n",
        EscapeMarkup(title));
  }

  void DrawVerdict() {
    out_ += fmt::format("<p class=\"verdict\">{}</p>\n", EscapeMarkup(report_.summary));
    if (!report_.estimate.empty()) out_ += fmt::format("<p>{}</p>\n", EscapeMarkup(report_.estimate));
    out_ += fmt::format("<p class=\"quiet\">{}</p>\n", EscapeMarkup(Join(FactsOf(report_), " · ")));
  }

  /// Links to the sections, where there is more than one.
  void DrawContents() {
    std::string links;
    const auto link = [&](bool is_there, std::string_view id, std::string_view text) {
      if (is_there) links += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, EscapeMarkup(text));
    };
    link(HasRisks(), "risk", "Risk");
    link(HasReach(), "reach", "Blast radius");
    link(!report_.findings.empty(), "findings", FindingsText(report_));
    link(!report_.notes.empty(), "besides", "Besides");
    const std::string items = ItemsTitle(report_);
    link(!report_.items.empty(), "changes", std::string_view(items).substr(0, items.find(',')));
    if (std::ranges::count(links, '\n') < 2) return;
    out_ += fmt::format("<nav aria-label=\"Contents\"><ul>\n{}</ul></nav>\n", links);
  }

  void DrawTitle(std::string_view id, std::string_view text) {
    out_ += fmt::format("<h2 id=\"{}\" tabindex=\"-1\">{}</h2>\n", id, EscapeMarkup(text));
  }

  bool HasRisks() const {
    return std::ranges::any_of(report_.risks, [](std::size_t each) { return each > 0; });
  }
  bool HasReach() const { return report_.reach && !report_.reach->campaigns.empty(); }

  void DrawRisks() {
    if (!HasRisks()) return;
    DrawTitle("risk", "Risk");
    out_ += "<ul class=\"tiles\">\n";
    for (const Risk risk : kRisksByWeight) {
      out_ += fmt::format("<li class=\"{0}\"><b>{1}</b>{2} {0}<small>{3}</small></li>\n", RiskName(risk),
                          report_.risks[static_cast<std::size_t>(risk)], RiskSign(risk), RiskMeaning(risk));
    }
    out_ += "</ul>\n";
  }

  void DrawReach() {
    if (!HasReach()) return;
    DrawTitle("reach", "Blast radius");
    out_ += fmt::format("<p>{}.</p>\n", EscapeMarkup(RadiusText(*report_.reach)));
    if (report_.kind == ReportKind::kDrift) out_ += "<p>That is the live tenant, held against the manifests.</p>\n";
    const std::span<const CampaignReach> campaigns = report_.reach->campaigns;
    const std::size_t open = OpenRowsOf(campaigns.size());
    DrawCampaigns(campaigns.first(open), "Campaigns");
    if (open < campaigns.size()) {
      DrawMore(Count(campaigns.size() - open, "further campaign"));
      DrawCampaigns(campaigns.subspan(open), "Further campaigns");
      out_ += "</details>\n";
    }
    out_ += fmt::format("<details><summary>How this is computed</summary><p>{}</p></details>\n",
                        EscapeMarkup(RadiusExplanation()));
  }

  /// How many of so many rows are shown from the start. One row alone is not worth folding.
  std::size_t OpenRowsOf(std::size_t rows) const {
    return report_.items.empty() || rows <= kOpenRows + 1 ? rows : kOpenRows;
  }

  void DrawMore(std::string_view what) { out_ += fmt::format("<details class=\"more\"><summary>{}</summary>\n", what); }

  void DrawCampaigns(std::span<const CampaignReach> campaigns, std::string_view name) {
    out_ += fmt::format(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><table "
        "class=\"reach\">\n<thead><tr><th scope=\"col\">Campaign</th>",
        name);
    for (const std::string_view title :
         {"Calls an hour, at most", "More", "Fewer", "Calls in seven days, at most", "Calls at one time"})
      out_ += fmt::format("<th scope=\"col\" class=\"number\">{}</th>", title);
    out_ += "</tr></thead>\n<tbody>\n";
    for (const CampaignReach& each : campaigns) DrawCampaign(each);
    out_ += "</tbody>\n</table></div>\n";
  }

  void DrawCampaign(const CampaignReach& campaign) {
    out_ += fmt::format("<tr><th scope=\"row\">{}", Code(campaign.campaign));
    if (campaign.is_changed()) out_ += fmt::format("<small>{}</small>", EscapeMarkup(WeekText(campaign.week)));
    out_ += "</th>";
    for (const std::string& cell :
         {FromTo(campaign.peak_before, campaign.peak_after), More(campaign.more), Fewer(campaign.less),
          FromTo(campaign.week_before, campaign.week_after), FromTo(campaign.lines_before, campaign.lines_after)}) {
      out_ += fmt::format("<td class=\"number\">{}</td>", cell);
    }
    out_ += "</tr>\n";
  }

  void DrawFindings() {
    if (report_.findings.empty()) return;
    DrawTitle("findings", FindingsTitle(report_));
    const std::span<const ReportFinding> findings = report_.findings;
    const std::size_t open = OpenRowsOf(findings.size());
    DrawFindingList(findings.first(open));
    if (open == findings.size()) return;
    DrawMore(Count(findings.size() - open, "further finding"));
    DrawFindingList(findings.subspan(open));
    out_ += "</details>\n";
  }

  void DrawFindingList(std::span<const ReportFinding> findings) {
    out_ += "<ul class=\"findings\">\n";
    for (const ReportFinding& each : findings) DrawFinding(each);
    out_ += "</ul>\n";
  }

  void DrawFinding(const ReportFinding& finding) {
    out_ +=
        fmt::format("<li class=\"finding {}\"><p><span class=\"tag\">{} {}</span>{} {}</p>\n", LevelName(finding.level),
                    finding.is_guard ? "guard" : LevelName(finding.level), EscapeMarkup(finding.rule),
                    finding.address.empty() ? "" : " " + Code(finding.address), EscapeMarkup(finding.message));
    if (finding.place.known()) out_ += fmt::format("<p class=\"quiet\">{}</p>\n", Code(finding.place.Text()));
    if (!finding.excerpt.empty()) DrawExcerpt(finding.excerpt);
    if (!finding.help.empty()) out_ += fmt::format("<p>{}</p>\n", EscapeMarkup(finding.help));
    out_ += "</li>\n";
  }

  void DrawExcerpt(const std::string& excerpt) {
    std::string lines;
    for (const std::string_view line : Split(std::string_view(excerpt).substr(0, excerpt.size() - 1), '\n'))
      lines += EscapeMarkup(line) + "\n";
    out_ += fmt::format("<pre class=\"excerpt\" tabindex=\"0\" role=\"group\" aria-label=\"Source\">{}</pre>\n", lines);
  }

  void DrawNotes() {
    if (report_.notes.empty()) return;
    DrawTitle("besides", "Besides");
    out_ += "<ul>\n";
    for (const std::string& note : report_.notes) out_ += fmt::format("<li>{}</li>\n", EscapeMarkup(note));
    out_ += "</ul>\n";
  }

  void DrawControls() {
    out_ +=
        "<div class=\"controls\" hidden role=\"search\">\n<label>Filter <input type=\"search\" id=\"filter\" "
        "placeholder=\"words; press / to come here\" title=\"Words of the heading, of a member or of a file\" "
        "autocomplete=\"off\"></label>\n";
    for (const Risk risk : kRisksByWeight) {
      out_ += fmt::format("<label><input type=\"checkbox\" value=\"{0}\" checked> {1} {0}</label>\n", RiskName(risk),
                          RiskSign(risk));
    }
    out_ +=
        "<button type=\"button\" id=\"unfold\">Unfold all</button>\n<button type=\"button\" id=\"fold\">Fold "
        "all</button>\n<span id=\"shown\" role=\"status\"></span>\n</div>\n";
  }

  void DrawItems() {
    if (report_.items.empty()) return;
    DrawTitle("changes", ItemsTitle(report_));
    DrawControls();
    if (std::ranges::any_of(report_.items, [](const ReportItem& each) { return each.weeks.has_value(); }))
      out_ += ComparisonLegend();
    std::size_t count = 0;
    for (const ReportItem& each : report_.items) DrawItem(each, count++ < kOpenItems);
  }

  void DrawItem(const ReportItem& item, bool open) {
    out_ += fmt::format("<details class=\"item {0}{1}\" data-risk=\"{0}\"{2}>\n<summary>{3}</summary>\n<div>\n",
                        ClassOf(item), item.failed ? " failed" : "", open && item.is_difference ? " open" : "",
                        SummaryOf(item));
    if (item.place.known()) {
      out_ += fmt::format("<p class=\"quiet place\">{}{}</p>\n", Code(item.place.Text()),
                          item.order > 0 ? fmt::format(", number {} in the order of the apply", item.order) : "");
    }
    for (const std::string& note : item.notes) out_ += fmt::format("<p>{}</p>\n", EscapeMarkup(note));
    if (item.weeks) out_ += DrawComparison(item.weeks->before, item.weeks->after);
    DrawDiff(item);
    DrawFields(item);
    out_ += "</div>\n</details>\n";
  }

  static std::string SummaryOf(const ReportItem& item) {
    std::string summary =
        fmt::format("<span class=\"mark\" aria-hidden=\"true\">{}</span> {} ", item.mark, Code(item.address));
    if (!item.outcome.empty())
      summary += fmt::format("<span class=\"outcome\">{}</span>: ", EscapeMarkup(item.outcome));
    summary += EscapeMarkup(item.verb);
    if (item.risk && item.is_difference)
      summary += fmt::format(", <span class=\"risk\">{} {}</span>", RiskSign(*item.risk), RiskName(*item.risk));
    if (!item.reason.empty()) summary += fmt::format(", <span class=\"quiet\">{}</span>", EscapeMarkup(item.reason));
    return summary;
  }

  void DrawDiff(const ReportItem& item) {
    if (item.diff.empty()) return;
    out_ += fmt::format("<pre class=\"diff\" tabindex=\"0\" role=\"group\" aria-label=\"Differences of {}\">",
                        EscapeMarkup(item.address));
    for (const DiffLine& line : item.diff) {
      const std::string_view css = line.mark == '+'   ? "plus"
                                   : line.mark == '-' ? "minus"
                                   : line.mark == '@' ? "hunk"
                                                      : "";
      const std::string text = line.mark == '@' ? line.text : line.mark + line.text;
      out_ +=
          fmt::format("<span{}>{}</span>", css.empty() ? "" : fmt::format(" class=\"{}\"", css), EscapeMarkup(text));
    }
    out_ += "</pre>\n";
  }

  void DrawFields(const ReportItem& item) {
    if (item.fields.empty()) return;
    out_ += fmt::format(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Members of {}\"><table "
        "class=\"members\">\n<thead><tr><th scope=\"col\">Member</th>",
        EscapeMarkup(item.address));
    for (const std::string& column : item.columns)
      out_ += fmt::format("<th scope=\"col\">{}</th>", EscapeMarkup(column));
    const bool has_places =
        std::ranges::any_of(item.fields, [](const ReportField& each) { return each.place.known(); });
    out_ += has_places ? "<th scope=\"col\">written at</th></tr></thead>\n<tbody>\n" : "</tr></thead>\n<tbody>\n";
    for (const ReportField& field : item.fields) {
      out_ += fmt::format("<tr><th scope=\"row\">{}</th>", Code(field.path));
      for (const std::string& value : field.values) out_ += fmt::format("<td>{}</td>", Code(value));
      if (has_places) out_ += fmt::format("<td>{}</td>", PlaceIn(item, field.place));
      out_ += "</tr>\n";
    }
    out_ += "</tbody>\n</table></div>\n";
  }

  /// The file stands above already where it is the item's.
  static std::string PlaceIn(const ReportItem& item, const ReportPlace& place) {
    const bool is_known_file = place.known() && place.file == item.place.file;
    return is_known_file ? fmt::format("line {}", place.line) : Code(place.Text());
  }

  const Report& report_;
  std::string out_;
};

}  // namespace

std::string DrawHtml(const Report& report) {
  return HtmlReport(report).Draw();
}

}  // namespace cxctl
