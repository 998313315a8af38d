// The analytics queries and exports.

#include <map>
#include <set>

#include "sim/query_language.h"
#include "sim_fixture.h"

namespace cxctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AnalyticsTest : public SimTest {
 protected:
  HttpResponse Metrics(const std::string& changes = "{}") {
    const Value base = *ParseJson(
        arena_, R"({"select":["campaignId","totalCallsDialed","totalCallsAnswered","totalCallsAbandoned","answerRate"],
                    "where":"campaignId = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890'","interval":"PT1M"})");
    return Post("/api/analytics/outbound/details/query", ToJson(MergePatch(arena_, base, *ParseJson(arena_, changes))));
  }
  HttpResponse History(const std::string& changes = "{}", const std::string& query = "") {
    const Value base = *ParseJson(
        arena_, R"({"filter":"campaign.id eq \"a1b2c3d4-e5f6-7890-abcd-ef1234567890\"","groupBy":["disposition"],
                    "interval":"hour","from":"2026-11-18T00:00:00-05:00","to":"2026-11-20T00:00:00-05:00"})");
    return Post("/api/v2/analytics/campaigns/details/query" + query,
                ToJson(MergePatch(arena_, base, *ParseJson(arena_, changes))));
  }
  Value Row(const HttpResponse& response) { return Json(response).Find("response")->items()[0]; }
};

TEST_F(AnalyticsTest, LiveFiguresFollowTheDialRate) {
  const Value row = Row(Metrics());
  const std::int64_t dialed = row.Find("totalCallsDialed")->as_int();
  EXPECT_GE(dialed, 39);  // 42 a minute, a twentieth up or down
  EXPECT_LE(dialed, 45);
  const double rate = row.Find("answerRate")->as_double();
  EXPECT_DOUBLE_EQ(rate, static_cast<double>(row.Find("totalCallsAnswered")->as_int()) / static_cast<double>(dialed));
  EXPECT_GT(rate, 0.1);
  EXPECT_LT(rate, 0.9);
  EXPECT_EQ(Metrics().body, Metrics().body) << "the same half minute, the same figures";
  EXPECT_EQ(Row(Metrics(R"({"select":["answerRate"]})")).Find("totalCallsAbandoned"), nullptr);
  EXPECT_NE(Row(Metrics(R"({"select":["answerRate"]})")).Find("totalCallsDialed"), nullptr) << "always there";
}

TEST_F(AnalyticsTest, CampaignsThatDoNotDialHaveNoFigures) {
  const HttpResponse paused = Metrics(std::string(R"({"where":"campaignId=')") + kWest + "'\"}");
  EXPECT_EQ(ToJson(Row(paused)),
            std::string(R"({"campaignId":")") + kWest +
                R"(","totalCallsDialed":0,"totalCallsAnswered":0,"totalCallsAbandoned":0,"answerRate":0})");
  EXPECT_EQ(Metrics(R"({"where":"campaignId = 'nobody'"})").body,
            R"({"response":[],"page":1,"pageSize":100,"totalElements":0})");
  EXPECT_THAT(Metrics(R"({"page":2,"pageSize":10})").body,
              HasSubstr(R"("response":[],"page":2,"pageSize":10,"totalElements":1)"));
}

TEST_F(AnalyticsTest, FiguresCanBeSet) {
  const std::string edit = std::string(R"({"kind":"metrics","id":")") + kEast + R"(","set":)";
  EXPECT_EQ(Edit(edit + R"({"callsPerMinute":100,"answerRate":0.2,"abandonRate":0.5}})").status, 201);
  EXPECT_EQ(ToJson(Row(Metrics(R"({"interval":"PT2M"})"))),
            std::string(R"({"campaignId":")") + kEast +
                R"(","totalCallsDialed":200,"totalCallsAnswered":40,"totalCallsAbandoned":20,"answerRate":0.2})");
  EXPECT_EQ(Edit(edit + R"({"answerRate":1.2}})").status, 400);
}

TEST_F(AnalyticsTest, MetricsQueriesThatAreRefused) {
  for (const char* changes :
       {R"({"select":null})", R"({"select":[]})", R"({"select":["calls"]})", R"({"select":"answerRate"})",
        R"({"where":null})", R"({"where":"campaignId = x"})", R"({"where":"name = 'x'"})",
        R"({"where":"campaignId = 'x' or 1"})", R"({"interval":"PT29S"})", R"({"interval":"30"})",
        R"({"interval":null})", R"({"pageSize":0})", R"({"pageSize":501})", R"({"page":0})", R"({"page":1.5})",
        R"({"order":"x"})"}) {
    EXPECT_EQ(Metrics(changes).status, 400) << changes;
  }
  EXPECT_EQ(Metrics(R"({"interval":"PT30S"})").status, 200);
}

TEST_F(AnalyticsTest, HistoryIsWhereTheScheduleCalls) {
  const HttpResponse response = History();
  ASSERT_EQ(response.status, 200);
  std::set<std::string> hours;
  for (const cxctl::Value& row : Json(response).Find("group")->items()) {
    hours.emplace(row.GetString("interval"));
    EXPECT_GT(row.Find("count")->as_int(), 0);
  }
  // 16:00 to 20:00 in New York, on two days.
  EXPECT_THAT(hours, testing::ElementsAre("2026-11-18T21:00:00Z", "2026-11-18T22:00:00Z", "2026-11-18T23:00:00Z",
                                          "2026-11-19T00:00:00Z", "2026-11-19T21:00:00Z", "2026-11-19T22:00:00Z",
                                          "2026-11-19T23:00:00Z", "2026-11-20T00:00:00Z"));
}

TEST_F(AnalyticsTest, HistoryOfDaysIsTheSumOfHours) {
  const auto counts = [&](const HttpResponse& response) {
    std::map<std::string, std::int64_t> sums;
    for (const cxctl::Value& row : Json(response).Find("group")->items()) {
      sums[std::string(row.GetString("disposition"))] += row.Find("count")->as_int();
    }
    return sums;
  };
  const auto hours = counts(History());
  EXPECT_EQ(counts(History(R"({"interval":"day"})")), hours);
  EXPECT_TRUE(hours.contains("ANSWERED"));
  EXPECT_TRUE(hours.contains("NO_ANSWER"));
}

TEST_F(AnalyticsTest, HistoryHasMoreCallsInBoostedHours) {
  const auto in_hour = [&](std::string_view interval) {
    std::int64_t calls = 0;
    const HttpResponse history = History();
    for (const cxctl::Value& row : Json(history).Find("group")->items())
      calls += row.GetString("interval") == interval ? row.Find("count")->as_int() : 0;
    return static_cast<double>(calls);
  };
  const auto set = [&](const char* settings) {
    const std::string edit = std::string(R"({"kind":"schedule","id":")") + kEvenings + R"(","set":{)" + settings + "}}";
    EXPECT_EQ(Edit(edit).status, 200) << edit;
  };
  // 09:00 and 18:00 in New York.
  const std::string morning = "2026-11-19T14:00:00Z", evening = "2026-11-19T23:00:00Z";
  set(R"("regulatoryWindows":[{"startTime":"09:00","endTime":"21:00","timeZone":"America/New_York","enabled":true}],)"
      R"("optimizationSettings":{"useHistoricalAnswerRates":false,"peakHourBoost":2})");
  const double at_nine = in_hour(morning);
  EXPECT_GT(at_nine, 0);
  const double unboosted = in_hour(evening);
  EXPECT_LT(unboosted, 1.3 * at_nine);
  set(R"("optimizationSettings":{"useHistoricalAnswerRates":true,"peakHourBoost":2})");
  EXPECT_EQ(in_hour(morning), at_nine);
  EXPECT_NEAR(in_hour(evening), 2 * unboosted, 1);
}

TEST_F(AnalyticsTest, HistoryPagesAddUp) {
  const cxctl::Value whole = Json(History());
  std::string rows;
  std::string next;
  do {
    const cxctl::Value page = Json(History("{}", "?pageSize=7" + (next.empty() ? "" : "&nextPage=" + next)));
    for (const cxctl::Value& row : page.Find("group")->items()) rows += ToJson(row) + ",";
    next = page.GetString("nextPage");
  } while (!next.empty());
  std::string expected;
  for (const cxctl::Value& row : whole.Find("group")->items()) expected += ToJson(row) + ",";
  EXPECT_EQ(rows, expected);
}

TEST_F(AnalyticsTest, HistoryEndsNow) {
  EXPECT_EQ(History(R"({"from":"2026-11-20T21:00:00Z","to":"2027-11-20T00:00:00Z"})").body,
            R"({"group":[],"nextPage":null})");
  EXPECT_EQ(History(R"({"from":"0001-01-01T00:00:00Z","to":"9999-01-01T00:00:00Z"})").status, 200);
  const std::string schedule = R"({"filter":"campaign.id eq \")" + std::string(kEast) + R"(\" and schedule.id eq \")";
  EXPECT_EQ(History(schedule + kEvenings + R"(\""})").body, History().body) << "the campaign's only schedule";
  EXPECT_EQ(History(schedule + R"(other\""})").body, R"({"group":[],"nextPage":null})");
}

TEST_F(AnalyticsTest, HistoryQueriesThatAreRefused) {
  for (const char* changes :
       {R"({"filter":"campaign.id = \"x\""})", R"({"filter":"campaign.id eq \"x\" and"})", R"({"filter":""})",
        R"({"filter":"campaign.id eq \"x\" or schedule.id eq \"y\""})", R"({"groupBy":[]})", R"({"groupBy":["agent"]})",
        R"({"interval":"week"})", R"({"from":"yesterday"})", R"({"to":"2026-11-18T05:00:00Z"})", R"({"to":null})",
        R"({"nextPage":"x"})"}) {
    EXPECT_EQ(History(changes).status, 400) << changes;
  }
  EXPECT_EQ(History("{}", "?pageSize=501").status, 400);
  EXPECT_EQ(History("{}", "?nextPage=00").status, 400);
}

TEST(QueryLanguageTest, IsoDurations) {
  struct Row {
    const char* text;
    std::optional<int> seconds;
  };
  const Row rows[] = {
      {"PT30S", 30},         {"PT1M", 60}, {"PT1H30M", 5400}, {"P1D", 86400}, {"P1DT1S", 86401}, {"P2W", 1209600},
      {"PT90S", 90},         {"P", {}},    {"PT", {}},        {"P1DT", {}},   {"30S", {}},       {"PT30", {}},
      {"P1M", {}},           {"P1Y", {}},  {"PT1S1M", {}},    {"PT1M1M", {}}, {"PT-30S", {}},    {"pt30s", {}},
      {"PT1234567890S", {}}, {"P30S", {}}, {"PT1D", {}},      {"", {}},       {"PTS", {}}};
  for (const Row& row : rows) {
    const auto duration = sim::ParseIsoDuration(row.text);
    EXPECT_EQ(duration.has_value(), row.seconds.has_value()) << row.text;
    if (!duration || !row.seconds) continue;
    EXPECT_EQ(*duration, std::chrono::seconds(*row.seconds)) << row.text;
  }
}

class ExportTest : public SimTest {
 protected:
  std::string Create(const std::string& columns, const std::string& filter = "") {
    const HttpResponse response =
        Post("/api/v2/interaction/exports", R"({"name":"x","type":"custom","columns":)" + columns + R"(,"filter":)" +
                                                ToJson(Value::String(filter)) + "}");
    EXPECT_EQ(response.status, 202) << response.body;
    EXPECT_EQ(Json(response).GetString("state"), "queued");
    return "/api/v2/interaction/exports/" + std::string(Json(response).GetString("id"));
  }
};

TEST_F(ExportTest, CompletesByPolls) {
  const std::string path = Create(R"(["scheduleId","name"])");
  EXPECT_EQ(Get(path + "/content").status, 409);
  EXPECT_EQ(Json(Get(path)).GetString("state"), "running");
  EXPECT_EQ(Get(path + "/content").status, 409);
  const Value completed = Json(Get(path));
  EXPECT_EQ(completed.GetString("state"), "completed");
  EXPECT_EQ(completed.Find("rows")->as_int(), 2);
  const HttpResponse content = Get(path + "/content");
  EXPECT_EQ(*content.header("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_EQ(content.body,
            "scheduleId,name\r\nb1b2c3d4-e5f6-7890-abcd-ef1234567890,Weekday evenings\r\n"
            "b2b2c3d4-e5f6-7890-abcd-ef1234567891,Business hours\r\n");
}

TEST_F(ExportTest, CompletesByTheClock) {
  const std::string path = Create(R"(["campaign.name","schedule.dialerSettings.callRate","nothing"])",
                                  "campaign.id eq \"" + std::string(kEast) + "\"");
  clock_.Advance(std::chrono::seconds(2));
  EXPECT_EQ(Get(path + "/content").body,
            "campaign.name,schedule.dialerSettings.callRate,nothing\r\nCollections East,15,\r\n");
}

TEST_F(ExportTest, FieldsAreQuotedWhereTheyMustBe) {
  Write("PATCH", Schedule(kEvenings), R"({"name":"a \"b\", c\nd"})");
  const std::string path = Create(R"(["name"])", "campaign.id eq \"" + std::string(kEast) + "\"");
  clock_.Advance(std::chrono::seconds(2));
  EXPECT_EQ(Get(path + "/content").body, "name\r\n\"a \"\"b\"\", c\nd\"\r\n");
}

TEST_F(ExportTest, Refused) {
  for (const char* body : {"{}", R"({"name":"x","type":"standard","columns":["a"],"filter":""})",
                           R"({"name":"x","type":"custom","columns":[],"filter":""})",
                           R"({"name":"x","type":"custom","columns":[1],"filter":""})",
                           R"({"name":"x","type":"custom","columns":["a"]})"}) {
    EXPECT_EQ(Post("/api/v2/interaction/exports", body).status, 400) << body;
  }
  EXPECT_EQ(Get("/api/v2/interaction/exports/x").status, 404);
  EXPECT_EQ(Get("/api/v2/interaction/exports/x/content").status, 404);
}

}  // namespace
}  // namespace cxctl
