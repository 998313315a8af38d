#include "plan/content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "value/json.h"

namespace cxctl {
namespace {

class ContentTest : public ::testing::Test {
 protected:
  Value Json(const std::string& text) {
    const auto value = ParseJson(arena_, text);
    EXPECT_TRUE(value) << text;
    return value ? *value : Value();
  }
  std::string Canonical(ObjectKind kind, const std::string& text) {
    return ToJson(CanonicalContent(arena_, kind, Json(text)));
  }

  /// `/path before -> after`, one a line.
  std::string Differences(ObjectKind kind, const std::string& live, const std::string& desired) {
    std::string text;
    const Value before = CanonicalContent(arena_, kind, Json(live));
    for (const FieldChange& field : CompareContent(kind, before, CanonicalContent(arena_, kind, Json(desired)))) {
      text += field.path + " " + ToJson(field.before) + " -> " + ToJson(field.after) + "\n";
    }
    return text;
  }

  Arena arena_;
};

std::string Window(const std::string& start, const std::string& end, const std::string& zone = "America/New_York") {
  return R"({"startTime":")" + start + R"(","endTime":")" + end + R"(","timeZone":")" + zone + R"(","enabled":true})";
}
std::string Blackout(const std::string& start, const std::string& end, const std::string& reason = "closed") {
  return R"({"startTime":")" + start + R"(","endTime":")" + end + R"(","reason":")" + reason + R"("})";
}
/// A schedule that lasts from 1 to 31 December 2026.
std::string Schedule(const std::string& windows, const std::string& blackouts = "") {
  return R"({"startTime":"2026-12-01T00:00:00Z","endTime":"2026-12-31T00:00:00Z","regulatoryWindows":[)" + windows +
         R"(],"blackoutPeriods":[)" + blackouts + "]}";
}

TEST_F(ContentTest, CanonicalFormHasTheApiMembersInOneOrder) {
  EXPECT_EQ(
      Canonical(ObjectKind::kCampaign,
                R"({"dialRate":40,"etag":"x","state":"PAUSED","listId":7,"pauseReason":null,"complianceHold":false})"),
      R"({"state":"PAUSED","complianceHold":false,"dialRate":40})");
  EXPECT_EQ(Canonical(ObjectKind::kCallCode, R"({"isActive":true,"code":"A1","unknown":[],"parentCallCodeId":null})"),
            R"({"code":"A1","isActive":true})");
}

TEST_F(ContentTest, CanonicalScheduleHasUtcTimesAndMergedLists) {
  EXPECT_EQ(
      Canonical(
          ObjectKind::kSchedule,
          R"({"startTime":"2026-10-01T00:00:00-04:00","regulatoryWindows":[)" + Window("12:00", "24:00") + "," +
              R"({"startTime":"09:00","endTime":"12:00","timeZone":"America/New_York","x":1}],"blackoutPeriods":[)" +
              Blackout("2026-12-02T10:00:00+01:00", "2026-12-02T11:00:00Z") + "," +
              Blackout("2026-12-01T09:00:00Z", "2026-12-02T09:00:00Z") +
              R"(],"dialerSettings":{"vendor":1,"callRate":15},"plannedVolume":{"perDay":1},"allowMidWindow":true})"),
      R"({"startTime":"2026-10-01T04:00:00Z","regulatoryWindows":[)" + Window("09:00", "00:00") +
          R"(],"blackoutPeriods":[)" + Blackout("2026-12-01T09:00:00Z", "2026-12-02T11:00:00Z") +
          R"(],"dialerSettings":{"callRate":15}})");
}

TEST_F(ContentTest, CanonicalFormIsItsOwnCanonicalForm) {
  const std::string once =
      Canonical(ObjectKind::kSchedule, Schedule(Window("22:00", "02:00") + "," + Window("02:00", "03:00"),
                                                Blackout("2026-12-02T10:00:00+01:00", "2026-12-02T11:00:00Z")));
  EXPECT_EQ(Canonical(ObjectKind::kSchedule, once), once);
}

TEST_F(ContentTest, WhatCannotBeReadStaysAsItIs) {
  const std::string strange =
      R"({"startTime":"soon","regulatoryWindows":[{"startTime":"9 am"}],"blackoutPeriods":[{"startTime":"x"}]})";
  EXPECT_EQ(Canonical(ObjectKind::kSchedule, strange), strange);
  EXPECT_EQ(Differences(ObjectKind::kSchedule, strange, strange), "");
}

struct Same {
  const char* what;
  ObjectKind kind;
  std::string live, desired;
};

TEST_F(ContentTest, MeansTheSame) {
  const ObjectKind s = ObjectKind::kSchedule, c = ObjectKind::kCampaign, k = ObjectKind::kCallCode;
  const Same rows[] = {
      {"another offset", s, R"({"startTime":"2026-10-01T09:00:00-05:00"})", R"({"startTime":"2026-10-01T14:00:00Z"})"},
      {"fraction of nothing", s, R"({"endTime":"2026-10-01T14:00:00.000Z"})",
       R"({"endTime":"2026-10-01T14:00:00+00:00"})"},
      {"a resume time's offset", c, R"({"scheduledResumeTime":"2026-12-01T15:00:00+01:00"})",
       R"({"scheduledResumeTime":"2026-12-01T14:00:00Z"})"},
      {"an alias of a zone", s, R"({"timeZone":"US/Eastern"})", R"({"timeZone":"America/New_York"})"},
      {"a number as a double", c, R"({"dialRate":40.0})", R"({"dialRate":40})"},
      {"a rate as an integer", s, R"({"dialerSettings":{"callRate":15}})", R"({"dialerSettings":{"callRate":15.0}})"},
      {"an unknown member", c, R"({"dialRate":40,"listId":"x"})", R"({"dialRate":40})"},
      {"a member git leaves out", c, R"({"dialRate":40,"maxAgents":3})", R"({"dialRate":40})"},
      {"a member of a member git leaves out", s, R"({"dialerSettings":{"callRate":15,"maxConcurrentCalls":3}})",
       R"({"dialerSettings":{"callRate":15}})"},
      {"no hold is no hold", c, R"({"state":"ACTIVE"})", R"({"state":"ACTIVE","complianceHold":false})"},
      {"null is no hold", c, R"({"complianceHold":null})", R"({"complianceHold":false})"},
      {"active by default", k, R"({"code":"A1"})", R"({"code":"A1","isActive":true})"},
      {"null is active", k, R"({"code":"A1","isActive":null})", R"({"code":"A1","isActive":true})"},
      {"a code's parent is its place", k, R"({"parentCallCodeId":"1"})", R"({"parentCallCodeId":"2"})"},
      {"no blackouts", s, R"({"name":"x"})", R"({"name":"x","blackoutPeriods":[]})"},
      {"windows in another order", s, Schedule(Window("14:00", "17:00") + "," + Window("09:00", "12:00")),
       Schedule(Window("09:00", "12:00") + "," + Window("14:00", "17:00"))},
      {"windows split", s, Schedule(Window("09:00", "12:00") + "," + Window("12:00", "17:00")),
       Schedule(Window("09:00", "17:00"))},
      {"windows overlap", s, Schedule(Window("09:00", "13:00") + "," + Window("12:00", "17:00")),
       Schedule(Window("09:00", "17:00"))},
      {"a window split at midnight", s, Schedule(Window("22:00", "00:00") + "," + Window("00:00", "02:00")),
       Schedule(Window("22:00", "02:00"))},
      {"a window's zone alias", s, Schedule(Window("09:00", "17:00", "US/Eastern")),
       Schedule(Window("09:00", "17:00"))},
      {"24:00 and 00:00", s, Schedule(Window("09:00", "00:00")), Schedule(Window("09:00", "24:00"))},
      {"another zone with the same time all along", s, Schedule(Window("14:00", "22:00", "UTC")),
       Schedule(Window("09:00", "17:00"))},
      {"blackouts in another order", s,
       Schedule(Window("09:00", "17:00"), Blackout("2026-12-03T00:00:00Z", "2026-12-04T00:00:00Z") + "," +
                                              Blackout("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z")),
       Schedule(Window("09:00", "17:00"), Blackout("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z") + "," +
                                              Blackout("2026-12-03T00:00:00Z", "2026-12-04T00:00:00Z"))},
      {"a blackout split", s,
       Schedule("", Blackout("2026-12-01T00:00:00Z", "2026-12-01T12:00:00Z") + "," +
                        Blackout("2026-12-01T12:00:00Z", "2026-12-02T00:00:00Z")),
       Schedule("", Blackout("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"))},
      {"a blackout's offset", s, Schedule("", Blackout("2026-12-01T01:00:00+01:00", "2026-12-02T00:00:00Z")),
       Schedule("", Blackout("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"))},
      {"a blackout that closes the same calls", s,
       Schedule(Window("09:00", "17:00", "UTC"), Blackout("2026-12-02T09:00:00Z", "2026-12-02T17:00:00Z")),
       Schedule(Window("09:00", "17:00", "UTC"), Blackout("2026-12-02T00:00:00Z", "2026-12-03T00:00:00Z"))},
  };
  for (const Same& row : rows) EXPECT_EQ(Differences(row.kind, row.live, row.desired), "") << row.what;
}

struct Different {
  const char* what;
  ObjectKind kind;
  std::string live, desired, fields;
};

TEST_F(ContentTest, MeansSomethingElse) {
  const ObjectKind s = ObjectKind::kSchedule, c = ObjectKind::kCampaign, k = ObjectKind::kCallCode;
  const Different rows[] = {
      {"the same reading, another instant", s, R"({"startTime":"2026-10-01T09:00:00-05:00"})",
       R"({"startTime":"2026-10-01T09:00:00-04:00"})",
       "/startTime \"2026-10-01T14:00:00Z\" -> \"2026-10-01T13:00:00Z\"\n"},
      {"a zone with the same offset now", s, R"({"timeZone":"America/Lima"})", R"({"timeZone":"America/Bogota"})",
       "/timeZone \"America/Lima\" -> \"America/Bogota\"\n"},
      {"a text where a number was", c, R"({"dialRate":"40"})", R"({"dialRate":40})", "/dialRate \"40\" -> 40\n"},
      {"nothing there", c, R"({"dialRate":null})", R"({"dialRate":40})", "/dialRate null -> 40\n"},
      {"a hold", c, R"({})", R"({"complianceHold":true})", "/complianceHold false -> true\n"},
      {"lifted", c, R"({"complianceHold":true})", R"({"complianceHold":false})", "/complianceHold true -> false\n"},
      {"inactive", k, R"({"isActive":false})", R"({"isActive":true})", "/isActive false -> true\n"},
      {"case counts", k, R"({"name":"Interested"})", R"({"name":"interested"})",
       "/name \"Interested\" -> \"interested\"\n"},
      {"one member of a member", s, R"({"dialerSettings":{"callRate":20,"maxConcurrentCalls":5}})",
       R"({"dialerSettings":{"callRate":15,"maxConcurrentCalls":5}})", "/dialerSettings/callRate 20 -> 15\n"},
      {"a member that was not there", s, R"({"name":"x"})", R"({"optimizationSettings":{"peakHourBoost":1.25}})",
       "/optimizationSettings/peakHourBoost null -> 1.25\n"},
      {"a window a minute longer", s, Schedule(Window("09:00", "17:00", "UTC")),
       Schedule(Window("09:00", "17:01", "UTC")),
       "/regulatoryWindows [" + Window("09:00", "17:00", "UTC") + "] -> [" + Window("09:00", "17:01", "UTC") + "]\n"},
      {"another reason", s, Schedule("", Blackout("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z", "a")),
       Schedule("", Blackout("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z", "b")),
       "/blackoutPeriods [" + Blackout("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z", "a") + "] -> [" +
           Blackout("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z", "b") + "]\n"},
      {"a blackout less", s, Schedule("", Blackout("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z")), Schedule(""),
       "/blackoutPeriods [" + Blackout("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z") + "] -> []\n"},
      {"a blackout at night with a reason of its own", s, Schedule(Window("09:00", "17:00", "UTC")),
       Schedule(Window("09:00", "17:00", "UTC"), Blackout("2026-12-01T20:00:00Z", "2026-12-01T21:00:00Z")),
       "/blackoutPeriods [] -> [" + Blackout("2026-12-01T20:00:00Z", "2026-12-01T21:00:00Z") + "]\n"},
  };
  for (const Different& row : rows) EXPECT_EQ(Differences(row.kind, row.live, row.desired), row.fields) << row.what;
}

TEST_F(ContentTest, OtherZonesOfWindowsDifferOnceClocksChange) {
  // 14:00-22:00 UTC is 09:00-17:00 in New York until March.
  const std::string spring = R"("startTime":"2026-12-01T00:00:00Z","endTime":"2027-04-01T00:00:00Z")";
  EXPECT_NE(Differences(ObjectKind::kSchedule,
                        "{" + spring + R"(,"regulatoryWindows":[)" + Window("14:00", "22:00", "UTC") + "]}",
                        "{" + spring + R"(,"regulatoryWindows":[)" + Window("09:00", "17:00") + "]}"),
            "");
}

// The calling time that both ends have in common is what it was: the moved end says all of the rest.
TEST_F(ContentTest, AMovedStartIsNoOtherTimeOfWindowsOrBlackouts) {
  const auto schedule = [](const std::string& start, const std::string& blackouts) {
    return R"({"startTime":")" + start + R"(","endTime":"2026-12-31T00:00:00Z","regulatoryWindows":[)" +
           Window("09:00", "17:00") + R"(],"blackoutPeriods":[)" + blackouts + "]}";
  };
  const std::string whole_day = Blackout("2026-12-10T05:00:00Z", "2026-12-11T05:00:00Z");
  const std::string in_windows = Blackout("2026-12-10T14:00:00Z", "2026-12-10T22:00:00Z");
  EXPECT_EQ(Differences(ObjectKind::kSchedule, schedule("2026-12-01T01:00:00Z", in_windows),
                        schedule("2026-12-01T00:00:00Z", whole_day)),
            "/startTime \"2026-12-01T01:00:00Z\" -> \"2026-12-01T00:00:00Z\"\n");
  EXPECT_THAT(Differences(ObjectKind::kSchedule, schedule("2026-12-15T00:00:00Z", ""),
                          schedule("2026-12-01T00:00:00Z", whole_day)),
              testing::HasSubstr("/blackoutPeriods"))
      << "a blackout in the time that is new is one that the tenant does not have";
}

TEST_F(ContentTest, RestrictsToManagedMembers) {
  EXPECT_EQ(
      ToJson(RestrictTo(arena_, Json(R"({"a":1,"b":{"c":2,"d":3},"e":4})"), Json(R"({"b":{"d":0},"a":0,"z":0})"))),
      R"({"b":{"d":3},"a":1})");
}

TEST_F(ContentTest, PatchHasTheChangedMembersAlone) {
  const Value after =
      Json(R"({"name":"n","dialerSettings":{"callRate":15,"maxConcurrentCalls":5},"regulatoryWindows":[1,2]})");
  EXPECT_EQ(ToJson(PatchOf(arena_, {{"/dialerSettings/callRate", {}, {}, {}}}, after)),
            R"({"dialerSettings":{"callRate":15}})");
  EXPECT_EQ(ToJson(PatchOf(arena_, {{"/regulatoryWindows", {}, {}, {}}, {"/name", {}, {}, {}}}, after)),
            R"({"name":"n","regulatoryWindows":[1,2]})");
  EXPECT_EQ(ToJson(PatchOf(arena_, {}, after)), "{}");
}

}  // namespace
}  // namespace cxctl
