#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/strings.h"
#include "picture/comparison.h"
#include "picture/markup.h"
#include "report/html_assets.h"
#include "report/words.h"

namespace cxctl {

namespace {

constexpr std::size_t kOpenItems = 3;  // unfolded from the start, the most important ones

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
    if (!report_.items.empty()) out_ += "<a class=\"skip\" href=\"#changes\">Skip to the changes</a>\n";
    out_ += fmt::format("<main>\n<h1>{}</h1>\n<p class=\"verdict\">{}</p>\n", EscapeMarkup(title),
                        EscapeMarkup(report_.summary));
    if (!report_.estimate.empty()) out_ += fmt::format("<p>{}</p>\n", EscapeMarkup(report_.estimate));
    out_ += fmt::format("<p class=\"quiet\">{}</p>\n", EscapeMarkup(Join(FactsOf(report_), " · ")));
  }

  void DrawRisks() {
    if (std::ranges::all_of(report_.risks, [](std::size_t each) { return each == 0; })) return;
    out_ += "<h2>Risk</h2>\n<ul class=\"tiles\">\n";
    for (const Risk risk : kRisksByWeight) {
      out_ += fmt::format("<li class=\"{0}\"><b>{1}</b>{2} {0}<small>{3}</small></li>\n", RiskName(risk),
                          report_.risks[static_cast<std::size_t>(risk)], RiskSign(risk), RiskMeaning(risk));
    }
    out_ += "</ul>\n";
  }

  void DrawReach() {
    if (!report_.reach || report_.reach->campaigns.empty()) return;
    out_ += fmt::format("<h2>Blast radius</h2>\n<p>{}.</p>\n", EscapeMarkup(RadiusText(*report_.reach)));
    if (report_.kind == ReportKind::kDrift) out_ += "<p>That is the live tenant, held against the manifests.</p>\n";
    out_ +=
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Blast radius\"><table>\n<thead><tr>"
        "<th scope=\"col\">Campaign</th><th scope=\"col\" class=\"number\">Calls an hour, at most</th>"
        "<th scope=\"col\" class=\"number\">More</th><th scope=\"col\" class=\"number\">Fewer</th>"
        "<th scope=\"col\" class=\"number\">Calls in seven days, at most</th>"
        "<th scope=\"col\" class=\"number\">Calls at one time</th></tr></thead>\n<tbody>\n";
    for (const CampaignReach& each : report_.reach->campaigns) {
      out_ += fmt::format("<tr><th scope=\"row\" title=\"{}\">{}</th>", EscapeMarkup(WeekText(each.week)),
                          Code(each.campaign));
      for (const std::string& cell :
           {FromTo(each.peak_before, each.peak_after), More(each.more), Fewer(each.less),
            FromTo(each.week_before, each.week_after), FromTo(each.lines_before, each.lines_after)}) {
        out_ += fmt::format("<td class=\"number\">{}</td>", cell);
      }
      out_ += "</tr>\n";
    }
    out_ +=
        fmt::format("</tbody>\n</table></div>\n<details><summary>How this is computed</summary><p>{}</p></details>\n",
                    EscapeMarkup(RadiusExplanation()));
  }

  void DrawFindings() {
    if (report_.findings.empty()) return;
    out_ += fmt::format("<h2>{}</h2>\n<ul class=\"findings\">\n", EscapeMarkup(FindingsTitle(report_)));
    for (const ReportFinding& each : report_.findings) {
      out_ +=
          fmt::format("<li class=\"finding {}\"><p><span class=\"tag\">{} {}</span>{} {}</p>\n", LevelName(each.level),
                      each.is_guard ? "guard" : LevelName(each.level), EscapeMarkup(each.rule),
                      each.address.empty() ? "" : " " + Code(each.address), EscapeMarkup(each.message));
      if (each.place.known()) out_ += fmt::format("<p class=\"quiet\">{}</p>\n", Code(each.place.Text()));
      if (!each.excerpt.empty()) DrawExcerpt(each.excerpt);
      if (!each.help.empty()) out_ += fmt::format("<p>{}</p>\n", EscapeMarkup(each.help));
      out_ += "</li>\n";
    }
    out_ += "</ul>\n";
  }

  void DrawExcerpt(const std::string& excerpt) {
    std::string lines;
    for (const std::string_view line : Split(std::string_view(excerpt).substr(0, excerpt.size() - 1), '\n'))
      lines += EscapeMarkup(line) + "\n";
    out_ +=
        fmt::format("<pre class=\"excerpt\" tabindex=\"0\" role=\"region\" aria-label=\"Source\">{}</pre>\n", lines);
  }

  void DrawNotes() {
    if (report_.notes.empty()) return;
    out_ += "<h2>Besides</h2>\n<ul>\n";
    for (const std::string& note : report_.notes) out_ += fmt::format("<li>{}</li>\n", EscapeMarkup(note));
    out_ += "</ul>\n";
  }

  void DrawControls() {
    out_ +=
        "<div class=\"controls\" hidden role=\"search\">\n<label>Filter <input type=\"search\" id=\"filter\" "
        "placeholder=\"words; press / to come here\" autocomplete=\"off\"></label>\n";
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
    out_ += fmt::format("<h2 id=\"changes\" tabindex=\"-1\">{}</h2>\n", EscapeMarkup(ItemsTitle(report_)));
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
      out_ += fmt::format("<p class=\"quiet\">{}{}</p>\n", Code(item.place.Text()),
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
    out_ += "<pre class=\"diff\" tabindex=\"0\" role=\"region\" aria-label=\"Differences\">";
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
    out_ +=
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Members\"><table "
        "class=\"members\">\n<thead><tr>"
        "<th scope=\"col\">Member</th>";
    for (const std::string& column : item.columns)
      out_ += fmt::format("<th scope=\"col\">{}</th>", EscapeMarkup(column));
    const bool has_places =
        std::ranges::any_of(item.fields, [](const ReportField& each) { return each.place.known(); });
    out_ += has_places ? "<th scope=\"col\">written at</th></tr></thead>\n<tbody>\n" : "</tr></thead>\n<tbody>\n";
    for (const ReportField& field : item.fields) {
      out_ += fmt::format("<tr><th scope=\"row\">{}</th>", Code(field.path));
      for (const std::string& value : field.values) out_ += fmt::format("<td>{}</td>", Code(value));
      if (has_places) out_ += fmt::format("<td>{}</td>", Code(field.place.Text()));
      out_ += "</tr>\n";
    }
    out_ += "</tbody>\n</table></div>\n";
  }

  const Report& report_;
  std::string out_;
};

}  // namespace

std::string DrawHtml(const Report& report) {
  return HtmlReport(report).Draw();
}

}  // namespace cxctl
