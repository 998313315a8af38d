#include "tenant/fixture.h"

namespace cxctl {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

class TenantReadTest : public TenantTest {};

TEST_F(TenantReadTest, AnUnknownDialectIsWrongUsage) {
  connection_.dialect = "v9";
  const auto made = MakeTenantClient(connection_, arena_, loop_, transport_, random_, nullptr);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kUsage);
  EXPECT_EQ(made.error().message, "There is no dialect \"v9\": spec.dialect of a Tenant can be v2.");
}

TEST_F(TenantReadTest, WhatEveryRequestCarries) {
  connection_.base_url = "https://tenant.example.com/";
  connection_.request_timeout = milliseconds(1234);
  Script({Answer(200, R"({"maxConcurrentCalls":7})"), Answer(200, R"({"maxConcurrentCalls":7})")});
  EXPECT_EQ(loop_.RunUntilDone(client().Capacity()), 7);
  EXPECT_EQ(loop_.RunUntilDone(client().Capacity()), 7);
  const std::vector<SentRequest> sent = ApiRequests();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].request.url, "https://tenant.example.com/api/v2/dialer/capacity");
  EXPECT_EQ(sent[0].header("Authorization"), "Bearer token-1");
  EXPECT_EQ(sent[0].header("Accept"), "application/json");
  EXPECT_EQ(sent[0].header("Content-Type"), "(none)");
  EXPECT_EQ(sent[0].header("X-Request-Id").size(), 36u);
  EXPECT_NE(sent[0].header("X-Request-Id"), sent[1].header("X-Request-Id"));
  EXPECT_EQ(sent[0].request.timeout, milliseconds(1234));
  EXPECT_THAT(observer_.lines, ElementsAre("POST /oauth/token 200", "GET /api/v2/dialer/capacity 200",
                                           "GET /api/v2/dialer/capacity 200"));
  EXPECT_EQ(client().statistics().requests, 3);
}

TEST_F(TenantReadTest, AListIsReadPageByPage) {
  Script({Answer(200, R"({"items":[)" + Code("a") + ',' + Code("b") + R"(],"nextPage":"p 2"})"),
          Answer(200, R"({"items":[)" + Code("b") + ',' + Code("c") + R"(],"nextPage":null})")});
  const auto list = List(ObjectKind::kCallCode, "Sales");
  ASSERT_TRUE(list) << list.error().message;
  ASSERT_EQ(list->size(), 3u);
  EXPECT_EQ((*list)[2].id, "c");
  EXPECT_THAT(Lines(), ElementsAre("GET /api/v2/callcodes?filter=category%3DSales&pageSize=500",
                                   "GET /api/v2/callcodes?filter=category%3DSales&pageSize=500&nextPage=p%202"));
}

TEST_F(TenantReadTest, PagesInACircleAreAnError) {
  Script({Answer(200, R"({"items":[],"nextPage":"x"})"), Answer(200, R"({"items":[],"nextPage":"x"})")});
  const auto list = List(ObjectKind::kCallCode, "Sales");
  ASSERT_FALSE(list);
  EXPECT_EQ(
      list.error().message,
      "The list of objects of kind CallCode of \"Sales\" cannot be read: the pages of the list lead in a circle: a "
      "nextPage came twice.");
}

TEST_F(TenantReadTest, AnEmptyListOfCallCodesMayBeA404) {
  Script({Answer(404, R"({"code":"NOT_FOUND","message":"none"})")});
  EXPECT_TRUE(List(ObjectKind::kCallCode, "Sales")->empty());
  Script({Answer(404)});
  EXPECT_EQ(*Find(ObjectKind::kCallCode, "Sales", "SALE"), std::nullopt);
}

TEST_F(TenantReadTest, A404ToALaterPageIsNoEnd) {
  Script({Answer(200, R"({"items":[],"nextPage":"x"})"), Answer(404)});
  EXPECT_EQ(List(ObjectKind::kCallCode, "Sales").error().code, ErrorCode::kNotFound);
}

TEST_F(TenantReadTest, SchedulesOfNoCampaign) {
  Script({Answer(404, R"({"code":"NOT_FOUND","message":"no campaign"})", {{"X-Request-Id", "r-9"}})});
  const auto list = List(ObjectKind::kSchedule, "c-1");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(
      list.error().message,
      "The tenant has no campaign \"c-1\" whose schedules could be read: GET /api/v2/campaigns/c-1/schedules answered "
      "404 (NOT_FOUND: no campaign; request id r-9).");
}

TEST_F(TenantReadTest, CampaignsAre404OnlyByMistake) {
  Script({Answer(404)});
  EXPECT_EQ(List(ObjectKind::kCampaign).error().code, ErrorCode::kNotFound);
}

TEST_F(TenantReadTest, OneObject) {
  Script({Answer(200, Code(), {{"ETag", "\"v1\""}}), Answer(404, "")});
  const auto there = Get(ObjectKind::kCallCode, "Sales", "cc-1");
  ASSERT_TRUE(there && *there);
  EXPECT_EQ((*there)->etag, "\"v1\"");
  EXPECT_EQ((*there)->scope, "Sales");
  const auto gone = Get(ObjectKind::kCallCode, "Sales", "cc-1");
  ASSERT_TRUE(gone);
  EXPECT_FALSE(*gone);
  EXPECT_FALSE(Get(ObjectKind::kCallCode, "Sales", ".."));
  EXPECT_EQ(ApiRequests().size(), 2u);
}

TEST_F(TenantReadTest, AQueue) {
  Script({Answer(200, R"({"queueId":"q-1","active":4,"waiting":2})"), Answer(404), Answer(403, "no")});
  const auto there = loop_.RunUntilDone(client().Queue("q-1"));
  ASSERT_TRUE(there && *there);
  EXPECT_EQ((*there)->active, 4);
  const auto gone = loop_.RunUntilDone(client().Queue("q-1"));
  ASSERT_TRUE(gone);
  EXPECT_FALSE(*gone);
  EXPECT_FALSE(loop_.RunUntilDone(client().Queue("q-1")));
  EXPECT_FALSE(loop_.RunUntilDone(client().Queue("..")));
  EXPECT_THAT(Lines(), ElementsAre("GET /api/v2/queues/q-1/stats", "GET /api/v2/queues/q-1/stats",
                                   "GET /api/v2/queues/q-1/stats"));
}

TEST_F(TenantReadTest, FindsACallCodeByItsParent) {
  const std::string body = R"({"items":[)" + Code("a", R"(,"parentCallCodeId":"p-1")") + ',' +
                           Code("b", R"(,"parentCallCodeId":null)") + "]}";
  Script({Answer(200, body), Answer(200, body), Answer(200, body)});
  EXPECT_EQ((*Find(ObjectKind::kCallCode, "Sales", "SALE", "p-1"))->id, "a");
  EXPECT_EQ((*Find(ObjectKind::kCallCode, "Sales", "SALE", ""))->id, "b");
  EXPECT_EQ(*Find(ObjectKind::kCallCode, "Sales", "SALE", "p-2"), std::nullopt);
  EXPECT_EQ(Lines()[0], "GET /api/v2/callcodes?filter=category%3DSales%2Ccode%3DSALE&pageSize=500");
}

TEST_F(TenantReadTest, FindsAScheduleByItsName) {
  Script({Answer(200, R"({"items":[{"id":"s-1","name":"Day"}],"nextPage":"2"})"),
          Answer(200, R"({"items":[{"id":"s-2","name":"Night"}]})")});
  EXPECT_EQ((*Find(ObjectKind::kSchedule, "c-1", "Night"))->id, "s-2");
}

TEST_F(TenantReadTest, PassingFailuresAreRepeated) {
  const HttpOutcome failures[] = {Answer(429),
                                  Answer(500),
                                  Answer(502, "<html>bad gateway</html>"),
                                  Answer(503),
                                  Answer(504),
                                  NotSent(),
                                  Cut(),
                                  TimedOut(),
                                  Answer(200, "<html>"),
                                  Answer(200, ""),
                                  Answer(200, R"({"items":)"),
                                  Answer(200, R"({"maxConcurrentCalls":"x"})")};
  for (const HttpOutcome& failure : failures) {
    client_ = nullptr;
    Script({failure, Answer(200, R"({"maxConcurrentCalls":7})")});
    const auto capacity = loop_.RunUntilDone(client().Capacity());
    ASSERT_TRUE(capacity) << capacity.error().message;
    EXPECT_EQ(client().statistics().retries, 1);
  }
}

TEST_F(TenantReadTest, OtherAnswersAreFinal) {
  for (int status : {301, 302, 400, 403, 404, 405, 409, 410, 412, 422, 501, 505}) {
    Script({Answer(status, "nonsense", {{"X-Request-Id", "r-1"}})});
    const auto capacity = loop_.RunUntilDone(client().Capacity());
    ASSERT_FALSE(capacity);
    EXPECT_THAT(capacity.error().message, HasSubstr("GET /api/v2/dialer/capacity answered " + std::to_string(status) +
                                                    " (nonsense; request id r-1)"));
  }
  EXPECT_EQ(client().statistics().retries, 0);
}

TEST_F(TenantReadTest, GivesUpAfterMaxAttempts) {
  connection_.max_attempts = 3;
  Script({Answer(503), TimedOut(), Answer(502, "<html>")});
  const auto capacity = loop_.RunUntilDone(client().Capacity());
  ASSERT_FALSE(capacity);
  EXPECT_EQ(capacity.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(capacity.error().message, HasSubstr("answered 502 (an HTML page, not the API's own answer; request id "));
  EXPECT_THAT(capacity.error().message, HasSubstr("; gave up after 3 attempts."));
  EXPECT_THAT(observer_.lines[2], HasSubstr("GET /api/v2/dialer/capacity 0 attempt 2: no answer within 30s"));
}

TEST_F(TenantReadTest, RetryAfterInBothForms) {
  Script(
      {Answer(429, "", {{"Retry-After", "3"}}),
       Answer(503, "", {{"Date", "Fri, 20 Nov 2026 12:00:00 GMT"}, {"Retry-After", "Fri, 20 Nov 2026 12:00:09 GMT"}}),
       Answer(200, R"({"maxConcurrentCalls":7})")});
  ASSERT_TRUE(loop_.RunUntilDone(client().Capacity()));
  const std::vector<SentRequest> sent = ApiRequests();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[1].at - sent[0].at, seconds(3) + milliseconds(10));
  EXPECT_EQ(sent[2].at - sent[1].at, seconds(9) + milliseconds(10));
  EXPECT_EQ(client().statistics().throttled, 1);
}

TEST_F(TenantReadTest, ALongRetryAfterIsSaidAndKeptByAll) {
  Script({Answer(429, R"({"code":"THROTTLED","message":"slow down"})", {{"Retry-After", "3600"}})});
  const auto capacity = loop_.RunUntilDone(client().Capacity());
  ASSERT_FALSE(capacity);
  EXPECT_EQ(capacity.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(capacity.error().message, HasSubstr("THROTTLED: slow down"));
  EXPECT_THAT(capacity.error().message,
              HasSubstr("no requests until 2026-11-20T13:00:01Z, longer than retry.maxDelay (1m)"));
  const auto other = List(ObjectKind::kCampaign);
  EXPECT_THAT(other.error().message,
              HasSubstr("was not sent: the tenant asks for no requests until 2026-11-20T13:00:01Z"));
  EXPECT_EQ(ApiRequests().size(), 1u);
}

TEST_F(TenantReadTest, AnExpiredTokenIsRenewedAndTheRequestRepeated) {
  Script({Answer(401, "", {{"WWW-Authenticate", "Bearer error=\"invalid_token\""}}),
          Answer(200, R"({"maxConcurrentCalls":7})")});
  ASSERT_TRUE(loop_.RunUntilDone(client().Capacity()));
  const std::vector<SentRequest> sent = ApiRequests();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[1].header("Authorization"), "Bearer token-2");
  EXPECT_EQ(TokenRequests().size(), 2u);
}

TEST_F(TenantReadTest, AFreshTokenIsTriedTwiceAtMost) {
  Script({Answer(401), Answer(401), Answer(401)});
  const auto capacity = loop_.RunUntilDone(client().Capacity());
  ASSERT_FALSE(capacity);
  EXPECT_EQ(capacity.error().code, ErrorCode::kUnauthorized);
  EXPECT_THAT(capacity.error().message, HasSubstr("the tenant does not accept the tokens that it gives"));
  EXPECT_EQ(ApiRequests().size(), 3u);
}

TEST_F(TenantReadTest, ARevokedTokenIsRenewedOnceForAllRequests) {
  transport_.handler = [this](const HttpRequest& request) {
    if (request.url.ends_with("/oauth/token")) return Handle(request);
    if (*request.header("Authorization") == "Bearer token-1") return Answer(401);
    return Answer(200, R"({"maxConcurrentCalls":7})");
  };
  struct Reader {
    static Task<void> Read(TenantClient& client, int& good) {
      const Result<std::int64_t> capacity = co_await client.Capacity();
      if (capacity) ++good;
    }
  };
  int good = 0;
  for (int i = 0; i < 40; ++i) loop_.Spawn(Reader::Read(client(), good));
  loop_.Run();
  EXPECT_EQ(good, 40);
  EXPECT_EQ(TokenRequests().size(), 2u);
  EXPECT_LE(ApiRequests().size(), 48u);
}

TEST_F(TenantReadTest, AMissingScopeIsNamed) {
  const std::vector<HttpHeader> challenge = {
      {"WWW-Authenticate", R"(Bearer error="insufficient_scope", scope="dialer:read")"}};
  Script({Answer(403, "", challenge)});
  const auto capacity = loop_.RunUntilDone(client().Capacity());
  ASSERT_FALSE(capacity);
  EXPECT_EQ(capacity.error().code, ErrorCode::kUnauthorized);
  EXPECT_THAT(capacity.error().message,
              HasSubstr(": the token lacks the scope dialer:read, grant it to the tenant's OAuth client."));
  client_ = nullptr;
  connection_.fixed_scopes = true;
  Script({Answer(403, R"({"code":"INSUFFICIENT_SCOPE","message":"no"})")});
  EXPECT_THAT(
      loop_.RunUntilDone(client().Capacity()).error().message,
      HasSubstr("lacks the scope dialer:read, grant it to the tenant's OAuth client and add it to spec.auth.scopes."));
}

TEST_F(TenantReadTest, NoMoreThanMaxConcurrencyAtOnce) {
  connection_.max_concurrency = 3;
  transport_.handler = [this](const HttpRequest& request) {
    return request.url.ends_with("/oauth/token") ? Handle(request) : Answer(200, R"({"maxConcurrentCalls":7})");
  };
  struct Reader {
    static Task<void> Read(TenantClient& client) {
      const Result<std::int64_t> capacity = co_await client.Capacity();
      EXPECT_TRUE(capacity);
    }
  };
  for (int i = 0; i < 30; ++i) loop_.Spawn(Reader::Read(client()));
  loop_.Run();
  EXPECT_EQ(transport_.most_in_flight, 3);
}

TEST_F(TenantReadTest, TheRetriesOfARunAreBounded) {
  connection_.max_attempts = 1000;
  transport_.handler = [this](const HttpRequest& request) {
    return request.url.ends_with("/oauth/token") ? Handle(request) : Answer(503);
  };
  for (int i = 0; i < 20; ++i) {
    const auto capacity = loop_.RunUntilDone(client().Capacity());
    ASSERT_FALSE(capacity);
    EXPECT_THAT(capacity.error().message, HasSubstr("used up"));
  }
  const ClientStatistics statistics = client().statistics();
  EXPECT_LE(5 * statistics.retries, statistics.requests + 50);
  EXPECT_GE(5 * statistics.retries, statistics.requests + 40);
}

TEST_F(TenantReadTest, ATokenIsStillGoodWhenTheRequestIsSent) {
  // Tokens live 2 s; at 1 request a second, and after a pause of 5 s, each request must find its token alive.
  connection_.requests_per_second = 1;
  connection_.burst = 1;
  connection_.max_concurrency = 4;
  std::map<std::string, Duration> expiry;
  int stale = 0, count = 0;
  transport_.handler = [&](const HttpRequest& request) {
    if (request.url.ends_with("/oauth/token")) {
      const std::string token = "token-" + std::to_string(expiry.size());
      expiry[token] = clock_.Monotonic() + seconds(2);
      return Answer(200, R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_in":2})");
    }
    if (clock_.Monotonic() > expiry.at(request.header("Authorization")->substr(7))) ++stale;
    if (++count == 3) return Answer(429, "", {{"Retry-After", "5"}});
    return Answer(200, R"({"maxConcurrentCalls":7})");
  };
  struct Reader {
    static Task<void> Read(TenantClient& client) {
      const Result<std::int64_t> capacity = co_await client.Capacity();
      EXPECT_TRUE(capacity);
    }
  };
  for (int i = 0; i < 12; ++i) loop_.Spawn(Reader::Read(client()));
  loop_.Run();
  EXPECT_EQ(stale, 0);
}

TEST_F(TenantReadTest, AllRequestsShareOneBudget) {
  connection_.requests_per_second = 10;
  connection_.burst = 10;
  transport_.latency = milliseconds(120);
  transport_.handler = [this](const HttpRequest& request) {
    return request.url.ends_with("/oauth/token") ? Handle(request) : Answer(200, R"({"maxConcurrentCalls":7})");
  };
  struct Reader {
    static Task<void> Read(TenantClient& client) {
      const Result<std::int64_t> capacity = co_await client.Capacity();
      EXPECT_TRUE(capacity);
    }
  };
  for (int i = 0; i < 300; ++i) loop_.Spawn(Reader::Read(client()));
  loop_.Run();
  EXPECT_LE(clock_.Monotonic(), milliseconds(30'900));
  for (std::size_t i = 0; i + 20 < transport_.sent.size(); ++i) {
    EXPECT_GE(transport_.sent[i + 20].at - transport_.sent[i].at, seconds(1)) << i;
  }
}

}  // namespace
}  // namespace cxctl
