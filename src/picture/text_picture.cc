#include "picture/text_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace cxctl {

namespace {

constexpr std::size_t kLabelWidth = 12;  // "> Mon 23 Nov"
constexpr std::size_t kTotalWidth = 12;
constexpr std::string_view kGreen = "32", kRed = "31", kYellow = "33", kDim = "2", kBold = "1", kBlue = "34";

/// What a cell of the grid shows.
struct Mark {
  std::string_view text, color, meaning;
};
constexpr std::array<Mark, 4> kMarks = {
    {{"█", kGreen, "permitted"}, {"x", kRed, "blackout"}, {"/", kYellow, "forbidden by law"}, {"·", kDim, "closed"}}};
constexpr Mark kAdded{"+", kBlue, "added by the plan"}, kRemoved{"-", kRed, "removed by the plan"},
    kSkipped{" ", "", "skipped by the clock"};

const Mark& MarkOf(CallingKind kind) {
  return kMarks.at(static_cast<std::size_t>(kind));
}

class TextDrawing {
 public:
  TextDrawing(const Picture& picture, std::size_t width, bool color)
      : picture_(picture), width_(std::clamp<std::size_t>(width, 60, 100)), color_(color) {
    const bool is_fine = !picture.is_month && width_ >= kLabelWidth + 2 + 48 + kTotalWidth;
    minutes_per_cell_ = is_fine ? 30 : 60;
  }

  std::string Draw() {
    const PictureDay* today = picture_.Today();
    out_ = Paint(kBold, EscapeControls(picture_.address)) +
           fmt::format(": permitted calling time in {}\n", picture_.zone.name());
    out_ += fmt::format("{}. It is {} {}.\n\n", SpanTitle(picture_),
                        ShortWeekday(picture_.zone.LocalAt(picture_.now).date), NowText(picture_));
    DrawHours();
    for (const PictureDay& day : picture_.days) DrawRow(day, &day == today);
    out_ += "\n";
    DrawLegend();
    DrawTimes();
    DrawTotals();
    return std::move(out_);
  }

 private:
  std::string Paint(std::string_view code, std::string_view text) const {
    return color_ && !code.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }

  std::string LabelOf(const PictureDay& day, bool is_today) const {
    const std::string label = fmt::format("{} {} {:02} {}", is_today ? ">" : " ", ShortWeekday(day.date), day.date.day,
                                          ShortMonth(day.date.month));
    return is_today ? Paint(kBold, label) : label;
  }

  std::size_t CellOf(int second) const { return static_cast<std::size_t>(second / 60 / minutes_per_cell_); }

  void DrawHours() {
    const int step = minutes_per_cell_ == 30 ? 2 : 3;
    const std::size_t cells = static_cast<std::size_t>(step * 60 / minutes_per_cell_);
    std::string line(kLabelWidth + 2, ' ');
    for (int hour = 0; hour < 24; hour += step) line += fmt::format("{:<{}}", fmt::format("{:02}", hour), cells);
    while (line.ends_with(' ')) line.pop_back();
    out_ += line + "\n";
  }

  Mark CellAt(const PictureDay& day, int minute) const {
    const IntervalSet cell = Intersection(WindowOfDay(picture_.zone, day.date, minute, minute + minutes_per_cell_),
                                          IntervalSet({day.interval}));
    if (cell.empty()) return kSkipped;
    const Duration half = cell.TotalLength() / 2;
    if (Intersection(day.added, cell).TotalLength() >= half && !day.added.empty()) return kAdded;
    if (Intersection(day.removed, cell).TotalLength() >= half && !day.removed.empty()) return kRemoved;
    std::array<Duration, kMarks.size()> shares{};
    for (const CallingStretch& each : day.stretches) {
      if (each.interval.end <= cell.intervals().front().start || each.interval.start >= cell.intervals().back().end)
        continue;
      shares.at(static_cast<std::size_t>(each.cause.kind)) +=
          Intersection(cell, IntervalSet({each.interval})).TotalLength();
    }
    // Half and half is shown as what is not permitted.
    std::size_t most = 1;
    for (const std::size_t kind : {2, 3}) {
      if (shares.at(kind) > shares.at(most)) most = kind;
    }
    return kMarks.at(shares.front() > shares.at(most) ? 0 : most);
  }

  void DrawRow(const PictureDay& day, bool is_today) {
    if (picture_.is_month && WeekdayOf(day.date) == 0 && day.date.day > 1) out_ += "\n";
    out_ += LabelOf(day, is_today) + "  ";
    std::string run;
    std::string_view color;
    for (int minute = 0; minute < 1440; minute += minutes_per_cell_) {
      const Mark mark = CellAt(day, minute);
      if (mark.color != color) {
        out_ += run.empty() ? "" : Paint(color, run);
        run.clear();
      }
      color = mark.color;
      run += mark.text;
    }
    out_ += Paint(color, run);
    const std::string total = LengthText(day.Total(CallingKind::kPermitted));
    if (picture_.is_month) {
      DrawBeside(day, total);
    } else {
      out_ += fmt::format("{:>{}}\n", total, kTotalWidth);
    }
    if (!is_today) return;
    const std::size_t cell = CellOf(picture_.zone.LocalAt(picture_.now).second_of_day);
    out_ += std::string(kLabelWidth + 2 + cell, ' ') +
            Paint(kBold, fmt::format("^ now, {}", NowText(picture_).substr(11, 5))) + "\n";
  }

  /// The exact times of a day of a month, beside its row.
  void DrawBeside(const PictureDay& day, const std::string& total) {
    std::string text;
    const auto add = [&](const std::string& piece) { text += (text.empty() ? "" : ", ") + piece; };
    for (const CallingStretch& each : day.stretches) {
      if (each.cause.kind == CallingKind::kPermitted) add(SpanText(picture_, day, each.interval));
    }
    std::string previous;
    for (const CallingStretch& each : day.stretches) {
      if (each.cause.kind != CallingKind::kBlackout && each.cause.kind != CallingKind::kLaw) continue;
      if (each.cause.reason != previous) add(EscapeControls(each.cause.reason));
      previous = each.cause.reason;
    }
    if (day.clock_change) add(ClockChangeText(picture_, *day.clock_change));
    constexpr std::size_t kColumn = kLabelWidth + 2 + 24 + kTotalWidth + 2;
    const std::string line = fmt::format("{:>{}}  ", total, kTotalWidth);
    out_ += text.empty() ? line.substr(0, line.size() - 2) + "\n" : line + Flowed(text, kColumn);
  }

  /// The text, broken at spaces, its second and further lines indented.
  std::string Flowed(const std::string& text, std::size_t column) const {
    std::string out;
    std::size_t at = column;
    for (const std::string_view word : Split(text, ' ')) {
      const std::size_t size = CountCodePoints(word);
      if (at > column && at + 1 + size > width_) {
        out += "\n" + std::string(column, ' ');
        at = column;
      }
      if (at > column) {
        out += " ";
        ++at;
      }
      out += word;
      at += size;
    }
    return out + "\n";
  }

  void DrawLegend() {
    std::vector<Mark> marks = {kMarks.front()};
    for (const CallingKind kind : {CallingKind::kBlackout, CallingKind::kLaw, CallingKind::kClosed}) {
      if (picture_.Total(kind) > Duration(0)) marks.push_back(MarkOf(kind));
    }
    if (picture_.change) {
      marks.push_back(kAdded);
      marks.push_back(kRemoved);
    }
    std::string text;
    std::size_t column = 0;
    for (const Mark& mark : marks) {
      const std::size_t size = 2 + mark.meaning.size();
      if (column > 0) {
        const bool fits = column + 3 + size <= width_;
        text += fits ? "   " : "\n";
        column = fits ? column + 3 : 0;
      }
      text += fmt::format("{} {}", Paint(mark.color, mark.text), mark.meaning);
      column += size;
    }
    out_ += text + "\n\n";
  }

  /// Every stretch of a week to the minute. Of what is closed by the windows alone only whole days are named.
  void DrawTimes() {
    for (const PictureDay& day : picture_.days) {
      if (!picture_.is_month) DrawTimesOf(day);
    }
    if (!picture_.is_month) out_ += "\n";
    for (const PictureLaw& law : LawsOf(picture_)) out_ += "Law: " + Flowed(law.name, 5);
    if (!out_.ends_with("\n\n")) out_ += "\n";
  }

  void DrawTimesOf(const PictureDay& day) {
    std::string label = LabelOf(day, &day == picture_.Today());
    const auto line = [&](const std::string& times, const Mark& mark, std::string_view word, const std::string& text) {
      constexpr std::size_t kTimes = 13, kWord = 11;
      out_ += label + fmt::format("  {:<{}}", times, kTimes) + Paint(mark.color, word);
      label = std::string(kLabelWidth, ' ');
      if (text.empty()) {
        out_ += "\n";
      } else {
        const std::size_t column = kLabelWidth + 2 + std::max(kTimes, times.size()) + kWord;
        out_ += std::string(kWord - word.size(), ' ') + Flowed(text, column);
      }
    };
    for (const CallingStretch& each : day.stretches) {
      const bool is_whole_day = day.stretches.size() == 1;
      if (each.cause.kind == CallingKind::kClosed && !is_whole_day) continue;
      std::string text = EscapeControls(each.cause.reason);
      if (each.cause.kind == CallingKind::kLaw) text += fmt::format(" ({})", each.cause.jurisdiction);
      line(is_whole_day ? "all day" : SpanText(picture_, day, each.interval), MarkOf(each.cause.kind),
           CallingKindName(each.cause.kind), text);
    }
    for (const Interval& each : day.added.intervals())
      line(SpanText(picture_, day, each), kAdded, "added", "by the plan");
    for (const Interval& each : day.removed.intervals())
      line(SpanText(picture_, day, each), kRemoved, "removed", "by the plan");
    if (day.clock_change)
      out_ += std::string(kLabelWidth + 2, ' ') + ClockChangeText(picture_, *day.clock_change) + "\n";
  }

  void DrawTotals() {
    std::string text = fmt::format("{}: {} permitted", picture_.is_month ? "Month" : "Week",
                                   LengthText(picture_.Total(CallingKind::kPermitted)));
    if (const Duration total = picture_.Total(CallingKind::kBlackout); total > Duration(0))
      text += fmt::format(", {} blackout", LengthText(total));
    if (const Duration total = picture_.Total(CallingKind::kLaw); total > Duration(0))
      text += fmt::format(", {} forbidden by law", LengthText(total));
    out_ += Paint(kBold, text + ".") + "\n";
    if (picture_.change) DrawChange();
    out_ += StatusText(picture_) + "\n";
    for (const PictureFinding& each : picture_.findings) out_ += "\n" + Flowed(EscapeControls(FindingText(each)), 0);
  }

  void DrawChange() {
    const PictureChange& change = *picture_.change;
    const std::string plan =
        fmt::format("Plan {} ({}) ", EscapeControls(change.plan_id), EscapeControls(change.action));
    out_ += Flowed(plan + ChangeText(picture_), 0);
  }

  const Picture& picture_;
  std::size_t width_;
  bool color_;
  int minutes_per_cell_;
  std::string out_;
};

}  // namespace

std::string DrawText(const Picture& picture, std::size_t width, bool color) {
  return TextDrawing(picture, width, color).Draw();
}

}  // namespace cxctl
