#include "tenant/dialect_v2.h"

#include "tenant/fixture.h"

namespace cxctl {
namespace {

class DialectV2Test : public TenantTest {
 protected:
  static std::string Line(const Result<ApiRequest>& request) {
    if (!request) return request.error().message;
    return request->method + ' ' + request->path + (request->query.empty() ? "" : "?" + request->query);
  }
  const std::unique_ptr<Dialect> dialect_ = MakeDialectV2();
};

TEST_F(DialectV2Test, Reads) {
  const auto& d = *dialect_;
  EXPECT_EQ(Line(d.ListRequest(ObjectKind::kCampaign, "", "")), "GET /api/v2/outbound/campaigns?pageSize=500");
  EXPECT_EQ(Line(d.ListRequest(ObjectKind::kCampaign, "", "a/b=&c")),
            "GET /api/v2/outbound/campaigns?pageSize=500&nextPage=a%2Fb%3D%26c");
  EXPECT_EQ(Line(d.ListRequest(ObjectKind::kSchedule, "c 1/x", "")),
            "GET /api/v2/campaigns/c%201%2Fx/schedules?pageSize=500");
  EXPECT_EQ(Line(d.ListRequest(ObjectKind::kCallCode, "Sales", "")),
            "GET /api/v2/callcodes?filter=category%3DSales&pageSize=500");
  EXPECT_EQ(Line(d.ListRequest(ObjectKind::kCallCode, R"(a,b\c&d)", "")),
            R"(GET /api/v2/callcodes?filter=category%3Da%5C%2Cb%5C%5Cc%26d&pageSize=500)");
  EXPECT_EQ(Line(d.FindRequest(ObjectKind::kCallCode, "Sales", "SALE", "p")),
            "GET /api/v2/callcodes?filter=category%3DSales%2Ccode%3DSALE&pageSize=500&nextPage=p");
  EXPECT_EQ(Line(d.FindRequest(ObjectKind::kSchedule, "c-1", "Evening", "")),
            "GET /api/v2/campaigns/c-1/schedules?pageSize=500");
  EXPECT_EQ(Line(d.GetRequest(ObjectKind::kCampaign, "", "c-1")), "GET /api/v2/outbound/campaigns/c-1");
  EXPECT_EQ(Line(d.GetRequest(ObjectKind::kSchedule, "c-1", "s?1")), "GET /api/v2/campaigns/c-1/schedules/s%3F1");
  EXPECT_EQ(Line(d.GetRequest(ObjectKind::kCallCode, "Sales", "cc-1")), "GET /api/v2/callcodes/cc-1");
  EXPECT_EQ(Line(d.CapacityRequest()), "GET /api/v2/dialer/capacity");
  EXPECT_EQ(Line(d.QueueRequest("q/1")), "GET /api/v2/queues/q%2F1/stats");
}

TEST_F(DialectV2Test, WhatIsNoIdNeverBecomesAPath) {
  for (const char* id : {"", ".", ".."}) {
    for (ObjectKind kind : {ObjectKind::kCampaign, ObjectKind::kSchedule, ObjectKind::kCallCode}) {
      EXPECT_FALSE(dialect_->GetRequest(kind, "c-1", id)) << id;
    }
    EXPECT_FALSE(dialect_->ListRequest(ObjectKind::kSchedule, id, "")) << id;
    EXPECT_FALSE(dialect_->QueueRequest(id)) << id;
    EXPECT_FALSE(dialect_->GetRequest(ObjectKind::kSchedule, id, "s-1")) << id;
    WriteRequest write = DeleteCode();
    write.id = id;
    EXPECT_FALSE(dialect_->EncodeWrite(write)) << id;
  }
}

TEST_F(DialectV2Test, Writes) {
  const Result<ApiRequest> create = dialect_->EncodeWrite(CreateCode());
  EXPECT_EQ(Line(create), "POST /api/v2/callcodes");
  EXPECT_EQ(create->body, R"({"name":"Sale","code":"SALE","type":"SUCCESS","category":"Sales"})");
  EXPECT_EQ(*FindHeader(create->headers, "Idempotency-Key"), "key-1");
  EXPECT_EQ(FindHeader(create->headers, "If-Match"), nullptr);
  EXPECT_EQ(create->safety, Safety::kOnce);

  const Result<ApiRequest> update = dialect_->EncodeWrite(UpdateCode());
  EXPECT_EQ(Line(update), "PATCH /api/v2/callcodes/cc-1");
  EXPECT_EQ(update->body, R"({"name":"Sold"})");
  EXPECT_EQ(*FindHeader(update->headers, "If-Match"), "\"v1\"");
  EXPECT_EQ(update->safety, Safety::kRepeatable);

  const Result<ApiRequest> pause = dialect_->EncodeWrite(PauseCampaign());
  EXPECT_EQ(Line(pause), "PUT /api/v2/outbound/campaigns/c-1");
  EXPECT_EQ(pause->body, R"({"state":"PAUSED","pauseReason":"COMPLIANCE_HOLD"})");

  WriteRequest campaign = PauseCampaign();
  campaign.operation = WriteOperation::kUpdate;
  EXPECT_EQ(Line(dialect_->EncodeWrite(campaign)), "PATCH /api/v2/outbound/campaigns/c-1");

  WriteRequest schedule = UpdateCode();
  schedule.kind = ObjectKind::kSchedule;
  schedule.scope = "c-1";
  schedule.id = "s-1";
  EXPECT_EQ(Line(dialect_->EncodeWrite(schedule)), "PATCH /api/v2/campaigns/c-1/schedules/s-1");
  schedule.operation = WriteOperation::kDelete;
  EXPECT_EQ(Line(dialect_->EncodeWrite(schedule)), "DELETE /api/v2/campaigns/c-1/schedules/s-1");
  EXPECT_EQ(dialect_->EncodeWrite(schedule)->body, "");
  schedule.operation = WriteOperation::kCreate;
  schedule.idempotency_key = "k";
  EXPECT_EQ(Line(dialect_->EncodeWrite(schedule)), "POST /api/v2/campaigns/c-1/schedules");
}

TEST_F(DialectV2Test, RefusedWrites) {
  std::vector<WriteRequest> refused;
  for (const char* etag : {"", "*", "v1", "W/\"v1\"", "\"a\r\nb\"", "\"\""}) {
    refused.push_back(UpdateCode());
    refused.back().etag = etag;
    refused.push_back(DeleteCode());
    refused.back().etag = etag;
    refused.push_back(PauseCampaign());
    refused.back().etag = etag;
  }
  for (std::string key : {std::string(), std::string("a b"), std::string("a\nb"), std::string(256, 'k')}) {
    refused.push_back(CreateCode());
    refused.back().idempotency_key = key;
  }
  refused.push_back(CreateCode());
  refused.back().kind = ObjectKind::kCampaign;
  refused.push_back(CreateCode());
  refused.back().payload = Value();
  refused.push_back(UpdateCode());
  refused.back().payload = Value();
  refused.push_back(UpdateCode());
  refused.back().operation = WriteOperation::kTransition;
  refused.push_back(PauseCampaign());
  refused.back().operation = WriteOperation::kDelete;
  for (const WriteRequest& request : refused) {
    const Result<ApiRequest> encoded = dialect_->EncodeWrite(request);
    ASSERT_FALSE(encoded) << encoded->method << ' ' << encoded->path << ' ' << request.etag;
    EXPECT_THAT(encoded.error().message, testing::HasSubstr("nothing was sent."));
  }
}

TEST_F(DialectV2Test, AnItemsBookkeepingIsTakenOut) {
  const HttpOutcome answer =
      Answer(200, R"({"items":[{"id":"s-1","etag":"v7","name":"Evening","createdAt":"2026-01-01T00:00:00Z",
      "updatedAt":"2026-02-01T00:00:00Z","updatedBy":"ann","mystery":{"a":[1]}}],"nextPage":null})");
  const Result<Page> page = dialect_->ReadPage(arena_, ObjectKind::kSchedule, "c-1", *answer);
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->objects.size(), 1u);
  const LiveObject& object = page->objects[0];
  EXPECT_EQ(object.id, "s-1");
  EXPECT_EQ(object.scope, "c-1");
  EXPECT_EQ(object.etag, "\"v7\"");
  EXPECT_EQ(object.updated_by, "ann");
  EXPECT_EQ(object.updated_at, "2026-02-01T00:00:00Z");
  EXPECT_EQ(ToJson(object.content), R"({"name":"Evening","mystery":{"a":[1]}})");
  EXPECT_EQ(page->next, "");
}

TEST_F(DialectV2Test, PagesThatAreNone) {
  const char* bodies[] = {
      "",
      "null",
      "[]",
      "{}",
      R"({"items":null})",
      R"({"items":{}})",
      R"({"items":[1]})",
      R"({"items":[{}]})",
      R"({"items":[{"id":"","code":"A"}]})",
      R"({"items":[{"id":7,"code":"A"}]})",
      R"({"items":[{"id":"cc-1"}]})",
      R"({"items":[],"nextPage":7})",
      R"({"items":[],"nextPage":{"href":"https://evil.example"}})",
      R"({"items":[])",
      R"({"items":[]} x)",
      "<html></html>",
  };
  for (const char* body : bodies) {
    const Result<Page> page = dialect_->ReadPage(arena_, ObjectKind::kCallCode, "Sales", *Answer(200, body));
    ASSERT_FALSE(page) << body;
    EXPECT_THAT(page.error().message, testing::HasSubstr("list of call codes"));
  }
}

TEST_F(DialectV2Test, CodesOfOtherCategoriesAreNotInTheList) {
  const std::string body = R"({"items":[)" + Code("cc-1") + R"(,{"id":"x","code":"X","category":"Other"}]})";
  const Result<Page> page = dialect_->ReadPage(arena_, ObjectKind::kCallCode, "Sales", *Answer(200, body));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->objects.size(), 1u);
  EXPECT_EQ(page->objects[0].id, "cc-1");
}

TEST_F(DialectV2Test, TheHeadersEtagIsTheOne) {
  const auto read = [&](const HttpOutcome& answer) {
    return dialect_->ReadObject(arena_, ObjectKind::kCallCode, "Sales", "cc-1", *answer)->etag;
  };
  EXPECT_EQ(read(Answer(200, Code(), {{"etag", "\"h\""}})), "\"h\"");
  EXPECT_EQ(read(Answer(200, Code("cc-1", R"(,"etag":"b")"), {{"ETag", "\"h\""}})), "\"h\"");
  EXPECT_EQ(read(Answer(200, Code("cc-1", R"(,"etag":"b")"))), "\"b\"");
  EXPECT_EQ(read(Answer(200, Code("cc-1", R"(,"etag":"b")"), {{"ETag", "W/\"h\""}})), "");
  EXPECT_EQ(read(Answer(200, Code("cc-1", R"(,"etag":7)"))), "");
}

TEST_F(DialectV2Test, AnotherObjectIsNoAnswer) {
  EXPECT_FALSE(dialect_->ReadObject(arena_, ObjectKind::kCallCode, "Sales", "cc-2", *Answer(200, Code("cc-1"))));
  const HttpOutcome campaign = Answer(200, R"({"id":"ABCD-1","name":"C"})");
  EXPECT_TRUE(dialect_->ReadObject(arena_, ObjectKind::kCampaign, "", "abcd-1", *campaign)) << "UUIDs have no case";
}

TEST_F(DialectV2Test, AWrittenObjectMustBeTheOneThatWasWritten) {
  struct Row {
    WriteRequest request;
    int status;
    std::string body;
    bool good;
  };
  const std::string other_code = R"({"id":"cc-9","name":"Sale","code":"SOLD","category":"Sales"})";
  const std::string other_name = R"({"id":"cc-9","name":"Sold","code":"SALE","category":"Sales"})";
  const Row rows[] = {
      {CreateCode(), 201, Code("cc-9"), true},
      {CreateCode(), 200, Code("cc-9"), true},
      {CreateCode(), 202, Code("cc-9"), false},
      {CreateCode(), 201, "", false},
      {CreateCode(), 204, "", false},
      {CreateCode(), 201, R"({"name":"Sale","code":"SALE"})", false},
      {CreateCode(), 201, other_code, false},
      {CreateCode(), 201, other_name, false},
      {UpdateCode(), 200, Code("cc-1"), true},
      {UpdateCode(), 200, Code("cc-2"), false},
      {UpdateCode(), 200, "[]", false},
      {UpdateCode(), 204, "", false},
      {UpdateCode(), 202, Code("cc-1"), false},
      {DeleteCode(), 204, "", true},
      {DeleteCode(), 200, "", false},
      {DeleteCode(), 200, "{}", false},
      {DeleteCode(), 200, "<html><body>Back soon</body></html>", false},
      {DeleteCode(), 202, "", false},
  };
  for (const Row& row : rows) {
    const auto written = dialect_->ReadWritten(arena_, row.request, *Answer(row.status, row.body));
    EXPECT_EQ(written.has_value(), row.good) << row.status << ' ' << row.body;
    if (written) {
      EXPECT_EQ(written->has_value(), row.request.operation != WriteOperation::kDelete);
    }
  }
}

TEST_F(DialectV2Test, Capacity) {
  EXPECT_EQ(dialect_->ReadCapacity(*Answer(200, R"({"maxConcurrentCalls":200,"x":1})")), 200);
  for (const char* body : {"", "{}", "200", R"({"maxConcurrentCalls":"200"})", R"({"maxConcurrentCalls":-1})",
                           R"({"maxConcurrentCalls":1.5})", R"({"maxConcurrentCalls":null})"}) {
    EXPECT_FALSE(dialect_->ReadCapacity(*Answer(200, body))) << body;
  }
}

TEST_F(DialectV2Test, QueueFigures) {
  const auto read = [&](const char* body) { return dialect_->ReadQueue("q-A1", *Answer(200, body)); };
  const auto all = read(R"({"queueId":"q-a1","active":4,"waiting":2,"longestWaitSeconds":35})");
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->active, 4);
  EXPECT_EQ(all->waiting, 2);
  EXPECT_EQ(read(R"({"queueId":"q-A1","active":0})")->waiting, 0);
  for (const char* body : {"", "{}", "[]", R"({"queueId":"q-A1"})", R"({"queueId":"q-A1","active":"4"})",
                           R"({"queueId":"q-A1","active":-1})", R"({"queueId":"q-A1","active":4,"waiting":1.5})",
                           R"({"queueId":"q-2","active":4})", R"({"active":4})"}) {
    EXPECT_FALSE(read(body)) << body;
  }
}

TEST_F(DialectV2Test, Scopes) {
  EXPECT_EQ(dialect_->QueueScopes(), std::vector<std::string>{"queue:read"});
  EXPECT_EQ(dialect_->ReadScopes(ObjectKind::kCampaign), std::vector<std::string>{"outbound:campaign:read"});
  EXPECT_EQ(dialect_->ReadScopes(ObjectKind::kSchedule), (std::vector<std::string>{"campaigns:read", "dialer:read"}));
  EXPECT_EQ(dialect_->ReadScopes(ObjectKind::kCallCode), std::vector<std::string>{"callcodes:read"});
  EXPECT_EQ(dialect_->WriteScopes(ObjectKind::kCampaign), std::vector<std::string>{"outbound:campaign:write"});
  EXPECT_EQ(dialect_->WriteScopes(ObjectKind::kSchedule), std::vector<std::string>{"campaigns:write"});
  EXPECT_EQ(dialect_->WriteScopes(ObjectKind::kCallCode), std::vector<std::string>{"callcodes:write"});
}

}  // namespace
}  // namespace cxctl
