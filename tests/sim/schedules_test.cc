#include "sim_fixture.h"

namespace cxctl {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A valid payload with some members replaced (or, by null, taken away).
class ScheduleTest : public SimTest {
 protected:
  std::string Payload(const std::string& changes = "{}") {
    const Value base = *ParseJson(arena_, R"({"name":"Mornings","startTime":"2026-12-01T00:00:00-05:00",
        "endTime":"2026-12-31T00:00:00-05:00","timeZone":"America/New_York",
        "dialerSettings":{"maxConcurrentCalls":10,"callRate":12.5,"capacityThreshold":0.8},
        "regulatoryWindows":[{"startTime":"09:00","endTime":"12:00","timeZone":"America/New_York","enabled":true}]})");
    return ToJson(MergePatch(arena_, base, *ParseJson(arena_, changes)));
  }
};

TEST_F(ScheduleTest, Create) {
  const HttpResponse response = Post(Schedules(kEast), Payload());
  ASSERT_EQ(response.status, 201) << response.body;
  const Value schedule = Json(response);
  EXPECT_EQ(schedule.GetString("createdAt"), "2026-11-20T21:00:00Z");
  EXPECT_EQ(schedule.GetString("updatedAt"), "2026-11-20T21:00:00Z");
  EXPECT_EQ(schedule.GetString("updatedBy"), "ci");
  const HttpResponse read = Get(Schedule(std::string(schedule.GetString("id"))));
  EXPECT_EQ(read.body, response.body);
  EXPECT_EQ(*read.header("ETag"), *response.header("ETag"));
  EXPECT_THAT(Items(Get(Schedules(kEast)), "name"), testing::UnorderedElementsAre("Weekday evenings", "Mornings"));
  EXPECT_THAT(Items(Get(Schedules(kWest)), "name"), ElementsAre());
}

TEST_F(ScheduleTest, NamesAreUniqueOnACampaign) {
  EXPECT_EQ(Post(Schedules(kEast), Payload(R"({"name":"Weekday evenings"})")).status, 409);
  EXPECT_EQ(Post(Schedules(kWest), Payload(R"({"name":"Weekday evenings"})")).status, 201);
  const HttpResponse other = Post(Schedules(kEast), Payload());
  const std::string path = Schedule(std::string(Json(other).GetString("id")));
  EXPECT_EQ(Write("PATCH", path, R"({"name":"Weekday evenings"})").status, 409);
  EXPECT_EQ(Write("PATCH", path, R"({"name":"Mornings","description":"d"})").status, 200) << "its own name";
  EXPECT_EQ(Write("DELETE", path).status, 204);
  EXPECT_EQ(Post(Schedules(kEast), Payload()).status, 201) << "the name is free again";
}

TEST_F(ScheduleTest, PayloadsThatAreRefused) {
  struct Row {
    std::string changes, field;
  };
  const std::string window = R"({"startTime":"09:00","endTime":"12:00","timeZone":"UTC","enabled":true)";
  const Row rows[] = {
      {R"({"name":null})", "name"},
      {R"({"name":""})", "name"},
      {R"({"name":")" + std::string(129, 'n') + "\"}", "name"},
      {R"({"name":5})", "name"},
      {R"({"description":5})", "description"},
      {R"({"startTime":null})", "startTime"},
      {R"({"startTime":"2026-12-01T00:00:00"})", "startTime"},
      {R"({"startTime":"2026-12-01"})", "startTime"},
      {R"({"startTime":"2026-02-30T00:00:00Z"})", "startTime"},
      {R"({"endTime":"2026-12-01T05:00:00Z"})", "endTime"},
      {R"({"endTime":"2026-11-01T05:00:00Z"})", "endTime"},
      {R"({"timeZone":"America/Gotham"})", "timeZone"},
      {R"({"timeZone":"localtime"})", "timeZone"},
      {R"({"timeZone":null})", "timeZone"},
      {R"({"dialerSettings":null})", "dialerSettings"},
      {R"({"dialerSettings":[]})", "dialerSettings"},
      {R"({"dialerSettings":{"callRate":null}})", "dialerSettings.callRate"},
      {R"({"dialerSettings":{"callRate":30.01}})", "dialerSettings.callRate"},
      {R"({"dialerSettings":{"callRate":-0.1}})", "dialerSettings.callRate"},
      {R"({"dialerSettings":{"callRate":"15"}})", "dialerSettings.callRate"},
      {R"({"dialerSettings":{"maxConcurrentCalls":0}})", "dialerSettings.maxConcurrentCalls"},
      {R"({"dialerSettings":{"maxConcurrentCalls":1.5}})", "dialerSettings.maxConcurrentCalls"},
      {R"({"dialerSettings":{"capacityThreshold":0}})", "dialerSettings.capacityThreshold"},
      {R"({"dialerSettings":{"capacityThreshold":1.01}})", "dialerSettings.capacityThreshold"},
      {R"({"dialerSettings":{"speed":1}})", "dialerSettings.speed"},
      {R"({"regulatoryWindows":null})", "regulatoryWindows"},
      {R"({"regulatoryWindows":{}})", "regulatoryWindows"},
      {R"({"regulatoryWindows":[1]})", "regulatoryWindows[0]"},
      {R"({"regulatoryWindows":[{}]})", "regulatoryWindows[0].startTime"},
      {R"({"regulatoryWindows":[)" + window + R"(,"startTime2":1}]})", "regulatoryWindows[0].startTime2"},
      {R"({"regulatoryWindows":[{"startTime":"9:00","endTime":"12:00","timeZone":"UTC","enabled":true}]})",
       "regulatoryWindows[0].startTime"},
      {R"({"regulatoryWindows":[{"startTime":"09:00","endTime":"24:00","timeZone":"UTC","enabled":true}]})",
       "regulatoryWindows[0].endTime"},
      {R"({"regulatoryWindows":[{"startTime":"09:00","endTime":"12:60","timeZone":"UTC","enabled":true}]})",
       "regulatoryWindows[0].endTime"},
      {R"({"regulatoryWindows":[{"startTime":"09:00","endTime":"12:00","timeZone":"Mars","enabled":true}]})",
       "regulatoryWindows[0].timeZone"},
      {R"({"regulatoryWindows":[{"startTime":"09:00","endTime":"12:00","timeZone":"UTC","enabled":1}]})",
       "regulatoryWindows[0].enabled"},
      {R"({"blackoutPeriods":[{"startTime":"2026-12-05T00:00:00Z","endTime":"2026-12-06T00:00:00Z"}]})",
       "blackoutPeriods[0].reason"},
      {R"({"blackoutPeriods":[{"startTime":"2026-12-05T00:00:00Z","endTime":"2026-12-05T00:00:00Z","reason":"r"}]})",
       "blackoutPeriods[0].endTime"},
      {R"({"blackoutPeriods":[{"startTime":"x","endTime":"2026-12-05T00:00:00Z","reason":"r","allowMidWindow":true}]})",
       "blackoutPeriods[0].allowMidWindow"},
      {R"({"optimizationSettings":{"peakHourBoost":0.9}})", "optimizationSettings.peakHourBoost"},
      {R"({"optimizationSettings":{"useHistoricalAnswerRates":"yes"}})",
       "optimizationSettings.useHistoricalAnswerRates"},
      {R"({"id":"x"})", "id"},
      {R"({"etag":"x"})", "etag"},
      {R"({"plannedVolume":{"perDay":1}})", "plannedVolume"},
  };
  for (const Row& row : rows) {
    const HttpResponse response = Post(Schedules(kEast), Payload(row.changes));
    EXPECT_EQ(response.status, 400) << row.changes;
    EXPECT_EQ(Code(response), "INVALID_REQUEST") << row.changes;
    EXPECT_THAT(Fields(response), Contains(row.field)) << row.changes;
  }
  EXPECT_EQ(Items(Get(Schedules(kEast)), "id").size(), 1u);
}

TEST_F(ScheduleTest, PayloadsAtTheLimits) {
  int i = 0;
  for (const std::string changes : {
           R"({"dialerSettings":{"callRate":30,"maxConcurrentCalls":1,"capacityThreshold":1}})",
           R"({"dialerSettings":{"callRate":0,"maxConcurrentCalls":2.0,"capacityThreshold":0.001}})",
           R"({"regulatoryWindows":[]})",
           R"({"regulatoryWindows":[{"startTime":"22:00","endTime":"00:00","timeZone":"US/Eastern","enabled":false}]})",
           R"({"blackoutPeriods":[],"description":"","optimizationSettings":{}})",
           R"({"optimizationSettings":{"peakHourBoost":1}})",
       }) {
    const Value named = *ParseJson(arena_, R"({"name":"n)" + std::to_string(++i) + "\"}");
    const std::string body = Payload(ToJson(MergePatch(arena_, *ParseJson(arena_, changes), named)));
    EXPECT_EQ(Post(Schedules(kEast), body).status, 201) << body;
  }
  std::string long_name;
  for (int n = 0; n < 128; ++n) long_name += "é";
  EXPECT_EQ(Post(Schedules(kEast), Payload(R"({"name":")" + long_name + "\"}")).status, 201);
}

TEST_F(ScheduleTest, PatchMergesAndTellsWho) {
  const std::string etag = EtagOf(Schedule(kEvenings));
  const HttpResponse response = Write("PATCH", Schedule(kEvenings),
                                      R"({"description":null,"dialerSettings":{"callRate":9},"blackoutPeriods":[]})");
  ASSERT_EQ(response.status, 200) << response.body;
  const Value schedule = Json(response);
  EXPECT_EQ(schedule.Find("description"), nullptr);
  EXPECT_EQ(ToJson(*schedule.Find("dialerSettings")),
            R"({"maxConcurrentCalls":50,"callRate":9,"capacityThreshold":0.85})");
  EXPECT_EQ(schedule.Find("blackoutPeriods")->items().size(), 0u);
  EXPECT_EQ(schedule.GetString("createdAt"), "2025-12-01T15:00:00Z");
  EXPECT_EQ(schedule.GetString("updatedAt"), "2026-11-20T21:00:00Z");
  EXPECT_EQ(schedule.GetString("updatedBy"), "ci");
  EXPECT_NE(*response.header("ETag"), etag);
}

TEST_F(ScheduleTest, PatchThatChangesNothing) {
  const HttpResponse before = Get(Schedule(kEvenings));
  const HttpResponse response = Write("PATCH", Schedule(kEvenings), R"({"dialerSettings":{"callRate":15.0}})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, before.body);
  EXPECT_EQ(*response.header("ETag"), *before.header("ETag"));
}

TEST_F(ScheduleTest, PatchesThatAreRefused) {
  for (const char* body : {R"({"name":null})", R"({"timeZone":"Nowhere"})", R"({"endTime":"2025-01-01T00:00:00Z"})",
                           R"({"dialerSettings":null})", R"({"dialerSettings":{"callRate":null}})",
                           R"({"dialerSettings":{"callRate":31}})", R"({"dialerSettings":{"other":null}})",
                           R"({"id":"x"})", R"({"updatedBy":"me"})", R"({"campaignId":"x"})",
                           R"({"blackoutPeriods":[{"reason":"r"}]})", R"({"regulatoryWindows":[null]})", R"([])"}) {
    EXPECT_EQ(Write("PATCH", Schedule(kEvenings), body).status, 400) << body;
  }
  EXPECT_EQ(Call("PATCH", Schedule(kEvenings), {}, "{}").status, 428);
  EXPECT_EQ(Call("PATCH", Schedule(kEvenings), {{"If-Match", "\"x\""}}, R"({"name":"y"})").status, 412);
  EXPECT_EQ(Call("PATCH", Schedule("x"), {{"If-Match", "*"}}, R"({"name":"y"})").status, 404);
}

TEST_F(ScheduleTest, DeleteIsGuarded) {
  EXPECT_EQ(Call("DELETE", Schedule(kEvenings)).status, 428);
  EXPECT_EQ(Call("DELETE", Schedule(kEvenings), {{"If-Match", "\"x\""}}).status, 412);
  EXPECT_EQ(Call("DELETE", Schedules(kWest) + "/" + kEvenings, {{"If-Match", "*"}}).status, 404)
      << "another campaign's";
  const HttpResponse gone = Write("DELETE", Schedule(kEvenings));
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.body, "");
  EXPECT_EQ(Call("DELETE", Schedule(kEvenings), {{"If-Match", "*"}}).status, 404);
}

TEST_F(ScheduleTest, CampaignMustBeThere) {
  EXPECT_EQ(Get(Schedules("nope")).status, 404);
  EXPECT_EQ(Post(Schedules("nope"), Payload()).status, 404);
  EXPECT_EQ(Get(Schedules(kWest) + "/" + kEvenings).status, 404);
}

}  // namespace
}  // namespace cxctl
