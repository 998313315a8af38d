// Loading, saving, and edits by somebody else.

#include "sim_fixture.h"

namespace cxctl {
namespace {

using ::testing::HasSubstr;

constexpr const char* kCodes = "/api/v2/callcodes";

TEST_F(SimTest, LoadingWhatWasSavedGivesTheSameTenant) {
  const char* body = R"({"name":"N","code":"NEW","type":"NEUTRAL","category":"OUTBOUND"})";
  const HttpResponse first = Post(kCodes, body, {{"Idempotency-Key", "k1"}});
  Write("PATCH", Schedule(kEvenings), R"({"description":"x"})");
  Write("PUT", Campaign(kEast), R"({"state":"PAUSED","pauseReason":"SCHEDULED"})");
  Post("/api/v2/interaction/exports", R"({"name":"x","type":"custom","columns":["id"],"filter":""})");
  Post("/api/v2/conversations/messages", R"({"to":"+14155550100","from":"+18005550199","type":"sms","body":"x"})");
  const std::string saved = tenant_->Save();
  EXPECT_EQ(Send("GET", "/_sim/state").body, saved);

  SimTenant other({.seed = 99, .rate = 0}, clock_);
  ASSERT_TRUE(other.Load(saved));
  EXPECT_EQ(other.Save(), saved);
  ASSERT_TRUE(tenant_->Load(saved));
  EXPECT_EQ(tenant_->Save(), saved);
  EXPECT_EQ(Post(kCodes, body, {{"Idempotency-Key", "k1"}}).body, first.body);
  EXPECT_EQ(EtagOf(CallCode(std::string(Json(first).GetString("id")))), *first.header("ETag"));
  const HttpResponse next = Post(kCodes, R"({"name":"N","code":"NEW2","type":"NEUTRAL","category":"OUTBOUND"})");
  EXPECT_NE(Json(next).GetString("id"), Json(first).GetString("id")) << "ids go on where they stopped";
}

TEST_F(SimTest, IdsAndEtagsAreKeptOrMade) {
  ASSERT_TRUE(tenant_->Load(R"({"queues":[{"id":"q1","etag":"\"v7\""}],
      "callCodes":[{"name":"N","code":"NEW","type":"NEUTRAL","category":"C","custom":{"a":[1]}}]})"));
  EXPECT_THAT(tenant_->Save(), HasSubstr(R"({"id":"q1","etag":"\"v7\""})"));
  const Value code = Json(Get(kCodes)).Find("items")->items()[0];
  EXPECT_EQ(code.GetString("id").size(), 36u);
  EXPECT_NE(code.Find("custom"), nullptr) << "a tenant may have members that nobody knows";
  EXPECT_EQ(Get(Campaign(kEast)).status, 404) << "the data is all there is";
}

TEST_F(SimTest, DataThatIsRefused) {
  const std::string campaign =
      R"({"id":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","name":"n","state":"ACTIVE","maxAgents":1,"dialingMode":"PREVIEW","dialRate":1)";
  const std::string code = R"({"name":"N","type":"NEUTRAL","category":"C",)";
  struct Row {
    std::string json, message;
  };
  const Row rows[] = {
      {"[]", "must be a JSON object"},
      {R"({"campains":[]})", "campains is not a member of it"},
      {R"({"campaigns":{}})", "campaigns must be a list"},
      {R"({"campaigns":[1]})", "campaigns[0] must be an object"},
      {R"({"campaigns":[)" + campaign + R"(,"dialRate2":1},)" + campaign + "}]}", "campaigns[1].id is the id"},
      {R"({"campaigns":[{"name":"x"}]})", "campaigns[0].state is required"},
      {R"({"campaigns":[)" + campaign + R"(,"etag":"v1"}]})", "campaigns[0].etag must be a strong ETag"},
      {R"({"campaigns":[{"id":"c1","name":"n","state":"ACTIVE","maxAgents":1,"dialingMode":"PREVIEW","dialRate":1}]})",
       "campaigns[0].id must be a UUID"},
      {R"({"capacity":{"maxConcurrentCalls":-1}})", "capacity.maxConcurrentCalls must be at least 0"},
      {R"({"callCodes":[)" + code + R"("code":"AA"},)" + code + R"("code":"AA"}]})",
       "callCodes[1] has the name or code"},
      {R"({"callCodes":[)" + code + R"("id":"x","code":"AA","parentCallCodeId":"y"}]})",
       "call code x: the parent does not exist"},
      {R"({"callCodes":[)" + code + R"("id":"x","code":"AA","parentCallCodeId":"x"}]})", "deeper than three levels"},
      {R"({"callbacks":[{"id":"b","state":"scheduled","to":"+14155550100","from":"+18005550199","scheduleDate":"2027-01-01T00:00:00Z","queueId":"q"}]})",
       "callback b is of a queue that is not there"},
      {R"({"agents":[{"state":"asleep"}]})", "agents[0].state must be one of"},
      {R"({"random":"xyz"})", "random must be"},
      {R"({"revision":-1})", "revision must be"},
      {R"({"idempotencyKeys":[{}]})", "idempotencyKeys must have"},
  };
  const std::string before = tenant_->Save();
  for (const Row& row : rows) {
    const auto loaded = tenant_->Load(row.json);
    ASSERT_FALSE(loaded) << row.json;
    EXPECT_EQ(loaded.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(loaded.error().message, HasSubstr(row.message));
  }
  EXPECT_FALSE(tenant_->Load("{"));
  EXPECT_EQ(tenant_->Save(), before) << "a refused load changes nothing";
}

TEST_F(SimTest, EditsBySomebodyElse) {
  const std::string schedule = std::string(R"({"kind":"schedule","id":")") + kEvenings + "\"";
  const std::string etag = EtagOf(Schedule(kEvenings));
  HttpResponse response = Edit(schedule + R"(,"set":{"dialerSettings":{"callRate":3},"priority":1}})");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_NE(*response.header("ETag"), etag);
  EXPECT_EQ(Json(response).GetString("updatedBy"), "admin@example.com");
  EXPECT_EQ(Json(response).GetString("updatedAt"), "2026-11-20T21:00:00Z");
  EXPECT_EQ(Json(response).GetString("createdAt"), "2025-12-01T15:00:00Z");
  EXPECT_EQ(Get(Schedule(kEvenings)).body, response.body);
  response = Edit(schedule + R"(,"by":"eve@example.com","set":{"description":null}})");
  EXPECT_EQ(Json(response).GetString("updatedBy"), "eve@example.com");
  EXPECT_EQ(Call("PATCH", Schedule(kEvenings), {{"If-Match", etag}}, "{\"description\":\"y\"}").status, 412);
  EXPECT_EQ(Edit(schedule + R"(,"campaignId":"other","delete":true})").status, 404);
  EXPECT_EQ(Edit(schedule + R"(,"delete":true})").status, 204);
  EXPECT_EQ(Get(Schedule(kEvenings)).status, 404);
}

TEST_F(SimTest, EditsOfCampaigns) {
  const auto set = [&](const char* id, const std::string& members) {
    return Edit(std::string(R"({"kind":"campaign","id":")") + id + R"(","set":)" + members + "}");
  };
  HttpResponse response = set(kWest, R"({"state":"SUSPENDED"})");
  EXPECT_THAT(response.body, HasSubstr(R"("state":"SUSPENDED","pauseReason":null)")) << "it left PAUSED";
  response = set(kSuspended, R"({"state":"PAUSED","pauseReason":"SCHEDULED","name":"Renamed"})");
  EXPECT_THAT(response.body, HasSubstr(R"("name":"Renamed","state":"PAUSED","pauseReason":"SCHEDULED")"));
  EXPECT_EQ(set(kEast, R"({"state":"ASLEEP"})").status, 400);
  EXPECT_EQ(set(kEast, R"({"id":"a1b2c3d4-e5f6-7890-abcd-ef1234567899"})").status, 400);
  EXPECT_EQ(set("nobody", "{}").status, 404);
  EXPECT_EQ(Edit(std::string(R"({"kind":"campaign","delete":true,"id":")") + kEast + "\"}").status, 204);
  EXPECT_EQ(tenant_->Save().find(kEvenings), std::string::npos) << "its schedules go with it";
}

TEST_F(SimTest, CreatesBySomebodyElse) {
  HttpResponse response =
      Edit(R"({"kind":"callCode","create":{"name":"N","code":"NEW","type":"NEUTRAL","category":"OUTBOUND"}})");
  ASSERT_EQ(response.status, 201) << response.body;
  EXPECT_EQ(Get(CallCode(std::string(Json(response).GetString("id")))).body, response.body);
  response = Edit(std::string(R"({"kind":"schedule","campaignId":")") + kWest + R"(","create":{"id":"s1","name":"n",
      "startTime":"2026-01-01T00:00:00Z","endTime":"2027-01-01T00:00:00Z","timeZone":"UTC","regulatoryWindows":[],
      "dialerSettings":{"maxConcurrentCalls":1,"callRate":1,"capacityThreshold":1}}})");
  ASSERT_EQ(response.status, 201) << response.body;
  EXPECT_EQ(Get(Schedules(kWest) + "/s1").body, response.body);
  EXPECT_EQ(Edit(R"({"kind":"queue","create":{"id":"q2"}})").status, 201);
  EXPECT_EQ(Edit(R"({"kind":"queue","create":{"id":"q2"}})").status, 409);
  ASSERT_TRUE(tenant_->Load(tenant_->Save()));
}

TEST_F(SimTest, EditsThatAreRefused) {
  struct Row {
    std::string body;
    int status;
  };
  const std::string code = std::string(R"({"kind":"callCode","id":")") + kSale + "\"";
  const Row rows[] = {
      {"", 400},
      {"[]", 400},
      {"{}", 400},
      {R"({"kind":"tenant","id":"x","set":{}})", 400},
      {R"({"kind":"callCode","set":{}})", 400},
      {code + "}", 400},
      {code + R"(,"delete":false})", 400},
      {code + R"(,"set":{},"delete":true})", 400},
      {code + R"(,"set":7})", 400},
      {code + R"(,"sett":{}})", 400},
      {code + R"(,"set":{"code":"no"}})", 400},
      {code + R"(,"set":{"code":"PTP"}})", 409},
      {code + R"(,"set":{"category":"OTHER"}})", 409},
      {code + R"(,"set":{"parentCallCodeId":"x"}})", 422},
      {code + R"(,"delete":true})", 409},
      {std::string(R"({"kind":"queue","delete":true,"id":")") + kSupport + "\"}", 409},
      {std::string(R"({"kind":"callback","id":")") + kCallback + R"(","set":{"queueId":"x"}})", 404},
      {std::string(R"({"kind":"schedule","id":")") + kEvenings + R"(","set":{"endTime":"2020-01-01T00:00:00Z"}})", 400},
  };
  const std::string before = tenant_->Save();
  for (const Row& row : rows) EXPECT_EQ(Edit(row.body).status, row.status) << row.body;
  EXPECT_EQ(tenant_->Save(), before);
}

}  // namespace
}  // namespace cxctl
