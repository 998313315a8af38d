#include "report/blast_radius.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/plan_fixture.h"

namespace cxctl {
namespace {

Instant At(const char* time) {
  return ParseDateTime(time)->instant;
}

/// Open on one day, by the hour (UTC).
DialingSchedule On(const char* day, int from, int to, double rate, double lines = 10) {
  const Instant midnight = At((std::string(day) + "T00:00:00Z").c_str());
  return {IntervalSet({{midnight + std::chrono::hours(from), midnight + std::chrono::hours(to)}}), rate, lines};
}

std::string ReachText(const CampaignReach& reach) {
  return fmt::format("+{} -{} an hour, {} to {}; {} to {} in the week; {} to {} at one time; from {}", reach.more,
                     reach.less, reach.peak_before, reach.peak_after, reach.week_before, reach.week_after,
                     reach.lines_before, reach.lines_after, FormatUtc(reach.week.start));
}

const Instant kNow = At("2026-11-20T12:00:00Z");

struct Row {
  const char* what;
  Dialing before, after;
  const char* reach;
};

TEST(BlastRadius, ComparesWhatACampaignMayDoBeforeAndAfter) {
  const DialingSchedule day = On("2026-11-23", 9, 17, 10), longer = On("2026-11-23", 9, 18, 10),
                        slower = On("2026-11-23", 9, 17, 5, 4), past = On("2026-11-19", 9, 17, 10),
                        far = On("2040-01-02", 9, 10, 10);
  const Row rows[] = {
      {"nothing",
       {true, 100, {day}},
       {true, 100, {day}},
       "+0 -0 an hour, 600 to 600; 4800 to 4800 in the week; 10 to 10 at one time; from 2026-11-20T12:00:00Z"},
      {"an hour more",
       {true, 100, {day}},
       {true, 100, {longer}},
       "+600 -0 an hour, 600 to 600; 4800 to 5400 in the week; 10 to 10 at one time; from 2026-11-20T12:00:00Z"},
      {"a lower rate and fewer lines",
       {true, 100, {day}},
       {true, 100, {slower}},
       "+0 -300 an hour, 600 to 300; 4800 to 2400 in the week; 10 to 4 at one time; from 2026-11-20T12:00:00Z"},
      {"more here, less there",
       {true, 100, {day}},
       {true, 100, {On("2026-11-24", 9, 10, 20)}},
       "+1200 -600 an hour, 600 to 1200; 4800 to 1200 in the week; 10 to 10 at one time; from 2026-11-20T12:00:00Z"},
      {"two schedules add up",
       {true, 100, {day}},
       {true, 100, {day, slower}},
       "+300 -0 an hour, 600 to 900; 4800 to 7200 in the week; 10 to 14 at one time; from 2026-11-20T12:00:00Z"},
      {"the campaign's own limit is lower",
       {true, 5, {day}},
       {true, 8, {day}},
       "+180 -0 an hour, 300 to 480; 2400 to 3840 in the week; 10 to 10 at one time; from 2026-11-20T12:00:00Z"},
      {"a limit that is never reached",
       {true, 50, {day}},
       {true, 40, {day}},
       "+0 -0 an hour, 600 to 600; 4800 to 4800 in the week; 10 to 10 at one time; from 2026-11-20T12:00:00Z"},
      {"activated",
       {false, 100, {day}},
       {true, 100, {day}},
       "+600 -0 an hour, 0 to 600; 0 to 4800 in the week; 0 to 10 at one time; from 2026-11-20T12:00:00Z"},
      {"paused",
       {true, 100, {day}},
       {false, 100, {day}},
       "+0 -600 an hour, 600 to 0; 4800 to 0 in the week; 10 to 0 at one time; from 2026-11-20T12:00:00Z"},
      {"of a paused campaign",
       {false, 100, {day}},
       {false, 100, {longer}},
       "+0 -0 an hour, 0 to 0; 0 to 0 in the week; 0 to 0 at one time; from 2026-11-20T12:00:00Z"},
      {"without schedules at any time",
       {true, 10, {}},
       {true, 12, {}},
       "+120 -0 an hour, 600 to 720; 100800 to 120960 in the week; 0 to 0 at one time; from 2026-11-20T12:00:00Z"},
      {"only the past",
       {true, 100, {past, day}},
       {true, 100, {day}},
       "+0 -0 an hour, 600 to 600; 4800 to 4800 in the week; 10 to 10 at one time; from 2026-11-20T12:00:00Z"},
      {"far ahead",
       {true, 100, {day}},
       {true, 100, {day, far}},
       "+600 -0 an hour, 0 to 600; 0 to 600 in the week; 0 to 10 at one time; from 2040-01-02T09:00:00Z"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(ReachText(CompareDialing("Campaign/east", row.before, row.after, kNow)), row.reach) << row.what;
}

TEST(BlastRadius, NumbersArePlainToRead) {
  EXPECT_EQ(NumberText(0), "0");
  EXPECT_EQ(NumberText(899.2), "900");
  EXPECT_EQ(NumberText(1234567), "1,234,567");
  EXPECT_EQ(RadiusText({}), "no campaign is touched");
}

class RadiusOfPlan : public PlanTest {
 protected:
  std::string Radius(bool reversed = false, std::map<std::string, double> paced = {}) {
    const Plan plan = MakePlan();
    const BlastRadius radius = RadiusOf({arena_, plan.changes, live_, std::move(paced), now_, reversed});
    std::string text = RadiusText(radius) + "\n";
    for (const CampaignReach& each : radius.campaigns) text += each.campaign + " " + ReachText(each) + "\n";
    return text;
  }
};

// The week from Friday noon: seven days of a window of eight hours, 15 calls a minute, limited by nothing else.
TEST_F(RadiusOfPlan, ScheduleThatIsCreatedUpdatedAndDeleted) {
  WriteCampaign("state: ACTIVE");
  LiveCampaign(R"("state": "ACTIVE", "dialRate": 40)");
  WriteSchedule("days");
  EXPECT_EQ(Radius(),
            "1 campaign touched, up to 0 calls an hour more and 2,400 fewer\n"
            "Campaign/east +0 -2400 an hour, 2400 to 900; 403200 to 50400 in the week; 0 to 50 at one time; from "
            "2026-11-20T12:00:00Z\n")
      << "without a schedule nothing stands against its calls";
  LiveSchedule("s1", "days", {{"regulatoryWindows", Window("09:00", "13:00")}});
  EXPECT_EQ(Radius(),
            "1 campaign touched, up to 900 calls an hour more and 0 fewer\n"
            "Campaign/east +900 -0 an hour, 900 to 900; 25200 to 50400 in the week; 50 to 50 at one time; from "
            "2026-11-20T12:00:00Z\n");
  EXPECT_EQ(Radius(true),
            "1 campaign touched, up to 0 calls an hour more and 900 fewer\n"
            "Campaign/east +0 -900 an hour, 900 to 900; 50400 to 25200 in the week; 50 to 50 at one time; from "
            "2026-11-20T12:00:00Z\n")
      << "drift: what live has less";
}

TEST_F(RadiusOfPlan, APeakHoursBoostIsPartOfTheCeiling) {
  WriteCampaign("state: ACTIVE");
  LiveCampaign(R"("state": "ACTIVE", "dialRate": 40)");
  LiveSchedule("s1", "days", {{"optimizationSettings", R"({"peakHourBoost": 1.2})"}});
  WriteSchedule("days", {{"optimizationSettings", R"({"peakHourBoost": 1.5})"}});
  EXPECT_THAT(Radius(), testing::HasSubstr("Campaign/east +270 -0 an hour, 1080 to 1350;"));
}

TEST_F(RadiusOfPlan, PacingPolicyMovesTheLimit) {
  WriteCampaign("state: ACTIVE");
  LiveCampaign(R"("state": "PAUSED", "dialRate": 0)");
  EXPECT_EQ(Radius().substr(0, 55), "1 campaign touched, no more and no fewer calls\nCampaign");
  EXPECT_EQ(Radius(false, {{"Campaign/east", 100}}).substr(0, 62),
            "1 campaign touched, up to 6,000 calls an hour more and 0 fewer");
}

TEST_F(RadiusOfPlan, CallCodesTouchNoCampaign) {
  Write("codes.yaml",
        "kind: CallCodeHierarchy\nmetadata: {name: a}\nspec: {category: CAT, codes: [{code: NEW, name: New, type: "
        "SUCCESS}]}\n");
  EXPECT_EQ(Radius(), "no campaign is touched\n");
}

}  // namespace
}  // namespace cxctl
