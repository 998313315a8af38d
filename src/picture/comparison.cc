#include "picture/comparison.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "picture/markup.h"

namespace cxctl {

namespace {

// Heights are pixels, widths shares of the day: the drawing fits any page without being scaled.
constexpr int kBefore = 1, kAfter = 13, kChange = 25, kBar = 10, kMark = 4;

class ComparisonDrawing {
 public:
  ComparisonDrawing(const Picture& before, const Picture& after) : before_(before), after_(after) {}

  std::string Draw() {
    out_ = fmt::format(
        "<figure class=\"weeks\">\n<figcaption>{}, time of {}. {} permitted before, {} after.</figcaption>\n",
        EscapeMarkup(SpanTitle(after_)), EscapeMarkup(after_.zone.name()),
        LengthText(before_.Total(CallingKind::kPermitted)), LengthText(after_.Total(CallingKind::kPermitted)));
    DrawHours();
    for (std::size_t i = 0; i < after_.days.size() && i < before_.days.size(); ++i)
      DrawDay(before_.days[i], after_.days[i]);
    return std::move(out_) + "</figure>\n";
  }

 private:
  void DrawHours() {
    out_ += "<div class=\"wday\" aria-hidden=\"true\"><span></span><svg class=\"whours\" height=\"14\">";
    for (int hour = 0; hour <= 24; hour += 6) {
      const std::string_view anchor = hour == 0 ? "start" : hour == 24 ? "end" : "middle";
      out_ +=
          fmt::format("<text x=\"{:.2f}%\" y=\"11\" text-anchor=\"{}\">{:02}</text>", hour / 24.0 * 100, anchor, hour);
    }
    out_ += "</svg><span></span></div>\n";
  }

  void DrawDay(const PictureDay& was, const PictureDay& is) {
    const std::string name = fmt::format("{} {} {}", ShortWeekday(is.date), is.date.day, ShortMonth(is.date.month));
    const std::string label =
        fmt::format("{}: before {}; after {}", name, PermittedText(before_, was), PermittedText(after_, is));
    out_ += fmt::format("<div class=\"wday\"><span>{}</span><svg height=\"30\" role=\"img\" aria-label=\"{}\">", name,
                        EscapeMarkup(label));
    out_ += fmt::format("<rect class=\"track\" y=\"{}\" width=\"100%\" height=\"{}\"/>", kBefore, kBar);
    out_ += fmt::format("<rect class=\"track\" y=\"{}\" width=\"100%\" height=\"{}\"/>", kAfter, kBar);
    DrawStretches(before_, was, kBefore, "before");
    DrawStretches(after_, is, kAfter, "after");
    for (const Interval& each : is.added.intervals()) DrawBox(after_, is, each, "added", kChange, kMark, "added");
    for (const Interval& each : is.removed.intervals()) DrawBox(after_, is, each, "removed", kChange, kMark, "removed");
    const std::string from = LengthText(was.Total(CallingKind::kPermitted)),
                      to = LengthText(is.Total(CallingKind::kPermitted));
    out_ += fmt::format("</svg><span class=\"wtotal\">{}</span></div>\n",
                        from == to ? to : fmt::format("{} → {}", from, to));
  }

  static std::string PermittedText(const Picture& picture, const PictureDay& day) {
    std::vector<std::string> spans;
    for (const CallingStretch& each : day.stretches) {
      if (each.cause.kind == CallingKind::kPermitted) spans.push_back(SpanText(picture, day, each.interval));
    }
    return spans.empty() ? "no time" : JoinAnd(spans);
  }

  void DrawStretches(const Picture& picture, const PictureDay& day, int top, std::string_view when) {
    for (const CallingStretch& each : day.stretches) {
      const std::string_view kind = CallingKindName(each.cause.kind);
      const std::string why =
          each.cause.reason.empty() ? std::string(kind) : fmt::format("{}: {}", kind, each.cause.reason);
      const std::string title = fmt::format("{}: {}", when, why);
      if (each.cause.kind == CallingKind::kPermitted) DrawBox(picture, day, each.interval, kind, top, kBar, title);
      // What is forbidden is thinner, so that it is told apart without its colour.
      if (each.cause.kind == CallingKind::kBlackout || each.cause.kind == CallingKind::kLaw)
        DrawBox(picture, day, each.interval, kind, top + 3, kMark, title);
    }
  }

  void DrawBox(const Picture& picture, const PictureDay& day, Interval interval, std::string_view css, int top,
               int height, std::string_view what) {
    const std::string title = fmt::format("{}, {}", SpanText(picture, day, interval), what);
    for (const ClockSpan& span : ClockSpans(picture, day, interval)) {
      out_ += fmt::format(
          "<rect class=\"{}\" x=\"{:.3f}%\" y=\"{}\" width=\"{:.3f}%\" height=\"{}\"><title>{}</title></rect>", css,
          span.start / 864.0, top, (span.end - span.start) / 864.0, height, EscapeMarkup(title));
    }
  }

  const Picture& before_;
  const Picture& after_;
  std::string out_;
};

}  // namespace

std::string DrawComparison(const Picture& before, const Picture& after) {
  return ComparisonDrawing(before, after).Draw();
}

std::string_view ComparisonLegend() {
  return R"(<p class="weeks wlegend" aria-hidden="true">Calling time, upper bar before, lower bar after:
<svg width="18" height="10"><rect class="permitted" width="18" height="10"/></svg> permitted,
<svg width="18" height="10"><rect class="blackout" y="3" width="18" height="4"/></svg> blackout,
<svg width="18" height="10"><rect class="law" y="3" width="18" height="4"/></svg> forbidden by law,
<svg width="18" height="10"><rect class="added" y="3" width="18" height="4"/></svg> added,
<svg width="18" height="10"><rect class="removed" y="3" width="18" height="4"/></svg> removed</p>
)";
}

std::string_view ComparisonStyle() {
  return R"(.weeks { margin: .75rem 0; font-size: .85rem }
.weeks figcaption { color: var(--quiet); margin-bottom: .4rem }
.wday { display: grid; grid-template-columns: 5.2rem 1fr 8rem; column-gap: .6rem; align-items: center }
.wday svg { width: 100%; display: block }
.wday .wtotal { font-variant-numeric: tabular-nums; text-align: right }
.whours { overflow: visible }
.whours text { fill: var(--quiet); font-size: 11px }
.weeks .track { fill: var(--track) }
.weeks .permitted { fill: var(--permitted) }
.weeks .blackout { fill: var(--blackout) }
.weeks .law { fill: none; stroke: var(--hatch); stroke-width: 2; stroke-dasharray: 3 2 }
.weeks .added { fill: var(--added) }
.weeks .removed { fill: none; stroke: var(--removed); stroke-dasharray: 4 2 }
.wlegend { color: var(--quiet); margin: .4rem 0 0 }
@media (max-width: 40rem) { .wday { grid-template-columns: 1fr auto } .wday svg { grid-column: 1 / -1; grid-row: 2 } }
@media print { .weeks rect { print-color-adjust: exact; -webkit-print-color-adjust: exact } .wday { break-inside: avoid } }
)";
}

}  // namespace cxctl
