#include "base/digest.h"
#include "base/strings.h"
#include "tenant/encoding.h"
#include "tenant/fixture.h"

namespace cxctl {

void PrintTo(WriteStatus status, std::ostream* out) {
  static constexpr const char* kNames[] = {"done",     "precondition failed", "conflict", "gone",
                                           "rejected", "unavailable",         "ambiguous"};
  *out << kNames[static_cast<int>(status)];
}

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class TenantWriteTest : public TenantTest {
 protected:
  struct Row {
    std::string name;
    std::vector<HttpOutcome> answers;
    WriteStatus status;
    int attempts;
  };

  void Check(const WriteRequest& request, const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      client_ = nullptr;
      script_.clear();
      Script(row.answers);
      const WriteResult result = Write(request);
      EXPECT_EQ(result.status, row.status) << row.name << ": " << result.message;
      EXPECT_EQ(result.attempts, row.attempts) << row.name;
      EXPECT_TRUE(script_.empty()) << row.name;
      EXPECT_FALSE(result.message.empty()) << row.name;
      const bool has_object = row.status == WriteStatus::kDone && request.operation != WriteOperation::kDelete;
      EXPECT_EQ(result.object.has_value(), has_object) << row.name;
    }
  }

  static HttpOutcome InProgress() { return Answer(409, R"({"code":"IDEMPOTENCY_IN_PROGRESS","message":"wait"})"); }
  static std::vector<HttpOutcome> Times(int n, const HttpOutcome& answer) {
    return std::vector<HttpOutcome>(static_cast<std::size_t>(n), answer);
  }
};

TEST_F(TenantWriteTest, Creates) {
  const HttpOutcome good = Answer(201, Code("cc-9"), {{"ETag", "\"v1\""}});
  const HttpOutcome duplicate = Answer(409, R"({"code":"DUPLICATE","message":"exists"})");
  Check(CreateCode(),
        {
            {"created", {good}, WriteStatus::kDone, 1},
            {"after not sent", {NotSent(), NotSent(), good}, WriteStatus::kDone, 3},
            {"after 429", {Answer(429), good}, WriteStatus::kDone, 2},
            {"after 401", {Answer(401), good}, WriteStatus::kDone, 2},
            {"after in progress", {InProgress(), InProgress(), good}, WriteStatus::kDone, 3},
            {"never sent", Times(6, NotSent()), WriteStatus::kUnavailable, 6},
            {"429 to the end", Times(6, Answer(429)), WriteStatus::kUnavailable, 6},
            {"429 for long", {Answer(429, "", {{"Retry-After", "9999"}})}, WriteStatus::kUnavailable, 1},
            {"500", {Answer(500)}, WriteStatus::kAmbiguous, 1},
            {"501", {Answer(501)}, WriteStatus::kAmbiguous, 1},
            {"502", {Answer(502, "<html>")}, WriteStatus::kAmbiguous, 1},
            {"503 with Retry-After", {Answer(503, "", {{"Retry-After", "1"}})}, WriteStatus::kAmbiguous, 1},
            {"504", {Answer(504)}, WriteStatus::kAmbiguous, 1},
            {"timeout", {TimedOut()}, WriteStatus::kAmbiguous, 1},
            {"cut", {Cut()}, WriteStatus::kAmbiguous, 1},
            {"lost after not sent", {NotSent(), Cut()}, WriteStatus::kAmbiguous, 2},
            {"redirect", {Answer(307)}, WriteStatus::kAmbiguous, 1},
            {"html 200", {Answer(200, "<html>")}, WriteStatus::kAmbiguous, 1},
            {"empty 201", {Answer(201)}, WriteStatus::kAmbiguous, 1},
            {"cut 201", {Answer(201, R"({"id":"cc-9","na)")}, WriteStatus::kAmbiguous, 1},
            {"without id", {Answer(201, R"({"name":"Sale","code":"SALE"})")}, WriteStatus::kAmbiguous, 1},
            {"another code", {Answer(201, R"({"id":"x","name":"Sale","code":"X"})")}, WriteStatus::kAmbiguous, 1},
            {"another name", {Answer(201, R"({"id":"x","name":"X","code":"SALE"})")}, WriteStatus::kAmbiguous, 1},
            {"accepted only", {Answer(202, Code("cc-9"))}, WriteStatus::kAmbiguous, 1},
            {"in progress to the end", Times(6, InProgress()), WriteStatus::kAmbiguous, 6},
            {"in progress, then 429",
             {InProgress(), Answer(429, "", {{"Retry-After", "999"}})},
             WriteStatus::kAmbiguous,
             2},
            {"in progress, then 400", {InProgress(), Answer(400)}, WriteStatus::kAmbiguous, 2},
            {"in progress, then 404", {InProgress(), Answer(404)}, WriteStatus::kAmbiguous, 2},
            {"duplicate", {duplicate}, WriteStatus::kConflict, 1},
            {"in progress, then duplicate", {InProgress(), duplicate}, WriteStatus::kConflict, 2},
            {"400", {Answer(400)}, WriteStatus::kRejected, 1},
            {"401 for ever", Times(3, Answer(401)), WriteStatus::kRejected, 3},
            {"403", {Answer(403)}, WriteStatus::kRejected, 1},
            {"404", {Answer(404)}, WriteStatus::kGone, 1},
            {"422", {Answer(422, R"({"code":"IDEMPOTENCY_KEY_REUSED"})")}, WriteStatus::kRejected, 1},
        });
}

TEST_F(TenantWriteTest, EveryRepeatOfACreateHasTheSameKeyAndBytes) {
  const WriteRequest request = CreateCode();
  Script({NotSent(), Answer(429), InProgress(), Answer(401), Answer(201, Code("cc-9"))});
  EXPECT_EQ(Write(request).status, WriteStatus::kDone);
  const EncodedWrite encoded = client().Encode(request);
  for (const SentRequest& sent : ApiRequests()) {
    EXPECT_EQ(sent.header("Idempotency-Key"), "key-1");
    EXPECT_EQ(sent.header("Content-Type"), "application/json");
    EXPECT_EQ(sent.header("If-Match"), "(none)");
    EXPECT_EQ(sent.request.method, encoded.method);
    EXPECT_EQ(sent.request.url, connection_.base_url + encoded.path);
    EXPECT_EQ(sent.request.body, encoded.body);
  }
}

TEST_F(TenantWriteTest, AKeyInProgressIsWaitedForLikeA429) {
  HttpOutcome in_progress = InProgress();
  in_progress->headers.push_back({"Retry-After", "4"});
  Script({in_progress, Answer(201, Code("cc-9"))});
  EXPECT_EQ(Write(CreateCode()).status, WriteStatus::kDone);
  EXPECT_EQ(ApiRequests()[1].at - ApiRequests()[0].at, seconds(4) + milliseconds(10));
  EXPECT_DOUBLE_EQ(client().current_rate(), connection_.requests_per_second);
}

TEST_F(TenantWriteTest, Updates) {
  const HttpOutcome good = Answer(200, Code("cc-1"), {{"ETag", "\"v2\""}});
  const HttpOutcome stale = Answer(412, R"({"code":"PRECONDITION_FAILED"})");
  Check(UpdateCode(),
        {
            {"updated", {good}, WriteStatus::kDone, 1},
            {"after not sent", {NotSent(), good}, WriteStatus::kDone, 2},
            {"after a lost request", {TimedOut(), good}, WriteStatus::kDone, 2},
            {"after 5xx", {Answer(500), Answer(502), Answer(503), Answer(504), good}, WriteStatus::kDone, 5},
            {"after a cut answer", {Answer(200, R"({"id":"cc-1)"), good}, WriteStatus::kDone, 2},
            {"after another's answer", {Answer(200, Code("cc-2")), good}, WriteStatus::kDone, 2},
            {"stale", {stale}, WriteStatus::kPreconditionFailed, 1},
            {"lost, then stale", {Cut(), stale}, WriteStatus::kPreconditionFailed, 2},
            {"500, then stale", {Answer(500), stale}, WriteStatus::kPreconditionFailed, 2},
            {"malformed, then stale", {Answer(204), stale}, WriteStatus::kPreconditionFailed, 2},
            {"conflict", {Answer(409)}, WriteStatus::kConflict, 1},
            {"lost, then conflict", {Cut(), Answer(409)}, WriteStatus::kConflict, 2},
            {"gone", {Answer(404)}, WriteStatus::kGone, 1},
            {"lost, then gone", {Cut(), Answer(404)}, WriteStatus::kGone, 2},
            {"400", {Answer(400)}, WriteStatus::kRejected, 1},
            {"428", {Answer(428)}, WriteStatus::kRejected, 1},
            {"lost, then 400", {Cut(), Answer(400)}, WriteStatus::kAmbiguous, 2},
            {"lost, then 401 for ever", {Cut(), Answer(401), Answer(401), Answer(401)}, WriteStatus::kAmbiguous, 4},
            {"429 to the end", Times(6, Answer(429)), WriteStatus::kUnavailable, 6},
            {"never sent", Times(6, NotSent()), WriteStatus::kUnavailable, 6},
            {"lost, then never sent",
             {Cut(), NotSent(), NotSent(), NotSent(), NotSent(), NotSent()},
             WriteStatus::kAmbiguous,
             6},
            {"500 to the end", Times(6, Answer(500)), WriteStatus::kAmbiguous, 6},
            {"timeouts to the end", Times(6, TimedOut()), WriteStatus::kAmbiguous, 6},
            {"malformed to the end", Times(6, Answer(200, "[]")), WriteStatus::kAmbiguous, 6},
            {"501", {Answer(501)}, WriteStatus::kAmbiguous, 1},
        });
}

TEST_F(TenantWriteTest, Deletes) {
  Check(DeleteCode(), {
                          {"deleted", {Answer(204)}, WriteStatus::kDone, 1},
                          {"a page, then gone", {Answer(200, "<html>"), Answer(404)}, WriteStatus::kGone, 2},
                          {"a page, then deleted", {Answer(200, "<html>"), Answer(204)}, WriteStatus::kDone, 2},
                          {"pages to the end", Times(6, Answer(200, "ok")), WriteStatus::kAmbiguous, 6},
                          {"lost, then gone", {Cut(), Answer(404)}, WriteStatus::kGone, 2},
                          {"gone", {Answer(404)}, WriteStatus::kGone, 1},
                          {"stale", {Answer(412)}, WriteStatus::kPreconditionFailed, 1},
                          {"has children", {Answer(409)}, WriteStatus::kConflict, 1},
                          {"later", Times(6, Answer(202)), WriteStatus::kAmbiguous, 6},
                      });
}

TEST_F(TenantWriteTest, WhatADeleteSends) {
  Script({Answer(204)});
  ASSERT_EQ(Write(DeleteCode()).status, WriteStatus::kDone);
  const SentRequest sent = ApiRequests()[0];
  EXPECT_EQ(sent.request.method, "DELETE");
  EXPECT_EQ(sent.request.body, "");
  EXPECT_EQ(sent.header("Content-Type"), "(none)");
  EXPECT_EQ(sent.header("If-Match"), "\"v1\"");
}

TEST_F(TenantWriteTest, Transitions) {
  const std::string campaign = R"({"id":"c-1","name":"C","state":"PAUSED","dialRate":5})";
  Script({Answer(503), Answer(200, campaign, {{"ETag", "\"v2\""}})});
  const WriteResult result = Write(PauseCampaign());
  ASSERT_EQ(result.status, WriteStatus::kDone);
  EXPECT_EQ(result.object->etag, "\"v2\"");
  EXPECT_EQ(result.object->content.GetString("state"), "PAUSED");
  EXPECT_EQ(result.attempts, 2);
  EXPECT_EQ(result.latency, milliseconds(10));
  EXPECT_EQ(Lines()[1], "PUT /api/v2/outbound/campaigns/c-1");
}

TEST_F(TenantWriteTest, WhatAResultSays) {
  Script({Answer(409, R"({"code":"HAS_CHILDREN","message":"two children\u001b[31m"})", {{"X-Request-Id", "r-77"}})});
  const WriteResult result = Write(DeleteCode());
  EXPECT_EQ(result.error_code, "HAS_CHILDREN");
  EXPECT_EQ(result.request_id, "r-77");
  EXPECT_EQ(result.message,
            "DELETE /api/v2/callcodes/cc-1 answered 409 (HAS_CHILDREN: two children\\u001b[31m; request id r-77).");
  Script({Answer(400, "<html>")});
  const WriteResult other = Write(DeleteCode());
  EXPECT_EQ(other.request_id, ApiRequests()[1].header("X-Request-Id"));
  EXPECT_EQ(other.message,
            "DELETE /api/v2/callcodes/cc-1 answered 400 (an HTML page, not the API's own answer; request id " +
                other.request_id + ").");
}

TEST_F(TenantWriteTest, NoTokenMeansNotWritten) {
  token_script_.push_back(Answer(401, R"({"error":"invalid_client"})"));
  const WriteResult refused = Write(UpdateCode());
  EXPECT_EQ(refused.status, WriteStatus::kRejected);
  EXPECT_EQ(refused.attempts, 0);
  client_ = nullptr;
  for (int i = 0; i < 6; ++i) token_script_.push_back(NotSent());
  EXPECT_EQ(Write(UpdateCode()).status, WriteStatus::kUnavailable);
  client_ = nullptr;
  // The token is revoked after a request whose answer was lost, and there is no new one.
  Script({Cut(), Answer(401)});
  const WriteRequest update = UpdateCode();
  transport_.handler = [this](const HttpRequest& request) {
    const bool no_more_tokens = request.url.ends_with("/oauth/token") && ApiRequests().size() > 1;
    return no_more_tokens ? Answer(401, R"({"error":"invalid_client"})") : Handle(request);
  };
  EXPECT_EQ(Write(update).status, WriteStatus::kAmbiguous);
}

TEST_F(TenantWriteTest, ARefusalOfOursSendsNothing) {
  WriteRequest blind = UpdateCode();
  blind.etag = "*";
  const WriteResult result = Write(blind);
  EXPECT_EQ(result.status, WriteStatus::kRejected);
  EXPECT_EQ(result.message, "The ETag of /api/v2/callcodes/cc-1 is not known: nothing was sent.");
  EXPECT_EQ(result.attempts, 0);
  EXPECT_TRUE(transport_.sent.empty());
  EXPECT_EQ(client().Encode(blind).method, "");
}

TEST_F(TenantWriteTest, ScopesOfWritesAreAskedForWhenTheyAreNeeded) {
  Script({Answer(200, R"({"maxConcurrentCalls":7})"), Answer(204)});
  ASSERT_TRUE(loop_.RunUntilDone(client().Capacity()));
  client().RequireScopes(client().WriteScopes(ObjectKind::kCallCode));
  ASSERT_EQ(Write(DeleteCode()).status, WriteStatus::kDone);
  ASSERT_EQ(TokenRequests().size(), 2u);
  EXPECT_THAT(TokenRequests()[0].request.body, Not(HasSubstr("callcodes%3Awrite")));
  EXPECT_THAT(TokenRequests()[1].request.body, HasSubstr("callcodes%3Awrite"));
}

TEST_F(TenantWriteTest, NothingShowsASecret) {
  // A tenant that answers everything with an error that echoes the whole request.
  transport_.handler = [this](const HttpRequest& request) {
    if (request.url.ends_with("/oauth/token") && tokens_issued_ == 0) return Handle(request);
    std::string echo = request.body;
    for (const HttpHeader& header : request.headers) echo += ' ' + header.name + ' ' + header.value;
    return Answer(
        request.url.ends_with("/oauth/token") ? 500 : 401,
        R"({"code":")" + echo + R"(","message":"+14155551234 )" + echo + R"(","requestId":")" + echo + "\"}",
        {{"X-Request-Id", echo}, {"WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"" + echo + '"'}});
  };
  for (TenantConnection::AuthStyle style : {TenantConnection::AuthStyle::kBody, TenantConnection::AuthStyle::kBasic}) {
    client_ = nullptr;
    tokens_issued_ = 0;
    connection_.auth_style = style;
    const WriteResult result = Write(DeleteCode());
    tokens_issued_ = 0;
    client_ = nullptr;
    const std::string message = loop_.RunUntilDone(client().Capacity()).error().message;
    std::string shown = result.message + result.error_code + result.request_id + message;
    for (const std::string& line : observer_.lines) shown += line;
    const std::string credentials = FormEncode(kClientId) + ':' + FormEncode(kClientSecret);
    for (const std::string& secret :
         {std::string(kClientSecret), FormEncode(kClientSecret), PercentEncode(kClientSecret), Base64(kClientSecret),
          Base64(credentials), std::string("token-1"), std::string("+14155551234")}) {
      EXPECT_THAT(shown, Not(HasSubstr(secret)));
    }
  }
}

}  // namespace
}  // namespace cxctl
