#include "picture/html_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "picture/markup.h"

namespace cxctl {

namespace {

constexpr std::string_view kStyle = R"(
:root {
  color-scheme: light dark;
  --ground: #ffffff; --text: #1d2733; --quiet: #5b6876; --track: #eef1f4; --line: #d8dee5; --today: #e3efff;
  --permitted: #1b7f5c; --blackout: #b03a5b; --law: #f3d9a4; --hatch: #9a6200; --on: #ffffff; --onlaw: #4a3000;
  --added: #2563eb; --removed: #c22a2a;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #12171d; --text: #e6ebf0; --quiet: #9aa7b4; --track: #222a33; --line: #323c47; --today: #1b2d44;
    --permitted: #2fa67c; --blackout: #c9527a; --law: #4d3a17; --hatch: #d9a441; --on: #08120e; --onlaw: #f5dca8;
    --added: #6ea2ff; --removed: #ff7b7b;
  }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem clamp(1rem, 4vw, 2.5rem); background: var(--ground); color: var(--text);
  font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }
h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
p { margin: .25rem 0 }
.quiet { color: var(--quiet) }
.finding { border-left: .25rem solid var(--blackout); padding: .1rem 0 .1rem .75rem; margin: .75rem 0; overflow-wrap: anywhere }
.chart { margin: 1.5rem 0 0 }
.day { display: grid; grid-template-columns: 6.5rem 1fr 6.5rem; align-items: center; column-gap: .75rem; padding: .2rem .5rem; margin: 0 -.5rem; border-radius: .4rem }
.day.today { background: var(--today) }
.day.today .name { font-weight: 600 }
.day .total { text-align: right; font-variant-numeric: tabular-nums }
.day.monday { margin-top: .75rem }
.bar { position: relative; height: 2.25rem; border-radius: .25rem; background: var(--track);
  background-image: repeating-linear-gradient(to right, var(--ground) 0 1px, transparent 1px 12.5%) }
.month .bar { height: 1.15rem }
.month .day { padding-top: .1rem; padding-bottom: .1rem }
.month .bar span { display: none }
.bar > div { position: absolute; top: 0; bottom: 0; border-radius: .25rem; overflow: hidden; white-space: nowrap; font-size: .78rem;
  display: flex; align-items: center; padding: 0 .4rem; min-width: 2px; container-type: inline-size }
.bar > .crossed { justify-content: flex-end }
@container (max-width: 2rem) { .bar span { display: none } }
@container (max-width: 4.6rem) { .permitted span { display: none } }
@container (max-width: 14rem) { .crossed span { display: none } }
.month .bar > div { padding: 0 }
.bar > div span { overflow: hidden; text-overflow: ellipsis }
.permitted { background: var(--permitted); color: var(--on) }
.blackout { background: repeating-linear-gradient(45deg, var(--ground) 0 1.5px, var(--blackout) 1.5px 8px); color: var(--on) }
.blackout span { background: var(--blackout); border-radius: .2rem; padding: 0 .25rem }
.law { background: repeating-linear-gradient(-45deg, var(--hatch) 0 2px, var(--law) 2px 7px); color: var(--onlaw) }
.law span { background: var(--law); border-radius: .2rem; padding: 0 .25rem }
.closed { background: var(--track) }
.bar > .change { top: auto; bottom: -.15rem; height: .5rem; border-radius: .15rem; padding: 0; z-index: 1 }
.added { background: var(--added); outline: 1px solid var(--ground) }
.removed { border: 1.5px dashed var(--removed); background: var(--ground) }
.bar > .now { width: 2px; min-width: 0; padding: 0; margin-left: -1px; top: -.3rem; bottom: -.3rem; border-radius: 1px; background: var(--text); outline: 1px solid var(--ground); z-index: 2 }
.bar > .clock { width: 0; min-width: 0; padding: 0; border-radius: 0; border-left: 2px dotted var(--text); overflow: visible }
.hours { color: var(--quiet); font-size: .75rem; align-items: end }
.hours .scale { position: relative; height: 1.2rem }
.hours .scale div { position: absolute; transform: translateX(-50%) }
.legend { display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; margin: 1rem 0; padding: 0; list-style: none; font-size: .9rem }
.legend li { display: flex; align-items: center; gap: .5rem }
.legend i { display: inline-block; width: 1.4rem; height: .85rem; border-radius: .2rem }
.legend .now { width: 2px; border-radius: 0; background: var(--text); margin: 0 .6rem }
table { border-collapse: collapse; width: 100%; font-size: .92rem }
caption { text-align: left; color: var(--quiet); padding-bottom: .4rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
th { font-weight: 600 }
th[scope=row], .time { width: 1%; white-space: nowrap; overflow-wrap: normal; font-variant-numeric: tabular-nums }
th:first-child { padding-left: .5rem }
tr.more td { border-top: 0 }
tr.today > * { background: var(--today) }
ul.plain { margin: .25rem 0; padding-left: 1.1rem }
@media (max-width: 40rem) {
  .day { grid-template-columns: 1fr auto; row-gap: .15rem; padding-bottom: .45rem }
  .day .bar, .day .scale { grid-column: 1 / -1; grid-row: 2 }
  .hours { padding-top: 0; padding-bottom: 0 }
  .hours .name, .hours .total { display: none }
  .hours .scale .odd { display: none }
  .month .day { padding-bottom: .3rem }
  th, td { padding-right: .5rem }
}
@media (forced-colors: active) { .bar, .bar > div, .legend i { forced-color-adjust: none } }
@media print {
  .bar, .bar > div, .legend i { print-color-adjust: exact; -webkit-print-color-adjust: exact }
  body { max-width: none; padding: 0 .5rem }
  .day, tr { break-inside: avoid }
}
)";

class HtmlDrawing {
 public:
  explicit HtmlDrawing(const Picture& picture) : picture_(picture) {}

  std::string Draw() {
    DrawHead();
    DrawChart();
    DrawLegend();
    DrawChange();
    DrawTable();
    DrawLaws();
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void DrawHead() {
    const std::string address = EscapeMarkup(picture_.address);
    const std::string title = EscapeMarkup(SpanTitle(picture_));
    out_ += fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        "<title>{}: permitted calling time, {}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n",
        address, title, kStyle);
    out_ +=
        fmt::format("<h1>{}</h1>\n<p>{}, time of {}: <strong>{} permitted</strong></p>\n<p class=\"quiet\">{}</p>\n",
                    address, title, EscapeMarkup(picture_.zone.name()),
                    LengthText(picture_.Total(CallingKind::kPermitted)), EscapeMarkup(StatusText(picture_)));
    for (const PictureFinding& each : picture_.findings)
      out_ += fmt::format("<p class=\"finding\">{}</p>\n", EscapeMarkup(FindingText(each)));
  }

  void DrawChart() {
    // Everything in the chart is in the table, too, where it can be read out.
    out_ += fmt::format("<div class=\"chart{}\" aria-hidden=\"true\">\n", picture_.is_month ? " month" : "");
    out_ += "<div class=\"day hours\"><div class=\"name\"></div><div class=\"scale\">";
    for (int hour = 0; hour <= 24; hour += 3) {
      out_ += fmt::format("<div{} style=\"left:{:.1f}%\">{:02}</div>", hour % 6 == 3 ? " class=\"odd\"" : "",
                          hour / 24.0 * 100, hour);
    }
    out_ += "</div><div class=\"total\"></div></div>\n";
    for (const PictureDay& day : picture_.days) DrawDay(day);
    out_ += "</div>\n";
  }

  std::string NameOf(const PictureDay& day) const {
    return fmt::format("{} {} {}", ShortWeekday(day.date), day.date.day, ShortMonth(day.date.month));
  }

  void DrawDay(const PictureDay& day) {
    const bool is_today = picture_.Today() == &day;
    const bool begins_week = picture_.is_month && WeekdayOf(day.date) == 0 && day.date.day > 1;
    out_ += fmt::format("<div class=\"day{}{}\"><div class=\"name\">{}</div><div class=\"bar\">",
                        is_today ? " today" : "", begins_week ? " monday" : "", NameOf(day));
    for (const CallingStretch& each : day.stretches) {
      if (each.cause.kind == CallingKind::kClosed) continue;
      const std::string times = SpanText(picture_, day, each.interval);
      const std::string label = each.cause.kind == CallingKind::kPermitted ? times : each.cause.reason;
      DrawBox(day, each.interval, CallingKindName(each.cause.kind), times + ", " + ReasonOf(each.cause), label);
    }
    for (const Interval& each : day.added.intervals())
      DrawBox(day, each, "change added", SpanText(picture_, day, each) + ", added by the plan", "");
    for (const Interval& each : day.removed.intervals())
      DrawBox(day, each, "change removed", SpanText(picture_, day, each) + ", removed by the plan", "");
    if (day.clock_change) {
      DrawLine("clock", SecondOf(picture_, *day.clock_change), ClockChangeText(picture_, *day.clock_change));
    }
    if (is_today) {
      DrawLine("now", picture_.zone.LocalAt(picture_.now).second_of_day, "now, " + NowText(picture_));
    }
    out_ += fmt::format("</div><div class=\"total\">{}</div></div>\n", LengthText(day.Total(CallingKind::kPermitted)));
  }

  void DrawBox(const PictureDay& day, Interval interval, std::string_view css, std::string_view title,
               std::string_view label) {
    for (const ClockSpan& span : ClockSpans(picture_, day, interval)) {
      // The line of the present time would cross the text at the left.
      const int now = picture_.zone.LocalAt(picture_.now).second_of_day;
      const bool is_crossed = picture_.Today() == &day && span.start <= now && now < (span.start + span.end) / 2;
      out_ += fmt::format("<div class=\"{}{}\" style=\"left:{:.3f}%;width:{:.3f}%\" title=\"{}\">", css,
                          is_crossed ? " crossed" : "", span.start / 864.0, (span.end - span.start) / 864.0,
                          EscapeMarkup(title));
      if (!label.empty()) out_ += fmt::format("<span>{}</span>", EscapeMarkup(label));
      out_ += "</div>";
    }
  }

  void DrawLine(std::string_view css, int second, std::string_view title) {
    out_ += fmt::format("<div class=\"{}\" style=\"left:{:.3f}%\" title=\"{}\"></div>", css, second / 864.0,
                        EscapeMarkup(title));
  }

  void DrawLegend() {
    const auto item = [&](std::string_view css, std::string_view text) {
      out_ += fmt::format("<li><i class=\"{}\"></i>{}</li>\n", css, EscapeMarkup(text));
    };
    out_ += "<ul class=\"legend\" aria-hidden=\"true\">\n";
    item("permitted", "permitted");
    item("blackout", "blackout");
    item("law", "forbidden by law");
    item("closed", "closed");
    if (picture_.change) {
      item("added", "added by the plan");
      item("removed", "removed by the plan");
    }
    if (picture_.Today()) item("now", "now, " + NowText(picture_));
    out_ += "</ul>\n";
  }

  void DrawChange() {
    if (!picture_.change) return;
    out_ += fmt::format("<p>Plan {} ({}) {}</p>\n", EscapeMarkup(picture_.change->plan_id),
                        EscapeMarkup(picture_.change->action), EscapeMarkup(ChangeText(picture_)));
  }

  static std::string ReasonOf(const CallingCause& cause) {
    std::string text(CallingKindName(cause.kind));
    if (!cause.reason.empty()) text += fmt::format(": {}", cause.reason);
    if (cause.kind == CallingKind::kLaw) text += fmt::format(" ({})", LawName(cause));
    return text;
  }

  /// Times of a day and what holds then; one line at least.
  std::vector<std::pair<std::string, std::string>> LinesOf(const PictureDay& day) const {
    std::vector<std::pair<std::string, std::string>> lines;
    for (const CallingStretch& each : day.stretches) {
      if (each.cause.kind == CallingKind::kClosed && day.stretches.size() > 1) continue;
      lines.emplace_back(day.stretches.size() == 1 ? "all day" : SpanText(picture_, day, each.interval),
                         ReasonOf(each.cause));
    }
    for (const Interval& each : day.added.intervals())
      lines.emplace_back(SpanText(picture_, day, each), "added by the plan");
    for (const Interval& each : day.removed.intervals())
      lines.emplace_back(SpanText(picture_, day, each), "removed by the plan");
    if (day.clock_change) lines.emplace_back("", ClockChangeText(picture_, *day.clock_change));
    if (lines.empty()) lines.emplace_back("", "");
    return lines;
  }

  void DrawTable() {
    out_ += fmt::format(
        "<h2>Exact times</h2>\n<table>\n<caption>By the clock of {}</caption>\n<thead><tr><th scope=\"col\">Day</th>"
        "<th scope=\"col\">Time</th><th scope=\"col\">What holds</th></tr></thead>\n<tbody>\n",
        EscapeMarkup(picture_.zone.name()));
    for (const PictureDay& day : picture_.days) {
      const std::vector<std::pair<std::string, std::string>> lines = LinesOf(day);
      const std::string_view today = picture_.Today() == &day ? " class=\"today\"" : "";
      out_ += fmt::format("<tr{}><th scope=\"row\" rowspan=\"{}\">{}</th>", today, lines.size(), NameOf(day));
      for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0) out_ += fmt::format("<tr class=\"more{}\">", today.empty() ? "" : " today");
        out_ += fmt::format("<td class=\"time\">{}</td><td>{}</td></tr>\n", EscapeMarkup(lines[i].first),
                            EscapeMarkup(lines[i].second));
      }
    }
    out_ += "</tbody>\n</table>\n";
  }

  void DrawLaws() {
    const std::vector<PictureLaw> laws = LawsOf(picture_);
    if (laws.empty()) return;
    out_ += "<h2>Laws</h2>\n<ul class=\"plain\">\n";
    for (const PictureLaw& law : laws) {
      out_ += fmt::format("<li>{}: {} <span class=\"quiet\">(source: {})</span></li>\n", EscapeMarkup(law.name),
                          EscapeMarkup(Join(law.reasons, "; ")), EscapeMarkup(law.source));
    }
    out_ += "</ul>\n";
  }

  const Picture& picture_;
  std::string out_;
};

}  // namespace

std::string DrawHtml(const Picture& picture) {
  return HtmlDrawing(picture).Draw();
}

}  // namespace cxctl
