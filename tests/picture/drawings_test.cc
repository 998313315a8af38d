#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "picture/comparison.h"
#include "picture/html_picture.h"
#include "picture/json_picture.h"
#include "picture/picture_fixture.h"
#include "picture/svg_picture.h"
#include "picture/text_picture.h"
#include "picture/window_table.h"
#include "value/json.h"

namespace cxctl {
namespace {

using ::testing::HasSubstr, ::testing::Not;

std::size_t CountOf(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

// --- Text ------------------------------------------------------------------------------------------------------------

TEST(TextPictureTest, AWeek) {
  EXPECT_EQ(DrawText(ThanksgivingWeek(), 80, false),
            R"(CallingCalendar/south: permitted calling time in America/New_York
Week from Mon 2026-11-23 to Sun 2026-11-29. It is Tue 2026-11-24 10:15 EST.

              00  02  04  06  08  10  12  14  16  18  20  22
  Mon 23 Nov  ··················██████████████████████//······        11 h
> Tue 24 Nov  ··················██████xxxxx███████████········  8 h 30 min
                                  ^ now, 10:15
  Wed 25 Nov  ················································         0 h
  Thu 26 Nov  ················································         0 h
  Fri 27 Nov  ················································         0 h
  Sat 28 Nov  ················································         0 h
  Sun 29 Nov  ················································         0 h

█ permitted   x blackout   / forbidden by law   · closed

  Mon 23 Nov  09:00-20:00  permitted
              20:00-21:00  law        Florida: calls 08:00-20:00 only (us-fl)
> Tue 24 Nov  09:00-12:00  permitted
              12:00-14:30  blackout   drill
              14:30-20:00  permitted
  Wed 25 Nov  all day      closed     outside the windows
  Thu 26 Nov  all day      closed     outside the windows
  Fri 27 Nov  all day      closed     outside the windows
  Sat 28 Nov  all day      closed     outside the windows
  Sun 29 Nov  all day      closed     outside the windows

Law: us-fl, Fla. Stat. 501.616(6)

Week: 19 h 30 min permitted, 2 h 30 min blackout, 1 h forbidden by law.
Permitted now; next forbidden 2026-11-24 12:00 EST, in 1 h 44 min.
)");
}

TEST(TextPictureTest, KeepsWithinItsWidth) {
  const Picture picture =
      ThanksgivingWeek("a reason of many words that goes on and on, as reasons do when nobody stops them");
  for (const std::size_t width : {80u, 100u}) {
    const std::string text = DrawText(picture, width, false);
    for (const std::string_view line : Split(text, '\n')) EXPECT_LE(CountCodePoints(line), width) << line;
  }
  // Where half hours do not fit, there are hours.
  EXPECT_THAT(DrawText(picture, 60, false), HasSubstr("\n  Mon 23 Nov  ·········███████████/···        11 h\n"));
}

TEST(TextPictureTest, AMonthHasARowForEachDay) {
  const std::string text = DrawText(PictureMaker(PictureSpan::MonthOf(2026, 11))
                                        .Add("2026-11-03T14:15:00Z", "2026-11-03T20:00:00Z")
                                        .Add("2026-11-03T20:00:00Z", "2026-11-03T22:00:00Z", BlackoutFor("drill"))
                                        .Make(),
                                    80, false);
  EXPECT_THAT(text, HasSubstr("\n  Sun 01 Nov  ························         0 h  clocks go back 1 h at 02:00\n"));
  EXPECT_THAT(text, HasSubstr("\n  Tue 03 Nov  ·········██████xx·······  5 h 45 min  09:15-15:00, drill\n"));
  EXPECT_EQ(CountOf(text, " Nov  "), 30u);
}

TEST(TextPictureTest, ShowsWhatAPlanAddsAndRemoves) {
  const std::string text = DrawText(
      PictureMaker(PictureSpan::WeekOf({2026, 11, 24}))
          .Add("2026-11-23T14:00:00Z", "2026-11-23T18:00:00Z")
          .SetChange({"01JD", "update", IntervalSet({{At("2026-11-23T14:00:00Z"), At("2026-11-23T15:00:00Z")}}),
                      IntervalSet({{At("2026-11-23T18:00:00Z"), At("2026-11-23T19:00:00Z")}})})
          .Make(),
      80, false);
  EXPECT_THAT(text, HasSubstr("··················++██████--····"));
  EXPECT_THAT(text, HasSubstr("              09:00-10:00  added      by the plan\n"));
  EXPECT_THAT(text, HasSubstr("              13:00-14:00  removed    by the plan\n"));
  EXPECT_THAT(text, HasSubstr("+ added by the plan   - removed by the plan\n"));
  EXPECT_THAT(text, HasSubstr("Plan 01JD (update) adds 1 h and removes 1 h; 1 h and 1 h of it in this week.\n"));
}

TEST(TextPictureTest, SkippedHoursAreBlank) {
  const std::string text = DrawText(
      PictureMaker(PictureSpan::WeekOf({2026, 3, 8})).Add("2026-03-08T05:00:00Z", "2026-03-08T10:00:00Z").Make(), 80,
      false);
  EXPECT_THAT(text, HasSubstr("  Sun 08 Mar  ████  ██████····"));
  EXPECT_THAT(text, HasSubstr("              clocks go forward 1 h at 02:00 EST\n"));
}

TEST(TextPictureTest, ColoursOnlyWhereTheyAreWanted) {
  EXPECT_THAT(DrawText(ThanksgivingWeek(), 80, true),
              HasSubstr("\x1b[32m██████████████████████\x1b[0m\x1b[33m//\x1b[0m"));
  EXPECT_THAT(DrawText(ThanksgivingWeek(), 80, false), Not(HasSubstr("\x1b")));
  EXPECT_THAT(DrawText(ThanksgivingWeek("a\x1b[2Jb"), 80, false), HasSubstr("a\\u001b[2Jb"));
}

TEST(TextPictureTest, SaysWhatARuleFinds) {
  EXPECT_THAT(DrawText(PictureMaker(PictureSpan::WeekOf({2026, 11, 24}))
                           .AddFinding({"CX206", "CallingCalendar/south", "Florida forbids it, says +14155551234"})
                           .Make(),
                       100, false),
              HasSubstr("\nBreaks CX206 (CallingCalendar/south): Florida forbids it, says +1415***1234\n"));
}

// --- JSON ------------------------------------------------------------------------------------------------------------

TEST(JsonPictureTest, HasEveryStretchWithItsReason) {
  Arena arena;
  const Value json = PictureJson(arena, ThanksgivingWeek());
  EXPECT_EQ(json.GetString("nextPermitted"), "2026-11-24T15:15:13Z");
  EXPECT_EQ(json.GetString("nextForbidden"), "2026-11-24T17:00:00Z");
  const Value& monday = json.Find("days")->items()[0];
  EXPECT_EQ(ToPrettyJson(monday.Find("intervals")->items()[2]), R"json({
  "start": "2026-11-24T01:00:00Z",
  "end": "2026-11-24T02:00:00Z",
  "localStart": "2026-11-23T20:00:00-05:00",
  "localEnd": "2026-11-23T21:00:00-05:00",
  "kind": "law",
  "reason": "Florida: calls 08:00-20:00 only",
  "law": {
    "jurisdiction": "us-fl",
    "name": "Fla. Stat. 501.616(6)",
    "source": "flsenate.gov"
  }
})json");
  EXPECT_EQ(ToJson(*monday.Find("totals")),
            R"({"permittedSeconds":39600,"blackoutSeconds":0,"lawSeconds":3600,"closedSeconds":43200})");
}

// --- SVG and HTML ----------------------------------------------------------------------------------------------------

constexpr const char* kHostile = "\"'><script>alert(1)</script><img src=x onerror=y>&amp;]]>\x1b";

TEST(MarkupPictureTest, NothingFromManifestsIsMarkup) {
  CallingCause law = FloridaLaw();
  law.reason = law.law = law.source = law.jurisdiction = kHostile;
  const auto picture = [&](PictureSpan span) {
    return PictureMaker(span)
        .SetAddress(std::string("CallingCalendar/") + kHostile)
        .Add("2026-11-23T14:00:00Z", "2026-11-24T01:00:00Z", BlackoutFor(kHostile))
        .Add("2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z", law)
        .AddFinding({kHostile, kHostile, kHostile})
        .SetChange({kHostile, kHostile, IntervalSet({{At("2026-11-23T14:00:00Z"), At("2026-11-23T15:00:00Z")}}), {}})
        .Make();
  };
  for (const PictureSpan span : {PictureSpan::WeekOf({2026, 11, 24}), PictureSpan::MonthOf(2026, 11)}) {
    for (const std::string& drawn : {DrawSvg(picture(span)), DrawHtml(picture(span))}) {
      EXPECT_THAT(drawn, Not(HasSubstr("<script")));
      EXPECT_THAT(drawn, Not(HasSubstr("<img")));
      EXPECT_THAT(drawn, Not(HasSubstr("\"'>")));
      EXPECT_THAT(drawn, Not(HasSubstr("\x1b")));
      EXPECT_THAT(drawn, HasSubstr("&quot;&#39;&gt;&lt;script&gt;"));
      EXPECT_THAT(drawn, HasSubstr("&amp;amp;"));
    }
  }
}

TEST(MarkupPictureTest, NeedsNothingElse) {
  for (const std::string& drawn : {DrawSvg(ThanksgivingWeek()), DrawHtml(ThanksgivingWeek())}) {
    for (const char* outside : {"<script", "src=", "href", "@import", "url(http", "<link"})
      EXPECT_THAT(drawn, Not(HasSubstr(outside)));
    EXPECT_THAT(drawn, HasSubstr("prefers-color-scheme: dark"));
  }
}

TEST(SvgPictureTest, SaysInWordsWhatItShows) {
  const std::string svg = DrawSvg(ThanksgivingWeek());
  EXPECT_THAT(svg, HasSubstr("role=\"img\" aria-labelledby=\"title desc\""));
  EXPECT_THAT(svg, HasSubstr("<title id=\"title\">CallingCalendar/south: permitted calling time, Week from Mon "
                             "2026-11-23 to Sun 2026-11-29</title>"));
  EXPECT_THAT(svg, HasSubstr("Tue 2026-11-24: 09:00-12:00 permitted; 12:00-14:30 blackout: drill; 14:30-20:00 "
                             "permitted. Wed 2026-11-25: closed."));
  EXPECT_THAT(svg, HasSubstr("<title>20:00-21:00 law: Florida: calls 08:00-20:00 only (us-fl, Fla. Stat. 501.616(6); "
                             "flsenate.gov)</title><rect fill=\"url(#hatch)\""));
  EXPECT_THAT(svg,
              HasSubstr("Law us-fl, Fla. Stat. 501.616(6): Florida: calls 08:00-20:00 only (source: flsenate.gov)"));
  EXPECT_THAT(svg, HasSubstr("<title>now: 2026-11-24 10:15 EST</title>"));
  EXPECT_EQ(CountOf(svg, "class=\"today\""), 1u);
}

TEST(SvgPictureTest, BarsLieWhereTheClockSays) {
  // 712 of 960 units are the day, from 124 on: 09:00 is at 391, 20:00 at 717.33.
  EXPECT_THAT(DrawSvg(ThanksgivingWeek()),
              HasSubstr("class=\"permitted\" x=\"391.00\" y=\"118.0\" width=\"326.33\" height=\"36.0\""));
}

TEST(SvgPictureTest, TellsBlackoutsApartWithoutColour) {
  const std::string svg = DrawSvg(ThanksgivingWeek());
  EXPECT_THAT(svg, HasSubstr("blackout: drill</title><rect fill=\"url(#stripe)\""));
  EXPECT_THAT(svg, HasSubstr("<rect class=\"blackout\" x="));  // a plain ground for the reason
}

TEST(SvgPictureTest, LegendAndLongNamesStayInside) {
  const std::string name(80, 'c');
  const Picture picture = PictureMaker(PictureSpan::WeekOf({2026, 11, 24}))
                              .SetAddress(name)
                              .SetChange({"01JD2Y8Q5T6W7X8Y9Z0A1B2C3D", "update", {}, {}})
                              .Make();
  const std::string svg = DrawSvg(picture);
  EXPECT_THAT(svg, HasSubstr("style=\"font-size: 15.2px\">" + name + "</text>"));
  EXPECT_THAT(svg, HasSubstr("<text class=\"\" x=\"48.0\"")) << "the present time stands in a second line";
}

TEST(HtmlPictureTest, HasATableWithEverything) {
  const std::string html = DrawHtml(ThanksgivingWeek());
  EXPECT_THAT(html, HasSubstr("<tr class=\"today\"><th scope=\"row\" rowspan=\"3\">Tue 24 Nov</th><td class=\"time\">"
                              "09:00-12:00</td><td>permitted</td></tr>\n<tr class=\"more today\"><td "
                              "class=\"time\">12:00-14:30</td><td>blackout: drill</td></tr>"));
  EXPECT_THAT(html, HasSubstr("<td>law: Florida: calls 08:00-20:00 only (us-fl, Fla. Stat. 501.616(6))</td>"));
  EXPECT_THAT(html, HasSubstr("(source: flsenate.gov)"));
  EXPECT_THAT(html, HasSubstr("<div class=\"chart\" aria-hidden=\"true\">"));
}

TEST(HtmlPictureTest, BoxesLieWhereTheClockSays) {
  EXPECT_THAT(DrawHtml(ThanksgivingWeek()), HasSubstr("style=\"left:37.500%;width:45.833%\""));
}

// --- window status ---------------------------------------------------------------------------------------------------

TEST(WindowTableTest, HasARowForEach) {
  const Zone zone = *Zone::Load("America/New_York");
  const WindowRow rows[] = {
      {"apply", zone, {true, At("2026-11-24T14:00:00Z"), At("2026-11-24T21:00:00Z")}, ""},
      {"Campaign/east", zone, {false, std::nullopt, At("2027-01-04T14:00:00Z")}, ""},
      {"Campaign/over", zone, {false, At("2026-11-20T22:00:00Z"), std::nullopt}, ""},
      {"Campaign/free", Zone::Utc(), {true, std::nullopt, std::nullopt}, "no schedule and no calendar"},
  };
  EXPECT_EQ(DrawWindowTable(rows, At("2026-11-24T15:15:13Z"), 0, false),
            R"(It is 2026-11-24T15:15:13Z.

               may now  since                 until                 next change
apply          yes      2026-11-24 09:00 EST  2026-11-24 16:00 EST  closes in 5 h 44 min
Campaign/east  no       over a year           2027-01-04 09:00 EST  opens in 40 days
Campaign/over  no       2026-11-20 17:00 EST  -                     never opens in the next 30 years
Campaign/free  yes      always: no schedule and no calendar
)");
  Arena arena;
  ObjectBuilder json(arena);
  EXPECT_EQ(ToJson(SetWindow(arena, json, rows[0]).Build()),
            R"({"mayNow":true,"always":false,"since":"2026-11-24T14:00:00Z","until":"2026-11-24T21:00:00Z",)"
            R"("zone":"America/New_York"})");
}

TEST(Comparison, DrawsEachDayBeforeAndAfterWithoutInlineStyle) {
  const PictureSpan week = PictureSpan::WeekOf({2026, 11, 24});
  const Picture before = PictureMaker(week).Add("2026-11-23T14:00:00Z", "2026-11-23T17:00:00Z").Make();
  Picture after = PictureMaker(week)
                      .Add("2026-11-23T14:00:00Z", "2026-11-23T17:00:00Z")
                      .Add("2026-11-23T17:00:00Z", "2026-11-23T18:00:00Z", BlackoutFor("<drill>"))
                      .Add("2026-11-23T18:00:00Z", "2026-11-23T20:00:00Z")
                      .Make();
  after.days[0].added = IntervalSet({{At("2026-11-23T18:00:00Z"), At("2026-11-23T20:00:00Z")}});
  const std::string drawn = DrawComparison(before, after);
  EXPECT_NE(drawn.find("3 h permitted before, 5 h after."), std::string::npos) << drawn;
  EXPECT_NE(drawn.find("aria-label=\"Mon 23 Nov: before 09:00-12:00; after 09:00-12:00 and 13:00-15:00\""),
            std::string::npos)
      << drawn;
  EXPECT_NE(drawn.find("<rect class=\"added\" x=\"54.167%\" y=\"25\" width=\"8.333%\" height=\"4\"><title>13:00-15:00, "
                       "added</title></rect>"),
            std::string::npos)
      << drawn;
  EXPECT_NE(drawn.find("12:00-13:00, after: blackout: &lt;drill&gt;"), std::string::npos) << drawn;
  EXPECT_NE(drawn.find("aria-label=\"Tue 24 Nov: before no time; after no time\""), std::string::npos) << drawn;
  EXPECT_EQ(drawn.find("style="), std::string::npos);
}

}  // namespace
}  // namespace cxctl
