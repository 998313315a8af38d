#include "picture/picture.h"

#include <gtest/gtest.h>

#include "picture/markup.h"
#include "picture/picture_fixture.h"

namespace cxctl {
namespace {

using std::chrono::days, std::chrono::hours, std::chrono::minutes, std::chrono::seconds;

TEST(PictureSpanTest, AWeekBeginsOnMonday) {
  for (const int day : {23, 26, 29}) {
    const PictureSpan week = PictureSpan::WeekOf({2026, 11, day});
    EXPECT_EQ(FormatDate(week.first), "2026-11-23");
    EXPECT_EQ(week.days, 7);
  }
}

TEST(PictureSpanTest, AMonthHasItsDays) {
  EXPECT_EQ(PictureSpan::MonthOf(2026, 11).days, 30);
  EXPECT_EQ(PictureSpan::MonthOf(2026, 12).days, 31);
  EXPECT_EQ(PictureSpan::MonthOf(2028, 2).days, 29);
}

TEST(PictureTest, DaysAreLocalAndTotalsAdd) {
  const Picture picture = ThanksgivingWeek();
  ASSERT_EQ(picture.days.size(), 7u);
  EXPECT_EQ(FormatUtc(picture.days[0].interval.start), "2026-11-23T05:00:00Z");
  EXPECT_EQ(picture.days[0].Total(CallingKind::kPermitted), hours(11));
  EXPECT_EQ(picture.days[0].Total(CallingKind::kLaw), hours(1));
  EXPECT_EQ(picture.days[1].Total(CallingKind::kPermitted), minutes(8 * 60 + 30));
  EXPECT_EQ(picture.Total(CallingKind::kPermitted), minutes(19 * 60 + 30));
  EXPECT_EQ(picture.Today(), &picture.days[1]);
}

TEST(PictureTest, MasksPhoneNumbersInReasons) {
  EXPECT_EQ(ThanksgivingWeek("call +14155551234").days[1].stretches[2].cause.reason, "call +1415***1234");
}

TEST(PictureTest, KnowsWhenTheClockChanges) {
  const Picture autumn = PictureMaker(PictureSpan::WeekOf({2026, 11, 1})).Make();
  EXPECT_FALSE(autumn.days[5].clock_change);
  ASSERT_TRUE(autumn.days[6].clock_change);
  EXPECT_EQ(FormatUtc(autumn.days[6].clock_change->at), "2026-11-01T06:00:00Z");
  EXPECT_EQ(ClockChangeText(autumn, *autumn.days[6].clock_change), "clocks go back 1 h at 02:00 EDT");
  const Picture spring = PictureMaker(PictureSpan::WeekOf({2026, 10, 4}), "Australia/Lord_Howe").Make();
  ASSERT_TRUE(spring.days[6].clock_change);
  EXPECT_EQ(ClockChangeText(spring, *spring.days[6].clock_change), "clocks go forward 30 min at 02:00 +1030");
}

TEST(PictureTest, CutsAStretchWhereTheClockChanges) {
  const Picture autumn = PictureMaker(PictureSpan::WeekOf({2026, 11, 1})).Make();
  const PictureDay& day = autumn.days[6];
  // From 01:30 before the change to 01:15 after it: backwards by the clock.
  const auto spans = ClockSpans(autumn, day, {At("2026-11-01T05:30:00Z"), At("2026-11-01T06:15:00Z")});
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(std::pair(spans[0].start, spans[0].end), std::pair(5400, 7200));
  EXPECT_EQ(std::pair(spans[1].start, spans[1].end), std::pair(3600, 4500));
  const auto whole = ClockSpans(autumn, day, day.interval);
  EXPECT_EQ(std::pair(whole[0].start, whole[0].end), std::pair(0, 7200));
  EXPECT_EQ(std::pair(whole[1].start, whole[1].end), std::pair(3600, 86400));
}

TEST(PictureTest, ADayThatTheZoneSkipsIsEmpty) {
  const Picture picture = PictureMaker(PictureSpan::WeekOf({2011, 12, 30}), "Pacific/Apia").Make();
  EXPECT_TRUE(picture.days[4].interval.empty());
  EXPECT_TRUE(picture.days[4].stretches.empty());
}

TEST(PictureTest, TellsReadingsThatComeTwiceApart) {
  const Picture autumn = PictureMaker(PictureSpan::WeekOf({2026, 11, 1})).Make();
  const PictureDay& day = autumn.days[6];
  EXPECT_EQ(SpanText(autumn, day, {At("2026-11-01T05:30:00Z"), At("2026-11-01T06:15:00Z")}), "01:30 EDT-01:15 EST");
  EXPECT_EQ(SpanText(autumn, day, day.interval), "00:00-24:00");
  EXPECT_EQ(ClockText(autumn, day, At("2026-11-01T14:00:30Z")), "09:00:30");
}

TEST(PictureTest, NamesEachLawOnce) {
  CallingCause sunday = FloridaLaw();
  sunday.reason = "Florida: no calls on Sundays";
  const Picture picture = PictureMaker(PictureSpan::WeekOf({2026, 11, 24}))
                              .Add("2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z", FloridaLaw())
                              .Add("2026-11-25T01:00:00Z", "2026-11-25T02:00:00Z", FloridaLaw())
                              .Add("2026-11-29T14:00:00Z", "2026-11-29T15:00:00Z", sunday)
                              .Make();
  const auto laws = LawsOf(picture);
  ASSERT_EQ(laws.size(), 1u);
  EXPECT_EQ(laws[0].name, "us-fl, Fla. Stat. 501.616(6)");
  EXPECT_EQ(laws[0].reasons, (std::vector<std::string>{FloridaLaw().reason, sunday.reason}));
}

TEST(PictureTest, SaysWhatAPlanChanges) {
  const auto text = [](IntervalSet added, IntervalSet removed) {
    PictureChange change{"01JD", "update", std::move(added), std::move(removed)};
    return ChangeText(PictureMaker(PictureSpan::WeekOf({2026, 11, 24})).SetChange(std::move(change)).Make());
  };
  const Interval here{At("2026-11-23T14:00:00Z"), At("2026-11-23T15:00:00Z")};
  const Interval later{At("2027-01-11T14:00:00Z"), At("2027-01-11T16:00:00Z")};
  EXPECT_EQ(text(IntervalSet({here, later}), {}), "adds 3 h and removes 0 h; 1 h and 0 h of it in this week.");
  EXPECT_EQ(text({}, IntervalSet({later})),
            "adds 0 h and removes 2 h; nothing of it in this week, the first on 2027-01-11.");
  EXPECT_EQ(text({}, {}), "permits the same time as before.");
}

TEST(PictureTextTest, Lengths) {
  EXPECT_EQ(LengthText(hours(0)), "0 h");
  EXPECT_EQ(LengthText(hours(11)), "11 h");
  EXPECT_EQ(LengthText(minutes(90)), "1 h 30 min");
  EXPECT_EQ(LengthText(minutes(45)), "45 min");
  EXPECT_EQ(LengthText(seconds(3630)), "1 h 30 s");
}

TEST(PictureTextTest, Distances) {
  EXPECT_EQ(DistanceText(seconds(59)), "in less than a minute");
  EXPECT_EQ(DistanceText(minutes(225)), "in 3 h 45 min");
  EXPECT_EQ(DistanceText(hours(24)), "in 1 day");
  EXPECT_EQ(DistanceText(hours(65)), "in 2 days 17 h");
  EXPECT_EQ(DistanceText(days(44) + hours(3)), "in 44 days");
}

TEST(PictureTextTest, LocalTimesHaveTheirOffset) {
  EXPECT_EQ(LocalTimeText(*Zone::Load("America/New_York"), At("2026-11-23T14:00:00Z")), "2026-11-23T09:00:00-05:00");
  EXPECT_EQ(LocalTimeText(*Zone::Load("Asia/Kolkata"), At("2026-11-23T14:00:00.5Z")), "2026-11-23T19:30:00.5+05:30");
  EXPECT_EQ(LocalTimeText(Zone::Utc(), At("2026-11-23T14:00:00Z")), "2026-11-23T14:00:00+00:00");
}

TEST(PictureTextTest, Status) {
  const auto text = [](OpenStatus status) {
    return StatusText(PictureMaker(PictureSpan::WeekOf({2026, 11, 24})).SetStatus(status).Make());
  };
  EXPECT_EQ(text({true, std::nullopt, At("2026-11-24T17:00:00Z")}),
            "Permitted now; next forbidden 2026-11-24 12:00 EST, in 1 h 44 min.");
  EXPECT_EQ(text({false, std::nullopt, std::nullopt}), "Not permitted now, and never permitted in the next 30 years.");
}

TEST(MarkupTest, EscapesWhatWouldEndTextOrAttribute) {
  EXPECT_EQ(EscapeMarkup("<b a='1' c=\"2\">&</b>"), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;&lt;/b&gt;");
  EXPECT_EQ(EscapeMarkup("é漢"), "é漢");
}

TEST(MarkupTest, HasNoCharacterThatXmlDoesNotAllow) {
  EXPECT_EQ(EscapeMarkup(std::string_view("a\0b\x1b\x07\n", 6)), "a\\u0000b\\u001b\\u0007\\u000a");
  EXPECT_EQ(EscapeMarkup("\xff"), "\\xff");
}

TEST(MarkupTest, ShortensByCodePoints) {
  EXPECT_EQ(Shortened("漢字漢字", 4), "漢字漢字");
  EXPECT_EQ(Shortened("漢字漢字漢", 4), "漢字漢…");
}

}  // namespace
}  // namespace cxctl
