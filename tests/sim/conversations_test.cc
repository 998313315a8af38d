// Callbacks, messages, contacts, queues, agents.

#include "sim_fixture.h"

namespace cxctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kCallbacks = "/api/v2/conversations/callbacks";

class CallbackTest : public SimTest {
 protected:
  std::string Payload(const std::string& changes = "{}") {
    const Value base = *ParseJson(arena_, R"({"to":"+14155550100","from":"+18005550199",
        "scheduleDate":"2026-12-01T09:00:00-05:00","queueId":"d1b2c3d4-e5f6-7890-abcd-ef1234567890"})");
    return ToJson(MergePatch(arena_, base, *ParseJson(arena_, changes)));
  }
};

TEST_F(CallbackTest, CreateAndRead) {
  const HttpResponse response = Post(kCallbacks, Payload(R"({"customAttributes":{"a":"b"}})"));
  ASSERT_EQ(response.status, 201) << response.body;
  EXPECT_EQ(Json(response).GetString("state"), "scheduled");
  const HttpResponse read = Get(Callback(std::string(Json(response).GetString("id"))));
  EXPECT_EQ(read.body, response.body);
  EXPECT_EQ(*read.header("ETag"), *response.header("ETag"));
}

TEST_F(CallbackTest, PayloadsThatAreRefused) {
  struct Row {
    const char* changes;
    int status;
    const char* code;
  };
  const Row rows[] = {
      {R"({"to":"4155550100"})", 400, "INVALID_PHONE_NUMBER"},
      {R"({"to":"+04155550100"})", 400, "INVALID_PHONE_NUMBER"},
      {R"({"to":"+1415555010012345"})", 400, "INVALID_PHONE_NUMBER"},
      {R"({"to":"+1 415 555 0100"})", 400, "INVALID_PHONE_NUMBER"},
      {R"({"from":"+1"})", 400, "INVALID_PHONE_NUMBER"},
      {R"({"from":""})", 400, "INVALID_PHONE_NUMBER"},
      {R"({"to":null})", 400, "INVALID_REQUEST"},
      {R"({"to":14155550100})", 400, "INVALID_REQUEST"},
      {R"({"scheduleDate":"tomorrow"})", 400, "INVALID_SCHEDULE_DATE"},
      {R"({"scheduleDate":"2026-12-01T09:00:00"})", 400, "INVALID_SCHEDULE_DATE"},
      {R"({"scheduleDate":"2026-11-20T21:00:00Z"})", 400, "INVALID_SCHEDULE_DATE"},
      {R"({"scheduleDate":"2020-01-01T00:00:00Z"})", 400, "INVALID_SCHEDULE_DATE"},
      {R"({"scheduleDate":null})", 400, "INVALID_REQUEST"},
      {R"({"queueId":"nope"})", 404, "NOT_FOUND"},
      {R"({"queueId":1})", 400, "INVALID_REQUEST"},
      {R"({"customAttributes":{"a":1}})", 400, "INVALID_REQUEST"},
      {R"({"customAttributes":[]})", 400, "INVALID_REQUEST"},
      {R"({"state":"scheduled"})", 400, "INVALID_REQUEST"},
      {R"({"note":"x"})", 400, "INVALID_REQUEST"},
  };
  for (const Row& row : rows) {
    const HttpResponse response = Post(kCallbacks, Payload(row.changes));
    EXPECT_EQ(response.status, row.status) << row.changes;
    EXPECT_EQ(Code(response), row.code) << row.changes;
    EXPECT_THAT(response.body, Not(HasSubstr("415555"))) << "numbers are in no message";
  }
}

TEST_F(CallbackTest, MoveAndCancel) {
  HttpResponse response = Write("PATCH", Callback(kCallback), R"({"scheduleDate":"2030-02-01T00:00:00Z"})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(Json(response).GetString("scheduleDate"), "2030-02-01T00:00:00Z");
  response = Write("PATCH", Callback(kCallback), R"({"state":"cancelled"})");
  EXPECT_EQ(Json(response).GetString("state"), "cancelled");
  EXPECT_EQ(Write("PATCH", Callback(kCallback), R"({"state":"cancelled"})").status, 409);
  EXPECT_EQ(Write("PATCH", Callback(kCallback), R"({"scheduleDate":"2030-02-02T00:00:00Z"})").status, 409);
}

TEST_F(CallbackTest, PatchesThatAreRefused) {
  struct Row {
    const char* body;
    int status;
  };
  const Row rows[] = {
      {R"({"state":"completed"})", 409},
      {R"({"state":"scheduled"})", 409},
      {R"({"to":"+14155550101"})", 409},
      {R"({"queueId":"x"})", 409},
      {R"({"state":"cancelled","from":"x"})", 409},
      {R"({"scheduleDate":"2020-01-01T00:00:00Z"})", 400},
      {R"({"scheduleDate":"soon"})", 400},
      {R"({"scheduleDate":null})", 400},
      {R"({"state":null})", 400},
      {R"({"state":1})", 400},
      {R"({"colour":"red"})", 400},
      {R"({})", 200},
  };
  for (const Row& row : rows) EXPECT_EQ(Write("PATCH", Callback(kCallback), row.body).status, row.status) << row.body;
  EXPECT_EQ(Call("PATCH", Callback(kCallback), {}, R"({"state":"cancelled"})").status, 428);
  EXPECT_EQ(Call("PATCH", Callback(kCallback), {{"If-Match", "\"x\""}}, R"({"state":"cancelled"})").status, 412);
  EXPECT_EQ(Call("PATCH", Callback("x"), {{"If-Match", "*"}}, "{}").status, 404);
}

TEST_F(CallbackTest, Lists) {
  Post(kCallbacks, Payload());
  Write("PATCH", Callback(kCallback), R"({"state":"cancelled"})");
  const std::string base = kCallbacks;
  EXPECT_EQ(Items(Get(base), "id").size(), 2u);
  EXPECT_THAT(Items(Get(base + "?state=cancelled"), "id"), ElementsAre(kCallback));
  EXPECT_EQ(Items(Get(base + "?state=scheduled&queueId=" + kSupport), "id").size(), 1u);
  EXPECT_EQ(Items(Get(base + "?queueId=nope"), "id").size(), 0u);
  EXPECT_EQ(Get(base + "?state=lost").status, 400);
  EXPECT_EQ(Items(Get(base + "?pageSize=1"), "id").size(), 1u);
}

TEST_F(CallbackTest, Messages) {
  const std::string path = "/api/v2/conversations/messages";
  const HttpResponse response =
      Post(path, R"({"to":"+14155550100","from":"+18005550199","type":"sms","body":"hello"})");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(Json(response).GetString("state"), "queued");
  EXPECT_THAT(tenant_->Save(), HasSubstr("\"body\":\"hello\""));
  const std::string start = R"({"to":"+14155550100","from":"+18005550199","type":")";
  EXPECT_EQ(Post(path, start + R"(sms","body":")" + std::string(1600, 'x') + "\"}").status, 201);
  for (const std::string& bad :
       {start + R"(sms","body":")" + std::string(1601, 'x') + "\"}", start + R"(fax","body":"x"})", start + R"(sms"})",
        start + R"(sms","body":"x","media":1})"}) {
    EXPECT_EQ(Post(path, bad).status, 400);
  }
  EXPECT_EQ(Code(Post(path, R"({"to":"x","from":"+18005550199","type":"sms","body":"x"})")), "INVALID_PHONE_NUMBER");
}

TEST_F(SimTest, ContactsMergeNamedFields) {
  const std::string path = "/api/v2/crm/contacts/contact-01";
  const HttpResponse response =
      Call("PUT", path, {}, R"({"fields":[{"name":"Segment","value":"Silver"},{"name":"Callback","value":"set"}]})");
  EXPECT_EQ(response.status, 200) << "no If-Match is needed";
  EXPECT_EQ(response.body, R"({"id":"contact-01","fields":[{"name":"FirstName","value":"Ines"},)"
                           R"({"name":"Segment","value":"Silver"},{"name":"Callback","value":"set"}]})");
  EXPECT_EQ(Get(path).body, response.body);
  for (const char* bad :
       {"{}", R"({"fields":{}})", R"({"fields":[{"name":"x"}]})", R"({"fields":[{"name":"x","value":1}]})",
        R"({"fields":[],"id":"contact-01"})", R"({"fields":["x"]})"}) {
    EXPECT_EQ(Call("PUT", path, {}, bad).status, 400) << bad;
  }
  EXPECT_EQ(Call("PUT", "/api/v2/crm/contacts/nobody", {}, R"({"fields":[]})").status, 404);
  EXPECT_EQ(Get("/api/v2/crm/contacts/nobody").status, 404);
}

TEST_F(SimTest, QueueStats) {
  EXPECT_EQ(Get(std::string("/api/v2/queues/") + kSupport + "/stats").body,
            R"({"queueId":"d1b2c3d4-e5f6-7890-abcd-ef1234567890","active":4,"waiting":2,"longestWaitSeconds":35})");
  EXPECT_EQ(Get("/api/v2/queues/nope/stats").status, 404);
}

TEST_F(SimTest, AgentsInBothForms) {
  const HttpResponse bare = Get("/api/v2/agents?state=offline&pageSize=1");
  EXPECT_EQ(bare.body, R"([{"id":"agent-07","name":"Gus","state":"offline"}])");
  Edit(R"({"kind":"agent","id":"agent-08","set":{"state":"offline"}})");
  EXPECT_EQ(Get("/api/v2/agents?state=asleep").status, 400);
  EXPECT_EQ(Get("/api/v2/agents?pageSize=0").status, 400);
  Start({.agents_in_envelope = true});
  Edit(R"({"kind":"agent","id":"agent-08","set":{"state":"offline"}})");
  const HttpResponse page = Get("/api/v2/agents?state=offline&pageSize=1");
  EXPECT_THAT(Items(page, "id"), ElementsAre("agent-07"));
  const std::string next(Json(page).GetString("nextPage"));
  EXPECT_THAT(Items(Get("/api/v2/agents?state=offline&pageSize=1&nextPage=" + next), "id"), ElementsAre("agent-08"));
}

}  // namespace
}  // namespace cxctl
