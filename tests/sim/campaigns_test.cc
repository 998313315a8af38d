#include "sim_fixture.h"

namespace cxctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(SimTest, CampaignsAreListedWithEtags) {
  const HttpResponse response = Get("/api/v2/outbound/campaigns");
  EXPECT_THAT(Items(response, "state"), ElementsAre("ACTIVE", "PAUSED", "ACTIVE", "INACTIVE", "PAUSED", "SUSPENDED"));
  EXPECT_EQ(Items(response, "etag")[0], EtagOf(Campaign(kEast)));
  EXPECT_TRUE(Json(response).Find("nextPage")->is_null());
  Start({.etag_in_lists = false});
  EXPECT_EQ(Items(Get("/api/v2/outbound/campaigns"), "etag")[0], "");
}

TEST_F(SimTest, CampaignHasEveryMember) {
  const HttpResponse response = Get(Campaign(kEast));
  EXPECT_EQ(response.body, R"({"id":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","name":"Collections East","state":"ACTIVE",)"
                           R"("pauseReason":null,"complianceHold":false,"scheduledResumeTime":null,)"
                           R"("maxAgents":25,"dialingMode":"PREDICTIVE","dialRate":42})");
  EXPECT_EQ(*response.header("Content-Type"), "application/json");
  EXPECT_EQ(Get(Campaign("00000000-0000-4000-8000-000000000000")).status, 404);
}

TEST_F(SimTest, PagesTolerateRemovalsAndAdditions) {
  HttpResponse page = Get("/api/v2/outbound/campaigns?pageSize=2");
  EXPECT_EQ(Items(page, "id").size(), 2u);
  Edit(std::string(R"({"kind":"campaign","delete":true,"id":")") + kWest + "\"}");  // the one the cursor names
  Edit(
      R"({"kind":"campaign","create":{"id":"a0000000-0000-4000-8000-000000000000","name":"n","state":"ACTIVE","maxAgents":1,"dialingMode":"PREVIEW","dialRate":1}})");
  page = Get("/api/v2/outbound/campaigns?pageSize=2&nextPage=" + std::string(Json(page).GetString("nextPage")));
  EXPECT_THAT(Items(page, "name"), ElementsAre("Fiber Upgrade Sales", "Insurance Renewals"));
  page = Get("/api/v2/outbound/campaigns?pageSize=2&nextPage=" + std::string(Json(page).GetString("nextPage")));
  EXPECT_THAT(Items(page, "name"), ElementsAre("Win-back Florida", "Legacy Loyalty Offers"));
  EXPECT_TRUE(Json(page).Find("nextPage")->is_null()) << "a full last page is the last page";
}

TEST_F(SimTest, Transitions) {
  const char* states[] = {"ACTIVE", "PAUSED", "INACTIVE", "SUSPENDED"};
  for (const std::string from : states) {
    for (const std::string to : states) {
      Edit(std::string(R"({"kind":"campaign","id":")") + kEast + R"(","set":{"state":")" + from + "\"}}");
      const HttpResponse response = Write("PUT", Campaign(kEast), R"({"state":")" + to + "\"}");
      const bool legal = from != to && from != "SUSPENDED" && to != "SUSPENDED";
      EXPECT_EQ(response.status, legal ? 200 : 409) << from << " -> " << to;
      EXPECT_EQ(Json(Get(Campaign(kEast))).GetString("state"), legal ? to : from);
    }
  }
}

TEST_F(SimTest, TransitionCarriesMembersAndClearsThePause) {
  HttpResponse response = Write("PUT", Campaign(kEast),
                                R"({"state":"PAUSED","pauseReason":"CARRIER_THROTTLE","complianceHold":true,)"
                                R"("scheduledResumeTime":"2026-12-01T09:00:00-05:00","maxAgents":7,"dialRate":5.0})");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.body, HasSubstr(R"("state":"PAUSED","pauseReason":"CARRIER_THROTTLE","complianceHold":true,)"
                                       R"("scheduledResumeTime":"2026-12-01T09:00:00-05:00","maxAgents":7,)"
                                       R"("dialingMode":"PREDICTIVE","dialRate":5})"));
  EXPECT_EQ(*response.header("ETag"), EtagOf(Campaign(kEast)));
  response = Write("PUT", Campaign(kEast), R"({"state":"ACTIVE","dialRate":9})");
  EXPECT_THAT(response.body,
              HasSubstr(R"("state":"ACTIVE","pauseReason":null,"complianceHold":false,)"
                        R"("scheduledResumeTime":null,"maxAgents":7,"dialingMode":"PREDICTIVE","dialRate":9})"));
}

TEST_F(SimTest, TransitionsThatAreRefused) {
  struct Row {
    const char* body;
    int status;
    std::vector<std::string> fields;
  };
  const Row rows[] = {
      {R"({})", 400, {"state"}},
      {R"({"state":"RUNNING"})", 400, {"state"}},
      {R"({"state":null})", 400, {"state"}},
      {R"({"state":7})", 400, {"state"}},
      {R"({"state":"PAUSED","name":"x"})", 400, {"name"}},
      {R"({"state":"PAUSED","pauseReason":"LUNCH"})", 400, {"pauseReason"}},
      {R"({"state":"PAUSED","pauseReason":null})", 400, {"pauseReason"}},
      {R"({"state":"PAUSED","complianceHold":"yes"})", 400, {"complianceHold"}},
      {R"({"state":"PAUSED","scheduledResumeTime":"2026-12-01T09:00:00"})", 400, {"scheduledResumeTime"}},
      {R"({"state":"PAUSED","maxAgents":-1})", 400, {"maxAgents"}},
      {R"({"state":"PAUSED","maxAgents":1.5,"dialRate":"x"})", 400, {"maxAgents", "dialRate"}},
      {R"({"state":"PAUSED","dialingMode":"TURBO"})", 400, {"dialingMode"}},
      {R"({"state":"INACTIVE","pauseReason":"SCHEDULED"})", 422, {"pauseReason"}},
      {R"({"state":"INACTIVE","complianceHold":false})", 422, {"complianceHold"}},
      {R"({"state":"INACTIVE","scheduledResumeTime":"2026-12-01T09:00:00Z"})", 422, {"scheduledResumeTime"}},
  };
  const std::string before = Get(Campaign(kEast)).body;
  for (const Row& row : rows) {
    const HttpResponse response = Write("PUT", Campaign(kEast), row.body);
    EXPECT_EQ(response.status, row.status) << row.body;
    EXPECT_EQ(Fields(response), row.fields) << row.body;
  }
  EXPECT_EQ(Get(Campaign(kEast)).body, before);
}

TEST_F(SimTest, WritesAreGuarded) {
  const std::string body = R"({"dialRate":1})";
  const std::string etag = EtagOf(Campaign(kEast));
  EXPECT_EQ(Call("PATCH", Campaign(kEast), {}, body).status, 428);
  EXPECT_EQ(Call("PATCH", Campaign(kEast), {{"If-Match", ""}}, body).status, 428);
  EXPECT_EQ(Call("PUT", Campaign(kEast), {}, R"({"state":"PAUSED"})").status, 428);
  for (const std::string& bad : {std::string("\"other\""), "W/" + etag, etag.substr(1, etag.size() - 2)}) {
    const HttpResponse response = Call("PATCH", Campaign(kEast), {{"If-Match", bad}}, body);
    EXPECT_EQ(response.status, 412) << bad;
    EXPECT_EQ(Code(response), "PRECONDITION_FAILED");
  }
  EXPECT_EQ(Call("PATCH", Campaign(kEast), {{"If-Match", "\"other\", " + etag}}, body).status, 200);
  EXPECT_EQ(Call("PATCH", Campaign(kEast), {{"If-Match", etag}}, body).status, 412) << "it was changed since";
  EXPECT_EQ(Call("PATCH", Campaign(kEast), {{"If-Match", "*"}}, R"({"dialRate":2})").status, 200);
  EXPECT_EQ(Call("PUT", Campaign(kEast), {{"If-Match", etag}}, R"({"state":"ACTIVE"})").status, 412)
      << "412 comes before what the state forbids";
  EXPECT_EQ(Call("PATCH", Campaign("x"), {{"If-Match", "*"}}, body).status, 404);
}

TEST_F(SimTest, PatchThatChangesNothingKeepsTheEtag) {
  const std::string etag = EtagOf(Campaign(kEast));
  EXPECT_EQ(*Write("PATCH", Campaign(kEast), R"({"dialRate":42})").header("ETag"), etag);
  EXPECT_EQ(*Write("PATCH", Campaign(kEast), "{}").header("ETag"), etag);
  EXPECT_NE(*Write("PATCH", Campaign(kEast), R"({"dialRate":43})").header("ETag"), etag);
  EXPECT_NE(*Write("PATCH", Campaign(kEast), R"({"dialRate":42})").header("ETag"), etag) << "never the same again";
}

TEST_F(SimTest, PatchesThatAreRefused) {
  struct Row {
    const char* id;
    const char* body;
    int status;
  };
  const Row rows[] = {
      {kEast, R"({"state":"PAUSED"})", 400},
      {kEast, R"({"name":"x"})", 400},
      {kEast, R"({"nothing":null})", 400},
      {kEast, R"({"maxAgents":null})", 400},
      {kEast, R"({"dialRate":-1})", 400},
      {kEast, R"({"dialRate":"9"})", 400},
      {kEast, R"({"pauseReason":"SCHEDULED"})", 409},
      {kEast, R"({"complianceHold":false,"dialRate":1})", 409},
      {kEast, R"({"scheduledResumeTime":null})", 409},
      {kSuspended, R"({"pauseReason":"SCHEDULED"})", 409},
      {kSuspended, R"({"dialRate":1})", 200},
      {kWest, R"({"pauseReason":"AGENT_CAPACITY","complianceHold":true})", 200},
      {kWest, R"({"scheduledResumeTime":"soon"})", 400},
  };
  for (const Row& row : rows) EXPECT_EQ(Write("PATCH", Campaign(row.id), row.body).status, row.status) << row.body;
  EXPECT_THAT(Get(Campaign(kEast)).body, HasSubstr("\"dialRate\":42"));
}

TEST_F(SimTest, NullRemovesPauseMembers) {
  const HttpResponse response =
      Write("PATCH", Campaign(kWest), R"({"scheduledResumeTime":null,"pauseReason":null,"complianceHold":null})");
  EXPECT_THAT(response.body, HasSubstr(R"("pauseReason":null,"complianceHold":false,"scheduledResumeTime":null)"));
}

TEST_F(SimTest, Capacity) {
  EXPECT_EQ(Get("/api/v2/dialer/capacity").body, R"({"maxConcurrentCalls":200})");
  EXPECT_EQ(Edit(R"({"kind":"capacity","set":{"maxConcurrentCalls":90}})").status, 200);
  EXPECT_EQ(Get("/api/v2/dialer/capacity").body, R"({"maxConcurrentCalls":90})");
  EXPECT_EQ(Edit(R"({"kind":"capacity","set":{"maxConcurrentCalls":-1}})").status, 400);
}

}  // namespace
}  // namespace cxctl
