#include "picture/svg_picture.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "picture/markup.h"

namespace cxctl {

namespace {

// Units of the drawing, which is 960 wide.
constexpr double kWidth = 960, kMargin = 28, kLabel = 96, kTotal = 96;
constexpr double kLeft = kMargin + kLabel, kBars = kWidth - 2 * kMargin - kLabel - kTotal;
constexpr double kTop = 118;        // of the first row
constexpr double kCharacter = 6.4;  // A generous mean of sans-serif fonts at the size of labels.

constexpr std::string_view kStyle = R"(
  .ground { fill: #ffffff }
  text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: #1d2733; font-size: 12px }
  .title { font-size: 20px; font-weight: 600 }
  .quiet { fill: #5b6876 }
  .strong { font-weight: 600 }
  .track { fill: #eef1f4 }
  .grid { stroke: #ffffff; stroke-width: 1 }
  .today { fill: #e3efff }
  .permitted { fill: #1b7f5c }
  .blackout { fill: #b03a5b }
  .law { fill: #f3d9a4 }
  .hatch { stroke: #9a6200 }
  .gap { stroke: #ffffff }
  .on { fill: #ffffff; font-size: 11px }
  .onlaw { fill: #4a3000; font-size: 11px }
  .added { fill: #2563eb }
  .removed { fill: none; stroke: #c22a2a; stroke-width: 1.5; stroke-dasharray: 4 2 }
  .now { stroke: #1d2733; stroke-width: 2 }
  .nowdot { fill: #1d2733 }
  @media screen and (prefers-color-scheme: dark) {
    .ground { fill: #12171d }
    text { fill: #e6ebf0 }
    .quiet { fill: #9aa7b4 }
    .track { fill: #222a33 }
    .grid { stroke: #12171d }
    .today { fill: #1b2d44 }
    .permitted { fill: #2fa67c }
    .blackout { fill: #c9527a }
    .law { fill: #4d3a17 }
    .hatch { stroke: #d9a441 }
    .gap { stroke: #12171d }
    .on { fill: #08120e }
    .onlaw { fill: #f5dca8 }
    .added { fill: #6ea2ff }
    .removed { stroke: #ff7b7b }
    .now { stroke: #e6ebf0 }
    .nowdot { fill: #e6ebf0 }
  }
)";

class SvgDrawing {
 public:
  explicit SvgDrawing(const Picture& picture)
      : picture_(picture), row_(picture.is_month ? 18 : 36), gap_(picture.is_month ? 4 : 8) {
    if (picture.change) gap_ += kLane + 2;
  }

  std::string Draw() {
    for (const PictureDay& day : picture_.days) DrawDay(day);
    DrawHours();
    y_ += 12;
    DrawLegend();
    DrawNotes();
    return Head() + std::move(body_) + "</svg>\n";
  }

 private:
  static constexpr double kLane = 7;

  std::string Head() const {
    const double height = y_ + kMargin - 8;
    std::string head = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {:.0f}\" width=\"{}\" height=\"{:.0f}\" "
        "role=\"img\" "
        "aria-labelledby=\"title desc\">\n",
        kWidth, height, kWidth, height);
    head += fmt::format("<title id=\"title\">{}: permitted calling time, {}</title>\n", EscapeMarkup(picture_.address),
                        EscapeMarkup(SpanTitle(picture_)));
    head += fmt::format("<desc id=\"desc\">{}</desc>\n", EscapeMarkup(Description()));
    head += fmt::format("<style>{}</style>\n", kStyle);
    head +=
        "<defs><pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
        "patternTransform=\"rotate(45)\"><rect class=\"law\" width=\"7\" height=\"7\"/><line class=\"hatch\" x1=\"0\" "
        "y1=\"0\" x2=\"0\" y2=\"7\" stroke-width=\"3\"/></pattern><pattern id=\"stripe\" width=\"8\" height=\"8\" "
        "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(-45)\"><rect class=\"blackout\" width=\"8\" "
        "height=\"8\"/><line class=\"gap\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"8\" stroke-width=\"3\"/></pattern></defs>\n";
    head += fmt::format("<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
    head += Title(picture_.address);
    head += Text(kMargin, 66, "quiet", fmt::format("{}, time of {}", SpanTitle(picture_), picture_.zone.name()));
    head += Text(kMargin, 84, "quiet", StatusText(picture_));
    head += Text(kWidth - kMargin, 44, "strong",
                 fmt::format("{} permitted", LengthText(picture_.Total(CallingKind::kPermitted))), "end");
    return head;
  }

  /// As large as leaves room for the total at the right.
  static std::string Title(std::string_view address) {
    constexpr double kRoom = kWidth - 2 * kMargin - 150, kShare = 0.62, kLargest = 20, kSmallest = 12;
    const double size = std::clamp(
        kRoom / kShare / static_cast<double>(std::max<std::size_t>(1, CountCodePoints(address))), kSmallest, kLargest);
    const auto most = static_cast<std::size_t>(kRoom / kShare / size);
    return fmt::format("<text class=\"title\" x=\"{:.1f}\" y=\"44\" style=\"font-size: {:.1f}px\">{}</text>\n", kMargin,
                       size, EscapeMarkup(Shortened(address, most)));
  }

  /// Everything that is drawn, in words.
  std::string Description() const {
    std::string text = fmt::format("Time of {}. ", picture_.zone.name());
    for (const PictureDay& day : picture_.days) {
      std::vector<std::string> parts;
      for (const CallingStretch& each : day.stretches) {
        if (each.cause.kind == CallingKind::kClosed) continue;
        parts.push_back(TitleOf(day, each));
      }
      text += fmt::format("{} {}: {}. ", ShortWeekday(day.date), FormatDate(day.date),
                          parts.empty() ? "closed" : Join(parts, "; "));
    }
    return text + StatusText(picture_);
  }

  static std::string Text(double x, double y, std::string_view css, std::string_view text,
                          std::string_view anchor = "start") {
    return fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", css, x, y, anchor,
                       EscapeMarkup(text));
  }

  int NowSecond() const { return picture_.zone.LocalAt(picture_.now).second_of_day; }
  static double X(int second) { return kLeft + kBars * second / 86'400; }

  std::string TitleOf(const PictureDay& day, const CallingStretch& stretch) const {
    std::string text =
        fmt::format("{} {}", SpanText(picture_, day, stretch.interval), CallingKindName(stretch.cause.kind));
    if (!stretch.cause.reason.empty()) text += fmt::format(": {}", stretch.cause.reason);
    if (stretch.cause.kind == CallingKind::kLaw)
      text += fmt::format(" ({}; {})", LawName(stretch.cause), stretch.cause.source);
    return text;
  }

  void DrawDay(const PictureDay& day) {
    if (picture_.is_month && WeekdayOf(day.date) == 0 && day.date.day > 1) y_ += 10;
    const bool is_today = picture_.Today() == &day;
    const double height = row_ + (picture_.change ? kLane + 2 : 0);
    if (is_today) {
      body_ += fmt::format("<rect class=\"today\" x=\"{}\" y=\"{:.1f}\" width=\"{}\" height=\"{:.1f}\" rx=\"6\"/>\n",
                           kMargin - 10, y_ - 3, kWidth - 2 * kMargin + 20, height + 6);
    }
    const double middle = y_ + row_ / 2 + 4;
    body_ += Text(kMargin, middle, is_today ? "strong" : "",
                  fmt::format("{} {} {}", ShortWeekday(day.date), day.date.day, ShortMonth(day.date.month)));
    body_ +=
        fmt::format("<rect class=\"track\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"3\"/>\n",
                    kLeft, y_, kBars, row_);
    for (int hour = 3; hour < 24; hour += 3) {
      body_ += fmt::format("<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>\n",
                           X(hour * 3600), y_, y_ + row_);
    }
    for (const CallingStretch& each : day.stretches) {
      if (each.cause.kind != CallingKind::kClosed) DrawStretch(day, each);
    }
    for (const Interval& each : day.added.intervals()) DrawLane(day, each, "added", "added by the plan");
    for (const Interval& each : day.removed.intervals()) DrawLane(day, each, "removed", "removed by the plan");
    const std::string total = LengthText(day.Total(CallingKind::kPermitted));
    body_ += Text(kWidth - kMargin, middle, total == "0 h" ? "quiet" : "", total, "end");
    if (day.clock_change) DrawClockChange(day);
    if (is_today) DrawNow();
    y_ += row_ + gap_;
  }

  /// A pattern for each kind, so that no colour has to be told from another.
  static std::string FillOf(CallingKind kind) {
    if (kind == CallingKind::kLaw) return "fill=\"url(#hatch)\"";
    if (kind == CallingKind::kBlackout) return "fill=\"url(#stripe)\"";
    return fmt::format("class=\"{}\"", CallingKindName(kind));
  }

  void DrawStretch(const PictureDay& day, const CallingStretch& stretch) {
    const std::string title = EscapeMarkup(TitleOf(day, stretch));
    for (const ClockSpan& span : ClockSpans(picture_, day, stretch.interval)) {
      const double width = X(span.end) - X(span.start);
      body_ += fmt::format(
          "<g><title>{}</title><rect {} x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.1f}\" rx=\"3\"/>", title,
          FillOf(stretch.cause.kind), X(span.start), y_, width, row_);
      if (!picture_.is_month) DrawLabel(day, stretch, X(span.start), width);
      body_ += "</g>\n";
    }
  }

  /// What fits into a bar: the times of a permitted one, the reason of another.
  void DrawLabel(const PictureDay& day, const CallingStretch& stretch, double x, double width) {
    const bool is_permitted = stretch.cause.kind == CallingKind::kPermitted;
    const std::string text = is_permitted ? SpanText(picture_, day, stretch.interval) : stretch.cause.reason;
    const auto room = static_cast<std::size_t>(std::max(0.0, (width - 14) / kCharacter));
    if (is_permitted ? CountCodePoints(text) > room : room < 5) return;
    const std::string shown = Shortened(text, room);
    const double size = static_cast<double>(CountCodePoints(shown)) * kCharacter;
    // At the left, or at the right where a line would cross the text.
    double left = x + 7;
    if (IsCrossed(day, left, left + size)) left = x + width - 7 - size;
    if (IsCrossed(day, left, left + size)) return;
    const double middle = y_ + row_ / 2;
    if (!is_permitted) {  // a ground that the pattern does not disturb
      body_ += fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"18\" rx=\"3\"/>",
                           CallingKindName(stretch.cause.kind), left - 3, middle - 9, size + 6);
    }
    body_ += Text(left, middle + 4, stretch.cause.kind == CallingKind::kLaw ? "onlaw" : "on", shown);
    body_.pop_back();
  }

  /// Whether the line of the present time, or of a change of the clock, lies there.
  bool IsCrossed(const PictureDay& day, double left, double right) const {
    const auto lies_there = [&](int second) { return left - 4 < X(second) && X(second) < right + 4; };
    return (picture_.Today() == &day && lies_there(NowSecond())) ||
           (day.clock_change && lies_there(SecondOf(picture_, *day.clock_change)));
  }

  void DrawLane(const PictureDay& day, Interval interval, std::string_view css, std::string_view what) {
    for (const ClockSpan& span : ClockSpans(picture_, day, interval)) {
      body_ += fmt::format(
          "<g><title>{} {}</title><rect class=\"{}\" x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{}\" "
          "rx=\"2\"/></g>\n",
          EscapeMarkup(SpanText(picture_, day, interval)), what, css, X(span.start), y_ + row_ + 2,
          X(span.end) - X(span.start), kLane - 1);
    }
  }

  void DrawClockChange(const PictureDay& day) {
    body_ += fmt::format(
        "<g><title>{0}</title><line class=\"now\" stroke-dasharray=\"2 3\" x1=\"{1:.1f}\" y1=\"{2:.1f}\" "
        "x2=\"{1:.1f}\" "
        "y2=\"{3:.1f}\"/></g>\n",
        EscapeMarkup(ClockChangeText(picture_, *day.clock_change)), X(SecondOf(picture_, *day.clock_change)), y_ - 2,
        y_ + row_ + 2);
  }

  void DrawNow() {
    const double x = X(NowSecond());
    body_ += fmt::format(
        "<g><title>now: {}</title><line class=\"now\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>"
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\" class=\"nowdot\"/></g>\n",
        EscapeMarkup(NowText(picture_)), x, y_ - 3, x, y_ + row_ + 3, x, y_ - 3);
  }

  void DrawHours() {
    for (int hour = 0; hour <= 24; hour += 3)
      body_ += Text(X(hour * 3600), kTop - 10, "quiet", fmt::format("{:02}:00", hour), "middle");
  }

  void DrawLegend() {
    double x = kMargin;
    const auto break_line = [&] {
      x = kMargin;
      y_ += 20;
    };
    const auto item = [&](const std::string& shape, std::string_view text) {
      const double width = 26 + static_cast<double>(text.size()) * 6.6 + 18;
      if (x + width > kWidth - kMargin) break_line();
      body_ += fmt::format("<rect {} x=\"{:.1f}\" y=\"{:.1f}\" width=\"18\" height=\"12\" rx=\"3\"/>", shape, x, y_);
      body_ += Text(x + 26, y_ + 10.5, "", text);
      x += width;
    };
    item("class=\"permitted\"", "permitted");
    item(FillOf(CallingKind::kBlackout), "blackout");
    item(FillOf(CallingKind::kLaw), "forbidden by law");
    item("class=\"track\"", "closed");
    if (picture_.change) {
      item("class=\"added\"", "added by the plan");
      item("class=\"removed\"", "removed by the plan");
    }
    if (picture_.Today()) {
      if (x + 200 > kWidth - kMargin) break_line();
      body_ += fmt::format("<line class=\"now\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>", x + 9,
                           y_ - 2, y_ + 14);
      body_ += Text(x + 20, y_ + 10.5, "", fmt::format("now, {}", NowText(picture_)));
    }
    y_ += 30;
  }

  /// Below the drawing: what rules find fault with, what the plan changes, the laws with their sources, blackouts and
  /// changes of the clock with their days.
  void DrawNotes() {
    for (const PictureFinding& each : picture_.findings) DrawNote(FindingText(each));
    if (picture_.change) DrawNote(fmt::format("Plan {}: {}", picture_.change->plan_id, ChangeText(picture_)));
    for (const PictureLaw& law : LawsOf(picture_))
      DrawNote(fmt::format("Law {}: {} (source: {})", law.name, Join(law.reasons, "; "), law.source));
    std::vector<std::pair<std::string, std::string>> blackouts;  // reason, days
    for (const PictureDay& day : picture_.days) {
      const std::string date = fmt::format("{} {}", day.date.day, ShortMonth(day.date.month));
      for (const CallingStretch& each : day.stretches) {
        if (each.cause.kind != CallingKind::kBlackout) continue;
        const auto known = std::ranges::find(blackouts, each.cause.reason, &std::pair<std::string, std::string>::first);
        if (known == blackouts.end()) {
          blackouts.emplace_back(each.cause.reason, date);
        } else if (!known->second.ends_with(date)) {
          known->second += ", " + date;
        }
      }
    }
    for (const auto& [reason, days] : blackouts) DrawNote(fmt::format("Blackout {}: {}", days, reason));
    for (const PictureDay& day : picture_.days) {
      if (!day.clock_change) continue;
      DrawNote(fmt::format("{} {}: {}", day.date.day, ShortMonth(day.date.month),
                           ClockChangeText(picture_, *day.clock_change)));
    }
  }

  void DrawNote(std::string_view text) {
    constexpr std::size_t kMost = 140;
    std::string line;
    for (const std::string_view word : Split(text, ' ')) {
      if (!line.empty() && CountCodePoints(line) + 1 + CountCodePoints(word) > kMost) {
        DrawNoteLine(line);
        line = "   ";
      }
      line += (line.empty() ? "" : " ") + Shortened(word, kMost);
    }
    DrawNoteLine(line);
  }

  void DrawNoteLine(std::string_view line) {
    const bool goes_on = line.starts_with(' ');
    body_ += Text(kMargin + (goes_on ? 14 : 0), y_ + 8, "quiet", Trim(line));
    y_ += 18;
  }

  const Picture& picture_;
  double row_, gap_;
  double y_ = kTop;
  std::string body_;
};

}  // namespace

std::string DrawSvg(const Picture& picture) {
  return SvgDrawing(picture).Draw();
}

}  // namespace cxctl
