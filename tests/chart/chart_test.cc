#include "chart/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chart/scale.h"

namespace cxctl {
namespace {

using testing::HasSubstr;
using testing::Not;

ChartBar Bar(double value) {
  return {value, {}, {}, false};
}

Chart Rates() {
  Chart chart{"Rates", "of a week", {"rate"}, {}, " %", 1, "95 % confidence"};
  chart.groups.push_back({"09:00", {ChartBar{25, 20, 30, false}}, ""});
  chart.groups.push_back({"10:00", {ChartBar{50, 45, 55, false}}, "peak"});
  chart.groups.push_back({"11:00", {ChartBar{10, 0, 60, true}}, "too few"});
  chart.groups.push_back({"12:00", {std::nullopt}, ""});
  return chart;
}

TEST(ScaleTest, TakesTheLeastRoundAxisThatHoldsEverything) {
  const auto top_of = [](double value) {
    Chart chart{"", "", {"x"}, {{"a", {Bar(value)}, ""}}, "", 0, ""};
    return ScaleOf(chart).top;
  };
  EXPECT_DOUBLE_EQ(top_of(1), 1);
  EXPECT_DOUBLE_EQ(top_of(17), 20);
  EXPECT_DOUBLE_EQ(top_of(1400), 1500);
  EXPECT_DOUBLE_EQ(top_of(6), 6);
  EXPECT_DOUBLE_EQ(top_of(0), 1);
  EXPECT_DOUBLE_EQ(ScaleOf(Rates()).top, 60) << "intervals count";
}

TEST(TextChartTest, DrawsALineABarWithItsIntervalAndNote) {
  EXPECT_EQ(DrawTextChart(Rates(), 60, false),
            "Rates\n"
            "of a week\n"
            "09:00  ████████▊              25.0 % (20.0 to 30.0)\n"
            "10:00  █████████████████▌     50.0 % (45.0 to 55.0)  peak\n"
            "11:00  ····                   10.0 % (0.0 to 60.0)   too few\n");
}

TEST(TextChartTest, TellsSeriesApartWithoutColour) {
  const Chart chart{"Calls", "", {"planned", "actual"}, {{"Mon", {Bar(10), Bar(5)}, "50 %"}}, "", 0, ""};
  EXPECT_EQ(DrawTextChart(chart, 40, false),
            "Calls\n"
            "█ planned   ▒ actual\n"
            "Mon  █████████████████████████  10  50 %\n"
            "     ▒▒▒▒▒▒▒▒▒▒▒▒▒              5\n");
}

TEST(TextChartTest, LetsNothingFromOutsideSteerTheTerminal) {
  const Chart chart{"a\x1b[2J", "b\x07", {"x"}, {{"c\n", {Bar(1)}, "d\x1b]0;"}}, "", 0, ""};
  const std::string drawn = DrawTextChart(chart, 80, false);
  EXPECT_THAT(drawn, Not(HasSubstr("\x1b")));
  EXPECT_THAT(drawn, Not(HasSubstr("\x07")));
  EXPECT_THAT(DrawTextChart(chart, 80, true), HasSubstr("\x1b[34m"));
}

TEST(SvgChartTest, SaysInWordsWhatItShows) {
  const std::string svg = DrawSvgCharts({Rates(), Rates()});
  EXPECT_THAT(svg, HasSubstr("role=\"img\" aria-labelledby=\"title desc\""));
  EXPECT_THAT(svg, HasSubstr("<title id=\"title\">Rates and 1 chart more</title>"));
  EXPECT_THAT(svg, HasSubstr("10:00: 50.0 %, peak; "));
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme: dark"));
}

TEST(SvgChartTest, GroupsThousands) {
  const Chart chart{"Calls", "", {"calls"}, {{"Mon", {Bar(6831)}, ""}}, "", 0, ""};
  const std::string svg = DrawSvgCharts({chart});
  EXPECT_THAT(svg, HasSubstr("text-anchor=\"end\">8,000</text>"));
  EXPECT_THAT(svg, HasSubstr("Mon: 6,831; "));
}

TEST(SvgChartTest, LongTitlesAreSmaller) {
  Chart chart = Rates();
  chart.title = std::string(110, 'c');
  EXPECT_THAT(DrawSvgCharts({chart}), HasSubstr("style=\"font-size: 13.3px\">" + chart.title + "</text>"));
  chart.title = std::string(200, 'c');
  EXPECT_THAT(DrawSvgCharts({chart}), HasSubstr("style=\"font-size: 11.0px\">" + std::string(131, 'c') + "…</text>"));
}

TEST(SvgChartTest, HasPatternsForSeriesAndNoMarkupOfOthers) {
  const Chart chart{
      "<script>alert(1)</script>", "\"&", {"a", "<b>", "c"}, {{"</svg>", {Bar(1), Bar(2), Bar(3)}, ""}}, "", 0, ""};
  const std::string svg = DrawSvgCharts({chart});
  EXPECT_THAT(svg, HasSubstr("url(#p1)"));
  EXPECT_THAT(svg, HasSubstr("url(#p2)"));
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
  EXPECT_THAT(svg, Not(HasSubstr("<b>")));
}

}  // namespace
}  // namespace cxctl
