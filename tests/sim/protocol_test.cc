// What holds for every operation: tokens, scopes, the rate limit, paths, methods, media types, request ids, the log.

#include "base/strings.h"
#include "sim_fixture.h"

namespace cxctl {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kCodes = "/api/v2/callcodes";

TEST_F(SimTest, TokenCarriesTheAskedScopes) {
  const HttpResponse response =
      AskToken("grant_type=client_credentials&client_id=ci&client_secret=s&scope=callcodes:read+campaigns%3Aread");
  ASSERT_EQ(response.status, 200);
  const Value body = Json(response);
  EXPECT_EQ(body.GetString("token_type"), "Bearer");
  EXPECT_EQ(body.Find("expires_in")->as_int(), 3600);
  EXPECT_EQ(body.GetString("scope"), "callcodes:read campaigns:read");
  EXPECT_EQ(*response.header("cache-control"), "no-store");
}

TEST_F(SimTest, TokenWithoutAskedScopesHasAll) {
  const Value body = Json(AskToken("grant_type=client_credentials&client_id=ci&client_secret=s"));
  EXPECT_EQ(Split(body.GetString("scope"), ' ').size(), 16u) << body.GetString("scope");
}

TEST_F(SimTest, TokenRequestsThatAreRefused) {
  const std::string client = "&client_id=ci&client_secret=s";
  struct Row {
    std::string form;
    int status;
    std::string error;
  };
  const Row rows[] = {
      {"", 400, "invalid_request"},
      {client, 400, "invalid_request"},
      {"grant_type=password" + client, 400, "unsupported_grant_type"},
      {"grant_type=client_credentials" + client + "&client_id=ci", 400, "invalid_request"},
      {"grant_type=client_credentials&client_id=ci", 401, "invalid_client"},
      {"grant_type=client_credentials&client_secret=s", 401, "invalid_client"},
      {"grant_type=client_credentials&client_id=&client_secret=", 401, "invalid_client"},
      {"grant_type=client_credentials" + client + "&scope=callcodes:admin", 400, "invalid_scope"},
      {"grant_type=client_credentials" + client + "&scope=callcodes:read%20nope", 400, "invalid_scope"},
  };
  for (const Row& row : rows) {
    const HttpResponse response = AskToken(row.form);
    EXPECT_EQ(response.status, row.status) << row.form;
    EXPECT_EQ(Json(response).GetString("error"), row.error) << row.form;
  }
  const HttpResponse json = Send("POST", "/oauth/token", {{"Content-Type", "application/json"}}, "{}");
  EXPECT_EQ(json.status, 400);
  EXPECT_EQ(Json(json).GetString("error"), "invalid_request");
  EXPECT_EQ(*Send("GET", "/oauth/token").header("Allow"), "POST");
}

TEST_F(SimTest, ClientCredentialsInTheStyleOfTheTenant) {
  const std::string in_body = "grant_type=client_credentials&client_id=c%2B1&client_secret=p%26w";
  const std::string bare = "grant_type=client_credentials";
  const std::vector<HttpHeader> basic = {{"Authorization", "Basic YyUyQjE6cCUyNnc="}};  // c%2B1:p%26w
  using Style = SimOptions::AuthStyle;
  struct Row {
    Style style;
    int in_body, basic;
  };
  for (const Row& row : {Row{Style::kAny, 200, 200}, Row{Style::kBody, 200, 401}, Row{Style::kBasic, 401, 200}}) {
    Start({.auth_style = row.style, .client_id = "c+1", .client_secret = "p&w"});
    EXPECT_EQ(AskToken(in_body).status, row.in_body);
    EXPECT_EQ(AskToken(bare, basic).status, row.basic);
    EXPECT_EQ(AskToken(in_body, basic).status, 400) << "two ways at once";
    const HttpResponse wrong = AskToken(bare, {{"Authorization", "Basic YyUyQjE6d3Jvbmc="}});
    EXPECT_EQ(wrong.status, 401);
    EXPECT_THAT(*wrong.header("WWW-Authenticate"), HasSubstr("Basic"));
    EXPECT_EQ(AskToken(bare, {{"Authorization", "Basic !!!"}}).status, 401);
    EXPECT_EQ(AskToken("grant_type=client_credentials&client_id=c%2B1&client_secret=x").status, 401);
  }
}

TEST_F(SimTest, TokenPathIsAnOption) {
  Start({.token_path = "/api/v2/oauth2/token"});
  EXPECT_EQ(Get(kCodes).status, 200);
  EXPECT_EQ(Send("POST", "/oauth/token").status, 404);
}

TEST_F(SimTest, TokensThatAreNotGood) {
  const auto with = [&](const char* header) { return Send("GET", kCodes, {{"Authorization", header}}); };
  for (const HttpResponse& response : {Send("GET", kCodes), with("Bearer"), with("Bearer nope"), with("Basic eDp5")}) {
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(*response.header("WWW-Authenticate"), "Bearer error=\"invalid_token\"");
    EXPECT_EQ(Code(response), "UNAUTHORIZED");
  }
  EXPECT_EQ(with(("bearer " + token_).c_str()).status, 200) << "schemes have no case";
}

TEST_F(SimTest, TokensExpireAndCanBeRevoked) {
  Start({.token_ttl = std::chrono::seconds(60)});
  clock_.Advance(std::chrono::seconds(59));
  EXPECT_EQ(Get(kCodes).status, 200);
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Get(kCodes).status, 401);
  token_ = Token();
  EXPECT_EQ(Get(kCodes).status, 200);
  EXPECT_EQ(Send("POST", "/_sim/revoke-tokens").body, "{\"revoked\":1}");
  EXPECT_EQ(Get(kCodes).status, 401);
}

TEST_F(SimTest, EveryOperationAsksForItsScope) {
  for (const SimOperation& operation : SimTenant::Operations()) {
    if (operation.scope.empty()) continue;
    std::string path = operation.path;
    while (path.find('{') != path.npos) path.replace(path.find('{'), path.find('}') - path.find('{') + 1, "x");
    token_ = Token(operation.scope == "callcodes:read" ? "dialer:read" : "callcodes:read");
    const HttpResponse refused = Call(operation.method, path);
    EXPECT_EQ(refused.status, 403) << path;
    EXPECT_EQ(*refused.header("WWW-Authenticate"),
              "Bearer error=\"insufficient_scope\", scope=\"" + operation.scope + "\"");
    token_ = Token(operation.scope);
    EXPECT_THAT(Call(operation.method, path).status, AllOf(Not(401), Not(403), Not(405))) << path;
  }
}

TEST_F(SimTest, RateLimitAnswers429) {
  Start({.rate = 5});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Send("GET", kCodes).status, 401) << i;
  const HttpResponse refused = Send("GET", kCodes);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(*refused.header("Retry-After"), "1");
  EXPECT_EQ(Code(refused), "RATE_LIMITED");
  EXPECT_EQ(AskToken("grant_type=client_credentials").status, 429) << "the token endpoint is limited too";
  EXPECT_EQ(Send("GET", "/_sim/requests").status, 200) << "control endpoints are not";
  clock_.Advance(std::chrono::milliseconds(200));
  EXPECT_EQ(Send("GET", kCodes).status, 401);
  EXPECT_EQ(Send("GET", kCodes).status, 429);
  clock_.Advance(std::chrono::hours(1));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Send("GET", kCodes).status, 401) << "the burst is no more than the rate";
  EXPECT_EQ(Send("GET", kCodes).status, 429);
}

TEST_F(SimTest, RetryAfterInBothForms) {
  Start({.rate = 1, .retry_after = SimOptions::RetryAfter::kAlternating});
  Send("GET", kCodes);
  EXPECT_EQ(*Send("GET", kCodes).header("Retry-After"), "1");
  EXPECT_EQ(*Send("GET", kCodes).header("Retry-After"), "Fri, 20 Nov 2026 21:00:01 GMT");
  clock_.Advance(std::chrono::milliseconds(500));
  EXPECT_EQ(*Send("GET", kCodes).header("Retry-After"), "1");
  EXPECT_EQ(*Send("GET", kCodes).header("Retry-After"), "Fri, 20 Nov 2026 21:00:01 GMT");
}

TEST_F(SimTest, PathsThatAreNotThere) {
  for (const char* path : {"/", "", "/api", "/api/v2/callcodes/", "/api/v2//callcodes", "/api/v3/callcodes",
                           "/api/v2/campaigns", "/api/v2/outbound/campaigns/x/y", "/api/v2/campaigns//schedules"}) {
    const HttpResponse response = Get(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(Code(response), "NOT_FOUND") << path;
  }
  EXPECT_EQ(Get("http://127.0.0.1:8080/api/v2/callcodes?pageSize=1").status, 200) << "absolute form";
}

TEST_F(SimTest, MethodsThatAreNotTaken) {
  struct Row {
    const char *method, *path, *allow;
  };
  const Row rows[] = {
      {"DELETE", "/api/v2/dialer/capacity", "GET"},
      {"POST", "/api/v2/outbound/campaigns", "GET"},
      {"DELETE", "/api/v2/outbound/campaigns/x", "GET, PUT, PATCH"},
      {"PUT", "/api/v2/campaigns/x/schedules/y", "GET, PATCH, DELETE"},
      {"HEAD", "/api/v2/callcodes", "GET, POST"},
      {"GET", "/api/v2/conversations/messages", "POST"},
      {"PUT", "/_sim/requests", "GET, DELETE"},
  };
  for (const Row& row : rows) {
    const HttpResponse response = Call(row.method, row.path);
    EXPECT_EQ(response.status, 405) << row.path;
    EXPECT_EQ(*response.header("Allow"), row.allow);
    EXPECT_EQ(Code(response), "METHOD_NOT_ALLOWED");
  }
}

TEST_F(SimTest, BodiesInTheWrongForm) {
  const std::string code = R"({"name":"N","code":"NEW","type":"NEUTRAL","category":"OUTBOUND"})";
  const auto post = [&](const std::string& body, const char* type) {
    return Post(kCodes, body, {{"Content-Type", type}});
  };
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json", "",
                           "application/json; charset=latin1"}) {
    const HttpResponse response = post(code, type);
    EXPECT_EQ(response.status, 415) << type;
    EXPECT_EQ(Code(response), "UNSUPPORTED_MEDIA_TYPE");
  }
  for (const char* body : {"{", "[]", "1", "\"x\"", "{\"name\":1,\"name\":2}", "{}x", "\xff"}) {
    EXPECT_EQ(post(body, "application/json").status, 400) << body;
  }
  EXPECT_EQ(Call("POST", kCodes, {{"Content-Type", "application/json"}}).status, 400) << "no body";
  EXPECT_EQ(Call("POST", kCodes).status, 415) << "no body and no type";
  EXPECT_EQ(post(code, "Application/JSON; charset=\"UTF-8\"").status, 201);
  EXPECT_EQ(Call("PATCH", CallCode(kSale), {{"If-Match", "*"}, {"Content-Type", "application/merge-patch+json"}}, "{}")
                .status,
            200);
}

TEST_F(SimTest, RequestIdIsEchoedOrMade) {
  EXPECT_EQ(*Call("GET", kCodes, {{"X-Request-Id", "abc-1"}}).header("X-Request-Id"), "abc-1");
  const HttpResponse missing = Call("GET", CallCode("nope"), {{"x-request-id", "abc-2"}});
  EXPECT_EQ(Json(missing).GetString("requestId"), "abc-2");
  for (const std::string& bad : {std::string(""), std::string("a b"), std::string(129, 'x'), std::string("\x1b[1m")}) {
    EXPECT_THAT(*Call("GET", kCodes, {{"X-Request-Id", bad}}).header("X-Request-Id"), testing::StartsWith("req-"));
  }
}

TEST_F(SimTest, PagesAreChecked) {
  for (const char* size : {"0", "501", "-1", "abc", "", "1.5", "99999999999999999999", "10 "}) {
    const HttpResponse response = Get(std::string(kCodes) + "?pageSize=" + PercentEncode(size));
    EXPECT_EQ(response.status, 400) << size;
    EXPECT_THAT(Fields(response), ElementsAre("pageSize")) << size;
  }
  for (const char* size : {"1", "500"}) EXPECT_EQ(Get(std::string(kCodes) + "?pageSize=" + size).status, 200);
  EXPECT_EQ(Get("/api/v2/callcodes?pageSize=1&pageSize=2").status, 400);
  const std::string cursor(Json(Get("/api/v2/outbound/campaigns?pageSize=2")).GetString("nextPage"));
  EXPECT_EQ(Get("/api/v2/outbound/campaigns?nextPage=" + cursor).status, 200);
  EXPECT_EQ(Get("/api/v2/callcodes?nextPage=" + cursor).status, 400) << "of another list";
  for (const char* bad : {"", "zz", "00000000", "0000000061"}) {
    EXPECT_EQ(Get(std::string("/api/v2/outbound/campaigns?nextPage=") + bad).status, 400) << bad;
  }
}

TEST_F(SimTest, TheLogTellsEveryRequestAndNoSecret) {
  Send("DELETE", "/_sim/requests");
  AskToken("grant_type=client_credentials&client_id=ci&client%5Fsecret=hunter2");
  Send("POST", "/oauth/token", {{"Content-Type", "application/json"}}, R"({"client_secret":"hunter2"})");
  Send("POST", "/oauth/token?client_secret=hunter2");
  Call("PATCH", CallCode(kSale) + "?x=1", {{"If-Match", "\"e\""}, {"X-Request-Id", "r1"}}, R"({"name":"S"})");
  const HttpResponse log = Send("GET", "/_sim/requests");
  EXPECT_THAT(log.body, AllOf(Not(HasSubstr("hunter2")), Not(HasSubstr(token_))));
  const Value body = Json(log);
  const auto requests = body.Find("requests")->items();
  ASSERT_EQ(requests.size(), 4u);
  EXPECT_EQ(requests[0].GetString("body"), "grant_type=client_credentials&client_id=ci&client_secret=(secret)");
  EXPECT_EQ(requests[2].GetString("query"), "client_secret=(secret)");
  EXPECT_EQ(ToJson(requests[3]),
            R"({"seq":5,"time":"2026-11-20T21:00:00.000Z","method":"PATCH","path":")" + CallCode(kSale) +
                R"(","query":"x=1","status":412,"headers":{"If-Match":"\"e\"","Content-Type":"application/json",)"
                R"("X-Request-Id":"r1"},"body":"{\"name\":\"S\"}"})");
  EXPECT_EQ(Json(Send("GET", "/_sim/requests?after=4")).Find("requests")->items().size(), 1u);
  EXPECT_EQ(Send("GET", "/_sim/requests?after=x").status, 400);
  EXPECT_EQ(Send("DELETE", "/_sim/requests").status, 204);
  EXPECT_EQ(Send("GET", "/_sim/requests").body, R"({"requests":[]})");
  EXPECT_EQ(Send("GET", "/_sim/violations").body, R"({"violations":[]})");
  EXPECT_EQ(Send("GET", "/_sim/nothing").status, 404);
}

TEST_F(SimTest, SameSeedSameAnswers) {
  const auto run = [](std::uint64_t seed) {
    FakeClock clock;
    SimTenant tenant({.seed = seed, .rate = 0}, clock);
    EXPECT_TRUE(tenant.Load(R"({"queues":[{"name":"q"}],"agents":[{"state":"busy"}]})"));
    HttpRequest request;
    request.method = "POST";
    request.url = "/oauth/token";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = "grant_type=client_credentials&client_id=a&client_secret=b";
    return tenant.Handle(request).response.body + tenant.Save();
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7), run(8));
}

}  // namespace
}  // namespace cxctl
