#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/strings.h"
#include "chart/chart.h"
#include "chart/scale.h"

namespace cxctl {

namespace {

constexpr std::size_t kLeastColumns = 40, kLeastBar = 5, kWidestBar = 60;
constexpr std::string_view kFaint = "·";
constexpr std::array<std::string_view, 3> kGlyphs = {"█", "▒", "░"};
constexpr std::array<std::string_view, 3> kPaints = {"\x1b[34m", "\x1b[33m", "\x1b[35m"};
/// Eighths of a block, for the end of a bar of the first series.
constexpr std::array<std::string_view, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

std::string Repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string Padded(std::string text, std::size_t width) {
  const std::size_t has = CountCodePoints(text);
  return has < width ? text + std::string(width - has, ' ') : text;
}

class TextDrawing {
 public:
  TextDrawing(const Chart& chart, std::size_t columns, bool color)
      : chart_(chart), color_(color), scale_(ScaleOf(chart)) {
    for (const ChartGroup& group : chart.groups) {
      label_ = std::max(label_, CountCodePoints(EscapeControls(group.label)));
      note_ = std::max(note_, CountCodePoints(EscapeControls(group.note)));
      for (const auto& bar : group.bars) {
        if (bar) value_ = std::max(value_, CountCodePoints(Figure(*bar)));
      }
    }
    const std::size_t taken = label_ + value_ + (note_ > 0 ? note_ + 2 : 0) + 4;
    const std::size_t all = std::max(columns, kLeastColumns);
    bar_ = std::clamp(all > taken ? all - taken : 0, kLeastBar, kWidestBar);
  }

  std::string Draw() const {
    std::string out = EscapeControls(chart_.title) + '\n';
    if (!chart_.subtitle.empty()) out += EscapeControls(chart_.subtitle) + '\n';
    if (chart_.series.size() > 1) out += Legend();
    for (const ChartGroup& group : chart_.groups) out += Rows(group);
    return out;
  }

 private:
  std::string Legend() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < chart_.series.size(); ++i) {
      names.push_back(Painted(i, std::string(Glyph(i)), false) + ' ' + EscapeControls(chart_.series[i]));
    }
    return Join(names, "   ") + '\n';
  }

  std::string Rows(const ChartGroup& group) const {
    std::string out;
    std::string label = EscapeControls(group.label);
    for (std::size_t i = 0; i < group.bars.size(); ++i) {
      const auto& bar = group.bars[i];
      const std::string note = out.empty() ? EscapeControls(group.note) : "";
      if (!bar && (group.bars.size() > 1 || note.empty())) continue;
      std::string line = Padded(std::exchange(label, ""), label_) + "  ";
      const std::string drawn = bar ? Bar(*bar, i) : "";
      const std::string figure = bar ? Figure(*bar) : "";
      line += bar ? Painted(i, drawn, bar->is_faint) : "";
      line += std::string(bar_ - std::min(bar_, CountCodePoints(drawn)), ' ') + "  ";
      line += note.empty() ? figure : Padded(figure, value_) + "  " + note;
      out += std::string(line.substr(0, line.find_last_not_of(' ') + 1)) + '\n';
    }
    return out;
  }

  std::string Figure(const ChartBar& bar) const {
    std::string text = ValueText(chart_, bar.value);
    if (bar.low && bar.high) {
      text += fmt::format(" ({:.{}f} to {:.{}f})", *bar.low, chart_.decimals, *bar.high, chart_.decimals);
    }
    return text;
  }

  std::string Bar(const ChartBar& bar, std::size_t series) const {
    const double eighths = std::clamp(bar.value / scale_.top, 0.0, 1.0) * static_cast<double>(bar_) * 8;
    const auto all = static_cast<std::size_t>(std::llround(eighths));
    if (bar.is_faint) return Repeated(kFaint, (all + 4) / 8);
    if (series > 0) return Repeated(Glyph(series), (all + 4) / 8);
    return Repeated(Glyph(0), all / 8) + std::string(kEighths[all % 8]);
  }

  std::string Painted(std::size_t series, const std::string& text, bool faint) const {
    if (!color_ || text.empty()) return text;
    return fmt::format("{}{}\x1b[0m", faint ? "\x1b[2m" : kPaints[series % kPaints.size()], text);
  }

  static std::string_view Glyph(std::size_t series) { return kGlyphs[series % kGlyphs.size()]; }

  const Chart& chart_;
  bool color_;
  ChartScale scale_;
  std::size_t label_ = 0, value_ = 0, note_ = 0, bar_ = 0;
};

}  // namespace

std::string DrawTextChart(const Chart& chart, std::size_t columns, bool color) {
  return TextDrawing(chart, columns, color).Draw();
}

}  // namespace cxctl
