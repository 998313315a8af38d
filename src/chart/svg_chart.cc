#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "chart/chart.h"
#include "chart/scale.h"
#include "picture/markup.h"

namespace cxctl {

namespace {

// Units of the drawing, which is 960 wide.
constexpr double kWidth = 960, kMargin = 28, kAxis = 64, kPlot = 220, kAbove = 74, kBelow = 44, kGap = 24;
constexpr double kLeft = kMargin + kAxis, kRight = kWidth - kMargin;
constexpr double kCharacter = 6.6;  // A generous mean of sans-serif fonts at 12 px.
constexpr std::size_t kPatterns = 3;

constexpr std::string_view kStyle = R"(
  .ground { fill: #ffffff }
  text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: #1d2733; font-size: 12px }
  .title { font-size: 18px; font-weight: 600 }
  .quiet { fill: #5b6876 }
  .grid { stroke: #d5dce3; stroke-width: 1 }
  .s0 { fill: #1f6feb } .s1 { fill: #b35900 } .s2 { fill: #7c3aad }
  .line0 { stroke: #1f6feb } .line1 { stroke: #b35900 } .line2 { stroke: #7c3aad }
  .faint { fill: none; stroke: #5b6876; stroke-dasharray: 3 2 }
  .interval { stroke: #1d2733; stroke-width: 1.5; fill: none }
  .pale { fill: #ffffff }
  @media screen and (prefers-color-scheme: dark) {
    .ground { fill: #12171d }
    text { fill: #e6ebf0 }
    .quiet { fill: #9aa7b4 }
    .grid { stroke: #2c3641 }
    .s0 { fill: #6ea2ff } .s1 { fill: #f0a35e } .s2 { fill: #c79bf0 }
    .line0 { stroke: #6ea2ff } .line1 { stroke: #f0a35e } .line2 { stroke: #c79bf0 }
    .faint { stroke: #9aa7b4 }
    .interval { stroke: #e6ebf0 }
    .pale { fill: #12171d }
  }
)";

constexpr std::string_view kDefinitions =
    "<defs><pattern id=\"p1\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\"><rect class=\"pale\" width=\"6\" height=\"6\"/><path class=\"line1\" "
    "d=\"M0 0V6\" stroke-width=\"6\"/></pattern><pattern id=\"p2\" width=\"5\" height=\"5\" "
    "patternUnits=\"userSpaceOnUse\"><rect class=\"pale\" width=\"5\" height=\"5\"/><circle class=\"s2\" cx=\"2.5\" "
    "cy=\"2.5\" r=\"1.8\"/></pattern></defs>\n";

std::string Text(double x, double y, std::string_view type, std::string_view text, std::string_view anchor = "start") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\" text-anchor=\"{}\">{}</text>\n", x, y, type, anchor,
                     EscapeMarkup(text));
}

std::string Described(const Chart& chart) {
  std::string out = chart.title + ". ";
  if (!chart.subtitle.empty()) out += chart.subtitle + ". ";
  for (const ChartGroup& group : chart.groups) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < group.bars.size() && i < chart.series.size(); ++i) {
      if (!group.bars[i]) continue;
      const std::string value = ValueText(chart, group.bars[i]->value);
      values.push_back(chart.series.size() > 1 ? fmt::format("{} {}", chart.series[i], value) : value);
    }
    if (values.empty()) continue;
    if (!group.note.empty()) values.push_back(group.note);
    out += fmt::format("{}: {}; ", group.label, Join(values, ", "));
  }
  return out;
}

class Panel {
 public:
  Panel(const Chart& chart, double top) : chart_(chart), scale_(ScaleOf(chart)), top_(top + kAbove) {}

  std::string Draw() const {
    std::string out = "<g>\n" + Title();
    out += Text(kMargin, top_ - kAbove + 42, "quiet", chart_.subtitle);
    out += Legend() + Grid();
    const double width = chart_.groups.empty() ? 0 : (kRight - kLeft) / static_cast<double>(chart_.groups.size());
    for (std::size_t i = 0; i < chart_.groups.size(); ++i) {
      out += Group(chart_.groups[i], kLeft + width * static_cast<double>(i), width, ShowsLabel(i, width));
    }
    return out + "</g>\n";
  }

 private:
  /// As large as fits.
  std::string Title() const {
    constexpr double kShare = 0.62, kLargest = 18, kSmallest = 11;
    const auto characters = static_cast<double>(std::max<std::size_t>(1, CountCodePoints(chart_.title)));
    const double size = std::clamp((kRight - kMargin) / kShare / characters, kSmallest, kLargest);
    const auto most = static_cast<std::size_t>((kRight - kMargin) / kShare / size);
    return fmt::format("<text class=\"title\" x=\"{:.1f}\" y=\"{:.1f}\" style=\"font-size: {:.1f}px\">{}</text>\n",
                       kMargin, top_ - kAbove + 22, size, EscapeMarkup(Shortened(chart_.title, most)));
  }

  double Y(double value) const { return top_ + kPlot * (1 - std::clamp(value / scale_.top, 0.0, 1.0)); }

  std::string Legend() const {
    std::string out;
    double x = kLeft;
    const double y = top_ - 14;
    const auto add = [&](const std::string& swatch, const std::string& name) {
      out += swatch + Text(x + 18, y, "", name);
      x += 36 + kCharacter * static_cast<double>(CountCodePoints(name));
    };
    for (std::size_t i = 0; chart_.series.size() > 1 && i < chart_.series.size(); ++i) {
      add(Rect(x, y - 10, 12, 11, i, false), chart_.series[i]);
    }
    if (!chart_.interval.empty()) {
      add(fmt::format("<path class=\"interval\" d=\"M{0:.1f} {1:.1f}V{2:.1f}\"/>", x + 6, y - 10, y + 1),
          chart_.interval);
    }
    return out;
  }

  std::string Grid() const {
    std::string out;
    const int steps = static_cast<int>(scale_.top / scale_.step + 0.5);
    for (int i = 0; i <= steps; ++i) {
      const double value = scale_.step * i;
      out += fmt::format("<path class=\"grid\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", kLeft, Y(value), kRight);
      out += Text(kLeft - 8, Y(value) + 4, "quiet", AxisText(chart_, value, scale_.step), "end");
    }
    return out;
  }

  bool ShowsLabel(std::size_t index, double width) const {
    std::size_t longest = 1;
    for (const ChartGroup& group : chart_.groups) longest = std::max(longest, CountCodePoints(group.label));
    const double needed = kCharacter * static_cast<double>(longest) + 8;
    const auto every = static_cast<std::size_t>(std::max(1.0, needed / std::max(width, 1.0) + 0.999));
    return index % every == 0;
  }

  std::string Group(const ChartGroup& group, double left, double width, bool label) const {
    std::string out;
    const double inner = width * 0.8, each = inner / static_cast<double>(std::max<std::size_t>(1, group.bars.size()));
    double top = top_ + kPlot;
    for (std::size_t i = 0; i < group.bars.size(); ++i) {
      if (!group.bars[i]) continue;
      const ChartBar& bar = *group.bars[i];
      const double x = left + width * 0.1 + each * static_cast<double>(i), y = Y(bar.value);
      out += Rect(x, y, each * 0.92, top_ + kPlot - y, i, bar.is_faint);
      if (bar.low && bar.high) out += Interval(x + each * 0.46, *bar.low, *bar.high);
      top = std::min(top, Y(std::max(bar.value, bar.high.value_or(0))));
    }
    const bool fits = kCharacter * static_cast<double>(CountCodePoints(group.note)) <= width + 12;
    if (!group.note.empty() && fits) out += Text(left + width / 2, top - 5, "", group.note, "middle");
    if (label) out += Text(left + width / 2, top_ + kPlot + 18, "quiet", group.label, "middle");
    return out;
  }

  std::string Interval(double x, double low, double high) const {
    return fmt::format(
        "<path class=\"interval\" d=\"M{0:.1f} {1:.1f}V{2:.1f}M{3:.1f} {1:.1f}h6M{3:.1f} {2:.1f}h6\"/>\n", x, Y(low),
        Y(high), x - 3);
  }

  static std::string Rect(double x, double y, double width, double height, std::size_t series, bool faint) {
    const std::size_t pattern = series % kPatterns;
    const std::string fill = pattern == 0 || faint ? "" : fmt::format(" style=\"fill: url(#p{})\"", pattern);
    return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"{}\" rx=\"1\"{}/>\n",
                       x, y, width, std::max(0.0, height),
                       faint ? "faint" : fmt::format("s{} line{}", pattern, pattern), fill);
  }

  const Chart& chart_;
  ChartScale scale_;
  double top_;
};

}  // namespace

std::string DrawSvgCharts(const std::vector<Chart>& charts) {
  std::string body, description, title;
  double y = kMargin;
  for (const Chart& chart : charts) {
    body += Panel(chart, y).Draw();
    y += kAbove + kPlot + kBelow + kGap;
    description += Described(chart);
    if (title.empty()) title = chart.title;
  }
  if (charts.size() > 1) title += fmt::format(" and {} more", Count(charts.size() - 1, "chart"));
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1:.0f}\" width=\"{0}\" height=\"{1:.0f}\" "
      "role=\"img\" aria-labelledby=\"title desc\">\n",
      kWidth, y);
  out += fmt::format("<title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n", EscapeMarkup(title),
                     EscapeMarkup(description));
  out += fmt::format("<style>{}</style>\n{}<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n", kStyle,
                     kDefinitions);
  return out + body + "</svg>\n";
}

}  // namespace cxctl
