#include "agent/intake_rules.h"

#include <gtest/gtest.h>

#include "phone/load_phone_numbers.h"
#include "value/json.h"

namespace cxctl {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Instant At(std::string_view text) {
  return ParseDateTime(text)->instant;
}

const PhoneNumbers& Numbers() {
  static const auto kNumbers = LoadPhoneNumbers(CXCTL_BINARY).value();
  return *kNumbers;
}

std::shared_ptr<const CallingCalendar> Calendar(std::string_view spec) {
  Arena arena;
  return std::make_shared<const CallingCalendar>(CallingCalendar::Read(*ParseJson(arena, spec)).value());
}

std::vector<Zone> Zones(std::initializer_list<const char*> names) {
  std::vector<Zone> zones;
  for (const char* name : names) zones.push_back(Zone::Load(name).value());
  return zones;
}

// --- Numbers ---------------------------------------------------------------------------------------------------------

TEST(JudgeNumberTest, GoesOnInE164) {
  const DeployedCallbacks policy;
  const auto number = JudgeNumber(policy, Numbers(), "(415) 555-2671");
  ASSERT_TRUE(number) << number.error().message;
  EXPECT_EQ(number->e164, "+14155552671");
  ASSERT_EQ(number->zones.size(), 1u);
  EXPECT_EQ(number->zones.front().name(), "America/Los_Angeles");
}

TEST(JudgeNumberTest, RefusalsSayWhyAndNotWhichNumber) {
  DeployedCallbacks policy;
  policy.allowed_regions = {"US", "CA"};
  const auto refusal = [&](std::string_view text) {
    const auto number = JudgeNumber(policy, Numbers(), text);
    if (number) return std::string("taken");
    EXPECT_EQ(number.error().status, 400);
    EXPECT_EQ(number.error().code, "INVALID_PHONE_NUMBER");
    EXPECT_EQ(number.error().field, "phoneNumber");
    return number.error().message;
  };
  EXPECT_EQ(refusal("tomorrow"), "phoneNumber cannot be read as a phone number.");
  EXPECT_EQ(refusal("+9991234567"), "phoneNumber has no country code that there is.");
  EXPECT_EQ(refusal("+1415555"), "phoneNumber is too short for its country.");
  EXPECT_EQ(refusal("+141555526711"), "phoneNumber is too long for its country.");
  EXPECT_EQ(refusal("+11115552671"), "phoneNumber is not a number that its country hands out.");
  EXPECT_EQ(refusal("+14155552671 ext. 5"), "phoneNumber has an extension: only the number itself can be called back.");
  EXPECT_EQ(refusal("+442071838750"), "Numbers of the region GB are not called back for this queue.");
  EXPECT_EQ(refusal("+16135550123"), "taken");
}

// --- Time ------------------------------------------------------------------------------------------------------------

TEST(ReadScheduledTimeTest, NeedsAnOffset) {
  EXPECT_EQ(*ReadScheduledTime("2026-11-24T15:00:00-05:00"), At("2026-11-24T20:00:00Z"));
  for (const char* text : {"2026-11-24T15:00:00", "tomorrow", "2026-11-31T15:00:00Z", "1795550400"}) {
    const auto time = ReadScheduledTime(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.error().code, "INVALID_SCHEDULE_TIME");
    EXPECT_EQ(time.error().message,
              "scheduledTime must be an RFC 3339 time with an offset, such as 2026-11-24T15:00:00-05:00.");
  }
}

TEST(JudgeTimeTest, KeepsTheLeadTimeBothEndsIncluded) {
  DeployedCallbacks policy;
  policy.lead_min = minutes(5);
  policy.lead_max = hours(14 * 24);
  const Instant now = At("2026-11-24T12:00:00Z");
  const auto refusal = [&](Instant time) {
    const auto judged = JudgeTime(policy, {}, time, now);
    return judged ? std::string("taken") : judged.error().code + ": " + judged.error().message;
  };
  EXPECT_EQ(refusal(now), "INVALID_SCHEDULE_TIME: scheduledTime is in the past.");
  EXPECT_EQ(refusal(now + minutes(5) - Duration(1)), "INVALID_SCHEDULE_TIME: scheduledTime must be 5m ahead at least.");
  EXPECT_EQ(refusal(now + minutes(5)), "taken");
  EXPECT_EQ(refusal(now + hours(14 * 24)), "taken");
  EXPECT_EQ(refusal(now + hours(14 * 24) + Duration(1)),
            "INVALID_SCHEDULE_TIME: scheduledTime must be 14d ahead at most.");
}

constexpr const char* kEastern = R"({"timeZone":"America/New_York","windows":[{"days":["mon","tue","wed","thu","fri"],)"
                                 R"("startTime":"09:00","endTime":"21:00"}],"blackouts":[{"date":"2026-11-26"}])";

struct Row {
  const char *what, *time;
  std::vector<Zone> zones;
  const char* next;  ///< "taken", the next permitted time, or "" for none.
};

void Check(const DeployedCallbacks& policy, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const auto judged = JudgeTime(policy, row.zones, At(row.time), At("2026-11-20T12:00:00Z"));
    if (judged) {
      EXPECT_STREQ(row.next, "taken") << row.what;
      continue;
    }
    EXPECT_EQ(judged.error().status, 400);
    EXPECT_EQ(judged.error().code, "OUTSIDE_CALLING_HOURS") << row.what;
    EXPECT_EQ(judged.error().field, "scheduledTime");
    const auto& members = judged.error().members;
    if (std::string(row.next).empty()) {
      EXPECT_TRUE(members.empty()) << row.what;
      continue;
    }
    ASSERT_EQ(members.size(), 1u) << row.what;
    EXPECT_EQ(members.front().first, "nextPermittedTime");
    EXPECT_EQ(members.front().second, '"' + std::string(row.next) + '"') << row.what;
  }
}

TEST(JudgeTimeTest, HoldsInTheCalendarsZoneAndInEachOfTheNumbers) {
  DeployedCallbacks policy;
  policy.calendar = Calendar(std::string(kEastern) + "}");
  const auto pacific = Zones({"America/Los_Angeles"});
  const auto both = Zones({"America/Los_Angeles", "America/Chicago"});
  Check(policy, {
                    {"open in both", "2026-11-24T15:00:00-05:00", pacific, "taken"},
                    {"07:00 in Los Angeles", "2026-11-24T10:00:00-05:00", pacific, "2026-11-24T17:00:00Z"},
                    {"09:00 there at last", "2026-11-24T12:00:00-05:00", pacific, "taken"},
                    {"21:00 in New York", "2026-11-24T21:00:00-05:00", pacific, "2026-11-25T17:00:00Z"},
                    {"Thanksgiving there, though not here any more", "2026-11-27T00:30:00-05:00", pacific,
                     "2026-11-27T17:00:00Z"},
                    {"the strictest of two", "2026-11-24T11:00:00-05:00", both, "2026-11-24T17:00:00Z"},
                    {"a number of no country: the calendar's zone", "2026-11-24T09:00:00-05:00", {}, "taken"},
                    {"the same, closed", "2026-11-24T08:59:59-05:00", {}, "2026-11-24T14:00:00Z"},
                    {"nowhere at once", "2026-11-24T15:00:00-05:00", Zones({"Asia/Kolkata", "Asia/Tokyo"}), ""},
                });
}

TEST(JudgeTimeTest, JurisdictionsHoldWhereThePersonIsWhateverClipSays) {
  DeployedCallbacks policy;
  policy.calendar = Calendar(R"({"timeZone":"America/New_York","jurisdictions":["us-fl"],"windows":[{"days":["mon",)"
                             R"("tue","wed","thu","fri","sat","sun"],"startTime":"00:00","endTime":"24:00"}]})");
  const auto central = Zones({"America/Chicago"});
  Check(policy, {
                    {"20:00 in Pensacola", "2026-11-24T20:00:00-06:00", central, "2026-11-25T14:00:00Z"},
                    {"19:59", "2026-11-24T19:59:00-06:00", central, "taken"},
                });
}

TEST(JudgeTimeTest, TheNextPermittedTimeKeepsTheLeadTime) {
  DeployedCallbacks policy;
  policy.calendar = Calendar(std::string(kEastern) + "}");
  policy.lead_min = hours(2);
  const auto judged =
      JudgeTime(policy, Zones({"America/New_York"}), At("2026-11-21T10:00:00-05:00"), At("2026-11-20T20:00:00-05:00"));
  ASSERT_FALSE(judged);
  EXPECT_EQ(judged.error().message,
            "Calls to this number are not permitted at the requested time. The next permitted time is "
            "2026-11-23T14:00:00Z.");
}

// --- Capacity --------------------------------------------------------------------------------------------------------

DeployedCallbacks::Capacity Capacity() {
  DeployedCallbacks::Capacity capacity;
  capacity.threshold = 15;
  capacity.min = 5;
  capacity.max = 17;
  capacity.lower_above = 20;
  capacity.lower_by = 2;
  capacity.raise_below = 5;
  capacity.raise_by = 1;
  return capacity;
}

TEST(AdaptTest, MovesOnceAWindowWithinItsBounds) {
  const auto capacity = Capacity();
  Instant now = At("2026-11-24T12:00:00Z");
  AdaptingThreshold kept = Adapt(capacity, std::nullopt, 20, now);
  EXPECT_EQ(kept, (AdaptingThreshold{15, 15, std::nullopt})) << "20 is not above 20";
  kept = Adapt(capacity, kept, 21, now);
  EXPECT_EQ(kept, (AdaptingThreshold{13, 15, now}));
  EXPECT_EQ(Adapt(capacity, kept, 21, now + minutes(5) - Duration(1)), kept);
  now = now + minutes(5);
  for (const std::int64_t expected : {11, 9, 7, 5, 5}) {
    kept = Adapt(capacity, kept, 30, now);
    EXPECT_EQ(kept.threshold, expected);
    now = now + minutes(5);
  }
  for (int i = 0; i < 15; ++i, now = now + minutes(5)) kept = Adapt(capacity, kept, 4, now);
  EXPECT_EQ(kept.threshold, 17);
  EXPECT_EQ(Adapt(capacity, kept, 5, now), kept) << "5 is not below 5";
}

TEST(AdaptTest, AThresholdThatIsWrittenAnewBeginsAnew) {
  auto capacity = Capacity();
  const Instant now = At("2026-11-24T12:00:00Z");
  const AdaptingThreshold kept{7, 15, now};
  capacity.max = 6;
  EXPECT_EQ(Adapt(capacity, kept, 10, now).threshold, 6) << "narrower bounds hold at once";
  capacity.threshold = 10;
  capacity.max = 12;
  EXPECT_EQ(Adapt(capacity, kept, 10, now), (AdaptingThreshold{10, 10, std::nullopt}));
  capacity.max.reset();
  capacity.min.reset();
  EXPECT_EQ(Adapt(capacity, AdaptingThreshold{10, 10, std::nullopt}, 0, now).threshold, 10) << "no max: where it began";
  EXPECT_EQ(Adapt(capacity, AdaptingThreshold{1, 10, std::nullopt}, 99, now).threshold, 1) << "no min: 1";
}

TEST(JudgeCapacityTest, AFullQueueIsToldWithItsFigures) {
  EXPECT_TRUE(JudgeCapacity(Capacity(), 15, 14));
  const auto judged = JudgeCapacity(Capacity(), 15, 15);
  ASSERT_FALSE(judged);
  EXPECT_EQ(judged.error().status, 429);
  EXPECT_EQ(judged.error().code, "QUEUE_CAPACITY_EXCEEDED");
  EXPECT_EQ(judged.error().members,
            (std::vector<std::pair<std::string, std::string>>{{"activeCalls", "15"}, {"threshold", "15"}}));
  ASSERT_EQ(judged.error().headers.size(), 1u);
  EXPECT_EQ(judged.error().headers.front().name, "Retry-After");
  EXPECT_EQ(judged.error().headers.front().value, "30");
}

// --- Texts -----------------------------------------------------------------------------------------------------------

TEST(FillInTest, TellsTheTimeWhereThePartyIs) {
  const Zone zone = *Zone::Load("America/New_York");
  const Instant time = At("2026-11-24T20:00:00Z");
  EXPECT_EQ(FillIn("On {{localTime}} ({{scheduledTime}}), {{name}}.", time, zone),
            "On Tue 24 Nov 2026, 3:00 PM EST (2026-11-24T15:00:00-05:00), {{name}}.");
  EXPECT_EQ(LocalTimeText(At("2026-07-01T04:05:00Z"), zone), "Wed 1 Jul 2026, 12:05 AM EDT");
  EXPECT_EQ(LocalTimeText(At("2026-07-01T16:05:00Z"), zone), "Wed 1 Jul 2026, 12:05 PM EDT");
  EXPECT_EQ(OffsetTimeText(time, *Zone::Load("Asia/Kathmandu")), "2026-11-25T01:45:00+05:45");
}

TEST(ZoneToTellTest, IsThePartysOwnWhereThatIsKnown) {
  DeployedCallbacks policy;
  const Instant time = At("2026-11-24T20:00:00Z");
  EXPECT_EQ(ZoneToTell(policy, {}, time).name(), "UTC");
  EXPECT_EQ(ZoneToTell(policy, Zones({"Europe/Paris", "Asia/Tokyo"}), time).name(), "Europe/Paris");
  policy.calendar = Calendar(std::string(kEastern) + "}");
  EXPECT_EQ(ZoneToTell(policy, {}, time).name(), "America/New_York");
  EXPECT_EQ(ZoneToTell(policy, Zones({"America/Los_Angeles"}), time).name(), "America/Los_Angeles");
  EXPECT_EQ(ZoneToTell(policy, Zones({"Europe/Guernsey", "Europe/London"}), time).name(), "Europe/Guernsey");
  EXPECT_EQ(ZoneToTell(policy, Zones({"America/Los_Angeles", "America/New_York"}), time).name(), "America/New_York");
  EXPECT_EQ(ZoneToTell(policy, Zones({"America/Los_Angeles", "America/Denver"}), time).name(), "America/New_York");
}

}  // namespace
}  // namespace cxctl
